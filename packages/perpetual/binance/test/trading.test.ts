import { decimal, type NewOrder, type OrderRequest, type PositionSide, type TimeInForce } from '@hb/connector-core';
import { plain } from '@hb/connector-testkit';
import { describe, expect, test } from 'vitest';

import { binancePerpetual } from '../src/index.js';
import * as venue from '../src/trading.js';
import { account, market } from './api.js';
import { fields, list, orderUpdate, payload } from './wire-fixture.js';

const look = { options: binancePerpetual.options({}), market: () => undefined };
const now = 1_591_702_613_943;
const parse = (message: unknown): unknown => plain(venue.parse(message, look));

type Terms = {
  readonly timeInForce?: TimeInForce;
  readonly effect?: 'open' | 'close';
  readonly positionSide?: PositionSide;
  readonly expiresAt?: number;
};

function limit({ timeInForce = 'gtc', effect, positionSide = 'net', expiresAt }: Terms = {}): NewOrder<undefined> {
  const request: OrderRequest = {
    ...{ pair: 'BTC-USDT', side: 'sell', type: 'limit', amount: '10', price: '9000' },
    ...(effect !== undefined && { effect }),
    ...(expiresAt !== undefined && { expiresAt }),
  };
  const terms = {
    amount: decimal('10'),
    amountIn: 'base',
    price: decimal('9000.0'),
    timeInForce,
    positionSide,
  } as const;
  return { market, request, clientOrderId: 'testOrder', deadline: now + 5_000, ...terms };
}

const atMarket: NewOrder<undefined> = {
  ...{ market, clientOrderId: 'testOrder', deadline: now + 5_000, amount: decimal('1'), amountIn: 'base' },
  request: { pair: 'BTC-USDT', side: 'buy', type: 'market', amount: '1' },
  positionSide: 'net',
};

const placed = {
  ...{ type: 'order', symbol: 'BTCUSDT', orderId: '22542179', clientOrderId: 'testOrder', status: 'open' },
  ...{ at: 1_566_818_724_722, terms: { side: 'sell', amount: '10' }, filled: '0' },
};

describe('an order is placed', () => {
  const answers = { 'POST /fapi/v1/order': payload('rest.order-placed') };
  const terms = {
    ...{ symbol: 'BTCUSDT', newClientOrderId: 'testOrder', newOrderRespType: 'RESULT', positionSide: 'BOTH' },
    ...{ recvWindow: 5_000, timestamp: now },
  };
  const sell = { ...terms, side: 'SELL', type: 'LIMIT', quantity: '10', price: '9000' };

  test.each<[string, NewOrder<undefined>, object]>([
    ['gtc', limit(), { ...sell, timeInForce: 'GTC' }],
    ['ioc', limit({ timeInForce: 'ioc' }), { ...sell, timeInForce: 'IOC' }],
    ['fok', limit({ timeInForce: 'fok' }), { ...sell, timeInForce: 'FOK' }],
    ['post-only', limit({ timeInForce: 'post-only' }), { ...sell, timeInForce: 'GTX' }],
    ['gtd', limit({ timeInForce: 'gtd', expiresAt: 7 }), { ...sell, timeInForce: 'GTD', goodTillDate: 7 }],
    ['market', atMarket, { ...terms, side: 'BUY', type: 'MARKET', quantity: '1' }],
    ['that only closes', limit({ effect: 'close' }), { ...sell, timeInForce: 'GTC', reduceOnly: 'true' }],
    ['that opens', limit({ effect: 'open' }), { ...sell, timeInForce: 'GTC' }],
    [
      'on a leg, where the side says that it closes',
      limit({ effect: 'close', positionSide: 'long' }),
      { ...sell, timeInForce: 'GTC', positionSide: 'LONG' },
    ],
  ])('%s', async (_, order, params) => {
    const p = account({ answers, now });
    await venue.place(p, order);
    expect(p.asked).toEqual([{ at: 'POST /fapi/v1/order', params }]);
  });

  test('and its state and terms are told', async () => {
    expect(plain(await venue.place(account({ answers }), limit()))).toEqual(placed);
  });

  test('and says that it met an order of the same account', async () => {
    const body = fields('rest.order-placed', { status: 'EXPIRED_IN_MATCH' });
    const report = await venue.place(account({ answers: { 'POST /fapi/v1/order': body } }), limit());
    expect([report.status, report.reason]).toEqual(['expired', 'EXPIRED_IN_MATCH']);
  });
});

test('orders of a batch go in one request, each told by itself', async () => {
  const refused = { code: '-2022', msg: 'ReduceOnly Order is rejected.' };
  const p = account({ now, answers: { 'POST /fapi/v1/batchOrders': [payload('rest.order-placed'), refused] } });
  const [first, second] = [limit(), { ...limit({ effect: 'close' }), deadline: now + 2_000 }];
  expect(plain(await venue.placeMany.run(p, [first, second]))).toEqual([
    placed,
    { code: '-2022', message: 'ReduceOnly Order is rejected.', kind: 'order-rejected', outcome: 'refused' },
  ]);
  expect(p.asked).toEqual([
    {
      at: 'POST /fapi/v1/batchOrders',
      params: { batchOrders: expect.stringContaining('"reduceOnly":"true"'), recvWindow: 2_000, timestamp: now },
    },
  ]);
});

const resting = { side: 'buy', amount: decimal('10'), price: decimal('30004'), filled: decimal('0') } as const;

test('an amendment tells the whole order again, with what changes', async () => {
  const p = account({ answers: { 'PUT /fapi/v1/order': payload('rest.order-amended') } });
  const report = await venue.amend.run(
    p,
    { market, clientOrderId: 'a', orderId: '20072994037', ...resting },
    { price: decimal('30005') },
  );
  expect(plain(report)).toMatchObject({ orderId: '20072994037', terms: { side: 'buy', amount: '1', price: '30005' } });
  expect(p.asked[0]?.params).toEqual({
    ...{ symbol: 'BTCUSDT', orderId: '20072994037', side: 'BUY', quantity: '10', price: '30005' },
  });
});

test('a cancel names the order by the venue’s id, or else by ours', async () => {
  const p = account({ answers: { 'DELETE /fapi/v1/order': payload('rest.order-cancelled') } });
  const report = await venue.cancel(p, { market, clientOrderId: 'myOrder1', orderId: '283194212' });
  await venue.cancel(p, { market, clientOrderId: 'myOrder1' });
  expect([report.status, report.clientOrderId]).toEqual(['canceled', 'myOrder1']);
  expect(p.asked.map(({ params }) => params)).toEqual([
    { symbol: 'BTCUSDT', orderId: '283194212' },
    { symbol: 'BTCUSDT', origClientOrderId: 'myOrder1' },
  ]);
});

test('all orders are cancelled market by market', async () => {
  const open = [...list('rest.all-orders'), ...list('rest.all-orders', { symbol: 'ETHUSDT' })];
  const p = account({ answers: { 'GET /fapi/v1/openOrders': open } });
  await venue.cancelAll(p);
  await venue.cancelAll(p, market);
  const canceled = p.asked.filter(({ at }) => at === 'DELETE /fapi/v1/allOpenOrders');
  expect(canceled.map(({ params }) => params['symbol'])).toEqual(['BTCUSDT', 'ETHUSDT', 'BTCUSDT']);
});

test('a countdown is armed for a market', async () => {
  const p = account({ answers: { 'POST /fapi/v1/countdownCancelAll': payload('rest.countdown') } });
  await venue.deadman.arm(p, 100_000, market);
  expect(p.asked[0]?.params).toEqual({ symbol: 'BTCUSDT', countdownTime: 100_000 });
});

test('an order is asked for, with what its fills were worth', async () => {
  const p = account({ answers: { 'GET /fapi/v1/order': fields('rest.order-queried', { cumQuote: '7.5' }) } });
  expect(plain(await venue.fetchOrder(p, { market, clientOrderId: 'abc' }))).toEqual({
    ...{ type: 'order', symbol: 'BTCUSDT', orderId: '1573346959', clientOrderId: 'abc', status: 'open' },
    ...{ at: 1_579_276_756_075, terms: { side: 'buy', amount: '0.4' }, filled: '0', filledQuote: '7.5' },
  });
});

test('open orders are those of one market, or of all', async () => {
  const p = account({ answers: { 'GET /fapi/v1/openOrders': [payload('rest.order-queried')] } });
  const reports = await venue.fetchOpenOrders(p, market);
  await venue.fetchOpenOrders(p);
  expect(reports).toMatchObject([{ orderId: '1573346959', status: 'open' }]);
  expect(p.asked.map(({ params }) => params)).toEqual([{ symbol: 'BTCUSDT' }, { symbol: undefined }]);
});

const weekMs = 7 * 86_400_000;

test('all that the venue tells is asked for in 26 weeks', async () => {
  const now = 1_700_000_000_000;
  const p = account({ now, answers: { 'GET /fapi/v1/allOrders': payload('rest.all-orders') } });
  await venue.fetchClosedOrders(p, { market, from: now - venue.historyMs });
  expect(p.asked).toHaveLength(26);
});

test('closed orders are asked for a week at a time', async () => {
  const orders = [...list('rest.all-orders'), ...list('rest.all-orders', { status: 'FILLED' })];
  const p = account({ now: 2.5 * weekMs, answers: { 'GET /fapi/v1/allOrders': orders } });
  const reports = await venue.fetchClosedOrders(p, { market, from: 0.5 });
  expect(reports.map(({ status }) => status)).toEqual(['filled', 'filled', 'filled']);
  expect(p.asked.map(({ params }) => [params['startTime'], params['endTime']])).toEqual([
    [0, weekMs - 1],
    [weekMs, 2 * weekMs - 1],
    [2 * weekMs, undefined],
  ]);
  await venue.fetchClosedOrders(p, { market });
  expect(p.asked.at(-1)?.params).toEqual({ symbol: 'BTCUSDT', limit: 1_000 });
});

describe('fills', () => {
  const answers = { 'GET /fapi/v1/userTrades': payload('rest.user-trades') };

  test('have price, amount, fee and side', async () => {
    const { fills } = await venue.fetchFills(account({ answers }), { market, orderId: '25851813' });
    expect(plain(fills)).toEqual([
      {
        ...{ type: 'fill', symbol: 'BTCUSDT', fillId: '698759', orderId: '25851813', side: 'sell' },
        ...{ price: '7819.01', amount: '0.002', at: 1_569_514_978_020, liquidity: 'taker' },
        fees: [{ asset: 'USDT', amount: '0.0781901' }],
      },
    ]);
  });

  test('of a long time come week by week', async () => {
    const p = account({ now: 1.5 * weekMs, answers });
    const first = await venue.fetchFills(p, { market, from: 0 });
    const second = await venue.fetchFills(p, {
      market,
      from: 0,
      ...(first.cursor !== undefined && { cursor: first.cursor }),
    });
    expect([first.cursor, second.cursor]).toEqual([`week ${weekMs}`, undefined]);
    expect(p.asked.map(({ params }) => params)).toEqual([
      { symbol: 'BTCUSDT', startTime: 0, endTime: weekMs - 1, limit: 1_000 },
      { symbol: 'BTCUSDT', startTime: weekMs, limit: 1_000 },
    ]);
  });

  test('that fill a page go on with the next id', async () => {
    const page = Array.from({ length: 1_000 }, () => list('rest.user-trades')[0]);
    const p = account({ now: 1_000, answers: { 'GET /fapi/v1/userTrades': page } });
    const first = await venue.fetchFills(p, { market, from: 0 });
    await venue.fetchFills(p, { market, from: 0, ...(first.cursor !== undefined && { cursor: first.cursor }) });
    expect([first.cursor, p.asked[1]?.params]).toEqual([
      '698760',
      { symbol: 'BTCUSDT', fromId: '698760', limit: 1_000 },
    ]);
  });
});

test('balances are wallets, with what is available', async () => {
  const p = account({ answers: { 'GET /fapi/v3/balance': payload('rest.balance') } });
  expect(plain(await venue.fetchBalances(p))).toEqual({
    ...{ type: 'balances', complete: true },
    entries: [{ asset: 'USDT', total: '122607.35137903', available: '23.72469206' }],
  });
});

test('fees and the right to trade are the account’s', async () => {
  const answers = {
    'GET /fapi/v1/commissionRate': payload('rest.commission'),
    'GET /fapi/v1/accountConfig': payload('rest.account-config'),
  };
  const p = account({ answers });
  expect(plain(await venue.fetchFees(p, market))).toEqual({ maker: '0.0002', taker: '0.0004', taken: 'quote' });
  expect(await venue.fetchKeyRights(p)).toEqual({ trade: true });
});

describe('an event of the account', () => {
  test.each([
    ['is data', payload('ws.order-update'), 'data'],
    ['ends the session', { e: 'listenKeyExpired', E: '1' }, 'reconnect'],
    ['is told again by another', payload('ws.trade-lite'), 'ignore'],
    ['is of settings', payload('ws.account-config-update'), 'ignore'],
  ])('%s', (_, message, expected) => {
    expect(venue.frame(message).type).toBe(expected);
  });

  test('tells of an order, after which less is available', () => {
    expect(parse(payload('ws.order-update'))).toEqual([
      {
        ...{ type: 'order', symbol: 'BTCUSDT', orderId: '8886774', clientOrderId: 'TEST', status: 'open' },
        ...{ at: 1_568_879_465_650, filled: '0', terms: { side: 'sell', amount: '0.001' } },
      },
      { type: 'refetch', what: 'balances' },
    ]);
  });

  test.each(['autoclose-1719', 'adl_autoclose', 'settlement_autoclose-7'])('tells that the venue sent %s', (c) => {
    expect(venue.parse(orderUpdate({ c }), look)[0]).toMatchObject({ clientOrderId: c, liquidation: true });
  });

  test('tells of a fill, then of the order', () => {
    const traded = {
      x: 'TRADE',
      X: 'FILLED',
      p: '9000',
      l: '0.001',
      L: '9001',
      z: '0.001',
      t: '7',
      n: '0.0036',
      m: true,
    };
    expect(parse(orderUpdate(traded))).toEqual([
      {
        ...{ type: 'fill', symbol: 'BTCUSDT', orderId: '8886774', clientOrderId: 'TEST', fillId: '7', side: 'sell' },
        ...{ price: '9001', amount: '0.001', at: 1_568_879_465_650, liquidity: 'maker' },
        fees: [{ asset: 'USDT', amount: '0.0036' }],
      },
      {
        ...{ type: 'order', symbol: 'BTCUSDT', orderId: '8886774', clientOrderId: 'TEST', status: 'filled' },
        ...{ at: 1_568_879_465_650, filled: '0.001', terms: { side: 'sell', amount: '0.001', price: '9000' } },
      },
    ]);
  });

  test('has no fee where none was taken', () => {
    const event = orderUpdate({ t: '7', N: undefined, n: undefined });
    expect(parse(event)).toMatchObject([{ type: 'fill', fees: [], liquidity: 'taker' }, { type: 'order' }]);
  });

  test('says why an order expired', () => {
    const reasons = [orderUpdate({ X: 'EXPIRED', er: '2' }), orderUpdate({ X: 'EXPIRED_IN_MATCH', er: '1' })];
    expect(reasons.map((event) => venue.parse(event, look)[0])).toMatchObject([
      { status: 'expired', reason: 'ioc: the rest could not be filled' },
      { status: 'expired', reason: 'EXPIRED_IN_MATCH' },
    ]);
  });

  test('tells of wallets and positions', () => {
    const at = 1_564_745_798_938;
    const common = { type: 'position', symbol: 'BTCUSDT', margin: 'isolated', at };
    expect(parse(payload('ws.account-update'))).toEqual([
      {
        ...{ type: 'balances', complete: false, at },
        entries: [
          { asset: 'USDT', total: '122624.12345678' },
          { asset: 'BUSD', total: '1' },
        ],
      },
      { ...common, side: 'net', amount: '0', unrealizedPnl: '0' },
      { ...common, side: 'long', amount: '20', entryPrice: '6563.665', unrealizedPnl: '2850.212' },
      { ...common, side: 'short', amount: '10', entryPrice: '6563.86', unrealizedPnl: '-1423.156' },
    ]);
  });

  test('hints at a payment of funding', () => {
    const a = { m: 'FUNDING_FEE', B: [{ a: 'USDT', wb: '1' }] };
    expect(parse(fields('ws.account-update', { a }))).toMatchObject([
      ...[{ type: 'balances' }, { type: 'refetch', what: 'payments' }],
    ]);
  });

  test('hints at positions that are in danger', () => {
    expect(parse(payload('ws.margin-call'))).toEqual([{ type: 'refetch', what: 'positions' }]);
  });
});

test('a key opens the account stream, and is renewed', async () => {
  const answers = {
    'POST /fapi/v1/listenKey': payload('rest.listen-key'),
    'PUT /fapi/v1/listenKey': payload('rest.listen-key'),
  };
  const p = account({ answers });
  const { account: stream } = venue.feed.streams ?? {};
  expect(await stream?.url(p)).toMatch(/^wss:\/\/private\.test\/pqia91ma/);
  await stream?.keepAlive?.run(p);
  expect(p.asked.map(({ at }) => at)).toEqual(['POST /fapi/v1/listenKey', 'PUT /fapi/v1/listenKey']);
});
