import type { Fill } from '../model/fill.js';
import type { OrderReport } from '../model/order.js';

const most = 1_000;

/** Observations whose order is not known yet: kept until it is, at most 1,000 fills and 1,000 reports, then the oldest go. */
export type Unclaimed = {
  /** Returns whether an older one had to go. */
  readonly keepFill: (fill: Fill) => boolean;
  readonly keepReport: (report: OrderReport) => boolean;
  /** The fills that carry this order id or client order id; they are not kept any longer. */
  readonly takeFills: (symbol: string, ids: OrderIds) => readonly Fill[];
  readonly takeReports: (symbol: string, orderId: string | undefined) => readonly OrderReport[];
  /** Oldest first. */
  readonly reports: () => readonly OrderReport[];
};

type OrderIds = { readonly orderId: string | undefined; readonly clientOrderId: string };

export function createUnclaimed(): Unclaimed {
  // By what they say, so that what is told again takes no more room.
  const fills = new Map<string, Fill>();
  const reports = new Map<string, OrderReport>();

  return {
    keepFill: (fill) => {
      const key = [fill.symbol, fill.orderId, fill.side, fill.fillId].join(' ');
      return keep(fills, key, fill.fees === undefined ? (fills.get(key) ?? fill) : fill);
    },
    keepReport: (report) => {
      const { symbol, orderId, status, filled, version, at } = report;
      return keep(reports, [symbol, orderId, status, filled?.toFixed(), version, at].join(' '), report);
    },
    takeFills: (symbol, { orderId, clientOrderId }) =>
      take(fills, (fill) => {
        if (fill.symbol !== symbol) return false;
        if (fill.orderId !== undefined && orderId !== undefined) return fill.orderId === orderId;
        return fill.clientOrderId === clientOrderId;
      }),
    takeReports: (symbol, orderId) => take(reports, (report) => report.symbol === symbol && report.orderId === orderId),
    reports: () => [...reports.values()],
  };
}

function keep<T>(kept: Map<string, T>, key: string, item: T): boolean {
  kept.set(key, item);
  const [oldest] = kept.keys();
  return kept.size > most && oldest !== undefined && kept.delete(oldest);
}

function take<T>(kept: Map<string, T>, isWanted: (item: T) => boolean): readonly T[] {
  const taken: T[] = [];
  for (const [key, item] of kept) {
    if (!isWanted(item)) continue;
    taken.push(item);
    kept.delete(key);
  }
  return taken;
}
