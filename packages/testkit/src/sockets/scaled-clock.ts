import type { VirtualClock } from '../virtual/clock.js';

/** A clock that runs by itself, `speed` times as fast as the world; closed, nothing of it runs any more. */
export type ScaledClock = VirtualClock & {
  /** By how much the latest of its timers was late, in ms of the world: what a busy machine takes away. */
  readonly latestMs: () => number;
  readonly close: () => void;
};

const start = 1_767_225_600_000;
const longestRunMs = 60_000;
const lookEveryMs = 5;

/** Hours of waiting in minutes, on real sockets: what waits a minute on this clock waits a second with `speed` 60. */
export function createScaledClock(speed: number): ScaledClock {
  const begun = performance.now();
  const timers = new Set<NodeJS.Timeout>();
  let latest = 0;
  let offset = start;
  let mistake: { readonly error: unknown } | undefined;
  const mono = (): number => (performance.now() - begun) * speed;

  function at(when: number, run: () => void): () => void {
    let timer = arm();
    function arm(): NodeJS.Timeout {
      const armed = setTimeout(fire, Math.max(0, (when - mono()) / speed));
      timers.add(armed);
      return armed;
    }
    function fire(): void {
      timers.delete(timer);
      // Node's timers may be a little early.
      if (mono() < when) {
        timer = arm();
        return;
      }
      latest = Math.max(latest, mono() - when);
      try {
        run();
      } catch (error) {
        mistake ??= { error };
      }
    }
    return () => {
      clearTimeout(timer);
      timers.delete(timer);
    };
  }
  /** Rejects with what an event threw. */
  async function wait(realMs: number): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, realMs));
    if (mistake !== undefined) throw mistake.error;
  }
  async function runUntil(condition: () => boolean, withinMs: number = longestRunMs): Promise<void> {
    const until = mono() + withinMs;
    while (!condition()) {
      if (mono() >= until) throw new Error(`the condition does not hold within ${withinMs} ms`);
      await wait(lookEveryMs);
    }
  }
  return {
    now: () => Math.floor(offset + mono()),
    mono,
    at,
    soon: (run) => queueMicrotask(run),
    advance: (ms) => wait(ms / speed),
    runUntil,
    run: async (work, withinMs) => {
      let isSettled = false;
      const settle = (): void => {
        isSettled = true;
      };
      work.then(settle, settle);
      await runUntil(() => isSettled, withinMs);
      return work;
    },
    jump: (ms) => {
      offset += ms;
    },
    get pending() {
      return timers.size;
    },
    latestMs: () => latest / speed,
    close: () => {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
    },
  };
}
