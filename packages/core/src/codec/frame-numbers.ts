import type { LevelScratch } from '../model/book-scratch.js';
import {
  closeList,
  colon,
  comma,
  decline,
  enter,
  expect,
  hasNext,
  isDigit,
  openList,
  openObject,
  passText,
  passValue,
  peek,
  quote,
  type Frame,
} from './frame.js';
import { readText } from './names.js';
import { decimalsOf } from './plain-number.js';

const zero = 0x30;
const dot = 0x2e;

/** Digits that fit into 32 bits, whatever they are. */
const shortDigits = 9;
const mostDigits = 15;
const longest = 64;
const below = 10 ** mostDigits;
const powers = Float64Array.from({ length: shortDigits + 1 }, (_, exponent) => 10 ** exponent);

/** A whole number of at most 15 digits, quoted or not. */
export function readInteger(frame: Frame): number {
  const isQuoted = peek(frame) === quote;
  const { bytes } = frame;
  const start = isQuoted ? frame.at + 1 : frame.at;
  let at = start;
  let high = 0;
  let low = 0;
  let digit = (bytes[at] ?? 0) - zero;
  for (const end = start + shortDigits; digit >>> 0 <= 9 && at < end; digit = (bytes[at] ?? 0) - zero) {
    high = Math.imul(high, 10) + digit;
    at += 1;
  }
  const middle = at;
  for (const end = start + mostDigits; digit >>> 0 <= 9 && at < end; digit = (bytes[at] ?? 0) - zero) {
    low = Math.imul(low, 10) + digit;
    at += 1;
  }
  if (at === start || (at - start > 1 && bytes[start] === zero) || digit >>> 0 <= 9) decline();
  frame.at = at;
  if (isQuoted) expectQuote(frame);
  return high * (powers[at - middle] ?? NaN) + low;
}

/** Rows `["60000.01", "0.5", …]`; what follows the amount is passed over. */
export function readLevels(frame: Frame, into: LevelScratch): void {
  if (into.count !== -1) decline();
  let rows = 0;
  if (enter(frame, openList)) {
    do {
      if (rows === into.prices.length) into.grow();
      const usual = readUsualRows(frame, into, rows);
      if (usual === rows) readRow(frame, into, rows);
      rows = Math.max(usual, rows + 1);
    } while (hasNext(frame, openList));
  }
  into.count = rows;
}

/** The members of a row that hold its numbers. */
type Named = { readonly price: string; readonly amount: string };

/** Rows `{ "px": "60000.01", "sz": "0.5", … }`, price and amount first; what follows is passed over. */
export function readNamedLevels(frame: Frame, into: LevelScratch, names: Named): void {
  if (into.count !== -1) decline();
  let rows = 0;
  if (enter(frame, openList)) {
    do {
      if (rows === into.prices.length) into.grow();
      readNamedRow(frame, into, names, rows);
      rows += 1;
    } while (hasNext(frame, openList));
  }
  into.count = rows;
}

function readNamedRow(
  frame: Frame,
  { prices, amounts, decimals }: LevelScratch,
  { price, amount }: Named,
  row: number,
): void {
  expect(frame, openObject);
  if (!readText(frame, price)) decline();
  expect(frame, colon);
  const ofPrice = readNumber(frame, prices, row);
  if (!((prices[row] ?? 0) > 0)) decline();
  expect(frame, comma);
  if (!readText(frame, amount)) decline();
  expect(frame, colon);
  decimals[row] = ofPrice + 256 * readNumber(frame, amounts, row);
  while (hasNext(frame, openObject)) {
    if (readText(frame, price) || readText(frame, amount)) decline();
    passText(frame);
    expect(frame, colon);
    passValue(frame);
  }
}

/** Writes a number as its nearest double; returns how many decimals it has. */
function readNumber(frame: Frame, into: Float64Array, row: number): number {
  const end = peek(frame) === quote ? readUsualNumber(frame.bytes, frame.at + 1, into, row) : -1;
  if (end < 0) return readDecimal(frame, into, row);
  frame.at = end;
  return decimalsRead;
}

/**
 * Rows as nearly all are, `["60000.01000000","0.5"],[…`, up to the first other one. Returns how many there are then.
 * It is most of what a frame costs, and therefore in one piece: of parts, the engine would make some into calls.
 */
function readUsualRows(frame: Frame, { prices, amounts, decimals }: LevelScratch, before: number): number {
  const { bytes } = frame;
  let { at } = frame;
  let row = before;
  /** Decimals of the price of this row; -1: its price comes next. */
  let ofPrice = -1;
  if (bytes[at] !== openList || bytes[at + 1] !== quote) return row;
  at += 2;
  while (row < prices.length) {
    const start = at;
    let whole = 0;
    let digit = (bytes[at] ?? 0) - zero;
    while (digit >>> 0 <= 9) {
      whole = (Math.imul(whole, 10) + digit) | 0;
      at += 1;
      digit = (bytes[at] ?? 0) - zero;
    }
    const point = at;
    const length = point - start;
    if ((length - 1) >>> 0 >= shortDigits || (length > 1 && bytes[start] === zero)) break;
    let fraction = 0;
    let ofNumber = 0;
    if (digit === dot - zero) {
      at += 1;
      digit = (bytes[at] ?? 0) - zero;
      while (digit >>> 0 <= 9) {
        fraction = (Math.imul(fraction, 10) + digit) | 0;
        at += 1;
        digit = (bytes[at] ?? 0) - zero;
      }
      ofNumber = at - point - 1;
      if ((ofNumber - 1) >>> 0 >= shortDigits) break;
    }
    const scale = powers[ofNumber] ?? NaN;
    const scaled = whole * scale + fraction;
    if (digit !== quote - zero || scaled >= below) break;
    at += 1;
    // Both are exact below 2^53, so that this one division rounds as `Number` does.
    if (ofPrice === -1) {
      if (bytes[at] !== comma || bytes[at + 1] !== quote || scaled === 0) break;
      prices[row] = scaled / scale;
      ofPrice = ofNumber;
      at += 2;
    } else {
      amounts[row] = scaled / scale;
      decimals[row] = ofPrice + 256 * ofNumber;
      if (bytes[at] === comma) at = endOfRow(bytes, at);
      if (at < 0 || bytes[at] !== closeList) break;
      row += 1;
      frame.at = at + 1;
      if (bytes[at + 1] !== comma || bytes[at + 2] !== openList || bytes[at + 3] !== quote) break;
      ofPrice = -1;
      at += 4;
    }
  }
  return row;
}

/** Passes texts of digits, as many as follow, `,"0","14103844"`; -1 for anything else. */
function endOfRow(bytes: Uint8Array, start: number): number {
  let at = start;
  do {
    if (bytes[at + 1] !== quote) return -1;
    at += 2;
    while (isDigit(bytes[at] ?? 0)) at += 1;
    if (bytes[at] !== quote) return -1;
    at += 1;
  } while (bytes[at] === comma);
  return at;
}

// Beside the result, since returning both would make an object.
let decimalsRead = 0;

/** A number of a few digits before and after its point, up to its quote; returns where that ends, -1 for any other. */
function readUsualNumber(bytes: Uint8Array, start: number, into: Float64Array, row: number): number {
  let at = start;
  let whole = 0;
  let digit = (bytes[at] ?? 0) - zero;
  while (digit >>> 0 <= 9) {
    whole = (Math.imul(whole, 10) + digit) | 0;
    at += 1;
    digit = (bytes[at] ?? 0) - zero;
  }
  const length = at - start;
  if ((length - 1) >>> 0 >= shortDigits || (length > 1 && bytes[start] === zero)) return -1;
  if (digit === quote - zero) {
    into[row] = whole;
    decimalsRead = 0;
    return at + 1;
  }
  if (digit !== dot - zero) return -1;
  at += 1;
  const point = at;
  let fraction = 0;
  digit = (bytes[at] ?? 0) - zero;
  while (digit >>> 0 <= 9) {
    fraction = (Math.imul(fraction, 10) + digit) | 0;
    at += 1;
    digit = (bytes[at] ?? 0) - zero;
  }
  const decimals = at - point;
  if (digit !== quote - zero || (decimals - 1) >>> 0 >= shortDigits) return -1;
  const scale = powers[decimals] ?? NaN;
  const scaled = whole * scale + fraction;
  if (scaled >= below) return -1;
  // Both are exact below 2^53, so that this one division rounds as `Number` does.
  into[row] = scaled / scale;
  decimalsRead = decimals;
  return at + 1;
}

function readRow(frame: Frame, { prices, amounts, decimals }: LevelScratch, row: number): void {
  expect(frame, openList);
  const ofPrice = readDecimal(frame, prices, row);
  if (!((prices[row] ?? 0) > 0)) decline();
  expect(frame, comma);
  decimals[row] = ofPrice + 256 * readDecimal(frame, amounts, row);
  while (hasNext(frame, openList)) passValue(frame);
}

/** Writes a number, quoted or not, as its nearest double; returns how many decimals it has. */
function readDecimal(frame: Frame, into: Float64Array, row: number): number {
  const isQuoted = peek(frame) === quote;
  if (isQuoted) frame.at += 1;
  const { bytes, at } = frame;
  let end = at;
  while (isPartOfNumber(bytes[end] ?? 0) && end - at <= longest) end += 1;
  const text = String.fromCharCode(...bytes.subarray(at, end));
  const decimals = decimalsOf(text);
  if (decimals < 0) decline();
  into[row] = Number(text);
  frame.at = end;
  if (isQuoted) expectQuote(frame);
  return decimals;
}

function isPartOfNumber(code: number): boolean {
  return code === dot || isDigit(code);
}

function expectQuote(frame: Frame): void {
  if (frame.bytes[frame.at] !== quote) decline();
  frame.at += 1;
}
