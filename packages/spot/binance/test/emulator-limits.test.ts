import { expect, test } from 'vitest';

import { defaultRateLimits, type RateLimit } from '../emulator/index.js';
import { alice, bob, createBench, limitOrder } from './emulator-client.js';

const withLimit = (type: RateLimit['rateLimitType'], limit: number): readonly RateLimit[] =>
  defaultRateLimits.map((each) => (each.rateLimitType === type ? { ...each, limit } : each));

test.each([
  ['/api/v3/ping', '', 1],
  ['/api/v3/exchangeInfo', '', 20],
  ['/api/v3/depth', 'symbol=BTCUSDT', 5],
  ['/api/v3/depth', 'symbol=BTCUSDT&limit=101', 25],
  ['/api/v3/depth', 'symbol=BTCUSDT&limit=1000', 50],
  ['/api/v3/depth', 'symbol=BTCUSDT&limit=9999', 250],
  ['/api/v3/trades', 'symbol=BTCUSDT', 25],
  ['/api/v3/klines', 'symbol=BTCUSDT&interval=1m', 2],
  ['/api/v3/ticker/24hr', '', 80],
  ['/api/v3/ticker/24hr', 'symbols=["BTCUSDT"]', 2],
  ['/api/v3/ticker/price', '', 4],
  ['/api/v3/ticker/bookTicker', 'symbol=BTCUSDT', 2],
])('GET %s?%s weighs %i', async (path, query, weight) => {
  const bench = createBench();
  const { headers } = await bench.get(path, query);
  expect(headers['x-mbx-used-weight-1m']).toBe(String(weight));
});

test.each([
  ['GET /api/v3/account', {}, 20],
  ['GET /api/v3/openOrders', {}, 80],
  ['GET /api/v3/openOrders', { symbol: 'BTCUSDT' }, 6],
  ['GET /api/v3/order', { symbol: 'BTCUSDT', orderId: 1 }, 4],
  ['GET /api/v3/allOrders', { symbol: 'BTCUSDT' }, 20],
  ['GET /api/v3/myTrades', { symbol: 'BTCUSDT' }, 20],
  ['GET /api/v3/myTrades', { symbol: 'BTCUSDT', orderId: 1 }, 5],
  ['GET /api/v3/rateLimit/order', {}, 40],
  ['POST /api/v3/order', limitOrder, 0],
  ['POST /api/v3/order', { ...limitOrder, price: '0' }, 1],
  ['DELETE /api/v3/order', { symbol: 'BTCUSDT', orderId: 1 }, 1],
  ['POST /api/v3/order/test', limitOrder, 1],
])('%s %o weighs %i', async (at, params, weight) => {
  const bench = createBench();
  const { headers } = await bench.signed(alice, at, params);
  expect(headers['x-mbx-used-weight-1m']).toBe(String(weight));
});

test('weight over the limit is refused until the next minute starts', async () => {
  const bench = createBench({ rateLimits: withLimit('REQUEST_WEIGHT', 45) });
  await bench.clock.advance(50_000);
  await bench.get('/api/v3/exchangeInfo');
  await bench.get('/api/v3/exchangeInfo');
  const refused = await bench.get('/api/v3/exchangeInfo');
  expect(refused).toMatchObject({
    status: 429,
    body: {
      code: '-1003',
      msg: 'Too much request weight used; current limit is 45 request weight per 1 MINUTE. Please use WebSocket Streams for live updates to avoid polling the API.',
    },
    headers: { 'retry-after': '10', 'x-mbx-used-weight-1m': '40' },
  });
  expect((await bench.get('/api/v3/depth', 'symbol=BTCUSDT')).status).toBe(200);
  await bench.clock.advance(10_000);
  expect((await bench.get('/api/v3/exchangeInfo')).headers['x-mbx-used-weight-1m']).toBe('20');
  expect(bench.venue.usage()).toMatchObject({ refusals: 1, rawRequests: 5 });
});

test('who goes on after refusals is banned, for twice as long each time', async () => {
  const bench = createBench({ rateLimits: withLimit('REQUEST_WEIGHT', 0), refusalsBeforeBan: 2 });
  const statuses = async (count: number) => {
    const seen: number[] = [];
    for (let n = 0; n < count; n += 1) seen.push((await bench.get('/api/v3/ping')).status);
    return seen;
  };
  expect(await statuses(3)).toEqual([429, 418, 418]);
  const until = bench.clock.now() + 120_000;
  expect(await bench.get('/api/v3/ping')).toMatchObject({
    headers: { 'retry-after': '120' },
    body: {
      code: '-1003',
      msg: `Way too much request weight used; IP banned until ${until}. Please use WebSocket Streams for live updates to avoid bans.`,
    },
  });
  await bench.clock.advance(120_000);
  expect(await statuses(2)).toEqual([429, 418]);
  expect((await bench.get('/api/v3/ping')).headers['retry-after']).toBe('240');
});

test('limits count by address', async () => {
  const bench = createBench({ rateLimits: withLimit('REQUEST_WEIGHT', 1) });
  await bench.get('/api/v3/ping');
  expect((await bench.get('/api/v3/ping')).status).toBe(429);
  expect((await bench.send('GET', '/api/v3/ping', '', { address: '10.0.0.2' })).status).toBe(200);
});

test('raw requests have a limit of their own', async () => {
  const bench = createBench({ rateLimits: withLimit('RAW_REQUESTS', 1) });
  await bench.get('/api/v3/ping');
  expect(await bench.get('/api/v3/ping')).toMatchObject({
    status: 429,
    body: {
      msg: 'Too much requests; current limit is 1 requests per 5 MINUTE. Please use WebSocket Streams for live updates to avoid polling the API.',
    },
  });
});

test('orders count for the account, in intervals that start with the clock', async () => {
  const bench = createBench({ rateLimits: withLimit('ORDERS', 2) });
  const place = (newClientOrderId: string) =>
    bench.signed(alice, 'POST /api/v3/order', { ...limitOrder, newClientOrderId });
  await bench.clock.advance(7_000);
  expect((await place('a')).headers).toMatchObject({ 'x-mbx-order-count-10s': '1', 'x-mbx-order-count-1d': '1' });
  await place('b');
  expect(await place('c')).toMatchObject({
    status: 429,
    headers: { 'retry-after': '86393' },
    body: { code: '-1015', msg: 'Too many new orders; current limit is 2 orders per 1 DAY.' },
  });
  const { body } = await bench.signed(alice, 'GET /api/v3/rateLimit/order');
  expect(body).toEqual([
    { rateLimitType: 'ORDERS', interval: 'SECOND', intervalNum: '10', limit: '2', count: '2' },
    { rateLimitType: 'ORDERS', interval: 'DAY', intervalNum: '1', limit: '2', count: '2' },
  ]);
});

test('the first fill of an order takes it off the count', async () => {
  const bench = createBench();
  await bench.signed(alice, 'POST /api/v3/order', limitOrder);
  await bench.signed(alice, 'POST /api/v3/order', { ...limitOrder, newClientOrderId: 'second' });
  for (const id of ['x', 'y']) {
    const quantity = '0.0004';
    await bench.signed(bob, 'POST /api/v3/order', { ...limitOrder, side: 'SELL', quantity, newClientOrderId: id });
  }
  const { body } = await bench.signed(alice, 'GET /api/v3/rateLimit/order');
  expect(body).toMatchObject([{ count: '1' }, { count: '1' }]);
});

test('an order that a filter refuses is not counted', async () => {
  const bench = createBench();
  await bench.signed(alice, 'POST /api/v3/order', { ...limitOrder, price: '0.001' });
  const { body } = await bench.signed(alice, 'GET /api/v3/rateLimit/order');
  expect(body).toMatchObject([{ count: '0' }, { count: '0' }]);
});

test('WebSockets are declined after 300 in five minutes', () => {
  const bench = createBench();
  for (let n = 0; n < 300; n += 1) bench.open('/ws');
  expect(() => bench.open('/ws')).toThrow('declined: {"refused":429}');
  expect(bench.venue.usage().refusals).toBe(1);
});

test('more than five messages a second end a stream connection', async () => {
  const bench = createBench();
  const wire = bench.open('/ws');
  const list = { method: 'LIST_SUBSCRIPTIONS', id: 1 };
  for (let n = 0; n < 5; n += 1) wire.send(list);
  await bench.clock.advance(1_000);
  for (let n = 0; n < 4; n += 1) wire.send(list);
  wire.connection.ping?.();
  expect([wire.pongs(), wire.closes]).toEqual([1, []]);
  wire.send(list);
  expect(wire.closes).toEqual([[1008, 'Too many requests']]);
});

test('the WebSocket API tells the limits that a request counts towards, unless it is asked not to', () => {
  const bench = createBench();
  const api = bench.open('/ws-api/v3');
  api.send({ id: 1, method: 'time' });
  api.send({ id: 2, ...bench.rpc(alice, 'order.place', limitOrder) });
  api.send({ id: 3, method: 'time', params: { returnRateLimits: false } });
  const weight = (count: string) => {
    return { rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: '1', limit: '6000', count };
  };
  expect(api.received).toMatchObject([
    { id: '1', rateLimits: [weight('3')] },
    {
      id: '2',
      rateLimits: [
        { rateLimitType: 'ORDERS', interval: 'SECOND', intervalNum: '10', limit: '100', count: '1' },
        { rateLimitType: 'ORDERS', interval: 'DAY', intervalNum: '1', limit: '200000', count: '1' },
        weight('3'),
      ],
    },
    { id: '3', status: '200' },
  ]);
  expect(api.texts[2]).not.toContain('rateLimits');
});

test('the WebSocket API refuses over the limit with the time to wait for, and closes when it bans', () => {
  const bench = createBench({ rateLimits: withLimit('REQUEST_WEIGHT', 2), refusalsBeforeBan: 2 });
  const api = bench.open('/ws-api/v3');
  api.send({ id: 1, method: 'time' });
  api.send({ id: 2, method: 'time' });
  const serverTime = String(bench.clock.now());
  expect(api.received).toMatchObject([
    { status: '429', error: { code: '-1003', data: { serverTime, retryAfter: String(bench.clock.now() + 60_000) } } },
    { status: '418', error: { code: '-1003', data: { serverTime, retryAfter: String(bench.clock.now() + 120_000) } } },
  ]);
  expect(api.closes).toEqual([[1008, 'IP banned']]);
  expect(() => bench.open('/ws-api/v3')).toThrow('declined: {"refused":418}');
});
