import { decimal } from '@hb/connector-core';
import { plain } from '@hb/connector-testkit';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';

import * as trading from '../src/trading.js';
import { account, address, cloid, market, order, payload } from './api.js';

const placed = (name: string) => account({ answers: { order: payload(name), batchModify: payload(name) } });

describe('an order', () => {
  test('is sent with its members in the order in which they are signed, and with its deadline', async () => {
    const p = placed('rest.order.resting');
    expect(plain(await trading.place(p, order))).toEqual({
      ...{ type: 'order', symbol: 'BTC', clientOrderId: cloid, orderId: '77738308', status: 'open' },
    });
    expect(JSON.stringify(p.asked)).toBe(
      `[{"action":{"type":"order","orders":[{"a":0,"b":true,"p":"1670.1","s":"0.0147","r":false,` +
        `"t":{"limit":{"tif":"Alo"}},"c":"${cloid}"}],"grouping":"na"},"expiresAfter":1677777607515}]`,
    );
  });

  test('that closes may only reduce', async () => {
    const p = placed('rest.order.resting');
    await trading.place(p, { ...order, request: { ...order.request, effect: 'close' } });
    expect(JSON.stringify(p.asked)).toContain('"r":true');
  });

  test('has no builder unless the user named one', async () => {
    const options = { builder: { address: address.toUpperCase().replace('0X', '0x'), fee: 10 } };
    const p = account({ options, answers: { order: payload('rest.order.resting') } });
    await trading.place(p, order);
    expect(p.asked[0]).toMatchObject({ action: { builder: { b: address, f: 10 } } });
  });

  test.each([
    ['whole', '0.02', 'gtc', 'filled'],
    ['in part and rests', '0.05', 'gtc', 'open'],
    ['in part, ioc', '0.05', 'ioc', 'canceled'],
  ] as const)('that fills at once %s', async (_, amount, timeInForce, status) => {
    const report = await trading.place(placed('rest.order.filled'), { ...order, amount: decimal(amount), timeInForce });
    expect(plain(report)).toMatchObject({ orderId: '77747314', status, filled: '0.02' });
  });

  test('is not known from an answer that names another', async () => {
    const statuses = [{ resting: { oid: '1', cloid: `0x${'34'.repeat(16)}` } }];
    const p = account({ answers: { order: { status: 'ok', response: { data: { statuses } } } } });
    await expect(trading.place(p, order)).rejects.toThrow(/about 0x3434/);
  });

  test('of several is judged by itself', async () => {
    const statuses = [{ resting: { oid: '1' } }, { error: 'Insufficient margin to place order. asset=0' }];
    const p = account({ answers: { order: { status: 'ok', response: { data: { statuses } } } } });
    expect(await trading.placeMany.run(p, [order, order])).toMatchObject([
      { type: 'order', orderId: '1', status: 'open' },
      { code: 'PerpMargin', kind: 'insufficient-balance', outcome: 'refused' },
    ]);
  });

  test('is amended to what is left of it, under its client id', async () => {
    const p = placed('rest.order.resting');
    const terms = { side: 'buy', amount: decimal('0.03'), price: decimal('1670.1'), filled: decimal('0.01') } as const;
    const report = await trading.amend.run(
      p,
      { market, clientOrderId: cloid, orderId: '5', ...terms },
      { amount: decimal('0.02') },
    );
    expect(report).toMatchObject({ orderId: '77738308', replaces: '5', status: 'open' });
    expect(p.asked[0]).toMatchObject({
      action: { type: 'batchModify', modifies: [{ oid: cloid, order: { p: '1670.1', s: '0.01', c: cloid } }] },
    });
  });
});

describe('a cancel', () => {
  const done = payload('rest.cancel.success');

  test('goes by our id', async () => {
    const p = account({ answers: { cancelByCloid: payload('rest.cancel.success') } });
    expect(await trading.cancel(p, { market, clientOrderId: cloid, orderId: '5' })).toEqual({
      ...{ type: 'order', symbol: 'BTC', clientOrderId: cloid, status: 'canceled' },
    });
    expect(p.asked).toEqual([{ action: { type: 'cancelByCloid', cancels: [{ asset: 0, cloid }] } }]);
  });

  test('of an order without one goes by the venue’s', async () => {
    const p = account({ answers: { cancel: done } });
    await trading.cancel(p, { market, clientOrderId: 'BTC:5', orderId: '5' });
    expect(p.asked).toEqual([{ action: { type: 'cancel', cancels: [{ a: 0, o: 5 }] } }]);
  });

  test('of everything comes at a time, at least 5 s ahead', async () => {
    const p = account({ answers: { scheduleCancel: payload('rest.done') } });
    await trading.deadman.arm(p, 1_000);
    await trading.deadman.arm(p, 0);
    expect(p.asked).toEqual([
      { action: { type: 'scheduleCancel', time: 1_677_777_611_540 } },
      { action: { type: 'scheduleCancel', time: undefined } },
    ]);
  });
});

test('an order is asked for by our id, and told with what is filled of it', async () => {
  const p = account({ answers: { orderStatus: payload('rest.order-status') } });
  expect(plain(await trading.fetchOrder(p, { market, clientOrderId: cloid, orderId: '1' }))).toEqual({
    ...{ type: 'order', symbol: 'ETH', orderId: '1', status: 'filled', filled: '0.0076', at: 1_724_361_546_645 },
    terms: { side: 'sell', amount: '0.0076', price: '2412.7' },
  });
  expect(p.asked).toEqual([{ type: 'orderStatus', user: address, oid: cloid }]);
  const none = account({ answers: { orderStatus: payload('rest.order-status.unknown') } });
  expect(await trading.fetchOrder(none, { market, clientOrderId: cloid })).toBeUndefined();
});

test('fills have an id with their time, and a fee in its token; those of spot are left out', async () => {
  const p = account({ answers: { userFillsByTime: payload('rest.user-fills') } });
  expect(plain(await trading.fetchFills(p, { from: 1_681_222_254_000.5 }))).toEqual({
    fills: [
      {
        ...{ type: 'fill', symbol: 'AVAX', fillId: '1681222254710-118906512037719', orderId: '90542681', side: 'buy' },
        ...{ price: '18.435', amount: '93.53', at: 1_681_222_254_710, liquidity: 'maker' },
        fees: [{ asset: 'USDC', amount: '0.01' }],
      },
      {
        ...{ type: 'fill', symbol: 'xyz:XYZ100', fillId: '1767651180109-164087028129848', orderId: '287286372177' },
        ...{ side: 'buy', price: '25372', amount: '0.0353', at: 1_767_651_180_109, liquidity: 'maker' },
        fees: [{ asset: 'USDC', amount: '0.026868' }],
      },
    ],
  });
  expect(p.asked).toEqual([{ type: 'userFillsByTime', user: address, startTime: 1_681_222_254_000 }]);
});

test('a full page of fills is followed by the next', async () => {
  const [row] = payload('rest.user-fills') instanceof Array ? [payload('rest.user-fills')].flat() : [];
  const page = Array.from({ length: 2_000 }, () => row);
  const p = account({ answers: { userFillsByTime: page } });
  expect((await trading.fetchFills(p, { from: 1 })).cursor).toBe('1681222254710');
  expect((await trading.fetchFills(p, { cursor: '1681222254710' })).cursor).toBe('1681222254711');
});

test('streams tell of orders, fills and the account; spot is left out', () => {
  const look = { options: account().options, market: () => undefined };
  const update = { coin: 'BTC', side: 'B', limitPx: '1.0', sz: '1.0', oid: '7', timestamp: '1', origSz: '3.0', cloid };
  const message = (coin: string, status: string) => ({
    ...{ channel: 'orderUpdates', data: [{ order: { ...update, coin }, status, statusTimestamp: '2' }] },
  });
  expect(plain(trading.parse(message('BTC', 'liquidatedCanceled'), look))).toEqual([
    {
      ...{ type: 'order', symbol: 'BTC', orderId: '7', clientOrderId: cloid, status: 'canceled', filled: '2', at: 2 },
      ...{ reason: 'liquidatedCanceled', terms: { side: 'buy', amount: '3', price: '1' } },
    },
  ]);
  expect(trading.parse(message('@107', 'open'), look)).toEqual([]);
  expect(trading.parse(message('#10', 'outcomeSettledCanceled'), look)).toEqual([]);
  expect(() => trading.parse(message('BTC', 'teleported'), look)).toThrow();
  const state = payload('rest.clearinghouse-state');
  const told = { channel: 'allDexsClearinghouseState', data: { clearinghouseStates: [['', state]] } };
  expect(plain(trading.parse(told, look))).toMatchObject([
    { type: 'positions', at: 1_708_622_398_623, entries: [{ symbol: 'ETH', amount: '0.0335', margin: 'isolated' }] },
    { type: 'balances', entries: [{ asset: 'USDC', total: '13109.495728', available: '13104.514502' }] },
  ]);
  const unified = { ...look, options: account({ options: { unified: true } }).options };
  expect(trading.parse(told, unified)).toHaveLength(1);
});

test('the account listens to its own topics, and to its spot balances where they are its collateral', () => {
  const topics = (options: object) =>
    trading.feed.topics?.(account({ options: { ...options } })).map(({ topic }) => topic);
  const usual = ['userFills', 'orderUpdates', 'userFundings', 'allDexsClearinghouseState'].map(
    (kind) => `${kind} ${address}`,
  );
  expect(topics({})).toEqual(usual);
  expect(topics({ unified: true })).toEqual([...usual, `spotState ${address}`]);
});

test('open orders are told with what is filled of them, those of other markets left out', async () => {
  const [row] = v.parse(v.array(v.looseObject({})), payload('rest.open-orders'));
  const others = [
    { ...row, sz: '4.0', cloid },
    { ...row, coin: 'ETH' },
  ];
  const p = account({ answers: { frontendOpenOrders: [row, ...others] } });
  const told = {
    ...{ type: 'order', symbol: 'BTC', orderId: '91490942', status: 'open', at: 1_681_247_412_573 },
    terms: { side: 'sell', amount: '5', price: '29792' },
  };
  expect(plain(await trading.fetchOpenOrders(p, market))).toEqual([
    { ...told, filled: '0' },
    { ...told, filled: '1', clientOrderId: cloid },
  ]);
  expect(await trading.fetchOpenOrders(p)).toHaveLength(3);
});

test('closed orders are those that ended since', async () => {
  const row = { coin: 'BTC', side: 'A', limitPx: '1.0', oid: '9', timestamp: '5', origSz: '5.0', sz: '5.0' };
  const at = (status: string, statusTimestamp: string) => ({ order: row, status, statusTimestamp });
  const p = account({ answers: { historicalOrders: [at('open', '9'), at('tickRejected', '8'), at('canceled', '3')] } });
  expect(await trading.fetchClosedOrders(p, { from: 5 })).toMatchObject([
    { status: 'rejected', reason: 'tickRejected' },
  ]);
});

test('an order that the venue sent to close a position is told as one', async () => {
  const row = { coin: 'BTC', side: 'A', limitPx: '1.0', oid: '9', timestamp: '5', origSz: '5.0', sz: '0.0' };
  const at = (tif: string) => ({ order: { ...row, tif }, status: 'filled', statusTimestamp: '8' });
  const p = account({ answers: { historicalOrders: [at('LiquidationMarket'), at('FrontendMarket')] } });
  const reports = await trading.fetchClosedOrders(p, { from: 5 });
  expect(reports.map(({ liquidation }) => liquidation)).toEqual([true, undefined]);
});

test('balances are the collateral, without what is unrealised', async () => {
  const p = account({ answers: { clearinghouseState: payload('rest.clearinghouse-state') } });
  expect(plain(await trading.fetchBalances(p))).toMatchObject({ entries: [{ asset: 'USDC', total: '13109.495728' }] });
});

test('fee rates are those of perpetuals', async () => {
  const p = account({ answers: { userFees: payload('rest.user-fees') } });
  expect(plain(await trading.fetchFees(p, market))).toEqual({ maker: '0.000105', taker: '0.000315', taken: 'quote' });
});

test('an account is connected to once its key has been looked at', async () => {
  const answers = { userRole: { role: 'user' }, userAbstraction: 'disabled' };
  expect(await trading.feed.streams?.['account']?.url(account({ answers }))).toBe('wss://private.test');
});
