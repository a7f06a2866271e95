import type { Clock } from '@hb/connector-core';
import { keyOf, type Alarms, type Engine, type EngineOrder } from '@hb/connector-testkit';

/** Ends orders at the time that they name. https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/New-Order */
export type GoodTill = {
  readonly set: (order: EngineOrder, until: number) => void;
  readonly of: (order: EngineOrder) => number | undefined;
};

export function createGoodTill(clock: Clock, engine: Engine, { after }: Alarms): GoodTill {
  const times = new Map<string, number>();
  return {
    set: (order, until) => {
      times.set(keyOf(order), until);
      after(until - clock.now(), () => engine.expire(order.account, order));
    },
    of: (order) => times.get(keyOf(order)),
  };
}
