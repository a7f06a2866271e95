import type { Clock } from './ports.js';

// Node fires timers that are further away at once.
const longestTimerMs = 2 ** 31 - 1;

/** The machine's clocks and timers. */
export function createNodeClock(): Clock {
  return {
    now: () => Date.now(),
    mono: () => performance.now(),
    at: (mono, run) => startTimer(mono, run),
    soon: (run) => queueMicrotask(run),
  };
}

function startTimer(mono: number, run: () => void): () => void {
  let timer = setTimeout(fire, delayUntil(mono));
  function fire(): void {
    // Timers may fire a little early, and those far away in stages.
    if (performance.now() >= mono) {
      run();
      return;
    }
    timer = setTimeout(fire, delayUntil(mono));
  }
  return () => clearTimeout(timer);
}

function delayUntil(mono: number): number {
  return Math.min(Math.max(Math.ceil(mono - performance.now()), 0), longestTimerMs);
}
