import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { decodeJson, encodeJson } from '../src/codec/json.js';
import { toUtf8 } from '../src/codec/text.js';
import { decimal } from '../src/model/decimal.js';

const runs = { seed: 20_260_801, numRuns: 2_000 };

describe('decodeJson', () => {
  test('a number arrives as its source text', () => {
    expect(decodeJson('{"id":8389765929445198309,"price":1.10,"small":1e-7,"big":-1E+309,"zero":-0}')).toEqual({
      id: '8389765929445198309',
      price: '1.10',
      small: '1e-7',
      big: '-1E+309',
      zero: '-0',
    });
  });

  test('text, words, lists and objects arrive as they are', () => {
    expect(decodeJson(' {"a" : [ true , false , null , "x" , [ ] , { } ] } \r\n\t')).toEqual({
      a: [true, false, null, 'x', [], {}],
    });
  });

  test('escapes are resolved, surrogate pairs and lone surrogates included', () => {
    expect(decodeJson(String.raw`"a\"\\\/\b\f\n\r\tA\uD83D\uDE00\udead end"`)).toBe(
      'a"\\/\b\f\n\r\tA\u{1F600}\udead end',
    );
  });

  test('bytes are read as UTF-8', () => {
    expect(decodeJson(toUtf8('{"name":"šß✓😀"}'))).toEqual({ name: 'šß✓😀' });
  });

  test('bytes that are not UTF-8 are refused', () => {
    expect(() => decodeJson(Uint8Array.of(0x22, 0xc3, 0x28, 0x22))).toThrow('4 bytes that are not UTF-8');
  });

  test('a byte order mark is refused', () => {
    expect(() => decodeJson(Uint8Array.of(0xef, 0xbb, 0xbf, 0x31))).toThrow('not JSON at offset 0');
  });

  test('a __proto__ key is left out and changes no prototype', () => {
    const object = decodeJson('{"__proto__":{"polluted":true},"a":1,"\\u005f_proto__":2}');
    expect(entries(object)).toEqual([['a', '1']]);
    expect(Reflect.get({}, 'polluted')).toBe(undefined);
  });

  test.each(['constructor', 'toString', 'hasOwnProperty', 'polluted'])('an object inherits no %s', (name) => {
    expect(Reflect.get(Object(decodeJson('{"a":1}')), name)).toBe(undefined);
  });

  test('names of inherited members are ordinary keys', () => {
    expect(entries(decodeJson('{"constructor":1,"toString":"x"}'))).toEqual([
      ['constructor', '1'],
      ['toString', 'x'],
    ]);
  });

  test('the last of equal keys counts', () => {
    expect(decodeJson('{"a":1,"b":2,"a":3}')).toEqual({ a: '3', b: '2' });
  });

  test('64 levels are read and 65 are refused', () => {
    const nested = (depth: number): string => '[{"a":'.repeat(depth / 2) + '1' + '}]'.repeat(depth / 2);
    expect(encodeJson(decodeJson(nested(64)))).toBe(nested(64).replace('1', '"1"'));
    expect(() => decodeJson(nested(66))).toThrow('JSON deeper than 64 levels at offset 192');
    expect(() => decodeJson('['.repeat(1_000_000))).toThrow('JSON deeper than 64 levels at offset 64');
  });

  test.each([
    ['', 'JSON ends early at offset 0'],
    ['{"key":"s3cret', 'JSON ends early at offset 14'],
    ['{"key":"s3cret" oops', 'not JSON at offset 16'],
    ['<html>', 'not JSON at offset 0'],
    ['[1,]', 'not JSON at offset 3'],
    ['NaN', 'not JSON at offset 0'],
    ['[-]', 'not JSON at offset 2'],
    ['"a\\x"', 'not JSON at offset 3'],
    ['"a\\n\u0001"', 'not JSON at offset 4'],
    ['1 2', 'not JSON at offset 2'],
  ])('%j is refused by its offset and never shown', (text, message) => {
    expect(() => decodeJson(text)).toThrow(new SyntaxError(message));
  });

  test('texts long enough to be copied from keep their values', () => {
    const row = '["0.00000001","60000.123456789012","a long identifier of an order",1234567890123456789]';
    const text = `[${Array.from({ length: 400 }, () => row).join(',')}]`;
    const expected = ['0.00000001', '60000.123456789012', 'a long identifier of an order', '1234567890123456789'];
    expect(decodeJson(text)).toEqual(Array.from({ length: 400 }, () => expected));
  });

  test('agrees with JSON.parse on every JSON text', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), fc.constantFrom(undefined, 1, '\r\n\t'), (json, indent) => {
        const text = JSON.stringify(JSON.parse(json), undefined, indent);
        agree(decodeJson(text), JSON.parse(text));
      }),
      runs,
    );
  });

  test('agrees with JSON.parse on what looks like JSON', () => {
    const piece = fc.constantFrom(...'[]{}:,"\\/bu0123456789.eE+-truefalsn \n\t\u0000\u001f\u00e9'.split(''));
    const word = fc.constantFrom('true', 'null', '"a"', '{"a":', '[1', '1.5', '-0', 'e5', '\\u00', '""', '[]', '{}');
    const text = fc.array(fc.oneof(piece, word), { maxLength: 12 }).map((pieces) => pieces.join(''));
    fc.assert(fc.property(text, sameOutcome), { ...runs, numRuns: 20_000 });
  });

  test('agrees with JSON.parse on JSON with one character changed', () => {
    const change = fc.record({ json: fc.json({ maxDepth: 4 }), at: fc.nat(), to: fc.string({ maxLength: 1 }) });
    const changed = change.map(({ json, at, to }) => {
      const from = at % (json.length + 1);
      return json.slice(0, from) + to + json.slice(from + 1);
    });
    fc.assert(fc.property(changed, sameOutcome), { ...runs, numRuns: 10_000 });
  });
});

describe('encodeJson', () => {
  test('plain values become JSON and undefined members are left out', () => {
    expect(encodeJson({ a: ['x', 1.5, true, null, {}], b: undefined, c: decodeJson('{"d":1}') })).toBe(
      '{"a":["x",1.5,true,null,{}],"c":{"d":"1"}}',
    );
  });

  test.each([
    [undefined, 'cannot encode the value as JSON: undefined'],
    [{ a: [1, undefined] }, 'cannot encode .a[1] as JSON: undefined'],
    [{ a: Number.NaN }, 'cannot encode .a as JSON: NaN is not a JSON number'],
    [[Infinity], 'cannot encode [0] as JSON: Infinity is not a JSON number'],
    [{ id: 1n }, 'cannot encode .id as JSON: bigint'],
    [{ a: () => 1 }, 'cannot encode .a as JSON: function'],
    [{ price: decimal('1.5') }, 'cannot encode .price as JSON: not a plain object; pass a decimal as its text'],
    [new Map([['a', 1]]), 'cannot encode the value as JSON: not a plain object; pass a decimal as its text'],
  ])('%o is refused by its member', (value, message) => {
    expect(() => encodeJson(value)).toThrow(new TypeError(message));
  });

  test('an object that holds itself is refused', () => {
    const list: unknown[] = [];
    list.push(list);
    expect(() => encodeJson(list)).toThrow('cannot encode JSON deeper than 64 levels');
  });
});

/** Both refuse a text, or both give the same value. */
function sameOutcome(text: string): void {
  const theirs = attempt((): unknown => JSON.parse(text));
  const ours = attempt(() => decodeJson(text));
  expect({ text, accepted: ours.accepted }).toEqual({ text, accepted: theirs.accepted });
  if (theirs.accepted) agree(ours.value, theirs.value);
}

function attempt(run: () => unknown): { accepted: boolean; value?: unknown } {
  try {
    return { accepted: true, value: run() };
  } catch {
    return { accepted: false };
  }
}

/** Our value is theirs, with numbers as text and without `__proto__`. */
function agree(ours: unknown, theirs: unknown): void {
  if (typeof theirs === 'number') {
    expect([typeof ours, Number(ours)]).toEqual(['string', theirs]);
  } else if (typeof theirs === 'object' && theirs !== null) {
    const left = entries(ours);
    const right = entries(theirs).filter(([key]) => key !== '__proto__');
    expect(Array.isArray(ours)).toBe(Array.isArray(theirs));
    expect(left.map(([key]) => key)).toEqual(right.map(([key]) => key));
    for (const [index, [, value]] of right.entries()) agree(left[index]?.[1], value);
  } else {
    expect(ours).toBe(theirs);
  }
}

function entries(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}
