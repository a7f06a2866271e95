import type { Clock } from '../ports/ports.js';

/** Timers that end together. Each call returns what cancels its timer, and does nothing after `close`. */
export type Timers = {
  readonly after: (ms: number, run: () => void) => () => void;
  /** For what should have been received by then. */
  readonly deadline: (ms: number, run: () => void) => () => void;
  readonly close: () => void;
};

const lateMs = 500;
const graceMs = 1_000;

export function createTimers(clock: Clock): Timers {
  const running = new Set<() => void>();
  let isClosed = false;

  const after = (ms: number, run: () => void): (() => void) => {
    if (isClosed) return () => undefined;
    const cancel = clock.at(clock.mono() + ms, () => {
      running.delete(cancel);
      run();
    });
    running.add(cancel);
    return () => {
      running.delete(cancel);
      cancel();
    };
  };

  return {
    after,
    deadline: (ms, run) => {
      const due = clock.mono() + ms;
      // A timer that fires late means that the process stood still: what it waits for may lie unread in the socket.
      let cancel = after(ms, () => {
        if (clock.mono() - due > lateMs) cancel = after(graceMs, run);
        else run();
      });
      return () => {
        cancel();
      };
    },
    close: () => {
      isClosed = true;
      for (const cancel of running) cancel();
      running.clear();
    },
  };
}
