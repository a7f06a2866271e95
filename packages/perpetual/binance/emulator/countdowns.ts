import type { Clock } from '@hb/connector-core';
import type { Engine } from '@hb/connector-testkit';

/** Cancels the orders of an account in a market unless it is heard of in time. https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/Auto-Cancel-All-Open-Orders */
export type Countdowns = {
  /** Zero stops it. */
  readonly set: (account: string, market: string, ms: number) => void;
  readonly stop: () => void;
};

export function createCountdowns(clock: Clock, engine: Engine): Countdowns {
  const running = new Map<string, () => void>();
  return {
    set: (account, market, ms) => {
      const key = `${account} ${market}`;
      running.get(key)?.();
      running.delete(key);
      if (ms === 0) return;
      const cancel = clock.at(clock.mono() + ms, () => {
        running.delete(key);
        engine.cancelAll(account, market);
      });
      running.set(key, cancel);
    },
    stop: () => {
      for (const cancel of running.values()) cancel();
      running.clear();
    },
  };
}
