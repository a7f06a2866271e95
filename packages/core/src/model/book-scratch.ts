import type { LevelColumns, Sequence } from './book.js';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Columns to be filled; `count` is -1 until then. */
export type LevelScratch = Writable<LevelColumns> & { readonly grow: () => void };

/** One update of a book while it is read from bytes. The same object is filled for each frame, so nothing may keep it. */
export type BookScratch = {
  /** Empty until told. */
  symbol: string;
  snapshot: boolean;
  /** `range` until told otherwise, so that numbers that were forgotten are missed. */
  readonly sequence: { by: Sequence['by']; first: number; last: number };
  readonly bids: LevelScratch;
  readonly asks: LevelScratch;
  /** NaN until told, like the numbers of the sequence. */
  at: number;
  checksum: number;
  /** NaN: the venue does not say, or all levels are complete. */
  depth: number;
  /** When it arrived, by the monotonic clock. */
  heardAt: number;
};
