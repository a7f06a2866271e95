import { isConnectorError } from '../../src/errors/connector-error.js';
import type { Charge, Pool } from '../../src/spec/endpoint.js';
import {
  createThrottler,
  type AcquireOptions,
  type Throttler,
  type ThrottlerOptions,
} from '../../src/throttler/throttler.js';
import { createVirtualClock, type VirtualClock } from './virtual-clock.js';

export const weight: Pool = { scope: 'ip', windows: [{ limit: 100, perMs: 60_000 }] };
export const orders: Pool = { scope: 'account', windows: [{ limit: 5, perMs: 10_000 }] };
export const pools: Readonly<Record<'weight' | 'orders', Pool>> = { weight, orders };

export type Desk = {
  readonly clock: VirtualClock;
  readonly throttler: Throttler;
  /** What was granted, as `name @ ms since the start`. */
  readonly log: string[];
  readonly ask: (name: string, charge: Charge, options?: Partial<AcquireOptions>) => void;
};

/** A throttler on a virtual clock, with `pools` unless others are given. */
export function createDesk(options: Partial<ThrottlerOptions> = {}): Desk {
  const clock = createVirtualClock();
  const throttler = createThrottler({ clock, pools, ...options });
  const log: string[] = [];
  return { clock, throttler, log, ask: createAsk(clock, throttler, log) };
}

/** Asks for turns, as data unless another lane is given, and notes when they come or why not. */
export function createAsk(clock: VirtualClock, throttler: Pick<Throttler, 'acquire'>, log: string[]): Desk['ask'] {
  const start = clock.mono();
  return (name, charge, options) => {
    const note = (what: string): void => void log.push(`${name} ${what} ${clock.mono() - start}`);
    const turn = throttler.acquire(charge, { lane: 'data', ...options });
    if (turn === undefined) {
      note('@');
      return;
    }
    turn.then(
      () => note('@'),
      (error: unknown) => {
        if (isConnectorError(error)) note(`${error.kind} ${error.outcome}`);
      },
    );
  };
}
