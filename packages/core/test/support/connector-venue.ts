import { decimal, one } from '../../src/model/decimal.js';
import type { Fill } from '../../src/model/fill.js';
import type { Market, MarketStatus, Side } from '../../src/model/market.js';
import type { OrderReport, OrderStatus } from '../../src/model/order.js';
import type { Candle, Trade } from '../../src/model/trade.js';
import type { Private, Public, Secret } from '../../src/spec/api.js';
import { defineSpotConnector } from '../../src/spec/define.js';
import type { Answer, Endpoint, Verdict } from '../../src/spec/endpoint.js';
import type { AccountEvent, MarketEvent, SpotSpec } from '../../src/spec/spot.js';
import type { Frame, Stream } from '../../src/spec/stream.js';

/** `stream` sends orders over the account's stream. */
export type TinyOptions = { readonly orders: 'rest' | 'stream' };
export type TinyKey = { readonly key: string; readonly secret: Secret };
export type TinySpec = SpotSpec<TinyOptions, TinyKey, undefined>;

/** A small made-up spot venue: all values are text, and what has a `code` is a refusal. */
export const tiny: TinySpec = defineSpotConnector({
  specVersion: 'spot/1',
  id: 'tiny',
  docs: 'https://docs.tiny.test',
  environments: {
    live: {
      rest: 'https://api.tiny.test',
      public: 'wss://stream.tiny.test/public',
      account: 'wss://stream.tiny.test/account',
    },
    test: {
      rest: 'https://test.tiny.test',
      public: 'wss://test.tiny.test/public',
      account: 'wss://test.tiny.test/account',
    },
  },
  options: (given) => ({ orders: text(given, 'orders', 'rest') === 'stream' ? 'stream' : 'rest' }),
  credentials: { key: { label: 'Key', secret: false }, secret: { label: 'Secret', secret: true } },
  limits: () => ({
    weight: { scope: 'ip', windows: [{ limit: 100, perMs: 1_000 }] },
    orders: { scope: 'account', windows: [{ limit: 5, perMs: 1_000 }] },
  }),
  fetchTime: ({ call }) => call({ at: 'GET /time' }, {}, (json) => Number(text(json, 'time'))),
  sign: ({ credentials, crypto }, request) => {
    const signature = crypto.hmac('sha256', credentials.secret, request.url.search + request.body);
    return { ...request, headers: { ...request.headers, 'x-key': credentials.key, 'x-sign': toHex(signature) } };
  },
  judge,
  market: {
    fetchMarkets: ({ call }) => call(get('/markets'), {}, (json) => list(json, 'markets').map(toMarket)),
    fetchBook: ({ call }, { symbol }) => call(get('/book'), { symbol }, (json) => toBook(symbol, json, true)),
    fetchTickers: ({ call }) =>
      call(get('/tickers'), {}, (json) =>
        list(json, 'tickers').map((row) => ({ symbol: text(row, 'symbol'), last: decimal(text(row, 'last')) })),
      ),
    fetchTrades: ({ call }, { symbol }) =>
      call(get('/trades'), { symbol }, (json) => list(json, 'trades').map((row) => toTrade(symbol, row))),
    candles: {
      intervals: ['1m', '1h', '1M'],
      max: 3,
      fetch: ({ call }, { symbol }, { interval, from, to, limit }) =>
        call(get('/candles'), { symbol, interval, from, to, limit }, (json) => list(json, 'candles').map(toCandle)),
    },
    topic: (channel, { symbol }) =>
      channel === 'book' || channel === 'trades' ? { stream: 'public', topic: `${channel}:${symbol}` } : undefined,
    feed: { streams: { public: { ...streamOf<MarketEvent, Public<TinyOptions>>('public'), parse: parseMarket } } },
  },
  orders: {
    limit: ['gtc', 'ioc', 'post-only'],
    market: 'base',
    clientId: { form: 'text', max: 32, alphabet: /^[a-z0-9-]$/, unique: 'for-ever', echoed: true },
    settle: { expiryMs: 5_000, engineMs: 1_000, lagMs: 1_000 },
  },
  trading: {
    place: (p, { market, request, clientOrderId, amount, price, timeInForce = 'market' }) => {
      const terms = { side: request.side, amount: amount.toFixed(), price: price?.toFixed(), timeInForce };
      return p.call(orderAt(p, 'place'), { symbol: market.symbol, clientOrderId, ...terms }, toReport);
    },
    cancel: (p, { market, clientOrderId }) =>
      p.call(orderAt(p, 'cancel'), { symbol: market.symbol, clientOrderId }, toReport),
    amend: {
      id: 'kept',
      can: 'amount-and-price',
      run: (p, { clientOrderId }, { amount, price }) => {
        const to = { amount: amount?.toFixed(), price: price?.toFixed() };
        return p.call({ at: 'POST /amend', signed: true, lane: 'order' }, { clientOrderId, ...to }, toReport);
      },
    },
    cancelAll: ({ call }, market) =>
      call({ at: 'POST /cancel-all', signed: true, lane: 'cancel' }, { symbol: market?.symbol }, () => undefined),
    fetchOrder: ({ call }, { clientOrderId }) => call(signed('/order'), { clientOrderId }, toReport),
    fetchOpenOrders: ({ call }, market) =>
      call(signed('/open-orders'), { symbol: market?.symbol }, (json) => list(json, 'orders').map(toReport)),
    fetchClosedOrders: ({ call }, { market }) =>
      call(signed('/closed-orders'), { symbol: market?.symbol }, (json) => list(json, 'orders').map(toReport)),
    fetchFills: ({ call }, { orderId, from, cursor }) =>
      call(signed('/fills'), { orderId, from, cursor }, (json) => {
        const next = text(json, 'cursor', '');
        return { fills: list(json, 'fills').map(toFill), ...(next !== '' && { cursor: next }) };
      }),
    fetchBalances: ({ call }) => call(signed('/balances'), {}, toBalances),
    fetchFees: ({ call }, { symbol }) =>
      call(signed('/fees'), { symbol }, (json) => ({
        maker: decimal(text(json, 'maker')),
        taker: decimal(text(json, 'taker')),
        taken: 'received',
      })),
    fetchKeyRights: ({ call }) =>
      call(signed('/key'), {}, (json) => ({
        trade: text(json, 'trade') === 'yes',
        withdraw: text(json, 'withdraw') === 'yes',
        addressBound: text(json, 'bound') === 'yes',
      })),
    feed: {
      topics: () => [{ stream: 'account', topic: 'orders' }],
      streams: {
        account: {
          ...streamOf<AccountEvent, Private<TinyOptions, TinyKey>>('account'),
          login: ({ credentials }, id) => ({ op: 'login', id, key: credentials.key }),
          request: (_, method, params, id) => ({ op: 'request', method, params, id }),
          parse: parseAccount,
        },
      },
    },
  },
});

const { trading } = tiny;

/** The same with batches of at most three orders. */
export const batching: TinySpec = {
  ...tiny,
  trading: {
    ...trading,
    placeMany: {
      max: 3,
      run: ({ call }, orders) => {
        const rows = orders.map(({ market, request, clientOrderId, amount, price, timeInForce }) => ({
          ...{ symbol: market.symbol, clientOrderId, side: request.side, timeInForce },
          ...{ amount: amount.toFixed(), price: price?.toFixed() },
        }));
        const at = { at: 'POST /place-many', signed: true, lane: 'order', cost: { orders: orders.length } } as const;
        return call(at, { orders: rows }, (json) => list(json, 'answers').map(toOutcome));
      },
    },
  },
};

function toOutcome(answer: unknown): OrderReport | Verdict | undefined {
  if (text(answer, 'lost', '') !== '') return undefined;
  return judge({ status: 200, headers: new Map(), body: answer }) ?? toReport(answer);
}

/** A text member. Throws when there is none and no value to take its place. */
export function text(value: unknown, name: string, otherwise?: string): string {
  const found = member(value, name) ?? otherwise;
  if (typeof found === 'string') return found;
  throw new TypeError(`${name} is not text`);
}

export function list(value: unknown, name: string): readonly unknown[] {
  const found = member(value, name);
  if (Array.isArray(found)) return found;
  throw new TypeError(`${name} is not a list`);
}

export function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

/** What the venue's refusals mean, by code. */
const verdicts: Readonly<Record<string, Pick<Verdict, 'kind' | 'outcome'>>> = {
  'bad-key': { kind: 'auth', outcome: 'refused' },
  refused: { kind: 'order-rejected', outcome: 'refused' },
  duplicate: { kind: 'order-rejected', outcome: 'exists' },
  'no-order': { kind: 'order-not-found', outcome: 'unknown' },
  'no-topic': { kind: 'invalid-request', outcome: 'refused' },
  late: { kind: 'clock-skew', outcome: 'refused' },
  busy: { kind: 'rate-limited', outcome: 'refused' },
};

function judge({ body }: Answer): Verdict | undefined {
  const code = text(body, 'code', '');
  const verdict = verdicts[code];
  return verdict && { ...verdict, code, message: text(body, 'message', 'the venue says no') };
}

function streamOf<E, P extends Public<TinyOptions>>(host: string): Omit<Stream<E, P, TinyOptions>, 'parse'> {
  return {
    url: (p) => p.host(host),
    subscribe: (_, topics, id) => [{ op: 'subscribe', topics, id }],
    unsubscribe: (_, topics, id) => [{ op: 'unsubscribe', topics, id }],
    frame: toFrame,
    silentMs: 30_000,
  };
}

function toFrame(message: unknown): Frame {
  const id = text(message, 'id', '');
  if (id === '') return { type: 'data', payload: message };
  return { type: 'response', id, answer: { status: 200, headers: new Map(), body: member(message, 'body') } };
}

function parseMarket(payload: unknown): readonly MarketEvent[] {
  const symbol = text(payload, 'symbol');
  if (text(payload, 'channel') === 'book') return [toBook(symbol, payload, false)];
  return [toTrade(symbol, payload)];
}

function toTrade(symbol: string, row: unknown): Trade {
  const [price, amount] = [text(row, 'price'), text(row, 'amount')];
  return { type: 'trade', symbol, price, amount, at: Number(text(row, 'at')), id: text(row, 'trade') };
}

function parseAccount(payload: unknown): readonly AccountEvent[] {
  const event = text(payload, 'event');
  if (event === 'order') return [toReport(payload)];
  if (event === 'fill') return [toFill(member(payload, 'fill'))];
  if (event === 'balances') return [toBalances(payload)];
  if (event === 'refetch')
    return [{ type: 'refetch', what: text(payload, 'what') === 'orders' ? 'orders' : 'balances' }];
  throw new TypeError(`no such event: ${event}`);
}

function get(path: string): Endpoint {
  return { at: `GET ${path}`, cost: { weight: 1 } };
}

function signed(path: string): Endpoint {
  return { ...get(path), signed: true };
}

function orderAt({ options }: Public<TinyOptions>, what: 'place' | 'cancel'): Endpoint {
  const lane = what === 'place' ? 'order' : 'cancel';
  const cost = what === 'place' ? { orders: 1 } : { weight: 1 };
  if (options.orders === 'stream') return { at: `RPC ${what}`, host: 'account', lane, cost };
  return { at: `POST /${what}`, signed: true, lane, cost };
}

const statuses: Readonly<Record<string, MarketStatus>> = { trading: 'trading', 'cancel-only': 'cancel-only' };

function toMarket(row: unknown): Market<undefined> {
  const [base, quote] = [text(row, 'base'), text(row, 'quote')];
  return {
    ...{ pair: `${base}-${quote}`, symbol: text(row, 'symbol'), base, quote, settle: quote },
    shape: 'spot',
    status: statuses[text(row, 'status')] ?? 'halted',
    contractSize: one,
    price: { step: decimal(text(row, 'priceStep')) },
    amount: { step: decimal('0.001'), min: decimal('0.001') },
    minNotional: decimal('5'),
    wire: undefined,
  };
}

function toBook(symbol: string, json: unknown, snapshot: boolean): Extract<MarketEvent, { type: 'book' }> {
  const [first, last] = [Number(text(json, 'first')), Number(text(json, 'last'))];
  const checksum = text(json, 'checksum', '');
  const side = (name: string): readonly (readonly [string, string])[] =>
    list(json, name).map((level) => [text(level, '0'), text(level, '1')]);
  return {
    type: 'book',
    symbol,
    snapshot,
    sequence: { by: 'range', first, last },
    bids: side('bids'),
    asks: side('asks'),
    ...(checksum !== '' && { checksum: Number(checksum) }),
  };
}

function toCandle(row: unknown): Candle {
  const price = decimal(text(row, 'price'));
  return {
    ...{ open: price, high: price, low: price, close: price },
    at: Number(text(row, 'at')),
    volume: one,
    closed: true,
  };
}

const orderStatuses: Readonly<Record<string, OrderStatus>> = {
  open: 'open',
  filled: 'filled',
  canceled: 'canceled',
  expired: 'expired',
};

/** `{ "order": { "symbol": "BTCUSDT", "orderId": "1", … } }`, or the order itself. */
function toReport(json: unknown): OrderReport {
  const row = member(json, 'order') ?? json;
  const status = orderStatuses[text(row, 'status')];
  if (status === undefined) throw new TypeError(`no such status: ${text(row, 'status')}`);
  const [price, orderId] = [text(row, 'price', ''), text(row, 'orderId')];
  return {
    type: 'order',
    symbol: text(row, 'symbol'),
    ...(orderId !== '' && { orderId }),
    clientOrderId: text(row, 'clientOrderId'),
    status,
    at: Number(text(row, 'at')),
    filled: decimal(text(row, 'filled')),
    terms: {
      side: toSide(text(row, 'side')),
      amount: decimal(text(row, 'amount')),
      ...(price !== '' && { price: decimal(price) }),
    },
  };
}

function toFill(row: unknown): Fill {
  return {
    type: 'fill',
    symbol: text(row, 'symbol'),
    fillId: text(row, 'fillId'),
    orderId: text(row, 'orderId'),
    price: decimal(text(row, 'price')),
    amount: decimal(text(row, 'amount')),
    at: Number(text(row, 'at')),
    fees: [],
  };
}

function toBalances(json: unknown): Extract<AccountEvent, { type: 'balances' }> {
  const entries = list(json, 'entries').map((row) => {
    const amount = decimal(text(row, 'amount'));
    return { asset: text(row, 'asset'), total: amount, available: amount };
  });
  return { type: 'balances', complete: text(json, 'complete', 'yes') === 'yes', entries };
}

function toSide(side: string): Side {
  return side === 'buy' ? 'buy' : 'sell';
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
