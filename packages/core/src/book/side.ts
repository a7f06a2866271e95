import type { LevelText } from '../model/book.js';
import type { Side } from '../model/market.js';
import { comparePrices } from './level.js';

/** One side of a book. Levels are counted from the touch: 0 is the best. */
export type BookSide = {
  readonly size: () => number;
  /** The level exactly as it was set last. */
  readonly level: (index: number) => LevelText | undefined;
  /** Nearest double of the price; NaN where there is no level. */
  readonly price: (index: number) => number;
  /**
   * Puts a level, one that `checkLevels` accepts, in place of the one at the same price; amount zero deletes.
   * Beyond what is covered it does nothing.
   */
  readonly set: (level: LevelText) => void;
  /**
   * The best `depth` levels are complete and worse ones are dropped. Where there are as many, what is worse than the
   * last of them is not known from now on.
   */
  readonly cover: (depth: number) => void;
  /** Whether levels were lost beyond what is covered, and fewer than `levels` are left. */
  readonly isShort: (levels: number) => boolean;
};

/**
 * An empty side of the book: bids for `buy`, asks for `sell`.
 * Prices are kept as doubles, worst first: most changes are near the touch, where little has to move. Two prices that
 * share a double stay two levels, told apart by their texts.
 */
export function createSide(side: Side): BookSide {
  const sign = side === 'buy' ? 1 : -1;
  // `sign` times the price, rising; texts in parallel.
  let keys = new Float64Array(64);
  const levels: LevelText[] = [];
  let worstKey = -Infinity;

  const findSlot = (key: number, price: string): number => {
    let [low, high] = [0, levels.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isBelow(middle, key, price)) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const isBelow = (slot: number, key: number, price: string): boolean => {
    const other = keys[slot] ?? 0;
    if (other !== key) return other < key;
    return sign * comparePrices(levels[slot]?.[0] ?? price, price) < 0;
  };
  const insert = (slot: number, key: number, level: LevelText): void => {
    if (levels.length === keys.length) keys = doubled(keys);
    keys.copyWithin(slot + 1, slot, levels.length);
    keys[slot] = key;
    levels.splice(slot, 0, level);
  };
  const remove = (slot: number, count: number): void => {
    keys.copyWithin(slot, slot + count, levels.length);
    levels.splice(slot, count);
  };

  return {
    size: () => levels.length,
    level: (index) => levels[levels.length - 1 - index],
    price: (index) => (index < levels.length ? sign * (keys[levels.length - 1 - index] ?? NaN) : NaN),
    set: (level) => {
      const key = sign * Number(level[0]);
      if (key < worstKey) return;
      const slot = findSlot(key, level[0]);
      const known = levels[slot];
      const isKnown = known !== undefined && keys[slot] === key && comparePrices(known[0], level[0]) === 0;
      if (Number(level[1]) === 0) {
        if (isKnown) remove(slot, 1);
      } else if (isKnown) {
        levels[slot] = level;
      } else {
        insert(slot, key, level);
      }
    },
    cover: (depth) => {
      if (levels.length > depth) remove(0, levels.length - depth);
      worstKey = levels.length < depth ? -Infinity : (keys[0] ?? -Infinity);
    },
    isShort: (least) => worstKey !== -Infinity && levels.length < least,
  };
}

function doubled(keys: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(2 * keys.length);
  larger.set(keys);
  return larger;
}
