import type { LevelColumns } from '../model/book.js';
import { makeRoom, type Store } from './store.js';

/** So many slots are looked at, one by one, for an empty one; beyond them moving all at once is faster. */
const mostMoved = 64;

/** Four times eight slots, and eight are four times two. */
const nearby = 32;

/** Puts levels one after the other: each in place of the one at its price, amount zero deletes. */
export function putColumns(store: Store, columns: LevelColumns): void {
  putRows(store, columns, 0, columns.count);
}

/** The same from the last one to the first: levels that are sorted from the touch outwards have nothing to move then. */
export function putColumnsBackwards(store: Store, columns: LevelColumns): void {
  makeRoom(store, columns.count);
  let row = addRows(store, columns, columns.count - 1);
  while (row >= 0) {
    putRows(store, columns, row, row + 1);
    row = addRows(store, columns, row - 1);
  }
}

/** Adds rows, from `from` backwards, up to one that is not better than all levels so far; returns which one, -1 after the first. */
function addRows(store: Store, { prices, amounts: fresh, decimals: forms }: LevelColumns, from: number): number {
  const { sign, keys, amounts, decimals, worstKey } = store;
  let { slots } = store;
  let row = from;
  for (; row >= 0; row -= 1) {
    const key = sign * (prices[row] ?? NaN);
    if (key < worstKey || (slots > 0 && (keys[slots - 1] ?? NaN) >= key)) break;
    if (fresh[row] === 0) continue;
    keys[slots] = key;
    amounts[slots] = fresh[row] ?? NaN;
    decimals[slots] = forms[row] ?? 0;
    slots += 1;
  }
  store.size += slots - store.slots;
  store.slots = slots;
  return row;
}

/**
 * Puts the rows from `first` to before `end`. It is most of what an update costs, and therefore in one piece, with all
 * that it needs at hand.
 */
function putRows(store: Store, columns: LevelColumns, first: number, end: number): void {
  const { prices, amounts: fresh, decimals: forms } = columns;
  const { sign, worstKey } = store;
  let { keys, amounts, decimals, slots, size } = store;
  for (let row = first; row < end; row += 1) {
    const key = sign * (prices[row] ?? NaN);
    const amount = fresh[row] ?? NaN;
    let slot = slots - nearby;
    // Nearly always it is close to the touch.
    if (slot > 0 && isBelow(keys, slot - 1, key) === 1) {
      slot += 8 * (isBelow(keys, slot + 7, key) + isBelow(keys, slot + 15, key) + isBelow(keys, slot + 23, key));
      slot += 2 * (isBelow(keys, slot + 1, key) + isBelow(keys, slot + 3, key) + isBelow(keys, slot + 5, key));
      slot += isBelow(keys, slot, key) + isBelow(keys, slot + 1, key);
    } else {
      slot = findSlot(keys, slots, key);
    }
    if (slot < slots && keys[slot] === key) {
      size += +(amount !== 0) - +(amounts[slot] !== 0);
      amounts[slot] = amount;
      decimals[slot] = forms[row] ?? 0;
      // The touch is in the last slot.
      while (slots > 0 && amounts[slots - 1] === 0) slots -= 1;
      continue;
    }
    if (amount === 0 || key < worstKey) continue;
    size += 1;
    if (slot > 0 && amounts[slot - 1] === 0) {
      slot -= 1;
    } else {
      let empty = slot;
      const last = Math.min(slots, slot + mostMoved);
      while (empty < last && amounts[empty] !== 0) empty += 1;
      if (empty === last) {
        if (empty < slots || slots === keys.length) {
          store.slots = slots;
          store.size = size - 1;
          slot = openFar(store, columns, row);
          ({ keys, amounts, decimals, slots } = store);
          empty = slot;
        } else {
          slots += 1;
        }
      }
      for (; empty > slot; empty -= 1) {
        keys[empty] = keys[empty - 1] ?? NaN;
        amounts[empty] = amounts[empty - 1] ?? NaN;
        decimals[empty] = decimals[empty - 1] ?? 0;
      }
    }
    keys[slot] = key;
    amounts[slot] = amount;
    decimals[slot] = forms[row] ?? 0;
  }
  store.slots = slots;
  store.size = size;
}

/**
 * The first slot that is not below the key. Three looks at a time, which do not wait for each other, and no branches,
 * which a processor would guess wrong.
 */
function findSlot(keys: Float64Array, slots: number, key: number): number {
  let slot = 0;
  let length = slots;
  while (length >= 4) {
    const part = length >>> 2;
    const last = slot + part - 1;
    const parts = isBelow(keys, last, key) + isBelow(keys, last + part, key) + isBelow(keys, last + 2 * part, key);
    slot += Math.imul(part, parts);
    length -= 3 * part;
  }
  for (; length > 0; length -= 1) slot += isBelow(keys, slot, key);
  return slot;
}

const isBelow = (keys: Float64Array, slot: number, key: number): number => +((keys[slot] ?? NaN) < key);

/**
 * Opens a slot for a row where no empty one is near, by moving all the better ones at once; returns which one it is.
 * The row is passed, not its key: a number that is no small integer would be put into an object for the call.
 */
function openFar(store: Store, { prices }: LevelColumns, row: number): number {
  makeRoom(store, 1);
  const { sign, keys, amounts, decimals, slots } = store;
  const slot = findSlot(keys, slots, sign * (prices[row] ?? NaN));
  keys.copyWithin(slot + 1, slot, slots);
  amounts.copyWithin(slot + 1, slot, slots);
  decimals.copyWithin(slot + 1, slot, slots);
  store.slots = slots + 1;
  return slot;
}
