import { createRateCounter, type CountedLimit as Counted, type RateLimit as Limit } from '@hb/binance-emulation';
import type { Clock } from '@hb/connector-core';
import { refuse } from '@hb/connector-testkit';

/** A limit as `exchangeInfo` lists it: weight counts for an address, orders for an account. */
export type RateLimit = Limit & {
  readonly rateLimitType: 'REQUEST_WEIGHT' | 'ORDERS';
  readonly interval: 'SECOND' | 'MINUTE';
};

export type CountedLimit = Counted<RateLimit>;

/** https://developers.binance.com/docs/derivatives/usds-margined-futures/general-info#limits */
export const defaultRateLimits: readonly RateLimit[] = [
  { rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: 2_400 },
  { rateLimitType: 'ORDERS', interval: 'SECOND', intervalNum: 10, limit: 300 },
  { rateLimitType: 'ORDERS', interval: 'MINUTE', intervalNum: 1, limit: 1_200 },
];

/** Units per interval of an order, or of a batch. */
type OrderCost = { readonly SECOND: number; readonly MINUTE: number };

/** Weights and counts, in intervals that start with the clock's. */
export interface Limits {
  readonly rateLimits: readonly RateLimit[];
  /** Counts one request. Throws -1003 with status 429. */
  admit(address: string, weight: number): void;
  /** Throws -1015 with status 429. */
  admitOrders(account: string, cost: OrderCost): void;
  /** Notes a refusal that is counted elsewhere. */
  noteRefusal(): void;
  weights(address: string): readonly CountedLimit[];
  orders(account: string): readonly CountedLimit[];
  readonly refusals: number;
}

const refusalOf = { REQUEST_WEIGHT: [-1003, 'request weight'], ORDERS: [-1015, 'orders'] } as const;

export function createLimits(clock: Clock, rateLimits: readonly RateLimit[]): Limits {
  const counted = createRateCounter(rateLimits, () => clock.now());
  let refusals = 0;

  function take(limit: RateLimit, owner: string, cost: number): void {
    const { allowed, retryAfterMs } = counted.take(limit, owner, cost);
    if (allowed) return;
    refusals += 1;
    const [code, what] = refusalOf[limit.rateLimitType];
    const allowance = `${limit.limit} ${what} per ${limit.intervalNum} ${limit.interval}`;
    throw refuse(code, `Too many requests; current limit is ${allowance}.`, 429, {
      retryAt: clock.now() + retryAfterMs,
    });
  }
  return {
    rateLimits,
    admit(address, weight) {
      for (const limit of counted.of('REQUEST_WEIGHT')) take(limit, address, weight);
    },
    admitOrders(account, cost) {
      for (const limit of counted.of('ORDERS')) take(limit, account, cost[limit.interval]);
    },
    noteRefusal: () => {
      refusals += 1;
    },
    weights: (address) => counted.counts(address, 'REQUEST_WEIGHT'),
    orders: (account) => counted.counts(account, 'ORDERS'),
    get refusals() {
      return refusals;
    },
  };
}
