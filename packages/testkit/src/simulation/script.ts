import {
  decimal,
  isConnectorError,
  roundDown,
  type Connector,
  type ConnectorError,
  type Decimal,
  type OrderRequest,
  type Position,
  type Side,
} from '@hb/connector-core';

import type { Exchange } from '../conformance/exchange.js';
import type { BookWatch } from './books.js';
import type { Crash } from './host.js';
import type { History, Placing } from './history.js';
import type { Action, PlaceAction } from './plan.js';

export type ScriptParts = {
  /** The one that runs now; `undefined` while the process is down. */
  readonly connector: () => Connector | undefined;
  readonly exchanges: readonly Exchange[];
  readonly history: History;
  readonly books: Pick<BookWatch, 'begin'>;
  /** In ms after the start. */
  readonly elapsed: () => number;
  readonly after: (ms: number, run: () => void) => void;
  readonly restart: (how: 'stop' | Crash, downMs: number) => unknown;
};

/** Does what a strategy would do, and writes down what it was told. It never waits for an answer before it goes on. */
export function createScript(parts: ScriptParts): (action: Action) => void {
  const { exchanges, history, elapsed } = parts;

  const exchangeOf = (market: number): Exchange => {
    const found = exchanges[market % exchanges.length];
    if (found === undefined) throw new RangeError('a simulation needs a market');
    return found;
  };
  const note = (work: Promise<unknown>): void => {
    work.catch((error: unknown) => history.errors.push(error));
  };
  const idOf = (order: string): string | undefined => history.placings.get(order)?.clientOrderId;

  function place(connector: Connector, action: PlaceAction): void {
    const exchange = exchangeOf(action.market);
    const clientOrderId = connector.newClientOrderId();
    const account = connector.status.account;
    const placing: Placing = { name: action.order, clientOrderId, at: elapsed(), account, outcome: 'pending' };
    history.placings.set(action.order, placing);
    const settle = (error: unknown): void => {
      history.errors.push(error);
      placing.outcome = isConnectorError(error) ? error.outcome : 'unknown';
      placing.problem = error instanceof Error ? error.message : String(error);
    };
    connector.place({ ...toRequest(connector, exchange, action), clientOrderId }).then(() => {
      placing.outcome = 'resolved';
    }, settle);
  }

  function cancel(connector: Connector, clientOrderId: string): void {
    connector.cancel(clientOrderId).catch((error: unknown) => {
      history.errors.push(error);
      if (isConnectorError(error) && isHeldBack(error)) {
        const what = `a cancel of ${clientOrderId} was held back: ${error.message}`;
        history.violations.push({ oracle: 'FCL', what, at: elapsed() });
      }
    });
  }

  function amend(connector: Connector, clientOrderId: string, share: number): void {
    const order = connector.order(clientOrderId);
    const exchange = exchanges.find(({ pair }) => pair === order?.pair);
    if (order === undefined || exchange === undefined || connector.amend === undefined) return;
    const amount = roundDown(order.amount.times(String(share)), exchange.amountStep);
    if (order.state === 'open' && order.type === 'limit' && amount.gt(order.filled))
      note(connector.amend(clientOrderId, { amount }));
  }

  return (action) => {
    const connector = parts.connector();
    if (action.kind === 'restart') {
      parts.restart(action.how, action.downMs);
      return;
    }
    if (connector === undefined) return;
    if (action.kind === 'place') place(connector, action);
    else if (action.kind === 'cancel-all') note(connector.cancelAll({ pair: exchangeOf(action.market).pair }));
    else if (action.kind === 'refresh') note(connector.refresh(action.what));
    else if (action.kind === 'rewatch') {
      const { pair } = exchangeOf(action.market);
      note(connector.unwatch(pair));
      parts.after(action.forMs, () => {
        parts.books.begin(pair);
        note(parts.connector()?.watch(pair) ?? Promise.resolve());
      });
    } else {
      const clientOrderId = idOf(action.order);
      if (clientOrderId === undefined || connector.order(clientOrderId) === undefined) return;
      if (action.kind === 'cancel') cancel(connector, clientOrderId);
      else if (action.kind === 'amend') amend(connector, clientOrderId, action.share);
      else note(connector.refresh({ clientOrderId }));
    }
  };
}

/** Cancels are never held back: not for a stale account, nor for an order that may live. */
function isHeldBack({ outcome, kind }: ConnectorError): boolean {
  return outcome === 'not-sent' && kind === 'venue-unavailable';
}

function toRequest(connector: Connector, exchange: Exchange, action: PlaceAction): OrderRequest {
  const { pair, priceStep } = exchange;
  const middle = connector.book(pair)?.mid() ?? decimal(exchange.price);
  const closing = action.closes === true ? toClosing(connector, exchange, action) : undefined;
  const { side, amount } = closing ?? { side: action.side, amount: exchange.amounts(action.times) };
  const effect: OrderRequest['effect'] = closing === undefined ? 'open' : 'close';
  const common = { pair, side, ...(connector.positions !== undefined && { effect }) } as const;
  if (action.type === 'market') {
    const worth = roundDown(middle.times(amount), decimal('0.01'));
    const inQuote = action.amountIn === 'quote' ? worth.toFixed() : amount;
    return { ...common, type: 'market', amount: inQuote, amountIn: action.amountIn };
  }
  const price = roundDown(middle.plus(halfSpread(exchange).times(String(action.offset))), priceStep);
  return { ...common, type: 'limit', amount, price, timeInForce: action.timeInForce };
}

/** What reduces a position of the market, the one on this side first. */
function toClosing(
  { positions }: Connector,
  { pair, amounts }: Exchange,
  { side, times }: PlaceAction,
): { readonly side: Side; readonly amount: string } | undefined {
  const held = positions?.list().filter((position) => position.pair === pair) ?? [];
  const sides = held.map((position) => ({ side: closingSide(position), amount: position.amount.abs() }));
  const chosen = sides.find((each) => each.side === side) ?? sides[0];
  if (chosen === undefined) return undefined;
  const wanted = decimal(amounts(times));
  return { side: chosen.side, amount: (wanted.gt(chosen.amount) ? chosen.amount : wanted).toFixed() };
}

function closingSide({ side, amount }: Position): Side {
  return side === 'short' || amount.lt('0') ? 'buy' : 'sell';
}

function halfSpread(exchange: Exchange): Decimal {
  return decimal(exchange.best('sell')).minus(exchange.price);
}
