import type { LevelColumns, LevelText } from '../model/book.js';
import { putColumns, putColumnsBackwards } from './columns.js';
import { decimalsOf, toPlainText } from '../codec/plain-number.js';
import { inTable, keepExact, removeWorst, textAt, worseThan, type Store } from './store.js';
import { keepTexts, putText, removeTexts } from './texts.js';

/** The level at `index` from the touch, where 0 is the best, exactly as it was set last. */
export function levelAt(store: Store, index: number): LevelText | undefined {
  const slot = slotOf(store, index);
  return slot < 0 ? undefined : textAt(store, slot);
}

/** Nearest double of its price; NaN where there is no level. */
export function priceAt(store: Store, index: number): number {
  const slot = slotOf(store, index);
  return slot < 0 ? NaN : store.sign * (store.keys[slot] ?? NaN);
}

/** All levels, best first. */
export function* eachLevel(store: Store): Generator<LevelText, void, undefined> {
  for (let slot = worseThan(store, store.slots); slot >= 0; slot = worseThan(store, slot)) yield textAt(store, slot);
}

/**
 * Puts a level, one that `checkLevels` accepts, in place of the one at the same price; amount zero deletes.
 * Beyond what is covered it does nothing.
 */
export function setLevel(store: Store, level: LevelText): void {
  const [price, amount] = level;
  const [ofPrice, ofAmount] = [decimalsOf(price), decimalsOf(amount)];
  if (store.texts !== undefined || ofPrice < 0) {
    putText(keepTexts(store), level);
    return;
  }
  one.prices[0] = Number(price);
  one.amounts[0] = Number(amount);
  one.decimals[0] = ofPrice + 256 * (ofAmount < 0 ? inTable : ofAmount);
  putColumns(store, one);
  const key = store.sign * one.prices[0];
  if (ofAmount < 0 && one.amounts[0] !== 0 && key >= store.worstKey) keepExact(store, key, level);
}

/** Puts levels in their order, or from the last one to the first, which is faster for a snapshot. */
export function putLevels(store: Store, columns: LevelColumns, order: 'forwards' | 'backwards'): void {
  if (store.texts !== undefined) putTexts(store, columns, order);
  else if (order === 'forwards') putColumns(store, columns);
  else putColumnsBackwards(store, columns);
}

/**
 * The best `depth` levels are complete and worse ones are dropped. Where there are as many, what is worse than the
 * last of them is not known from now on.
 */
export function coverLevels(store: Store, depth: number): void {
  const slot = worstOf(store, depth);
  if (store.texts !== undefined) removeTexts(keepTexts(store), slot);
  else removeWorst(store, slot);
  store.worstKey = store.size === 0 || store.size < depth ? -Infinity : (store.keys[0] ?? -Infinity);
}

/** Whether levels were lost beyond what is covered, and fewer than `least` are left. */
export function isShort({ worstKey, size }: Store, least: number): boolean {
  return worstKey !== -Infinity && size < least;
}

/** For one level at a time. */
const one = { count: 1, prices: new Float64Array(1), amounts: new Float64Array(1), decimals: new Uint16Array(1) };

function slotOf(store: Store, index: number): number {
  let slot = store.slots;
  for (let left = index; left >= 0 && slot >= 0; left -= 1) slot = worseThan(store, slot);
  return slot;
}

function putTexts(store: Store, columns: LevelColumns, order: 'forwards' | 'backwards'): void {
  for (let row = 0; row < columns.count; row += 1) {
    setLevel(store, textOfRow(columns, order === 'forwards' ? row : columns.count - 1 - row));
  }
}

/** A level as it was sent. */
function textOfRow({ prices, amounts, decimals }: LevelColumns, row: number): LevelText {
  const form = decimals[row] ?? 0;
  return [toPlainText(prices[row] ?? NaN, form & 0xff), toPlainText(amounts[row] ?? NaN, form >>> 8)];
}

/** The slot of the worst of the best `depth` levels; after the last slot when there are none. */
function worstOf({ amounts, size, slots }: Store, depth: number): number {
  let slot = 0;
  for (let tooMany = size - depth; slot < slots && (tooMany > 0 || amounts[slot] === 0); slot += 1) {
    if (amounts[slot] !== 0) tooMany -= 1;
  }
  return slot;
}
