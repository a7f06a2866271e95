import { zero, type Decimal } from '../model/decimal.js';
import { filledOf, isFinal, type OrderFacts } from './facts.js';

/** What an order holds back of one asset. */
export type Reservation = { readonly asset: string; readonly amount: Decimal };

/**
 * What an order may still spend: quote for a buy, base for a sell; fees not included.
 * `undefined` when it is over, and for market orders whose amount is in the asset that they receive: the cost shows when they fill.
 */
export function reservationOf(facts: OrderFacts): Reservation | undefined {
  if (isFinal(facts.state)) return undefined;
  const { side, base, quote, amount, amountIn, price } = facts.terms;
  const done = filledOf(facts);
  if (side === 'sell') {
    return amountIn === 'base' ? { asset: base, amount: leftOf(amount, done.filled) } : undefined;
  }
  if (amountIn === 'quote') return { asset: quote, amount: leftOf(amount, done.quote) };
  return price && { asset: quote, amount: leftOf(amount, done.filled).times(price) };
}

/** Whether two states of an order hold back the same, told without working it out. */
export function reservesAs(before: OrderFacts, after: OrderFacts): boolean {
  const isSame = before.terms === after.terms && before.legs === after.legs;
  return isSame && isFinal(before.state) === isFinal(after.state);
}

/** Whether the venue may not have taken the reservation into its own figures yet. */
export function isInFlight({ state }: OrderFacts): boolean {
  return state === 'queued' || state === 'sent' || state === 'unknown';
}

/** Running sums per asset. */
export type Ledger = {
  /** A live view: without assets of which nothing is reserved. */
  readonly sums: ReadonlyMap<string, Decimal>;
  readonly replace: (before: Reservation | undefined, after: Reservation | undefined) => void;
};

export function createLedger(): Ledger {
  const sums = new Map<string, Decimal>();

  const set = (asset: string, amount: Decimal): void => {
    if (amount.c[0] === 0) sums.delete(asset);
    else sums.set(asset, amount);
  };

  return {
    sums,
    replace: (before, after) => {
      if (before?.asset === after?.asset && before?.amount === after?.amount) return;
      if (before !== undefined) set(before.asset, (sums.get(before.asset) ?? zero).minus(before.amount));
      if (after !== undefined) set(after.asset, sums.get(after.asset)?.plus(after.amount) ?? after.amount);
    },
  };
}

function leftOf(amount: Decimal, done: Decimal): Decimal {
  if (done === zero) return amount;
  const left = amount.minus(done);
  return left.lt(zero) ? zero : left;
}
