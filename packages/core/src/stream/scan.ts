import { toBookUpdate } from '../codec/book-scratch.js';
import { createReadFrame } from '../codec/read-book.js';
import type { Scan } from '../codec/scanner.js';
import type { BookUpdate } from '../model/book.js';
import type { Meter } from '../model/metrics.js';
import type { Stream } from '../spec/stream.js';
import type { StreamListener } from './options.js';

/** What a `scan` makes of frames: the update that it reads, or `undefined` for what is left to the decoder. For tests. */
export function createScanner(scan: Scan): (bytes: Uint8Array) => BookUpdate | undefined {
  const read = createReadFrame(scan);
  return (bytes) => {
    const update = read(bytes);
    return typeof update === 'string' ? undefined : toBookUpdate(update);
  };
}

/**
 * The fast way of a stream: tells an update of a book from its bytes, or returns false with nothing done.
 * `undefined` for streams that have none.
 */
export function createScan<E, P, O>(
  { scan }: Pick<Stream<E, P, O>, 'scan'>,
  { book }: Pick<StreamListener<E>, 'book'>,
  meter: Meter,
): ((bytes: Uint8Array, heardAt: number) => boolean) | undefined {
  if (scan === undefined || book === undefined) return undefined;
  const read = createReadFrame(scan);
  return (bytes, heardAt) => {
    const update = read(bytes);
    if (update === 'odd') meter.count('stream.unscanned');
    if (typeof update === 'string') return false;
    update.heardAt = heardAt;
    book(update);
    return true;
  };
}
