import { decimal, type Order } from '@hb/connector-core';

import type { EngineOrder } from '../../engine/types.js';
import type { Evidence, Intent, Oracle } from './evidence.js';

/** One intent is at most one order at the venue. */
export const once: Oracle = function* ({ placings, atVenue }) {
  for (const { clientOrderId } of placings.values()) {
    const orders = atVenue.get(clientOrderId) ?? [];
    if (orders.length > 1) yield ['ONE', `${clientOrderId} is ${orders.length} orders at the venue`];
  }
};

/** No order of the account is unknown here, each is known by the venue's id, and none was ever told to be not placed. */
export const tracked: Oracle = function* (evidence) {
  const { placings, told, atVenue, orders, world, state, history } = evidence;
  for (const { clientOrderId } of placings.values()) {
    const [order] = atVenue.get(clientOrderId) ?? [];
    // A refusal need not name the order that it is about.
    if (order === undefined || order.status === 'rejected') continue;
    const known = orders.get(clientOrderId);
    if (known?.state === 'not-placed' && isForgotten(order, evidence)) continue;
    // Of an order that is over the venue may no longer tell that it was ours.
    if (known === undefined && history.isRecordLost && order.status !== 'open') continue;
    if (known === undefined) yield ['TRK', `${clientOrderId} lives at the venue and is not known here`];
    else if (known.orderId !== String(order.orderId)) {
      yield ['TRK', `${clientOrderId} is order ${order.orderId} at the venue and ${known.orderId ?? 'none'} here`];
    }
  }
  for (const event of told) {
    if (event.type !== 'order-closed' || event.order.state !== 'not-placed') continue;
    const [order] = atVenue.get(event.order.clientOrderId) ?? [];
    // A verdict that is revoked later was wrong all the same: a script has placed another order by then.
    if (order !== undefined && order.status !== 'rejected' && !isForgotten(order, evidence))
      yield [
        'TRK',
        `${event.order.clientOrderId} was told to be not placed and is order ${order.orderId} at the venue`,
      ];
  }
  const ids = new Set(state.orders.map(({ pair, orderId }) => `${pair} ${orderId ?? ''}`));
  for (const order of world.engine.openOrders(world.account)) {
    const pair = world.exchanges.find(({ symbol }) => symbol === order.market)?.pair ?? '';
    if (!ids.has(`${pair} ${order.orderId}`))
      yield ['TRK', `order ${order.orderId} of ${pair} is open and not known here`];
  }
};

/** What is open here is open at the venue, with the same left of it, and the other way round. */
export const noGhosts: Oracle = function* ({ state, world }) {
  const open = new Map(world.engine.openOrders(world.account).map((order) => [idOf(world.exchanges, order), order]));
  for (const order of state.orders) {
    if (order.state !== 'open') continue;
    const id = `${order.pair} ${order.orderId ?? ''}`;
    const real = open.get(id);
    open.delete(id);
    if (real === undefined) yield ['GHO', `${describe(order)} is not open at the venue`];
    else yield* compareOpen(order, real, world.exchanges);
  }
  for (const [id, { clientOrderId, market, orderId }] of open) {
    const known = state.orders.find((order) => `${order.pair} ${order.orderId ?? ''}` === id);
    yield [
      'GHO',
      `order ${orderId} of ${market} (${clientOrderId ?? ''}) is open at the venue and ${known?.state ?? 'unknown'} here`,
    ];
  }
};

/** An order that failed was never accepted. */
export const verdicts: Oracle = function* (evidence) {
  const { placings, atVenue, orders } = evidence;
  for (const { clientOrderId, outcome, problem } of placings.values()) {
    const [real] = atVenue.get(clientOrderId) ?? [];
    if (real === undefined || real.status === 'rejected') continue;
    const state = orders.get(clientOrderId)?.state;
    if (state === 'not-placed' && isForgotten(real, evidence)) continue;
    if (outcome === 'refused' || outcome === 'not-sent') {
      yield [
        'VER',
        `place(${clientOrderId}) failed as ${outcome}, and the venue has it ${real.status}: ${problem ?? ''}`,
      ];
    } else if (state === 'rejected' || state === 'not-placed' || state === 'not-sent') {
      yield ['VER', `${clientOrderId} is ${state} here, and the venue has it ${real.status}`];
    } else if (real.status !== 'open' && state !== undefined && state !== real.status) {
      yield ['VER', `${clientOrderId} is ${state} here, and ${real.status} at the venue`];
    }
  }
};

/** How often the venue must have told of it, in vain: it is asked again and again. */
const leastAsked = 2;

/**
 * It had ended without a fill, and the venue had forgotten it, when it was told to be not placed, and no word of it had got here as it was
 * said, however often the venue was asked: nobody can tell that from one that was never placed.
 */
function isForgotten({ orders, filled, clientOrderId = '' }: Intent, { world, history }: Evidence): boolean {
  const { clock, venue, hearing } = world;
  const { forgottenMs } = venue;
  const verdict = history.told.find(
    ({ event }) =>
      event.type === 'order-closed' &&
      event.order.clientOrderId === clientOrderId &&
      event.order.state === 'not-placed',
  );
  if (forgottenMs === undefined || hearing === undefined || verdict === undefined || filled > 0n) return false;
  const at = world.startedAt() + verdict.at + (clock.now() - clock.mono());
  const isOver = orders.every(({ status, updatedAt }) => status !== 'open' && at - updatedAt > forgottenMs);
  return isOver && !hearing.has(clientOrderId) && hearing.answers(clientOrderId) >= leastAsked;
}

type Exchanges = Parameters<Oracle>[0]['world']['exchanges'];

function* compareOpen(
  order: Order,
  real: EngineOrder,
  exchanges: Exchanges,
): ReturnType<Oracle> extends Iterable<infer T> ? Iterable<T> : never {
  const exchange = exchanges.find(({ pair }) => pair === order.pair);
  if (exchange === undefined) return;
  const left = decimal(exchange.amountText(real.amount - real.filled));
  const here = order.amount.minus(order.filled);
  if (!here.eq(left))
    yield ['GHO', `${describe(order)} has ${here.toFixed()} left here and ${left.toFixed()} at the venue`];
}

function idOf(exchanges: Exchanges, { market, orderId }: EngineOrder): string {
  return `${exchanges.find(({ symbol }) => symbol === market)?.pair ?? market} ${orderId}`;
}

export function describe({ clientOrderId, orderId, pair, state }: Order): string {
  return `${clientOrderId} (order ${orderId ?? '?'} of ${pair}, ${state})`;
}
