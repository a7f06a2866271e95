import { isConnectorError } from '../errors/connector-error.js';
import type { BookUpdate } from '../model/book.js';
import type { Meter } from '../model/metrics.js';
import type { Clock } from '../ports/ports.js';

const firstWaitMs = 500;
const longestWaitMs = 30_000;
/** A market that was content with its snapshot for this long gets the next one at once. */
const calmMs = 10_000;
/** For this long a snapshot that is to come on the stream is waited for. */
const lateMs = 10_000;

type SnapshotsOptions = {
  readonly clock: Clock;
  readonly random: () => number;
  readonly meter: Meter;
  readonly fetchSnapshot?: (signal: AbortSignal) => Promise<BookUpdate>;
  readonly resubscribe?: () => void;
  /** Gets what was fetched; snapshots on the stream do not come by here. */
  readonly onSnapshot: (snapshot: BookUpdate) => void;
};

/** Gets snapshots of one market, ever more slowly while they cannot be had or used. */
type Snapshots = {
  /** Asks for a snapshot, in place of one that is under way. */
  readonly request: () => void;
  /** Asks only if a snapshot that should come on the stream by itself does not. */
  readonly expect: () => void;
  readonly isPending: () => boolean;
  /** A snapshot was used: none is needed now. */
  readonly finish: () => void;
  /** Gives up what is under way, and forgets how often it failed. */
  readonly cancel: () => void;
};

export function createSnapshots(options: SnapshotsOptions): Snapshots {
  const { clock, random, meter, fetchSnapshot, resubscribe, onSnapshot } = options;
  let stop: (() => void) | undefined;
  let attempts = 0;
  let usedAt = Infinity;

  const giveUp = (): void => {
    stop?.();
    stop = undefined;
  };

  const requestAfter = (leastMs: number): void => {
    giveUp();
    const now = clock.mono();
    if (now - usedAt > calmMs) attempts = 0;
    const waitMs = Math.max(leastMs, attempts === 0 ? 0 : backOff(attempts, random));
    attempts += 1;
    usedAt = Infinity;
    if (waitMs === 0) ask();
    else stop = clock.at(now + waitMs, ask);
  };

  const ask = (): void => {
    if (fetchSnapshot === undefined) {
      expect();
      resubscribe?.();
      return;
    }
    const controller = new AbortController();
    stop = () => {
      controller.abort();
    };
    void run(fetchSnapshot, controller.signal);
  };

  const run = async (fetchOne: (signal: AbortSignal) => Promise<BookUpdate>, signal: AbortSignal): Promise<void> => {
    const since = clock.mono();
    try {
      const snapshot = await fetchOne(signal);
      if (signal.aborted) return;
      stop = undefined;
      meter.time('book.snapshot', clock.mono() - since);
      onSnapshot(snapshot);
    } catch (error) {
      if (signal.aborted) return;
      meter.count('book.snapshot-failed');
      requestAfter(isConnectorError(error) ? (error.retryAfterMs ?? 0) : 0);
    }
  };

  const expect = (): void => {
    giveUp();
    stop = clock.at(clock.mono() + lateMs, () => {
      meter.count('book.snapshot-late');
      requestAfter(0);
    });
  };

  return {
    request: () => {
      requestAfter(0);
    },
    expect,
    isPending: () => stop !== undefined,
    finish: () => {
      giveUp();
      usedAt = clock.mono();
    },
    cancel: () => {
      giveUp();
      attempts = 0;
    },
  };
}

/** Doubles with each attempt; up to half of it less, so that markets do not ask in step. */
function backOff(attempts: number, random: () => number): number {
  return Math.min(longestWaitMs, firstWaitMs * 2 ** (attempts - 1)) * (0.5 + random() / 2);
}
