import type { Market, Pair, UnixMs } from '../model/market.js';
import type { Order } from '../model/order.js';
import type { Tracker } from '../orders/tracker.js';
import type { Private } from '../spec/api.js';
import type { OrderRules } from '../spec/spot.js';
import type { AnyTradingSpec } from './any-spec.js';

// An order's time is our estimate of the venue's clock when it was placed.
const clockToleranceMs = 5_000;

export type ResolverOptions<O, C, W> = {
  readonly spec: AnyTradingSpec<O, C, W>;
  readonly settle: OrderRules['settle'];
  readonly api: (context?: { readonly symbol?: string }) => Private<O, C>;
  readonly market: (pair: Pair) => Market<W>;
  /** Venue time. */
  readonly now: () => UnixMs;
  readonly tracker: Tracker;
};

/**
 * Tells what became of an order whose outcome is unknown and which the venue does not find by its id.
 * Resolves with true once it is settled. What any source knows counts at once; that none knows it counts only when all were
 * asked after the time up to which the venue could have accepted it, and even then it is revoked when the order shows up.
 */
export type Resolver = { readonly settle: (order: Order) => Promise<boolean> };

export function createResolver<O, C, W>(options: ResolverOptions<O, C, W>): Resolver {
  const { spec, settle: bounds, tracker, now } = options;

  /** When the venue surely has made up its mind, and its replicas tell so. */
  const decidedAt = (clientOrderId: string): UnixMs | undefined => {
    const deadline = tracker.deadline(clientOrderId);
    if (deadline === undefined || bounds.expiryMs === undefined) return undefined;
    return deadline + bounds.engineMs + bounds.lagMs;
  };

  const askOrders = async (market: Market<W>, order: Order): Promise<boolean> => {
    const { fetchClosedOrders } = spec;
    if (fetchClosedOrders === undefined) return false;
    const p = options.api({ symbol: market.symbol });
    const open = await spec.fetchOpenOrders(p, market);
    const closed = await fetchClosedOrders(p, { market, from: order.createdAt - bounds.lagMs });
    for (const report of [...open, ...closed]) tracker.observe(report);
    return true;
  };

  /** Whether every fill that can be the order's belongs to another one that is known. */
  const askFills = async (market: Market<W>, order: Order): Promise<boolean> => {
    let cursor: string | undefined;
    let areKnown = true;
    do {
      const since = { market, from: order.createdAt - bounds.lagMs, ...(cursor !== undefined && { cursor }) };
      const page = await spec.fetchFills(options.api({ symbol: market.symbol }), since);
      for (const fill of page.fills) {
        const isKnown = tracker.observe(fill);
        areKnown &&= isKnown || fill.at < order.createdAt - clockToleranceMs;
      }
      cursor = page.cursor;
    } while (cursor !== undefined);
    return areKnown;
  };

  return {
    settle: async (order) => {
      const { clientOrderId } = order;
      const at = decidedAt(clientOrderId);
      if (at === undefined || now() <= at) return false;
      const market = options.market(order.pair);
      const isProof = (await askOrders(market, order)) && (await askFills(market, order));
      if (tracker.order(clientOrderId)?.state !== 'unknown') return true;
      if (!isProof) return false;
      tracker.notPlaced(clientOrderId, 'not among the open orders, the closed orders or the fills of the venue');
      return true;
    },
  };
}
