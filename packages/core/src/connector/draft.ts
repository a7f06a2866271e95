import type { Balances } from '../account/balances.js';
import { attribute } from '../errors/attribute.js';
import type { Book } from '../model/book.js';
import type { Market, Pair, UnixMs } from '../model/market.js';
import type { NewOrder, OrderRequest } from '../model/order.js';
import { checkFunds } from '../orders/budget.js';
import type { ClientIds } from '../orders/client-id.js';
import type { Guard } from '../orders/guard.js';
import { quantise } from '../orders/quantise.js';
import type { Tracker } from '../orders/tracker.js';
import type { OrderRules } from '../spec/spot.js';
import { covers } from './capabilities.js';
import { invalid } from './known.js';
import type { PerpetualRules } from './perpetual.js';
import { checkRequest } from './request.js';
import { boundPrice } from './slippage.js';

const defaultSendWithinMs = 5_000;

export type DraftOptions<W> = {
  readonly id: string;
  readonly rules: OrderRules;
  readonly market: (pair: Pair) => Market<W>;
  /** Of a live book; `undefined` when there is none. */
  readonly book: (pair: Pair) => Book | undefined;
  readonly now: () => UnixMs;
  readonly tracker: Tracker;
  readonly balances: Balances;
  readonly ids: ClientIds;
  readonly guard: Guard;
  /** Where orders are on margin. */
  readonly margin?: PerpetualRules | undefined;
  /** Throws when nothing may be placed now. */
  readonly checkReady: () => void;
};

/** What a venue is asked for a request: rounded, and within all rules. Throws a `ConnectorError`, not sent, when it may not leave. */
export type Draft<W> = (request: OrderRequest, clientOrderId: string) => NewOrder<W>;

export function createDraft<W>(options: DraftOptions<W>): Draft<W> {
  const { id, rules, tracker } = options;

  const toNewOrder = (request: OrderRequest, clientOrderId: string): NewOrder<W> => {
    const market = options.market(request.pair);
    const book = options.book(request.pair);
    const bounded = boundPrice(request, market, book);
    const terms = quantise(market, bounded, () => referencePrice(book, request));
    const deadline = options.now() + (request.sendWithinMs ?? defaultSendWithinMs);
    const positionSide = options.margin?.sideOf(request);
    return { market, request, clientOrderId, deadline, ...terms, ...(positionSide && { positionSide }) };
  };

  const check = (order: NewOrder<W>): void => {
    const { clientOrderId, request } = order;
    options.checkReady();
    // Those made here are right by the way they are made.
    if (request.clientOrderId !== undefined) options.ids.check(clientOrderId);
    if (tracker.order(clientOrderId) !== undefined) {
      throw invalid(`${id} place`, `client order id ${JSON.stringify(clientOrderId)} was used before`);
    }
    checkSupported(id, rules, order);
    if (request.type === 'limit' && request.expiresAt !== undefined && request.expiresAt <= options.now()) {
      throw invalid(`${id} place`, `expiresAt ${request.expiresAt} has passed`);
    }
    const book = options.book(request.pair);
    options.guard.check(order, { mid: () => book?.mid(), open: tracker.openOfOurs() });
    if (request.checkFunds !== true) return;
    if (options.margin !== undefined) options.margin.checkFunds(order, book);
    else {
      const inFlight = tracker.inFlight();
      checkFunds(order, options.balances.all(), { inFlight, referencePrice: referencePrice(book, request) });
    }
  };

  return (request, clientOrderId) => {
    try {
      checkRequest(request);
      const order = toNewOrder(request, clientOrderId);
      check(order);
      return order;
    } catch (error) {
      throw attribute(error, { operation: `${id} place ${request.pair}`, clientOrderId, outcome: 'not-sent' });
    }
  };
}

/** The price at which a market order without a bound is valued, for the venue's least notional. */
function referencePrice(book: Book | undefined, { side }: OrderRequest): ReturnType<Book['mid']> {
  return book?.best(side === 'buy' ? 'sell' : 'buy')?.price;
}

function checkSupported(id: string, { limit, market }: OrderRules, order: NewOrder): void {
  const { timeInForce } = order;
  const { side } = order.request;
  // What is sized in contracts suits the venue, in whichever asset they were counted.
  const amountIn = order.market.shape === 'inverse' && market !== 'none' ? 'contracts' : order.amountIn;
  const isSupported =
    timeInForce === undefined
      ? amountIn === 'contracts' || covers(market, amountIn, side)
      : limit.includes(timeInForce);
  if (isSupported) return;
  const wanted = timeInForce === undefined ? `market orders to ${side} in ${amountIn}` : `limit orders ${timeInForce}`;
  throw invalid(`${id} place`, `this venue has no ${wanted}`, 'unsupported');
}
