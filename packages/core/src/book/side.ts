import type { LevelColumns, LevelText } from '../model/book.js';
import type { Side } from '../model/market.js';
import { putColumns, putColumnsBackwards } from './columns.js';
import { decimalsOf, toPlainText } from '../codec/plain-number.js';
import { createStore, removeWorst, textAt, worseThan, type Allocate, type Store } from './store.js';
import { keepTexts, putText, removeTexts } from './texts.js';

/** One side of a book. Levels are counted from the touch: 0 is the best. */
export type BookSide = {
  /** For reads in loops. */
  readonly store: Readonly<Store>;
  readonly size: () => number;
  /** The level exactly as it was set last. */
  readonly level: (index: number) => LevelText | undefined;
  /** Nearest double of the price; NaN where there is no level. */
  readonly price: (index: number) => number;
  /** All levels, best first. */
  readonly levels: () => Generator<LevelText, void, undefined>;
  /**
   * Puts a level, one that `checkLevels` accepts, in place of the one at the same price; amount zero deletes.
   * Beyond what is covered it does nothing.
   */
  readonly set: (level: LevelText) => void;
  /** Puts levels in their order, or from the last one to the first, which is faster for a snapshot. */
  readonly put: (columns: LevelColumns, order: 'forwards' | 'backwards') => void;
  /**
   * The best `depth` levels are complete and worse ones are dropped. Where there are as many, what is worse than the
   * last of them is not known from now on.
   */
  readonly cover: (depth: number) => void;
  /** Whether levels were lost beyond what is covered, and fewer than `levels` are left. */
  readonly isShort: (levels: number) => boolean;
};

/** An empty side of the book: bids for `buy`, asks for `sell`. */
export function createSide(side: Side, allocate?: Allocate): BookSide {
  const store = createStore(side, allocate);

  const slotOf = (index: number): number => {
    let slot = store.slots;
    for (let left = index; left >= 0 && slot >= 0; left -= 1) slot = worseThan(store, slot);
    return slot;
  };
  const levels = function* (): Generator<LevelText, void, undefined> {
    for (let slot = worseThan(store, store.slots); slot >= 0; slot = worseThan(store, slot)) yield textAt(store, slot);
  };

  return {
    store,
    size: () => store.size,
    level: (index) => {
      const slot = slotOf(index);
      return slot < 0 ? undefined : textAt(store, slot);
    },
    price: (index) => {
      const slot = slotOf(index);
      return slot < 0 ? NaN : store.sign * (store.keys[slot] ?? NaN);
    },
    levels,
    set: (level) => {
      set(store, level);
    },
    put: (columns, order) => {
      if (store.texts !== undefined) putTexts(store, columns, order);
      else if (order === 'forwards') putColumns(store, columns);
      else putColumnsBackwards(store, columns);
    },
    cover: (depth) => {
      cover(store, depth);
    },
    isShort: (least) => store.worstKey !== -Infinity && store.size < least,
  };
}

/** For one level at a time. */
const one = { count: 1, prices: new Float64Array(1), amounts: new Float64Array(1), decimals: new Uint16Array(1) };

function set(store: Store, level: LevelText): void {
  const [price, amount] = level;
  const [ofPrice, ofAmount] = [decimalsOf(price), decimalsOf(amount)];
  if (store.texts === undefined && ofPrice >= 0 && ofAmount >= 0) {
    one.prices[0] = Number(price);
    one.amounts[0] = Number(amount);
    one.decimals[0] = ofPrice + 256 * ofAmount;
    putColumns(store, one);
  } else {
    putText(keepTexts(store), level);
  }
}

function putTexts(store: Store, columns: LevelColumns, order: 'forwards' | 'backwards'): void {
  for (let row = 0; row < columns.count; row += 1) {
    set(store, textOfRow(columns, order === 'forwards' ? row : columns.count - 1 - row));
  }
}

/** A level as it was sent. */
function textOfRow({ prices, amounts, decimals }: LevelColumns, row: number): LevelText {
  const form = decimals[row] ?? 0;
  return [toPlainText(prices[row] ?? NaN, form & 0xff), toPlainText(amounts[row] ?? NaN, form >>> 8)];
}

function cover(store: Store, depth: number): void {
  const slot = worstOf(store, depth);
  if (store.texts !== undefined) removeTexts(keepTexts(store), slot);
  else removeWorst(store, slot);
  store.worstKey = store.size === 0 || store.size < depth ? -Infinity : (store.keys[0] ?? -Infinity);
}

/** The slot of the worst of the best `depth` levels; after the last slot when there are none. */
function worstOf({ amounts, size, slots }: Store, depth: number): number {
  let slot = 0;
  for (let tooMany = size - depth; slot < slots && (tooMany > 0 || amounts[slot] === 0); slot += 1) {
    if (amounts[slot] !== 0) tooMany -= 1;
  }
  return slot;
}
