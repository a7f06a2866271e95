import { describe, expect, test } from 'vitest';

import { clearBookScratch, createBookScratch } from '../src/codec/book-scratch.js';
import { isAtEnd } from '../src/codec/frame.js';
import * as scan from '../src/codec/scanner.js';
import { toUtf8 } from '../src/codec/text.js';
import type { BookScratch, LevelScratch } from '../src/model/book-scratch.js';

/** What a scan fills in; `undefined` when it leaves the text to the decoder, or takes it for something else. */
function scanned(text: string, read: scan.Scan): BookScratch | undefined {
  const scratch = createBookScratch();
  clearBookScratch(scratch);
  const frame = { bytes: toUtf8(text), at: 0 };
  try {
    return read(frame, scratch) && isAtEnd(frame) ? scratch : undefined;
  } catch {
    return undefined;
  }
}

const rowsOf = ({ count, prices, amounts, decimals }: LevelScratch): readonly unknown[] =>
  Array.from({ length: count }, (_, row) => [prices[row], amounts[row], decimals[row]]);

describe('a list', () => {
  const read = scan.list(scan.first, scan.last);

  test('has just its entries', () => {
    expect(scanned(' [ 1 , "2" ] ', read)).toMatchObject({ sequence: { first: 1, last: 2 } });
  });

  test.each(['[]', '[1]', '[1,2,3]', '{"a":1}', '[1,2', '[1 2]', '1'])('%s is left to the decoder', (text) => {
    expect(scanned(text, read)).toBe(undefined);
  });

  test('of which an entry is something else is something else', () => {
    expect(scanned('["a"]', scan.list(scan.is('b')))).toBe(undefined);
  });
});

test('a chain names the number before its own', () => {
  const read = scan.object({ pu: scan.previous, u: scan.last, U: scan.integer });
  expect(scanned('{"U":4,"u":5,"pu":3}', read)).toMatchObject({ sequence: { by: 'chain', first: 3, last: 5 } });
  expect(scanned('{"U":"x","u":5,"pu":3}', read)).toBe(undefined);
});

test('a snapshot has its depth, and its own kind of numbers', () => {
  expect(scanned('{"t":5}', scan.snapshot(scan.object({ t: scan.at }), { depth: 20, sequence: 'none' }))).toMatchObject(
    { snapshot: true, depth: 20, at: 5, sequence: { by: 'none' } },
  );
  expect(scanned('{"u":5}', scan.snapshot(scan.object({ u: scan.last }), { depth: 7 }))).toMatchObject({
    ...{ snapshot: true, depth: 7, sequence: { by: 'range', last: 5 } },
  });
});

describe('an answer with a book', () => {
  const levels = { id: scan.number, bids: scan.bids, asks: scan.asks };
  const book = { depth: 5, scan: scan.object(levels, ['code']), read: () => ({ last: 1, at: 2, bids: [], asks: [] }) };
  const fromBytes = (text: string): unknown => scan.answer('X', book).scan(toUtf8(text));

  test('is read from its bytes', () => {
    const rows = Array.from({ length: 300 }, (_, index) => [`${1_000 - index}.50`, '2.0']);
    expect(fromBytes(`{"id":7,"bids":${JSON.stringify(rows)},"asks":[]}`)).toEqual({
      ...{ type: 'book', symbol: 'X', snapshot: true, sequence: { by: 'range', first: 7, last: 7 } },
      ...{ bids: rows, asks: [], depth: 5 },
    });
  });

  test('numbered as a chain, is so both ways', () => {
    const read = scan.answer('X', { ...book, by: 'chain' });
    const [numbered, decoded] = [read.scan(toUtf8('{"id":1,"bids":[],"asks":[]}')), read({})];
    expect(numbered).toMatchObject({ sequence: { by: 'chain', first: 1, last: 1 } });
    expect(decoded).toEqual({ ...numbered, at: 2 });
  });

  test.each([
    '',
    '[]',
    '{"id":7,"bids":[]}',
    '{"id":7,"bids":[],"asks":[],"code":1}',
    '{"id":7,"bids":[],"asks":[]} x',
  ])('%s is left to the decoder', (text) => {
    expect(fromBytes(text)).toBe(undefined);
  });
});

describe('an object without a member', () => {
  const read = scan.object({ a: scan.at }, ['b', 'c']);

  test('is read', () => {
    expect(scanned('{"x":{"b":1},"a":3}', read)).toMatchObject({ at: 3 });
  });

  test.each(['{"a":3,"b":1}', '{"c":null,"a":3}'])('%s is something else', (text) => {
    expect(read({ bytes: toUtf8(text), at: 0 }, createBookScratch())).toBe(false);
  });
});

describe('levels with names', () => {
  const read = scan.list(scan.namedBids('px', 'sz'), scan.namedAsks('px', 'sz'));

  test('are read with their decimals; what follows price and amount is passed over', () => {
    const text =
      '[[{"px":"113377.0","sz":"7.6699","n":17},{ "px" : 0.5 , "sz" : "0" }],[{"px":"1","sz":"123456789012.50","o":{"px":[1]}}]]';
    const { bids, asks } = scanned(text, read) ?? createBookScratch();
    expect([rowsOf(bids), rowsOf(asks)]).toEqual([
      [
        [113_377, 7.6699, 1 + 256 * 4],
        [0.5, 0, 1],
      ],
      [[1, 123_456_789_012.5, 256 * 2]],
    ]);
  });

  test('make room for more', () => {
    const rows = Array.from({ length: 600 }, (_, index) => ({ px: String(index + 1), sz: '1' }));
    expect(scanned(JSON.stringify([rows, []]), read)).toMatchObject({ bids: { count: 600 }, asks: { count: 0 } });
  });

  test.each([
    '{"sz":"1","px":"1"}',
    '{"px":"1"}',
    '{"px":"0","sz":"1"}',
    '{"px":"0.00","sz":"1"}',
    '{"px":"-1","sz":"1"}',
    '{"px":"1e3","sz":"1"}',
    '{"px":"01","sz":"1"}',
    '{"px":"1","sz":"1234567890123456"}',
    '{"px":"1","sz":"1","px":"2"}',
    '{"px":"1","sz":"1","sz":"2"}',
    '{"px":"1","sz":"1","n":}',
    '{"px":"1" "sz":"1"}',
    '{"px":"1","sz":"1"',
    '["1","1"]',
    '{}',
  ])('%s is left to the decoder', (row) => {
    expect(scanned(`[[${row}],[]]`, read)).toBe(undefined);
  });
});

describe('what follows the amount of a level', () => {
  test.each(['"14701689783"', '""', '7', '"a"', '"1","2"', '"0","13","7"', 'null', '[1]', '"1" , {"a":1}'])(
    '%s is passed over',
    (rest) => {
      const { bids } = scanned(`[["1.5","2",${rest}],["1.4","3",${rest}]]`, scan.bids) ?? createBookScratch();
      expect(rowsOf(bids)).toEqual([
        [1.5, 2, 1],
        [1.4, 3, 1],
      ]);
    },
  );

  test.each(['"1', '"1","2', '"1",2"', '1"', '"1"2', '"\u0001"', '01', '', '"1",'])(
    '%s is left to the decoder',
    (rest) => {
      expect(scanned(`[["1.5","2",${rest}]]`, scan.bids)).toBe(undefined);
    },
  );
});
