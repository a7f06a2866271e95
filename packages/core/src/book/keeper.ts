import { toBookUpdate } from '../codec/book-scratch.js';
import type { Book, BookState, BookUpdate, Sequence } from '../model/book.js';
import type { BookScratch } from '../model/book-scratch.js';
import type { Market } from '../model/market.js';
import type { Meter } from '../model/metrics.js';
import type { Clock } from '../ports/ports.js';
import type { ChecksumRule } from '../spec/spot.js';
import { createBook, type Fault } from './book.js';
import { follow, type Followed } from './follow.js';
import { createNumbering } from './numbering.js';
import { checkSequence, fit, moveOn, numbersOf, snapshotPosition, type Position } from './sequence.js';
import { createSnapshots } from './snapshots.js';
import { createWaiters } from './waiters.js';

/** Most updates kept for a snapshot that is under way: minutes of a busy market. */
const mostBuffered = 2_000;

/** A fetched snapshot that is older than the book was when it went stale comes from a replica that lags, for so long at most. */
const laggingMs = 30_000;

const faults: Readonly<Record<Fault, string>> = {
  crossed: 'the best bid is not below the best ask',
  checksum: 'it does not add up to the checksum of the venue',
};

export type BookKeeperOptions = {
  readonly market: Market;
  readonly clock: Clock;
  /** In [0, 1), for the jitter of repeated snapshots. */
  readonly random: () => number;
  /** Left out: snapshots come on the stream. */
  readonly fetchSnapshot?: (signal: AbortSignal) => Promise<BookUpdate>;
  /** Of updates that carry one; left out, they are not verified. */
  readonly checksum?: ChecksumRule;
  /** Makes the venue send a snapshot on the stream. */
  readonly resubscribe?: () => void;
  /** The content has changed, or the state. */
  readonly onChange: () => void;
  /** `reason` says why a book went stale. */
  readonly onState: (state: BookState, reason?: string) => void;
  readonly meter: Meter;
};

/**
 * Keeps one book equal to the venue's. While it is `live` it equals the venue's book at a number of its sequence; when
 * anything speaks against that it says `stale`, stays readable, and gets a snapshot.
 */
export type BookKeeper = {
  readonly book: Book;
  readonly apply: (update: BookUpdate) => void;
  /** The same for an update that was read from bytes. */
  readonly applyScanned: (update: BookScratch) => void;
  /** The stream is connected and subscribed. */
  readonly up: () => void;
  /** The stream is lost, and with it all that the venue says from now on. */
  readonly down: (reason: string) => void;
  /** A message that may have been for this market could not be read. */
  readonly malformed: (error: unknown) => void;
  /** Resolves when the book is live; rejects as `aborted` by the signal or by `close`. */
  readonly live: (signal?: AbortSignal) => Promise<void>;
  readonly close: () => void;
};

export function createBookKeeper(options: BookKeeperOptions): BookKeeper {
  const { clock, meter, onChange, onState } = options;
  const book = createBook(options);
  const numbering = createNumbering(clock);
  const waiters = createWaiters(`${options.market.pair} book`);
  const snapshots = createSnapshots({ ...options, onSnapshot: (snapshot) => restore(snapshot) });
  const isFetched = options.fetchSnapshot !== undefined;
  /** Updates that a snapshot to come may need, oldest first; before `up` the first may be a snapshot. */
  let buffer: BookUpdate[] = [];
  let position = snapshotPosition({ by: 'none' });
  let live = false;
  let isUp = false;
  let isClosed = false;
  let brokenAt = clock.mono();
  /** Where the book stood when it went stale. */
  let before: { readonly last: number; readonly until: number } | undefined;
  /** A snapshot that was older than that. */
  let refused: BookUpdate | undefined;

  const isLive = (): boolean => live;

  const setState = (state: BookState, reason?: string): void => {
    book.setState(state);
    live = state === 'live';
    onState(state, reason);
    onChange();
  };
  const setStale = (reason: string): void => {
    if (!isLive()) return;
    brokenAt = clock.mono();
    if (!Number.isNaN(position.last)) before = { last: position.last, until: brokenAt + laggingMs };
    setState('stale', reason);
  };

  /** Starts over with what of the updates is still of use. */
  const resync = (reason: string, kept: BookUpdate[] = []): void => {
    meter.count('book.resync');
    buffer = kept;
    setStale(reason);
    if (isUp) snapshots.request();
  };
  const giveUpOn = (error: unknown): void => {
    meter.count('book.malformed');
    resync(error instanceof Error ? error.message : String(error));
  };
  const giveUpFor = (fault: Fault): void => {
    meter.count(`book.${fault}`);
    resync(faults[fault]);
  };
  const renumber = (update: BookUpdate): void => {
    meter.count('book.fell');
    numbering.restart(update.sequence);
    resync(`the numbers fell to ${describe(update)}`, [update]);
    if (isBelowBefore(update)) before = undefined;
  };
  /** The venue numbers anew; numbers that only fall may be late. */
  const isBelowBefore = ({ sequence }: BookUpdate): boolean =>
    before !== undefined && (numbersOf(sequence)?.last ?? Infinity) < before.last;

  const hold = (update: BookUpdate): void => {
    if (numbering.falls(update.sequence)) {
      renumber(update);
      return;
    }
    if (numbering.breaks(update.sequence)) buffer = [];
    if (buffer.length >= mostBuffered) {
      meter.count('book.overflow');
      resync(`${mostBuffered} updates came without a snapshot`);
    }
    numbering.hear(update.sequence);
    buffer.push(update);
    if (isBelowBefore(update)) trustAgain();
  };
  /** Updates have numbers below those of before: the venue has begun anew. */
  const trustAgain = (): void => {
    before = undefined;
    if (refused !== undefined) restore(refused);
  };

  /** The book has taken the update with these numbers. */
  const advance = (sequence: Sequence, fault: Fault | undefined): void => {
    moveOn(position, sequence);
    numbering.hear(sequence);
    if (fault !== undefined) giveUpFor(fault);
  };
  const change = (update: BookUpdate): void => {
    try {
      advance(update.sequence, book.change(update));
    } catch (error) {
      giveUpOn(error);
    }
    if (!isLive()) return;
    if (snapshots.isPending()) buffer.push(update);
    const isRefillDue = snapshots.isPending() ? buffer.length > mostBuffered : book.isShort();
    if (isRefillDue) refill();
    if (isLive()) onChange();
  };
  /** The price has moved to where the last snapshot did not reach; what is left of the book still holds. */
  const refill = (): void => {
    if (isFetched) {
      meter.count('book.refill');
      buffer = [];
      snapshots.request();
    } else {
      resync('few levels are left of the last snapshot');
    }
  };

  const applyLive = (update: BookUpdate): void => {
    const fits = fit(position, update.sequence);
    if (fits === 'next') {
      change(update);
    } else if (fits === 'gap') {
      meter.count('book.gap');
      numbering.hear(update.sequence);
      resync(`${describe(update)} came after ${position.last}`, [update]);
    } else {
      meter.count('book.duplicate');
      if (numbering.beginsAnew(update.sequence)) renumber(update);
    }
  };

  /** In a quiet market no update tells that a snapshot is old. */
  const isOlderThanBefore = ({ last }: Position): boolean =>
    before !== undefined && isFetched && last < before.last && clock.mono() < before.until;

  const restore = (snapshot: BookUpdate): void => {
    const followed = follow(snapshot, buffer);
    refused = followed !== undefined && isOlderThanBefore(followed.position) ? snapshot : undefined;
    if (followed === undefined || refused !== undefined || numbering.isAheadOf(followed.position)) {
      meter.count('book.snapshot-old');
      snapshots.request();
    } else {
      build(snapshot, followed);
    }
  };
  const build = (snapshot: BookUpdate, { updates, position: reached }: Followed): void => {
    try {
      checkSequence(snapshot.sequence);
      const fault = book.restore(snapshot, updates);
      if (fault !== undefined) {
        giveUpFor(fault);
        return;
      }
    } catch (error) {
      giveUpOn(error);
      return;
    }
    snapshots.finish();
    buffer = [];
    position = reached;
    if (isLive()) {
      onChange();
      return;
    }
    meter.time('book.sync', clock.mono() - brokenAt);
    setState('live');
    waiters.resolveAll();
  };

  /** A snapshot on the stream holds for all that comes after it, and makes void what came before. */
  const startFrom = (snapshot: BookUpdate): void => {
    numbering.restart(snapshot.sequence);
    buffer = isUp ? [] : [snapshot];
    if (isUp) restore(snapshot);
  };

  const apply = (update: BookUpdate): void => {
    if (isClosed) return;
    try {
      checkSequence(update.sequence);
    } catch (error) {
      giveUpOn(error);
      return;
    }
    if (update.snapshot) startFrom(update);
    else if (isLive()) applyLive(update);
    else if (isFetched || !isUp) hold(update);
  };

  const isNext = ({ snapshot, sequence, checksum }: BookScratch): boolean =>
    !snapshot &&
    Number.isNaN(checksum) &&
    !(sequence.first > sequence.last && sequence.by === 'range') &&
    fit(position, sequence) === 'next';

  /** The short way of an update that follows on a live book, as nearly all do. */
  const applyScanned = (update: BookScratch): void => {
    if (isClosed || !isLive() || snapshots.isPending() || !isNext(update)) {
      apply(toBookUpdate(update));
      return;
    }
    advance(update.sequence, book.changeScanned(update));
    if (isLive() && book.isShort()) refill();
    if (isLive()) onChange();
  };

  const up = (): void => {
    if (isClosed) return;
    if (isUp) {
      // Subscribed again, so that a snapshot comes.
      if (!isFetched && !isLive()) snapshots.expect();
      return;
    }
    isUp = true;
    brokenAt = clock.mono();
    const [first, ...rest] = buffer;
    if (first?.snapshot === true) {
      buffer = rest;
      restore(first);
    } else if (isFetched) {
      snapshots.request();
    } else {
      snapshots.expect();
    }
  };

  const down = (reason: string): void => {
    isUp = false;
    snapshots.cancel();
    numbering.restart();
    buffer = [];
    refused = undefined;
    setStale(reason);
  };

  return {
    book: book.view,
    apply,
    applyScanned,
    up,
    down: (reason) => {
      if (!isClosed) down(reason);
    },
    malformed: (error) => {
      if (!isClosed) giveUpOn(error);
    },
    live: (signal) => (isLive() ? Promise.resolve() : waiters.wait(signal)),
    close: () => {
      if (isClosed) return;
      down('no longer watched');
      isClosed = true;
      waiters.close();
    },
  };
}

function describe({ sequence }: BookUpdate): string {
  const numbers = numbersOf(sequence);
  return numbers === undefined ? 'an update' : `update ${numbers.first} to ${numbers.last}`;
}
