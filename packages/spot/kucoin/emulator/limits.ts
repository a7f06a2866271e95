import type { Clock } from '@hb/connector-core';
import { createVenueLimits, refuse } from '@hb/connector-testkit';

/** `spot` and `management` are counted per account, `public` per address. */
export type Pool = 'spot' | 'management' | 'public';

export interface Limits {
  /** Charges a request. Throws 429000 when that goes over the quota. */
  charge(pool: Pool, owner: string, weight: number): void;
  /** `gw-ratelimit-limit` and the like. */
  headers(pool: Pool, owner: string): Readonly<Record<string, string>>;
  admitConnection(address: string): boolean;
  /** A message of a client; `connection` is any text of its own. */
  admitMessage(connection: string): boolean;
  /** How many requests, messages and connections were turned away. */
  readonly refusals: number;
}

const quotaMs = 30_000;
/** Of VIP 0. https://www.kucoin.com/docs-new/rate-limit */
const quotas: Readonly<Record<Pool, number>> = { spot: 4_000, management: 2_000, public: 2_000 };

export function createLimits(clock: Clock): Limits {
  const now = () => clock.now();
  const quota = (pool: Pool) => ({ limit: quotas[pool], perMs: quotaMs, window: 'fixed' }) as const;
  const counts = createVenueLimits(
    {
      ...{ spot: quota('spot'), management: quota('management'), public: quota('public') },
      connections: { limit: 30, perMs: 60_000, window: 'sliding' },
      messages: { limit: 100, perMs: 10_000, window: 'sliding' },
    },
    now,
  );
  return {
    charge(pool, owner, weight) {
      if (counts.take(pool, owner, weight).allowed) return;
      throw refuse('429000', 'Too many requests in a short period of time, please retry later', 429);
    },
    headers: (pool, owner) => ({
      'gw-ratelimit-limit': String(quotas[pool]),
      'gw-ratelimit-remaining': String(quotas[pool] - counts.used(pool, owner)),
      'gw-ratelimit-reset': String(Math.ceil(quotaMs - (now() % quotaMs))),
    }),
    admitConnection: (address) => counts.take('connections', address).allowed,
    admitMessage: (connection) => counts.take('messages', connection).allowed,
    get refusals() {
      const names = ['spot', 'management', 'public', 'connections', 'messages'] as const;
      return names.reduce((sum, name) => sum + counts.report(name).refusals, 0);
    },
  };
}
