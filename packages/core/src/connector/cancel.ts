import { attribute } from '../errors/attribute.js';
import { ConnectorError, isConnectorError } from '../errors/connector-error.js';
import type { Market, Pair, UnixMs } from '../model/market.js';
import type { Order, OrderReport } from '../model/order.js';
import { isFinal } from '../orders/facts.js';
import type { Tracker } from '../orders/tracker.js';
import type { Clock } from '../ports/ports.js';
import type { CallContext } from '../rest/call.js';
import type { Private } from '../spec/api.js';
import type { TradingSpec } from '../spec/spot.js';
import type { CancelAllOptions } from './connector.js';
import { known } from './known.js';
import type { Placing } from './place.js';
import { toRef, type Reconciler } from './reconciler.js';
import { atMost } from './wait.js';

const defaultCancelAllMs = 10_000;

export type CancelOptions<O, C, W> = {
  readonly id: string;
  readonly spec: Pick<TradingSpec<O, C, W>, 'cancel' | 'cancelAll' | 'fetchOpenOrders'>;
  readonly api: (context: CallContext) => Private<O, C>;
  readonly market: (pair: Pair) => Market<W>;
  readonly now: () => UnixMs;
  readonly clock: Clock;
  readonly tracker: Tracker;
  readonly placing: Placing;
  readonly reconciler: Reconciler;
  readonly onProblem: (error: unknown) => void;
};

export type Cancelling = {
  readonly cancel: (clientOrderId: string) => Promise<Order>;
  readonly cancelAll: (options?: CancelAllOptions) => Promise<readonly Order[]>;
};

export function createCancelling<O, C, W>(options: CancelOptions<O, C, W>): Cancelling {
  const { id, spec, api, tracker, placing, reconciler, onProblem } = options;
  const underWay = new Map<string, Promise<Order>>();

  /** Sends one cancel. Resolves when the order is over or the venue took the cancel; rejects when neither is so. */
  const ask = async (clientOrderId: string): Promise<void> => {
    const order = known(tracker, id, clientOrderId);
    const market = options.market(order.pair);
    const placed = placing.answered(clientOrderId);
    tracker.canceling(clientOrderId);
    try {
      const p = api({ symbol: market.symbol, order: { ageMs: options.now() - order.createdAt } });
      const report = await spec.cancel(p, toRef(market, order));
      if (isBare(report) && isUnseen(clientOrderId)) throw unproven(`${id} cancel`, clientOrderId);
      tracker.cancelAnswered(clientOrderId, report);
    } catch (error) {
      const failure = attribute(error, { operation: `${id} cancel`, clientOrderId, outcome: 'unknown' });
      tracker.cancelFailed(clientOrderId, failure);
      if (failure.outcome === 'not-sent') throw failure;
      await placed;
      // "Not found" proves nothing, and most often the order has just been filled: the venue is asked what became of it.
      await reconciler.look(clientOrderId).catch(onProblem);
      if (isOver(clientOrderId)) return;
      // The cancel may have overtaken the order on its way.
      if (placed === undefined) throw failure;
      await ask(clientOrderId);
    }
  };

  /** Whether nothing shows so far that the venue ever had it. */
  const isUnseen = (clientOrderId: string): boolean => {
    const { state } = known(tracker, id, clientOrderId);
    return state === 'sent' || state === 'unknown';
  };

  const isOver = (clientOrderId: string): boolean => isFinal(known(tracker, id, clientOrderId).state);

  const cancelOnce = async (clientOrderId: string): Promise<Order> => {
    if (placing.withhold(clientOrderId)) return tracker.closed(clientOrderId);
    if (!isOver(clientOrderId)) await ask(clientOrderId);
    reconciler.followMissing();
    return known(tracker, id, clientOrderId);
  };

  const cancel: Cancelling['cancel'] = async (clientOrderId) => {
    known(tracker, id, clientOrderId);
    const forget = (): boolean => underWay.delete(clientOrderId);
    const running = underWay.get(clientOrderId) ?? cancelOnce(clientOrderId).finally(forget);
    underWay.set(clientOrderId, running);
    return running;
  };

  const cancelEach = async (clientOrderIds: readonly string[]): Promise<void> => {
    // What could not be cancelled shows in orders(), with its state. Some venues take a cancel first and tell its end later.
    const untilOver = async (clientOrderId: string): Promise<void> => {
      await cancel(clientOrderId);
      if (!isOver(clientOrderId)) await tracker.closed(clientOrderId);
    };
    await Promise.allSettled(clientOrderIds.map(untilOver));
  };

  /** One request a market, whoever placed the orders; what became of each is asked afterwards. */
  const sweep = async (
    orders: readonly Order[],
    run: NonNullable<TradingSpec<O, C, W>['cancelAll']>,
  ): Promise<void> => {
    for (const { clientOrderId } of orders) placing.withhold(clientOrderId);
    for (const pair of new Set(orders.map((order) => order.pair))) {
      const market = options.market(pair);
      await run(api({ symbol: market.symbol }), market).catch((error: unknown) => {
        if (!isConnectorError(error, 'order-not-found')) onProblem(error);
      });
    }
    await reconciler.run();
  };

  /** Adopts what others placed and was not seen yet. */
  const seeAll = async (pair: Pair | undefined): Promise<void> => {
    const market = pair === undefined ? undefined : options.market(pair);
    for (const report of await spec.fetchOpenOrders(api({ symbol: market?.symbol }), market)) tracker.observe(report);
  };

  const openOrders = (pair: Pair | undefined): readonly Order[] =>
    tracker.orders({ open: true, ...(pair !== undefined && { pair }) });

  const cancelAll: Cancelling['cancelAll'] = async ({ pair, scope = 'ours', withinMs = defaultCancelAllMs } = {}) => {
    // A pair that is not there would look like one without orders.
    if (pair !== undefined) options.market(pair);
    const targets = new Set<string>();
    const work = async (): Promise<void> => {
      if (scope === 'account') await seeAll(pair).catch(onProblem);
      const orders = openOrders(pair).filter(({ origin }) => scope === 'account' || origin !== 'external');
      for (const { clientOrderId } of orders) targets.add(clientOrderId);
      if (scope === 'account' && spec.cancelAll !== undefined && orders.length > 0) await sweep(orders, spec.cancelAll);
      await cancelEach([...targets].filter((clientOrderId) => !isOver(clientOrderId)));
    };
    await atMost(options.clock, withinMs, work());
    return [...targets].flatMap((clientOrderId) => {
      const order = tracker.order(clientOrderId);
      return order?.state === 'canceled' ? [order] : [];
    });
  };

  return { cancel, cancelAll };
}

/** Whether a cancel was answered with nothing of the order but that it worked: no id of the venue, no count. */
function isBare({ orderId, filled }: OrderReport): boolean {
  return orderId === undefined && filled === undefined;
}

/** Such an answer is no proof that there was an order which nobody has seen: it may be the one to another cancel. */
function unproven(operation: string, clientOrderId: string): ConnectorError {
  const message = 'the venue cancelled something, and nothing shows that it was this order';
  return new ConnectorError(message, { kind: 'bad-response', outcome: 'unknown', operation, clientOrderId });
}
