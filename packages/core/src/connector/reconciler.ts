import type { Balances } from '../account/balances.js';
import { isConnectorError, type ErrorKind } from '../errors/connector-error.js';
import type { Market, Pair, UnixMs } from '../model/market.js';
import type { Meter } from '../model/metrics.js';
import type { Order } from '../model/order.js';
import type { Journal } from '../orders/journal.js';
import type { Tracker } from '../orders/tracker.js';
import type { Clock } from '../ports/ports.js';
import type { Private } from '../spec/api.js';
import type { Ref, Since } from '../spec/spot.js';
import type { AnyTradingSpec } from './any-spec.js';
import type { Catalogue } from './catalogue.js';
import { createCatchUp } from './catch-up.js';
import { clockToleranceMs, isAnEarlier } from './earlier.js';
import { createFollowUp } from './follow-up.js';
import type { Resolver } from './resolver.js';
import { createRests } from './rests.js';
import { createRuns } from './runs.js';

const backoff = { firstMs: 500, mostMs: 15_000 };
const calmMs = 5_000;
const overdueMs = 60_000;

/** Failures that say nothing about the order asked about: the next one would fail as well. */
const outages: ReadonlySet<ErrorKind> = new Set([
  'network',
  'venue-unavailable',
  'rate-limited',
  'auth',
  'clock-skew',
  'aborted',
]);

export type ReconcilerOptions<O, C, W> = {
  readonly spec: AnyTradingSpec<O, C, W>;
  readonly api: (context?: { readonly symbol?: string }) => Private<O, C>;
  readonly market: (pair: Pair) => Market<W>;
  readonly catalogue: Pick<Catalogue<W>, 'byPair'>;
  readonly watched: () => Iterable<Pair>;
  readonly clock: Clock;
  /** Venue time. */
  readonly now: () => UnixMs;
  readonly random: () => number;
  readonly tracker: Tracker;
  /** Whether a client order id was made by this software, in an earlier run too. */
  readonly isOurs: (clientOrderId: string) => boolean;
  readonly journal: Pick<Journal, 'missing'>;
  readonly balances: Balances;
  readonly resolver: Resolver;
  /** Asks for all positions, where there are any. */
  readonly fetchPositions?: (() => Promise<void>) | undefined;
  /** Whether a client order id may come again when its order is over. */
  readonly reusesIds: boolean;
  readonly meter: Meter;
  readonly onProblem: (error: unknown) => void;
};

/** Asks the venue what the streams did not tell. */
export type Reconciler = {
  /** Looks at everything: open orders, orders that are no longer open, missing fills, balances, positions. Retries until it worked. */
  readonly run: () => Promise<void>;
  /** Nobody listened since then: the next run asks for all fills from there on too. */
  readonly missedSince: (at: UnixMs) => void;
  /** Asks about one order now. */
  readonly look: (clientOrderId: string) => Promise<void>;
  /** Follows every order whose outcome or id is unknown or whose fills or fees are missing, until nothing is. */
  readonly followMissing: () => void;
  readonly fetchBalances: () => Promise<void>;
  /** Fetches balances in the background; `run` when that fails. */
  readonly refetchBalances: () => void;
  readonly refetchPositions: () => void;
  readonly close: () => void;
};

export function createReconciler<O, C, W>(options: ReconcilerOptions<O, C, W>): Reconciler {
  const { spec, api, clock, random, tracker, balances, resolver, meter, onProblem } = options;
  const catchUp = createCatchUp(options);
  const overdueAt = new Map<string, number>();
  const rests = createRests({ clock, random });

  const fetchOrder = async (order: Order): Promise<void> => {
    const market = options.market(order.pair);
    const { clientOrderId, orderId: replacedBy } = order;
    for (const orderId of tracker.unendedIds(clientOrderId))
      await fetchReport(order, { market, clientOrderId, orderId, ...(replacedBy !== undefined && { replacedBy }) });
    const now = tracker.order(clientOrderId) ?? order;
    await fetchReport(now, toRef(market, now));
  };

  const fetchReport = async (order: Order, ref: Ref<W>): Promise<void> => {
    const report = await orNotFound(spec.fetchOrder(api({ symbol: ref.market.symbol }), ref));
    const isOther = report !== undefined && options.reusesIds && isAnEarlier(order, report);
    if (report === undefined || isOther) tracker.notFound(order.clientOrderId, 'order');
    else tracker.observe(report);
  };

  const fetchFills = async (order: Order): Promise<void> => {
    const market = options.market(order.pair);
    const ids = tracker.idsLackingFills(order.clientOrderId);
    for (const orderId of ids) await fetchFillsOf({ market, orderId });
    if (ids.length === 0) await fetchFillsOf(toSince(market, order));
  };

  const fetchFillsOf = async (where: SinceOf<W>): Promise<void> => {
    let cursor: string | undefined;
    let before: string | undefined;
    do {
      const since = { ...where, ...(cursor !== undefined && { cursor }) };
      const page = await spec.fetchFills(api({ symbol: where.market.symbol }), since);
      for (const fill of page.fills) tracker.observe(fill);
      before = cursor;
      cursor = page.cursor;
    } while (cursor !== undefined && cursor !== before);
  };

  const fetchBalances = async (): Promise<void> => {
    const askedAt = options.now();
    balances.apply(await spec.fetchBalances(api()), askedAt);
  };

  /** Missing fees come with the fills. */
  const lacksFills = (clientOrderId: string): boolean =>
    tracker.isIncomplete(clientOrderId) || tracker.isFeeless(clientOrderId);

  const look = async (order: Order): Promise<void> => {
    const { clientOrderId } = order;
    await fetchOrder(order);
    if (lacksFills(clientOrderId)) await fetchFills(tracker.order(clientOrderId) ?? order);
    const after = tracker.order(clientOrderId);
    if (after?.state === 'unknown' || tracker.isNameless(clientOrderId)) await resolver.settle(after ?? order);
  };

  /** Whether it is known what became of an order, up to its fees. */
  const isClear = (clientOrderId: string): boolean =>
    ![tracker.isIncomplete, tracker.isUncertain, tracker.isNameless].some((lacks) => lacks(clientOrderId));

  const isMissing = (clientOrderId: string): boolean => !isClear(clientOrderId) || tracker.isFeeless(clientOrderId);

  const missingOf = (clientOrderId: string): string => {
    if (tracker.isIncomplete(clientOrderId)) return 'fills are missing';
    if (tracker.isUncertain(clientOrderId)) return 'its outcome is unknown';
    return tracker.isNameless(clientOrderId) ? "the venue's id of it is unknown" : 'fees are missing';
  };

  const warnWhenOverdue = (clientOrderId: string): void => {
    const at = overdueAt.get(clientOrderId) ?? clock.mono() + overdueMs;
    const isOverdue = clock.mono() >= at;
    overdueAt.set(clientOrderId, isOverdue ? clock.mono() + overdueMs : at);
    if (!isOverdue) return;
    onProblem(new Error(`order ${clientOrderId}: ${missingOf(clientOrderId)} for over ${overdueMs} ms`));
  };

  const followUp = createFollowUp({
    clock,
    random,
    look: async (clientOrderId) => {
      const order = tracker.order(clientOrderId);
      try {
        // The stream may have told everything meanwhile.
        if (order !== undefined && isMissing(clientOrderId)) await (isClear(clientOrderId) ? fetchFills : look)(order);
      } catch (error) {
        meter.count('account.look-failed');
        onProblem(error);
      }
      if (isMissing(clientOrderId)) warnWhenOverdue(clientOrderId);
      else overdueAt.delete(clientOrderId);
      return !isMissing(clientOrderId);
    },
  });

  const followMissing = (): void => {
    const missing = [tracker.incomplete, tracker.feeless, tracker.uncertain, tracker.nameless];
    for (const list of missing) for (const { clientOrderId } of list()) followUp.order(clientOrderId);
  };

  /** One order that cannot be asked about does not keep the account from being known: it stays in doubt, and is followed. */
  const ask = async (order: Order, about: (order: Order) => Promise<void>): Promise<void> => {
    try {
      await about(order);
    } catch (error) {
      if (isConnectorError(error) && outages.has(error.kind)) throw error;
      meter.count('account.look-failed');
      onProblem(error);
    }
  };

  const lookUnlessListed =
    (listed: ReadonlySet<string>) =>
    async (order: Order): Promise<void> => {
      const { clientOrderId, pair, orderId = '' } = order;
      if (listed.has(`${options.market(pair).symbol} ${orderId}`)) return;
      tracker.notFound(clientOrderId, 'open-orders');
      await fetchOrder(order);
    };

  const lookAround = async (): Promise<void> => {
    const startedAt = clock.mono();
    // Orders sent after this line may be missing from the list that the venue is about to make.
    const expected = tracker.orders({ open: true }).filter(({ state }) => state !== 'queued' && state !== 'sent');
    const reports = await spec.fetchOpenOrders(api());
    for (const report of reports) tracker.observe(report);
    const listed = new Set(reports.map(({ symbol, orderId }) => `${symbol} ${orderId ?? ''}`));
    for (const { clientOrderId } of expected) {
      const order = tracker.order(clientOrderId);
      if (order !== undefined) await ask(order, lookUnlessListed(listed));
    }
    await catchUp.run();
    for (const order of tracker.incomplete()) await ask(order, fetchFills);
    await fetchBalances();
    await options.fetchPositions?.();
    followMissing();
    meter.time('account.reconcile', clock.mono() - startedAt);
  };

  const untilItWorks = async (): Promise<void> => {
    for (let failures = 0; !rests.isClosed(); failures += 1) {
      try {
        await lookAround();
        return;
      } catch (error) {
        meter.count('account.reconcile-failed');
        onProblem(error);
        await rests.pause(backoff, failures);
      }
    }
  };

  const run = createRuns({ clock, calmMs, task: (runsBefore) => rests.rested(runsBefore, untilItWorks) });

  /** Fetches in the background; looks at everything when that fails. */
  const inBackground = (fetch: () => Promise<void>): (() => void) => {
    const orRun = async (): Promise<void> => {
      try {
        await fetch();
      } catch (error) {
        onProblem(error);
        void run();
      }
    };
    const ask = createRuns({ clock, calmMs, task: (runsBefore) => rests.rested(runsBefore, orRun) });
    return () => void ask();
  };

  return {
    run,
    missedSince: catchUp.missedSince,
    look: async (clientOrderId) => {
      const order = tracker.order(clientOrderId);
      if (order === undefined) return;
      try {
        await look(order);
      } finally {
        followMissing();
      }
    },
    followMissing,
    fetchBalances,
    refetchBalances: inBackground(fetchBalances),
    refetchPositions: inBackground(async () => options.fetchPositions?.()),
    close: () => {
      rests.close();
      followUp.close();
    },
  };
}

export function toRef<W>(market: Market<W>, { clientOrderId, orderId }: Order): Ref<W> {
  return { market, clientOrderId, ...(orderId !== undefined && { orderId }) };
}

type SinceOf<W> = Since<W> & { readonly market: Market<W> };

/** Where the fills of an order are found. One that was adopted may have had fills before it became known here. */
function toSince<W>(market: Market<W>, { orderId, createdAt }: Order): SinceOf<W> {
  return { market, ...(orderId === undefined ? { from: createdAt - clockToleranceMs } : { orderId }) };
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
