import { expect, test } from 'vitest';

import type { CandleProgress } from '../src/connector/connector.js';
import { decimal } from '../src/model/decimal.js';
import { tiny, type TinySpec } from './support/connector-venue.js';
import { createWorld, limitOrder, type World, type WorldOptions } from './support/connector-world.js';

async function startedWorld(options: WorldOptions = {}): Promise<World> {
  const world = createWorld(options);
  await world.start();
  return world;
}

const { fetchFees: _fetchFees, ...untold } = tiny.trading;
const feeless: TinySpec = { ...tiny, trading: untold };

const minute = 60_000;
/** 28333333 minutes after 1970, and 20 seconds. */
const now = 1_700_000_000_000;
const opened = now - (now % minute);

/** Minutes before the one that is open. */
function ages(candles: readonly { readonly at: number }[]): readonly number[] {
  return candles.map(({ at }) => (opened - at) / minute);
}

test('last prices are asked for, of the markets that are known', async () => {
  const world = await startedWorld();
  const tickers = await world.settle(world.connector.tickers?.());
  expect([...tickers]).toEqual([['BTC-USDT', { symbol: 'BTCUSDT', last: decimal('100') }]]);
  await world.finish();
});

test('the latest trades of a market that is not watched come when they are asked for', async () => {
  const world = createWorld();
  await world.start({});
  world.server.always('GET /trades', {
    body: { trades: [{ price: '100.50', amount: '0.2', at: '1700000000007', trade: '1' }] },
  });
  expect(await world.settle(world.connector.recentTrades?.('ETH-USDT'))).toEqual([
    { pair: 'ETH-USDT', id: '1', price: decimal('100.50'), amount: decimal('0.2'), at: 1_700_000_000_007 },
  ]);
  expect(world.connector.trades('ETH-USDT')).toEqual([]);
  await world.finish();
});

test('what the venue has no request for is an absent member', () => {
  const { fetchTickers: _fetchTickers, fetchTrades: _fetchTrades, candles: _candles, ...market } = tiny.market;
  const { fetchFees: _fetchFees, fetchClosedOrders: _fetchClosedOrders, ...trading } = tiny.trading;
  const members = ['tickers', 'recentTrades', 'candles', 'fees', 'closedOrders'] as const;
  const { connector: bare } = createWorld({ spec: { ...tiny, market, trading } });
  expect(members.filter((member) => member in bare)).toEqual([]);
  expect(members.filter((member) => member in createWorld().connector)).toEqual(members);
});

test('candles of a range come oldest first, in as many pages as the venue needs', async () => {
  const world = await startedWorld();
  const range = { interval: '1m', from: opened - 7 * minute, to: opened } as const;
  expect(ages(await world.settle(world.connector.candles?.('BTC-USDT', range)))).toEqual([7, 6, 5, 4, 3, 2, 1, 0]);
  const pages = world.server.requestsFor('GET /candles').map(({ params: { from, to, limit } }) => ({
    ages: [(opened - Number(from)) / minute, (opened - Number(to)) / minute].map(Math.ceil),
    limit,
  }));
  expect(pages).toEqual([
    { ages: [7, 5], limit: '3' },
    { ages: [4, 2], limit: '3' },
    { ages: [1, 0], limit: '3' },
  ]);
  await world.finish();
});

test('with a limit alone the latest candles come, the open one among them', async () => {
  const world = await startedWorld();
  const latest = { interval: '1m', limit: 5 } as const;
  expect(ages(await world.settle(world.connector.candles?.('BTC-USDT', latest)))).toEqual([4, 3, 2, 1, 0]);
  const before = { interval: '1m', limit: 2, to: opened - 10 * minute } as const;
  expect(ages(await world.settle(world.connector.candles?.('BTC-USDT', before)))).toEqual([11, 10]);
  await world.finish();
});

test('with a beginning and a limit the first candles come', async () => {
  const world = await startedWorld();
  const first = { interval: '1m', from: opened - 20 * minute, limit: 4 } as const;
  expect(ages(await world.settle(world.connector.candles?.('BTC-USDT', first)))).toEqual([20, 19, 18, 17]);
  await world.finish();
});

test('candles tell how far they are, and what is done by then', async () => {
  const world = await startedWorld();
  const heard: (readonly [part: number, ages: readonly number[]])[] = [];
  const range = { interval: '1m', from: opened - 7 * minute, to: opened } as const;
  const onProgress = ({ part, candles }: CandleProgress): void => {
    heard.push([Number(part.toFixed(2)), ages(candles)]);
  };
  await world.settle(world.connector.candles?.('BTC-USDT', { ...range, onProgress }));
  expect(heard).toEqual([
    [0.43, [7, 6, 5]],
    [0.86, [4, 3, 2]],
    [1, [1, 0]],
  ]);
  await world.finish();
});

test('candles end with their signal, and nothing more is asked', async () => {
  const world = await startedWorld();
  const stopping = new AbortController();
  const range = { interval: '1m', from: opened - 7 * minute, to: opened } as const;
  const onProgress = (): void => {
    stopping.abort();
  };
  const asking = world.connector.candles?.('BTC-USDT', { ...range, onProgress, signal: stopping.signal });
  expect(await world.failure(asking)).toMatchObject({ kind: 'aborted' });
  expect(world.server.requestsFor('GET /candles')).toHaveLength(1);
  await world.finish();
});

test('months are looked for over the longest months, and asked for over the shortest', async () => {
  const world = await startedWorld();
  world.server.always('GET /candles', { body: { candles: [] } });
  await world.settle(world.connector.candles?.('BTC-USDT', { interval: '1M', limit: 3, to: now }));
  const days = world.server
    .requestsFor('GET /candles')
    .map(({ params: { from, to } }) => [
      Math.round((now - Number(from)) / 86_400_000),
      Math.round((now - Number(to)) / 86_400_000),
    ]);
  expect(days).toEqual([
    [93, 9],
    [9, 0],
  ]);
  await world.finish();
});

test.each([
  [{ from: NaN }, 'tiny candles: from: NaN is not a time in ms'],
  [{ to: -1 }, 'tiny candles: to: -1 is not a time in ms'],
  [{ limit: 0 }, 'tiny candles: limit: 0 is not a number of candles'],
  [{ limit: 1.5 }, 'tiny candles: limit: 1.5 is not a number of candles'],
])('a range that is none is refused, and nothing is asked: %o', async (range, message) => {
  const world = await startedWorld();
  const asking = world.connector.candles?.('BTC-USDT', { interval: '1m', ...range });
  expect(await world.failure(asking)).toEqual({ kind: 'invalid-request', outcome: 'not-sent', message });
  expect(world.server.requestsFor('GET /candles')).toEqual([]);
  await world.finish();
});

test('an interval that the venue lacks is refused with those that it has', async () => {
  const world = await startedWorld();
  expect(await world.failure(world.connector.candles?.('BTC-USDT', { interval: '5m' }))).toEqual({
    kind: 'unsupported',
    outcome: 'not-sent',
    message: 'tiny candles: no candles of 5m; the venue has 1m, 1h, 1M',
  });
  await world.finish();
});

test('fees are asked for once in twelve hours and market', async () => {
  const spec: TinySpec = { ...tiny, trading: { ...tiny.trading, feed: {} } };
  const world = createWorld({ spec, auditEveryMs: 86_400_000 });
  await world.start({});
  const { connector, server } = world;
  const fees = await world.settle(connector.fees?.('BTC-USDT'));
  expect(fees).toEqual({ maker: decimal('0.001'), taker: decimal('0.002'), taken: 'received' });
  expect(await connector.fees?.('BTC-USDT')).toBe(fees);
  await world.settle(connector.fees?.('ETH-USDT'));
  expect(server.requestsFor('GET /fees').map(({ params }) => params['symbol'])).toEqual(['BTCUSDT', 'ETHUSDT']);
  await world.clock.advance(12 * 3_600_000);
  await world.settle(connector.fees?.('BTC-USDT'));
  expect(server.requestsFor('GET /fees')).toHaveLength(3);
  await world.finish();
});

test('a quote is what a market order would take now, with the taker’s fee where it is taken', async () => {
  const world = await startedWorld();
  world.server.quote('BTCUSDT', { asks: [['102.00', '5']], bids: [['98.00', '5']] });
  await world.clock.advance(20);
  const { connector } = world;
  expect(await world.settle(connector.quote('BTC-USDT', 'buy', { base: '4' }))).toEqual({
    base: decimal('4'),
    quote: decimal('406'),
    average: decimal('101.5'),
    worst: decimal('102'),
    complete: true,
    fees: [{ asset: 'BTC', amount: decimal('0.008') }],
  });
  expect(await connector.quote('BTC-USDT', 'sell', { base: '3' })).toMatchObject({
    quote: decimal('296'),
    worst: decimal('98'),
    fees: [{ asset: 'USDT', amount: decimal('0.592') }],
  });
  expect((await connector.quote('BTC-USDT', 'buy', { base: '100' })).complete).toBe(false);
  await world.finish();
});

test.each([
  ['without credentials', 'none', tiny],
  ['where the venue does not tell fees', undefined, feeless],
] as const)('a quote %s has no fees', async (_, credentials, spec) => {
  const world = await startedWorld({ spec, ...(credentials !== undefined && { credentials }) });
  const quote = await world.settle(world.connector.quote('BTC-USDT', 'buy', { base: '2' }));
  expect([quote.base.toFixed(), quote.fees, world.server.requestsFor('GET /fees').length]).toEqual(['2', [], 0]);
  await world.finish();
});

test('a quote needs a live book with somebody on the other side', async () => {
  const world = await startedWorld();
  const { connector } = world;
  const ask = (pair: string): Promise<unknown> => world.failure(connector.quote(pair, 'buy', { base: '1' }));
  expect(await ask('ETH-USDT')).toMatchObject({ message: 'quote ETH-USDT: the book is not watched' });
  expect(await ask('XRP-USDT')).toMatchObject({ kind: 'invalid-request' });
  world.server.quote('BTCUSDT', { asks: [['101.00', '0']] });
  await world.clock.advance(20);
  expect(await ask('BTC-USDT')).toEqual({
    kind: 'venue-unavailable',
    outcome: 'not-sent',
    message: 'quote BTC-USDT: nobody offers to sell',
  });
  world.server.drop('public');
  await world.clock.advance(10);
  expect(await ask('BTC-USDT')).toMatchObject({ message: 'quote BTC-USDT: the book is stale' });
  await world.finish();
});

test('fees in another asset are told in quote units', async () => {
  const trading: TinySpec['trading'] = {
    ...tiny.trading,
    fetchFees: () => Promise.resolve({ maker: decimal('0'), taker: decimal('0.01'), taken: { asset: 'TINY' } }),
  };
  const world = await startedWorld({ spec: { ...tiny, trading } });
  const { fees } = await world.settle(world.connector.quote('BTC-USDT', 'buy', { base: '1' }));
  expect(fees).toEqual([{ asset: 'USDT', amount: decimal('1.01') }]);
  await world.finish();
});

test('orders that ended are asked for, and those that are open or have no terms are left out', async () => {
  const world = await startedWorld();
  const { server, connector } = world;
  server.put({ clientOrderId: 'done', status: 'filled', filled: '1' });
  server.put({ clientOrderId: 'gone', status: 'canceled', filled: '0' });
  server.put({ clientOrderId: 'open' });
  const closed = await world.settle(connector.closedOrders?.('BTC-USDT', 5));
  expect(closed.map(({ clientOrderId, orderId, state, origin }) => [clientOrderId, orderId, state, origin])).toEqual([
    ['done', 'v1', 'filled', 'external'],
    ['gone', 'v2', 'canceled', 'external'],
  ]);
  expect(connector.order('done')).toBeUndefined();
  await world.finish();
});

test('of an order that ended, what the venue tells is shown: price, average, fees and the reason', async () => {
  const report = { type: 'order', symbol: 'BTCUSDT', orderId: 'v1', status: 'canceled' } as const;
  const terms = { side: 'sell', amount: decimal('2') } as const;
  const trading: TinySpec['trading'] = {
    ...tiny.trading,
    fetchClosedOrders: () =>
      Promise.resolve([
        {
          ...report,
          terms,
          filled: decimal('1'),
          filledQuote: decimal('90'),
          fees: [{ asset: 'USDT', amount: decimal('1') }],
        },
        { ...report, orderId: 'v2', terms: { ...terms, price: decimal('80') }, reason: 'too late' },
        { ...report, orderId: 'v3' },
        { ...report, status: 'open', terms },
      ]),
  };
  const world = await startedWorld({ spec: { ...tiny, trading } });
  const closed = await world.settle(world.connector.closedOrders?.('BTC-USDT'));
  const common = { pair: 'BTC-USDT', side: 'sell', origin: 'external', canceling: false, amountIn: 'base' };
  const createdAt = expect.any(Number);
  expect(closed).toEqual([
    {
      ...{
        ...common,
        clientOrderId: 'v1',
        orderId: 'v1',
        type: 'market',
        state: 'canceled',
        fillsComplete: false,
        createdAt,
      },
      ...{ amount: decimal('2'), filled: decimal('1'), averagePrice: decimal('90') },
      fees: [{ asset: 'USDT', amount: decimal('1') }],
    },
    {
      ...{
        ...common,
        clientOrderId: 'v2',
        orderId: 'v2',
        type: 'limit',
        state: 'canceled',
        fillsComplete: false,
        createdAt,
      },
      ...{ amount: decimal('2'), price: decimal('80'), filled: decimal('0'), fees: [], reason: 'too late' },
    },
  ]);
  await world.finish();
});

test('balances and markets are refreshed on request', async () => {
  const world = await startedWorld();
  world.server.balances.set('ETH', '3');
  world.server.markets.push({ symbol: 'XRPUSDT', base: 'XRP', quote: 'USDT', status: 'trading', priceStep: '0.01' });
  await world.settle(world.connector.refresh('balances'));
  await world.settle(world.connector.refresh('markets'));
  expect(world.connector.balances().get('ETH')?.total.toFixed()).toBe('3');
  expect(world.connector.markets.has('XRP-USDT')).toBe(true);
  expect(world.eventsOf('market-changed').map(({ change, market }) => [change, market.pair])).toEqual([
    ['listed', 'XRP-USDT'],
  ]);
  await world.finish();
});

test('any other request may be sent, signed where it asks for it', async () => {
  const world = await startedWorld();
  const { connector, server } = world;
  expect(await world.settle(connector.raw.call({ at: 'GET /fees', signed: true }, { symbol: 'X' }))).toEqual({
    maker: '0.001',
    taker: '0.002',
  });
  expect(server.requestsFor('GET /fees')[0]?.headers['x-key']).toBe('our-key');
  await world.settle(connector.raw.call({ at: 'GET /time' }, {}));
  expect(server.requestsFor('GET /time').at(-1)?.headers['x-key']).toBeUndefined();
  server.always('POST /transfer', { body: { id: '7' } });
  const transfer = { at: 'POST /transfer', signed: true, lane: 'data' } as const;
  expect(await world.settle(connector.raw.call(transfer, { asset: 'BTC' }))).toEqual({ id: '7' });
  expect(await world.failure(connector.raw.call({ at: 'RPC time', host: 'nowhere', lane: 'data' }, {}))).toMatchObject({
    kind: 'venue-unavailable',
    outcome: 'not-sent',
    message: "tiny RPC time: no stream 'nowhere' is open",
  });
  await world.finish();
});

test('no order goes out as any other request, and neither does what leaves open whether it is one', async () => {
  const world = await startedWorld();
  // As JavaScript may call it.
  const raw: { call(at: object, params: object): Promise<unknown> } = world.connector.raw;
  const sent = world.server.requests.length;
  const tracked = 'orders go through place, amend and cancel, where they are tracked';
  const unsaid = `it needs lane: 'data', which says that it is no order; ${tracked}`;
  const refusals: readonly (readonly [at: object, kind: string, message: string])[] = [
    [{ at: 'POST /place', signed: true, lane: 'order' }, 'unsupported', `tiny POST /place: ${tracked}`],
    [{ at: 'DELETE /order', signed: true, lane: 'cancel' }, 'unsupported', `tiny DELETE /order: ${tracked}`],
    [{ at: 'GET /order', lane: 'order' }, 'unsupported', `tiny GET /order: ${tracked}`],
    [{ at: 'POST /place', signed: true }, 'invalid-request', `tiny POST /place: ${unsaid}`],
    [{ at: 'POST /place', signed: true, lane: undefined }, 'invalid-request', `tiny POST /place: ${unsaid}`],
    [{ at: 'POST /place', signed: true, lane: 'Order' }, 'invalid-request', `tiny POST /place: ${unsaid}`],
    [{ at: 'PUT /order', signed: true }, 'invalid-request', `tiny PUT /order: ${unsaid}`],
    [{ at: 'PATCH /order', signed: true }, 'invalid-request', `tiny PATCH /order: ${unsaid}`],
    [{ at: 'DELETE /order', signed: true }, 'invalid-request', `tiny DELETE /order: ${unsaid}`],
    [{ at: 'RPC order.place', host: 'account' }, 'invalid-request', `tiny RPC order.place: ${unsaid}`],
    [
      { at: 'post /place', signed: true, lane: 'data' },
      'invalid-request',
      `tiny raw: at: "post /place" is no method and path, such as 'GET /time'`,
    ],
    [
      // It would lead to another host, and the key with it.
      { at: 'GET @elsewhere.test/time', signed: true },
      'invalid-request',
      `tiny raw: at: "GET @elsewhere.test/time" is no method and path, such as 'GET /time'`,
    ],
    [{}, 'invalid-request', "tiny raw: at: undefined is no method and path, such as 'GET /time'"],
  ];
  for (const [at, kind, message] of refusals)
    expect(await world.failure(raw.call(at, {}))).toEqual({ kind, outcome: 'not-sent', message });
  expect(world.server.requests).toHaveLength(sent);
  await world.finish();
});

test('orders are listed as they are asked for', async () => {
  const world = await startedWorld();
  await world.place({ clientOrderId: 'a' });
  await world.place({ clientOrderId: 'b', pair: 'ETH-USDT' });
  await world.settle(world.connector.cancel('a'));
  const ids = (filter?: Parameters<typeof world.connector.orders>[0]): readonly string[] =>
    world.connector.orders(filter).map(({ clientOrderId }) => clientOrderId);
  expect([ids(), ids({ open: true }), ids({ open: false }), ids({ pair: limitOrder.pair })]).toEqual([
    ['a', 'b'],
    ['b'],
    ['a'],
    ['a'],
  ]);
  await world.finish();
});
