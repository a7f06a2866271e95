import { expect, test } from 'vitest';

import { interleave } from '../src/harness/interleave.mjs';
import { toMarkdown } from '../src/harness/readme.mjs';
import { failing, isMet, toTable } from '../src/harness/report.mjs';
import { median, pairedRatio } from '../src/harness/statistics.mjs';

test('the median is the middle value, or half-way between two', () => {
  expect([median([3, 1, 2]), median([4, 1, 2, 3])]).toEqual([2, 2.5]);
});

test('a ratio is the median over rounds, so that one disturbed round does not count', () => {
  expect(pairedRatio([10, 20, 900], [20, 40, 60])).toBe(0.5);
});

const variants = new URL('support/variants.mjs', import.meta.url).href;

test.each([
  [['one', 'other'], undefined, 'other does not end where one does'],
  [['one'], 'another', 'one does not end where it has to'],
])('%j are not timed when they do not end where they have to', async (names, state, problem) => {
  await expect(interleave(variants, names, { rounds: 1, state })).rejects.toThrow(problem);
});

test('variants that end well are timed in each round', async () => {
  const samples = await interleave(variants, ['one'], { rounds: 3, state: 'one' });
  expect(samples.get('one').ns).toHaveLength(3);
});

test('a figure meets its target, and one without a target is there to be read', () => {
  expect(isMet({ figure: 2, atMost: 2 })).toBe(true);
  expect(isMet({ figure: 2, atMost: 1.9 })).toBe(false);
  expect(isMet({ figure: 2, atLeast: 3 })).toBe(false);
  expect(isMet({ figure: 2 })).toBe(true);
});

test('counts that miss their target fail a run, times and sizes do not', () => {
  const rows = ['count', 'time', 'size'].flatMap((kind) => [1, 3, NaN].map((figure) => ({ kind, figure, atMost: 2 })));
  expect(failing(rows)).toEqual([
    { kind: 'count', figure: 3, atMost: 2 },
    { kind: 'count', figure: NaN, atMost: 2 },
  ]);
});

test('a table shows each figure beside its target', () => {
  const row = { benchmark: 'book', what: 'beside JSON.parse', unit: 'x', kind: 'time' };
  expect(
    toTable([
      { ...row, figure: 0.61234, atMost: 0.5 },
      { ...row, figure: 3 },
    ]),
  ).toMatchInlineSnapshot(`
    "benchmark  what               figure   target
    ---------  -----------------  -------  ---------  ------
    book       beside JSON.parse  0.612 x  ≤ 0.500 x  MISSED
    book       beside JSON.parse  3 x"
  `);
});

test('the README has figures to three digits, in columns of one width', () => {
  const row = { benchmark: 'book', what: 'beside JSON.parse', unit: 'x', kind: 'time' };
  const rows = [
    { ...row, figure: 0.61234, atMost: 0.5 },
    { ...row, what: 'events', figure: 1_800, unit: '', atLeast: 1_800 },
    { ...row, figure: 0.5 },
  ];
  expect(toMarkdown(rows)).toMatchInlineSnapshot(`
    "| benchmark | what              | figure  | target  |        |
    | --------- | ----------------- | ------- | ------- | ------ |
    | book      | beside JSON.parse | 0.612 x | ≤ 0.5 x | missed |
    | book      | events            | 1800    | ≥ 1800  | met    |
    | book      | beside JSON.parse | 0.5 x   |         |        |
    "
  `);
});
