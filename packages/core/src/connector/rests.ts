import type { Clock } from '../ports/ports.js';
import { waitMs, type Backoff } from './backoff.js';
import { wait, type Wait } from './wait.js';

const rest = { firstMs: 250, mostMs: 5_000 };

/** Pauses between requests that core makes of its own accord. */
export type Rests = {
  readonly pause: (by: Backoff, attempt: number) => Promise<void>;
  /** Two runs in a row are usual. Where something asks all the time, the venue is not asked without a rest. */
  readonly rested: (runsBefore: number, work: () => Promise<void>) => Promise<void>;
  readonly isClosed: () => boolean;
  /** Ends every pause, and later ones at once. */
  readonly close: () => void;
};

export function createRests({ clock, random }: { readonly clock: Clock; readonly random: () => number }): Rests {
  const pauses = new Set<Wait>();
  let closed = false;

  const pause: Rests['pause'] = async (by, attempt) => {
    if (closed) return;
    const waiting = wait(clock, waitMs(by, attempt, random));
    pauses.add(waiting);
    await waiting.over;
    pauses.delete(waiting);
  };

  return {
    pause,
    rested: async (runsBefore, work) => {
      if (runsBefore > 1) await pause(rest, runsBefore - 2);
      if (!closed) await work();
    },
    isClosed: () => closed,
    close: () => {
      closed = true;
      for (const waiting of pauses) waiting.cancel();
    },
  };
}
