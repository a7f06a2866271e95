import type { Answer, Params } from '@hb/connector-core';
import { expect, test } from 'vitest';

import { endpoints, pools, usage } from '../src/endpoints.js';
import { binancePerpetual } from '../src/index.js';

function costOf(name: keyof typeof endpoints, params: Params = {}): unknown {
  const { cost } = endpoints[name];
  return typeof cost === 'function' ? cost(params) : cost;
}

test('weights follow the limit or the symbol where the documentation has a table', () => {
  expect([5, 50, 100, 500, 1_000].map((limit) => costOf('depth', { limit }))).toEqual(
    [2, 2, 5, 10, 20].map((weight) => ({ weight })),
  );
  expect([1, 99, 100, 499, 500, 1_000, 1_500].map((limit) => costOf('klines', { limit }))).toEqual(
    [1, 1, 2, 2, 5, 5, 10].map((weight) => ({ weight })),
  );
  expect([costOf('openOrders', { symbol: 'A' }), costOf('openOrders')]).toEqual([{ weight: 1 }, { weight: 40 }]);
});

test('an order counts once in each of its limits, a batch five times in the short one', () => {
  expect([costOf('place'), costOf('placeMany')]).toEqual([
    { orders: 1, minuteOrders: 1 },
    { weight: 5, orders: 5, minuteOrders: 1 },
  ]);
});

test('every charge is to a pool that there is', () => {
  const charged = Object.keys(endpoints).flatMap((name) => {
    const found = Object.entries(endpoints).find(([each]) => each === name)?.[1];
    const cost = found && typeof found.cost === 'function' ? found.cost({}) : (found?.cost ?? {});
    return Object.keys(cost);
  });
  expect([...new Set(charged)].filter((pool) => !(pool in pools))).toEqual([]);
});

test('headers tell what is used', () => {
  const headers = new Map([
    ['x-mbx-used-weight-1m', '70'],
    ['x-mbx-order-count-10s', '3'],
    ['x-mbx-order-count-1m', 'many'],
  ]);
  const answer: Answer = { status: 200, headers, body: undefined };
  expect(usage(answer)).toEqual([
    { pool: 'weight', perMs: 60_000, used: 70 },
    { pool: 'orders', perMs: 10_000, used: 3 },
  ]);
});

test('options have a default, and others are refused', () => {
  expect(binancePerpetual.options({})).toEqual({ recvWindowMs: 5_000 });
  expect(() => binancePerpetual.options({ recvWindowMs: 0 })).toThrow('Expected >=1');
  expect(() => binancePerpetual.options({ region: 'eu' })).toThrow('region');
});
