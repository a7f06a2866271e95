import fc from 'fast-check';
import { expect, test } from 'vitest';

import { decimalsOf, toPlainText } from '../src/codec/plain-number.js';
import { coverLevels, eachLevel, levelAt, putLevels, setLevel } from '../src/book/side.js';
import { createStore } from '../src/book/store.js';
import type { LevelColumns, LevelText } from '../src/model/book.js';
import { decimal } from '../src/model/decimal.js';

function toColumns(levels: readonly LevelText[]): LevelColumns {
  return {
    count: levels.length,
    prices: Float64Array.from(levels, ([price]) => Number(price)),
    amounts: Float64Array.from(levels, ([, amount]) => Number(amount)),
    decimals: Uint16Array.from(levels, ([price, amount]) => decimalsOf(price) + 256 * decimalsOf(amount)),
  };
}

function sorted(levels: Iterable<LevelText>, name: 'buy' | 'sell'): LevelText[] {
  const sign = name === 'buy' ? -1 : 1;
  return [...levels].sort((one, other) => sign * (Number(one[0]) - Number(other[0])));
}

/** The plainest book there is. */
function createReference(name: 'buy' | 'sell') {
  let levels = new Map<number, LevelText>();
  let worst: number | undefined;
  const isBeyond = (price: number): boolean => worst !== undefined && (name === 'buy' ? price < worst : price > worst);
  return {
    put: (all: readonly LevelText[]) => {
      for (const level of all) {
        const price = Number(level[0]);
        if (isBeyond(price)) continue;
        if (Number(level[1]) === 0) levels.delete(price);
        else levels.set(price, level);
      }
    },
    cover: (depth: number) => {
      const kept = sorted(levels.values(), name).slice(0, depth);
      levels = new Map(kept.map((level) => [Number(level[0]), level]));
      worst = kept.length < depth ? undefined : Number(kept.at(-1)?.[0]);
    },
    read: () => sorted(levels.values(), name),
  };
}

const price = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 990, max: 1_000 }).map((cents) => (cents / 100).toFixed(2)) },
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 1_000 }).map((cents) => (cents / 100).toFixed(2)) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 1_000 }).map((cents) => (cents / 100).toFixed(8)) },
);
const amount = fc.oneof(
  fc.constantFrom('0', '0.00000000'),
  fc.integer({ min: 1, max: 99 }).map((each) => `${each}.50000000`),
);
/** Most of them differ in digits that a double does not have. */
const anyAmount = fc.oneof(
  { weight: 3, arbitrary: amount },
  { weight: 1, arbitrary: fc.integer({ min: 10, max: 99 }).map((each) => `123456789012345678.${each}`) },
);
const batch = fc.array(fc.tuple(price, amount), { maxLength: 40 });
const exactBatch = fc.array(fc.tuple(price, anyAmount), { maxLength: 40 });
const cover = fc.oneof({ weight: 9, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.nat(120) });

test('whatever comes, as columns or as texts, a side equals a map, and its touch is right after each batch', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('buy', 'sell'),
      fc.array(fc.oneof(fc.tuple(batch, fc.boolean(), cover), fc.tuple(exactBatch, fc.constant(false), cover)), {
        maxLength: 60,
      }),
      (name, batches) => {
        const side = createStore(name);
        const reference = createReference(name);
        for (const [levels, asColumns, depth] of batches) {
          if (asColumns) putLevels(side, toColumns(levels), 'forwards');
          else for (const level of levels) setLevel(side, level);
          reference.put(levels);
          if (depth !== undefined) {
            coverLevels(side, depth);
            reference.cover(depth);
          }
          const expected = reference.read();
          expect([side.size, levelAt(side, 0)]).toEqual([expected.length, expected[0]]);
        }
        expect([...eachLevel(side)]).toEqual(reference.read());
      },
    ),
    { seed: 1, numRuns: 150 },
  );
});

test('one level that needs its text turns up among columns without a change to the others', () => {
  fc.assert(
    fc.property(batch, batch, fc.constantFrom('5.00000000000000000001', '1e1'), (before, after, odd) => {
      const side = createStore('buy');
      const reference = createReference('buy');
      putLevels(side, toColumns(before), 'backwards');
      reference.put(before.toReversed());
      setLevel(side, ['5', '0']);
      setLevel(side, ['10', '0']);
      setLevel(side, [odd, '1.123456789012345678']);
      reference.put([
        ['5', '0'],
        ['10', '0'],
        [odd, '1.123456789012345678'],
      ]);
      const others = after.filter(([text]) => !['5', '10'].includes(String(Number(text))));
      putLevels(side, toColumns(others), 'forwards');
      reference.put(others);
      expect([...eachLevel(side)]).toEqual(reference.read());
    }),
    { seed: 1, numRuns: 100 },
  );
});

test('a snapshot of many levels takes no more room than it needs', () => {
  const side = createStore('sell');
  const levels = Array.from({ length: 5_000 }, (_, index): LevelText => [(100 + index / 100).toFixed(2), '1.0']);
  putLevels(side, toColumns(levels), 'backwards');
  expect([...eachLevel(side)]).toEqual(levels);
  expect(side.keys.length).toBe(5_000);
});

test('a side that loses and gains levels for a long time does not grow', () => {
  const side = createStore('sell');
  for (let round = 0; round < 5_000; round += 1) {
    setLevel(side, [(100 + ((round * 7) % 997) / 10).toFixed(1), '1']);
    if (round >= 100) setLevel(side, [(100 + (((round - 100) * 7) % 997) / 10).toFixed(1), '0']);
  }
  expect(side.size).toBe(100);
  expect(side.keys.length).toBeLessThanOrEqual(256);
});

test('the columns can lie in memory that other threads see', () => {
  const shared: SharedArrayBuffer[] = [];
  const allocate = (capacity: number) => {
    const bytes = new SharedArrayBuffer(18 * capacity);
    shared.push(bytes);
    return {
      keys: new Float64Array(bytes, 0, capacity),
      amounts: new Float64Array(bytes, 8 * capacity, capacity),
      decimals: new Uint16Array(bytes, 16 * capacity, capacity),
    };
  };
  const side = createStore('buy', allocate);
  for (let index = 0; index < 100; index += 1) setLevel(side, [String(100 + index), '2.5']);
  const elsewhere = new Float64Array(shared.at(-1) ?? new ArrayBuffer(0));
  expect([elsewhere[99], elsewhere[side.keys.length + 99]]).toEqual([199, 2.5]);
});

const digits = (most: number) => fc.bigInt({ min: 0n, max: 10n ** BigInt(most) - 1n }).map(String);
const plain = fc.tuple(digits(20), fc.nat(24)).map(([text, decimals]) => {
  const padded = text.padStart(decimals + 1, '0');
  return decimals === 0 ? text : `${padded.slice(0, -decimals)}.${padded.slice(-decimals)}`;
});

test('a text that is taken as a number is given back as it was, with the zeros at its end', () => {
  fc.assert(
    fc.property(plain, fc.nat(12), (text, zeros) => {
      const padded = text.includes('.') ? `${text}${'0'.repeat(zeros)}` : text;
      const decimals = decimalsOf(padded);
      const significant = decimal(padded).c.length;
      if (decimals >= 0) expect(toPlainText(Number(padded), decimals)).toBe(padded);
      // What is refused has too many digits, in all or after the point.
      else expect(significant > 15 || padded.length > 16).toBe(true);
    }),
    { seed: 1, numRuns: 5_000 },
  );
});

test.each([
  ['0', 0],
  ['0.000', 3],
  ['60000.01000000', 8],
  ['0.000000000000000000001', 21],
  ['123456789.10000000', 8],
  ['999999999999999', 0],
  ['123456789012345.0', 1],
])('%s is a plain number with %i decimals', (text, decimals) => {
  expect(decimalsOf(text)).toBe(decimals);
  expect(toPlainText(Number(text), decimals)).toBe(text);
});

test.each([
  '',
  '.',
  '1.',
  '.5',
  '01',
  '-1',
  '+1',
  '1e3',
  '1 ',
  '1,5',
  '١',
  '1.2.3',
  '1234567890123456',
  '1.234567890123456',
  '0.0000000000000000000001',
])('%j is not', (text) => {
  expect(decimalsOf(text)).toBe(-1);
});
