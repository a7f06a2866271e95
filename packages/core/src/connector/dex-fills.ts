import { zero } from '../model/decimal.js';
import type { Fill } from '../model/fill.js';
import type { Side } from '../model/market.js';
import type { OrderReport } from '../model/order.js';
import { fromUnits } from '../model/units.js';
import type { Tracker } from '../orders/tracker.js';
import type { Receipt } from '../spec/chain.js';
import type { DexMarket } from '../spec/dex.js';
import type { Attempts, Inclusion } from './dex-follow.js';

/** An order whose transaction is under way. */
export type Carried<W> = { readonly clientOrderId: string; readonly side: Side; readonly market: DexMarket<W> };

type Booking = Pick<Attempts, 'included' | 'reverted' | 'takenBack'> & {
  /** Another transaction has the nonce, for good. */
  readonly replaced: () => void;
};

type Told = Omit<OrderReport, 'type' | 'symbol' | 'orderId' | 'clientOrderId'>;

/** Books what becomes of an order's transactions. */
export function bookTransactions<W>(
  tracker: Pick<Tracker, 'observe' | 'takenBack' | 'fillsOf' | 'signedFor'>,
  swap: Carried<W>,
): Booking {
  const { clientOrderId } = swap;
  const { symbol } = swap.market;

  const report = (orderId: string, told: Told): void => {
    tracker.observe({ type: 'order', symbol, orderId, clientOrderId, ...told });
  };
  /** The ids of the order: one for each time that it was signed, whatever only took its nonce left out. */
  const idsOf = (): readonly string[] =>
    tracker
      .signedFor(clientOrderId)
      .flatMap(({ step, cancels, transaction }) => ((step ?? cancels) === undefined ? [transaction.hash] : []));

  /** None of its transactions has any effect. The fee was paid once. */
  const endAll = (told: Told): void => {
    const { fees, ...rest } = told;
    for (const [index, orderId] of idsOf().entries())
      report(orderId, { ...rest, filled: zero, ...(fees !== undefined && index === 0 && { fees }) });
  };

  const fill = (receipt: Receipt): void => {
    const { hash: orderId, at } = receipt;
    const fees = [receipt.fee];
    const filled = toFill(swap, receipt, toFillId(receipt, tracker.fillsOf(clientOrderId).voided));
    if (filled === undefined) {
      endAll({ status: 'rejected', reason: 'the swap moved nothing', fees, at });
      return;
    }
    for (const other of idsOf()) if (other !== orderId) report(other, { status: 'canceled', filled: zero });
    tracker.observe(filled);
    report(orderId, { status: 'filled', filled: filled.amount, at, fees });
  };

  return {
    included: (receipt) => {
      const { cancels } = tracker.signedFor(clientOrderId).find(isOf(receipt)) ?? {};
      if (cancels === undefined) fill(receipt);
      else endAll({ ...endings[cancels], fees: [receipt.fee], at: receipt.at });
    },
    reverted: ({ at, fee }) => {
      endAll({ status: 'rejected', reason: 'the transaction was reverted', fees: [fee], at });
    },
    takenBack: (inclusion) => {
      const booked = tracker.fillsOf(clientOrderId).booked.find((fillId) => fillId.startsWith(toFillId(inclusion, 0)));
      tracker.takenBack(clientOrderId, booked ?? '');
    },
    replaced: () => {
      endAll({ status: 'canceled', reason: 'another transaction took its nonce' });
    },
  };
}

const endings = {
  asked: { status: 'canceled', reason: 'a transaction that does nothing took its nonce' },
  late: { status: 'expired', reason: 'its time was over before it was included' },
} as const;

function isOf({ hash }: Receipt): (signed: { readonly transaction: { readonly hash: string } }) => boolean {
  return ({ transaction }) => transaction.hash === hash;
}

/** From what the owner's balances changed by, so that fees of the tokens themselves are in it. */
function toFill<W>({ clientOrderId, market, side }: Carried<W>, receipt: Receipt, fillId: string): Fill | undefined {
  const { baseToken, quoteToken, symbol } = market;
  const sign = side === 'buy' ? 1n : -1n;
  const base = sign * (receipt.changes.get(baseToken.id) ?? 0n);
  const quote = -sign * (receipt.changes.get(quoteToken.id) ?? 0n);
  if (base <= 0n || quote < 0n) return undefined;
  const amount = fromUnits(base, baseToken.decimals);
  return {
    type: 'fill',
    ...{ symbol, orderId: receipt.hash, clientOrderId, fillId, side },
    price: fromUnits(quote, quoteToken.decimals).div(amount),
    amount,
    at: receipt.at,
    fees: [receipt.fee],
    liquidity: 'taker',
  };
}

/** Another one when the transaction is included again, in the same block too: what was taken back does not come again. */
function toFillId({ hash, block = '' }: Pick<Inclusion, 'hash' | 'block'>, times: number): string {
  return times === 0 ? `${hash}:${block}` : `${hash}:${block}:${times}`;
}

/** The inclusion that a fill on record tells of. */
export function toInclusion(fillId: string): Inclusion {
  const [hash = '', block = ''] = fillId.split(':');
  return { state: 'included', hash, block };
}
