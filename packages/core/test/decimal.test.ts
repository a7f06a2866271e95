import Big from 'big.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { compare, decimal, max, min, one, roundDown, roundUp, sum, toDecimal, zero } from '../src/model/decimal.js';
import type { Decimal } from '../src/model/decimal.js';

const runs = { seed: 20_261_122, numRuns: 500 };

/** An integer with its point moved, as text: `scaled(-1234n, 2)` is `-12.34`. */
function scaled(units: bigint, digits: number): string {
  const text = (units < 0n ? -units : units).toString().padStart(digits + 1, '0');
  const point = text.length - digits;
  const sign = units < 0n ? '-' : '';
  return digits === 0 ? `${sign}${text}` : `${sign}${text.slice(0, point)}.${text.slice(point)}`;
}

const units = fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n });
const digits = fc.integer({ min: 0, max: 18 });

/** As venues and people write them: zeros in front and behind, a point or none. */
const written = fc
  .tuple(
    fc.constantFrom('', '-'),
    fc.stringMatching(/^0{0,3}\d{1,20}$/),
    fc.stringMatching(/^(?:\.\d{0,17}\d0{0,4})?$/),
  )
  .map((parts) => parts.join(''));

test('a number is read as big.js reads it', () => {
  fc.assert(
    fc.property(written, (text) => {
      const [ours, theirs] = [decimal(text), new Big(text)];
      const sign = theirs.c[0] === 0 ? 1 : theirs.s;
      expect([ours.s, ours.e, ours.c]).toEqual([sign, theirs.e, theirs.c]);
    }),
    { ...runs, numRuns: 20_000 },
  );
});

test('and compared as big.js compares it', () => {
  fc.assert(
    fc.property(written, written, (one, other) => {
      const [first, second] = [decimal(one), decimal(other)];
      expect([compare(first, second), compare(first, first)].map(Math.sign)).toEqual([first.cmp(second), 0]);
    }),
    { ...runs, numRuns: 20_000 },
  );
});

describe('text', () => {
  test.each([
    ['0.00012000', '0.00012'],
    ['.5', '0.5'],
    ['1e-8', '0.00000001'],
    ['1E+3', '1000'],
    ['-12.50', '-12.5'],
    ['-0', '0'],
    ['-0.000', '0'],
    ['0e9', '0'],
    [`${'0'.repeat(70)}1`, '1'],
    ['9007199254740993', '9007199254740993'],
    ['1e64', `1${'0'.repeat(64)}`],
    ['1e-64', `0.${'0'.repeat(63)}1`],
    [`0.${'9'.repeat(64)}`, `0.${'9'.repeat(64)}`],
  ])('%s becomes %s, without an exponent', (text, expected) => {
    const value = decimal(text);
    expect([value.toFixed(), value.toString(), JSON.stringify(value)]).toEqual([expected, expected, `"${expected}"`]);
  });

  test.each([
    '',
    ' 1',
    '1 ',
    '1\n',
    '+1',
    '5.',
    '.',
    '-',
    '1,5',
    '1_0',
    '0x10',
    'NaN',
    'Infinity',
    '1e',
    '1e1.5',
    '١',
    '1'.repeat(200),
  ])('%j is refused', (text) => {
    expect(() => decimal(text)).toThrow(RangeError);
    expect(() => decimal(text)).toThrow(/^not a decimal number: "/);
  });

  test.each([5, 0.25, 0, true, null, undefined, ['1'], { length: 1 }])('what is no text is refused: %o', (value) => {
    expect((): unknown => Reflect.apply(decimal, undefined, [value])).toThrow();
  });

  test.each([
    '1e65',
    '1e-65',
    '1e1000000',
    '-1e-1000000',
    `1e${'9'.repeat(60)}`,
    '1'.repeat(65),
    `0.${'1'.repeat(65)}`,
  ])('%s is out of bounds', (text) => {
    expect(() => decimal(text)).toThrow(`more than 64 digits or an exponent beyond ±64: ${JSON.stringify(text)}`);
  });

  test('is shown in an error up to 80 characters', () => {
    expect(() => decimal('x'.repeat(1_000_000))).toThrow(`not a decimal number: "${'x'.repeat(80)}…"`);
  });

  test('comes back as it was, but for zeros that say nothing', () => {
    fc.assert(
      fc.property(units, digits, (value, places) => {
        const [whole = '', fraction = ''] = scaled(value, places).split('.');
        const kept = fraction.replace(/0+$/, '');
        const expected = kept === '' ? whole.replace(/^-0$/, '0') : `${whole}.${kept}`;
        expect(decimal(scaled(value, places)).toFixed()).toBe(expected);
      }),
      runs,
    );
  });
});

describe('a value from a caller', () => {
  test('may be text or a decimal, which stays the same', () => {
    const value = decimal('1.5');
    expect(toDecimal('1.50').toFixed()).toBe('1.5');
    expect(toDecimal(value)).toBe(value);
  });

  test('may be a decimal of another constructor, which becomes a strict one', () => {
    const taken = toDecimal(new Big('1.5'));
    expect(taken.toFixed()).toBe('1.5');
    expect(() => taken.plus(0.1)).toThrow(TypeError);
    const otherCopy = { c: [1, 5], e: 0, s: 1, toFixed: () => '1.5' };
    expect(toDecimal(otherCopy).eq(taken)).toBe(true);
  });

  test('of another constructor is bounded too', () => {
    expect(() => toDecimal(new Big('1e1000'))).toThrow(RangeError);
    expect(() => toDecimal(new Big('1e1000000'))).toThrow(RangeError);
  });

  test('must not be a number, and the message says how to pass it', () => {
    expect(() => toDecimal(0.1)).toThrow(
      new TypeError("pass 0.1 as text ('0.1') or as a Decimal: a number has already lost digits"),
    );
    expect(() => decimal(String(1e-7))).not.toThrow();
  });

  test.each([
    [Number.NaN, 'NaN'],
    [Infinity, 'Infinity'],
    [undefined, 'undefined'],
    [null, 'null'],
    [10n, 'the bigint 10'],
    [true, 'a value of type boolean'],
    [{}, 'a value of type object'],
    [Object.create(null), 'a value of type object'],
    [{ c: [1], e: 0, s: 1, toFixed: 'x' }, 'a value of type object'],
    [{ c: [1], e: 0, s: 1, toFixed: () => 5 }, 'a value of type object'],
    [Symbol('x'), 'a value of type symbol'],
  ])('must be a number of some kind: case %#', (value, shown) => {
    expect(() => toDecimal(value)).toThrow(new TypeError(`not a decimal number: ${shown}; pass text or a Decimal`));
  });
});

describe('arithmetic', () => {
  test('is exact', () => {
    expect(decimal('0.1').plus('0.2').toFixed()).toBe('0.3');
    expect(decimal('1.005').times('1000').toFixed()).toBe('1005');
    expect(decimal('1').div('3').toFixed()).toBe(`0.${'3'.repeat(40)}`);
  });

  test('takes no numbers, compares by methods alone, and divides by no zero', () => {
    expect(() => one.plus(1)).toThrow(TypeError);
    expect(() => Number(one)).toThrow('valueOf disallowed');
    expect(() => one.div('0')).toThrow('Division by zero');
  });

  test('leaves the shared constructor of big.js as it is', () => {
    expect([Big.strict, Big.DP, Big.NE, Big.PE]).toEqual([false, 20, -7, 21]);
  });

  test('adds up, and picks the smaller and the larger', () => {
    expect(sum([]).toFixed()).toBe('0');
    expect(sum([decimal('0.1'), decimal('0.2'), decimal('-1')]).toFixed()).toBe('-0.7');
    expect([min(zero, one), max(zero, one)]).toEqual([zero, one]);
    expect([min(one, zero), max(one, zero)]).toEqual([zero, one]);
  });
});

describe('rounding to a step', () => {
  test.each([
    ['1.23', '0.1', '1.2', '1.3'],
    ['1.2', '0.1', '1.2', '1.2'],
    ['7', '0.25', '7', '7'],
    ['7.3', '0.25', '7.25', '7.5'],
    ['0.0012', '0.0005', '0.001', '0.0015'],
    ['13', '5', '10', '15'],
    ['0.3', '1', '0', '1'],
    ['0', '0.1', '0', '0'],
    ['-1.5', '1', '-2', '-1'],
    ['-2', '1', '-2', '-2'],
    ['1.23', '0', '1.23', '1.23'],
    ['1000000000000000', '0.000000000000000001', '1000000000000000', '1000000000000000'],
  ])('%s by %s is %s or %s', (value, step, down, up) => {
    expect(roundDown(decimal(value), decimal(step)).toFixed()).toBe(down);
    expect(roundUp(decimal(value), decimal(step)).toFixed()).toBe(up);
  });

  test('is what whole numbers say', () => {
    const tenfold = fc.integer({ min: 0, max: 20 }).map((exponent) => 10n ** BigInt(exponent));
    const steps = fc.oneof(fc.bigInt({ min: 1n, max: 10n ** 9n }), tenfold);
    fc.assert(
      fc.property(units, steps, digits, (value, step, places) => {
        const rest = ((value % step) + step) % step;
        const down = value - rest;
        const up = rest === 0n ? value : down + step;
        const at = (amount: bigint): Decimal => decimal(scaled(amount, places));
        expect(roundDown(at(value), at(step)).toFixed()).toBe(at(down).toFixed());
        expect(roundUp(at(value), at(step)).toFixed()).toBe(at(up).toFixed());
      }),
      runs,
    );
  });
});
