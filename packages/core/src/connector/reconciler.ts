import { isConnectorError } from '../errors/connector-error.js';
import type { Balances } from '../account/balances.js';
import type { Market, Pair, UnixMs } from '../model/market.js';
import type { Meter } from '../model/metrics.js';
import type { Order } from '../model/order.js';
import type { Tracker } from '../orders/tracker.js';
import type { Clock } from '../ports/ports.js';
import type { Private } from '../spec/api.js';
import type { Ref, TradingSpec } from '../spec/spot.js';
import { waitMs } from './backoff.js';
import { createFollowUp } from './follow-up.js';
import type { Resolver } from './resolver.js';
import { wait, type Wait } from './wait.js';

const backoff = { firstMs: 500, mostMs: 15_000 };
const overdueMs = 60_000;

export type ReconcilerOptions<O, C, W> = {
  readonly spec: TradingSpec<O, C, W>;
  readonly api: (context?: { readonly symbol?: string }) => Private<O, C>;
  readonly market: (pair: Pair) => Market<W>;
  readonly clock: Clock;
  /** Venue time. */
  readonly now: () => UnixMs;
  readonly random: () => number;
  readonly tracker: Tracker;
  readonly balances: Balances;
  readonly resolver: Resolver;
  readonly meter: Meter;
  readonly onProblem: (error: unknown) => void;
};

/** Asks the venue what the streams did not tell. */
export type Reconciler = {
  /** Looks at everything: open orders, orders that are no longer open, missing fills, balances. Retries until it worked. */
  readonly run: () => Promise<void>;
  /** Asks about one order now. */
  readonly look: (clientOrderId: string) => Promise<void>;
  /** Looks at one order until nothing is missing. */
  readonly follow: (clientOrderId: string) => void;
  /** Follows every order whose outcome is unknown or whose fills are missing. */
  readonly followMissing: () => void;
  readonly fetchBalances: () => Promise<void>;
  readonly close: () => void;
};

export function createReconciler<O, C, W>(options: ReconcilerOptions<O, C, W>): Reconciler {
  const { spec, api, clock, random, tracker, balances, resolver, meter, onProblem } = options;
  const overdueAt = new Map<string, number>();
  let running: Promise<void> | undefined;
  let again = false;
  let pause: Wait | undefined;
  let closed = false;

  const fetchOrder = async (order: Order): Promise<void> => {
    const ref = toRef(options.market(order.pair), order);
    const report = await orNotFound(spec.fetchOrder(api({ symbol: ref.market.symbol }), ref));
    if (report === undefined) tracker.notFound(order.clientOrderId, 'order');
    else tracker.observe(report);
  };

  const fetchFills = async (order: Order): Promise<void> => {
    const market = options.market(order.pair);
    // An order that was adopted may have had fills before it became known here.
    const where = { market, ...(order.orderId === undefined ? { from: order.createdAt } : { orderId: order.orderId }) };
    let cursor: string | undefined;
    do {
      const since = { ...where, ...(cursor !== undefined && { cursor }) };
      const page = await spec.fetchFills(api({ symbol: market.symbol }), since);
      for (const fill of page.fills) tracker.observe(fill);
      cursor = page.cursor;
    } while (cursor !== undefined);
  };

  const fetchBalances = async (): Promise<void> => {
    const askedAt = options.now();
    balances.apply(await spec.fetchBalances(api()), askedAt);
  };

  const look = async (clientOrderId: string): Promise<void> => {
    const order = tracker.order(clientOrderId);
    if (order === undefined) return;
    await fetchOrder(order);
    if (tracker.isIncomplete(clientOrderId)) await fetchFills(tracker.order(clientOrderId) ?? order);
    const after = tracker.order(clientOrderId);
    if (after?.state === 'unknown') await resolver.settle(after);
  };

  const isSettled = (clientOrderId: string): boolean =>
    !tracker.isIncomplete(clientOrderId) && !tracker.isUncertain(clientOrderId);

  const warnWhenOverdue = (clientOrderId: string): void => {
    const at = overdueAt.get(clientOrderId) ?? clock.mono() + overdueMs;
    const isOverdue = clock.mono() >= at;
    overdueAt.set(clientOrderId, isOverdue ? clock.mono() + overdueMs : at);
    if (!isOverdue) return;
    const what = tracker.isIncomplete(clientOrderId) ? 'fills are missing' : 'its outcome is unknown';
    onProblem(new Error(`order ${clientOrderId}: ${what} for over ${overdueMs} ms`));
  };

  const followUp = createFollowUp({
    clock,
    random,
    look: async (clientOrderId) => {
      try {
        await look(clientOrderId);
      } catch (error) {
        meter.count('account.look-failed');
        onProblem(error);
      }
      const settled = isSettled(clientOrderId);
      if (settled) overdueAt.delete(clientOrderId);
      else warnWhenOverdue(clientOrderId);
      return settled;
    },
  });

  const followMissing = (): void => {
    for (const { clientOrderId } of tracker.incomplete()) followUp.order(clientOrderId);
    for (const { clientOrderId } of tracker.uncertain()) followUp.order(clientOrderId);
  };

  const lookAround = async (): Promise<void> => {
    const startedAt = clock.mono();
    // Orders sent after this line may be missing from the list that the venue is about to make.
    const asked = tracker.orders({ open: true }).filter(({ state }) => state !== 'queued' && state !== 'sent');
    const reports = await spec.fetchOpenOrders(api());
    for (const report of reports) tracker.observe(report);
    const listed = new Set(reports.map(({ symbol, orderId }) => `${symbol} ${orderId ?? ''}`));
    for (const order of asked) {
      const { symbol } = options.market(order.pair);
      if (!listed.has(`${symbol} ${order.orderId ?? ''}`)) await fetchOrder(order);
    }
    for (const order of tracker.incomplete()) await fetchFills(order);
    await fetchBalances();
    followMissing();
    meter.time('account.reconcile', clock.mono() - startedAt);
  };

  const untilItWorks = async (): Promise<void> => {
    for (let failures = 0; !closed; failures += 1) {
      try {
        await lookAround();
        return;
      } catch (error) {
        meter.count('account.reconcile-failed');
        onProblem(error);
        pause = wait(clock, waitMs(backoff, failures, random));
        await pause.over;
      }
    }
  };

  const untilNothingNew = async (): Promise<void> => {
    do {
      again = false;
      await untilItWorks();
    } while (again && !closed);
    running = undefined;
  };

  return {
    // A look that began before the latest gap proves nothing about it: what is asked for meanwhile runs after.
    run: () => {
      if (running === undefined) running = untilNothingNew();
      else again = true;
      return running;
    },
    look: async (clientOrderId) => {
      try {
        await look(clientOrderId);
      } finally {
        followMissing();
      }
    },
    follow: followUp.order,
    followMissing,
    fetchBalances,
    close: () => {
      closed = true;
      pause?.cancel();
      followUp.close();
    },
  };
}

export function toRef<W>(market: Market<W>, { clientOrderId, orderId }: Order): Ref<W> {
  return { market, clientOrderId, ...(orderId !== undefined && { orderId }) };
}

/** "Not found" is an answer like any other here, however the venue words it. */
async function orNotFound<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isConnectorError(error, 'order-not-found')) return undefined;
    throw error;
  }
}
