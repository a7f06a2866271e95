import Big from 'big.js';

/** An exact decimal number, at most 64 significant digits and an exponent within ±64. Its methods take text or decimals, never numbers. */
export type Decimal = Big;

/** What a caller may pass where an amount or a price is meant: a decimal or its text, such as `'0.1'`. Numbers are refused. */
export type Exact = Decimal | string;

const maxDigits = 64;
const maxExponent = 64;
const plainNumber = /^-?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?$/;

// A constructor of our own: strict mode on the shared one would change big.js for the whole process.
const Strict = Big();
Strict.strict = true;
Strict.DP = 40;
Strict.RM = Big.roundHalfEven;
Strict.NE = -maxExponent - maxDigits;
Strict.PE = maxExponent + maxDigits;

/**
 * An exact decimal from text such as `'0.00012000'` or `'1e-8'`.
 * Throws a `RangeError` that shows the text when it is not a plain number or is out of bounds.
 */
export function decimal(text: string): Decimal {
  return parsePlain(text) ?? parse(text);
}

/** Copied, which is faster than to have text read. */
const blank = new Strict('0');

/** Digits with at most one point among them, as nearly all numbers are sent; `undefined` for other text. */
function parsePlain(text: string): Decimal | undefined {
  const { length } = text;
  // What is no text at all has no length.
  if (!(length > 0 && length <= maxDigits)) return undefined;
  const digits: number[] = [];
  let point = length;
  // Of the digits, how many lead up to the last that is not zero, and where the first such one stands.
  let significant = 0;
  let first = -1;
  for (let at = 0; at < length; at += 1) {
    const digit = text.charCodeAt(at) - zeroCode;
    if (digit === pointDigit && point === length && at > 0 && at < length - 1) {
      point = at;
      continue;
    }
    if (!(digit >= 0 && digit <= 9)) return undefined;
    if (first < 0 && digit === 0) continue;
    if (first < 0) first = at;
    digits.push(digit);
    if (digit !== 0) significant = digits.length;
  }
  const value = new Strict(blank);
  if (first < 0) return value;
  digits.length = significant;
  value.c = digits;
  value.e = first < point ? point - first - 1 : point - first;
  return value;
}

const zeroCode = 48;
const pointDigit = 46 - zeroCode;

function parse(text: string): Decimal {
  if (text.length > 2 * maxDigits + 8 || !plainNumber.test(text)) {
    throw new RangeError(`not a decimal number: ${quote(text)}`);
  }
  const value = new Strict(text);
  if (value.c.length > maxDigits || Math.abs(value.e) > maxExponent) {
    throw new RangeError(`more than ${maxDigits} digits or an exponent beyond ±${maxExponent}: ${quote(text)}`);
  }
  // Digit by digit big.js makes a list with room for many more, and many decimals are kept for long.
  value.c = value.c.slice();
  // `-0` is nobody's price: a zero has no sign here.
  return value.c[0] === 0 ? value.abs() : value;
}

/**
 * A decimal from what a caller passed. Decimals of another big.js constructor are taken over.
 * Throws a `TypeError` for numbers and a `RangeError` for text that is no number.
 */
export function toDecimal(value: unknown): Decimal {
  if (typeof value === 'string') return decimal(value);
  if (isBig(value)) return value.constructor === Strict ? value : decimal(value.toFixed());
  const text = isForeignDecimal(value) ? value.toFixed() : undefined;
  if (typeof text === 'string') return decimal(text);
  if (typeof value === 'number' && Number.isFinite(value)) {
    throw new TypeError(`pass ${value} as text ('${value}') or as a Decimal: a number has already lost digits`);
  }
  throw new TypeError(`not a decimal number: ${describe(value)}; pass text or a Decimal`);
}

/** 0. */
export const zero: Decimal = decimal('0');

/** 1. */
export const one: Decimal = decimal('1');

/** Whether it is above zero. Comparing with another decimal makes a third one first, which this does not. */
export function isPositive({ s: sign, c: digits }: Decimal): boolean {
  return sign > 0 && digits[0] !== 0;
}

/** Below 0, 0 or above 0, as the first is less than the second, the same or more. What big.js compares it copies first. */
export function compare({ s: sign, e: exponent, c: digits }: Decimal, other: Decimal): number {
  const isZero = digits[0] === 0;
  if (isZero || other.c[0] === 0 || sign !== other.s) return signOf({ s: sign, c: digits }) - signOf(other);
  if (exponent !== other.e) return sign * (exponent - other.e);
  const length = Math.max(digits.length, other.c.length);
  for (let at = 0; at < length; at += 1) {
    const difference = (digits[at] ?? 0) - (other.c[at] ?? 0);
    if (difference !== 0) return sign * difference;
  }
  return 0;
}

function signOf({ s: sign, c: digits }: Pick<Decimal, 's' | 'c'>): number {
  return digits[0] === 0 ? 0 : sign;
}

/** The number of a text, where there is one and it is above zero: venues write zero, or nothing, for none. Throws as `decimal` does. */
export function positive(text: string | null | undefined): Decimal | undefined {
  const value = text ? decimal(text) : zero;
  return isPositive(value) ? value : undefined;
}

/** The largest multiple of `step` that is not above `value`; `value` itself when the step is zero. */
export function roundDown(value: Decimal, step: Decimal): Decimal {
  if (step.c[0] === 0) return value;
  // Most steps are a power of ten, where digits are cut off instead of divided.
  if (step.c.length === 1 && step.c[0] === 1 && value.s > 0) return cutOff(value, -step.e);
  // The remainder has the sign of the value.
  const remainder = value.mod(step);
  const towardsZero = value.minus(remainder);
  return remainder.lt(zero) ? towardsZero.minus(step) : towardsZero;
}

/** Without the digits beyond so many decimals. */
function cutOff(value: Decimal, decimals: number): Decimal {
  const has = value.c.length - 1 - value.e;
  return has <= decimals ? value : value.round(decimals, Big.roundDown);
}

/** The smallest multiple of `step` that is not below `value`; `value` itself when the step is zero. */
export function roundUp(value: Decimal, step: Decimal): Decimal {
  const below = roundDown(value, step);
  return below.eq(value) ? value : below.plus(step);
}

/** The sum of `values`; zero when there are none. */
export function sum(values: Iterable<Decimal>): Decimal {
  let total = zero;
  for (const value of values) total = total.plus(value);
  return total;
}

/** The smaller of two. */
export function min(first: Decimal, second: Decimal): Decimal {
  return compare(first, second) < 0 ? first : second;
}

/** The larger of two. */
export function max(first: Decimal, second: Decimal): Decimal {
  return compare(first, second) > 0 ? first : second;
}

/** Every constructor that this copy of big.js makes shares one prototype, so `instanceof` cannot tell ours from others. */
function isBig(value: unknown): value is Decimal & { readonly constructor: unknown } {
  return value instanceof Strict;
}

/** A decimal of another copy of big.js. */
function isForeignDecimal(value: unknown): value is { toFixed: () => unknown } {
  const isObject = typeof value === 'object' && value !== null;
  return isObject && 'c' in value && 'e' in value && 's' in value && hasToFixed(value);
}

function hasToFixed(value: object): boolean {
  return 'toFixed' in value && typeof value.toFixed === 'function';
}

function describe(value: unknown): string {
  if (value === null || value === undefined || typeof value === 'number') return String(value);
  return typeof value === 'bigint' ? `the bigint ${value}` : `a value of type ${typeof value}`;
}

function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}\u2026` : text);
}
