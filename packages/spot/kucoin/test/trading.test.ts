import { decimal, type NewOrder, type TimeInForce } from '@hb/connector-core';
import { plain } from '@hb/connector-testkit';
import { describe, expect, test } from 'vitest';

import { kucoin } from '../src/index.js';
import * as venue from '../src/trading.js';
import { account, market } from './api.js';
import { changed, page, payload } from './wire-fixture.js';

type Wire = { readonly feeAsset: string };

const now = 1_729_577_515_000;
const clientOrderId = '5c52e11203aa677f33e493fb';
const orderId = '6717422bd51c29000775ea03';
const ref = { market, clientOrderId, orderId };

function limit(timeInForce: TimeInForce, expiresAt?: number): NewOrder<Wire> {
  const request = { pair: 'BTC-USDT', side: 'buy', type: 'limit', amount: '1', price: '1' } as const;
  return {
    ...{ market, clientOrderId, amountIn: 'base', timeInForce, deadline: now + 5_000 },
    request: { ...request, ...(expiresAt !== undefined && { expiresAt }) },
    ...{ amount: decimal('0.00001'), price: decimal('50000') },
  };
}

function atMarket(amountIn: 'base' | 'quote'): NewOrder<Wire> {
  const request = { pair: 'BTC-USDT', side: 'sell', type: 'market', amount: '10', amountIn } as const;
  return { market, request, clientOrderId, amount: decimal('10'), amountIn, deadline: now + 5_000 };
}

describe('an order is placed', () => {
  const answers = { 'POST /api/v1/hf/orders': payload('rest.order.placed') };
  const dated = { clientTimestamp: now, allowMaxTimeWindow: 5_000 };
  const common = { clientOid: clientOrderId, symbol: 'BTC-USDT', ...dated };
  const buy = { ...common, side: 'buy', type: 'limit', size: '0.00001', price: '50000' };
  const sell = { ...common, side: 'sell', type: 'market' };
  test.each([
    ['gtc', limit('gtc'), { ...buy, timeInForce: 'GTC' }],
    ['ioc', limit('ioc'), { ...buy, timeInForce: 'IOC' }],
    ['fok', limit('fok'), { ...buy, timeInForce: 'FOK' }],
    ['post-only', limit('post-only'), { ...buy, timeInForce: 'GTC', postOnly: true }],
    ['gtd', limit('gtd', now + 90_900), { ...buy, timeInForce: 'GTT', cancelAfter: 90 }],
    ['gtd, of which hardly any time is left', limit('gtd', now + 10), { ...buy, timeInForce: 'GTT', cancelAfter: 1 }],
    ['at market, sized in base', atMarket('base'), { ...sell, size: '10' }],
    ['at market, sized in quote', atMarket('quote'), { ...sell, funds: '10' }],
  ])('%s', async (_, order, params) => {
    const p = account({ answers, now });
    await venue.place(p, order);
    expect(plain(p.asked)).toEqual([{ at: 'POST /api/v1/hf/orders', params }]);
  });

  test('and goes by the id that the venue gave it', async () => {
    expect(await venue.place(account({ answers, now }), limit('gtc'))).toEqual({
      ...{ type: 'order', symbol: 'BTC-USDT', clientOrderId, orderId: '670fd33bf9406e0007ab3945', status: 'open' },
    });
  });

  test('and an answer about another order says so', async () => {
    const mixed = { 'POST /api/v1/hf/orders': changed('rest.order.placed', { clientOid: 'another' }) };
    expect(await venue.place(account({ answers: mixed }), limit('gtc'))).toMatchObject({ clientOrderId: 'another' });
  });

  test('by the API before it, without a time', async () => {
    const classic = { 'POST /api/v1/orders': payload('rest.classic.order.placed') };
    const p = account({ answers: classic, now, options: { hf: false } });
    expect(await venue.place(p, limit('gtc'))).toMatchObject({ orderId: '674a8635b38d120007709c0f', clientOrderId });
    expect(p.asked[0]?.params).not.toHaveProperty('clientTimestamp');
  });
});

describe('several orders are placed', () => {
  const answers = { 'POST /api/v1/hf/orders/multi': payload('rest.orders.placed') };
  test('and each is told of by itself', async () => {
    const told = await venue.placeMany.run(account({ answers }), [limit('gtc'), limit('gtc'), limit('gtc')]);
    expect(told).toEqual([
      expect.objectContaining({ type: 'order', orderId: '6710d8336afcdb0007319c27', status: 'open' }),
      {
        ...{ code: 'failMsg', message: 'The order funds should more then 0.1 USDT.' },
        ...{ kind: 'order-rejected', outcome: 'refused' },
      },
      undefined,
    ]);
  });

  test('but not by the API before it', async () => {
    const p = account({ options: { hf: false } });
    await expect(async () => venue.placeMany.run(p, [limit('gtc')])).rejects.toThrow('needs hf: true');
  });
});

describe('an order is cancelled', () => {
  const byId = 'DELETE /api/v1/hf/orders/sync/{orderId}';
  test.each([
    ['and nothing of it was filled', {}, { status: 'canceled', filled: '0' }],
    ['and a part of it was filled', { dealSize: '0.000001' }, { status: 'canceled', filled: '0.000001' }],
    ['and all of it had been filled', { dealSize: '0.00001' }, { status: 'filled', filled: '0.00001' }],
    ['and is not over yet', { status: 'open' }, { status: 'open', filled: '0' }],
  ])('%s', async (_, changes, told) => {
    const p = account({ answers: { [byId]: changed('rest.order.cancelled', changes) } });
    expect(plain(await venue.cancel(p, ref))).toMatchObject(told);
    expect(p.asked).toEqual([{ at: byId, params: { orderId, symbol: 'BTC-USDT' } }]);
  });

  test('by the id of the client', async () => {
    const at = 'DELETE /api/v1/hf/orders/sync/client-order/{clientOid}';
    const p = account({ answers: { [at]: payload('rest.order.cancelled-by-client-id') } });
    expect(await venue.cancel(p, { market, clientOrderId })).toMatchObject({ clientOrderId, status: 'canceled' });
  });

  test.each([
    ['the id of the client', { market, clientOrderId }, 'client-order/{clientOid}', 'rest.order.cancelled'],
    ['its own id', ref, '{orderId}', 'rest.order.cancelled-by-client-id'],
  ])('by %s, and an answer that names the other id alone is to another request', async (_, order, path, answer) => {
    const p = account({ answers: { [`DELETE /api/v1/hf/orders/sync/${path}`]: payload(answer) } });
    await expect(venue.cancel(p, order)).rejects.toThrow('Invalid key');
  });

  test('by the API before it, which only takes the request', async () => {
    const at = 'DELETE /api/v1/orders/{orderId}';
    const p = account({ answers: { [at]: payload('rest.classic.order.cancelled') }, options: { hf: false } });
    expect(await venue.cancel(p, ref)).toMatchObject({ orderId, status: 'open' });
  });

  test('with all of its market, or of all markets that have any', async () => {
    const answers = {
      'GET /api/v1/hf/orders/active/symbols': { data: { symbols: ['BTC-USDT'] } },
      'GET /api/v1/hf/orders/active': payload('rest.open-orders'),
    };
    const p = account({ answers });
    await venue.cancelAll(p, market);
    await venue.cancelAll(p);
    const symbols = p.asked.filter(({ at }) => at.startsWith('DELETE')).map(({ params }) => params['symbol']);
    expect(symbols).toEqual(['BTC-USDT', 'BTC-USDT']);
  });
});

describe('an order is amended', () => {
  const at = 'POST /api/v1/hf/orders/alter';
  const order = { ...ref, side: 'buy', amount: decimal('1'), filled: decimal('0') } as const;
  test('and goes on under another id', async () => {
    const p = account({ answers: { [at]: payload('rest.order.amended') } });
    expect(await venue.amend.run(p, order, { amount: decimal('2'), price: decimal('3') })).toMatchObject({
      ...{ status: 'open', orderId: '67112258f9406e0007408827', replaces: orderId },
    });
    expect(p.asked[0]?.params).toMatchObject({ orderId, newSize: '2', newPrice: '3' });
  });

  test('and ends when there is nothing left of it', async () => {
    const answers = {
      [at]: changed('rest.order.amended', { newOrderId: null }),
      'GET /api/v1/hf/orders/{orderId}': payload('rest.order'),
    };
    const told = await venue.amend.run(account({ answers }), order, { amount: decimal('0.5') });
    expect(told).toMatchObject({ status: 'filled', orderId });
  });
});

describe('an order is looked up', () => {
  const byId = 'GET /api/v1/hf/orders/{orderId}';
  const byClientId = 'GET /api/v1/hf/orders/client-order/{clientOid}';
  const cancelled = changed('rest.order', { cancelExist: true, dealSize: '0', dealFunds: '0', fee: '0' });

  test('with all that is known of it', async () => {
    expect(plain(await venue.fetchOrder(account({ answers: { [byId]: payload('rest.order') } }), ref))).toEqual({
      ...{ type: 'order', symbol: 'BTC-USDT', orderId, clientOrderId, status: 'filled', at: 1_729_577_515_481 },
      ...{ filled: '0.00001', filledQuote: '0.677176', fees: [{ asset: 'USDT', amount: '0.000677176' }] },
      terms: { side: 'buy', amount: '0.00001', price: '70000' },
    });
  });

  test.each([
    ['sized in quote and done', { size: '0', type: 'market' }, 'filled'],
    ['sized in quote and cancelled', { size: '0', type: 'market', cancelExist: true }, 'canceled'],
    ['open', { active: true }, 'open'],
  ])('%s', async (_, changes, status) => {
    const answers = { [byId]: changed('rest.order', changes), [byClientId]: changed('rest.order', changes) };
    expect(await venue.fetchOrder(account({ answers }), ref)).toMatchObject({ status });
  });

  test('sized in quote, with what was filled as its amount', async () => {
    const answers = { [byId]: changed('rest.order', { size: '0', price: '0', type: 'market' }) };
    expect(plain(await venue.fetchOrder(account({ answers }), ref))).toMatchObject({
      terms: { side: 'buy', amount: '0.00001' },
    });
  });

  test('and as it was when it is known what replaced it', async () => {
    const replaced = { ...ref, replacedBy: 'next' };
    const report = await venue.fetchOrder(account({ answers: { [byId]: cancelled } }), replaced);
    expect(report).toMatchObject({ orderId, status: 'canceled' });
  });

  test('and when it was cancelled, so is the one that may have replaced it', async () => {
    const next = changed('rest.order', { id: 'next', active: true });
    const replaced = await venue.fetchOrder(account({ answers: { [byId]: cancelled, [byClientId]: next } }), ref);
    expect(replaced).toMatchObject({ orderId: 'next', status: 'open', replaces: orderId });
    const alone = await venue.fetchOrder(account({ answers: { [byId]: cancelled, [byClientId]: cancelled } }), ref);
    expect(alone).toMatchObject({ orderId, status: 'canceled' });
    expect(alone).not.toHaveProperty('replaces');
  });

  test('by the id of the client', async () => {
    const p = account({ answers: { [byClientId]: payload('rest.order') } });
    expect(await venue.fetchOrder(p, { market, clientOrderId })).toMatchObject({ orderId });
  });

  test('by the API before it', async () => {
    const answers = { 'GET /api/v1/orders/{orderId}': payload('rest.classic.order') };
    const p = account({ answers, options: { hf: false } });
    expect(await venue.fetchOrder(p, ref)).toMatchObject({ status: 'canceled', at: 1_732_941_791_518 });
    expect(p.asked[0]?.params).toEqual({ orderId });
  });

  test('but not without its state', async () => {
    const answers = { [byId]: changed('rest.order', { active: undefined }) };
    await expect(venue.fetchOrder(account({ answers }), ref)).rejects.toThrow('neither active nor isActive');
  });
});

describe('lists are read', () => {
  test('open orders, of one market and of all', async () => {
    const answers = {
      'GET /api/v1/hf/orders/active/symbols': payload('rest.open-symbols'),
      'GET /api/v1/hf/orders/active': payload('rest.open-orders'),
    };
    const p = account({ answers });
    expect(await venue.fetchOpenOrders(p, market)).toMatchObject([{ status: 'open', symbol: 'BTC-USDT' }]);
    await venue.fetchOpenOrders(p);
    const asked = p.asked.filter(({ at }) => at.endsWith('active')).map(({ params }) => params['symbol']);
    expect(asked).toEqual(['BTC-USDT', 'ETH-USDT', 'BTC-USDT']);
    const none = { 'GET /api/v1/hf/orders/active/symbols': { data: { symbols: null } } };
    expect(await venue.fetchOpenOrders(account({ answers: none }))).toEqual([]);
  });

  test('closed orders, page after page, oldest first', async () => {
    const full = page(
      'rest.closed-orders',
      Array.from({ length: 100 }, (_, index) => ({ id: `a${index}` })),
    );
    const rest = page('rest.closed-orders', [{ id: 'oldest' }]);
    const p = account({ answers: { 'GET /api/v1/hf/orders/done': [full, rest] }, now });
    const told = await venue.fetchClosedOrders(p, { market, from: now - venue.historyMs + 0.5 });
    expect([told.length, told[0]?.orderId, told[100]?.orderId]).toEqual([101, 'oldest', 'a0']);
    expect(p.asked.map(({ params }) => params)).toMatchObject([
      { symbol: 'BTC-USDT', startAt: now - 7 * 86_400_000, limit: 100 },
      { limit: 100, lastId: '19814995255305' },
    ]);
  });

  test('and by number in the API before it', async () => {
    const at = 'GET /api/v1/orders';
    const answers = {
      [at]: [
        page('rest.classic.orders', [{ id: 'new' }], { totalPage: '2' }),
        page('rest.classic.orders', [{ id: 'old' }], { currentPage: '2', totalPage: '2' }),
      ],
    };
    const p = account({ answers, options: { hf: false } });
    expect((await venue.fetchOpenOrders(p, market)).map(({ orderId: id }) => id)).toEqual(['old', 'new']);
    expect(p.asked[1]?.params).toEqual({ symbol: 'BTC-USDT', status: 'active', pageSize: 500, currentPage: 2 });
  });

  test('fills, with their fees', async () => {
    const p = account({ answers: { 'GET /api/v1/hf/fills': payload('rest.fills') } });
    expect(plain(await venue.fetchFills(p, { market, orderId, from: 5 }))).toEqual({
      fills: [
        {
          ...{
            type: 'fill',
            symbol: 'BTC-USDT',
            fillId: '11029373945659392',
            orderId,
            side: 'buy',
            liquidity: 'taker',
          },
          ...{ price: '67717.6', amount: '0.00001', at: 1_729_577_515_473 },
          fees: [{ asset: 'USDT', amount: '0.000677176' }],
        },
      ],
    });
    expect(p.asked[0]?.params).toEqual({ symbol: 'BTC-USDT', orderId, startAt: undefined, limit: 100 });
  });
});

describe('the account is read', () => {
  test('its balances', async () => {
    const p = account({ answers: { 'GET /api/v1/accounts': payload('rest.accounts') } });
    expect(plain(await venue.fetchBalances(p))).toEqual({
      ...{ type: 'balances', complete: true },
      entries: [{ asset: 'USDT', total: '26.66759503', available: '26.66759503' }],
    });
  });

  test('its balances where high-frequency orders have an account of their own', async () => {
    const own = { currency: 'BTC', type: 'trade_hf', balance: '2', available: '1' };
    const answers = { 'GET /api/v1/accounts': { data: [own, { ...own, type: 'trade', balance: '9' }] } };
    expect(plain(await venue.fetchBalances(account({ answers })))).toMatchObject({ entries: [{ total: '2' }] });
    const before = account({ answers, options: { hf: false } });
    expect(plain(await venue.fetchBalances(before))).toMatchObject({ entries: [{ total: '9' }] });
  });

  test('its fees', async () => {
    const p = account({ answers: { 'GET /api/v1/trade-fees': payload('rest.fees') } });
    expect(plain(await venue.fetchFees(p, market))).toEqual({ maker: '0.001', taker: '0.001', taken: 'quote' });
    const one = account({
      answers: { 'GET /api/v1/trade-fees': { data: [{ takerFeeRate: '0.001', makerFeeRate: '-0.0001' }] } },
    });
    expect(plain(await venue.fetchFees(one, market))).toEqual({ maker: '-0.0001', taker: '0.001', taken: 'quote' });
  });

  test.each([
    ['General,Spot', '', { trade: true, withdraw: false, addressBound: false }],
    ['General, Spot, Transfer', '1.2.3.4', { trade: true, withdraw: true, addressBound: true }],
    ['General', null, { trade: false, withdraw: false, addressBound: false }],
  ])('what a key with %s may do', async (permission, ipWhitelist, rights) => {
    const answers = { 'GET /api/v1/user/api-key': changed('rest.key-info', { permission, ipWhitelist }) };
    expect(await venue.fetchKeyRights(account({ answers }))).toEqual(rights);
  });
});

test.each([
  [0, -1],
  [1_000, 5],
  [60_500, 61],
])('a dead-man’s switch of %d ms is set for %d s', async (ms, timeout) => {
  const p = account();
  await venue.deadman.arm(p, ms);
  expect(p.asked).toEqual([{ at: 'POST /api/v1/hf/orders/dead-cancel-all', params: { timeout } }]);
});

describe('messages of the account are read', () => {
  const look = { options: kucoin.options({}), market: () => undefined };
  const parse = (message: Record<string, unknown>) => {
    const { subject, data } = message;
    return plain(venue.parse({ subject, data }, look));
  };
  const order = {
    type: 'order',
    symbol: 'KCS-USDT',
    orderId: '5efab07953bdea00089965fa',
    clientOrderId: '1593487481000313',
  };

  test('an order that rests', () => {
    expect(parse(payload('ws.order.open'))).toMatchObject([
      { status: 'open', filled: '0', terms: { amount: '0.00001' } },
    ]);
  });

  test('an order at market, which has no price', () => {
    expect(parse(payload('ws.order.received'))).toMatchObject([
      { status: 'open', terms: { side: 'buy', amount: '0.00001' } },
    ]);
  });

  test('a fill, before the state that counts it, and without its fee', () => {
    const { type: _, ...ids } = order;
    expect(parse(payload('ws.order.match'))).toEqual([
      {
        ...{ ...ids, type: 'fill', fillId: '5efab07a4ee4c7000a82d6d9', side: 'sell', liquidity: 'taker' },
        ...{ price: '0.96738', amount: '0.1', at: 1_593_487_482_038 },
      },
      expect.objectContaining({ ...order, status: 'open', filled: '0.1' }),
    ]);
  });

  test.each([
    ['ws.order.filled', {}, 'filled'],
    ['ws.order.canceled', {}, 'canceled'],
    ['ws.order.canceled', { filledSize: '0.1', originSize: '0.1' }, 'filled'],
  ])('%s with %j', (name, changes, status) => {
    expect(parse(changed(name, changes))).toMatchObject([{ type: 'order', symbol: 'KCS-USDT', status }]);
  });

  test.each([
    ['trade.hold', 1],
    ['trade_hf.setted', 1],
    ['main.deposit', 0],
  ])('a balance after %s', (relationEvent, count) => {
    const entry = { asset: 'USDT', total: '21.133773386762', available: '20.132773386762' };
    const told = { type: 'balances', complete: false, at: 1_730_269_283_892, entries: [entry] };
    expect(parse(changed('ws.balance', { relationEvent }))).toEqual(count === 0 ? [] : [told]);
  });

  test('anything else is refused', () => {
    expect(() => parse({ subject: 'stopOrder', data: {} })).toThrow(/./);
    expect(() => parse(changed('ws.order.open', { status: 'frozen' }))).toThrow(/./);
  });

  test('under two topics', () => {
    expect(venue.feed.topics?.(account())).toEqual([
      { stream: 'account', topic: '/spotMarket/tradeOrdersV2' },
      { stream: 'account', topic: '/account/balance' },
    ]);
  });
});
