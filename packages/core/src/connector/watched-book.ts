import { createBookKeeper, type BookKeeperOptions } from '../book/keeper.js';
import type { ConnectorError } from '../errors/connector-error.js';
import type { Book, BookUpdate } from '../model/book.js';
import type { BookScratch } from '../model/book-scratch.js';
import { isLasting } from './refusal.js';

/** The book of one watched market, and those who wait for it to be live. */
export type WatchedBook = {
  readonly book: Book;
  readonly apply: (update: BookUpdate) => void;
  readonly applyScanned: (update: BookScratch) => void;
  readonly up: () => void;
  readonly down: (reason: string) => void;
  /** The venue refuses the topic. Returns whether the book is of no use: it will be refused again, and never was live. */
  readonly refused: (error: ConnectorError) => boolean;
  /** Whether the topic was refused for good. */
  readonly isRefused: () => boolean;
  readonly malformed: (error: unknown) => void;
  /** Whether a lost update would go unnoticed: its updates have no numbers of their own. */
  readonly mayMissUpdates: () => boolean;
  /** Resolves when the book is live. Rejects in the venue's words when it refuses the topic, as `aborted` when closed. */
  readonly live: () => Promise<void>;
  readonly close: () => void;
};

export function createWatchedBook(options: BookKeeperOptions): WatchedBook {
  const waiting = new Set<(error: ConnectorError) => void>();
  let wasLive = false;
  let isRefused = false;
  let isNumbered = true;
  const note = <T extends Pick<BookUpdate, 'sequence'> | BookScratch>(update: T): T => {
    isNumbered = update.sequence.by === 'range' || update.sequence.by === 'chain';
    return update;
  };
  const { fetchSnapshot } = options;
  const keeper = createBookKeeper({
    ...options,
    ...(fetchSnapshot !== undefined && { fetchSnapshot: async (signal) => note(await fetchSnapshot(signal)) }),
    onState: (state, reason) => {
      if (state === 'live') wasLive = true;
      options.onState(state, reason);
    },
  });

  return {
    book: keeper.book,
    apply: (update) => {
      keeper.apply(note(update));
    },
    applyScanned: (update) => {
      keeper.applyScanned(note(update));
    },
    up: () => {
      isRefused = false;
      keeper.up();
    },
    down: keeper.down,
    refused: (error) => {
      keeper.down(error.message);
      isRefused = isLasting(error);
      if (isRefused) for (const reject of waiting) reject(error);
      return isRefused && !wasLive;
    },
    isRefused: () => isRefused,
    malformed: keeper.malformed,
    mayMissUpdates: () => !isNumbered,
    live: () =>
      new Promise((resolve, reject) => {
        waiting.add(reject);
        keeper
          .live()
          .then(resolve, reject)
          .finally(() => waiting.delete(reject));
      }),
    close: keeper.close,
  };
}
