import { expect, test } from 'vitest';

import { classic, endpoints, hf, limits, usage } from '../src/endpoints.js';
import { kucoin } from '../src/index.js';

test('what is left out of the options has a usual value', () => {
  expect(kucoin.options({})).toEqual({ hf: true, vip: 0, keyVersion: '3' });
});

test.each([{ vip: 13 }, { vip: 1.5 }, { hf: 'yes' }, { keyVersion: '1' }, { other: 1 }])('%j is no option', (given) => {
  expect(() => kucoin.options(given)).toThrow(/./);
});

// https://www.kucoin.com/docs-new/rate-limit
test.each([
  [0, 4_000, 2_000],
  [5, 16_000, 7_000],
  [12, 40_000, 20_000],
])('the quotas of VIP %d', (vip, spot, management) => {
  const options = { hf: true, vip, keyVersion: '3' } as const;
  const [ofSpot, ofManagement] = [limits(options)['spot'], limits(options)['management']];
  expect(ofSpot).toEqual({ scope: 'account', windows: [{ limit: spot, perMs: 30_000 }] });
  expect(ofManagement).toEqual({ scope: 'account', windows: [{ limit: management, perMs: 30_000 }] });
});

test('every endpoint is charged to a pool that there is', () => {
  const pools = Object.keys(limits({ hf: true, vip: 0, keyVersion: '3' }));
  for (const { at, cost } of Object.values({ ...endpoints, ...hf, ...classic })) {
    expect([at, pools]).toEqual([at, expect.arrayContaining(Object.keys(cost))]);
  }
});

test('headers tell what of the pool that was charged is used', () => {
  const headers = new Map([
    ['gw-ratelimit-limit', '4000'],
    ['gw-ratelimit-remaining', '3958'],
  ]);
  const told = { status: 200, headers, body: {} };
  expect(usage(told, hf.place)).toEqual([{ pool: 'spot', perMs: 30_000, used: 42 }]);
  expect(usage(told, { at: 'GET /free' })).toEqual([]);
});
