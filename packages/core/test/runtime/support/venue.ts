import { decimal, defineSpotConnector } from '../../../src/index.js';
import type {
  AccountEvent,
  Balances,
  BookUpdate,
  Endpoint,
  Fill,
  LevelText,
  Market,
  OrderReport,
  OrderStatus,
  Params,
  Private,
  Public,
  Read,
  Ref,
  Secret,
  Since,
  SpotSpec,
  Stream,
  Trade,
  Verdict,
} from '../../../src/index.js';
import { list, row, rows, text, type Row } from './wire.js';

export type Key = { readonly apiKey: string; readonly apiSecret: Secret };
export type TinySpec = SpotSpec<object, Key, undefined>;
type Call = Pick<Public<object>, 'call'>;

const signed = { signed: true } as const;
const verdicts: Readonly<Record<string, Pick<Verdict, 'kind' | 'outcome'>>> = {
  'bad-key': { kind: 'auth', outcome: 'refused' },
  'bad-topic': { kind: 'invalid-request', outcome: 'refused' },
  rejected: { kind: 'order-rejected', outcome: 'refused' },
  gone: { kind: 'order-not-found', outcome: 'refused' },
  duplicate: { kind: 'order-rejected', outcome: 'exists' },
  skew: { kind: 'clock-skew', outcome: 'refused' },
  busy: { kind: 'venue-unavailable', outcome: 'unknown' },
};

/** A spot venue that documents as little as a connector needs. What it sends is in our own words, numbers as text. */
export const tiny: TinySpec = defineSpotConnector({
  id: 'tiny',
  docs: 'https://docs.tiny.example',
  specVersion: 'spot/1',
  environments: {
    live: { rest: 'https://api.tiny.example', public: 'wss://p.tiny.example', account: 'wss://a.tiny.example' },
    test: { rest: 'https://api.test.example', public: 'wss://p.test.example', account: 'wss://a.test.example' },
  },
  options: () => ({}),
  credentials: { apiKey: { label: 'key', secret: false }, apiSecret: { label: 'secret', secret: true } },
  limits: () => ({ orders: { scope: 'key', windows: [{ limit: 5, perMs: 1_000 }] } }),
  fetchTime: (p) => ask(p, 'GET /time', {}, (json) => Number(row(json)['time'])),
  sign: ({ credentials }, request) => ({ ...request, headers: { ...request.headers, key: credentials.apiKey } }),
  judge: ({ body }) => {
    if (typeof body !== 'object' || body === null || !('code' in body)) return undefined;
    const code = text(body.code);
    const verdict = verdicts[code];
    return verdict && { ...verdict, code, message: text(row(body)['message'] ?? code) };
  },
  market: {
    fetchMarkets: (p) => ask(p, 'GET /markets', {}, (json) => rows(json).map(toMarket)),
    fetchBook: (p, { symbol }) => ask(p, 'GET /book', { symbol }, toBook),
    fetchTickers: (p) =>
      ask(p, 'GET /tickers', {}, (json) =>
        rows(json).map((each) => ({ symbol: text(each['symbol']), last: decimal(text(each['last'])) })),
      ),
    fetchTrades: (p, { symbol }) =>
      ask(p, 'GET /trades', { symbol }, (json) =>
        rows(json).map((each) => ({
          ...{
            type: 'trade',
            symbol,
            price: text(each['price']),
            amount: text(each['amount']),
            at: Number(each['at']),
          },
        })),
      ),
    candles: {
      intervals: ['1m', '1M'],
      max: 3,
      fetch: (p, { symbol }, range) =>
        ask(p, 'GET /candles', { symbol, from: range.from, to: range.to }, (json) =>
          rows(json).map((each) => {
            const price = decimal(text(each['price']));
            const at = Number(each['at']);
            return { at, open: price, high: price, low: price, close: price, volume: price, closed: true };
          }),
        ),
    },
    topic: (channel, { symbol }) =>
      channel === 'ticker' || channel === 'funding' ? undefined : { stream: 'public', topic: `${channel} ${symbol}` },
    feed: { streams: { public: toStream<BookUpdate | Trade, Public<object>>(readMarketEvent) } },
  },
  orders: {
    limit: ['gtc', 'ioc', 'post-only'],
    market: 'base',
    clientId: { form: 'text', max: 32, alphabet: /[0-9a-zA-Z-]/, unique: 'for-ever', echoed: true },
    settle: { expiryMs: 1_000, engineMs: 1_000, lagMs: 1_000 },
  },
  trading: {
    place: (p, { market, clientOrderId, request, amount, price, timeInForce }) => {
      const terms = { symbol: market.symbol, side: request.side, amount: amount.toFixed(), price: price?.toFixed() };
      const at: Endpoint = { at: 'POST /order', lane: 'order', cost: { orders: 1 }, ...signed };
      return p.call(at, { cid: clientOrderId, ...terms, timeInForce }, toReport);
    },
    cancel: (p, ref) => p.call({ at: 'DELETE /order', lane: 'cancel', ...signed }, toIds(ref), toReport),
    amend: {
      id: 'kept',
      can: 'amount-and-price',
      run: (p, ref, to) => {
        const change = { amount: to.amount?.toFixed(), price: to.price?.toFixed() };
        return p.call({ at: 'RPC amend', host: 'account', lane: 'order' }, { ...toIds(ref), ...change }, toReport);
      },
    },
    cancelAll: (p, market) =>
      p.call({ at: 'DELETE /orders', lane: 'cancel', ...signed }, { symbol: market?.symbol }, () => undefined),
    fetchOrder: (p, ref) => askSigned(p, 'GET /order', toIds(ref), toReport),
    fetchOpenOrders: (p, market) =>
      askSigned(p, 'GET /open', { symbol: market?.symbol }, (json) => rows(json).map(toReport)),
    fetchClosedOrders: (p, since) => askSigned(p, 'GET /closed', toSince(since), (json) => rows(json).map(toReport)),
    fetchFills: (p, since) =>
      askSigned(p, 'GET /fills', toSince(since), (json) => {
        const [next = {}, ...fills] = rows(json);
        return { fills: fills.map(toFill), ...(next['cursor'] !== undefined && { cursor: next['cursor'] }) };
      }),
    fetchBalances: (p) => askSigned(p, 'GET /balances', {}, toBalances),
    fetchFees: (p, { symbol }) =>
      askSigned(p, 'GET /fees', { symbol }, (json) => {
        const { maker, taker, asset } = row(json);
        const taken = asset === 'quote' || asset === 'received' ? asset : { asset: text(asset) };
        return { maker: decimal(text(maker)), taker: decimal(text(taker)), taken };
      }),
    fetchKeyRights: (p) =>
      askSigned(p, 'GET /key', {}, (json) => {
        const { trade, withdraw, bound } = row(json);
        return { trade: trade === 'yes', withdraw: withdraw === 'yes', addressBound: bound === 'yes' };
      }),
    feed: {
      streams: {
        account: {
          ...toStream<AccountEvent, Private<object, Key>>(readAccountEvent),
          login: ({ credentials }, id) => ({ login: credentials.apiKey, id }),
          request: (_, method, params, id) => ({ method, id, params }),
        },
      },
      topics: () => [{ stream: 'account', topic: 'orders' }],
      polls: [
        {
          everyMs: 30_000,
          fetch: (p, cursor) =>
            askSigned(p, 'GET /poll', { cursor }, (json) => {
              const [next = {}, ...events] = list(json);
              return { events: events.flatMap(readAccountEvent), cursor: text(row(next)['cursor']) };
            }),
        },
      ],
    },
  },
});

function ask<T>({ call }: Call, at: Endpoint['at'], params: Params, read: Read<T>): Promise<T> {
  return call({ at }, params, read);
}

function askSigned<T>({ call }: Call, at: Endpoint['at'], params: Params, read: Read<T>): Promise<T> {
  return call({ at, ...signed }, params, read);
}

/** `{ "ack": "1" }`, `{ "id": "1", "answer": {…} }`, and all else is data. */
function toStream<E, P extends Public<object>>(parse: (payload: unknown) => readonly E[]): Stream<E, P, object> {
  return {
    url: ({ host }) => host(parse === readAccountEvent ? 'account' : 'public'),
    subscribe: (_, topics, id) => [{ subscribe: topics, id }],
    unsubscribe: (_, topics, id) => [{ unsubscribe: topics, id }],
    frame: (message) => {
      const { ack, refused, id } = row(message);
      if (ack !== undefined) return { type: 'ack', id: ack };
      if (refused !== undefined) return { type: 'refused', topics: [refused], message: 'no such topic' };
      if (id === undefined || typeof message !== 'object' || message === null || !('answer' in message)) {
        return { type: 'data', payload: message };
      }
      return { type: 'response', id, answer: { status: 200, headers: new Map(), body: message.answer } };
    },
    parse,
    silentMs: 600_000,
  };
}

function readMarketEvent(json: unknown): readonly (BookUpdate | Trade)[] {
  const { type, symbol, id, price, amount, at } = row(json);
  if (type === 'book') return [toBook(json)];
  const trade = {
    type: 'trade',
    symbol: text(symbol),
    price: text(price),
    amount: text(amount),
    at: Number(at),
  } as const;
  return [{ ...trade, ...(id !== undefined && { id, side: 'buy' as const }) }];
}

function readAccountEvent(json: unknown): readonly AccountEvent[] {
  const { type, what } = row(json);
  if (type === 'order') return [toReport(json)];
  if (type === 'fill') return [toFill(row(json))];
  if (type === 'balances') return [toBalances(typeof json === 'object' && json && 'rows' in json ? json.rows : [])];
  if (what === 'orders' || what === 'balances' || what === 'positions' || what === 'payments') {
    return [{ type: 'refetch', what }];
  }
  if (type === 'lazy') return [toLazyBalances()];
  throw new RangeError(`no event of type ${type ?? 'none'}`);
}

/** Read no earlier than it is used. */
function toLazyBalances(): Balances {
  return {
    type: 'balances',
    complete: false,
    get entries(): Balances['entries'] {
      throw new RangeError('entry 0 has no asset');
    },
  };
}

function toMarket({ pair, symbol, status, step }: Row): Market<undefined> {
  const [base = '', quote = ''] = text(pair).split('-');
  return {
    pair: text(pair),
    symbol: text(symbol),
    base,
    quote,
    settle: quote,
    shape: 'spot',
    status: status === 'halted' ? 'halted' : 'trading',
    contractSize: decimal('1'),
    price: { step: decimal(text(step)) },
    amount: { step: decimal('0.001'), min: decimal('0.001') },
    minNotional: decimal('5'),
    wire: undefined,
  };
}

function toBook(json: unknown): BookUpdate {
  const { symbol, snapshot, first, last } = row(json);
  const levels = (side: 'bids' | 'asks'): readonly LevelText[] =>
    typeof json === 'object' && json !== null && side in json ? list(Reflect.get(json, side)).map(toLevel) : [];
  return {
    type: 'book',
    symbol: text(symbol),
    snapshot: snapshot === 'yes',
    sequence: first === undefined ? { by: 'none' } : { by: 'range', first: Number(first), last: Number(last) },
    bids: levels('bids'),
    asks: levels('asks'),
  };
}

function toLevel(json: unknown): LevelText {
  const [price, amount] = list(json);
  return [text(price), text(amount)];
}

function toReport(json: unknown): OrderReport {
  const { symbol, id, cid, status, filled, side, amount, price, at } = row(json);
  const isTold = amount !== undefined && (side === 'buy' || side === 'sell');
  return {
    type: 'order',
    symbol: symbol ?? 'BTCUSDT',
    status: toStatus(text(status)),
    ...(id !== undefined && { orderId: id }),
    ...(cid !== undefined && { clientOrderId: cid }),
    ...(at !== undefined && { at: Number(at) }),
    ...(filled !== undefined && { filled: decimal(filled), filledQuote: decimal(filled).times('100') }),
    ...(isTold && { terms: { side, amount: decimal(amount), ...(price !== undefined && { price: decimal(price) }) } }),
  };
}

function toStatus(status: string): OrderStatus {
  const known = (['open', 'filled', 'canceled', 'expired', 'rejected'] as const).find((each) => each === status);
  if (known === undefined) throw new RangeError(`no order status ${status}`);
  return known;
}

function toFill({ symbol, fillId, id, price, amount, at }: Row): Fill {
  const fees = [{ asset: 'USDT', amount: decimal('0.1') }];
  const fill = { type: 'fill', symbol: symbol ?? 'BTCUSDT', fillId: text(fillId), orderId: text(id), fees } as const;
  return { ...fill, price: decimal(text(price)), amount: decimal(text(amount)), at: Number(at) };
}

function toBalances(json: unknown): Balances {
  const entries = rows(json).map(({ asset, total, available }) => ({
    asset: text(asset),
    ...(total !== undefined && { total: decimal(total) }),
    ...(available !== undefined && { available: decimal(available) }),
  }));
  return { type: 'balances', complete: true, entries };
}

function toIds({ market, clientOrderId, orderId }: Ref<undefined>): Params {
  return { symbol: market.symbol, cid: clientOrderId, id: orderId };
}

function toSince({ market, orderId, from, cursor }: Since<undefined>): Params {
  return { symbol: market?.symbol, id: orderId, from, cursor };
}
