import type { Clock } from '@hb/connector-core';
import { createVenueLimits, refuse, type Engine } from '@hb/connector-testkit';

const perMs = 60_000;
/** Of addresses on the internet. https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/rate-limits-and-user-limits */
const rules = {
  weight: { limit: 1_200, perMs, window: 'sliding' },
  messages: { limit: 2_000, perMs, window: 'sliding' },
  connections: { limit: 30, perMs, window: 'sliding' },
} as const;

const firstActions = 10_000;

/** What the venue counts. */
export type Limits = {
  /** Throws with status 429. */
  readonly admit: (address: string, weight: number) => void;
  /** Rows of an answer count too, when it has been given. */
  readonly addRows: (address: string, weight: number) => void;
  readonly takes: (name: 'messages' | 'connections', address: string) => boolean;
  /** Of an account: one a dollar traded, and 10,000 to begin with; cancels have more. Throws the venue's words. */
  readonly admitActions: (account: string, count: number, areCancels: boolean) => void;
  readonly usedActions: (account: string) => { readonly used: number; readonly cap: number; readonly volume: number };
  readonly refusals: () => number;
  readonly stop: () => void;
};

export function createLimits(clock: Clock, engine: Engine): Limits {
  const counted = createVenueLimits(rules, () => clock.mono());
  const volumes = new Map<string, number>();
  const actions = new Map<string, number>();
  let refused = 0;

  const off = engine.on((event) => {
    if (event.type !== 'order' || event.execution === undefined) return;
    const { account, market, quote } = event.execution;
    const worth = Number(engine.market(market)?.quoteAsset.format(quote) ?? 0);
    volumes.set(account, (volumes.get(account) ?? 0) + worth);
  });
  const usedActions: Limits['usedActions'] = (account) => {
    const volume = volumes.get(account) ?? 0;
    return { used: actions.get(account) ?? 0, cap: firstActions + Math.floor(volume), volume };
  };
  return {
    admit: (address, weight) => {
      if (!counted.take('weight', address, weight).allowed) throw refuse(429, 'Too Many Requests', 429);
    },
    addRows: (address, weight) => counted.add('weight', address, weight),
    takes: (name, address) => counted.take(name, address).allowed,
    admitActions: (account, count, areCancels) => {
      const { used, cap, volume } = usedActions(account);
      const most = areCancels ? Math.min(cap + 100_000, cap * 2) : cap;
      if (used + count > most) {
        refused += 1;
        const words = `Too many cumulative requests sent (${used + count} > ${most})`;
        throw refuse('err', `${words} for cumulative volume traded $${volume.toFixed(2)}.`, 200);
      }
      actions.set(account, used + count);
    },
    usedActions,
    refusals: () => {
      const names = ['weight', 'messages', 'connections'] as const;
      return names.reduce((sum, name) => sum + counted.report(name).refusals, refused);
    },
    stop: off,
  };
}
