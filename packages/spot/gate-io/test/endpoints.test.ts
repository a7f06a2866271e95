import type { Endpoint } from '@hb/connector-core';
import { describe, expect, test } from 'vitest';

import { commands, endpoints, pools, usage } from '../src/endpoints.js';
import { gateIo } from '../src/index.js';

const { rest, websocket, placeMany, cancelAll } = commands;
const all: readonly Endpoint[] = [
  ...Object.values<Endpoint>(endpoints),
  ...[rest, websocket].flatMap((table) => Object.values<Endpoint>(table)),
  ...[placeMany, cancelAll],
];

test('every charge names a pool', () => {
  expect(all.flatMap(({ cost }) => Object.keys(cost ?? {})).filter((name) => !(name in pools))).toEqual([]);
});

test('every endpoint charges one pool, orders over the socket two', () => {
  expect(all.map(({ cost }) => Object.keys(cost ?? {}).length).filter((count) => count !== 1)).toEqual([2, 2]);
});

// https://www.gate.com/docs/developers/apiv4/en/#frequency-limit-rule
test('the limits are those that Gate states', () => {
  expect(pools).toMatchObject({
    orders: { scope: 'account', per: 'symbol', windows: [{ limit: 10, perMs: 1_000 }] },
    'orders over the socket': { scope: 'account', windows: [{ limit: 10, perMs: 1_000 }] },
    cancels: { scope: 'account', windows: [{ limit: 200, perMs: 1_000 }] },
    'GET /api/v4/spot/order_book': { scope: 'ip', windows: [{ limit: 200, perMs: 10_000 }] },
    'GET /api/v4/spot/my_trades': { scope: 'account', windows: [{ limit: 200, perMs: 10_000 }] },
  });
});

test('orders, cancels and amendments are signed and go out once, orders with their deadline', () => {
  const lanes = [rest, websocket].flatMap(({ place, cancel, amend }) => [place, cancel, amend]);
  expect(lanes.map(({ signed, lane }) => [signed, lane])).toEqual(
    ['order', 'cancel', 'order', 'order', 'cancel', 'order'].map((lane) => [true, lane]),
  );
  expect([rest.place, websocket.place, placeMany].map(({ headers }) => headers)).toEqual(
    Array.from({ length: 3 }, () => ['x-gate-exptime']),
  );
});

describe('used limits', () => {
  const used = (remain: string, at: Endpoint) =>
    usage({ status: 200, headers: new Map([['x-gate-ratelimit-requests-remain', remain]]), body: undefined }, at);

  test('are what is left of the pool of the endpoint', () => {
    expect(used('9', rest.place)).toEqual([{ pool: 'orders', perMs: 1_000, used: 1 }]);
    expect(used('150', endpoints.accounts)).toEqual([{ pool: 'GET /api/v4/spot/accounts', perMs: 10_000, used: 50 }]);
  });

  test.each(['', ' ', 'many', '1e400', '-1', '1.5'])('are left out when they read %j', (remain) => {
    expect(used(remain, rest.place)).toEqual([]);
  });

  test('are left out where nothing tells', () => {
    expect(usage({ status: 200, headers: new Map(), body: undefined }, rest.place)).toEqual([]);
    expect(used('9', { at: 'GET /elsewhere' })).toEqual([]);
  });
});

describe('options', () => {
  test('default to orders by REST', () => {
    expect(gateIo.options({})).toEqual({ orderEntry: 'rest' });
  });

  test.each([{ orderEntry: 'fix' }, { orderentry: 'rest' }])('refuse %o', (options) => {
    expect(() => gateIo.options(options)).toThrow('Invalid');
  });
});
