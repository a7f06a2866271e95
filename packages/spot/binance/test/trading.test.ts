import { decimal, type NewOrder, type TimeInForce } from '@hb/connector-core';
import { plain } from '@hb/connector-testkit';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';

import { binance } from '../src/index.js';
import * as venue from '../src/trading.js';
import { account, apiKey, market } from './api.js';
import { event, fields, list, payload } from './wire-fixture.js';

const look = { options: binance.options({}), market: () => undefined };
const now = 1_507_725_176_000;

function limit(timeInForce: TimeInForce): NewOrder<undefined> {
  return {
    market,
    request: { pair: 'BTC-USDT', side: 'sell', type: 'limit', amount: '10', price: '0.1' },
    clientOrderId: '6gCrw2kRUAF9CvJDGP16IP',
    amount: decimal('10'),
    amountIn: 'base',
    price: decimal('0.00000010'),
    timeInForce,
    deadline: now + 5_000,
  };
}

function atMarket(amountIn: 'base' | 'quote'): NewOrder<undefined> {
  const request = { pair: 'BTC-USDT', side: 'buy', type: 'market', amount: '10', amountIn } as const;
  return { market, request, clientOrderId: 'mine', amount: decimal('10'), amountIn, deadline: now + 5_000 };
}

describe('an order is placed', () => {
  const answers = { 'POST /api/v3/order': payload('rest.order-placed') };
  const terms = { symbol: 'BTCUSDT', newOrderRespType: 'RESULT', recvWindow: 5_000, timestamp: now };
  const sell = {
    ...terms,
    side: 'SELL',
    quantity: '10',
    price: '0.0000001',
    newClientOrderId: '6gCrw2kRUAF9CvJDGP16IP',
  };
  const buy = { ...terms, side: 'BUY', type: 'MARKET', price: undefined, newClientOrderId: 'mine' };

  test.each([
    ['gtc', limit('gtc'), { ...sell, type: 'LIMIT', timeInForce: 'GTC' }],
    ['ioc', limit('ioc'), { ...sell, type: 'LIMIT', timeInForce: 'IOC' }],
    ['fok', limit('fok'), { ...sell, type: 'LIMIT', timeInForce: 'FOK' }],
    ['post-only', limit('post-only'), { ...sell, type: 'LIMIT_MAKER' }],
    ['market, in base units', atMarket('base'), { ...buy, quantity: '10' }],
    ['market, in quote units', atMarket('quote'), { ...buy, quoteOrderQty: '10' }],
  ])('%s', async (_, order, params) => {
    const p = account({ answers, now });
    await venue.place(p, order);
    expect(p.asked).toEqual([{ at: 'POST /api/v3/order', params }]);
  });

  test('and its state, amounts and terms are told', async () => {
    expect(plain(await venue.place(account({ answers }), limit('gtc')))).toEqual({
      type: 'order',
      symbol: 'BTCUSDT',
      orderId: '28',
      clientOrderId: '6gCrw2kRUAF9CvJDGP16IP',
      status: 'filled',
      filled: '10',
      filledQuote: '10',
      at: 1_507_725_176_595,
      terms: { side: 'sell', amount: '10' },
    });
  });

  test('and expires with what it could take', async () => {
    const told = { 'POST /api/v3/order': payload('rest.order-placed.expired') };
    expect(plain(await venue.place(account({ answers: told }), atMarket('base')))).toEqual({
      type: 'order',
      symbol: 'LTCBNB',
      orderId: '32',
      clientOrderId: '8LGC97RRgNPVQk979VIhjt',
      status: 'expired',
      filled: '4',
      filledQuote: '4',
      at: 1_719_467_634_105,
      terms: { side: 'buy', amount: '6' },
    });
  });

  test('and says why it expired', async () => {
    const body = fields('rest.order-placed.expired', { expiryReason: 'INSUFFICIENT_LIQUIDITY' });
    const { reason } = await venue.place(account({ answers: { 'POST /api/v3/order': body } }), atMarket('base'));
    expect(reason).toBe('INSUFFICIENT_LIQUIDITY');
  });

  test('over the socket when that is chosen', async () => {
    const p = account({
      options: { orderEntry: 'websocket' },
      answers: {
        'RPC order.place': fields('ws.response')['result'],
        'RPC order.cancel': payload('rest.order-cancelled'),
        'RPC order.amend.keepPriority': payload('rest.order-amended'),
      },
    });
    const ref = { market, clientOrderId: 'mine' };
    await venue.place(p, limit('gtc'));
    await venue.cancel(p, ref);
    await venue.amend.run(p, { ...ref, ...resting }, { amount: decimal('5') });
    await venue.cancelAll(p, market);
    expect(p.asked.map(({ at }) => at)).toEqual([
      'RPC order.place',
      'RPC order.cancel',
      'RPC order.amend.keepPriority',
      'RPC openOrders.cancelAll',
    ]);
  });
});

describe('a cancel', () => {
  const at = 'DELETE /api/v3/order';
  const answers = { [at]: payload('rest.order-cancelled') };

  test('keeps the client id that the order had', async () => {
    expect(plain(await venue.cancel(account({ answers }), { market, clientOrderId: 'myOrder1' }))).toEqual({
      type: 'order',
      symbol: 'LTCBTC',
      orderId: '4',
      clientOrderId: 'myOrder1',
      status: 'canceled',
      filled: '0',
      filledQuote: '0',
      at: 1_684_804_350_068,
      terms: { side: 'buy', amount: '1', price: '2' },
    });
  });

  test('names the order by the id of the venue where it is known, else by the own', async () => {
    const p = account({ answers });
    await venue.cancel(p, { market, clientOrderId: 'myOrder1', orderId: '4' });
    await venue.cancel(p, { market, clientOrderId: 'myOrder1' });
    const newClientOrderId = 'myOrder1-canceled';
    expect(p.asked).toEqual([
      { at, params: { symbol: 'BTCUSDT', orderId: '4', newClientOrderId } },
      { at, params: { symbol: 'BTCUSDT', origClientOrderId: 'myOrder1', newClientOrderId } },
    ]);
  });

  test('has an id that tells which order it cancelled, unless that is too long', async () => {
    const cancelled = { ...Object(payload('rest.order-queried')), status: 'CANCELED', clientOrderId: 'mine-canceled' };
    const p = account({ answers: { ...answers, 'GET /api/v3/allOrders': [cancelled] } });
    await venue.cancel(p, { market, clientOrderId: 'i'.repeat(28) });
    expect(p.asked[0]?.params).toEqual({ symbol: 'BTCUSDT', origClientOrderId: 'i'.repeat(28) });
    expect((await venue.fetchClosedOrders(p, { market })).map(({ clientOrderId }) => clientOrderId)).toEqual(['mine']);
  });
});

describe('cancelling all', () => {
  const at = 'DELETE /api/v3/openOrders';

  test('of a market is one request', async () => {
    const p = account();
    await venue.cancelAll(p, market);
    expect(p.asked).toEqual([{ at, params: { symbol: 'BTCUSDT' } }]);
  });

  test('of the account is one request for each market with open orders', async () => {
    const [order] = list('rest.open-orders');
    const symbols = ['LTCBTC', 'BTCUSDT', 'LTCBTC'];
    const p = account({ answers: { 'GET /api/v3/openOrders': symbols.map((symbol) => ({ ...order, symbol })) } });
    await venue.cancelAll(p);
    expect(p.asked).toEqual([
      { at: 'GET /api/v3/openOrders', params: { symbol: undefined } },
      { at, params: { symbol: 'LTCBTC' } },
      { at, params: { symbol: 'BTCUSDT' } },
    ]);
  });
});

const resting = { side: 'buy', amount: decimal('10'), filled: decimal('0') } as const;

test('an amendment lowers the amount and keeps the client id', async () => {
  const at = 'PUT /api/v3/order/amend/keepPriority';
  const p = account({ answers: { [at]: payload('rest.order-amended') } });
  const ref = { market, clientOrderId: 'mine', orderId: '33' };
  expect([plain(await venue.amend.run(p, { ...ref, ...resting }, { amount: decimal('5.0') })), p.asked]).toEqual([
    {
      type: 'order',
      symbol: 'BTCUSDT',
      orderId: '33',
      clientOrderId: 'PFaq6hIHxqFENGfdtn4J6Q',
      status: 'open',
      filled: '0',
      filledQuote: '0',
      at: 1_741_926_410_255,
      terms: { side: 'sell', amount: '5', price: '6' },
    },
    [{ at, params: { symbol: 'BTCUSDT', orderId: '33', newClientOrderId: 'mine', newQty: '5' } }],
  ]);
});

describe('an order that is looked up', () => {
  const at = 'GET /api/v3/order';
  const lookUp = (body: unknown, ids: { orderId?: string }, symbol = 'LTCBTC') => {
    const ref = { market: { ...market, symbol }, clientOrderId: 'mine', ...ids };
    return venue.fetchOrder(account({ answers: { [at]: body } }), ref);
  };
  const found = async (body: unknown) => plain(await lookUp(body, { orderId: '1' }));
  const open = {
    type: 'order',
    symbol: 'LTCBTC',
    orderId: '1',
    clientOrderId: 'mine',
    status: 'open',
    filled: '0',
    filledQuote: '0',
    at: 1_499_827_319_559,
    terms: { side: 'buy', amount: '1', price: '0.1' },
  };

  test('has the client id that was asked for, whatever a cancel made of it', async () => {
    expect(await found(payload('rest.order-queried'))).toEqual(open);
  });

  test('asked by client id, is not the one that our cancel names as another', async () => {
    const ids = ['another-canceled', 'mine-canceled'];
    const bodies = ids.map((clientOrderId) => fields('rest.order-queried', { status: 'CANCELED', clientOrderId }));
    const told = await Promise.all(bodies.map((body) => lookUp(body, {})));
    expect(told.map((report) => report?.clientOrderId)).toEqual(['another', 'mine']);
  });

  test('asked by client id, has the id that was asked for only once it was cancelled', async () => {
    const queried = ['CANCELED', 'NEW'].map((status) => fields('rest.order-queried', { status }));
    const told = await Promise.all(queried.map((body) => lookUp(body, {})));
    expect(told.map((report) => report?.clientOrderId)).toEqual(['mine', 'myOrder1']);
  });

  test('keeps its own client id when it is another order than the one that was asked for', async () => {
    const report = await lookUp(payload('rest.order-queried'), { orderId: '2' });
    expect([report?.orderId, report?.clientOrderId]).toEqual(['1', 'myOrder1']);
  });

  test.each([
    ['NEW', 'open'],
    ['PENDING_NEW', 'open'],
    ['PARTIALLY_FILLED', 'open'],
    ['FILLED', 'filled'],
    ['CANCELED', 'canceled'],
    ['PENDING_CANCEL', 'open'],
    ['REJECTED', 'rejected'],
    ['EXPIRED', 'expired'],
  ])('as %s is %s', async (status, expected) => {
    expect(await found(fields('rest.order-queried', { status }))).toEqual({ ...open, status: expected });
  });

  test('as expired by self-trade prevention says so', async () => {
    const body = payload('rest.order-queried.expired-in-match');
    expect(plain(await lookUp(body, { orderId: '2' }, 'BTCUSDT'))).toEqual({
      type: 'order',
      symbol: 'BTCUSDT',
      orderId: '2',
      clientOrderId: 'mine',
      status: 'expired',
      reason: 'EXPIRED_IN_MATCH',
      filled: '0',
      filledQuote: '0',
      at: 1_670_217_957_498,
      terms: { side: 'buy', amount: '1.2', price: '1.2' },
    });
  });

  test('has no quote amount where the venue does not know it any more', async () => {
    const { filledQuote: _, ...rest } = open;
    expect(await found(fields('rest.order-queried', { cummulativeQuoteQty: '-1.0' }))).toEqual(rest);
  });

  test.each([
    ['a status that is not documented', { status: 'SUSPENDED' }],
    ['an amount that is no number', { executedQty: '' }],
    ['a negative amount', { executedQty: '-1' }],
    ['an amount of 10^1000000', { origQty: '1e1000000' }],
    ['an order id that is not whole', { orderId: '1.5' }],
    ['no side', { side: undefined }],
  ])('with %s is refused', async (_, changed) => {
    await expect(async () => found(fields('rest.order-queried', changed))).rejects.toThrow('Invalid');
  });
});

test('open orders are those of a market, or of all', async () => {
  const p = account({ answers: { 'GET /api/v3/openOrders': payload('rest.open-orders') } });
  const orders = [await venue.fetchOpenOrders(p, market), await venue.fetchOpenOrders(p)];
  expect(orders.map((each) => each.map(({ clientOrderId, status }) => [clientOrderId, status]))).toEqual([
    [['myOrder1', 'open']],
    [['myOrder1', 'open']],
  ]);
  expect(p.asked.map(({ params }) => params)).toEqual([{ symbol: 'BTCUSDT' }, { symbol: undefined }]);
});

test('closed orders are those that are not open, from a time on', async () => {
  const [order] = list('rest.all-orders');
  const body = ['NEW', 'FILLED', 'CANCELED'].map((status, index) => ({ ...order, status, orderId: String(index) }));
  const p = account({ answers: { 'GET /api/v3/allOrders': body } });
  const orders = await venue.fetchClosedOrders(p, { market, from: 5 });
  expect(orders.map(({ orderId, status }) => [orderId, status])).toEqual([
    ['1', 'filled'],
    ['2', 'canceled'],
  ]);
  expect(p.asked.map(({ params }) => params)).toEqual([{ symbol: 'BTCUSDT', startTime: 5, limit: 1_000 }]);
});

describe('fills', () => {
  const at = 'GET /api/v3/myTrades';

  test('have fee, side and liquidity', async () => {
    const told = await venue.fetchFills(account({ answers: { [at]: payload('rest.my-trades') } }), { market });
    expect(plain(told)).toEqual({
      fills: [
        {
          type: 'fill',
          symbol: 'BNBBTC',
          fillId: '28457',
          orderId: '100234',
          side: 'buy',
          price: '4.000001',
          amount: '12',
          at: 1_499_865_549_590,
          fees: [{ asset: 'BNB', amount: '10.1' }],
          liquidity: 'taker',
        },
      ],
    });
  });

  test.each([
    [{ orderId: '7', from: 5 }, { orderId: '7' }],
    [
      { orderId: '7', from: 5, cursor: '9' },
      { orderId: '7', fromId: '9' },
    ],
    [{ from: 5 }, { startTime: 5 }],
    [{ from: 5, cursor: '9' }, { fromId: '9' }],
    [{}, {}],
  ])('since %o are asked for with %o', async (since, expected) => {
    const p = account({ answers: { [at]: [] } });
    await venue.fetchFills(p, { market, ...since });
    expect(p.asked.map(({ params }) => params)).toEqual([{ symbol: 'BTCUSDT', limit: 1_000, ...expected }]);
  });

  test('go on after the last of a full page, with ids of 19 digits', async () => {
    const [trade] = list('rest.my-trades');
    const page = Array.from({ length: 1_000 }, (_, index) => ({
      ...trade,
      id: String(9_007_199_254_740_993n + BigInt(index)),
    }));
    const told = await Promise.all(
      [page, page.slice(1)].map((body) => venue.fetchFills(account({ answers: { [at]: body } }), { market })),
    );
    expect(told.map(({ cursor }) => cursor)).toEqual(['9007199254741993', undefined]);
  });
});

test('balances are all that are not zero', async () => {
  const p = account({ answers: { 'GET /api/v3/account': payload('rest.account') } });
  expect([plain(await venue.fetchBalances(p)), p.asked]).toEqual([
    {
      type: 'balances',
      complete: true,
      at: 123_456_789,
      entries: [
        { asset: 'BTC', total: '4723846.89208129', available: '4723846.89208129' },
        { asset: 'LTC', total: '4763368.68006011', available: '4763368.68006011' },
      ],
    },
    [{ at: 'GET /api/v3/account', params: { omitZeroBalances: true } }],
  ]);
});

describe('fee rates', () => {
  const at = 'GET /api/v3/account/commission';
  const rates = async (discount: object) => {
    const body = fields('rest.commission');
    const answers = { [at]: { ...body, discount: { ...v.parse(v.looseObject({}), body['discount']), ...discount } } };
    return plain(await venue.fetchFees(account({ answers }), market));
  };

  test('add up, with the standard rate discounted where fees are paid in another asset', async () => {
    expect(await rates({})).toEqual({
      // (0.0000001 + 0.0000004) × 0.75 + (0.01 + 0.04) + (0.00000112 + 0.00000118)
      maker: '0.050002675',
      // (0.0000002 + 0.0000004) × 0.75 + (0.02 + 0.04) + (0.00000114 + 0.00000118)
      taker: '0.06000277',
      taken: { asset: 'BNB' },
    });
  });

  test.each([{ enabledForAccount: false }, { enabledForSymbol: false }, { discountAsset: null }])(
    'are full, and taken from what is received, with %o',
    async (discount) => {
      expect(await rates(discount)).toEqual({ maker: '0.0500028', taker: '0.06000292', taken: 'received' });
    },
  );
});

describe('the rights of a key', () => {
  const answers = {
    'GET /api/v3/account': payload('rest.account'),
    'GET /sapi/v1/account/apiRestrictions': payload('rest.key-permission'),
  };

  test('are those that the wallet endpoints tell', async () => {
    expect(await venue.fetchKeyRights(account({ answers }))).toEqual({
      trade: false,
      withdraw: false,
      addressBound: false,
    });
  });

  test('are those of the account on the test network, which has no wallet endpoints', async () => {
    const p = account({ answers, environment: 'testnet' });
    expect([await venue.fetchKeyRights(p), p.asked.map(({ at }) => at)]).toEqual([
      { trade: true },
      ['GET /api/v3/account'],
    ]);
  });
});

describe('a message on the account stream', () => {
  test('that answers a request has its limits as headers', () => {
    expect(venue.frame(payload('ws.response'))).toEqual({
      type: 'response',
      id: 'e2a85d9f-07a5-4f94-8d5f-789dc3deb097',
      answer: {
        status: 200,
        headers: new Map([
          ['x-mbx-order-count-10s', '12'],
          ['x-mbx-order-count-1d', '4043'],
          ['x-mbx-used-weight-1m', '321'],
        ]),
        body: fields('ws.response')['result'],
      },
    });
  });

  test('that refuses a request has the error as its body', () => {
    const told = venue.frame(payload('ws.response.refused'));
    const verdict = told.type === 'response' ? binance.judge(told.answer, { at: 'RPC order.place' }) : undefined;
    expect(verdict).toEqual({
      code: '-2010',
      message: 'Account has insufficient balance for requested action.',
      kind: 'insufficient-balance',
      outcome: 'refused',
    });
  });

  test.each([
    [
      'that starts the subscription answers the login',
      'ws.response.subscribed',
      {
        type: 'response',
        id: 'd3df8a22-98ea-4fe0-9f4e-0fcea5d418b7',
        answer: { status: 200, headers: new Map(), body: { subscriptionId: '0' } },
      },
    ],
    ['that answers no request is a refusal', 'ws.response.revoked', { type: 'refused', message: 'status 401' }],
    [
      'that ends the subscription asks for a new connection',
      'ws.stream-terminated',
      { type: 'reconnect', reason: 'eventStreamTerminated' },
    ],
    [
      'that announces a shutdown asks for a new connection',
      'ws.account-server-shutdown',
      { type: 'reconnect', reason: 'serverShutdown' },
    ],
    ['about an order list is ignored', 'ws.list-status', { type: 'ignore' }],
  ])('%s', (_, name, expected) => {
    expect(venue.frame(payload(name))).toEqual(expected);
  });

  test.each(['ws.execution-report', 'ws.account-position', 'ws.balance-update', 'ws.external-lock-update'])(
    'such as %s is data without its envelope',
    (name) => {
      expect(venue.frame(payload(name))).toEqual({ type: 'data', payload: event(name) });
    },
  );

  test.each([null, 'text', {}, { event: {} }, { event: { e: 5 } }, { id: '1' }])(
    'is refused when it is %j',
    (message) => {
      expect(() => venue.frame(message)).toThrow('Invalid');
    },
  );
});

describe('an execution report', () => {
  const parsed = (changed: Readonly<Record<string, unknown>> = {}) =>
    plain(venue.parse(event('ws.execution-report', changed), look));
  const placed = {
    type: 'order',
    symbol: 'ETHBTC',
    orderId: '4293153',
    clientOrderId: 'mUvoqJxFIILMdfAW5iGSOW',
    status: 'open',
    filled: '0',
    filledQuote: '0',
    at: 1_499_405_658_657,
    terms: { side: 'buy', amount: '1', price: '0.1026441' },
  };

  test('of a new order tells no fill: its placeholders stand for nothing', () => {
    expect(parsed()).toEqual([placed]);
  });

  test('of a fill tells the fill, then the order that counts it', () => {
    const fill = {
      x: 'TRADE',
      X: 'PARTIALLY_FILLED',
      t: '9223372036854775807',
      l: '0.4',
      L: '0.1',
      z: '0.4',
      Z: '0.04',
      n: '0.0004',
      N: 'ETH',
    };
    expect(parsed(fill)).toEqual([
      {
        type: 'fill',
        symbol: 'ETHBTC',
        fillId: '9223372036854775807',
        orderId: '4293153',
        clientOrderId: 'mUvoqJxFIILMdfAW5iGSOW',
        side: 'buy',
        price: '0.1',
        amount: '0.4',
        at: 1_499_405_658_657,
        fees: [{ asset: 'ETH', amount: '0.0004' }],
        liquidity: 'taker',
      },
      { ...placed, filled: '0.4', filledQuote: '0.04' },
    ]);
  });

  test('of a fill without commission tells that there is no fee', () => {
    const [fill] = venue.parse(event('ws.execution-report', { x: 'TRADE', t: '7', S: 'SELL', m: true }), look);
    expect(fill).toEqual(expect.objectContaining({ fees: [], side: 'sell', liquidity: 'maker' }));
  });

  test('of a cancel keeps the client id that the order had', () => {
    const canceled = { x: 'CANCELED', X: 'CANCELED', c: 'theCancel', C: 'mUvoqJxFIILMdfAW5iGSOW' };
    expect(parsed(canceled)).toEqual([{ ...placed, status: 'canceled' }]);
  });

  test('of an amendment has the new amount', () => {
    const amended = { x: 'REPLACED', C: 'mUvoqJxFIILMdfAW5iGSOW', q: '0.5' };
    expect(parsed(amended)).toEqual([{ ...placed, terms: { ...placed.terms, amount: '0.5' } }]);
  });

  test('of a rejection says why', () => {
    expect(parsed({ x: 'REJECTED', X: 'REJECTED', r: 'INSUFFICIENT_BALANCES' })).toEqual([
      { ...placed, status: 'rejected', reason: 'INSUFFICIENT_BALANCES' },
    ]);
  });

  test('of an expired order says why', () => {
    expect(parsed({ x: 'EXPIRED', X: 'EXPIRED', f: 'IOC', eR: 'UNFILLED_IOC_QUANTITY_EXPIRED' })).toEqual([
      { ...placed, status: 'expired', reason: 'UNFILLED_IOC_QUANTITY_EXPIRED' },
    ]);
  });

  test('of self-trade prevention says so', () => {
    const prevented = { x: 'TRADE_PREVENTION', X: 'EXPIRED_IN_MATCH', v: '3', A: '1.00000000', B: '1.00000000' };
    expect(parsed(prevented)).toEqual([{ ...placed, status: 'expired', reason: 'EXPIRED_IN_MATCH' }]);
  });

  test('has no quote amount where the venue does not know it', () => {
    const { filledQuote: _, ...rest } = placed;
    expect(parsed({ Z: '-1' })).toEqual([rest]);
  });

  test('of a market order ends with what it could take', () => {
    const events = v.parse(v.array(v.unknown()), payload('ws.execution-reports.market-order'));
    const told = events.flatMap((each) => venue.parse(each, look));
    const states = told.map((each) => (each.type === 'order' ? each.status : each.type));
    expect(states).toEqual(['open', 'fill', 'open', 'fill', 'open', 'expired', 'balances']);
  });

  test.each([
    { X: 'SUSPENDED' },
    { S: 'SHORT' },
    { t: '-2' },
    { t: '' },
    { i: '-1' },
    { z: '-1' },
    { l: 'NaN' },
    { L: '1e5' },
    { T: undefined },
    { s: '' },
    { N: '' },
  ])('with %o is refused', (changed) => {
    expect(() => parsed(changed)).toThrow('Invalid');
  });
});

test('an account update has the assets that changed', () => {
  expect(plain(venue.parse(event('ws.account-position', { B: [{ a: 'ETH', f: '1.5', l: '0.5' }] }), look))).toEqual([
    {
      type: 'balances',
      complete: false,
      at: 1_564_034_571_073,
      entries: [{ asset: 'ETH', total: '2', available: '1.5' }],
    },
  ]);
});

test.each(['ws.balance-update', 'ws.external-lock-update'])('%s asks for the balances', (name) => {
  expect(venue.parse(event(name), look)).toEqual([{ type: 'refetch', what: 'balances' }]);
});

describe('the account stream', () => {
  const stream = venue.feed.streams?.['account'];
  const signature = expect.stringMatching(/^[0-9a-f]{64}$/);

  test('is subscribed with a signature', () => {
    const params = { apiKey, recvWindow: 5_000, timestamp: 7, signature };
    expect(stream?.login?.(account({ now: 7 }), 'a1')).toEqual({
      id: 'a1',
      method: 'userDataStream.subscribe.signature',
      params,
    });
  });

  test('carries signed requests with the times that they have', () => {
    const params = { symbol: 'BTCUSDT', price: undefined, recvWindow: 3, timestamp: 4 };
    expect(stream?.request?.(account(), 'order.place', params, 'a2')).toEqual({
      id: 'a2',
      method: 'order.place',
      params: { symbol: 'BTCUSDT', recvWindow: 3, timestamp: 4, apiKey, signature },
    });
  });

  test('lies where the environment says', () => {
    expect(stream?.url(account())).toBe('wss://account.test');
  });
});
