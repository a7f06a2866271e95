import { expect, test } from 'vitest';

import { alice, bob, createBench, limitOrder } from './emulator-client.js';

const timeout = {
  status: 504,
  code: -1007,
  message: 'Timeout waiting for response from backend server. Send status unknown; execution status unknown.',
};

test.each([
  [true, 1],
  [false, 0],
])('an order may be carried out or not behind an unknown answer: %s', async (acted, orders) => {
  const bench = createBench();
  bench.venue.behave({ at: 'POST /api/v3/order', nth: 2, times: 1, answer: timeout, acted });
  const place = (id: string) => bench.signed(alice, 'POST /api/v3/order', { ...limitOrder, newClientOrderId: id });
  expect((await place('first')).status).toBe(200);
  expect(await place('second')).toMatchObject({ status: 504, body: { code: '-1007', msg: timeout.message } });
  expect((await place('third')).status).toBe(200);
  const ids = bench.venue.engine.orders('alice').map((order) => order.clientOrderId);
  expect(ids.filter((id) => id === 'second')).toHaveLength(orders);
});

test('the same holds for the WebSocket API, under either name', () => {
  const bench = createBench();
  const end = bench.venue.behave({ at: 'order.place', answer: timeout, acted: true });
  const api = bench.open('/ws-api/v3', 'returnRateLimits=false');
  api.send({ id: 1, ...bench.rpc(alice, 'order.place', limitOrder) });
  end();
  api.send({ id: 2, ...bench.rpc(alice, 'order.status', { symbol: 'BTCUSDT', origClientOrderId: 'mine' }) });
  expect(api.received).toMatchObject([
    { id: '1', status: '504', error: { code: '-1007' } },
    { id: '2', status: '200', result: { status: 'NEW' } },
  ]);
});

test('a venue may forget an order for a while', async () => {
  const bench = createBench();
  const answer = { status: 400, code: -2013, message: 'Order does not exist.' };
  bench.venue.behave({ at: 'GET /api/v3/order', times: 2, answer, acted: false });
  await bench.signed(alice, 'POST /api/v3/order', limitOrder);
  const query = async () =>
    (await bench.signed(alice, 'GET /api/v3/order', { symbol: 'BTCUSDT', origClientOrderId: 'mine' })).status;
  expect([await query(), await query(), await query()]).toEqual([400, 400, 200]);
});

test('a lagging replica answers as things stood before', async () => {
  const bench = createBench();
  const names = ['order', 'openOrders', 'allOrders', 'myTrades', 'account', 'depth', 'trades'];
  for (const name of names) bench.venue.behave({ at: `GET /api/v3/${name}`, lagMs: 1_000 });
  const ask = async (name: string, params = {}) =>
    (await bench.signed(alice, `GET /api/v3/${name}`, { symbol: 'BTCUSDT', ...params })).body;
  const look = async () => ({
    order: await ask('order', { origClientOrderId: 'mine' }),
    open: await ask('openOrders'),
    all: await ask('allOrders'),
    fills: await ask('myTrades'),
    account: (await bench.signed(alice, 'GET /api/v3/account', { omitZeroBalances: true })).body,
    depth: (await bench.get('/api/v3/depth', 'symbol=BTCUSDT')).body,
    trades: (await bench.get('/api/v3/trades', 'symbol=BTCUSDT')).body,
  });
  await bench.clock.advance(2_000);
  await bench.signed(alice, 'POST /api/v3/order', limitOrder);
  await bench.clock.advance(500);
  const his = { ...limitOrder, side: 'SELL', quantity: '0.0004', newClientOrderId: 'his' };
  await bench.signed(bob, 'POST /api/v3/order', his);

  expect(await look()).toMatchObject({
    ...{ order: { code: '-2013' }, open: [], all: [], fills: [], trades: [] },
    depth: { lastUpdateId: '0', bids: [] },
    account: { balances: [{ asset: 'BTC' }, { asset: 'USDT', free: '100000.00000000' }] },
  });
  await bench.clock.advance(500);
  expect(await look()).toMatchObject({
    ...{ order: { status: 'NEW' }, open: [{ status: 'NEW' }], fills: [] },
    depth: { lastUpdateId: '1', bids: [['60000.00000000', '0.00100000']] },
    account: { balances: [{ asset: 'BTC' }, { asset: 'USDT', free: '99940.00000000', locked: '60.00000000' }] },
  });
  await bench.clock.advance(500);
  expect(await look()).toMatchObject({
    ...{ order: { status: 'PARTIALLY_FILLED' }, fills: [{ id: '1' }], trades: [{ id: '1' }] },
    depth: { lastUpdateId: '2', bids: [['60000.00000000', '0.00060000']] },
  });
});

test('connections break on demand, streams and the WebSocket API apart', () => {
  const bench = createBench();
  const [stream, api] = [bench.open('/ws'), bench.open('/ws-api/v3')];
  bench.venue.dropStreams();
  expect([stream.closes, api.closes]).toEqual([[[1006, '']], []]);
  bench.venue.dropApi();
  expect(api.closes).toEqual([[1006, '']]);
});
