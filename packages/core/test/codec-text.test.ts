import fc from 'fast-check';
import { expect, test } from 'vitest';

import { toBase64, toHex, toText, toUtf8 } from '../src/codec/text.js';

const runs = { seed: 20_260_802, numRuns: 500 };

test('text survives the way to UTF-8 and back', () => {
  expect([...toUtf8('é✓')]).toEqual([0xc3, 0xa9, 0xe2, 0x9c, 0x93]);
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(toText(toUtf8(text))).toBe(text);
    }),
    runs,
  );
});

test('bytes that are not UTF-8 are refused by their number', () => {
  expect(() => toText(Uint8Array.of(0xff, 0xfe, 0x00))).toThrow(new TypeError('3 bytes that are not UTF-8'));
});

test('bytes become lower-case hexadecimal', () => {
  expect(toHex(Uint8Array.of(0, 1, 0xab, 0xff))).toBe('0001abff');
  expect(toHex(Uint8Array.of())).toBe('');
});

// https://www.rfc-editor.org/rfc/rfc4648#section-10
test.each([
  ['', ''],
  ['f', 'Zg=='],
  ['fo', 'Zm8='],
  ['foo', 'Zm9v'],
  ['foob', 'Zm9vYg=='],
  ['fooba', 'Zm9vYmE='],
  ['foobar', 'Zm9vYmFy'],
])('%j is %j in base64', (text, base64) => {
  expect(toBase64(toUtf8(text))).toBe(base64);
});

test('base64 is read by others as the same bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(Buffer.from(toBase64(bytes), 'base64')).toEqual(Buffer.from(bytes));
    }),
    runs,
  );
});
