// Holds the contract against the venues that bend it most. Nothing runs: the type checker is the test.
import { decimal, one } from '../../src/index.js';
import type {
  BookUpdate,
  ChainSpec,
  ClientIdRule,
  Common,
  DexSpec,
  Endpoint,
  Feed,
  Fill,
  Market,
  NewOrder,
  OrderReport,
  PerpetualSpec,
  Pool,
  Poll,
  Private,
  Public,
  Secret,
  SpotSpec,
  Stream,
  TradingSpec,
} from '../../src/index.js';

type Key = { readonly apiKey: string; readonly apiSecret: Secret };
type KeyWithPassphrase = Key & { readonly passphrase: Secret };
type AnyMarketEvent = BookUpdate;

declare const json: (value: unknown) => Readonly<Record<string, string>>;
declare const hex: (bytes: Uint8Array) => string;
declare const base64: (bytes: Uint8Array) => string;

/** Binance: orders over the WebSocket API, one code with three meanings, used weight in a header. */
export const binanceOrder: Endpoint = {
  at: 'RPC order.place',
  host: 'account',
  signed: true,
  lane: 'order',
  cost: { weight: 1, orders: 1 },
};
export const binanceErrors: Pick<Common<object, Key>, 'judge' | 'usage'> = {
  judge: ({ body }) => {
    const { code, msg = '' } = json(body);
    if (code !== '-2010') return undefined;
    if (msg.startsWith('Duplicate')) return { code, message: msg, kind: 'order-rejected', outcome: 'exists' };
    const kind = msg.includes('insufficient balance') ? 'insufficient-balance' : 'order-rejected';
    return { code, message: msg, kind, outcome: 'refused' };
  },
  usage: ({ headers }) => [
    { pool: 'weight', perMs: 60_000, used: Number(headers.get('x-mbx-used-weight-1m') ?? 0) },
    { pool: 'orders', perMs: 10_000, used: Number(headers.get('x-mbx-order-count-10s') ?? 0) },
  ],
};
/** Binance futures: three sockets, a listen key that must be renewed, and a chain of updates. */
export const binanceFuturesFeed: Feed<never, Private<object, Key>, object> = {
  streams: {
    account: {
      url: async ({ call, host }) =>
        `${host('account')}/${(await call(listenKey('POST'), {}, json))['listenKey'] ?? ''}`,
      keepAlive: { everyMs: 30 * 60_000, run: ({ call }) => call(listenKey('PUT'), {}, json) },
      frame: (message) =>
        json(message)['e'] === 'listenKeyExpired'
          ? { type: 'reconnect', reason: 'the listen key expired' }
          : { type: 'data', payload: message },
      parse: () => [],
      silentMs: 60_000,
    },
  },
};
export const binanceFuturesDelta = (pu: number, u: number): Pick<BookUpdate, 'sequence'> => ({
  sequence: { by: 'chain', first: pu, last: u },
});

/** KuCoin: a token before every connection, a DELETE with an id in its path, an hf option, fills whose fee comes later. */
export const kucoinStream: Stream<AnyMarketEvent, Public<{ readonly hf: boolean }>, { readonly hf: boolean }> = {
  url: async ({ call, host }) => {
    const { token = '' } = await call({ at: 'POST /api/v1/bullet-public' }, {}, json);
    return `${host('public')}?token=${token}`;
  },
  subscribe: (_, topics, id) => [{ id, type: 'subscribe', topic: topics.join(','), response: true }],
  ping: { everyMs: 18_000, message: () => ({ type: 'ping' }) },
  frame: () => ({ type: 'ignore' }),
  parse: () => [],
  silentMs: 30_000,
  topicsPerMessage: 100,
};
export const kucoinPlace = ({ options }: Public<{ readonly hf: boolean }>): Endpoint => ({
  at: options.hf ? 'POST /api/v1/hf/orders' : 'POST /api/v1/orders',
  encoding: 'json',
  signed: true,
  lane: 'order',
});
export const kucoinCancel: Endpoint = {
  at: 'DELETE /api/v1/orders/{orderId}',
  encoding: 'query',
  signed: true,
  lane: 'cancel',
};
export const kucoinSign: Common<object, KeyWithPassphrase>['sign'] = ({ credentials, crypto, now }, request) => {
  const text = `${String(now())}${request.method}${request.url.pathname}${request.url.search}${request.body}`;
  const signature = base64(crypto.hmac('sha256', credentials.apiSecret, text));
  return { ...request, headers: { ...request.headers, 'KC-API-SIGN': signature } };
};
export const kucoinFill: Fill = {
  type: 'fill',
  symbol: 'BTC-USDT',
  fillId: '1',
  price: one,
  amount: one,
  at: 0,
};

/** Gate: each subscription is one channel and signed, client ids start with `t-`, market buys are sized in quote. */
export const gateSubscribe: Stream<never, Private<object, Key>, object>['subscribe'] = (p, topics, id) =>
  topics.map((channel) => ({
    id,
    channel,
    event: 'subscribe',
    auth: { SIGN: hex(p.crypto.hmac('sha512', p.credentials.apiSecret, `channel=${channel}&event=subscribe`)) },
  }));
export const gateClientId: ClientIdRule = {
  form: 'text',
  max: 30,
  alphabet: /^[0-9a-zA-Z._-]$/,
  prefix: 't-',
  unique: 'among-open',
  echoed: true,
};
export const gateMarketOrders: SpotSpec<object, Key, unknown>['orders']['market'] = 'spent';
/** Its batches are lists, and what bounds a late order is a header. */
export const gateBatch: Endpoint = {
  at: 'POST /api/v4/spot/batch_orders',
  headers: ['x-gate-exptime'],
  body: 'orders',
};

/** Hyperliquid: an asset index, a strictly rising nonce, acks that echo the topic, an error inside a 200, balances polled. */
type HyperliquidMarket = { readonly assetIndex: number };
export const hyperliquidPlace = async (
  { call, nonce }: Private<object, { readonly wallet: Secret }>,
  { market, clientOrderId, deadline }: NewOrder<HyperliquidMarket>,
): Promise<OrderReport> => {
  const order = { a: market.wire.assetIndex, c: clientOrderId };
  const answer = await call(
    { at: 'POST /exchange', signed: true, lane: 'order' },
    { order, nonce: nonce(), expiresAfter: deadline },
    json,
  );
  return { type: 'order', symbol: market.symbol, status: 'open', orderId: answer['oid'] ?? '' };
};
export const hyperliquidClientId: ClientIdRule = { form: 'hex', bytes: 16, unique: 'for-ever', echoed: true };
export const hyperliquidPrice: Market['price'] = { step: decimal('0.000001'), digits: 5 };
export const hyperliquidAck: Stream<never, never, object>['frame'] = (message) => ({
  type: 'ack',
  topics: [json(message)['subscription'] ?? ''],
});
export const hyperliquidBalances: Poll<never, Private<object, { readonly wallet: Secret }>> = {
  everyMs: 5_000,
  fetch: async ({ call }) => {
    await call({ at: 'POST /info' }, { type: 'spotClearinghouseState' }, json);
    return { events: [] };
  },
};

/** OKX: limits per user and instrument, a sequence that may reset, a region, contract sizes, candles on another socket. */
export const okxLimits = (): Readonly<Record<string, Pool>> => ({
  orders: { scope: 'account', per: 'symbol', windows: [{ limit: 60, perMs: 2_000 }] },
});
export const okxReset: BookUpdate = {
  type: 'book',
  symbol: 'BTC-USDT-SWAP',
  snapshot: false,
  sequence: { by: 'chain', first: 15, last: 3 },
  bids: [],
  asks: [],
};
export const okxTopics: PerpetualSpec<
  { readonly region: 'eea' | 'global' },
  KeyWithPassphrase,
  unknown
>['market']['topic'] = (channel, { symbol }) =>
  channel.startsWith('candles:') ? { stream: 'business', topic: symbol } : { stream: 'public', topic: symbol };
export const okxContract: Pick<Market, 'shape' | 'contractSize' | 'settle'> = {
  shape: 'inverse',
  contractSize: decimal('100'),
  settle: 'BTC',
};

/** An inverse order is sized in quote, which is worth so many contracts whatever the price. */
export const okxSize = ({ amount, amountIn, market }: NewOrder): string =>
  amountIn === 'quote' ? amount.div(market.contractSize).toFixed() : '';

/** Kraken: a counter that decays, cancels priced by the order's age, a token inside subscribe, two names per market. */
export const krakenCounter: Pool = { scope: 'account', per: 'symbol', capacity: 125, refillPerMs: 0.00234 };
export const krakenCancel: Endpoint = {
  at: 'POST /0/private/CancelOrder',
  encoding: 'form',
  signed: true,
  lane: 'cancel',
  cost: (_, order) => ({ trading: order !== undefined && order.ageMs < 5_000 ? 8 : 1 }),
};
export const krakenLogin: Stream<never, Private<object, Key>, object>['subscribe'] = async ({ call }, topics, id) => {
  const { token } = await call({ at: 'POST /0/private/GetWebSocketsToken', signed: true }, {}, json);
  return [{ method: 'subscribe', params: { channel: topics[0], token }, req_id: Number(id) }];
};
export const krakenMarket: Pick<Market<{ readonly restName: string }>, 'symbol' | 'wire'> = {
  symbol: 'BTC/USD',
  wire: { restName: 'XXBTZUSD' },
};
export const krakenClientId: ClientIdRule = { form: 'integer', bits: 31, unique: 'for-ever', echoed: true };
export const krakenBook: Pick<BookUpdate, 'depth' | 'checksum' | 'bids'> = {
  depth: 10,
  checksum: 3_310_070_434,
  bids: [['45283.5', '0.10000000']],
};

/** Coinbase: a token in every subscription, numbers per connection, a cumulative user channel, the host inside the signature. */
export const coinbaseFrame: Stream<never, never, object>['frame'] = (message) => ({
  type: 'data',
  payload: message,
  sequence: Number(json(message)['sequence_num']),
});
export const coinbaseReport: OrderReport = {
  type: 'order',
  symbol: 'BTC-USD',
  clientOrderId: 'a',
  status: 'open',
  filled: decimal('0.1'),
  filledQuote: decimal('6000'),
  fees: [{ asset: 'USD', amount: decimal('3.6') }],
};
export const coinbaseSign: Common<object, Key>['sign'] = (_, request) => ({
  ...request,
  headers: { ...request.headers, authorization: `${request.method} ${request.url.host}${request.url.pathname}` },
});

/** dYdX v4: a height bounds the order, integer ids, bytes signed before the send. */
export const dydxTrading: Pick<
  TradingSpec<object, { readonly mnemonic: Secret }, { readonly clobPairId: number }>,
  'prepare' | 'place'
> = {
  prepare: (p, { clientOrderId }) =>
    Promise.resolve({ orderId: clientOrderId, bytes: new Uint8Array([p.height() ?? 0]) }),
  place: async ({ call }, { market, clientOrderId }, prepared) => {
    await call({ at: 'POST /', lane: 'order' }, { tx: base64(prepared ?? new Uint8Array()) }, json);
    return { type: 'order', symbol: market.symbol, orderId: clientOrderId, status: 'open' };
  },
};

/** XRPL: no private stream, the id is known before the send, issuers per asset, reserves make available less than total. */
export const xrplFeed: TradingSpec<object, { readonly seed: Secret }, unknown>['feed'] = {
  polls: [
    {
      everyMs: 4_000,
      fetch: (_, cursor) =>
        Promise.resolve({
          events: [
            {
              type: 'balances',
              complete: true,
              entries: [{ asset: 'XRP', total: decimal('30'), available: decimal('18.8') }],
            },
          ],
          cursor: cursor ?? '0',
        }),
    },
  ],
};
export const xrplMarket: Pick<Market<{ readonly baseIssuer?: string; readonly quoteIssuer: string }>, 'wire'> = {
  wire: { quoteIssuer: 'rvYAfWj5gh67oV6fW32ZzP3Aw4Eubs59B' },
};

/** Injective: a batch is one transaction; what each order became is told one by one. */
export const injectiveBatch: TradingSpec<object, { readonly mnemonic: Secret }, unknown>['placeMany'] = {
  max: 20,
  run: (_, orders) =>
    Promise.resolve(orders.map(({ market }) => ({ type: 'order', symbol: market.symbol, status: 'open' }))),
};

/** Uniswap: many networks, balance changes by token address, approvals before swaps. */
type EvmCall = { readonly to: string; readonly data: string };
type EvmPlan = EvmCall & { readonly gas: bigint; readonly maxFeePerGas: bigint };
export const ethereum: Pick<
  ChainSpec<object, { readonly privateKey: Secret }, EvmCall, EvmPlan>,
  'fetchApprovals' | 'signTransaction'
> = {
  fetchApprovals: (_, owner, spends) =>
    Promise.resolve(
      spends.map(({ token, spender, amount }) => ({
        name: `approve ${token.symbol}`,
        op: { to: token.id, data: `${owner}${spender}${amount.toString(16)}` },
      })),
    ),
  signTransaction: ({ crypto, credentials }, plan, nonce) => {
    const signature = hex(crypto.secp256k1(credentials.privateKey, new Uint8Array(32)));
    return { hash: signature, raw: `${plan.data}${signature}`, nonce };
  },
};
export const uniswap: Pick<DexSpec<object, EvmCall, { readonly pool: string }, readonly string[]>, 'build'> = {
  build: (_, { market, route, spendMax, deadline }) =>
    Promise.resolve({
      spends: [{ token: market.quoteToken, spender: '0x3', amount: spendMax }],
      op: { to: '0x3', data: `${route.join('')}${deadline}` },
    }),
};

/** Jupiter: the venue builds the transaction, and a route is not one pool. */
export const jupiterBuild: DexSpec<
  object,
  { readonly transaction: string },
  unknown,
  { readonly hops: readonly string[] }
>['build'] = async ({ call }, { route }) => {
  const { swapTransaction = '' } = await call({ at: 'POST /swap', encoding: 'json' }, { hops: route.hops }, json);
  return { spends: [], op: { transaction: swapTransaction } };
};

const listenKey = (method: 'POST' | 'PUT'): Endpoint => ({ at: `${method} /fapi/v1/listenKey` });
