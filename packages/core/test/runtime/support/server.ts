import { ConnectorError } from '../../../src/index.js';
import type { Http, HttpAnswer, WireRequest } from '../../../src/index.js';
import { row, type Row } from './wire.js';

/** What the venue answers: a body, at once or later; what it throws ends the connection. */
export type Handler = (params: Row) => unknown;

/** The venue's side over HTTP: orders and fills in memory, and any endpoint scripted. */
export type Server = {
  readonly http: Http;
  /** Every request: `POST /order`, with its parameters. */
  readonly requests: readonly { readonly at: string; readonly params: Row }[];
  readonly on: (at: string, handler: Handler) => void;
  readonly answer: (at: string, params: Row) => unknown;
  /** The orders that the venue holds, by client order id; a test may write them. */
  readonly orders: Map<string, Row>;
  readonly fills: Row[];
};

export function createServer(now: () => number): Server {
  const requests: { at: string; params: Row }[] = [];
  const orders = new Map<string, Row>();
  const fills: Row[] = [];

  const change = (cid: string | undefined, to: Row): Row => {
    const order = orders.get(cid ?? '');
    if (order?.['status'] !== 'open') return refusal('gone', 'no such order');
    const next = { ...order, ...to };
    orders.set(cid ?? '', next);
    return next;
  };
  const ofStatus = (isOpen: boolean): readonly Row[] =>
    [...orders.values()].filter(({ status }) => (status === 'open') === isOpen);

  const handlers = new Map<string, Handler>([
    ['GET /time', () => ({ time: now() })],
    ['GET /markets', () => [btc, eth]],
    ['GET /book', ({ symbol }) => bookOf(symbol ?? '')],
    [
      'GET /tickers',
      () => [
        { symbol: 'BTCUSDT', last: '100' },
        { symbol: 'UNKNOWN', last: '1' },
      ],
    ],
    ['GET /balances', () => [{ asset: 'USDT', total: '1000', available: '1000' }]],
    ['GET /fees', () => ({ maker: '0.001', taker: '0.002', asset: 'quote' })],
    ['GET /key', () => ({ trade: 'yes', withdraw: 'no', bound: 'yes' })],
    ['GET /order', ({ cid }) => orders.get(cid ?? '') ?? refusal('gone', 'no such order')],
    ['GET /open', () => ofStatus(true)],
    ['GET /closed', () => ofStatus(false)],
    ['GET /fills', ({ id }) => [{}, ...fills.filter((fill) => id === undefined || fill['id'] === id)]],
    ['GET /poll', () => [{ cursor: 'end' }]],
    [
      'POST /order',
      ({ cid = '', ...params }) => {
        const order = { id: String(orders.size + 1), cid, status: 'open', filled: '0', ...params };
        orders.set(cid, order);
        return order;
      },
    ],
    ['DELETE /order', ({ cid }) => change(cid, { status: 'canceled' })],
    [
      'DELETE /orders',
      () => {
        for (const [cid] of orders) change(cid, { status: 'canceled' });
        return {};
      },
    ],
    ['RPC amend', ({ cid, amount, price }) => change(cid, { ...(amount && { amount }), ...(price && { price }) })],
  ]);

  const answer = (at: string, params: Row): unknown => {
    requests.push({ at, params });
    return (handlers.get(at) ?? (() => refusal('rejected', 'no such endpoint')))(params);
  };

  return {
    requests,
    orders,
    fills,
    answer,
    on: (at, handler) => {
      handlers.set(at, handler);
    },
    http: {
      send: async (request) => {
        const body = await answer(`${request.method} ${request.url.pathname}`, toParams(request));
        return toAnswer(body);
      },
    },
  };
}

export const btc: Row = { pair: 'BTC-USDT', symbol: 'BTCUSDT', status: 'trading', step: '0.01' };
export const eth: Row = { pair: 'ETH-USDT', symbol: 'ETHUSDT', status: 'trading', step: '0.01' };

export function bookOf(symbol: string): object {
  const bids = [
    ['99', '5'],
    ['98', '5'],
  ];
  const asks = [
    ['101', '5'],
    ['102', '5'],
  ];
  return { type: 'book', symbol, snapshot: 'yes', first: '1', last: '10', bids, asks };
}

export function refusal(code: string, message: string): Row {
  return { code, message };
}

/** The connection breaks: `not-sent` before a byte left, `unknown` after. */
export function breakOff(outcome: 'not-sent' | 'unknown' = 'unknown'): never {
  throw new ConnectorError('the connection broke', { kind: 'network', outcome, operation: 'tiny' });
}

function toParams({ url, body }: WireRequest): Row {
  const sent: unknown = body === '' ? {} : JSON.parse(body);
  return { ...Object.fromEntries(new URLSearchParams(url.search)), ...row(sent) };
}

function toAnswer(body: unknown): HttpAnswer {
  return { status: 200, headers: new Map(), body: new TextEncoder().encode(JSON.stringify(body)) };
}
