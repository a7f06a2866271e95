import { describe, expect, test } from 'vitest';

import { clearBookScratch, createBookScratch } from '../src/codec/book-scratch.js';
import { isAtEnd } from '../src/codec/frame.js';
import * as scan from '../src/codec/scanner.js';
import { toUtf8 } from '../src/codec/text.js';
import type { BookScratch } from '../src/model/book-scratch.js';

/** What a scan fills in, or how it ends: `other`, `declined`, or `early` with bytes left. */
function scanned(text: string | Uint8Array, read: scan.Scan): BookScratch | 'other' | 'declined' | 'early' {
  const scratch = createBookScratch();
  clearBookScratch(scratch);
  const frame = { bytes: typeof text === 'string' ? toUtf8(text) : text, at: 0 };
  try {
    if (!read(frame, scratch)) return 'other';
    return isAtEnd(frame) ? scratch : 'early';
  } catch (error) {
    if (error instanceof SyntaxError) return 'declined';
    throw error;
  }
}

const { object, is, symbol } = scan;
const isLeft = (result: ReturnType<typeof scanned>): boolean => result === 'declined' || result === 'early';
const numbers = ({ sequence: { first, last }, at, symbol: name }: BookScratch) => ({ first, last, at, name });

describe('an object', () => {
  const read = object({ a: scan.first, in: object({ a: scan.last, 'long key': scan.at }), s: symbol });

  test.each([
    '{"a":1,"in":{"a":2,"long key":"3"},"s":"X"}',
    ' { "s" : "X" , "in" : { "long key" : 3 , "a" : "2" } , "a" : 1 } ',
    '{"x":[1,{"a":"]"},[]],"a":1,"y":-1.5e+3,"in":{"z":{},"a":2,"long key":3,"o":true},"n":null,"s":"X","f":false}',
  ])('is read in any order, and what is not wanted is passed over: %s', (text) => {
    const result = scanned(text, read);
    expect(typeof result === 'string' ? result : numbers(result)).toEqual({ first: 1, last: 2, at: 3, name: 'X' });
  });

  test.each(['{"a":1,"s":"X"}', '{"a":1,"in":{"a":2},"s":"X"}'])(
    'without one of them is something else: %s',
    (text) => {
      expect(scanned(text, read)).toBe('other');
    },
  );

  test.each([
    ['one comes twice', '{"a":1,"in":{"a":2,"long key":3},"s":"X","a":1}'],
    ['it is empty', '{}'],
    ['it is a list', '[]'],
    ['there is nothing', ''],
    ['it ends early', '{"a":1,"in":{"a":2,"long key":3},"s":"X"'],
    ['more follows', '{"a":1,"in":{"a":2,"long key":3},"s":"X"}}'],
    ['a comma is too many', '{"a":1,"in":{"a":2,"long key":3},"s":"X",}'],
    ['a key has no quotes', '{"a":1,"in":{"a":2,"long key":3},s:"X"}'],
    ['a colon is missing', '{"a"1,"in":{"a":2,"long key":3},"s":"X"}'],
    ['a key is escaped', '{"\\u0061":1,"in":{"a":2,"long key":3},"s":"X"}'],
    ['a text is escaped', '{"a":1,"in":{"a":2,"long key":3},"s":"\\u0058"}'],
    ['a text is not ASCII', '{"a":1,"in":{"a":2,"long key":3},"s":"é"}'],
  ])('is left to the decoder when %s', (_, text) => {
    expect(isLeft(scanned(text, read))).toBe(true);
  });

  test.each([
    '"\\u0061"',
    '"é"',
    '"\t"',
    '.5',
    '1.',
    '1e',
    '-',
    '01',
    '+1',
    'nul',
    'NaN',
    '[1,]',
    '[[[[[[[[[1]]]]]]]]]',
    '{"a"}',
  ])('with %s in it is left to the decoder', (value) => {
    expect(isLeft(scanned(`{"x":${value},"a":1}`, object({ a: scan.first })))).toBe(true);
  });

  test('with bytes that are not UTF-8 is left to the decoder', () => {
    const bytes = Uint8Array.from([...toUtf8('{"x":"'), 0xff, ...toUtf8('","a":1}')]);
    expect(scanned(bytes, object({ a: scan.first }))).toBe('declined');
  });

  test('may have up to 30 members', () => {
    const members = Object.fromEntries(Array.from({ length: 31 }, (_, index) => [`m${index}`, scan.first]));
    expect(() => object(members)).toThrow('more than 30 members');
  });
});

test('a text that is another one makes it a message of another kind', () => {
  expect(scanned('{"e":"booking"}', object({ e: is('book') }))).toBe('other');
  expect(scanned('{"e":"boo"}', object({ e: is('book') }))).toBe('other');
  expect(scanned('{"e":1}', object({ e: is('book') }))).toBe('declined');
  expect(typeof scanned('{"e":"book"}', object({ e: is('book') }))).toBe('object');
});

test('a symbol is read right, also where two share a slot', () => {
  const texts = Array.from({ length: 10_000 }, (_, index) => `SYM${index}USDT`);
  for (const text of [...texts, ...texts, 'A', '']) {
    expect(scanned(JSON.stringify(text), symbol)).toMatchObject({ symbol: text });
  }
});

test.each([
  ['0', 0],
  ['7', 7],
  ['"1672515782136"', 1_672_515_782_136],
  ['999999999999999', 999_999_999_999_999],
  ['123456789', 123_456_789],
  ['1234567890', 1_234_567_890],
])('%s is a whole number', (text, value) => {
  expect(scanned(text, scan.at)).toMatchObject({ at: value });
});

test.each(['1000000000000000', '01', '""', '"1', '-1', '"1 "', 'null', '1a'])('%s is none that is read', (text) => {
  expect(isLeft(scanned(text, scan.at))).toBe(true);
});

const levelsOf = (text: string) => {
  const result = scanned(text, scan.bids);
  if (typeof result === 'string') return result;
  const { count, prices, amounts, decimals } = result.bids;
  return Array.from({ length: count }, (_, row) => [prices[row], amounts[row], decimals[row]]);
};

describe('levels', () => {
  test('are read with their decimals, whatever stands around them', () => {
    const rows = '[["60000.01000000","0.50000000"],[0.5,10], [ "1" , "0.000" , "7", {"n":[1]} ] ]';
    expect(levelsOf(rows)).toEqual([
      [60_000.01, 0.5, 8 + 256 * 8],
      [0.5, 10, 1],
      [1, 0, 256 * 3],
    ]);
    expect(levelsOf('[]')).toEqual([]);
  });

  test('that are more than there is room for make room', () => {
    const rows = Array.from({ length: 1_000 }, (_, index) => [`${index + 1}.5`, String(index)]);
    expect(levelsOf(JSON.stringify(rows))).toEqual(rows.map(([price, amount]) => [Number(price), Number(amount), 1]));
  });

  test('with numbers of up to 15 digits are the nearest doubles', () => {
    const numbers = [
      '123456789012.345',
      '0.00000000000001',
      '123456789.123456',
      '999999999999999',
      '1000000.0000000000',
    ];
    expect(levelsOf(JSON.stringify(numbers.map((each) => [each, each])))).toEqual(
      numbers.map((each) => {
        const decimals = each.includes('.') ? each.length - each.indexOf('.') - 1 : 0;
        return [Number(each), Number(each), 257 * decimals];
      }),
    );
  });

  test.each([
    '["0","1"]',
    '["0.00","1"]',
    '["-1","1"]',
    '["1","-1"]',
    '["1e3","1"]',
    '["01","1"]',
    '[".5","1"]',
    '["1.","1"]',
    '["1.5.5","1"]',
    '["","1"]',
    '["1"]',
    '[]',
    '"1"',
    '["1","1234567890123456"]',
    '["1.000000000000001","1"]',
    '["1","0.0000000000000000000001"]',
    '[1e3,1]',
    '[1,0x1]',
    '["1" "1"]',
    '["1","1"',
    `["${'1'.repeat(100)}","1"]`,
  ])('%s is left to the decoder', (row) => {
    expect(levelsOf(`[["5","5"],${row}]`)).toBe('declined');
  });

  test('that come twice are left to the decoder', () => {
    expect(scanned('{"b":[],"c":[]}', object({ b: scan.bids, c: scan.bids }))).toBe('declined');
    expect(scanned('{"b":[],"c":[]}', object({ b: scan.bids, c: scan.asks }))).toMatchObject({ bids: { count: 0 } });
  });
});
