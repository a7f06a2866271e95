import { createRateCounter, toLengthMs, type CountedLimit, type RateLimit } from '@hb/binance-emulation';
import type { Clock } from '@hb/connector-core';
import { createVenueLimits, refuse } from '@hb/connector-testkit';

type LimitOptions = {
  readonly clock: Clock;
  readonly rateLimits: readonly RateLimit[];
  /** Refusals of an address in one weight interval after which it is banned; the documentation says `repeatedly` alone. */
  readonly refusalsBeforeBan: number;
};

/** Weights and counts, in intervals that start with the clock's: a new minute resets all. https://developers.binance.com/docs/binance-spot-api-docs/websocket-api/rate-limits */
export interface Limits {
  readonly rateLimits: readonly RateLimit[];
  /** Counts one request. Throws -1003 with status 429, or 418 while the address is banned. */
  admit(address: string, weight: number): void;
  /** Counts weight that is only known afterwards. */
  addWeight(address: string, weight: number): void;
  /** Counts one order. Throws -1015 with status 429. */
  admitOrder(account: string): void;
  /** The first fill of an order takes it off the count again. */
  releaseOrder(account: string): void;
  /** Whether one more WebSocket may be opened: 300 in 5 minutes for an address. */
  admitConnection(address: string): boolean;
  /** Notes a refusal that is counted elsewhere. */
  noteRefusal(): void;
  weights(address: string): readonly CountedLimit[];
  orders(account: string): readonly CountedLimit[];
  rawRequests(address: string): number;
  readonly refusals: number;
}

/** The limits of the live venue. https://developers.binance.com/docs/binance-spot-api-docs/rest-api/limits */
export const defaultRateLimits: readonly RateLimit[] = [
  { rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: 6_000 },
  { rateLimitType: 'ORDERS', interval: 'SECOND', intervalNum: 10, limit: 100 },
  { rateLimitType: 'ORDERS', interval: 'DAY', intervalNum: 1, limit: 200_000 },
  { rateLimitType: 'RAW_REQUESTS', interval: 'MINUTE', intervalNum: 5, limit: 300_000 },
];

const connections = { limit: 300, perMs: 300_000, window: 'fixed' } as const;
const shortestBanMs = 120_000;
const longestBanMs = 259_200_000;

export function createLimits({ clock, rateLimits, refusalsBeforeBan }: LimitOptions): Limits {
  const violations = { limit: refusalsBeforeBan - 1, perMs: 60_000, window: 'fixed' } as const;
  const counted = createRateCounter(rateLimits, () => clock.now());
  const noted = createVenueLimits({ connections, violations }, () => clock.now());
  const bans = new Map<string, { readonly until: number; readonly lengthMs: number }>();
  let refusals = 0;

  function throwWhileBanned(address: string): void {
    const until = bans.get(address)?.until ?? 0;
    if (clock.now() >= until) return;
    const message = `Way too much request weight used; IP banned until ${until}. Please use WebSocket Streams for live updates to avoid bans.`;
    throw refuse(-1003, message, 418, { retryAt: until });
  }
  function noteViolation(address: string): void {
    refusals += 1;
    if (noted.take('violations', address).allowed) return;
    const lengthMs = Math.min((bans.get(address)?.lengthMs ?? shortestBanMs / 2) * 2, longestBanMs);
    bans.set(address, { until: clock.now() + lengthMs, lengthMs });
    throwWhileBanned(address);
  }
  function charge(address: string, limit: RateLimit, cost: number): void {
    const { allowed, retryAfterMs } = counted.take(limit, address, cost);
    if (allowed) return;
    noteViolation(address);
    const isWeight = limit.rateLimitType === 'REQUEST_WEIGHT';
    const [used, unit] = isWeight ? ['request weight used', 'request weight'] : ['requests', 'requests'];
    const allowance = `${limit.limit} ${unit} per ${limit.intervalNum} ${limit.interval}`;
    const message = `Too much ${used}; current limit is ${allowance}. Please use WebSocket Streams for live updates to avoid polling the API.`;
    throw refuse(-1003, message, 429, { retryAt: clock.now() + retryAfterMs });
  }
  return {
    rateLimits,
    admit(address, weight) {
      if (clock.now() < (bans.get(address)?.until ?? 0)) refusals += 1;
      throwWhileBanned(address);
      for (const limit of counted.of('RAW_REQUESTS')) charge(address, limit, 1);
      for (const limit of counted.of('REQUEST_WEIGHT')) charge(address, limit, weight);
    },
    addWeight(address, weight) {
      for (const limit of counted.of('REQUEST_WEIGHT')) counted.add(limit, address, weight);
    },
    admitOrder(account) {
      // The longest first: over the limit of the day, nothing is added to the seconds.
      for (const limit of counted.of('ORDERS').toSorted((one, other) => toLengthMs(other) - toLengthMs(one))) {
        const { allowed, retryAfterMs } = counted.take(limit, account);
        if (allowed) continue;
        refusals += 1;
        const allowance = `${limit.limit} orders per ${limit.intervalNum} ${limit.interval}`;
        const retryAt = clock.now() + retryAfterMs;
        throw refuse(-1015, `Too many new orders; current limit is ${allowance}.`, 429, { retryAt });
      }
    },
    releaseOrder(account) {
      for (const limit of counted.of('ORDERS')) counted.add(limit, account, -1);
    },
    admitConnection(address) {
      const { allowed } = noted.take('connections', address);
      if (!allowed) refusals += 1;
      return allowed;
    },
    noteRefusal: () => {
      refusals += 1;
    },
    weights: (address) => counted.counts(address, 'REQUEST_WEIGHT'),
    orders: (account) => counted.counts(account, 'ORDERS'),
    rawRequests: (address) => counted.counts(address, 'RAW_REQUESTS').reduce((sum, { count }) => sum + count, 0),
    get refusals() {
      return refusals;
    },
  };
}
