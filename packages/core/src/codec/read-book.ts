import type { BookScratch } from '../model/book-scratch.js';
import type { BookUpdate } from '../model/book.js';
import { clearBookScratch, createBookScratch, isWhole, toBookUpdate } from './book-scratch.js';
import { isAtEnd, type Frame } from './frame.js';
import type { Scan } from './scanner.js';

/** `other`: a frame of another kind. `odd`: one that only the decoder understands, if anything does. */
type ReadFrame = (bytes: Uint8Array) => BookScratch | 'other' | 'odd';

/** Reads frames by `scan`, all into the same scratch. */
export function createReadFrame(scan: Scan): ReadFrame {
  const frame: Frame = { bytes: new Uint8Array(0), at: 0 };
  const scratch = createBookScratch();
  return (bytes) => {
    frame.bytes = bytes;
    frame.at = 0;
    clearBookScratch(scratch);
    try {
      if (!scan(frame, scratch)) return 'other';
      return isAtEnd(frame) && isWhole(scratch) ? scratch : 'odd';
    } catch {
      return 'odd';
    }
  };
}

/** So many bytes at least has a level a side. */
const leastBytes = 64;

/** How the answer to a request for a book reads. */
export type BookAnswer = {
  /** So many levels a side are complete. */
  readonly depth: number;
  /** `range` when left out. */
  readonly by?: 'range' | 'chain';
  /** From the bytes, its number as `number`. It has to make sure that it is no refusal: core looks at the status alone. */
  readonly scan: Scan;
  readonly read: (json: unknown) => Snapshot;
};

/** What an answer tells of a book: the number of its last update, when it was, and the levels, best first. */
type Snapshot = { readonly last: number; readonly at?: number } & Pick<BookUpdate, 'bids' | 'asks'>;

export function toSnapshot(
  symbol: string,
  { depth, by = 'range' }: BookAnswer,
  { last, ...told }: Snapshot,
): BookUpdate {
  return { type: 'book', symbol, snapshot: true, sequence: { by, first: last, last }, ...told, depth };
}

/** The same from all of these bytes; `undefined` where only the decoder understands them. */
export function readBook(
  bytes: Uint8Array,
  symbol: string,
  { scan, depth, by = 'range' }: BookAnswer,
): BookUpdate | undefined {
  const frame: Frame = { bytes, at: 0 };
  const scratch = createBookScratch(Math.ceil(bytes.length / leastBytes));
  Object.assign(scratch, { symbol, depth, snapshot: true });
  scratch.sequence.by = by;
  try {
    if (!scan(frame, scratch) || !isAtEnd(frame) || !isWhole(scratch)) return undefined;
  } catch {
    return undefined;
  }
  // As it is, since nothing else is read into it.
  return toBookUpdate(scratch, scratch);
}
