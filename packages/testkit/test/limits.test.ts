import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { createVenueLimits } from '../src/limits.js';

describe('a fixed window', () => {
  test('starts anew at each whole multiple of its length', () => {
    let now = 59_000;
    const limits = createVenueLimits({ weight: { limit: 10, perMs: 60_000, window: 'fixed' } }, () => now);
    expect(limits.take('weight', 'a', 10)).toEqual({ allowed: true, used: 10, retryAfterMs: 0 });
    expect(limits.take('weight', 'a', 1)).toEqual({ allowed: false, used: 10, retryAfterMs: 1000 });
    expect(limits.take('weight', 'b', 1)).toEqual({ allowed: true, used: 1, retryAfterMs: 0 });
    now = 60_000;
    expect(limits.take('weight', 'a', 1)).toEqual({ allowed: true, used: 1, retryAfterMs: 0 });
    expect(limits.report('weight')).toEqual({ refusals: 1, peak: 10 });
  });

  test('can be charged afterwards and given back, never below zero', () => {
    const limits = createVenueLimits({ orders: { limit: 3, perMs: 1000, window: 'fixed' } }, () => 0);
    limits.add('orders', 'a', 2);
    limits.add('orders', 'a', -3);
    expect(limits.used('orders', 'a')).toBe(0);
    limits.add('orders', 'a', 5);
    expect(limits.take('orders', 'a')).toEqual({ allowed: false, used: 5, retryAfterMs: 1000 });
    expect(limits.take('orders', 'b', 4).retryAfterMs).toBe(Infinity);
  });
});

describe('a sliding window', () => {
  test('lets go of a charge once it is a whole window old', () => {
    let now = 0;
    const limits = createVenueLimits({ raw: { limit: 2, perMs: 1000, window: 'sliding' } }, () => now);
    limits.take('raw', 'a');
    now = 400;
    limits.take('raw', 'a');
    expect(limits.take('raw', 'a')).toEqual({ allowed: false, used: 2, retryAfterMs: 600 });
    expect(limits.take('raw', 'a', 2).retryAfterMs).toBe(1000);
    expect(limits.take('raw', 'a', 3).retryAfterMs).toBe(Infinity);
    now = 1000;
    expect(limits.take('raw', 'a')).toEqual({ allowed: true, used: 2, retryAfterMs: 0 });
  });

  test('allows exactly what a count over all charges allows', () => {
    const requests = fc.array(fc.record({ waitMs: fc.nat(40), cost: fc.integer({ min: 1, max: 6 }) }), {
      maxLength: 80,
      size: 'max',
    });
    fc.assert(
      fc.property(requests, (list) => {
        let now = 0;
        const charged: { at: number; cost: number }[] = [];
        const limits = createVenueLimits({ raw: { limit: 10, perMs: 100, window: 'sliding' } }, () => now);
        for (const { waitMs, cost } of list) {
          now += waitMs;
          const used = charged.filter(({ at }) => now - at < 100).reduce((sum, each) => sum + each.cost, 0);
          const { allowed } = limits.take('raw', 'a', cost);
          expect(allowed).toBe(used + cost <= 10);
          if (allowed) charged.push({ at: now, cost });
        }
      }),
      { seed: 20_261_122, numRuns: 200 },
    );
  });
});
