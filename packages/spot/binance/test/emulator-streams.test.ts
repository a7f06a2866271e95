import { expect, test } from 'vitest';

import { alice, bob, createBench, limitOrder, type Bench, type Params } from './emulator-client.js';

const buy = (bench: Bench, params: Params = {}) =>
  bench.signed(alice, 'POST /api/v3/order', { ...limitOrder, ...params });
const sell = (bench: Bench, params: Params = {}) =>
  bench.signed(bob, 'POST /api/v3/order', { ...limitOrder, side: 'SELL', newClientOrderId: 'his', ...params });

test('requests of a stream connection are answered with the id as it was sent', () => {
  const bench = createBench();
  const wire = bench.open('/ws');
  wire.send({ method: 'SUBSCRIBE', params: ['btcusdt@depth', 'btcusdt@trade'], id: 1 });
  wire.send({ method: 'UNSUBSCRIBE', params: ['btcusdt@depth'], id: 'x-1' });
  wire.send({ method: 'LIST_SUBSCRIPTIONS', id: null });
  wire.send({ method: 'GET_PROPERTY', params: ['combined'], id: 4 });
  expect(wire.texts).toEqual([
    '{"result":null,"id":1}',
    '{"result":null,"id":"x-1"}',
    '{"result":["btcusdt@trade"],"id":null}',
    '{"result":false,"id":4}',
  ]);
});

test.each([
  ['{"method":"SUBSCRIBE","params":["not a stream"],"id":1}', 2, 'Invalid request: invalid stream', 1],
  [
    '{"method":"SUBSCRIBE","params":["btcusdt@trade"]}',
    2,
    'Invalid request: request ID must be an unsigned integer',
    null,
  ],
  ['{"params":["btcusdt@trade"],"id":1}', 2, 'Invalid request: missing field `method` at line 1 column 35', 1],
  ['{"method":"SET_PROPERTY","params":["combined",1],"id":1}', 1, 'Invalid value type: expected Boolean', 1],
  ['{"method":"SET_PROPERTY","params":["colour",true],"id":1}', 0, 'Unknown property', 1],
  ['{"method":"GET_PROPERTY","id":1}', 2, 'Invalid request: property name must be a string', 1],
  ['{"method":', 3, 'Invalid JSON: expected value at line 1 column 1', null],
])('a stream connection refuses %s', (text, code, msg, id) => {
  const bench = createBench();
  const wire = bench.open('/ws');
  wire.send(text);
  expect(wire.texts).toEqual([JSON.stringify({ error: { code, msg }, id })]);
});

test('a path or a query subscribes, and combined payloads are wrapped', async () => {
  const bench = createBench();
  const raw = bench.open('/ws/btcusdt@trade');
  const combined = bench.open('/stream', 'streams=btcusdt@trade/ethusdt@trade');
  await buy(bench);
  await sell(bench, { quantity: '0.0004' });
  const E = String(bench.clock.now());
  const trade = {
    ...{ e: 'trade', E, s: 'BTCUSDT', t: '1', p: '60000.00000000', q: '0.00040000', T: E, m: true, M: true },
  };
  expect(raw.received).toEqual([trade]);
  expect(combined.received).toEqual([{ stream: 'btcusdt@trade', data: trade }]);
});

test('diffs carry the last amount of each level once in 100 ms, with update ids that follow each other', async () => {
  const bench = createBench();
  await buy(bench);
  const wire = bench.open('/ws/btcusdt@depth@100ms');
  await buy(bench, { newClientOrderId: 'b' });
  await buy(bench, { newClientOrderId: 'c', price: '59999' });
  await bench.clock.advance(100);
  await sell(bench, { quantity: '0.0005' });
  await bench.clock.advance(500);
  const E = bench.clock.now();
  expect(wire.received).toEqual([
    {
      ...{ e: 'depthUpdate', E: String(E - 500), s: 'BTCUSDT', U: '2', u: '3' },
      b: [
        ['60000.00000000', '0.00200000'],
        ['59999.00000000', '0.00100000'],
      ],
      a: [],
    },
    {
      ...{ e: 'depthUpdate', E: String(E - 400), s: 'BTCUSDT', U: '4', u: '4' },
      ...{ b: [['60000.00000000', '0.00150000']], a: [] },
    },
  ]);
  expect((await bench.get('/api/v3/depth', 'symbol=BTCUSDT&limit=1')).body).toEqual({
    ...{ lastUpdateId: '4', bids: [['60000.00000000', '0.00150000']], asks: [] },
  });
});

test('the plain depth stream comes once a second', async () => {
  const bench = createBench();
  const wire = bench.open('/ws/btcusdt@depth');
  await buy(bench);
  await bench.clock.advance(999);
  expect(wire.received).toEqual([]);
  await bench.clock.advance(1);
  expect(wire.received).toMatchObject([{ U: '1', u: '1' }]);
});

test('a gap leaves a hole in the update ids of that market alone', async () => {
  const bench = createBench();
  const wire = bench.open('/stream', 'streams=btcusdt@depth@100ms/ethusdt@depth@100ms');
  bench.venue.gap('BTCUSDT');
  await buy(bench);
  await buy(bench, { symbol: 'ETHUSDT', price: '3000', quantity: '0.01', newClientOrderId: 'eth' });
  await bench.clock.advance(100);
  await buy(bench, { newClientOrderId: 'b' });
  await bench.clock.advance(100);
  expect(wire.received).toMatchObject([
    { stream: 'ethusdt@depth@100ms', data: { U: '1', u: '1' } },
    { stream: 'btcusdt@depth@100ms', data: { U: '2', u: '2' } },
  ]);
});

test('partial depth shows the best levels, at once and after changes', async () => {
  const bench = createBench();
  for (let n = 0; n < 6; n += 1) await buy(bench, { price: String(60_000 - n), newClientOrderId: `n${n}` });
  const wire = bench.open('/ws/btcusdt@depth5@100ms');
  await bench.clock.advance(300);
  const bids = Array.from({ length: 5 }, (_, n) => [`${60_000 - n}.00000000`, '0.00100000']);
  expect(wire.received).toEqual([{ lastUpdateId: '6', bids, asks: [] }]);
});

test('trades of one order at one price are aggregated', async () => {
  const bench = createBench();
  const wire = bench.open('/ws/btcusdt@aggTrade');
  for (const id of ['a', 'b']) await buy(bench, { newClientOrderId: id });
  await buy(bench, { newClientOrderId: 'c', price: '59999' });
  await sell(bench, { quantity: '0.003', price: '59999' });
  await bench.clock.advance(0);
  const E = String(bench.clock.now());
  const trades = [
    { a: '0', p: '60000.00000000', q: '0.00200000', f: '1', l: '2', T: E, m: true, M: true },
    { a: '1', p: '59999.00000000', q: '0.00100000', f: '3', l: '3', T: E, m: true, M: true },
  ];
  expect(wire.received).toEqual(trades.map((trade) => ({ e: 'aggTrade', E, s: 'BTCUSDT', ...trade })));
  expect((await bench.get('/api/v3/aggTrades', 'symbol=BTCUSDT')).body).toEqual(trades);
  expect((await bench.get('/api/v3/aggTrades', 'symbol=BTCUSDT&fromId=1')).body).toEqual(trades.slice(1));
});

test('the book ticker follows the best prices', async () => {
  const bench = createBench();
  const wire = bench.open('/ws/btcusdt@bookTicker');
  await buy(bench);
  await buy(bench, { price: '59999', newClientOrderId: 'deeper' });
  await sell(bench, { price: '60001' });
  await bench.clock.advance(0);
  expect(wire.received).toEqual([
    { u: '1', s: 'BTCUSDT', b: '60000.00000000', B: '0.00100000', a: '0.00000000', A: '0.00000000' },
    { u: '3', s: 'BTCUSDT', b: '60000.00000000', B: '0.00100000', a: '60001.00000000', A: '0.00100000' },
  ]);
});

test('tickers tell the last 24 hours once a second', async () => {
  const bench = createBench();
  const wire = bench.open('/stream', 'streams=btcusdt@miniTicker/btcusdt@ticker/!miniTicker@arr');
  await buy(bench);
  await sell(bench);
  await buy(bench, { price: '61000', newClientOrderId: 'b' });
  await sell(bench, { price: '61000' });
  await bench.clock.advance(1_000);
  const E = String(bench.clock.now());
  const mini = {
    ...{ e: '24hrMiniTicker', E, s: 'BTCUSDT', c: '61000.00000000', o: '60000.00000000', h: '61000.00000000' },
    ...{ l: '60000.00000000', v: '0.00200000', q: '121.00000000' },
  };
  expect(wire.received).toEqual([
    {
      stream: 'btcusdt@ticker',
      data: {
        ...{ e: '24hrTicker', E, s: 'BTCUSDT', p: '1000.00000000', P: '1.666', w: '60500.00000000' },
        ...{ x: '0.00000000', c: '61000.00000000', Q: '0.00100000', b: '0.00000000', B: '0.00000000' },
        ...{ a: '0.00000000', A: '0.00000000', o: '60000.00000000', h: '61000.00000000', l: '60000.00000000' },
        ...{
          v: '0.00200000',
          q: '121.00000000',
          O: String(bench.clock.now() - 86_400_000),
          C: E,
          F: '1',
          L: '2',
          n: '2',
        },
      },
    },
    { stream: 'btcusdt@miniTicker', data: mini },
    { stream: '!miniTicker@arr', data: [mini] },
  ]);
});

test('candles are told while they grow and once more when they close', async () => {
  const bench = createBench();
  const wire = bench.open('/ws/btcusdt@kline_1s');
  await buy(bench);
  await sell(bench);
  await bench.clock.advance(3_000);
  const t = bench.clock.now() - 3_000;
  expect(wire.received).toMatchObject([
    {
      e: 'kline',
      k: {
        ...{ t: String(t), T: String(t + 999), s: 'BTCUSDT', i: '1s', f: '1', L: '1', o: '60000.00000000' },
        ...{ c: '60000.00000000', v: '0.00100000', n: '1', x: true, q: '60.00000000', V: '0.00000000', B: '0' },
      },
    },
    { k: { t: String(t + 1_000), v: '0.00000000', n: '0', x: true, o: '60000.00000000' } },
    { k: { t: String(t + 2_000), x: true } },
  ]);
});

test('a venue pings every 20 s and ends who does not answer for a minute', async () => {
  const bench = createBench();
  const [silent, alive] = [bench.open('/ws'), bench.open('/ws')];
  for (let n = 0; n < 4; n += 1) {
    await bench.clock.advance(20_000);
    alive.connection.pong?.();
  }
  expect([silent.pings(), silent.closes, alive.pings(), alive.closes]).toEqual([2, [[1008, 'Pong timeout']], 4, []]);
});

test('a connection ends after 24 hours', async () => {
  const bench = createBench();
  const wire = bench.open('/ws');
  while (wire.closes.length === 0) {
    await bench.clock.advance(20_000);
    wire.connection.pong?.();
  }
  expect([bench.clock.mono(), wire.closes]).toEqual([86_400_000, [[1001, 'Connection has been open for 24 hours']]]);
});

test('a shutdown is announced and ends every connection', async () => {
  const bench = createBench();
  const wires = [bench.open('/ws'), bench.open('/stream'), bench.open('/ws-api/v3')];
  const event = { e: 'serverShutdown', E: String(bench.clock.now()) };
  bench.venue.shutDown(10_000);
  expect(wires.map((wire) => wire.received)).toEqual([
    [event],
    [{ stream: '!serverShutdown', data: event }],
    [{ event }],
  ]);
  await bench.clock.advance(10_000);
  expect(wires.map((wire) => wire.closes)).toEqual(wires.map(() => [[1001, 'Server shutdown']]));
});

test('nothing of a venue runs after it stops', async () => {
  const bench = createBench();
  bench.open('/stream', 'streams=btcusdt@kline_1m/btcusdt@depth@100ms/btcusdt@depth5');
  bench.open('/ws-api/v3');
  await buy(bench);
  bench.venue.stop();
  expect(bench.clock.pending).toBe(0);
});

test.each([
  ['/nothing', '', 404],
  ['/ws/%zz', '', 400],
  ['/ws/%ff', '', 400],
  ['/stream', 'streams=%', 400],
])('a WebSocket at %s?%s is declined', (path, query, status) => {
  const bench = createBench();
  expect(() => bench.open(path, query)).toThrow(`declined: {"refused":${status}}`);
});

test('a pong that no ping asked for keeps nothing alive', async () => {
  const bench = createBench();
  const wire = bench.open('/ws');
  wire.connection.pong?.();
  await bench.clock.advance(59_999);
  wire.connection.pong?.();
  wire.connection.pong?.();
  await bench.clock.advance(119_000);
  expect(wire.closes).toEqual([[1008, 'Pong timeout']]);
});
