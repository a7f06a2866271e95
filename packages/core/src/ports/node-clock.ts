import { performance } from 'node:perf_hooks';

import type { Clock } from './ports.js';

// Bound once, for each message is timed: to look it up takes a fifth as long as to read it.
const mono = performance.now.bind(performance);

// Node fires timers that are further away at once.
const longestTimerMs = 2 ** 31 - 1;

/** The machine's clocks and timers. */
export function createNodeClock(): Clock {
  return {
    now: () => Date.now(),
    mono,
    at: startTimer,
    soon: (run) => queueMicrotask(run),
  };
}

function startTimer(due: number, run: () => void): () => void {
  let timer = setTimeout(fire, delayUntil(due));
  function fire(): void {
    // Timers may fire a little early, and those far away in stages.
    if (mono() >= due) {
      run();
      return;
    }
    timer = setTimeout(fire, delayUntil(due));
  }
  return () => clearTimeout(timer);
}

function delayUntil(due: number): number {
  return Math.min(Math.max(Math.ceil(due - mono()), 0), longestTimerMs);
}
