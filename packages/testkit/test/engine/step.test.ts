import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { createAssetStep, createStep, fromUnits, toRatio, toUnits } from '../../src/engine/step.js';

const seed = 20_261_122;

describe('a step', () => {
  test('counts whole steps in a decimal and writes them back', () => {
    const step = createStep('0.01');
    expect(step.parse('60000.01')).toBe(6_000_001n);
    expect(step.parse('60000.010')).toBe(6_000_001n);
    expect(step.format(6_000_001n)).toBe('60000.01');
    expect(step.format(6_000_000n)).toBe('60000');
    expect(step.format(6_000_000n, 2)).toBe('60000.00');
    expect(step.format(-150n, 8)).toBe('-1.50000000');
  });

  test('may be any number, not only a power of ten', () => {
    expect(createStep('0.25').parse('1.75')).toBe(7n);
    expect(createStep('0.25').parse('1.8')).toBeUndefined();
    expect(createStep('0.25').format(7n)).toBe('1.75');
    expect(createStep('5').parse('15')).toBe(3n);
    expect(createStep('5').parse('15.5')).toBeUndefined();
    expect(createAssetStep(0).text).toBe('1');
    expect(createAssetStep(8).text).toBe('0.00000001');
  });

  test.each(['0.001', '', ' 1', '-1', '+1', '1.', '.5', '1e3', 'NaN', '0x10', '١', '1,0'])(
    'does not parse %j',
    (text) => {
      expect(createStep('0.01').parse(text)).toBeUndefined();
    },
  );

  test.each(['0', '0.00', '', '-1', '1e-8', '.1'])('is refused as %j', (text) => {
    expect(() => createStep(text)).toThrow(`not a step above zero: ${JSON.stringify(text)}`);
  });

  test('gives back every count that it writes', () => {
    const steps = fc.constantFrom('1', '5', '0.25', '0.01', '0.00000001', '0.000000000000000001');
    fc.assert(
      fc.property(steps, fc.bigInt(0n, 10n ** 30n), fc.integer({ min: 0, max: 20 }), (text, count, digits) => {
        const step = createStep(text);
        expect(step.parse(step.format(count))).toBe(count);
        expect(step.parse(step.format(count, digits))).toBe(count);
      }),
      { seed },
    );
  });
});

test('units beyond the last digit count only when they are zero', () => {
  expect(toUnits('1.500', 1)).toBe(15n);
  expect(toUnits('1.51', 1)).toBeUndefined();
  expect(toUnits('2', 3)).toBe(2000n);
  expect(fromUnits(0n, 8)).toBe('0');
  expect(fromUnits(5n, 8)).toBe('0.00000005');
});

test('a ratio keeps every digit and the sign', () => {
  expect(toRatio('0.00075')).toEqual({ numerator: 75n, denominator: 100_000n });
  expect(toRatio('-0.1')).toEqual({ numerator: -1n, denominator: 10n });
  expect(() => toRatio('1e-3')).toThrow('not a decimal number: "1e-3"');
});
