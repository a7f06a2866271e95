import type { Clock } from '@hb/connector-core';
import { keyOf, type Engine, type EngineOrder } from '@hb/connector-testkit';

/** Ends orders at the time that they name. https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/New-Order */
export type GoodTill = {
  readonly set: (order: EngineOrder, until: number) => void;
  readonly of: (order: EngineOrder) => number | undefined;
  readonly stop: () => void;
};

export function createGoodTill(clock: Clock, engine: Engine): GoodTill {
  const times = new Map<string, number>();
  const timers = new Set<() => void>();
  return {
    set: (order, until) => {
      times.set(keyOf(order), until);
      const cancel = clock.at(clock.mono() + until - clock.now(), () => {
        timers.delete(cancel);
        engine.expire(order.account, order);
      });
      timers.add(cancel);
    },
    of: (order) => times.get(keyOf(order)),
    stop: () => {
      for (const cancel of timers) cancel();
      timers.clear();
    },
  };
}
