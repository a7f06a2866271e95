import { expect, test } from 'vitest';

import { summarize } from '../sim-report.mjs';

const faults = (count, strikes = 1) => Array.from({ length: count }, (_, index) => ({ id: `F${index}`, strikes }));
const seed = (given) => ({
  seed: 1,
  violations: [],
  actions: 64,
  faults: faults(60),
  hash: '00',
  counts: {},
  ...given,
});

test('counts the faults that struck, not those that were planned', () => {
  const { struck, kinds, problems } = summarize([seed({ faults: [...faults(50), ...faults(20, 0)] })], 1);
  expect([struck, kinds, problems]).toEqual([50, 50, []]);
});

test('complains of the poorest seed, however rich the others are', () => {
  const poor = [seed({}), seed({ seed: 7, faults: faults(39) }), seed({ actions: 59 })];
  expect(summarize(poor, 3).problems).toEqual([
    'in seed 7 only 39 faults struck, 40 must',
    'a seed has only 59 actions, it must have 60',
  ]);
});

test('complains of seeds that were not run, and of too few kinds among many', () => {
  const many = Array.from({ length: 100 }, () => seed({ faults: faults(59) }));
  expect(summarize(many, 101).problems).toEqual([
    '1 seeds were not run: a worker ended early',
    'only 59 kinds of faults struck, 60 must',
  ]);
});

test('adds up violations', () => {
  const bad = seed({ violations: [{ oracle: 'FIL' }, { oracle: 'SUM' }] });
  expect(summarize([bad, seed({})], 2).violations).toBe(2);
});
