import { zero } from '../model/decimal.js';
import type { Fill } from '../model/fill.js';
import type { Side } from '../model/market.js';
import type { OrderReport } from '../model/order.js';
import { fromUnits } from '../model/units.js';
import type { Tracker } from '../orders/tracker.js';
import type { Receipt, SignedTransaction } from '../spec/chain.js';
import type { DexMarket } from '../spec/dex.js';
import type { Follower } from './dex-follow.js';

/** An order whose transaction is under way. */
export type Carried<W> = { readonly clientOrderId: string; readonly side: Side; readonly market: DexMarket<W> };

/** Books what becomes of an order's transaction. */
export function bookTransaction<W>(
  tracker: Pick<Tracker, 'observe' | 'voided'>,
  swap: Carried<W>,
  { transaction, onOver }: { readonly transaction: SignedTransaction; readonly onOver: () => void },
): Follower {
  const ids = { symbol: swap.market.symbol, orderId: transaction.hash, clientOrderId: swap.clientOrderId };

  const report = (told: Omit<OrderReport, 'type' | 'symbol' | 'orderId' | 'clientOrderId'>): void => {
    tracker.observe({ type: 'order', ...ids, ...told });
    onOver();
  };

  return {
    included: (receipt) => {
      const fill = toFill(swap, receipt, ids);
      if (fill === undefined) {
        report({
          status: 'rejected',
          reason: 'the swap moved nothing',
          filled: zero,
          fees: [receipt.fee],
          at: receipt.at,
        });
        return;
      }
      tracker.observe(fill);
      report({ status: 'filled', filled: fill.amount, at: receipt.at, fees: [receipt.fee] });
    },
    reverted: ({ at, fee }) => {
      report({ status: 'rejected', reason: 'the transaction was reverted', filled: zero, fees: [fee], at });
    },
    takenBack: (receipt) => {
      tracker.voided(ids.clientOrderId, toFillId(receipt));
    },
    replaced: () => {
      report({ status: 'canceled', reason: 'another transaction took its nonce', filled: zero });
    },
  };
}

/** From what the owner's balances changed by, so that fees of the tokens themselves are in it. */
function toFill<W>(
  { market, side }: Carried<W>,
  receipt: Receipt,
  ids: Pick<Fill, 'symbol' | 'orderId' | 'clientOrderId'>,
): Fill | undefined {
  const { baseToken, quoteToken } = market;
  const sign = side === 'buy' ? 1n : -1n;
  const base = sign * (receipt.changes.get(baseToken.id) ?? 0n);
  const quote = -sign * (receipt.changes.get(quoteToken.id) ?? 0n);
  if (base <= 0n || quote < 0n) return undefined;
  const amount = fromUnits(base, baseToken.decimals);
  return {
    type: 'fill',
    ...ids,
    fillId: toFillId(receipt),
    side,
    price: fromUnits(quote, quoteToken.decimals).div(amount),
    amount,
    at: receipt.at,
    fees: [receipt.fee],
    liquidity: 'taker',
  };
}

/** Another one when the transaction is included again elsewhere. */
function toFillId({ hash, block }: Receipt): string {
  return `${hash}:${block}`;
}
