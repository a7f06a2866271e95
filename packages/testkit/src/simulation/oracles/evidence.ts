import type { Event, Order } from '@hb/connector-core';

import type { EngineOrder, Execution } from '../../engine/types.js';
import type { FinalState, History, OracleId, Placing } from '../history.js';
import type { World } from '../world.js';

/** All that oracles look at after the run: the venue's truth and what the connector made of it. */
export type Evidence = {
  readonly world: World;
  readonly history: History;
  /** What a listener made of all processes' events, who knows by their ids which it has been told before. */
  readonly told: readonly Event[];
  readonly state: FinalState;
  /** What the script placed, by client order id. */
  readonly placings: ReadonlyMap<string, Placing>;
  /** What the account placed at the venue, by client order id; more than one is a fault of ours. */
  readonly atVenue: ReadonlyMap<string, readonly Intent[]>;
  /** Of the account, by symbol and order id. */
  readonly executions: ReadonlyMap<string, readonly Execution[]>;
  /** The connector's orders by client order id. */
  readonly orders: ReadonlyMap<string, Order>;
};

/** What became of an order at the venue. Where a change makes a new order of it, these are the last one's, with all that was filled. */
export type Intent = Pick<EngineOrder, 'clientOrderId' | 'market' | 'orderId' | 'filled'> & {
  /** As the venue tells it. */
  readonly status: EngineOrder['status'] | 'rejected';
  /** Oldest first. */
  readonly orders: readonly EngineOrder[];
};

/** Says what does not hold. */
export type Oracle = (evidence: Evidence) => Iterable<readonly [oracle: OracleId, what: string]>;

export function collect(world: World, state: FinalState): Evidence {
  const { engine, account, history } = world;
  const placings = new Map([...history.placings.values()].map((placing) => [placing.clientOrderId, placing]));
  return {
    world,
    history,
    state,
    placings,
    told: onceEach(history),
    atVenue: groupBy(toIntents(engine.orders(account), world), ({ clientOrderId }) => clientOrderId ?? ''),
    executions: groupBy(engine.executions(account), keyOf),
    orders: new Map(state.orders.map((order) => [order.clientOrderId, order])),
  };
}

function onceEach({ told }: History): readonly Event[] {
  const ids = new Set<string>();
  const events: Event[] = [];
  for (const { event } of told) {
    const isKnown = ('order' in event || event.type === 'funding-paid') && ids.has(event.id);
    if (!isKnown) events.push(event);
    ids.add(event.id);
  }
  return events;
}

function toIntents(orders: readonly EngineOrder[], { venue }: World): readonly Intent[] {
  const replaced = new Map(
    orders.flatMap((order) =>
      order.replaces === undefined ? [] : [[keyOf({ market: order.market, orderId: order.replaces }), order]],
    ),
  );
  const isFirst = ({ replaces }: EngineOrder): boolean => replaces === undefined;
  return orders.filter(isFirst).map((first) => {
    const all = [first];
    let last = first;
    for (let next = replaced.get(keyOf(first)); next !== undefined; next = replaced.get(keyOf(next))) {
      all.push(next);
      last = next;
    }
    const { clientOrderId } = first;
    const status = (last.status === 'expired' ? venue.toEnd?.(last) : undefined) ?? last.status;
    const filled = all.reduce((sum, order) => sum + order.filled, 0n);
    return { clientOrderId, market: last.market, orderId: last.orderId, status, filled, orders: all };
  });
}

/** Unique at the venue. */
export function keyOf({ market, orderId }: Pick<EngineOrder, 'market' | 'orderId'>): string {
  return `${market} ${orderId}`;
}

export function groupBy<T>(all: readonly T[], keyFor: (one: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const key = keyFor(one);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return groups;
}
