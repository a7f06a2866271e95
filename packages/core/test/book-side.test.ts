import fc from 'fast-check';
import { expect, test } from 'vitest';

import { checkLevels } from '../src/book/level.js';
import { coverLevels, eachLevel, isShort, priceAt, setLevel } from '../src/book/side.js';
import { createStore, type Store } from '../src/book/store.js';
import type { LevelText } from '../src/model/book.js';
import { decimal } from '../src/model/decimal.js';

function read(side: Store): LevelText[] {
  return [...eachLevel(side)];
}

function fill(side: Store, levels: readonly LevelText[]): Store {
  for (const level of levels) setLevel(side, level);
  return side;
}

const three: readonly LevelText[] = [
  ['10.5', '1'],
  ['9', '2.50'],
  ['10.25', '0.1'],
];

test('bids are read from the highest price, asks from the lowest', () => {
  expect(read(fill(createStore('buy'), three))).toEqual([three[0], three[2], three[1]]);
  expect(read(fill(createStore('sell'), three))).toEqual([three[1], three[2], three[0]]);
});

test('an amount of zero, however it is written, deletes the level', () => {
  const side = fill(createStore('buy'), [...three, ['9', '0.000'], ['10.5', '0'], ['7', '0']]);
  expect(read(side)).toEqual([three[2]]);
});

test('zeros at the ends of a price do not make it another one', () => {
  const side = fill(createStore('sell'), [
    ['1.1', '1'],
    ['1.10', '2'],
    ['01.100', '3'],
    ['11e-1', '4'],
  ]);
  expect(read(side)).toEqual([['11e-1', '4']]);
});

test('an amount that a double would change is kept to its last digit, and no other level is the slower for it', () => {
  const long = '1234567890123456.78901234';
  const side = fill(createStore('buy'), [...three, ['9.5', long], ['10.5', `${long}5`]]);
  expect(read(side)).toEqual([['10.5', `${long}5`], three[2], ['9.5', long], three[1]]);
  expect(side.texts).toBeUndefined();
  fill(side, [
    ['10.5', '3'],
    ['9.5', '0'],
    ['9.5', '4.0'],
  ]);
  expect(read(side)).toEqual([['10.5', '3'], three[2], ['9.5', '4.0'], three[1]]);
  // A price that a double would change ends that.
  fill(side, [
    ['10.25', long],
    ['9.50000000000000000001', '6'],
  ]);
  expect(read(side)).toEqual([
    ['10.5', '3'],
    ['10.25', long],
    ['9.50000000000000000001', '6'],
    ['9.5', '4.0'],
    three[1],
  ]);
});

test('what is kept of such amounts does not outgrow the side', () => {
  const side = createStore('sell');
  for (let cents = 1; cents <= 5_000; cents += 1) {
    setLevel(side, [(cents / 100).toFixed(2), `${cents}.1234567890123456789`]);
    if (cents > 10) setLevel(side, [((cents - 10) / 100).toFixed(2), '0']);
  }
  expect(read(side).map(([, amount]) => amount)).toEqual(
    Array.from({ length: 10 }, (_, index) => `${4_991 + index}.1234567890123456789`),
  );
  expect(side.table?.size).toBeLessThan(100);
});

test('prices that share a double are levels of their own, in order', () => {
  const [low, middle, high] = ['0.10000000000000000001', '0.10000000000000000002', '0.10000000000000000003'];
  const bids = fill(createStore('buy'), [
    [middle, '2'],
    [high, '3'],
    [low, '1'],
  ]);
  const asks = fill(createStore('sell'), read(bids));
  expect(read(bids).map(([price]) => price)).toEqual([high, middle, low]);
  expect(read(asks).map(([price]) => price)).toEqual([low, middle, high]);
  setLevel(bids, [middle, '0']);
  setLevel(asks, [`${low}0`, '7']);
  expect(read(bids).map(([price]) => price)).toEqual([high, low]);
  expect(read(asks)[0]).toEqual([`${low}0`, '7']);
});

test('the doubles of prices are read beside the texts, and NaN where there is no level', () => {
  const side = fill(createStore('sell'), three);
  expect([0, 1, 2, 3].map((index) => priceAt(side, index))).toEqual([9, 10.25, 10.5, NaN]);
});

test('what lies beyond the covered levels is dropped, until more is covered', () => {
  const side = fill(createStore('sell'), three);
  coverLevels(side, 2);
  fill(side, [
    ['10.5', '1'],
    ['10.2', '5'],
    ['10.25', '0'],
  ]);
  expect(read(side)).toEqual([
    ['9', '2.50'],
    ['10.2', '5'],
  ]);
  expect([1, 2, 3].map((least) => isShort(side, least))).toEqual([false, false, true]);
  coverLevels(side, 4);
  setLevel(side, ['11', '1']);
  expect(read(side).at(-1)).toEqual(['11', '1']);
  expect(isShort(side, 9)).toBe(false);
});

const price = fc.oneof(
  fc.integer({ min: 1, max: 40 }).map((cents) => (cents / 100).toFixed(2)),
  fc.integer({ min: 1, max: 40 }).map((cents) => (cents / 100).toFixed(4)),
  fc.integer({ min: 1, max: 9 }).map((digit) => `0.1000000000000000000${digit}`),
);
const amount = fc.oneof(fc.constant('0'), fc.constant('0.00'), fc.integer({ min: 1, max: 99 }).map(String));

test('whatever is set, a side equals a sorted list of exact numbers', () => {
  fc.assert(
    fc.property(fc.constantFrom('buy', 'sell'), fc.array(fc.tuple(price, amount), { maxLength: 300 }), (name, sets) => {
      const side = fill(createStore(name), sets);
      const expected = new Map<string, LevelText>();
      for (const level of sets) {
        const key = decimal(level[0]).toFixed();
        if (Number(level[1]) === 0) expected.delete(key);
        else expected.set(key, level);
      }
      const sign = name === 'buy' ? -1 : 1;
      const levels = [...expected.values()].sort((one, other) => sign * decimal(one[0]).cmp(decimal(other[0])));
      expect(read(side)).toEqual(levels);
      expect(levels.map((_, index) => priceAt(side, index))).toEqual(levels.map(([text]) => Number(text)));
    }),
    { seed: 1, numRuns: 200 },
  );
});

test.each([
  ['NaN', '1'],
  ['', '1'],
  [' 1', '1'],
  ['1 ', '1'],
  ['-1', '1'],
  ['0', '1'],
  ['0.00', '0'],
  ['1,5', '1'],
  ['0x10', '1'],
  ['١', '1'],
  ['Infinity', '1'],
  ['1e1000000', '1'],
  ['1e-400', '1'],
  ['1', ''],
  ['1', '-0.1'],
  ['1', '-0'],
  ['1', 'NaN'],
  ['1', '1e-400'],
  ['1', '1e999'],
  ['1', '9'.repeat(70)],
])('a level %j, %j is refused', (...level) => {
  expect(() => {
    checkLevels([['1', '1'], level]);
  }).toThrow(RangeError);
});

test.each<LevelText>([
  ['1', '0'],
  ['0.000000000000000001', '123456789012345678.123456789012345678'],
  ['1e-8', '1E+3'],
  ['.5', '1'],
])('a level %j, %j is taken', (...level) => {
  checkLevels([level]);
  expect(read(fill(createStore('buy'), [level])).length).toBe(Number(level[1]) === 0 ? 0 : 1);
});
