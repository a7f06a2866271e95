import { createVenueLimits, type LimitAnswer, type LimitRule } from '@hb/connector-testkit';

/** A limit as `exchangeInfo` lists it: weight and raw requests count for an address, orders for an account. */
export type RateLimit = {
  readonly rateLimitType: 'REQUEST_WEIGHT' | 'ORDERS' | 'RAW_REQUESTS';
  readonly interval: 'SECOND' | 'MINUTE' | 'DAY';
  readonly intervalNum: number;
  readonly limit: number;
};

/** A limit with what is used of it now. */
export type CountedLimit<L extends RateLimit = RateLimit> = L & { readonly count: number };

/** What is used of a product's limits, in intervals that start with the clock's: a new minute resets all. */
export interface RateCounter<L extends RateLimit> {
  of(type: L['rateLimitType']): readonly L[];
  /** Counts `cost`, 1 when left out, unless it goes over the limit. */
  take(limit: L, owner: string, cost?: number): LimitAnswer;
  /** Counts whatever the limit says; less than nothing takes off. */
  add(limit: L, owner: string, cost: number): void;
  counts(owner: string, type: L['rateLimitType']): readonly CountedLimit<L>[];
}

const intervalMs = { SECOND: 1_000, MINUTE: 60_000, DAY: 86_400_000 } as const;

export function createRateCounter<L extends RateLimit>(limits: readonly L[], now: () => number): RateCounter<L> {
  const rules = limits.map((limit): [string, LimitRule] => {
    return [nameOf(limit), { limit: limit.limit, perMs: toLengthMs(limit), window: 'fixed' }];
  });
  const counted = createVenueLimits<string>(Object.fromEntries(rules), now);
  const of = (type: L['rateLimitType']) => limits.filter((limit) => limit.rateLimitType === type);
  return {
    of,
    take: (limit, owner, cost) => counted.take(nameOf(limit), owner, cost),
    add: (limit, owner, cost) => counted.add(nameOf(limit), owner, cost),
    counts: (owner, type) => of(type).map((limit) => ({ ...limit, count: counted.used(nameOf(limit), owner) })),
  };
}

export function toLengthMs({ interval, intervalNum }: RateLimit): number {
  return intervalMs[interval] * intervalNum;
}

/** `10s` and `1m` of a header such as `x-mbx-order-count-10s`. */
export function toIntervalLetters({ interval, intervalNum }: RateLimit): string {
  return `${intervalNum}${interval.charAt(0).toLowerCase()}`;
}

function nameOf(limit: RateLimit): string {
  return `${limit.rateLimitType} ${toIntervalLetters(limit)}`;
}
