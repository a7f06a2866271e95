import { ConnectorError, type ErrorKind } from '../errors/connector-error.js';
import { attribute } from '../errors/attribute.js';
import type { Balances } from '../account/balances.js';
import type { Book } from '../model/book.js';
import { toDecimal, type Decimal, type Exact } from '../model/decimal.js';
import type { Market, Pair, UnixMs } from '../model/market.js';
import type { NewOrder, Order, OrderRequest } from '../model/order.js';
import { checkFunds } from '../orders/budget.js';
import type { ClientIds } from '../orders/client-id.js';
import type { Guard } from '../orders/guard.js';
import { quantise } from '../orders/quantise.js';
import { toTerms } from '../orders/record.js';
import type { Tracker } from '../orders/tracker.js';
import type { Clock } from '../ports/ports.js';
import type { CallContext } from '../rest/call.js';
import type { Private } from '../spec/api.js';
import type { OrderRules, TradingSpec } from '../spec/spot.js';
import { covers } from './capabilities.js';
import type { CancelAllOptions } from './connector.js';
import { toRef, type Reconciler } from './reconciler.js';
import { boundPrice } from './slippage.js';
import { wait } from './wait.js';

const defaultSendWithinMs = 5_000;
const defaultCancelAllMs = 10_000;

export type CommandsOptions<O, C, W> = {
  readonly id: string;
  readonly spec: TradingSpec<O, C, W>;
  readonly rules: OrderRules;
  readonly api: (context: CallContext) => Private<O, C>;
  readonly market: (pair: Pair) => Market<W>;
  readonly book: (pair: Pair) => Book | undefined;
  readonly now: () => UnixMs;
  readonly clock: Clock;
  readonly tracker: Tracker;
  readonly balances: Balances;
  readonly ids: ClientIds;
  readonly guard: Guard;
  readonly reconciler: Reconciler;
  /** Throws when nothing may be placed now. */
  readonly checkReady: () => void;
};

/** What changes orders at the venue. Each command goes to the wire once. */
export type Commands = {
  readonly place: (request: OrderRequest) => Promise<Order>;
  /** Each order by itself: one that is refused does not keep the others from being placed. */
  readonly placeMany: (requests: readonly OrderRequest[]) => Promise<readonly (Order | ConnectorError)[]>;
  readonly cancel: (clientOrderId: string) => Promise<Order>;
  readonly cancelAll: (options?: CancelAllOptions) => Promise<readonly Order[]>;
  readonly amend: (clientOrderId: string, to: { readonly amount?: Exact; readonly price?: Exact }) => Promise<Order>;
};

export function createCommands<O, C, W>(options: CommandsOptions<O, C, W>): Commands {
  const { id, spec, rules, api, tracker, reconciler, clock } = options;
  // Orders that have not left yet: cancelling one of them must keep it from leaving.
  const unsent = new Map<string, AbortController>();

  const get = (clientOrderId: string): Order => {
    const order = tracker.order(clientOrderId);
    if (order !== undefined) return order;
    throw invalid(`${id} order`, `no order ${JSON.stringify(clientOrderId)} is known here`);
  };

  const toNewOrder = (request: OrderRequest): NewOrder<W> => {
    const market = options.market(request.pair);
    const bounded = boundPrice(request, market, options.book(request.pair));
    const terms = quantise(market, bounded, { referencePrice: referencePrice(options.book(request.pair), request) });
    const clientOrderId = request.clientOrderId ?? options.ids.next();
    const sendWithinMs = request.sendWithinMs ?? defaultSendWithinMs;
    return { market, request, clientOrderId, deadline: options.now() + sendWithinMs, ...terms };
  };

  const check = (order: NewOrder<W>): void => {
    const { clientOrderId, request } = order;
    options.checkReady();
    options.ids.check(clientOrderId);
    if (tracker.order(clientOrderId) !== undefined) {
      throw invalid(`${id} place`, `client order id ${JSON.stringify(clientOrderId)} was used before`);
    }
    checkSupported(id, rules, order);
    const open = tracker.orders({ open: true }).filter(({ origin }) => origin !== 'external').length;
    options.guard.check(order, { mid: options.book(request.pair)?.mid(), open });
    if (request.checkFunds !== true) return;
    checkFunds(order, options.balances.all(), {
      inFlight: tracker.inFlight(),
      referencePrice: referencePrice(options.book(request.pair), request),
    });
  };

  const send = async (order: NewOrder<W>): Promise<void> => {
    const { market, clientOrderId, deadline } = order;
    const controller = new AbortController();
    unsent.set(clientOrderId, controller);
    const p = api({
      symbol: market.symbol,
      signal: controller.signal,
      sendWithinMs: deadline - options.now(),
      onSend: () => {
        unsent.delete(clientOrderId);
        tracker.sent(clientOrderId);
      },
    });
    try {
      tracker.answered(clientOrderId, await spec.place(p, order));
    } catch (error) {
      const wasSent = !unsent.has(clientOrderId);
      const failure = attribute(error, {
        operation: `${id} place`,
        clientOrderId,
        outcome: wasSent ? 'unknown' : 'not-sent',
      });
      tracker.failed(clientOrderId, failure);
      if (failure.outcome !== 'unknown') throw failure;
      reconciler.follow(clientOrderId);
    } finally {
      unsent.delete(clientOrderId);
    }
  };

  const place = async (request: OrderRequest): Promise<Order> => {
    const order = toNewOrder(request);
    const { clientOrderId, market } = order;
    try {
      check(order);
      await tracker.intend(clientOrderId, toTerms(order), order.deadline);
    } catch (error) {
      throw attribute(error, { operation: `${id} place ${market.pair}`, clientOrderId, outcome: 'not-sent' });
    }
    await send(order);
    reconciler.followMissing();
    return get(clientOrderId);
  };

  const askToCancel = async (order: Order): Promise<void> => {
    const { clientOrderId } = order;
    const market = options.market(order.pair);
    const ageMs = options.now() - order.createdAt;
    tracker.canceling(clientOrderId);
    try {
      const p = api({ symbol: market.symbol, order: { ageMs } });
      tracker.cancelAnswered(clientOrderId, await spec.cancel(p, toRef(market, order)));
    } catch (error) {
      const failure = attribute(error, { operation: `${id} cancel`, clientOrderId, outcome: 'unknown' });
      tracker.cancelFailed(clientOrderId, failure);
      if (failure.outcome === 'not-sent') throw failure;
      // "Not found" proves nothing, and most often the order has just been filled: the venue is asked what became of it.
      await reconciler.look(clientOrderId);
      if (isOpen(get(clientOrderId))) {
        reconciler.follow(clientOrderId);
        throw failure;
      }
    }
  };

  const cancel = async (clientOrderId: string): Promise<Order> => {
    const order = get(clientOrderId);
    const queued = unsent.get(clientOrderId);
    if (queued !== undefined) {
      queued.abort(new Error('cancelled before it was sent'));
      return tracker.closed(clientOrderId);
    }
    if (isOpen(order)) await askToCancel(order);
    reconciler.followMissing();
    return get(clientOrderId);
  };

  const cancelOne = async (order: Order): Promise<Order | undefined> => {
    try {
      return await cancel(order.clientOrderId);
    } catch {
      // What could not be cancelled shows in orders(), with its state.
      return undefined;
    }
  };

  const cancelEach = async (orders: readonly Order[]): Promise<void> => {
    await Promise.all(orders.map(cancelOne));
  };

  /** One request a market, whoever placed the orders; what became of each is asked afterwards. */
  const sweep = async (
    orders: readonly Order[],
    run: NonNullable<TradingSpec<O, C, W>['cancelAll']>,
  ): Promise<void> => {
    for (const pair of new Set(orders.map((order) => order.pair))) {
      const market = options.market(pair);
      try {
        await run(api({ symbol: market.symbol }), market);
      } catch {
        await cancelEach(orders.filter((order) => order.pair === pair));
      }
    }
    await reconciler.run();
  };

  const cancelAll = async ({ pair, scope = 'ours', withinMs = defaultCancelAllMs }: CancelAllOptions = {}): Promise<
    readonly Order[]
  > => {
    const filter = { open: true, ...(pair !== undefined && { pair }) };
    const limit = wait(clock, withinMs);
    const targets = tracker.orders(filter).filter(({ origin }) => scope === 'account' || origin !== 'external');
    const work =
      scope === 'account' && spec.cancelAll !== undefined ? sweep(targets, spec.cancelAll) : cancelEach(targets);
    await Promise.race([work, limit.over]);
    limit.cancel();
    return targets.map(({ clientOrderId }) => get(clientOrderId)).filter(({ state }) => state === 'canceled');
  };

  const amend: Commands['amend'] = async (clientOrderId, to) => {
    const order = get(clientOrderId);
    if (spec.amend === undefined) throw invalid(`${id} amend`, 'this venue cannot amend orders', 'unsupported');
    const market = options.market(order.pair);
    const change = toChange(id, spec.amend, order, to);
    const p = api({ symbol: market.symbol, order: { ageMs: options.now() - order.createdAt } });
    tracker.amending(clientOrderId, change);
    try {
      tracker.amended(clientOrderId, change, await spec.amend.run(p, toRef(market, order), change));
    } catch (error) {
      const failure = attribute(error, { operation: `${id} amend`, clientOrderId, outcome: 'unknown' });
      tracker.amendFailed(clientOrderId, change, failure);
      reconciler.followMissing();
      throw failure;
    }
    return get(clientOrderId);
  };

  const placeMany: Commands['placeMany'] = (requests) =>
    Promise.all(
      requests.map((request) =>
        place(request).catch((error: unknown) => attribute(error, { operation: `${id} place`, outcome: 'unknown' })),
      ),
    );

  return { place, placeMany, cancel, cancelAll, amend };
}

function toChange(
  id: string,
  rule: NonNullable<TradingSpec<never, never, never>['amend']>,
  order: Order,
  to: { readonly amount?: Exact; readonly price?: Exact },
): { readonly amount?: Decimal; readonly price?: Decimal } {
  const amount = to.amount === undefined ? undefined : toDecimal(to.amount);
  const price = to.price === undefined ? undefined : toDecimal(to.price);
  if (price !== undefined && rule.can === 'amount') {
    throw invalid(`${id} amend`, 'this venue amends amounts only: cancel, then place at the new price', 'unsupported');
  }
  if (rule.lowersOnly === true && amount !== undefined && amount.gte(order.amount)) {
    const from = `${order.amount.toFixed()} to ${amount.toFixed()}`;
    throw invalid(`${id} amend`, `this venue lowers amounts only: ${from} is not lower`, 'unsupported');
  }
  if (amount === undefined && price === undefined) throw invalid(`${id} amend`, 'nothing to change');
  return { ...(amount !== undefined && { amount }), ...(price !== undefined && { price }) };
}

/** The price at which a market order without a bound is valued, for the venue's least notional. */
function referencePrice(book: Book | undefined, { side }: OrderRequest): Decimal | undefined {
  return book?.best(side === 'buy' ? 'sell' : 'buy')?.price;
}

function checkSupported(id: string, { limit, market }: OrderRules, order: NewOrder): void {
  const { timeInForce, amountIn } = order;
  const isSupported = timeInForce === undefined ? covers(market, amountIn) : limit.includes(timeInForce);
  if (isSupported) return;
  const wanted = timeInForce === undefined ? `market orders in ${amountIn}` : `limit orders ${timeInForce}`;
  throw invalid(`${id} place`, `this venue has no ${wanted}`, 'unsupported');
}

function isOpen({ state }: Order): boolean {
  return state === 'queued' || state === 'sent' || state === 'unknown' || state === 'open';
}

function invalid(operation: string, message: string, kind: ErrorKind = 'invalid-request'): ConnectorError {
  return new ConnectorError(message, { kind, outcome: 'not-sent', operation });
}
