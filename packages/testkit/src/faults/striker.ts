import type { Clock } from '@hb/connector-core';

import type { Fault, Strike } from './fault.js';

/** Decides which faults strike, by counting. */
export type Striker = {
  readonly add: (fault: Fault) => void;
  /** The faults among those chosen by `isMeant` that strike what carries this text. */
  readonly hits: <F extends Fault>(isMeant: (fault: Fault) => fault is F, what: string) => readonly F[];
  /** Tells of faults that strike at a time, not by counting. */
  readonly onTime: (listener: (fault: Fault) => boolean) => () => void;
  readonly strikes: readonly Strike[];
  readonly stop: () => void;
};

type Counter = { readonly fault: Fault; seen: number };

export function createStriker(clock: Clock): Striker {
  const start = clock.mono();
  const counters: Counter[] = [];
  const strikes: Strike[] = [];
  const listeners = new Set<(fault: Fault) => boolean>();
  const timers = new Set<() => void>();

  function add(fault: Fault): void {
    if (!isTimed(fault)) {
      counters.push({ fault, seen: 0 });
      return;
    }
    const cancel = clock.at(start + fault.at, () => {
      timers.delete(cancel);
      for (const listener of [...listeners]) if (listener(fault)) record(fault, 'every connection');
    });
    timers.add(cancel);
  }
  function record(fault: Fault, what: string): void {
    strikes.push({ at: clock.mono() - start, fault, what });
  }
  function hits<F extends Fault>(isMeant: (fault: Fault) => fault is F, what: string): readonly F[] {
    const found: F[] = [];
    const elapsed = clock.mono() - start;
    for (const counter of counters) {
      const { fault } = counter;
      if (!isIn(fault, elapsed) || !isMeant(fault) || !counts(fault, what)) continue;
      counter.seen += 1;
      if (!isDue(fault, counter.seen)) continue;
      record(fault, what);
      found.push(fault);
    }
    return found;
  }
  return {
    add,
    hits,
    strikes,
    onTime: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop: () => {
      for (const cancel of timers) cancel();
      timers.clear();
    },
  };
}

function isTimed(fault: Fault): fault is Fault & { readonly at: number } {
  const byCount = fault.match !== undefined || fault.nth !== undefined || fault.forMs !== undefined;
  return (fault.kind === 'ws.drop' || fault.kind === 'ws.silent') && fault.at !== undefined && !byCount;
}

function isIn({ at = 0, forMs = Infinity }: Fault, elapsed: number): boolean {
  return elapsed >= at && elapsed < at + forMs;
}

function counts({ match }: Fault, what: string): boolean {
  return match === undefined || what.includes(match);
}

function isDue({ nth = 1, times, forMs }: Fault, seen: number): boolean {
  const most = times ?? (forMs === undefined ? 1 : Infinity);
  return seen >= nth && seen < nth + most;
}
