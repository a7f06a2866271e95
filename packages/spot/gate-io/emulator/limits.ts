import { refuse, type ApiKey, type LimitRule } from '@hb/connector-testkit';

import type { LimitName, Route, Venue } from './venue.js';

/** https://www.gate.com/docs/developers/apiv4/en/#frequency-limit-rule */
export const limitRules = {
  public: { limit: 200, perMs: 10_000, window: 'sliding' },
  private: { limit: 200, perMs: 10_000, window: 'sliding' },
  orders: { limit: 10, perMs: 1_000, window: 'sliding' },
  socketOrders: { limit: 10, perMs: 1_000, window: 'sliding' },
  cancels: { limit: 200, perMs: 1_000, window: 'sliding' },
} as const satisfies Readonly<Record<LimitName, LimitRule>>;

export type Charge = readonly [name: LimitName, owner: string];
type Told = Readonly<Record<string, string>>;

/** What a request counts for; public ones by address. */
export function publicCharge(route: Route, address: string): Charge {
  return ['public', `${address} ${route.names[0] ?? ''}`];
}

/** Orders count per market, over the socket for the account as well. */
export function chargesOf(
  route: Route,
  { account }: ApiKey,
  pairs: readonly string[],
  isSocket: boolean,
): readonly Charge[] {
  if (route.limit === undefined) return [['private', `${account} ${route.names[0] ?? ''}`]];
  if (route.limit === 'cancels') return [['cancels', account]];
  const orders = [...new Set(pairs)].map((pair): Charge => ['orders', `${account} ${pair}`]);
  return isSocket ? [['socketOrders', account], ...orders] : orders;
}

/** The headers of the answer; throws the refusal, with its headers, where a limit is used up. */
export function charge({ limits, clock }: Venue, [name, owner]: Charge): Told {
  const { limit, perMs } = limitRules[name];
  const { allowed, used, retryAfterMs } = limits.take(name, owner);
  const headers = {
    'x-gate-ratelimit-requests-remain': String(limit - used),
    'x-gate-ratelimit-limit': String(limit),
    'x-gate-ratelimit-reset-timestamp': String(clock.now() + Math.min(retryAfterMs, perMs)),
  };
  if (allowed) return headers;
  throw refuse('TOO_MANY_REQUESTS', 'Request Rate Limit Exceeded', 429, { data: headers });
}
