import { expect, test } from 'vitest';

import { defaultMarkets } from '../emulator/index.js';
import { alice, aliceAccount, bob, createBench, limitOrder, type Bench, type Params } from './emulator-client.js';

const refusal = (code: number, msg: string) => ({ status: 400, body: { code: String(code), msg } });

const place = (bench: Bench, params: Params = {}) =>
  bench.signed(alice, 'POST /api/v3/order', { ...limitOrder, ...params });
const sell = (bench: Bench, params: Params = {}) =>
  bench.signed(bob, 'POST /api/v3/order', { ...limitOrder, side: 'SELL', newClientOrderId: 'his', ...params });

test('a resting order is answered in full, as the documentation shows it', async () => {
  const bench = createBench();
  const at = String(bench.clock.now());
  expect((await place(bench)).body).toEqual({
    symbol: 'BTCUSDT',
    orderId: '1',
    orderListId: '-1',
    clientOrderId: 'mine',
    transactTime: at,
    price: '60000.00000000',
    origQty: '0.00100000',
    executedQty: '0.00000000',
    cummulativeQuoteQty: '0.00000000',
    origQuoteOrderQty: '0.00000000',
    status: 'NEW',
    timeInForce: 'GTC',
    type: 'LIMIT',
    side: 'BUY',
    workingTime: at,
    selfTradePreventionMode: 'EXPIRE_MAKER',
    fills: [],
  });
});

test('an order that trades at once lists its fills with commission in what it receives', async () => {
  const bench = createBench();
  await sell(bench, { quantity: '0.0004' });
  await sell(bench, { quantity: '0.0004', price: '60000.01', newClientOrderId: 'his2' });
  const { body } = await place(bench, { price: '60000.01' });
  expect(body).toMatchObject({
    executedQty: '0.00080000',
    cummulativeQuoteQty: '48.00000400',
    status: 'PARTIALLY_FILLED',
    fills: [
      { price: '60000.00000000', qty: '0.00040000', commission: '0.00000040', commissionAsset: 'BTC', tradeId: '1' },
      { price: '60000.01000000', qty: '0.00040000', commission: '0.00000040', commissionAsset: 'BTC', tradeId: '2' },
    ],
  });
});

test.each([
  ['ACK', ['symbol', 'orderId', 'orderListId', 'clientOrderId', 'transactTime']],
  ['RESULT', undefined],
])('newOrderRespType %s leaves the rest out', async (type, keys) => {
  const bench = createBench();
  const { body } = await place(bench, { newOrderRespType: type });
  const names = Object.keys(body ?? {});
  expect(names.includes('fills')).toBe(false);
  expect(keys ?? names).toEqual(names);
});

test('a post-only order is acknowledged alone, and refused when it would take', async () => {
  const bench = createBench();
  const { timeInForce: _, ...terms } = limitOrder;
  const maker = { ...terms, type: 'LIMIT_MAKER' };
  expect(Object.keys((await bench.signed(alice, 'POST /api/v3/order', maker)).body ?? {})).toHaveLength(5);
  const taker = { ...maker, side: 'SELL', newClientOrderId: 'his' };
  expect(await bench.signed(bob, 'POST /api/v3/order', taker)).toMatchObject(
    refusal(-2010, 'Order would immediately match and take.'),
  );
});

test('a market order spends quote, and expires when nothing is left to take', async () => {
  const bench = createBench();
  await sell(bench, { quantity: '0.001' });
  const market = { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET' };
  const spent = await bench.signed(alice, 'POST /api/v3/order', { ...market, quoteOrderQty: '30' });
  expect(spent.body).toMatchObject({
    ...{ status: 'FILLED', executedQty: '0.00050000', origQuoteOrderQty: '30.00000000', timeInForce: 'GTC' },
    ...{ price: '0.00000000', origQty: '0.00050000' },
  });
  const rest = await bench.signed(alice, 'POST /api/v3/order', { ...market, quantity: '0.001' });
  expect(rest.body).toMatchObject({
    ...{ status: 'EXPIRED', executedQty: '0.00050000', expiryReason: 'INSUFFICIENT_LIQUIDITY' },
  });
  const empty = await bench.signed(alice, 'POST /api/v3/order', { ...market, quoteOrderQty: '30' });
  expect(empty).toMatchObject(refusal(-2010, 'Order book liquidity is less than symbol minimum quantity.'));
});

test.each([
  ['IOC', 'EXPIRED', '0.00040000', 'UNFILLED_IOC_QUANTITY_EXPIRED'],
  ['FOK', 'EXPIRED', '0.00000000', 'UNFILLED_FOK_ORDER_EXPIRED'],
])('%s takes what it may and expires', async (timeInForce, status, executedQty, expiryReason) => {
  const bench = createBench();
  await sell(bench, { quantity: '0.0004' });
  expect((await place(bench, { timeInForce })).body).toMatchObject({ timeInForce, status, executedQty, expiryReason });
});

test.each<[string, Params, number, string]>([
  ['a side that is none', { side: 'HOLD' }, -1117, 'Invalid side.'],
  ['a type that is none', { type: 'MAYBE' }, -1116, 'Invalid orderType.'],
  ['a time in force that is none', { timeInForce: 'GTX' }, -1115, 'Invalid timeInForce.'],
  ['a stop order', { type: 'STOP_LOSS_LIMIT' }, -1013, 'Stop loss limit orders are not supported for this symbol.'],
  ['an iceberg', { icebergQty: '0.0001' }, -1013, 'Iceberg orders are not supported for this symbol.'],
  [
    'a negative amount',
    { quantity: '-1' },
    -1100,
    "Illegal characters found in parameter 'quantity'; legal range is '^([0-9]{1,20})(\\.[0-9]{1,20})?$'.",
  ],
  [
    'an exponent',
    { price: '6e4' },
    -1100,
    "Illegal characters found in parameter 'price'; legal range is '^([0-9]{1,20})(\\.[0-9]{1,20})?$'.",
  ],
  ['nine decimal places', { quantity: '0.001000001' }, -1111, "Parameter 'quantity' has too much precision."],
  ['a price off the grid', { price: '60000.001' }, -1013, 'Filter failure: PRICE_FILTER'],
  ['a price of zero', { price: '0' }, -1013, 'Filter failure: PRICE_FILTER'],
  ['a price above the highest', { price: '1000000.01' }, -1013, 'Filter failure: PRICE_FILTER'],
  ['an amount off the grid', { quantity: '0.001001' }, -1013, 'Filter failure: LOT_SIZE'],
  ['an amount of zero', { quantity: '0' }, -1013, 'Filter failure: LOT_SIZE'],
  ['an amount above the highest', { quantity: '9000.1' }, -1013, 'Filter failure: LOT_SIZE'],
  ['too little', { quantity: '0.00008' }, -1013, 'Filter failure: NOTIONAL'],
  ['too much', { quantity: '8000' }, -1013, 'Filter failure: NOTIONAL'],
  ['more than is free', { quantity: '2' }, -2010, 'Account has insufficient balance for requested action.'],
  [
    'an id with odd letters',
    { newClientOrderId: 'my order' },
    -1100,
    "Illegal characters found in parameter 'newClientOrderId'; legal range is '^[a-zA-Z0-9-_]{1,36}$'.",
  ],
  [
    'an id of 37 letters',
    { newClientOrderId: 'i'.repeat(37) },
    -1100,
    "Illegal characters found in parameter 'newClientOrderId'; legal range is '^[a-zA-Z0-9-_]{1,36}$'.",
  ],
  ['a quote amount with a price', { quoteOrderQty: '30' }, -1106, "Parameter 'quoteOrderQty' sent when not required."],
  [
    'a self-trade rule that the market does not have',
    { selfTradePreventionMode: 'TRANSFER' },
    -1013,
    'This symbol does not allow the specified self-trade prevention mode.',
  ],
  [
    'what is no parameter',
    { timeInforce: 'GTC' },
    -1104,
    "Not all sent parameters were read; read '9' parameter(s) but was sent '10'.",
  ],
])('refuses %s', async (_, params, code, message) => {
  const bench = createBench();
  expect(await place(bench, params)).toMatchObject(refusal(code, message));
  expect(bench.venue.engine.orders('alice')).toEqual([]);
});

test.each(['side', 'type', 'quantity', 'price', 'timeInForce'] as const)(
  'refuses an order without %s',
  async (name) => {
    const bench = createBench();
    const terms = Object.fromEntries(Object.entries(limitOrder).filter(([each]) => each !== name));
    expect(await bench.signed(alice, 'POST /api/v3/order', terms)).toMatchObject(
      refusal(-1102, `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`),
    );
  },
);

test('refuses prices far from the average of the last trades', async () => {
  const bench = createBench();
  await sell(bench);
  await place(bench);
  const far = { price: '11999.99', newClientOrderId: 'far' };
  expect(await place(bench, far)).toMatchObject(refusal(-1013, 'Filter failure: PERCENT_PRICE_BY_SIDE'));
  expect((await place(bench, { ...far, price: '12000' })).status).toBe(200);
});

test('refuses a market order below the least notional at the average price', async () => {
  const bench = createBench();
  await sell(bench);
  await place(bench);
  const small = { symbol: 'BTCUSDT', side: 'SELL', type: 'MARKET', quantity: '0.00008' };
  expect(await bench.signed(bob, 'POST /api/v3/order', small)).toMatchObject(
    refusal(-1013, 'Filter failure: NOTIONAL'),
  );
});

test('refuses one open order too many', async () => {
  const markets = defaultMarkets.map((market) => ({ ...market, maxNumOrders: 1 }));
  const bench = createBench({ markets });
  await place(bench);
  expect(await place(bench, { newClientOrderId: 'second' })).toMatchObject(
    refusal(-1013, 'Filter failure: MAX_NUM_ORDERS'),
  );
});

test('a client id is taken while its order is open, and free afterwards', async () => {
  const bench = createBench();
  await place(bench);
  expect(await place(bench)).toMatchObject(refusal(-2010, 'Duplicate order sent.'));
  await bench.signed(alice, 'DELETE /api/v3/openOrders', { symbol: 'BTCUSDT' });
  expect((await place(bench)).status).toBe(200);
});

test('a market that is halted takes no orders and shows it', async () => {
  const bench = createBench();
  await place(bench);
  bench.venue.engine.setStatus('BTCUSDT', 'halted');
  expect(await place(bench, { newClientOrderId: 'late' })).toMatchObject(refusal(-1013, 'Market is closed.'));
  const cancel = await bench.signed(alice, 'DELETE /api/v3/order', { symbol: 'BTCUSDT', orderId: 1 });
  expect(cancel).toMatchObject(refusal(-2011, 'Market is closed.'));
  expect((await bench.get('/api/v3/exchangeInfo', 'symbol=BTCUSDT')).body).toMatchObject({
    symbols: [{ status: 'HALT' }],
  });
});

test('order/test checks everything and places nothing', async () => {
  const bench = createBench();
  const test = (params: Params) => bench.signed(alice, 'POST /api/v3/order/test', { ...limitOrder, ...params });
  expect(await test({})).toMatchObject({ status: 200, body: {} });
  expect(await test({ price: '1.001' })).toMatchObject(refusal(-1013, 'Filter failure: PRICE_FILTER'));
  expect((await test({ computeCommissionRates: true })).body).toMatchObject({
    standardCommissionForOrder: { maker: '0.00100000', taker: '0.00100000' },
  });
  expect(bench.venue.engine.orders('alice')).toEqual([]);
});

test('a cancel gives the order a new id, and both ids find it', async () => {
  const bench = createBench();
  await place(bench);
  const canceled = await bench.signed(alice, 'DELETE /api/v3/order', {
    ...{ symbol: 'BTCUSDT', origClientOrderId: 'mine', newClientOrderId: 'gone' },
  });
  expect(canceled.body).toMatchObject({ origClientOrderId: 'mine', clientOrderId: 'gone', status: 'CANCELED' });
  const query = (origClientOrderId: string) =>
    bench.signed(alice, 'GET /api/v3/order', { symbol: 'BTCUSDT', origClientOrderId });
  expect((await query('mine')).body).toMatchObject({ clientOrderId: 'gone', orderId: '1', status: 'CANCELED' });
  expect((await query('gone')).body).toEqual((await query('mine')).body);
});

test.each<[string, string, Params, number, string]>([
  ['a cancel of an unknown order', 'DELETE /api/v3/order', { orderId: 9 }, -2011, 'Unknown order sent.'],
  ['a query of an unknown order', 'GET /api/v3/order', { orderId: 9 }, -2013, 'Order does not exist.'],
  ['a cancel of all where there is none', 'DELETE /api/v3/openOrders', {}, -2011, 'Unknown order sent.'],
  [
    'an order without a name',
    'GET /api/v3/order',
    {},
    -1102,
    "Param 'origClientOrderId' or 'orderId' must be sent, but both were empty/null!",
  ],
  [
    'an amendment of an unknown order',
    'PUT /api/v3/order/amend/keepPriority',
    { orderId: 9, newQty: '1' },
    -2038,
    'Unknown order sent.',
  ],
])('refuses %s', async (_, at, params, code, message) => {
  const bench = createBench();
  expect(await bench.signed(alice, at, { symbol: 'BTCUSDT', ...params })).toMatchObject(refusal(code, message));
});

test('refuses two names of different orders, and the order of somebody else', async () => {
  const bench = createBench();
  await place(bench);
  const both = { symbol: 'BTCUSDT', orderId: 1, origClientOrderId: 'other' };
  expect(await bench.signed(alice, 'GET /api/v3/order', both)).toMatchObject(
    refusal(-2039, 'Client order ID is not correct for this order ID.'),
  );
  expect(await bench.signed(bob, 'GET /api/v3/order', { symbol: 'BTCUSDT', orderId: 1 })).toMatchObject(
    refusal(-2013, 'Order does not exist.'),
  );
});

test('cancels under restrictions', async () => {
  const bench = createBench();
  await place(bench);
  const cancel = (cancelRestrictions: string) =>
    bench.signed(alice, 'DELETE /api/v3/order', { symbol: 'BTCUSDT', orderId: 1, cancelRestrictions });
  expect(await cancel('NEVER')).toMatchObject(refusal(-1145, 'Invalid cancelRestrictions'));
  expect(await cancel('ONLY_PARTIALLY_FILLED')).toMatchObject(
    refusal(-2011, 'Order was not canceled due to cancel restrictions.'),
  );
  expect((await cancel('ONLY_NEW')).status).toBe(200);
});

test('an amendment lowers the amount, keeps the place and renames the order', async () => {
  const bench = createBench();
  await place(bench);
  const amend = (params: Params) =>
    bench.signed(alice, 'PUT /api/v3/order/amend/keepPriority', { symbol: 'BTCUSDT', orderId: 1, ...params });
  const { body } = await amend({ newQty: '0.0006', newClientOrderId: 'smaller' });
  const executionId = bench.venue.engine.log.find((event) => event.type === 'order' && event.change === 'amended');
  expect(body).toEqual({
    transactTime: String(bench.clock.now()),
    executionId: String(executionId?.sequence),
    amendedOrder: {
      ...{ symbol: 'BTCUSDT', orderId: '1', orderListId: '-1', clientOrderId: 'smaller', origClientOrderId: 'mine' },
      ...{ price: '60000.00000000', qty: '0.00060000', executedQty: '0.00000000', preventedQty: '0.00000000' },
      ...{ quoteOrderQty: '0.00000000', cumulativeQuoteQty: '0.00000000', status: 'NEW', timeInForce: 'GTC' },
      ...{
        type: 'LIMIT',
        side: 'BUY',
        workingTime: String(bench.clock.now()),
        selfTradePreventionMode: 'EXPIRE_MAKER',
      },
    },
  });
  expect(await amend({ newQty: '0.0006' })).toMatchObject(
    refusal(-2038, 'The requested action would change no state; rejecting'),
  );
  expect(await amend({ newQty: '0.001' })).toMatchObject(
    refusal(-2038, 'Order amend (quantity increase) is not supported.'),
  );
  expect(await amend({ newQty: '0.00001' })).toMatchObject(refusal(-1013, 'Filter failure: NOTIONAL'));
});

test('refuses one amendment too many', async () => {
  const markets = defaultMarkets.map((market) => ({ ...market, maxNumOrderAmends: 1 }));
  const bench = createBench({ markets });
  await place(bench);
  const amend = (newQty: string) =>
    bench.signed(alice, 'PUT /api/v3/order/amend/keepPriority', { symbol: 'BTCUSDT', orderId: 1, newQty });
  expect((await amend('0.0009')).status).toBe(200);
  expect(await amend('0.0008')).toMatchObject(refusal(-2038, 'Filter failure: MAX_NUM_ORDER_AMENDS'));
});

const unknown = { code: '-2011', msg: 'Unknown order sent.' };
const poor = { code: '-2010', msg: 'Account has insufficient balance for requested action.' };

test.each<[string, Params, number, object]>([
  [
    'both succeed',
    { cancelOrderId: 1 },
    200,
    {
      ...{ cancelResult: 'SUCCESS', newOrderResult: 'SUCCESS' },
      ...{ cancelResponse: { orderId: '1', status: 'CANCELED' }, newOrderResponse: { orderId: '2', status: 'NEW' } },
    },
  ],
  [
    'the cancel fails and nothing is placed',
    { cancelOrderId: 9 },
    400,
    {
      ...{ code: '-2022', msg: 'Order cancel-replace failed.' },
      data: {
        ...{ cancelResult: 'FAILURE', newOrderResult: 'NOT_ATTEMPTED' },
        ...{ cancelResponse: unknown, newOrderResponse: null },
      },
    },
  ],
  [
    'the cancel fails and the order is placed all the same',
    { cancelOrderId: 9, cancelReplaceMode: 'ALLOW_FAILURE' },
    409,
    {
      ...{ code: '-2021', msg: 'Order cancel-replace partially failed.' },
      data: {
        ...{ cancelResult: 'FAILURE', newOrderResult: 'SUCCESS' },
        ...{ cancelResponse: unknown, newOrderResponse: { orderId: '2' } },
      },
    },
  ],
  [
    'the new order fails after the cancel',
    { cancelOrderId: 1, quantity: '3' },
    409,
    {
      code: '-2021',
      data: {
        ...{ cancelResult: 'SUCCESS', newOrderResult: 'FAILURE' },
        ...{ cancelResponse: { orderId: '1' }, newOrderResponse: poor },
      },
    },
  ],
  [
    'both fail',
    { cancelOrderId: 9, quantity: '3', cancelReplaceMode: 'ALLOW_FAILURE' },
    400,
    { code: '-2022', data: { cancelResponse: unknown, newOrderResponse: poor } },
  ],
])('cancel-replace: %s', async (_, params, status, body) => {
  const bench = createBench();
  await place(bench);
  const replaced = await bench.signed(alice, 'POST /api/v3/order/cancelReplace', {
    ...{ ...limitOrder, newClientOrderId: 'next', cancelReplaceMode: 'STOP_ON_FAILURE' },
    ...params,
  });
  expect(replaced).toMatchObject({ status, body });
});

test.each([
  ['EXPIRE_MAKER', 'EXPIRED_IN_MATCH', 'NEW'],
  ['EXPIRE_TAKER', 'NEW', 'EXPIRED_IN_MATCH'],
  ['EXPIRE_BOTH', 'EXPIRED_IN_MATCH', 'EXPIRED_IN_MATCH'],
  ['NONE', 'FILLED', 'FILLED'],
])('self-trade prevention %s', async (selfTradePreventionMode, maker, taker) => {
  const bench = createBench();
  await place(bench);
  await place(bench, { side: 'SELL', newClientOrderId: 'against', selfTradePreventionMode });
  const { body } = await bench.signed(alice, 'GET /api/v3/allOrders', { symbol: 'BTCUSDT' });
  expect(body).toMatchObject([{ status: maker }, { status: taker, selfTradePreventionMode }]);
});

test('orders, fills and balances are listed as the documentation says', async () => {
  const bench = createBench();
  for (const id of ['a', 'b', 'c']) await place(bench, { newClientOrderId: id });
  await sell(bench, { quantity: '0.0015' });
  const ask = async (at: string, params: Params) =>
    (await bench.signed(alice, at, { symbol: 'BTCUSDT', ...params })).body;
  expect(await ask('GET /api/v3/openOrders', {})).toMatchObject([{ clientOrderId: 'b' }, { clientOrderId: 'c' }]);
  expect(await ask('GET /api/v3/allOrders', { limit: 1 })).toMatchObject([{ clientOrderId: 'c' }]);
  expect(await ask('GET /api/v3/allOrders', { orderId: 2, limit: 1 })).toMatchObject([{ clientOrderId: 'b' }]);
  expect(await ask('GET /api/v3/myTrades', { orderId: 2 })).toEqual([
    {
      ...{ symbol: 'BTCUSDT', id: '2', orderId: '2', orderListId: '-1', price: '60000.00000000', qty: '0.00050000' },
      ...{ quoteQty: '30.00000000', commission: '0.00000050', commissionAsset: 'BTC' },
      ...{ time: String(bench.clock.now()), isBuyer: true, isMaker: true, isBestMatch: true },
    },
  ]);
  expect(await ask('GET /api/v3/myTrades', { fromId: 2 })).toMatchObject([{ id: '2' }]);
  expect(await ask('GET /api/v3/myTrades', { orderId: 2, startTime: 1 })).toMatchObject({ code: '-1128' });
  expect(await ask('GET /api/v3/myTrades', { startTime: 0, endTime: 86_400_001 })).toEqual({
    ...{ code: '-1127', msg: 'More than 24 hours between startTime and endTime.' },
  });
  const { body } = await bench.signed(alice, 'GET /api/v3/account', { omitZeroBalances: true });
  expect(body).toMatchObject({
    balances: [
      { asset: 'BTC', free: '1.00149850', locked: '0.00000000' },
      { asset: 'USDT', free: '99820.00000000', locked: '90.00000000' },
    ],
  });
});

test('commission is paid in BNB at a discount when the account holds some', async () => {
  const taken = { asset: 'BNB', price: { USDT: '600' }, discount: '0.25' };
  const account = {
    ...aliceAccount,
    balances: { USDT: '1000', BNB: '1' },
    fees: { maker: '0.001', taker: '0.001', taken },
  };
  const bench = createBench({ accounts: [account, { ...aliceAccount, apiKey: bob.apiKey, name: 'bob' }] });
  bench.venue.engine.place('bob', { market: 'BTCUSDT', side: 'sell', type: 'limit', price: 6_000_000n, amount: 100n });
  expect((await place(bench)).body).toMatchObject({ fills: [{ commission: '0.00007500', commissionAsset: 'BNB' }] });
  expect((await bench.signed(alice, 'GET /api/v3/account/commission', { symbol: 'BTCUSDT' })).body).toMatchObject({
    standardCommission: { maker: '0.00100000', taker: '0.00100000' },
    discount: { enabledForAccount: true, discountAsset: 'BNB', discount: '0.75000000' },
  });
});
