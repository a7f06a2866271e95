import { expect, test } from 'vitest';

import {
  alice,
  bob,
  createBench,
  limitOrder,
  type Bench,
  type Client,
  type Params,
  type Wire,
} from './emulator-client.js';

const eventsOf = (wire: Wire): unknown[] => wire.received.filter((message) => 'event' in Object(message));

function subscribe(bench: Bench, client: Client): Wire {
  const api = bench.open('/ws-api/v3', 'returnRateLimits=false');
  api.send({ id: 0, ...bench.rpc(client, 'userDataStream.subscribe.signature') });
  expect(api.received).toEqual([{ id: '0', status: '200', result: { subscriptionId: '0' } }]);
  return api;
}

const report = (bench: Bench, more: object) => ({
  subscriptionId: '0',
  event: {
    ...{ e: 'executionReport', E: String(bench.clock.now()), s: 'BTCUSDT', c: 'mine', S: 'BUY', o: 'LIMIT', f: 'GTC' },
    ...{ q: '0.00100000', p: '60000.00000000', P: '0.00000000', F: '0.00000000', g: '-1', C: '', x: 'NEW', X: 'NEW' },
    ...{ r: 'NONE', i: '1', l: '0.00000000', z: '0.00000000', L: '0.00000000', n: '0', N: null },
    ...{ T: String(bench.clock.now()), t: '-1', I: expect.any(String), w: true, m: false, M: false },
    ...{ O: String(bench.clock.now()), Z: '0.00000000', Y: '0.00000000', Q: '0.00000000' },
    ...{ W: String(bench.clock.now()), V: 'EXPIRE_MAKER', ...more },
  },
});

const position = (bench: Bench, ...B: object[]) => {
  const at = String(bench.clock.now());
  return { subscriptionId: '0', event: { e: 'outboundAccountPosition', E: at, u: at, B } };
};

test('an order is told from its placing to its cancel, with the balances that it moves', async () => {
  const bench = createBench();
  const api = subscribe(bench, alice);
  await bench.signed(alice, 'POST /api/v3/order', limitOrder);
  const his = { ...limitOrder, side: 'SELL', quantity: '0.0004', newClientOrderId: 'his' };
  await bench.signed(bob, 'POST /api/v3/order', his);
  await bench.signed(alice, 'PUT /api/v3/order/amend/keepPriority', {
    ...{ symbol: 'BTCUSDT', orderId: 1, newQty: '0.0009', newClientOrderId: 'less' },
  });
  await bench.signed(alice, 'DELETE /api/v3/order', { symbol: 'BTCUSDT', orderId: 1, newClientOrderId: 'gone' });
  const filled = { z: '0.00040000', Z: '24.00000000' };
  expect(eventsOf(api)).toEqual([
    report(bench, {}),
    position(bench, { a: 'USDT', f: '99940.00000000', l: '60.00000000' }),
    report(bench, {
      ...{ x: 'TRADE', X: 'PARTIALLY_FILLED', l: '0.00040000', L: '60000.00000000', Y: '24.00000000', ...filled },
      ...{ n: '0.00000040', N: 'BTC', t: '1', m: true, M: true },
    }),
    position(
      bench,
      { a: 'BTC', f: '1.00039960', l: '0.00000000' },
      { a: 'USDT', f: '99940.00000000', l: '36.00000000' },
    ),
    report(bench, { x: 'REPLACED', X: 'PARTIALLY_FILLED', c: 'less', C: 'mine', q: '0.00090000', ...filled }),
    position(bench, { a: 'USDT', f: '99946.00000000', l: '30.00000000' }),
    report(bench, { x: 'CANCELED', X: 'CANCELED', c: 'gone', C: 'less', q: '0.00090000', w: false, ...filled }),
    position(bench, { a: 'USDT', f: '99976.00000000', l: '0.00000000' }),
  ]);
});

test('a market order that runs dry ends as expired with its reason', async () => {
  const bench = createBench();
  await bench.signed(bob, 'POST /api/v3/order', { ...limitOrder, side: 'SELL', newClientOrderId: 'his' });
  const api = subscribe(bench, alice);
  const market = { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '0.002', newClientOrderId: 'mine' };
  await bench.signed(alice, 'POST /api/v3/order', market);
  const common = { i: '2', o: 'MARKET', q: '0.00200000', p: '0.00000000' };
  const reports = eventsOf(api).filter((message) => JSON.stringify(message).includes('executionReport'));
  expect(reports).toEqual([
    report(bench, common),
    report(bench, {
      ...{ ...common, x: 'TRADE', X: 'PARTIALLY_FILLED', l: '0.00100000', z: '0.00100000', L: '60000.00000000' },
      ...{ n: '0.00000100', N: 'BTC', t: '1', w: false, M: true, Z: '60.00000000', Y: '60.00000000' },
    }),
    report(bench, {
      ...{ ...common, x: 'EXPIRED', X: 'EXPIRED', z: '0.00100000', w: false, Z: '60.00000000' },
      eR: 'INSUFFICIENT_LIQUIDITY',
    }),
  ]);
});

test('an order that self-trade prevention ended says how much was prevented', async () => {
  const bench = createBench();
  await bench.signed(alice, 'POST /api/v3/order', limitOrder);
  const api = subscribe(bench, alice);
  await bench.signed(alice, 'POST /api/v3/order', { ...limitOrder, side: 'SELL', newClientOrderId: 'against' });
  expect(eventsOf(api)).toContainEqual(
    report(bench, {
      ...{ x: 'TRADE_PREVENTION', X: 'EXPIRED_IN_MATCH', w: false },
      ...{ v: '1', A: '0.00100000', B: '0.00100000', u: '-1', Cs: 'BTCUSDT' },
    }),
  );
});

test('the new order of a cancel-replace that is turned down is told as rejected', async () => {
  const bench = createBench();
  await bench.signed(alice, 'POST /api/v3/order', limitOrder);
  const api = subscribe(bench, alice);
  await bench.signed(alice, 'POST /api/v3/order/cancelReplace', {
    ...{ ...limitOrder, quantity: '3', newClientOrderId: 'next' },
    ...{ cancelReplaceMode: 'STOP_ON_FAILURE', cancelOrderId: 1 },
  });
  expect(eventsOf(api)).toMatchObject([
    { event: { x: 'CANCELED', C: 'mine' } },
    { event: { e: 'outboundAccountPosition' } },
    { event: { x: 'REJECTED', X: 'REJECTED', c: 'next', r: 'INSUFFICIENT_BALANCES', q: '3' } },
  ]);
});

test('a deposit is told with its amount and the balance after it', () => {
  const bench = createBench();
  const api = subscribe(bench, alice);
  bench.venue.engine.deposit('alice', 'BTC', '-0.5');
  const E = String(bench.clock.now());
  expect(eventsOf(api)).toEqual([
    { subscriptionId: '0', event: { e: 'balanceUpdate', E, a: 'BTC', d: '-0.50000000', T: E } },
    position(bench, { a: 'BTC', f: '0.50000000', l: '0.00000000' }),
  ]);
});

test('a session of an Ed25519 key needs no more signatures', () => {
  const bench = createBench();
  const api = bench.open('/ws-api/v3', 'returnRateLimits=false');
  const timestamp = bench.clock.now();
  api.send({ id: 1, ...bench.rpc(bob, 'session.logon') });
  api.send({ id: 2, method: 'userDataStream.subscribe' });
  api.send({ id: 3, method: 'order.place', params: { ...limitOrder, timestamp } });
  api.send({ id: 4, method: 'openOrders.status', params: { symbol: 'BTCUSDT', timestamp } });
  api.send({ id: 5, method: 'session.logout' });
  api.send({ id: 6, method: 'openOrders.status', params: { symbol: 'BTCUSDT', timestamp } });
  const since = String(timestamp);
  const status = (apiKey: string | null, userDataStream: boolean) => ({
    ...{ apiKey, authorizedSince: apiKey === null ? null : since, connectedSince: since },
    ...{ returnRateLimits: false, serverTime: since, userDataStream },
  });
  expect(api.received).toMatchObject([
    { id: '1', status: '200', result: status('bobKey', false) },
    { id: '2', result: { subscriptionId: '0' } },
    { event: { x: 'NEW' } },
    { event: { e: 'outboundAccountPosition' } },
    { id: '3', status: '200', result: { clientOrderId: 'mine', status: 'NEW' } },
    { id: '4', result: [{ clientOrderId: 'mine' }] },
    { subscriptionId: '0', event: { e: 'eventStreamTerminated' } },
    { id: '5', result: status(null, false) },
    { id: '6', status: '401', error: { code: '-2014', msg: 'API-key format invalid.' } },
  ]);
});

test.each<[string, string, Params | undefined, number, number, string]>([
  ['an HMAC session', 'session.logon', {}, 400, -4056, 'HMAC_SHA256 API key is not supported.'],
  [
    'a subscription without a session',
    'userDataStream.subscribe',
    undefined,
    401,
    -1002,
    'You are not authorized to execute this request.',
  ],
  ['an unknown method', 'order.wish', undefined, 400, -1020, 'This operation is not supported.'],
  [
    'an end of nothing',
    'userDataStream.unsubscribe',
    undefined,
    400,
    -2036,
    'User Data Stream subscription not active.',
  ],
  [
    'a stale timestamp',
    'account.status',
    { timestamp: 1 },
    400,
    -1021,
    'Timestamp for this request is outside of the recvWindow.',
  ],
  ['a filtered price', 'order.place', { ...limitOrder, price: '0.001' }, 400, -1013, 'Filter failure: PRICE_FILTER'],
  ['an unknown order', 'order.status', { symbol: 'BTCUSDT', orderId: 1 }, 400, -2013, 'Order does not exist.'],
])('refuses %s', (_, method, params, status, code, msg) => {
  const bench = createBench();
  const api = bench.open('/ws-api/v3', 'returnRateLimits=false');
  api.send({ id: 'x', ...(params === undefined ? { method } : bench.rpc(alice, method, params)) });
  expect(api.received).toEqual([{ id: 'x', status: String(status), error: { code: String(code), msg } }]);
});

test('refuses what is no request', () => {
  const bench = createBench();
  const api = bench.open('/ws-api/v3', 'returnRateLimits=false');
  for (const text of ['{', '[]', '{"id":7}']) api.send(text);
  const error = '"error":{"code":-1135,"msg":"Invalid JSON Request"}';
  expect(api.texts).toEqual([
    `{"id":null,"status":400,${error}}`,
    `{"id":null,"status":400,${error}}`,
    `{"id":7,"status":400,${error}}`,
  ]);
});

test('refuses a signature over another order of the parameters', () => {
  const bench = createBench();
  const api = bench.open('/ws-api/v3', 'returnRateLimits=false');
  const timestamp = bench.clock.now();
  const signature = alice.signature(`timestamp=${timestamp}&apiKey=${alice.apiKey}`);
  const params = { timestamp, apiKey: alice.apiKey, signature };
  api.send({ id: 1, method: 'userDataStream.subscribe.signature', params });
  expect(api.received).toMatchObject([{ status: '400', error: { code: '-1022' } }]);
});

test('an account is subscribed once a connection, and several accounts side by side', async () => {
  const bench = createBench();
  const api = subscribe(bench, alice);
  api.send({ id: 1, ...bench.rpc(alice, 'userDataStream.subscribe.signature') });
  api.send({ id: 2, ...bench.rpc(bob, 'userDataStream.subscribe.signature') });
  api.send({ id: 3, method: 'session.subscriptions' });
  await bench.signed(bob, 'POST /api/v3/order', limitOrder);
  api.send({ id: 4, method: 'userDataStream.unsubscribe', params: { subscriptionId: 1 } });
  expect(api.received.slice(1)).toMatchObject([
    { id: '1', error: { code: '-2035', msg: 'User Data Stream subscription already active.' } },
    { id: '2', result: { subscriptionId: '1' } },
    { id: '3', result: [{ subscriptionId: '0' }, { subscriptionId: '1' }] },
    { subscriptionId: '1', event: { x: 'NEW' } },
    { subscriptionId: '1', event: { e: 'outboundAccountPosition' } },
    { subscriptionId: '1', event: { e: 'eventStreamTerminated' } },
    { id: '4', result: {} },
  ]);
});

test('the venue may end user streams while the connection stays', () => {
  const bench = createBench();
  const api = subscribe(bench, alice);
  bench.venue.terminateUserStreams();
  api.send({ id: 1, method: 'session.status' });
  const E = String(bench.clock.now());
  expect(api.received.slice(1)).toMatchObject([
    { subscriptionId: '0', event: { e: 'eventStreamTerminated', E } },
    { id: '1', result: { userDataStream: false } },
  ]);
});

test('market data is served over the WebSocket API as over REST', async () => {
  const bench = createBench();
  await bench.signed(alice, 'POST /api/v3/order', limitOrder);
  const api = bench.open('/ws-api/v3', 'returnRateLimits=false');
  api.send({ id: 1, method: 'v3/depth', params: { symbol: 'BTCUSDT', limit: 5 } });
  api.send({ id: 2, method: 'ticker.price', params: { symbols: ['BTCUSDT', 'ETHUSDT'] } });
  expect(api.received).toEqual([
    { id: '1', status: '200', result: (await bench.get('/api/v3/depth', 'symbol=BTCUSDT&limit=5')).body },
    { id: '2', status: '200', result: (await bench.get('/api/v3/ticker/price', 'symbols=["BTCUSDT","ETHUSDT"]')).body },
  ]);
});

test('orders go through the WebSocket API from placing to cancelling', () => {
  const bench = createBench();
  const api = bench.open('/ws-api/v3', 'returnRateLimits=false');
  const send = (method: string, params: Params) => api.send({ id: 1, ...bench.rpc(alice, method, params) });
  send('order.place', limitOrder);
  send('order.status', { symbol: 'BTCUSDT', origClientOrderId: 'mine' });
  send('order.amend.keepPriority', { symbol: 'BTCUSDT', orderId: 1, newQty: '0.0005' });
  send('order.cancel', { symbol: 'BTCUSDT', orderId: 1 });
  send('order.place', { ...limitOrder, newClientOrderId: 'second' });
  send('openOrders.cancelAll', { symbol: 'BTCUSDT' });
  send('myTrades', { symbol: 'BTCUSDT' });
  expect(api.received).toMatchObject([
    { result: { orderId: '1', status: 'NEW', fills: [] } },
    { result: { orderId: '1', origQty: '0.00100000' } },
    { result: { amendedOrder: { qty: '0.00050000' } } },
    { result: { orderId: '1', status: 'CANCELED' } },
    { result: { orderId: '2' } },
    { result: [{ orderId: '2', origClientOrderId: 'second', status: 'CANCELED' }] },
    { result: [] },
  ]);
});
