import type { Market, Pair, UnixMs } from '../model/market.js';
import type { Order, OrderReport } from '../model/order.js';
import type { Tracker } from '../orders/tracker.js';
import type { Clock } from '../ports/ports.js';
import type { Private } from '../spec/api.js';
import type { OrderRules } from '../spec/spot.js';
import type { AnyTradingSpec } from './any-spec.js';
import { clockToleranceMs, isAnEarlier } from './earlier.js';

/** How often the orders that ended are asked for anew while it is too early to conclude anything. */
const searchEveryMs = 10_000;

export type ResolverOptions<O, C, W> = {
  readonly spec: AnyTradingSpec<O, C, W>;
  readonly settle: OrderRules['settle'];
  readonly api: (context?: { readonly symbol?: string }) => Private<O, C>;
  readonly market: (pair: Pair) => Market<W>;
  readonly clock: Pick<Clock, 'mono'>;
  /** Venue time. */
  readonly now: () => UnixMs;
  readonly tracker: Tracker;
  /** Whether a client order id may come again when its order is over. */
  readonly reusesIds: boolean;
};

/**
 * Tells what became of an order whose outcome is unknown and which the venue does not find by its id, or which id that is.
 * Resolves with true once it is settled. What any source knows counts at once; that none knows it counts only when all were
 * asked after the time up to which the venue could have accepted it, and even then it is revoked when the order shows up.
 */
export type Resolver = { readonly settle: (order: Order) => Promise<boolean> };

export function createResolver<O, C, W>(options: ResolverOptions<O, C, W>): Resolver {
  const { spec, settle: bounds, tracker, clock, now } = options;
  /** By symbol: when the orders that ended were asked for last, and which orders that was about. */
  const searches = new Map<string, { readonly at: number; readonly about: ReadonlySet<string> }>();

  /** When the venue surely has made up its mind, and its replicas tell so. */
  const decidedAt = (clientOrderId: string): UnixMs | undefined => {
    const deadline = tracker.deadline(clientOrderId);
    if (deadline === undefined || bounds.expiryMs === undefined) return undefined;
    return deadline + bounds.engineMs + bounds.lagMs;
  };

  const isDecided = (clientOrderId: string): boolean => {
    const at = decidedAt(clientOrderId);
    return at !== undefined && now() > at;
  };

  /**
   * At some venues no query by the client's id finds an order that has ended, and an order without a fill is soon forgotten:
   * so the list of those that ended is not left for the day of judgement. One request a market is about all orders in doubt.
   */
  const search = async (market: Market<W>, order: Order): Promise<void> => {
    const last = searches.get(market.symbol);
    const isDue = last?.about.has(order.clientOrderId) !== true || clock.mono() - last.at >= searchEveryMs;
    if (spec.fetchClosedOrders === undefined || !isDue) return;
    const others = tracker.uncertain().filter(({ pair, state }) => pair === order.pair && state === 'unknown');
    const all = [order, ...others];
    const from = Math.min(...all.map(({ createdAt }) => createdAt)) - bounds.lagMs;
    const reports = await spec.fetchClosedOrders(options.api({ symbol: market.symbol }), { market, from });
    // One that failed is made again at the next look.
    searches.set(market.symbol, { at: clock.mono(), about: new Set(all.map(({ clientOrderId }) => clientOrderId)) });
    // Of others' orders that are over there may be many.
    const isOthers = ({ clientOrderId }: OrderReport): boolean => clientOrderId !== undefined && !knows(clientOrderId);
    take(reports.filter((report) => !isOthers(report)));
  };

  const knows = (clientOrderId: string): boolean => tracker.order(clientOrderId) !== undefined;

  const take = (reports: readonly OrderReport[]): void => {
    for (const report of reports) {
      const order = report.clientOrderId === undefined ? undefined : tracker.order(report.clientOrderId);
      if (order === undefined || !options.reusesIds || !isAnEarlier(order, report)) tracker.observe(report);
    }
  };

  const askOrders = async (market: Market<W>, order: Order): Promise<boolean> => {
    const { fetchClosedOrders } = spec;
    if (fetchClosedOrders === undefined) return false;
    const p = options.api({ symbol: market.symbol });
    const open = await spec.fetchOpenOrders(p, market);
    const closed = await fetchClosedOrders(p, { market, from: order.createdAt - bounds.lagMs });
    take([...open, ...closed]);
    return true;
  };

  /** Whether every fill that can be the order's belongs to another one that is known. */
  const askFills = async (market: Market<W>, order: Order): Promise<boolean> => {
    let cursor: string | undefined;
    let before: string | undefined;
    let areKnown = true;
    do {
      const since = { market, from: order.createdAt - bounds.lagMs, ...(cursor !== undefined && { cursor }) };
      const page = await spec.fetchFills(options.api({ symbol: market.symbol }), since);
      for (const fill of page.fills) {
        const isKnown = tracker.observe(fill);
        areKnown &&= isKnown || fill.at < order.createdAt - clockToleranceMs;
      }
      before = cursor;
      cursor = page.cursor;
    } while (cursor !== undefined && cursor !== before);
    return areKnown && cursor === undefined;
  };

  return {
    settle: async (order) => {
      const { clientOrderId } = order;
      const market = options.market(order.pair);
      if (order.state !== 'unknown' || !isDecided(clientOrderId)) {
        await search(market, order);
        return tracker.order(clientOrderId)?.state !== 'unknown';
      }
      const isProof = (await askOrders(market, order)) && (await askFills(market, order));
      if (tracker.order(clientOrderId)?.state !== 'unknown') return true;
      if (!isProof) return false;
      tracker.notPlaced(clientOrderId, 'not among the open orders, the closed orders or the fills of the venue');
      return true;
    },
  };
}
