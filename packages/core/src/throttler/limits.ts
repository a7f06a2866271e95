import type { Pool } from '../spec/endpoint.js';
import type { Counter } from './counter.js';
import { createDecay } from './decay.js';
import { createWindow } from './window.js';

/** One limit of a pool, whatever its form. */
export type Limit = {
  /** Tells the limits of one pool apart, and is the same for the same limit. */
  readonly key: string;
  readonly limit: number;
  /** Absent on a decaying counter. */
  readonly perMs?: number;
  readonly createCounter: () => Counter;
};

/** The limits of a pool, windows longer by `marginMs`. Throws a `TypeError` for numbers that limit nothing. */
export function toLimits(name: string, pool: Pool, marginMs: number): readonly Limit[] {
  if ('windows' in pool) return pool.windows.map((window) => windowLimit(name, window, marginMs));
  const { capacity, refillPerMs } = pool;
  positive(name, { capacity, refillPerMs });
  return [
    {
      key: `decay ${refillPerMs}`,
      limit: capacity,
      createCounter: () => createDecay(refillPerMs),
    },
  ];
}

function windowLimit(name: string, { limit, perMs }: { limit: number; perMs: number }, marginMs: number): Limit {
  positive(name, { limit, perMs });
  return {
    key: `window ${perMs}+${marginMs}`,
    limit,
    perMs,
    createCounter: () => createWindow(perMs + marginMs),
  };
}

function positive(pool: string, values: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(values)) {
    if (!(value > 0 && value < Infinity)) throw new TypeError(`pool ${pool}: ${name} is ${value}`);
  }
}
