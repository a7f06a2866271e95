import { setImmediate as macrotask } from 'node:timers/promises';

import type { Clock } from '../../src/ports/ports.js';

type Timer = { readonly at: number; readonly order: number; readonly run: () => void };

export type VirtualClock = Clock & {
  /** Timers that are armed. */
  readonly timers: () => number;
  /** Runs what falls due in the next `ms`, and every promise that hangs on it. */
  readonly advance: (ms: number) => Promise<void>;
  /** Lets every promise that can settle do so. */
  readonly settle: () => Promise<void>;
};

/** A clock that stands still until it is advanced. Timers of one instant run in the order they were armed. */
export function createVirtualClock(start = 1_000): VirtualClock {
  const timers = new Set<Timer>();
  let now = start;
  let armed = 0;

  const settle = async (): Promise<void> => {
    await macrotask();
  };
  const next = (until: number): Timer | undefined => {
    let first: Timer | undefined;
    for (const timer of timers) {
      if (timer.at > until) continue;
      if (first === undefined || timer.at < first.at || (timer.at === first.at && timer.order < first.order))
        first = timer;
    }
    return first;
  };

  return {
    now: () => 1_700_000_000_000 + now,
    mono: () => now,
    at: (mono, run) => {
      armed += 1;
      const timer: Timer = { at: mono, order: armed, run };
      timers.add(timer);
      return () => {
        timers.delete(timer);
      };
    },
    soon: (run) => {
      void Promise.resolve().then(run);
    },
    timers: () => timers.size,
    advance: async (ms) => {
      const until = now + ms;
      await settle();
      for (let timer = next(until); timer !== undefined; timer = next(until)) {
        timers.delete(timer);
        now = Math.max(now, timer.at);
        timer.run();
        await settle();
      }
      now = until;
    },
    settle,
  };
}
