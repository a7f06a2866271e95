import { decimal, type NewOrder } from '@hb/connector-core';
import { plain } from '@hb/connector-testkit';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';

import { gateIo } from '../src/index.js';
import * as venue from '../src/trading.js';
import { account, market } from './api.js';
import { fields, list, payload, result, update } from './wire-fixture.js';

const look = { options: gateIo.options({}), market: () => undefined };
const deadline = 1_541_993_720_000.9;

function limit(timeInForce: 'gtc' | 'ioc' | 'fok' | 'post-only', clientOrderId = 't-mine'): NewOrder<undefined> {
  const request = { pair: market.pair, side: 'sell', type: 'limit', amount: '0.01', price: '60000' } as const;
  const terms = { amount: decimal('0.01'), amountIn: 'base', price: decimal('60000'), timeInForce } as const;
  return { market, request, clientOrderId, deadline, ...terms };
}
function atMarket(side: 'buy' | 'sell'): NewOrder<undefined> {
  const request = { pair: market.pair, side, type: 'market', amount: '10' } as const;
  const amountIn = side === 'buy' ? 'quote' : 'base';
  return { market, request, clientOrderId: 't-mine', deadline, amount: decimal('10'), amountIn };
}

const resting = { side: 'sell', amount: decimal('0.01'), filled: decimal('0'), price: decimal('60000') } as const;

describe('an order is sent', () => {
  const at = 'POST /api/v4/spot/orders';
  const answers = { [at]: payload('rest.order') };
  const sell = {
    text: 't-mine',
    currency_pair: 'BTC_USDT',
    type: 'limit',
    side: 'sell',
    amount: '0.01',
    price: '60000',
  };

  test.each([
    ['gtc', limit('gtc'), { ...sell, time_in_force: 'gtc' }],
    ['ioc', limit('ioc'), { ...sell, time_in_force: 'ioc' }],
    ['fok', limit('fok'), { ...sell, time_in_force: 'fok' }],
    ['post-only', limit('post-only'), { ...sell, time_in_force: 'poc' }],
    [
      'at market, what is sold in base',
      atMarket('sell'),
      { ...sell, type: 'market', amount: '10', price: undefined, time_in_force: 'ioc' },
    ],
    [
      'at market, what is bought in quote',
      atMarket('buy'),
      { ...sell, side: 'buy', type: 'market', amount: '10', price: undefined, time_in_force: 'ioc' },
    ],
  ])('%s', async (_, order, params) => {
    const p = account({ answers });
    await venue.place(p, order);
    expect(p.asked).toEqual([{ at, params: { ...params, 'x-gate-exptime': 1_541_993_720_000 } }]);
  });

  test('and its state, amounts, fees and terms are told', async () => {
    expect(plain(await venue.place(account({ answers }), limit('gtc')))).toEqual({
      ...{ type: 'order', symbol: 'BTC_USDT', orderId: '1852454420', clientOrderId: 't-abc123' },
      ...{ status: 'filled', at: 1_710_488_334_074, filled: '0.001', filledQuote: '63.4693' },
      terms: { side: 'buy', amount: '0.001', price: '65000' },
      fees: [{ asset: 'BTC', amount: '0.00000022' }],
    });
  });

  test('over the socket when that is chosen', async () => {
    const placed = result('ws.order-placed');
    const names = ['place', 'cancel', 'amend'].map((name) => [`RPC spot.order_${name}`, placed] as const);
    const p = account({ options: { orderEntry: 'websocket' }, answers: Object.fromEntries(names) });
    const ref = { market, clientOrderId: 't-mine' };
    await venue.place(p, limit('gtc'));
    await venue.cancel(p, ref);
    await venue.amend.run(p, { ...ref, ...resting }, { amount: decimal('0.005') });
    expect(p.asked.map((each) => each.at)).toEqual(names.map(([name]) => name));
  });
});

describe('what is told of an order', () => {
  const told = async (changed: Readonly<Record<string, unknown>>) => {
    const answers = { 'POST /api/v4/spot/orders': fields('rest.order', changed) };
    return plain(await venue.place(account({ answers }), limit('gtc')));
  };

  const venueEnds = [
    ...['liquidate_cancelled', 'small', 'depth_not_enough', 'trader_not_enough'],
    ...['ioc', 'poc', 'fok', 'stp', 'price_protect_cancelled'],
  ];
  test.each<readonly [status: string, end: string, expected: object]>([
    ['open', 'open', { status: 'open' }],
    ['closed', 'filled', { status: 'filled' }],
    ['cancelled', 'cancelled', { status: 'canceled', reason: 'cancelled' }],
    ['cancelled', 'unknown', { status: 'canceled', reason: 'unknown' }],
    ...venueEnds.map((end) => ['cancelled', end, { status: 'expired', reason: end }] as const),
  ])('%s, %s', async (status, finish_as, expected) => {
    expect(await told({ status, finish_as })).toMatchObject(expected);
  });

  test('an ioc order that filled in part is over with what it filled', async () => {
    const part = { status: 'cancelled', finish_as: 'ioc', left: '0.0004', filled_amount: '0.0006' };
    expect(await told(part)).toMatchObject({ status: 'expired', reason: 'ioc', filled: '0.0006' });
  });

  test('a market buy is sized in quote: what it bought stands for its amount', async () => {
    const buy = { type: 'market', price: '0', amount: '60', left: '0.06', filled_total: '59.94' };
    expect(await told({ ...buy, filled_amount: '0.000999' })).toMatchObject({
      ...{ filled: '0.000999', filledQuote: '59.94' },
      terms: { side: 'buy', amount: '0.000999' },
    });
    const untold = await told({ ...buy, filled_amount: undefined });
    expect(untold).not.toHaveProperty('filled');
    expect(untold).not.toHaveProperty('terms');
  });

  test('what is filled is what is not left, where it is not told', async () => {
    expect(await told({ filled_amount: undefined, left: '0.0004' })).toMatchObject({ filled: '0.0006' });
  });

  test('fees in GT and in points are told, none where the asset is not', async () => {
    expect(await told({ fee: '0', gt_fee: '0.1', point_fee: '0.2' })).toMatchObject({
      fees: [
        { asset: 'GT', amount: '0.1' },
        { asset: 'POINT', amount: '0.2' },
      ],
    });
    expect(await told({ fee_currency: undefined })).not.toHaveProperty('fees');
  });

  test('times in seconds do where there are no others', async () => {
    expect(await told({ update_time_ms: undefined })).toMatchObject({ at: 1_710_488_334_000 });
  });
});

describe('several orders', () => {
  const at = 'POST /api/v4/spot/batch_orders';

  test('are one request, and answers are told apart by their names', async () => {
    const [row] = list('rest.batch-orders');
    const refused = { text: 't-b', succeeded: false, label: 'INVALID_PRECISION', message: 'Invalid price precision' };
    const p = account({ answers: { [at]: [refused, { ...row, text: 't-a' }] } });
    const orders = ['t-a', 't-b', 't-c'].map((id) => limit('gtc', id));
    const told = await venue.placeMany.run(p, orders);
    expect(told.map((each) => each && ('status' in each ? each.clientOrderId : each.code))).toEqual([
      ...['t-a', 'INVALID_PRECISION', undefined],
    ]);
    expect(told[1]).toEqual({
      ...{ code: 'INVALID_PRECISION', message: 'Invalid price precision' },
      ...{ kind: 'invalid-request', outcome: 'refused' },
    });
    expect(p.asked[0]?.params).toMatchObject({
      orders: [{ text: 't-a' }, { text: 't-b' }, { text: 't-c' }],
      'x-gate-exptime': 1_541_993_720_000,
    });
    expect([venue.placeMany.max, venue.placeMany.per]).toEqual([10, 'symbol']);
  });
});

describe('a cancel', () => {
  const at = 'DELETE /api/v4/spot/orders/{order_id}';
  const answers = { [at]: result('ws.order-cancelled') };

  test('names the order by the id of the venue where it is known, else by the own', async () => {
    const p = account({ answers });
    await venue.cancel(p, { market, clientOrderId: 't-mine', orderId: '4' });
    const told = await venue.cancel(p, { market, clientOrderId: 't-mine' });
    expect(p.asked).toEqual([
      { at, params: { currency_pair: 'BTC_USDT', order_id: '4' } },
      { at, params: { currency_pair: 'BTC_USDT', order_id: 't-mine' } },
    ]);
    expect(plain(told)).toMatchObject({ status: 'canceled', filled: '0', reason: 'cancelled', fees: [] });
  });

  test('of all orders may be of one market', async () => {
    const p = account({ answers: { 'DELETE /api/v4/spot/orders': [] } });
    await venue.cancelAll(p, market);
    await venue.cancelAll(p);
    expect(p.asked.map(({ params }) => params['currency_pair'])).toEqual(['BTC_USDT', undefined]);
  });
});

test('an amendment sends what changes', async () => {
  const at = 'PATCH /api/v4/spot/orders/{order_id}';
  const p = account({ answers: { [at]: payload('rest.order') } });
  const ref = { market, clientOrderId: 't-mine', orderId: '4', ...resting };
  await venue.amend.run(p, ref, { amount: decimal('0.005') });
  await venue.amend.run(p, ref, { price: decimal('1') });
  expect(p.asked.map(({ params }) => params)).toEqual([
    { order_id: '4', currency_pair: 'BTC_USDT', amount: '0.005', price: undefined },
    { order_id: '4', currency_pair: 'BTC_USDT', amount: undefined, price: '1' },
  ]);
});

describe('orders are fetched', () => {
  test('one by one', async () => {
    const at = 'GET /api/v4/spot/orders/{order_id}';
    const p = account({ answers: { [at]: payload('rest.order') } });
    expect(await venue.fetchOrder(p, { market, clientOrderId: 't-abc123' })).toMatchObject({ orderId: '1852454420' });
    expect(p.asked[0]?.params).toEqual({ order_id: 't-abc123', currency_pair: 'BTC_USDT' });
  });

  test('open ones page by page until no market fills a page', async () => {
    const order = fields('rest.order');
    const full = { orders: Array.from({ length: 100 }, () => ({ ...order, currency_pair: 'ETH_BTC' })) };
    const pages = [[full, { orders: [order] }], payload('rest.open-orders')];
    expect(await venue.fetchOpenOrders(account({ pages }))).toHaveLength(102);
    const own = await venue.fetchOpenOrders(account({ pages }), market);
    expect(own.map(({ symbol }) => symbol)).toEqual(['BTC_USDT']);
  });

  test('closed ones page by page, of 30 days at most', async () => {
    const pages = [Array.from({ length: 1_000 }, () => payload('rest.order')), [payload('rest.order')]];
    const p = account({ pages });
    expect(await venue.fetchClosedOrders(p, { market, from: 1_541_993_000_500 })).toHaveLength(1_001);
    await venue.fetchClosedOrders(p, {});
    expect(p.asked.map(({ params }) => [params['page'], params['from'], params['to'], params['status']])).toEqual([
      [1, 1_541_993_000, 1_541_993_716, 'finished'],
      [2, 1_541_993_000, 1_541_993_716, 'finished'],
      [1, 1_541_993_715 - venue.historyMs / 1_000, 1_541_993_716, 'finished'],
      [2, 1_541_993_715 - venue.historyMs / 1_000, 1_541_993_716, 'finished'],
    ]);
  });
});

describe('fills', () => {
  const at = 'GET /api/v4/spot/my_trades';

  test('are oldest first, with what was paid for them', async () => {
    const p = account({ answers: { [at]: [...list('rest.my-trades'), ...list('rest.my-trades', { id: '1' })] } });
    const { fills, cursor } = await venue.fetchFills(p, { market, from: 1_541_993_000_000 });
    expect([fills.map(({ fillId }) => fillId), cursor]).toEqual([['1', '1232893232'], undefined]);
    expect(plain(fills[1])).toEqual({
      ...{ type: 'fill', symbol: 'ETH_BTC', fillId: '1232893232', orderId: '4128442423', clientOrderId: 't-test' },
      ...{ side: 'buy', price: '0.03', amount: '0.15', liquidity: 'maker', at: 1_548_000_000_123 },
      fees: [{ asset: 'ETH', amount: '0.0005' }],
    });
  });

  test('come in pages; of one order they are asked for over 30 days', async () => {
    const full = Array.from({ length: 1_000 }, () => list('rest.my-trades')[0]);
    const p = account({ answers: { [at]: full } });
    const { cursor } = await venue.fetchFills(p, { market, orderId: '4', from: 1_541_993_000_000, cursor: '3' });
    expect(cursor).toBe('4');
    expect(p.asked[0]?.params).toEqual({
      ...{ currency_pair: 'BTC_USDT', order_id: '4', limit: 1_000, page: 3 },
      ...{ from: 1_541_993_715 - venue.historyMs / 1_000, to: 1_541_993_716 },
    });
  });
});

test('balances are what is available and what is locked', async () => {
  const answers = { 'GET /api/v4/spot/accounts': list('rest.accounts', { locked: '1.2' }) };
  expect(plain(await venue.fetchBalances(account({ answers })))).toEqual({
    ...{ type: 'balances', complete: true },
    entries: [{ asset: 'ETH', total: '970', available: '968.8' }],
  });
});

test('fee rates are the account’s, in GT where it pays so', async () => {
  const at = 'GET /api/v4/spot/batch_fee';
  const inGt = { gt_discount: true, gt_taker_fee: '0.0015', gt_maker_fee: '0.001' };
  const rates = v.parse(v.object({ BTC_USDT: v.looseObject({}) }), payload('rest.batch-fee')).BTC_USDT;
  const fees = async (row: object) =>
    plain(await venue.fetchFees(account({ answers: { [at]: { BTC_USDT: row } } }), market));
  expect(await fees(rates)).toEqual({ maker: '0.002', taker: '0.002', taken: 'received' });
  expect(await fees({ ...rates, ...inGt })).toEqual({ maker: '0.001', taker: '0.0015', taken: { asset: 'GT' } });
});

test('a key tells whether it is bound to addresses', async () => {
  const at = 'GET /api/v4/account/detail';
  const told = [payload('rest.account-detail'), fields('rest.account-detail', { ip_whitelist: [] })].map((answer) =>
    venue.fetchKeyRights(account({ answers: { [at]: answer } })),
  );
  expect(await Promise.all(told)).toEqual([{ addressBound: true }, { addressBound: false }]);
});

test('the countdown is in whole seconds, and zero disarms it', async () => {
  const p = account({ answers: { 'POST /api/v4/spot/countdown_cancel_all': payload('rest.countdown') } });
  await venue.deadman.arm(p, 30_001, market);
  await venue.deadman.arm(p, 0);
  expect(p.asked.map(({ params }) => params)).toEqual([
    { timeout: 31, currency_pair: 'BTC_USDT' },
    { timeout: 0, currency_pair: undefined },
  ]);
});

describe('the account’s stream', () => {
  const stream = venue.feed.streams?.['account'];

  test('tells of orders', () => {
    expect(plain(venue.parse(payload('ws.orders'), look))).toEqual([
      {
        ...{ type: 'order', symbol: 'BTC_USDT', orderId: '399123456', clientOrderId: 't-testtext', status: 'open' },
        ...{ at: 1_694_655_225_315, filled: '0', filledQuote: '0', fees: [] },
        terms: { side: 'sell', amount: '0.0001', price: '26253.3' },
      },
    ]);
  });

  test.each([
    ['put', 'open', 'open'],
    ['update', 'open', 'open'],
    ['finish', 'filled', 'filled'],
    ['finish', 'cancelled', 'canceled'],
    ['finish', 'ioc', 'expired'],
  ])('%s, %s: %s', (event, finish_as, status) => {
    expect(venue.parse(update('ws.orders', { event, finish_as }), look)).toMatchObject([{ status }]);
  });

  test('tells of fills; their fees come later where the asset is not told', () => {
    expect(plain(venue.parse(payload('ws.usertrades'), look))).toEqual([
      {
        ...{ type: 'fill', symbol: 'BTC_USDT', fillId: '5736713', orderId: '30784428', clientOrderId: 'apiv4' },
        ...{ side: 'sell', price: '10000', amount: '1', liquidity: 'taker', at: 1_605_176_741_123 },
      },
    ]);
    expect(plain(venue.parse(update('ws.usertrades', { fee_currency: 'USDT' }), look))).toMatchObject([
      { fees: [{ asset: 'USDT', amount: '0.002' }] },
    ]);
  });

  test('tells of balances', () => {
    expect(plain(venue.parse(payload('ws.balances'), look))).toEqual([
      {
        ...{ type: 'balances', complete: false, at: 1_667_556_323_730 },
        entries: [{ asset: 'USDT', total: '222244.3827652', available: '222244.3827' }],
      },
    ]);
  });

  test('of nothing that it was not asked for', () => {
    expect(() => venue.parse(fields('ws.orders', { channel: 'spot.priceorders' }), look)).toThrow('Invalid');
  });

  test('logs in, signs each channel by itself and sends requests with their deadline', () => {
    const p = account();
    expect(venue.feed.topics?.(p).map(({ topic }) => topic)).toEqual([
      ...['spot.orders !all', 'spot.usertrades !all', 'spot.balances'],
    ]);
    expect(stream?.login?.(p, '1')).toMatchObject({
      ...{ time: 1_541_993_715, channel: 'spot.login', event: 'api' },
      payload: { req_id: '1', api_key: 'key', timestamp: '1541993715' },
    });
    expect(stream?.subscribe?.(p, ['spot.orders !all', 'spot.balances'], '2')).toMatchObject([
      { id: 2, channel: 'spot.orders', event: 'subscribe', payload: ['!all'], auth: { method: 'api_key', KEY: 'key' } },
      { id: 2, channel: 'spot.balances', event: 'subscribe', auth: { method: 'api_key', KEY: 'key' } },
    ]);
    expect(stream?.request?.(p, 'spot.order_place', { text: 't-mine', 'x-gate-exptime': 5 }, '3')).toEqual({
      ...{ time: 1_541_993_715, channel: 'spot.order_place', event: 'api' },
      payload: { req_id: '3', req_param: { text: 't-mine' }, req_header: { 'x-gate-exptime': '5' } },
    });
    expect(stream?.request?.(p, 'spot.order_cancel', { order_id: '4' }, '3')).toMatchObject({
      payload: { req_param: { order_id: '4' }, req_header: undefined },
    });
    expect(stream?.url(p)).toBe('wss://account.test');
  });
});
