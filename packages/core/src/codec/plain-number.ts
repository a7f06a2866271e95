/**
 * Numbers that a double and a count of decimals hold without loss: `60000.01000000` is 60000.01 with 8 decimals.
 * A double tells any two numbers of 15 significant digits apart, whatever their size (IEEE 754, DBL_DIG).
 */
const mostDigits = 15;
const mostDecimals = 21;

/** `toFixed` is exact while the number, written without its point, is below this. */
const exactBelow = 2 ** 52;

const zero = 0x30;
const dot = 0x2e;

/** How many decimals a text has; -1 when `toPlainText` could not give the same text back. */
export function decimalsOf(text: string): number {
  const point = text.indexOf('.');
  const whole = point === -1 ? text.length : point;
  if (whole === 0 || (whole > 1 && text.charCodeAt(0) === zero)) return -1;
  if (point === -1) return whole <= mostDigits && areDigits(text, 0, whole) ? 0 : -1;
  const decimals = text.length - point - 1;
  if (decimals === 0 || decimals > mostDecimals || !areDigits(text, 0, whole)) return -1;
  if (!areDigits(text, point + 1, text.length)) return -1;
  return countDigits(text, point) <= mostDigits ? decimals : -1;
}

/** The text of a number that `decimalsOf` accepted. */
export function toPlainText(value: number, decimals: number): string {
  if (value * 10 ** decimals < exactBelow) return value.toFixed(decimals);
  // Only zeros are left to be written, and the shortest text of the double is the number: both have 15 digits at most.
  const [whole = '', fraction = ''] = String(value).split('.');
  return decimals === 0 ? whole : `${whole}.${fraction.padEnd(decimals, '0')}`;
}

function areDigits(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) {
    const digit = text.charCodeAt(at) - zero;
    if (!(digit >= 0 && digit <= 9)) return false;
  }
  return true;
}

/** Significant digits, without the zeros at the end of the decimals. */
function countDigits(text: string, point: number): number {
  let end = text.length;
  while (text.charCodeAt(end - 1) === zero) end -= 1;
  let start = 0;
  while (start < end && (text.charCodeAt(start) === zero || text.charCodeAt(start) === dot)) start += 1;
  if (end - 1 === point) return point - start;
  return start > point ? end - start : end - start - 1;
}
