import type { LevelText } from '../model/book.js';
import type { Side } from '../model/market.js';
import { toPlainText } from '../codec/plain-number.js';

/**
 * The levels of one side, worst first, in slots: most changes are near the touch, where little has to move.
 * A level that was deleted leaves an empty slot behind (amount zero) for the next one to take; the last slot never is.
 */
export type Store = {
  /** Times the price it rises towards the touch: 1 for bids, -1 for asks. */
  readonly sign: 1 | -1;
  readonly allocate: Allocate;
  /** `sign` times the price. */
  keys: Float64Array;
  amounts: Float64Array;
  /** As in `LevelColumns`; `inTable` in place of the amount's where it is a number that a double would change. */
  decimals: Uint16Array;
  slots: number;
  size: number;
  /** What is worse is not covered. */
  worstKey: number;
  /** Levels by key whose `decimals` say so, as they were sent; others in it are of the past. */
  table: Map<number, LevelText> | undefined;
  /** The texts by slot, once a price came that a double would change; there are no empty slots then. */
  texts: LevelText[] | undefined;
};

/** In place of an amount's decimals: the level is in the table. */
export const inTable = 0xff;

/** So many levels of the past may stay in a table. */
const mostPast = 64;

/** Where the columns of a side are kept: `new Float64Array(capacity)`, or views of memory that others share. */
export type Allocate = (capacity: number) => Pick<Store, 'keys' | 'amounts' | 'decimals'>;

const step = 64;

/** The three columns in one piece of memory: each piece has an object of its own, and there are many books. */
const onHeap: Allocate = (capacity) => {
  const memory = new ArrayBuffer(18 * capacity);
  return {
    keys: new Float64Array(memory, 0, capacity),
    amounts: new Float64Array(memory, 8 * capacity, capacity),
    decimals: new Uint16Array(memory, 16 * capacity, capacity),
  };
};

export function createStore(side: Side, allocate: Allocate = onHeap): Store {
  const sign = side === 'buy' ? 1 : -1;
  const { keys, amounts, decimals } = allocate(step);
  return {
    sign,
    allocate,
    keys,
    amounts,
    decimals,
    slots: 0,
    size: 0,
    worstKey: -Infinity,
    table: undefined,
    texts: undefined,
  };
}

/**
 * Makes room for `more` levels: just so much for the first ones, which are a snapshot. Then by closing gaps where there are
 * many, else with half as much to spare, since levels find a place the faster the more gaps there are.
 */
export function makeRoom(store: Store, more: number): void {
  if (store.slots + more <= store.keys.length) return;
  if (store.size < 0.75 * store.slots) closeGaps(store);
  if (store.slots + more <= store.keys.length) return;
  const { keys, amounts, decimals, slots } = store;
  const columns = store.allocate(slots === 0 ? more : step * Math.ceil(((slots + more) * 1.5) / step));
  columns.keys.set(keys.subarray(0, slots));
  columns.amounts.set(amounts.subarray(0, slots));
  columns.decimals.set(decimals.subarray(0, slots));
  Object.assign(store, columns);
}

export function closeGaps(store: Store): void {
  const { keys, amounts, decimals, slots } = store;
  let to = 0;
  for (let slot = 0; slot < slots; slot += 1) {
    if (amounts[slot] === 0) continue;
    keys[to] = keys[slot] ?? NaN;
    amounts[to] = amounts[slot] ?? NaN;
    decimals[to] = decimals[slot] ?? 0;
    to += 1;
  }
  store.slots = to;
}

/** Keeps a level as it was sent, beside its numbers. */
export function keepExact(store: Store, key: number, level: LevelText): void {
  const table = (store.table ??= new Map<number, LevelText>());
  table.set(key, level);
  if (table.size > store.size + mostPast) forgetPast(store, table);
}

function forgetPast({ keys, amounts, decimals, slots }: Store, table: Map<number, LevelText>): void {
  const past = new Set(table.keys());
  for (let slot = 0; slot < slots; slot += 1) {
    if (amounts[slot] !== 0 && (decimals[slot] ?? 0) >>> 8 === inTable) past.delete(keys[slot] ?? NaN);
  }
  for (const key of past) table.delete(key);
}

/** Takes away the slots below `slot`. */
export function removeWorst(store: Store, slot: number): void {
  const { keys, amounts, decimals, slots } = store;
  for (let each = 0; each < slot; each += 1) store.size -= +(amounts[each] !== 0);
  keys.copyWithin(0, slot, slots);
  amounts.copyWithin(0, slot, slots);
  decimals.copyWithin(0, slot, slots);
  store.slots = slots - slot;
}

/** The slot of the next level that is worse than `slot`; -1 after the last one. Beginning with `slots`, it is the best. */
export function worseThan({ amounts }: Store, slot: number): number {
  let next = slot - 1;
  while (next >= 0 && amounts[next] === 0) next -= 1;
  return next;
}

/** The level exactly as it was sent. */
export function textAt({ sign, keys, amounts, decimals, table, texts }: Store, slot: number): LevelText {
  const form = decimals[slot] ?? 0;
  const text = texts?.[slot] ?? (form >>> 8 === inTable ? table?.get(keys[slot] ?? NaN) : undefined);
  if (text !== undefined) return text;
  return [toPlainText(sign * (keys[slot] ?? NaN), form & 0xff), toPlainText(amounts[slot] ?? NaN, form >>> 8)];
}
