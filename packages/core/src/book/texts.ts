import type { LevelText } from '../model/book.js';
import { comparePrices } from './level.js';
import { closeGaps, makeRoom, textAt, type Store } from './store.js';

/** A store that keeps the text of each level, because a double would change one of its prices. Slower, and exact to any digit. */
export type TextStore = Store & { texts: LevelText[] };

/** Turns a store into one that keeps texts. */
export function keepTexts(store: Store): TextStore {
  closeGaps(store);
  const texts = store.texts ?? Array.from({ length: store.slots }, (_, slot) => textAt(store, slot));
  return Object.assign(store, { texts, table: undefined });
}

/** Puts a level in place of the one at the same price; prices that share a double are told apart by their texts. */
export function putText(store: TextStore, level: LevelText): void {
  const key = store.sign * Number(level[0]);
  if (key < store.worstKey) return;
  const slot = findText(store, key, level[0]);
  const known = store.texts[slot];
  const isKnown = known !== undefined && store.keys[slot] === key && comparePrices(known[0], level[0]) === 0;
  const amount = Number(level[1]);
  if (amount === 0) {
    if (isKnown) remove(store, slot, 1);
    return;
  }
  if (!isKnown) open(store, slot);
  store.keys[slot] = key;
  store.amounts[slot] = amount;
  store.texts[slot] = level;
}

/** Takes away the slots below `slot`. */
export function removeTexts(store: TextStore, slot: number): void {
  remove(store, 0, slot);
}

function remove(store: TextStore, slot: number, count: number): void {
  const { keys, amounts, slots, texts } = store;
  keys.copyWithin(slot, slot + count, slots);
  amounts.copyWithin(slot, slot + count, slots);
  texts.splice(slot, count);
  store.slots = texts.length;
  store.size = texts.length;
}

/** The first slot that is not below this price. */
function findText({ sign, keys, texts }: TextStore, key: number, price: string): number {
  let [low, high] = [0, texts.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = keys[middle] ?? 0;
    const isBelow = other === key ? sign * comparePrices(texts[middle]?.[0] ?? price, price) < 0 : other < key;
    if (isBelow) low = middle + 1;
    else high = middle;
  }
  return low;
}

function open(store: TextStore, slot: number): void {
  makeRoom(store, 1);
  const { keys, amounts, slots, texts } = store;
  keys.copyWithin(slot + 1, slot, slots);
  amounts.copyWithin(slot + 1, slot, slots);
  texts.splice(slot, 0, ['', '']);
  store.slots = texts.length;
  store.size = texts.length;
}
