import type { LevelColumns } from '../model/book.js';
import { findSlot, makeRoom, type Store } from './store.js';

/** So many slots are looked at, one by one, for an empty one; beyond them moving all at once is faster. */
const mostMoved = 64;

/** Puts levels as `putLevel` does, one after the other. */
export function putColumns(store: Store, { count, prices, amounts, decimals }: LevelColumns): void {
  const { sign } = store;
  for (let row = 0; row < count; row += 1) {
    putLevel(store, sign * (prices[row] ?? NaN), amounts[row] ?? NaN, decimals[row] ?? 0);
  }
}

/** The same from the last one to the first: levels that are sorted from the touch outwards have nothing to move then. */
export function putColumnsBackwards(store: Store, { count, prices, amounts, decimals }: LevelColumns): void {
  const { sign } = store;
  makeRoom(store, count);
  for (let row = count - 1; row >= 0; row -= 1) {
    putLevel(store, sign * (prices[row] ?? NaN), amounts[row] ?? NaN, decimals[row] ?? 0);
  }
}

/** Puts a level in place of the one with the same key; amount zero deletes. Beyond what is covered it does nothing. */
export function putLevel(store: Store, key: number, amount: number, decimals: number): void {
  const { keys, amounts, slots } = store;
  const slot = slots === 0 || (keys[slots - 1] ?? NaN) < key ? slots : findSlot(keys, slots, key);
  if (slot < slots && keys[slot] === key) {
    store.size += +(amount !== 0) - +(amounts[slot] !== 0);
    amounts[slot] = amount;
    store.decimals[slot] = decimals;
    if (amount === 0) trim(store);
  } else if (amount !== 0 && key >= store.worstKey) {
    const empty = openSlot(store, slot, key);
    store.keys[empty] = key;
    store.amounts[empty] = amount;
    store.decimals[empty] = decimals;
    store.size += 1;
  }
}

/** An empty slot where `key` belongs, at `slot` or beside it. */
function openSlot(store: Store, slot: number, key: number): number {
  const { amounts, slots } = store;
  if (slot > 0 && amounts[slot - 1] === 0) return slot - 1;
  const last = Math.min(slots, slot + mostMoved);
  for (let empty = slot; empty < last; empty += 1) {
    if (amounts[empty] !== 0) continue;
    moveUp(store, slot, empty);
    return slot;
  }
  if (slots === amounts.length) {
    makeRoom(store, 1);
    return openSlot(store, findSlot(store.keys, store.slots, key), key);
  }
  moveUp(store, slot, slots);
  store.slots = slots + 1;
  return slot;
}

/** Moves the slots from `from` to before `to` by one, over what is in `to`. */
function moveUp({ keys, amounts, decimals }: Store, from: number, to: number): void {
  if (to - from > mostMoved) {
    keys.copyWithin(from + 1, from, to);
    amounts.copyWithin(from + 1, from, to);
    decimals.copyWithin(from + 1, from, to);
    return;
  }
  for (let slot = to; slot > from; slot -= 1) {
    keys[slot] = keys[slot - 1] ?? NaN;
    amounts[slot] = amounts[slot - 1] ?? NaN;
    decimals[slot] = decimals[slot - 1] ?? 0;
  }
}

/** The touch is in the last slot. */
function trim(store: Store): void {
  const { amounts } = store;
  let { slots } = store;
  while (slots > 0 && amounts[slots - 1] === 0) slots -= 1;
  store.slots = slots;
}
