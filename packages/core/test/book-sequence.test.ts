import { describe, expect, test } from 'vitest';

import { checkSequence, fit, moveOn, snapshotPosition, type Position } from '../src/book/sequence.js';
import type { Sequence } from '../src/model/book.js';

function moved(from: Position, sequence: Sequence): Position {
  const position = { ...from };
  moveOn(position, sequence);
  return position;
}

const snapshot = snapshotPosition({ by: 'range', first: 10, last: 10 });

describe('on top of a snapshot at 10', () => {
  test.each([
    [8, 10, 'old'],
    [9, 11, 'next'],
    [11, 11, 'next'],
    [11, 15, 'next'],
    [12, 15, 'gap'],
  ])('a range of %d to %d is %s', (first, last, expected) => {
    expect(fit(snapshot, { by: 'range', first, last })).toBe(expected);
  });

  test.each([
    [7, 9, 'old'],
    [7, 10, 'old'],
    [7, 12, 'next'],
    [10, 12, 'next'],
    [10, 3, 'next'],
    [10, 10, 'next'],
    [11, 12, 'gap'],
    [50, 9, 'old'],
    [50, 20, 'gap'],
  ])('a link from %d to %d is %s', (first, last, expected) => {
    expect(fit(snapshot, { by: 'chain', first, last })).toBe(expected);
  });

  test('what has no number comes next', () => {
    expect(fit(snapshot, { by: 'none' })).toBe('next');
    expect(moved(snapshot, { by: 'connection' })).toEqual(snapshot);
  });
});

describe('in a chain that has come from 10 to 12', () => {
  const position = moved(snapshot, { by: 'chain', first: 10, last: 12 });

  test.each([
    [12, 13, 'next'],
    [12, 3, 'next'],
    [10, 12, 'old'],
    [11, 12, 'gap'],
    [11, 13, 'gap'],
    [13, 14, 'gap'],
  ])('a link from %d to %d is %s', (first, last, expected) => {
    expect(fit(position, { by: 'chain', first, last })).toBe(expected);
  });
});

test('a snapshot without a number is followed by anything', () => {
  expect(fit(snapshotPosition({ by: 'none' }), { by: 'range', first: 7, last: 9 })).toBe('next');
});

test.each([
  [1.5, 2],
  [1, NaN],
  [2, 1],
  [1, 2 ** 53],
])('a range of %d to %d is refused', (first, last) => {
  expect(() => {
    checkSequence({ by: 'range', first, last });
  }).toThrow(new RangeError(`an update numbered ${first} to ${last}`));
});

test('a chain may fall', () => {
  checkSequence({ by: 'chain', first: 15, last: 3 });
});
