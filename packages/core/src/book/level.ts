import { decimalsOf } from '../codec/plain-number.js';
import type { LevelColumns, LevelText } from '../model/book.js';
import { decimal } from '../model/decimal.js';

/** Numbers of this form are within the bounds of a decimal. */
const plain = /^\d{1,20}(?:\.\d{1,40})?$/;

/** Throws a `RangeError` unless prices are positive and amounts not negative, all numbers that a decimal holds. */
export function checkLevels(levels: readonly LevelText[]): void {
  for (const [price, amount] of levels) {
    checkNumber('price', price);
    checkNumber('amount', amount);
    if (!(Number(price) > 0)) throw new RangeError(`a level at the price ${price}`);
  }
}

/** Levels that `checkLevels` accepts as columns; `undefined` when there is one that would lose something, or that it would not accept. */
export function toColumns(levels: readonly LevelText[]): LevelColumns | undefined {
  const count = levels.length;
  const columns = {
    count,
    prices: new Float64Array(count),
    amounts: new Float64Array(count),
    decimals: new Uint16Array(count),
  };
  for (const [row, [price, amount]] of levels.entries()) {
    const [ofPrice, ofAmount] = [decimalsOf(price), decimalsOf(amount)];
    if (ofPrice < 0 || ofAmount < 0) return undefined;
    columns.prices[row] = Number(price);
    columns.amounts[row] = Number(amount);
    columns.decimals[row] = ofPrice + 256 * ofAmount;
    if (columns.prices[row] === 0) return undefined;
  }
  return columns;
}

/** Negative when `one` is the lower price, zero when both are the same number: `'1.10'` is `'1.1'`. */
export function comparePrices(one: string, other: string): number {
  if (one === other) return 0;
  return Number(one) - Number(other) || decimal(one).cmp(decimal(other));
}

function checkNumber(name: string, text: string): void {
  if (plain.test(text)) return;
  if (text.startsWith('-')) throw new RangeError(`a negative ${name}: ${text.slice(0, 80)}`);
  decimal(text);
}
