const plain = /^(\d+)(?:\.(\d+))?$/;
const stepText = /^\d+(?:\.\d+)?$/;
const zeroCode = 0x30;

/**
 * A grid of exact values, `'0.01'` or `'5'`: prices, amounts and balances are counted in whole steps.
 * No value passes through a float.
 */
export interface Step {
  /** As given: `'0.01'`. */
  readonly text: string;
  /** Decimal places of the step: 2 for `'0.01'`. */
  readonly digits: number;
  /** The step in units of its last decimal place: 25n for `'0.25'`. */
  readonly units: bigint;
  /** Steps in a plain, unsigned decimal: `'60000.01'` is 6000001n. `undefined` when it is none, or no multiple of the step. */
  parse(text: string): bigint | undefined;
  /** Plain decimal text, padded to `digits` decimal places; without `digits`, as short as it is exact. Negative counts keep their sign. */
  format(steps: bigint, digits?: number): string;
}

/** The grid of a step above zero. Throws a `RangeError` on any other text. */
export function createStep(text: string): Step {
  const scaled = stepText.test(text) ? scale(text) : undefined;
  if (scaled === undefined || scaled.units === 0n)
    throw new RangeError(`not a step above zero: ${JSON.stringify(text)}`);
  const { units, digits } = scaled;
  return {
    text,
    digits,
    units,
    parse: (value) => {
      const at = toUnits(value, digits);
      return at === undefined || at % units !== 0n ? undefined : at / units;
    },
    format: (steps, padded) => fromUnits(steps * units, digits, padded),
  };
}

/** The grid of an asset with that many decimal places: 8 is `'0.00000001'`. */
export function createAssetStep(digits: number): Step {
  return createStep(digits === 0 ? '1' : `0.${'0'.repeat(digits - 1)}1`);
}

/** Units of 10^-digits in a plain, unsigned decimal; `undefined` when the text is none or has more digits that count. */
export function toUnits(text: string, digits: number): bigint | undefined {
  const scaled = scale(text);
  if (scaled === undefined) return undefined;
  if (scaled.digits <= digits) return scaled.units * 10n ** BigInt(digits - scaled.digits);
  const surplus = 10n ** BigInt(scaled.digits - digits);
  return scaled.units % surplus === 0n ? scaled.units / surplus : undefined;
}

/** Plain text of `units` × 10^-digits: 150n at 2 digits is `'1.5'`, padded to 4 `'1.5000'`. */
export function fromUnits(units: bigint, digits: number, padded = 0): string {
  const sign = units < 0n ? '-' : '';
  const text = (units < 0n ? -units : units).toString().padStart(digits + 1, '0');
  const point = text.length - digits;
  let end = text.length;
  while (end > point && text.charCodeAt(end - 1) === zeroCode) end -= 1;
  const whole = sign + text.slice(0, point);
  if (end === point && padded === 0) return whole;
  return `${whole}.${text.slice(point, end).padEnd(padded, '0')}`;
}

/** A fraction such as `'0.001'` or `'-0.0001'` as exact integers. Throws a `RangeError` on other text. */
export function toRatio(text: string): { readonly numerator: bigint; readonly denominator: bigint } {
  const scaled = scale(text.replace(/^-/, ''));
  if (scaled === undefined) throw new RangeError(`not a decimal number: ${JSON.stringify(text)}`);
  const numerator = text.startsWith('-') ? -scaled.units : scaled.units;
  return { numerator, denominator: 10n ** BigInt(scaled.digits) };
}

function scale(text: string): { units: bigint; digits: number } | undefined {
  const found = plain.exec(text);
  if (found === null) return undefined;
  const [, whole = '', fraction = ''] = found;
  return { units: BigInt(whole + fraction), digits: fraction.length };
}
