import type { LevelColumns } from '../model/book.js';
import { makeRoom, type Store } from './store.js';

/** So many slots are looked at, one by one, for an empty one; beyond them moving all at once is faster. */
const mostMoved = 64;

const nearby = 32;

/** Puts levels one after the other: each in place of the one at its price, amount zero deletes. */
export function putColumns(store: Store, columns: LevelColumns): void {
  for (let row = 0; row < columns.count; row += 1) putRow(store, columns, row);
}

/** The same from the last one to the first: levels that are sorted from the touch outwards have nothing to move then. */
export function putColumnsBackwards(store: Store, columns: LevelColumns): void {
  makeRoom(store, columns.count);
  for (let row = columns.count - 1; row >= 0; row -= 1) putRow(store, columns, row);
}

// Rows are passed, not their numbers: a number that is no small integer would be put into an object for the call.
function putRow(store: Store, columns: LevelColumns, row: number): void {
  const { keys, slots } = store;
  const key = store.sign * (columns.prices[row] ?? NaN);
  const amount = columns.amounts[row] ?? NaN;
  const slot = slots === 0 || (keys[slots - 1] ?? NaN) < key ? slots : findSlot(store, columns, row);
  if (slot < slots && keys[slot] === key) {
    store.size += +(amount !== 0) - +(store.amounts[slot] !== 0);
    store.amounts[slot] = amount;
    store.decimals[slot] = columns.decimals[row] ?? 0;
    if (amount === 0) trim(store);
  } else if (amount !== 0 && key >= store.worstKey) {
    const empty = openSlot(store, slot) ?? openLater(store, columns, row);
    store.keys[empty] = key;
    store.amounts[empty] = amount;
    store.decimals[empty] = columns.decimals[row] ?? 0;
    store.size += 1;
  }
}

/** The first slot that is not below the price of the row. */
function findSlot({ sign, keys, slots }: Store, { prices }: LevelColumns, row: number): number {
  const key = sign * (prices[row] ?? NaN);
  let base = 0;
  let length = slots;
  // Nearly always it is close to the touch.
  if (slots > nearby && (keys[slots - nearby] ?? 0) < key) {
    base = slots - nearby;
    length = nearby;
  }
  // Without branches, which a processor would guess wrong half of the time.
  while (length > 1) {
    const half = length >>> 1;
    base += Math.imul(half, +((keys[base + half - 1] ?? 0) < key));
    length -= half;
  }
  return slots === 0 ? 0 : base + +((keys[base] ?? 0) < key);
}

/** Makes an empty slot at `slot` or right below it; `undefined` when that takes more room. */
function openSlot(store: Store, slot: number): number | undefined {
  const { amounts, slots } = store;
  if (slot > 0 && amounts[slot - 1] === 0) return slot - 1;
  const last = Math.min(slots, slot + mostMoved);
  for (let empty = slot; empty < last; empty += 1) {
    if (amounts[empty] !== 0) continue;
    moveUp(store, slot, empty);
    return slot;
  }
  if (slots === amounts.length) return undefined;
  moveUp(store, slot, slots);
  store.slots = slots + 1;
  return slot;
}

function openLater(store: Store, columns: LevelColumns, row: number): number {
  makeRoom(store, 1);
  return openSlot(store, findSlot(store, columns, row)) ?? openLater(store, columns, row);
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
