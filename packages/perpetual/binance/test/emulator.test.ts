import { expect, test } from 'vitest';

import { createBench, type Bench, type Params } from './emulator-client.js';

const order: Params = {
  ...{ symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', timeInForce: 'GTC' },
  ...{ quantity: '0.010', price: '50000', newClientOrderId: 'mine' },
};

/** With a maker on both sides of 60000. */
function createTraded(options = {}): Bench {
  const bench = createBench({ runsMarkets: false, ...options });
  bench.make('buy', '59999.0', '5');
  bench.make('sell', '60001.0', '5');
  return bench;
}

/** A text in an answer. */
function fieldOf(json: unknown, name: string): string {
  const found: unknown = typeof json === 'object' && json !== null ? Reflect.get(json, name) : undefined;
  return typeof found === 'string' ? found : '';
}

const statusesOf = ({ venue }: Bench): readonly string[] => venue.engine.orders('alice').map(({ status }) => status);

test.each([
  ['no side', { side: undefined }, -1102],
  ['an unknown side', { side: 'HOLD' }, -1117],
  ['an unknown type', { type: 'ICEBERG' }, -1116],
  ['an unknown time in force', { timeInForce: 'DAY' }, -1115],
  ['a malformed price', { price: 'cheap' }, -1100],
  ['a price between steps', { price: '50000.05' }, -4014],
  ['an amount between steps', { quantity: '0.0105' }, -1111],
  ['an amount that is too small', { quantity: '0.000' }, -4003],
  ['too little for the market', { quantity: '0.001' }, -4164],
  ['an unknown market', { symbol: 'NOPE' }, -1121],
  ['an id that is too long', { newClientOrderId: 'x'.repeat(37) }, -4015],
  ['more than the margin', { quantity: '100.000' }, -2019],
  ['a post-only order that would take', { timeInForce: 'GTX', price: '60500' }, -5022],
  ['a fill-or-kill order that cannot be filled', { timeInForce: 'FOK' }, -5021],
  ['a date that is too near', { timeInForce: 'GTD', goodTillDate: 1 }, -1130],
  ['no date', { timeInForce: 'GTD' }, -1102],
  ['the side of the other mode', { positionSide: 'LONG' }, -4061],
  ['a reduction of nothing', { reduceOnly: true }, -2022],
  ['a reduction in hedge mode', { positionSide: 'LONG', reduceOnly: true }, -1106],
])('an order is refused with the code of the documentation: %s', async (_, change, code) => {
  const bench = createTraded();
  const given = Object.entries({ ...order, ...change }).filter(([, value]) => value !== undefined);
  const { status, body } = await bench.signed('POST /fapi/v1/order', Object.fromEntries(given));
  expect([status, body]).toMatchObject([400, { code: String(code) }]);
});

test('requests without a key, with a wrong signature or too late are refused', async () => {
  const bench = createTraded();
  const now = bench.clock.now();
  const at = 'GET /fapi/v1/openOrders';
  const codeOf = ({ body }: { readonly body: unknown }) => fieldOf(body, 'code');
  expect(codeOf(await bench.send(at, `timestamp=${now}&signature=00`))).toBe('-2014');
  expect(codeOf(await bench.send(at, `timestamp=${now}&signature=00`, 'strange'))).toBe('-2015');
  expect(codeOf(await bench.send(at, `timestamp=${now}&signature=00`, 'aliceKey'))).toBe('-1022');
  expect(codeOf(await bench.signed(at, { timestamp: now - 6_000 }))).toBe('-1021');
  expect((await bench.send('GET /fapi/v1/nothing', '')).status).toBe(404);
});

test('each order of a batch has an answer of its own', async () => {
  const bench = createTraded();
  const batchOrders = JSON.stringify([order, { ...order, newClientOrderId: 'other', price: 'cheap' }]);
  const { body } = await bench.signed('POST /fapi/v1/batchOrders', { batchOrders });
  expect(body).toMatchObject([{ status: 'NEW', clientOrderId: 'mine' }, { code: '-1100' }]);
  for (const bad of ['[]', '{', '[1,2,3,4,5,6]']) {
    const refused = await bench.signed('POST /fapi/v1/batchOrders', { batchOrders: bad });
    expect(refused.body).toMatchObject({ code: '-1130' });
  }
});

test('an order moves to another price; one that would then take ends', async () => {
  const bench = createTraded();
  await bench.signed('POST /fapi/v1/order', { ...order, timeInForce: 'GTX' });
  const amend = async (change: Params) => {
    const terms = { symbol: 'BTCUSDT', origClientOrderId: 'mine', side: 'BUY', quantity: '0.010', price: '50000' };
    return (await bench.signed('PUT /fapi/v1/order', { ...terms, ...change })).body;
  };
  expect(await amend({})).toMatchObject({ code: '-5027' });
  expect(await amend({ side: 'SELL' })).toMatchObject({ code: '-2013' });
  expect(await amend({ price: '50001', quantity: '0.020' })).toMatchObject({ price: '50001.0', origQty: '0.020' });
  expect(await amend({ price: '60500' })).toMatchObject({ status: 'CANCELED' });
});

test('orders are found, listed and cancelled', async () => {
  const bench = createTraded();
  await bench.signed('POST /fapi/v1/order/test', order);
  for (const newClientOrderId of ['one', 'two', 'three'])
    await bench.signed('POST /fapi/v1/order', { ...order, newClientOrderId });
  const symbol = 'BTCUSDT';
  const ask = async (at: string, params: Params = {}) => (await bench.signed(at, { symbol, ...params })).body;
  expect(await ask('GET /fapi/v1/order')).toMatchObject({ code: '-1102' });
  expect(await ask('GET /fapi/v1/order', { origClientOrderId: 'four' })).toMatchObject({ code: '-2013' });
  expect(await ask('DELETE /fapi/v1/order', { origClientOrderId: 'four' })).toMatchObject({ code: '-2011' });
  expect(await ask('DELETE /fapi/v1/order', { orderId: 1 })).toMatchObject({ code: '-2011' });
  expect(await ask('DELETE /fapi/v1/order', { origClientOrderId: 'one' })).toMatchObject({ status: 'CANCELED' });
  expect(await ask('GET /fapi/v1/openOrders')).toHaveLength(2);
  expect(await ask('GET /fapi/v1/allOrders', { limit: 2 })).toMatchObject([{}, {}]);
  expect(await ask('DELETE /fapi/v1/allOpenOrders')).toMatchObject({ code: '200' });
  expect(statusesOf(bench)).not.toContain('open');
  expect(await ask('GET /fapi/v1/rateLimit/order')).toMatchObject([{ count: '3' }, { count: '3' }]);
});

test('a countdown cancels the orders of a market unless it is renewed or stopped', async () => {
  const bench = createTraded();
  const countdown = async (countdownTime: number) =>
    (await bench.signed('POST /fapi/v1/countdownCancelAll', { symbol: 'BTCUSDT', countdownTime })).body;
  await bench.signed('POST /fapi/v1/order', order);
  expect(await countdown(10_000)).toEqual({ symbol: 'BTCUSDT', countdownTime: '10000' });
  await bench.clock.advance(9_000);
  await countdown(0);
  await bench.clock.advance(20_000);
  expect(statusesOf(bench)).toEqual(['open']);
  await countdown(10_000);
  await bench.clock.advance(11_000);
  expect(statusesOf(bench)).not.toContain('open');
});

test('an order that is good till a date ends then', async () => {
  const bench = createTraded();
  const goodTillDate = bench.clock.now() + 700_000;
  await bench.signed('POST /fapi/v1/order', { ...order, timeInForce: 'GTD', goodTillDate });
  await bench.clock.advance(690_000);
  expect(statusesOf(bench)).toEqual(['open']);
  await bench.clock.advance(20_000);
  expect(statusesOf(bench)).not.toContain('open');
  bench.venue.stop();
});

test('mode, leverage and margin type change, and not while they must not', async () => {
  const bench = createTraded();
  const ask = async (at: string, params: Params = {}) => (await bench.signed(at, params)).body;
  const symbol = 'BTCUSDT';
  expect(await ask('POST /fapi/v1/positionSide/dual', { dualSidePosition: false })).toMatchObject({ code: '-4059' });
  expect(await ask('POST /fapi/v1/marginType', { symbol, marginType: 'CROSSED' })).toMatchObject({ code: '-4046' });
  expect(await ask('POST /fapi/v1/leverage', { symbol, leverage: 999 })).toMatchObject({ code: '-4028' });
  expect(await ask('POST /fapi/v1/leverage', { symbol, leverage: 7 })).toMatchObject({ symbol, leverage: '7' });
  await ask('POST /fapi/v1/order', { ...order, type: 'MARKET' });
  expect(await ask('POST /fapi/v1/marginType', { symbol, marginType: 'ISOLATED' })).toMatchObject({ code: '-4048' });
  expect(await ask('POST /fapi/v1/positionSide/dual', { dualSidePosition: true })).toMatchObject({ code: '-4068' });
  expect(await ask('GET /fapi/v3/positionRisk', { symbol })).toMatchObject([{ positionAmt: '0.010' }]);
  expect(await ask('GET /fapi/v1/leverageBracket', { symbol })).toMatchObject([{ symbol, brackets: [{}] }]);
  expect(await ask('GET /fapi/v1/symbolConfig')).toHaveLength(3);
  expect(await ask('GET /fapi/v1/accountConfig')).toMatchObject({ dualSidePosition: false });
  expect(await ask('GET /fapi/v1/commissionRate', { symbol })).toMatchObject({
    symbol,
    takerCommissionRate: '0.0005',
  });
});

test('market data is told for one market, and for all', async () => {
  const bench = createTraded();
  await bench.signed('POST /fapi/v1/order', { ...order, type: 'MARKET' });
  const symbol = 'BTCUSDT';
  const { get } = bench;
  expect(await get('/fapi/v1/ping')).toEqual({});
  expect(await get('/fapi/v1/depth', { symbol, limit: 5 })).toMatchObject({ bids: [['59999.0', '5.000']] });
  expect(await get('/fapi/v1/trades', { symbol })).toMatchObject([{ price: '60001.0', qty: '0.010' }]);
  expect(await get('/fapi/v1/aggTrades', { symbol })).toMatchObject([{ p: '60001.0', q: '0.010' }]);
  expect(await get('/fapi/v1/klines', { symbol, interval: '1m' })).toHaveLength(1);
  expect(await get('/fapi/v1/klines', { symbol, interval: '7m' })).toMatchObject({ code: '-1120' });
  for (const path of ['premiumIndex', 'ticker/24hr', 'ticker/price', 'ticker/bookTicker']) {
    expect(await get(`/fapi/v1/${path}`, { symbol })).toMatchObject({ symbol });
    expect(await get(`/fapi/v1/${path}`)).toHaveLength(3);
  }
  expect(await get('/fapi/v1/fundingInfo')).toBeInstanceOf(Array);
});

test('streams tell what happens, on the route that has them', async () => {
  const bench = createTraded();
  const topics = ['kline_1m', 'ticker', 'miniTicker', 'markPrice@1s', 'aggTrade'].map((name) => `btcusdt@${name}`);
  const market = bench.open('/market/stream', `streams=${topics.join('/')}`);
  const books = bench.open('/public/ws/btcusdt@bookTicker/btcusdt@depth5@100ms/btcusdt@depth');
  await bench.signed('POST /fapi/v1/order', { ...order, type: 'MARKET' });
  await bench.clock.advance(2_000);
  const kinds = (told: readonly unknown[]) => [...new Set(told.map((message) => fieldOf(message, 'e')))];
  expect(market.received.map((message) => fieldOf(message, 'stream'))).toEqual(expect.arrayContaining(topics));
  expect(kinds(books.received).toSorted()).toEqual(['bookTicker', 'depthUpdate']);
  bench.venue.dropStreams();
  expect([market.closes, books.closes]).toEqual([[1006], [1006]]);
});

test('subscriptions are changed, listed and refused in the words of the documentation', () => {
  const { open } = createTraded();
  const { received, send, closes } = open('/market/ws');
  const ask = (message: unknown): unknown => {
    send(message);
    return received.at(-1);
  };
  const params = ['btcusdt@aggTrade'];
  expect(ask({ method: 'SUBSCRIBE', params, id: 1 })).toEqual({ result: null, id: '1' });
  expect(ask({ method: 'LIST_SUBSCRIPTIONS', id: 2 })).toEqual({ result: params, id: '2' });
  expect(ask({ method: 'UNSUBSCRIBE', params, id: 3 })).toEqual({ result: null, id: '3' });
  expect(ask({ method: 'SET_PROPERTY', params: ['combined', true], id: 4 })).toEqual({ result: null, id: '4' });
  expect(ask({ method: 'GET_PROPERTY', params: ['combined'], id: 5 })).toEqual({ result: true, id: '5' });
  expect(ask({ method: 'GET_PROPERTY', params: ['colour'], id: 6 })).toMatchObject({ error: { code: '0' } });
  expect(ask({ method: 'DANCE', id: 7 })).toMatchObject({ error: { code: '2' } });
  expect(ask({ method: 'SUBSCRIBE', params: ['nothing'], id: 8 })).toMatchObject({ error: { code: '2' } });
  expect(ask('{')).toMatchObject({ error: { code: '3' } });
  expect(ask('[]')).toMatchObject({ error: { code: '2' } });
  ask({ method: 'LIST_SUBSCRIPTIONS', id: 9 });
  expect(closes).toEqual([1008]);
});

test('a listen key opens the account’s stream for an hour, unless it is kept or closed', async () => {
  const bench = createTraded();
  const ask = async (method: string) => (await bench.send(`${method} /fapi/v1/listenKey`, '', 'aliceKey')).body;
  expect(await ask('PUT')).toMatchObject({ code: '-1125' });
  const listenKey = fieldOf(await ask('POST'), 'listenKey');
  const { received, closes } = bench.open(`/private/ws/${listenKey}`);
  await bench.clock.advance(3_000_000);
  expect(await ask('PUT')).toEqual({ listenKey });
  await bench.signed('POST /fapi/v1/order', order);
  expect(received).toMatchObject([{ e: 'ORDER_TRADE_UPDATE', o: { X: 'NEW', c: 'mine' } }]);
  expect(await ask('DELETE')).toEqual({});
  expect(received.at(-1)).toMatchObject({ e: 'listenKeyExpired', listenKey });
  expect(() => bench.open('/private/ws/strange')).toThrow('declined');
  bench.venue.dropUserStreams();
  expect(closes).toEqual([1006]);
});

test('limits are counted and refused', async () => {
  const rateLimits = [
    { rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: 10 },
    { rateLimitType: 'ORDERS', interval: 'SECOND', intervalNum: 10, limit: 1 },
  ] as const;
  const bench = createTraded({ rateLimits });
  const place = async (id: string) =>
    (await bench.signed('POST /fapi/v1/order', { ...order, newClientOrderId: id })).body;
  await place('one');
  expect(await place('two')).toMatchObject({ code: '-1015' });
  for (let count = 0; count < 10; count += 1) await bench.get('/fapi/v1/ping');
  expect(await bench.get('/fapi/v1/ping')).toMatchObject({ code: '-1003' });
  expect(bench.venue.usage()).toMatchObject({ refusals: 2 });
});

test('marks follow the book and funding is paid on time', async () => {
  const bench = createTraded({ runsMarkets: true });
  await bench.signed('POST /fapi/v1/order', { ...order, type: 'MARKET' });
  await bench.clock.advance(2_000);
  expect(await bench.get('/fapi/v1/premiumIndex', { symbol: 'BTCUSDT' })).toMatchObject({
    markPrice: '60000.00000000',
  });
  bench.venue.engine.setPrices('BTCUSDT', { fundingRate: '0.0001' });
  await bench.clock.advance(8 * 3_600_000);
  const { body } = await bench.signed('GET /fapi/v1/income', { symbol: 'BTCUSDT', incomeType: 'FUNDING_FEE' });
  expect(body).toMatchObject([{ incomeType: 'FUNDING_FEE', asset: 'USDT' }]);
  bench.venue.stop();
  expect(bench.clock.pending).toBe(0);
});
