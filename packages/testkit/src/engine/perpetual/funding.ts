import { insuranceFund, isSystem } from '../ledger.js';
import { part } from '../fees.js';
import { toRatio } from '../step.js';
import type { Parts } from '../execute.js';
import type { MarginBook, PositionState } from './margin-book.js';
import { worthAtMark, type PerpetualMarketState } from './market.js';
import { sign, size } from './position.js';
import type { EngineFundingPayment } from './types.js';

type FundingParts = Pick<Parts, 'ledger' | 'events' | 'now'> & {
  readonly book: MarginBook;
  readonly nextId: () => number;
};

/** Longs pay shorts, or get paid when the rate is below zero; what is left by cutting goes to the insurance fund. */
export function payFunding(parts: FundingParts, market: PerpetualMarketState): readonly EngineFundingPayment[] {
  const { book } = parts;
  const owners = [...book.accounts()].filter(({ name }) => !isSystem(name));
  const positions = owners.flatMap(({ name }) => book.open(name, market));
  return positions.flatMap((position) => {
    const amount = amountOf(position);
    return amount === 0n ? [] : [pay(parts, position, amount)];
  });
}

function amountOf({ held, market }: PositionState): bigint {
  const rate = toRatio(market.perpetual.prices.fundingRate);
  return -sign(held.amount) * part(worthAtMark(market, size(held.amount)), rate);
}

function pay(parts: FundingParts, position: PositionState, amount: bigint): EngineFundingPayment {
  const { ledger, book, events, now, nextId } = parts;
  const { account, market, side, held } = position;
  const { settle, prices } = market.perpetual;
  const isIsolated = book.isIsolated(position);
  ledger.enter([
    { account: insuranceFund, asset: settle, part: 'free', amount: -amount },
    { account, asset: settle, part: isIsolated ? 'locked' : 'free', amount },
  ]);
  if (isIsolated) book.change(position, { ...held, collateral: held.collateral + amount });
  else book.touch(account);
  const common = { account, market: market.symbol, side, asset: settle, amount, rate: prices.fundingRate, at: now() };
  const payment = { paymentId: nextId(), ...common };
  book.of(account).payments.push(payment);
  events.emit({ sequence: events.next(), at: now(), type: 'funding', payment });
  return payment;
}
