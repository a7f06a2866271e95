import { expect, test } from 'vitest';

import { toMessagePack } from '../src/codec/msgpack.js';
import { toHex } from '../src/codec/text.js';

// https://github.com/msgpack/msgpack/blob/master/spec.md
test.each([
  ['{"compact":true,"schema":0}', '82a7636f6d70616374c3a6736368656d6100'],
  ['[null,false,127,128,255,256]', '96c0c27fcc80ccffcd0100'],
  ['[65535,65536,4294967295,4294967296]', '94cdffffce00010000ceffffffffcf0000000100000000'],
  ['"\\u00e9\\n"', 'a3c3a90a'],
  ['{}', '80'],
  [' [ { "a" : [] } ] ', '9181a16190'],
])('%s', (json, hex) => {
  expect(toHex(toMessagePack(json))).toBe(hex);
});

test('lengths above those of the first byte have bytes of their own', () => {
  expect(toHex(toMessagePack(JSON.stringify('x'.repeat(32))).subarray(0, 3))).toBe('d92078');
  expect(toHex(toMessagePack(JSON.stringify('x'.repeat(300))).subarray(0, 4))).toBe('da012c78');
  expect(toHex(toMessagePack(`[${Array(16).fill('1').join()}]`).subarray(0, 4))).toBe('dc001001');
});

test.each(['1.5', '-1', '18446744073709551616', ''])('%s is refused', (json) => {
  expect(() => toMessagePack(json)).toThrow(TypeError);
});
