import type { Decimal, Exact } from './decimal.js';
import type { Pair, Side, UnixMs } from './market.js';

/** A level exactly as sent, amount in the venue's unit: `["60000.01000000", "0.5"]`; amount zero deletes. */
export type LevelText = readonly [price: string, amount: string];

/**
 * Levels as columns of numbers, for those that lose nothing by it: plain decimals of 15 significant digits at most.
 * The first `count` rows count; amount zero deletes.
 */
export type LevelColumns = {
  readonly count: number;
  readonly prices: Float64Array;
  readonly amounts: Float64Array;
  /** How many decimals the texts had: those of the price, and 256 times those of the amount. */
  readonly decimals: Uint16Array;
};

/**
 * How updates of a book follow each other.
 * `range`: applies while `first ≤ ours + 1 ≤ last`. `chain`: `first` must equal ours; `last` may be lower (a reset).
 * `connection`: numbered over all topics of one socket. `none`: not numbered.
 */
export type Sequence =
  | { readonly by: 'range' | 'chain'; readonly first: number; readonly last: number }
  | { readonly by: 'connection' | 'none' };

/** A snapshot of a book or the changes since the last update. */
export type BookUpdate = {
  readonly type: 'book';
  readonly symbol: string;
  readonly snapshot: boolean;
  readonly sequence: Sequence;
  readonly bids: readonly LevelText[];
  readonly asks: readonly LevelText[];
  readonly at?: UnixMs;
  /** Over the best levels once this is applied, by the venue's rule: `market.checksum`. */
  readonly checksum?: number;
  /** Levels a side that are complete; beyond them nothing is trusted. */
  readonly depth?: number;
};

/** `syncing` until the first snapshot, then `live`; `stale` while anything speaks against it. A stale book stays readable. */
export type BookState = 'syncing' | 'live' | 'stale';

/** What taking from a book yields; `complete: false` when the book is thinner than asked. */
export type Walk = {
  readonly base: Decimal;
  readonly quote: Decimal;
  readonly average: Decimal;
  readonly worst: Decimal;
  readonly complete: boolean;
};

/** A live view of one order book: reads always show the true top. */
export interface Book {
  readonly pair: Pair;
  readonly state: BookState;
  /** Time since the last update arrived; a quiet market only grows old. */
  readonly ageMs: number;
  /** Half-way between the best prices; `undefined` when a side is empty. */
  mid(): Decimal | undefined;
  /** The best level that a `side` order would rest beside: `buy` is the best bid. */
  best(side: Side): { readonly price: Decimal; readonly amount: Decimal } | undefined;
  /** The top levels, best first, amounts in base units. */
  depth(levels: number): { readonly bids: readonly LevelText[]; readonly asks: readonly LevelText[] };
  /** What a `side` order would take: a buy walks the asks up to an amount or to a price, inclusive. */
  walk(
    side: Side,
    to: { readonly base: Exact } | { readonly quote: Exact } | { readonly price: Exact },
  ): Walk | undefined;
  /** The only prices that are floats: for hot loops. NaN when a side is empty. */
  readonly floats: BookFloats;
}

/** Prices and amounts of a book as doubles; amounts in base units. */
export interface BookFloats {
  readonly bid: number;
  readonly ask: number;
  /** Fills `[price, amount, price, amount, …]`, best first, as many levels as fit; returns the levels written a side. */
  top(bids: Float64Array, asks: Float64Array): number;
  /**
   * What `Book.walk` gives, in floats: writes `[base, quote, average, worst]` and returns whether the walk is complete.
   * `target` is an amount of base or of quote, or a price. When there is nothing to take, the last two are NaN.
   */
  walk(side: Side, to: 'base' | 'quote' | 'price', target: number, into: Float64Array): boolean;
}
