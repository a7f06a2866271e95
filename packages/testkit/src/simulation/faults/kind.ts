import type { HttpFault, WsFault } from '../../faults/fault.js';
import type { Random } from '../../random.js';
import type { MarginRequest, SimulatedRequest } from '../fixture.js';
import type { PlannedFault } from '../plan.js';
import type { Site } from '../site.js';

/** One row of the catalogue: how a fault is drawn and how it is brought about. */
export type FaultKind = {
  /** As in the catalogue of the design: `T02`. */
  readonly id: string;
  /** What happens, in words. */
  readonly what: string;
  /** How often it is drawn, against 1 for most. */
  readonly weight: number;
  readonly draw: (random: Random) => Omit<PlannedFault, 'id' | 'at'>;
  readonly inject: (fault: PlannedFault, site: Site) => void;
};

export type Http = Without<HttpFault>;
export type Message = Without<WsFault>;
type Without<F> = F extends unknown ? Omit<F, 'match' | 'nth' | 'times' | 'at' | 'forMs'> : never;

export const commands = ['place', 'cancel', 'amend'] as const;
export const marginQueries = ['fetchPositions', 'fetchPayments', 'fetchFunding'] as const;
export const queries = ['fetchOrder', 'fetchOpenOrders', 'fetchFills', 'fetchBalances', 'fetchBook'] as const;
export const second = 1_000;

export type Drawn = {
  forMs?: number;
  times?: number;
  most?: number;
  on?: readonly string[];
  ms?: readonly [number, number];
};

/** Draws within a window, once or up to `most` times. */
export function drawn({ forMs = 8 * second, times = 1, most = times, on, ms }: Drawn): FaultKind['draw'] {
  return (random) => ({
    forMs,
    ...(times > 0 && { times: random.integer(times, most) }),
    ...(on !== undefined && { on: random.pick(on) }),
    ...(ms !== undefined && { ms: random.integer(...ms) }),
    variant: random.integer(0, 99),
  });
}

/** Always, for some time. */
export function lasting([low, high]: readonly [number, number], on?: readonly string[]): FaultKind['draw'] {
  return (random) => ({
    forMs: random.integer(low, high),
    ...(on !== undefined && { on: random.pick(on) }),
    variant: random.integer(0, 99),
  });
}

export function row(id: string, what: string, draw: FaultKind['draw'], inject: FaultKind['inject']): FaultKind {
  return { id, what, weight: 1, draw, inject };
}

/** Drawn more often, or less. */
export function weighted(weight: number, kind: FaultKind): FaultKind {
  return { ...kind, weight };
}

/** Something happens to the request that the fault is about. */
export function http(make: (fault: PlannedFault, site: Site) => Http | undefined): FaultKind['inject'] {
  return (fault, site) => {
    const kind = make(fault, site);
    const match = site.wire.requests[requestOf(fault)];
    if (kind !== undefined && match !== undefined) site.disturb(fault, { ...kind, match });
  };
}

export function status(
  fault: PlannedFault,
  answers: readonly Extract<Http, { kind: 'http.status' }>[],
): Http | undefined {
  return answers[(fault.variant ?? 0) % Math.max(1, answers.length)];
}

export function messages(match: 'order' | 'balance' | 'book' | 'trade', kind: Message): FaultKind['inject'] {
  return (fault, site) => {
    site.disturb(fault, { ...kind, match: site.wire.messages[match] });
  };
}

export function both(...injects: readonly FaultKind['inject'][]): FaultKind['inject'] {
  return (fault, site) => {
    for (const inject of injects) inject(fault, site);
  };
}

/** A message or an answer that is hard to read. */
export const unreadable: FaultKind['inject'] = (fault, site) => {
  const rewrites = site.wire.rewrites[fault.id] ?? [];
  const rewrite = rewrites[(fault.variant ?? 0) % Math.max(1, rewrites.length)];
  if (rewrite !== undefined) site.rewrite(fault, rewrite);
};

const others = ['fetchMarkets', 'fetchTime'] as const;

export function requestOf({ on }: PlannedFault): SimulatedRequest | MarginRequest {
  return [...commands, ...queries, ...marginQueries, ...others].find((name) => name === on) ?? 'place';
}

export const html = '<!doctype html><html><head><title>Bad gateway</title></head><body>nginx</body></html>';
export const isEven = ({ variant = 0 }: PlannedFault): boolean => variant % 2 === 0;
