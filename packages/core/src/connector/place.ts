import type { Balances } from '../account/balances.js';
import { attribute } from '../errors/attribute.js';
import { ConnectorError, type ErrorKind } from '../errors/connector-error.js';
import type { Book } from '../model/book.js';
import type { Market, Pair, UnixMs } from '../model/market.js';
import type { NewOrder, Order, OrderRequest } from '../model/order.js';
import { checkFunds } from '../orders/budget.js';
import type { ClientIds } from '../orders/client-id.js';
import type { Guard } from '../orders/guard.js';
import { quantise } from '../orders/quantise.js';
import { toTerms } from '../orders/record.js';
import type { Tracker } from '../orders/tracker.js';
import type { CallContext } from '../rest/call.js';
import type { Private } from '../spec/api.js';
import type { OrderRules, TradingSpec } from '../spec/spot.js';
import { covers } from './capabilities.js';
import type { Reconciler } from './reconciler.js';
import { boundPrice } from './slippage.js';

const defaultSendWithinMs = 5_000;

export type PlaceOptions<O, C, W> = {
  readonly id: string;
  readonly spec: Pick<TradingSpec<O, C, W>, 'place'>;
  readonly rules: OrderRules;
  readonly api: (context: CallContext) => Private<O, C>;
  readonly market: (pair: Pair) => Market<W>;
  /** Of a live book; `undefined` when there is none. */
  readonly book: (pair: Pair) => Book | undefined;
  readonly now: () => UnixMs;
  readonly tracker: Tracker;
  readonly balances: Balances;
  readonly ids: ClientIds;
  readonly guard: Guard;
  readonly reconciler: Reconciler;
  /** Throws when nothing may be placed now. */
  readonly checkReady: () => void;
};

export type Placing = {
  readonly place: (request: OrderRequest) => Promise<Order>;
  /** Keeps an order from leaving that has not left; false when it is too late for that. */
  readonly withhold: (clientOrderId: string) => boolean;
  /** Resolves when the order's request has been answered, or has failed; `undefined` when none is under way. */
  readonly answered: (clientOrderId: string) => Promise<void> | undefined;
  /** Gives up what has not been answered. */
  readonly close: () => void;
};

/** An order from its intent to the venue's answer. */
type Outgoing = {
  readonly controller: AbortController;
  readonly over: Promise<void>;
  isSent: boolean;
};

export function createPlacing<O, C, W>(options: PlaceOptions<O, C, W>): Placing {
  const { id, spec, rules, api, tracker, reconciler } = options;
  const outgoing = new Map<string, Outgoing>();

  const toNewOrder = (request: OrderRequest, clientOrderId: string): NewOrder<W> => {
    const market = options.market(request.pair);
    const book = options.book(request.pair);
    const bounded = boundPrice(request, market, book);
    const terms = quantise(market, bounded, { referencePrice: referencePrice(book, request) });
    const deadline = options.now() + (request.sendWithinMs ?? defaultSendWithinMs);
    return { market, request, clientOrderId, deadline, ...terms };
  };

  const check = (order: NewOrder<W>): void => {
    const { clientOrderId, request } = order;
    options.checkReady();
    options.ids.check(clientOrderId);
    if (tracker.order(clientOrderId) !== undefined) {
      throw invalid(`${id} place`, `client order id ${JSON.stringify(clientOrderId)} was used before`);
    }
    checkSupported(id, rules, order);
    const book = options.book(request.pair);
    const open = tracker.orders({ open: true }).filter(({ origin }) => origin !== 'external').length;
    options.guard.check(order, { mid: book?.mid(), open });
    if (request.checkFunds !== true) return;
    checkFunds(order, options.balances.all(), {
      inFlight: tracker.inFlight(),
      referencePrice: referencePrice(book, request),
    });
  };

  const send = async (order: NewOrder<W>, out: Outgoing): Promise<void> => {
    const { market, clientOrderId, deadline } = order;
    await tracker.intend(clientOrderId, toTerms(order), deadline);
    try {
      const p = api({
        symbol: market.symbol,
        signal: out.controller.signal,
        sendWithinMs: deadline - options.now(),
        onSend: () => {
          out.isSent = true;
          tracker.sent(clientOrderId);
        },
      });
      tracker.answered(clientOrderId, await spec.place(p, order));
    } catch (error) {
      const outcome = out.isSent ? 'unknown' : 'not-sent';
      const failure = attribute(error, { operation: `${id} place ${market.pair}`, clientOrderId, outcome });
      tracker.failed(clientOrderId, failure);
      if (failure.outcome !== 'unknown') throw failure;
    }
  };

  const track = async (order: NewOrder<W>): Promise<void> => {
    const { clientOrderId } = order;
    let end = (): void => undefined;
    const over = new Promise<void>((resolve) => {
      end = resolve;
    });
    const out: Outgoing = { controller: new AbortController(), over, isSent: false };
    outgoing.set(clientOrderId, out);
    try {
      await send(order, out);
    } finally {
      outgoing.delete(clientOrderId);
      end();
    }
  };

  const prepare = (request: OrderRequest, clientOrderId: string): NewOrder<W> => {
    try {
      const order = toNewOrder(request, clientOrderId);
      check(order);
      return order;
    } catch (error) {
      throw attribute(error, { operation: `${id} place ${request.pair}`, clientOrderId, outcome: 'not-sent' });
    }
  };

  return {
    place: async (request) => {
      const clientOrderId = request.clientOrderId ?? options.ids.next();
      await track(prepare(request, clientOrderId));
      reconciler.followMissing();
      return known(tracker, id, clientOrderId);
    },
    withhold: (clientOrderId) => {
      const out = outgoing.get(clientOrderId);
      if (out === undefined || out.isSent) return false;
      out.controller.abort(new Error('cancelled before it was sent'));
      return true;
    },
    answered: (clientOrderId) => outgoing.get(clientOrderId)?.over,
    close: () => {
      for (const { controller } of outgoing.values()) controller.abort(new Error('the connector has been stopped'));
    },
  };
}

/** The order, or an `invalid-request` that names the id. */
export function known(tracker: Tracker, id: string, clientOrderId: string): Order {
  const order = tracker.order(clientOrderId);
  if (order !== undefined) return order;
  throw invalid(`${id} order`, `no order ${JSON.stringify(clientOrderId)} is known here`);
}

export function invalid(operation: string, message: string, kind: ErrorKind = 'invalid-request'): ConnectorError {
  return new ConnectorError(message, { kind, outcome: 'not-sent', operation });
}

/** The price at which a market order without a bound is valued, for the venue's least notional. */
function referencePrice(book: Book | undefined, { side }: OrderRequest): ReturnType<Book['mid']> {
  return book?.best(side === 'buy' ? 'sell' : 'buy')?.price;
}

function checkSupported(id: string, { limit, market }: OrderRules, order: NewOrder): void {
  const { timeInForce, amountIn } = order;
  const isSupported = timeInForce === undefined ? covers(market, amountIn) : limit.includes(timeInForce);
  if (isSupported) return;
  const wanted = timeInForce === undefined ? `market orders in ${amountIn}` : `limit orders ${timeInForce}`;
  throw invalid(`${id} place`, `this venue has no ${wanted}`, 'unsupported');
}
