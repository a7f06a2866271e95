import fc from 'fast-check';
import { expect, test } from 'vitest';

import { createBackoff } from '../src/stream/backoff.js';
import { createRandom } from './support/random.js';

test('each wait is between 250 ms and three times the last one, and 30 s at most', () => {
  const chances = fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { maxLength: 40 });
  fc.assert(
    fc.property(chances, (drawn) => {
      let index = 0;
      const backoff = createBackoff(() => drawn[index++] ?? 0);
      let last = 250;
      const waits = drawn.map(() => backoff.next());
      for (const wait of waits) {
        expect(wait).toBeGreaterThanOrEqual(250);
        expect(wait).toBeLessThanOrEqual(Math.min(30_000, 3 * last));
        last = wait;
      }
    }),
    { seed: 20_260_804, numRuns: 500 },
  );
});

test('waits are long after many failures and short again after a reset', () => {
  const backoff = createBackoff(createRandom(5));
  const waits = Array.from({ length: 200 }, () => backoff.next());
  const later = waits.slice(20);
  expect(later.reduce((sum, wait) => sum + wait, 0) / later.length).toBeGreaterThan(8_000);
  backoff.reset();
  expect(backoff.next()).toBeLessThan(750);
});

test('a wait is never shorter than the venue asks for', () => {
  const backoff = createBackoff(() => 0);
  expect([backoff.next(90_000), backoff.next(1), backoff.next()]).toEqual([90_000, 250, 250]);
});
