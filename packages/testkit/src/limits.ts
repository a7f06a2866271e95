import type { UnixMs } from '@hb/connector-core';

/** `fixed`: counts from each whole multiple of `perMs` of the clock. `sliding`: counts what lies less than `perMs` back. */
export type LimitRule = { readonly limit: number; readonly perMs: number; readonly window: 'fixed' | 'sliding' };

/** How a limit was used over all owners. */
export type LimitReport = {
  /** Requests turned away: zero is what a well-behaved client leaves behind. */
  readonly refusals: number;
  /** The highest use of any owner at any time, in units of the limit. */
  readonly peak: number;
};

/** Whether a charge fits, and how long to wait when it does not. */
export type LimitAnswer = {
  readonly allowed: boolean;
  /** In the current window, this request included when it was allowed. */
  readonly used: number;
  /** How long until the same request would be allowed if nothing else came; zero when it was. */
  readonly retryAfterMs: number;
};

/** A venue's own count of its rate limits, exact. Owners are addresses, keys or accounts: any text. */
export interface VenueLimits<Name extends string> {
  /** Charges `cost`, unless that goes over the limit: then nothing is charged and a refusal is counted. */
  take(name: Name, owner: string, cost?: number): LimitAnswer;
  /** Charges whatever the limit is; less than zero gives back. For costs that are known afterwards. */
  add(name: Name, owner: string, cost: number): void;
  used(name: Name, owner: string): number;
  report(name: Name): LimitReport;
}

/** The counters of an emulated venue: what it refuses, and what its headers say. */
export function createVenueLimits<Name extends string>(
  rules: Readonly<Record<Name, LimitRule>>,
  now: () => UnixMs,
): VenueLimits<Name> {
  const counters = new Map<string, Counter>();
  const reports = new Map<string, { refusals: number; peak: number }>();

  function counterOf(name: Name, owner: string): Counter {
    const key = `${name} ${owner}`;
    const found = counters.get(key);
    if (found !== undefined) return found;
    const made = rules[name].window === 'fixed' ? createFixed(rules[name]) : createSliding(rules[name]);
    counters.set(key, made);
    return made;
  }
  function reportOf(name: Name): { refusals: number; peak: number } {
    const found = reports.get(name) ?? { refusals: 0, peak: 0 };
    reports.set(name, found);
    return found;
  }
  function charge(name: Name, counter: Counter, cost: number): number {
    counter.add(now(), cost);
    const used = counter.used(now());
    const report = reportOf(name);
    report.peak = Math.max(report.peak, used);
    return used;
  }
  return {
    take: (name, owner, cost = 1) => {
      const counter = counterOf(name, owner);
      const used = counter.used(now());
      if (used + cost <= rules[name].limit) {
        return { allowed: true, used: charge(name, counter, cost), retryAfterMs: 0 };
      }
      reportOf(name).refusals += 1;
      return { allowed: false, used, retryAfterMs: counter.waitFor(now(), cost) };
    },
    add: (name, owner, cost) => {
      charge(name, counterOf(name, owner), cost);
    },
    used: (name, owner) => counterOf(name, owner).used(now()),
    report: (name) => ({ ...reportOf(name) }),
  };
}

type Counter = {
  readonly used: (at: number) => number;
  readonly add: (at: number, cost: number) => void;
  readonly waitFor: (at: number, cost: number) => number;
};

function createFixed({ limit, perMs }: LimitRule): Counter {
  let window = -Infinity;
  let sum = 0;

  function move(at: number): void {
    const current = Math.floor(at / perMs);
    if (current !== window) sum = 0;
    window = current;
  }
  return {
    used: (at) => {
      move(at);
      return sum;
    },
    add: (at, cost) => {
      move(at);
      sum = Math.max(0, sum + cost);
    },
    waitFor: (at, cost) => (cost > limit ? Infinity : (Math.floor(at / perMs) + 1) * perMs - at),
  };
}

function createSliding({ limit, perMs }: LimitRule): Counter {
  let charges: { readonly at: number; readonly cost: number }[] = [];

  function used(at: number): number {
    charges = charges.filter((charge) => charge.at > at - perMs);
    return charges.reduce((sum, { cost }) => sum + cost, 0);
  }
  return {
    used,
    add: (at, cost) => charges.push({ at, cost }),
    waitFor: (at, cost) => {
      let left = used(at);
      for (const charge of charges) {
        left -= charge.cost;
        if (left + cost <= limit) return charge.at + perMs - at;
      }
      return Infinity;
    },
  };
}
