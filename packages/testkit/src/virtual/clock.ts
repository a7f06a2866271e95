import type { Clock, UnixMs } from '@hb/connector-core';

import { createRandom } from '../random.js';
import { createHeap } from './heap.js';
import { drain } from './node-drain.js';

/** When time begins, and in which order what is due together runs. */
export type VirtualClockOptions = {
  /** What `now()` says at first; 2026-01-01 when left out. */
  readonly start?: UnixMs;
  /** Runs events of the same instant in an order drawn from this seed, to explore interleavings; else in the order given. */
  readonly shuffle?: number | string;
};

/** Time that passes when a test says so. What is due runs alone: all that follows from it settles before the next event. */
export interface VirtualClock extends Clock {
  /** Lets `ms` pass. Rejects with what an event throws, and when events that are due at once let no time pass. */
  advance(ms: number): Promise<void>;
  /** Lets time pass until `condition` holds. Rejects when it does not within `withinMs`, 60 s when left out, or when nothing is left to happen. */
  runUntil(condition: () => boolean, withinMs?: number): Promise<void>;
  /** Lets time pass until `work` settles, and gives what it gives. Rejects like `runUntil`. */
  run<T>(work: Promise<T>, withinMs?: number): Promise<T>;
  /** Moves `now()`, forwards or back, without time passing: a wall clock that is set. */
  jump(ms: number): void;
  /** Events still to come; none once everything has stopped. */
  readonly pending: number;
}

type Timer = {
  readonly at: number;
  readonly tie: number;
  readonly order: number;
  readonly run: () => void;
  isDead: boolean;
};

const longestRunMs = 60_000;
/** More than anything does on purpose: a timer that is due at once, again and again, lets no time pass. */
const mostAtOnce = 100_000;
const defaultStart: UnixMs = 1_767_225_600_000;

/** A clock that stands still until it is told to go on. */
export function createVirtualClock({ start = defaultStart, shuffle }: VirtualClockOptions = {}): VirtualClock {
  const ties = shuffle === undefined ? undefined : createRandom(shuffle).fork('ties');
  const heap = createHeap<Timer>(isBefore);
  let elapsed = 0;
  let offset = start;
  let scheduled = 0;
  let pending = 0;
  let isRunning = false;
  let atOnce = 0;

  function at(mono: number, run: () => void): () => void {
    scheduled += 1;
    pending += 1;
    const timer = { at: Math.max(mono, elapsed), tie: ties?.next() ?? 0, order: scheduled, run, isDead: false };
    heap.push(timer);
    return () => {
      if (!timer.isDead) pending -= 1;
      timer.isDead = true;
    };
  }
  /** Runs the next event due by `until`, without what it leads to; false when there is none. */
  function step(until: number): boolean {
    for (let timer = heap.peek(); timer !== undefined && timer.at <= until; timer = heap.peek()) {
      heap.pop();
      if (timer.isDead) continue;
      timer.isDead = true;
      pending -= 1;
      atOnce = timer.at === elapsed ? atOnce + 1 : 0;
      if (atOnce > mostAtOnce)
        throw new Error(`time stands still at ${elapsed} ms: ${mostAtOnce} events were due then`);
      elapsed = timer.at;
      timer.run();
      return true;
    }
    return false;
  }
  async function alone(run: () => Promise<void>): Promise<void> {
    if (isRunning) throw new Error('the clock is running already: await one advance before the next');
    isRunning = true;
    try {
      await drain();
      await run();
    } finally {
      isRunning = false;
    }
  }
  async function runUntil(condition: () => boolean, withinMs: number = longestRunMs): Promise<void> {
    const until = elapsed + withinMs;
    while (!condition()) {
      if (step(until)) {
        await drain();
        continue;
      }
      const reason = pending === 0 ? 'nothing is left to happen' : `${withinMs} ms of virtual time were not enough`;
      throw new Error(`the condition does not hold: ${reason}`);
    }
  }
  return {
    // Whole milliseconds, as clocks tell them; timers may lie between.
    now: () => Math.floor(offset + elapsed),
    mono: () => elapsed,
    at,
    soon: (run) => void Promise.resolve().then(run),
    advance: (ms) =>
      alone(async () => {
        const until = elapsed + ms;
        while (step(until)) await drain();
        elapsed = until;
      }),
    runUntil: (condition, withinMs) => alone(() => runUntil(condition, withinMs)),
    run: async (work, withinMs) => {
      let isSettled = false;
      const settle = (): void => {
        isSettled = true;
      };
      work.then(settle, settle);
      await alone(() => runUntil(() => isSettled, withinMs));
      return work;
    },
    jump: (ms) => {
      offset += ms;
    },
    get pending() {
      return pending;
    },
  };
}

function isBefore(left: Timer, right: Timer): boolean {
  if (left.at !== right.at) return left.at < right.at;
  return left.tie === right.tie ? left.order < right.order : left.tie < right.tie;
}
