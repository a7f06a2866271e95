import type { Endpoint, Params, Pool } from '@hb/connector-core';
import { describe, expect, test } from 'vitest';

import { commands, endpoints, pools, usage } from '../src/endpoints.js';
import { binance } from '../src/index.js';

function costOf({ cost }: Endpoint, params: Params = {}): unknown {
  return typeof cost === 'function' ? cost(params) : cost;
}

// https://developers.binance.com/docs/binance-spot-api-docs/rest-api/market-data-endpoints#order-book
test.each([
  [undefined, 5],
  [1, 5],
  [100, 5],
  [101, 25],
  [500, 25],
  [501, 50],
  [1_000, 50],
  [1_001, 250],
  [5_000, 250],
])('a book of %s levels weighs %i', (limit, weight) => {
  expect(costOf(endpoints.depth, { symbol: 'BTCUSDT', limit })).toEqual({ weight, requests: 1 });
});

test.each([
  ['all tickers', endpoints.tickers, {}, 80],
  ['one ticker', endpoints.tickers, { symbol: 'BTCUSDT' }, 2],
  ['all open orders', endpoints.openOrders, {}, 80],
  ['the open orders of a market', endpoints.openOrders, { symbol: 'BTCUSDT' }, 6],
  ['the fills of a market', endpoints.myTrades, { symbol: 'BTCUSDT' }, 20],
  ['the fills of an order', endpoints.myTrades, { symbol: 'BTCUSDT', orderId: '1' }, 5],
  ['candles', endpoints.klines, { symbol: 'BTCUSDT', limit: 1_000 }, 2],
  ['the catalogue', endpoints.exchangeInfo, {}, 20],
])('%s weigh as documented', (_, endpoint, params, weight) => {
  expect(costOf(endpoint, params)).toEqual({ weight, requests: 1 });
});

test('placing an order counts as an order, other commands do not', () => {
  const costs = (table: Readonly<Record<string, Endpoint>>) =>
    Object.entries(table).map(([name, at]) => [name, costOf(at)]);
  expect([costs(commands.rest), costs(commands.websocket)]).toEqual([
    [
      ['place', { weight: 1, requests: 1, orders: 1 }],
      ['cancel', { weight: 1, requests: 1 }],
      ['cancelAll', { weight: 1, requests: 1 }],
      ['amend', { weight: 4, requests: 1 }],
    ],
    [
      ['place', { weight: 1, orders: 1 }],
      ['cancel', { weight: 1 }],
      ['cancelAll', { weight: 1 }],
      ['amend', { weight: 4 }],
    ],
  ]);
});

test('every charge names a pool', () => {
  const { rest, websocket } = commands;
  const charged: Endpoint[] = [endpoints, rest, websocket].flatMap((table) => Object.values<Endpoint>(table));
  const names = charged.flatMap((endpoint) => Object.keys(costOf(endpoint) ?? {}));
  expect([...new Set(names)].filter((name) => !(name in pools))).toEqual([]);
});

test('commands are signed, go out once and send their parameters in the query', () => {
  const all: Endpoint[] = [...Object.values(commands.rest), ...Object.values(commands.websocket)];
  expect(all.map(({ signed, lane, encoding }) => [signed, lane, encoding])).toEqual(
    ['order', 'cancel', 'cancel', 'order', 'order', 'cancel', 'cancel', 'order'].map((lane) => [true, lane, 'query']),
  );
});

test('the limits are those that Binance states', () => {
  expect(pools satisfies Record<string, Pool>).toEqual({
    weight: { scope: 'ip', windows: [{ limit: 6_000, perMs: 60_000 }] },
    requests: { scope: 'ip', windows: [{ limit: 300_000, perMs: 300_000 }] },
    orders: {
      scope: 'account',
      windows: [
        { limit: 100, perMs: 10_000 },
        { limit: 200_000, perMs: 86_400_000 },
      ],
    },
    connections: { scope: 'ip', windows: [{ limit: 300, perMs: 300_000 }] },
    messages: { scope: 'connection', windows: [{ limit: 4, perMs: 1_000 }] },
  });
});

describe('used limits', () => {
  const used = (headers: Readonly<Record<string, string>>) =>
    usage({ status: 200, headers: new Map(Object.entries(headers)), body: undefined });

  test('are read from the headers', () => {
    expect(
      used({
        'x-mbx-used-weight': '70',
        'x-mbx-used-weight-1m': '70',
        'x-mbx-order-count-10s': '12',
        'x-mbx-order-count-1d': '4043',
      }),
    ).toEqual([
      { pool: 'weight', perMs: 60_000, used: 70 },
      { pool: 'orders', perMs: 10_000, used: 12 },
      { pool: 'orders', perMs: 86_400_000, used: 4_043 },
    ]);
  });

  test.each(['', ' ', 'many', '1e400', '-1', '1.5'])('are left out when they read %j', (count) => {
    expect(used({ 'x-mbx-used-weight-1m': count })).toEqual([]);
  });
});

describe('options', () => {
  test('default to REST orders and a window of 5 s', () => {
    expect(binance.options({})).toEqual({ orderEntry: 'rest', recvWindowMs: 5_000 });
  });

  test.each([
    { orderEntry: 'fix' },
    { recvWindowMs: 0 },
    { recvWindowMs: 60_001 },
    { recvWindowMs: '5000' },
    { recvWindow: 5_000 },
  ])('refuse %o', (options) => {
    expect(() => binance.options(options)).toThrow('Invalid');
  });
});
