import type { TimeInForce } from '@hb/connector-core';

import type { Crash } from './host.js';

/** A run as plain data: the same plan against the same build gives the same run, message for message. */
export type Plan = {
  readonly version: 1;
  /** From it everything is drawn that the lists do not say: latencies, jitter, what the other traders do. */
  readonly seed: number;
  readonly settings: PlanSettings;
  /** By time. */
  readonly actions: readonly Action[];
  /** By time. */
  readonly faults: readonly PlannedFault[];
};

/** How long a plan runs, and what the machine is like. */
export type PlanSettings = {
  /** How long actions and faults happen; then everything heals. */
  readonly faultsMs: number;
  /** How long the connector has to come to rest. */
  readonly livenessMs: number;
  readonly latencyMs: readonly [low: number, high: number];
  /** How old what queries see is, all the time; 0 is current. */
  readonly lagMs: number;
  /** Between two actions of the other traders in a market; 0: there are none. */
  readonly noiseEveryMs: number;
  readonly requestTimeoutMs: number;
  readonly auditEveryMs: number;
  /** Whether what is due at the same instant happens in an order drawn from the seed. */
  readonly isShuffled: boolean;
  /** `fsync` when left out. */
  readonly durability?: 'fsync' | 'os';
  /** How long the disk takes to make something safe, at most; no time at all when left out. */
  readonly syncMs?: number;
};

/** What the script does, `at` ms after the start. Orders go by the name that the script gave them: `o7`. */
export type Action = { readonly at: number } & (
  | PlaceAction
  | { readonly kind: 'cancel'; readonly order: string }
  /** Lowers the amount to this part of it. */
  | { readonly kind: 'amend'; readonly order: string; readonly share: number }
  | { readonly kind: 'cancel-all'; readonly market: number }
  | { readonly kind: 'refresh'; readonly what: 'balances' | 'markets' }
  /** Asks the venue about one order. */
  | { readonly kind: 'look'; readonly order: string }
  /** Stops watching a market and starts again after a while. */
  | { readonly kind: 'rewatch'; readonly market: number; readonly forMs: number }
  /** The process ends, cleanly (`stop`), at once (`kill`) or with the machine (`power`), and starts again with what its journal kept. */
  | { readonly kind: 'restart'; readonly how: 'stop' | Crash; readonly downMs: number }
);

export type PlaceAction = {
  readonly kind: 'place';
  readonly order: string;
  /** Of the fixture's markets. */
  readonly market: number;
  readonly side: 'buy' | 'sell';
  /** In standard amounts of the market. */
  readonly times: number;
  /** On perpetuals, where there is a position: reduces it, by no more than all of it. */
  readonly closes?: true;
} & (
  | {
      readonly type: 'limit';
      readonly timeInForce: Exclude<TimeInForce, 'gtd'>;
      /** From the middle of the book, in parts of the spread between the others' best prices: -1 to 1. */
      readonly offset: number;
    }
  | { readonly type: 'market'; readonly amountIn: 'base' | 'quote' }
);

/** A fault of the catalogue, `at` ms after the start. What the numbers mean is up to its kind. */
export type PlannedFault = {
  /** `T02`. */
  readonly id: string;
  readonly at: number;
  /** It strikes within this time only. */
  readonly forMs: number;
  /** How often at most; always within its time when left out. */
  readonly times?: number;
  /** The operation, or the market by its number, that it is about. */
  readonly on?: string;
  /** A delay, a lag, a jump. */
  readonly ms?: number;
  /** Chooses one of several ways in which the venue can do it. */
  readonly variant?: number;
};

/** How many things happen in a plan: the measure that shrinking makes small. */
export function sizeOf({ actions, faults }: Plan): number {
  return actions.length + faults.length;
}
