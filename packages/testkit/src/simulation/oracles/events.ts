import type { Event } from '@hb/connector-core';

import type { Told } from '../history.js';
import { groupBy, type Oracle } from './evidence.js';

type OrderEvent = Extract<Event, { readonly order: unknown }>;

/** Per order: opened, then fills, then closed once; ids are never used twice; sequences never fall. */
export const eventOrder: Oracle = function* ({ history }) {
  const all = history.told.map(({ event }) => event).filter(isOrderEvent);
  const ids = new Set<string>();
  let sequence = 0;
  for (const event of all) {
    if (ids.has(event.id)) yield ['EVT', `event ${event.id} was told twice`];
    ids.add(event.id);
    if (event.sequence < sequence) yield ['EVT', `event ${event.id} has sequence ${event.sequence}, after ${sequence}`];
    sequence = Math.max(sequence, event.sequence);
  }
  for (const [clientOrderId, events] of groupBy(all, ({ order }) => order.clientOrderId)) {
    for (const problem of problemsOf(events)) yield ['EVT', `${clientOrderId}: ${problem}`];
  }
};

/** An order that is over was told to be, and one that lives was not. */
export const endings: Oracle = function* ({ history, placings, orders }) {
  const last = new Map<string, string>();
  for (const { event } of history.told) {
    if (event.type === 'order-closed' || event.type === 'order-reopened')
      last.set(event.order.clientOrderId, event.type);
  }
  for (const { clientOrderId } of placings.values()) {
    const state = orders.get(clientOrderId)?.state;
    const isOver = state === 'filled' || state === 'canceled' || state === 'expired';
    if (
      isOver !== (last.get(clientOrderId) === 'order-closed') &&
      state !== 'rejected' &&
      state !== 'not-sent' &&
      state !== 'not-placed'
    ) {
      yield [
        'EVT',
        `${clientOrderId} is ${state ?? 'not known'} and its last event is ${last.get(clientOrderId) ?? 'none'}`,
      ];
    }
  }
};

/** Balances that are told make sense by themselves. */
export const saneBalances: Oracle = function* ({ history }) {
  for (const { event } of history.told) {
    if (event.type !== 'balance') continue;
    const { asset, total, available } = event;
    if (available.lt('0') || available.gt(total)) {
      yield ['BAL', `${available.toFixed()} of ${total.toFixed()} ${asset} was told to be available`];
    }
  }
};

function* problemsOf(events: readonly OrderEvent[]): Iterable<string> {
  let isOpened = false;
  let isClosed = false;
  for (const event of events) {
    if (event.type === 'order-opened') {
      if (isOpened) yield 'it was opened twice';
      if (isClosed) yield 'it was opened after it was closed';
      isOpened = true;
    } else if (event.type === 'order-filled') {
      if (!isOpened) yield `fill ${event.fill.fillId} was told before it was opened`;
      if (isClosed) yield `fill ${event.fill.fillId} was told after it was closed`;
    } else if (event.type === 'order-closed') {
      if (isClosed) yield 'it was closed twice';
      isClosed = true;
      if (!event.order.fillsComplete) yield 'it was closed without all of its fills';
    } else if (event.type === 'order-reopened') {
      if (!isClosed) yield 'it was reopened and had not been closed';
      isClosed = false;
    }
  }
}

function isOrderEvent(event: Told['event']): event is OrderEvent {
  return 'order' in event;
}
