import { expect, test } from 'vitest';

import { createRandom } from '../src/random.js';

const draw = (seed: number | string, count = 5): number[] => {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => random.next());
};

test('gives the same numbers for the same seed, now and in later versions', () => {
  expect(draw(1)).toEqual(draw('1'));
  expect(draw(1, 3).map((value) => value.toFixed(6))).toMatchInlineSnapshot(`
    [
      "0.449809",
      "0.512996",
      "0.391179",
    ]
  `);
});

test('gives other numbers for another seed', () => {
  expect(draw(1)).not.toEqual(draw(2));
});

test('forks are told apart by key, and do not depend on what was drawn before', () => {
  const fresh = createRandom(7);
  const used = createRandom(7);
  for (let count = 0; count < 100; count += 1) used.next();
  expect(used.fork('a').next()).toBe(fresh.fork('a').next());
  expect(fresh.fork('a').next()).not.toBe(fresh.fork('b').next());
  expect(fresh.fork('a').fork('b').next()).not.toBe(fresh.fork('b').fork('a').next());
});

test('spreads evenly, both ends of a range included', () => {
  const random = createRandom('even');
  const counts = [0, 0, 0, 0, 0];
  for (let count = 0; count < 50_000; count += 1) {
    const drawn = random.integer(0, 4);
    counts[drawn] = (counts[drawn] ?? 0) + 1;
  }
  for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(400);
  expect(Array.from({ length: 1000 }, () => random.chance(0.2)).filter(Boolean).length).toBeLessThan(260);
});

test('picks from a list, and from none not at all', () => {
  const random = createRandom(3);
  const picked = new Set(Array.from({ length: 50 }, () => random.pick(['a', 'b', 'c'])));
  expect([...picked].sort()).toEqual(['a', 'b', 'c']);
  expect(() => random.pick([])).toThrow('nothing to pick from');
});
