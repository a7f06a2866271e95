import type { Event } from '@hb/connector-core';

import { isPerpetual } from '../../engine/perpetual/types.js';
import type { History, Told } from '../history.js';
import { groupBy, type Oracle } from './evidence.js';

type OrderEvent = Extract<Event, { readonly order: unknown }>;

/** Per order: opened, then fills, then closed once; ids are never used twice; sequences never fall. */
export const eventOrder: Oracle = function* ({ told, history }) {
  yield* repetitions(history);
  for (const [clientOrderId, events] of groupBy(told.filter(isOrderEvent), ({ order }) => order.clientOrderId)) {
    for (const problem of problemsOf(events)) yield ['EVT', `${clientOrderId}: ${problem}`];
  }
};

/** Told again is only what a crash may have kept from being told, by the next process and with the same content. */
function* repetitions({ told, crashes, isRecordLost }: History): ReturnType<Oracle> {
  const before = new Map<string, { readonly event: OrderEvent; readonly process: number }>();
  let last = { process: 0, sequence: 0 };
  for (const { event, process } of told) {
    if (!isOrderEvent(event)) continue;
    const { id, sequence } = event;
    const known = before.get(id);
    before.set(id, { event, process });
    if (known !== undefined && !isRecordLost) {
      if (!crashes.has(known.process) || known.process === process) yield ['EVT', `event ${id} was told twice`];
      if (toContent(known.event) !== toContent(event)) yield ['EVT', `event ${id} was told again as another one`];
    }
    const least = process === last.process ? last.sequence : 0;
    if (sequence < least) yield ['EVT', `event ${id} has sequence ${sequence}, after ${least}`];
    last = { process, sequence };
  }
}

function toContent({ type, sequence, order, ...rest }: OrderEvent): string {
  const fill = 'fill' in rest ? `${rest.fill.fillId} ${rest.fill.amount.toFixed()}@${rest.fill.price.toFixed()}` : '';
  return [type, sequence, order.clientOrderId, order.state, order.filled.toFixed(), fill].join(' ');
}

/** An order that is over was told to be, and one that lives was not. */
export const endings: Oracle = function* ({ told, placings, orders, history }) {
  const last = new Map<string, { readonly type: string; readonly process: number }>();
  const latest = history.told.at(-1)?.process ?? 0;
  // What the disk lost had been told, and its ids come again.
  for (const { event, process } of history.isRecordLost ? history.told : told.map(toldLately)) {
    if (event.type === 'order-closed' || event.type === 'order-reopened')
      last.set(event.order.clientOrderId, { type: event.type, process });
  }
  for (const { clientOrderId } of placings.values()) {
    const state = orders.get(clientOrderId)?.state;
    if (state === undefined && history.isRecordLost) continue;
    const end = last.get(clientOrderId);
    // Told by a process that could not keep it: for the next one the order lives, and was never over.
    if (history.isRecordLost && state === 'open' && end !== undefined && end.process < latest) continue;
    const isOver = state === 'filled' || state === 'canceled' || state === 'expired';
    if (
      isOver !== (end?.type === 'order-closed') &&
      state !== 'rejected' &&
      state !== 'not-sent' &&
      state !== 'not-placed'
    ) {
      yield ['EVT', `${clientOrderId} is ${state ?? 'not known'} and its last event is ${end?.type ?? 'none'}`];
    }
  }
};

const toldLately = (event: Event): Pick<Told, 'event' | 'process'> => ({ event, process: Infinity });

/** Balances that are told make sense by themselves. On margin, what is not taken yet of a profit can be used. */
export const saneBalances: Oracle = function* ({ history, world }) {
  const isOnMargin = isPerpetual(world.engine);
  for (const { event } of history.told) {
    if (event.type !== 'balance') continue;
    const { asset, total, available } = event;
    if (available.lt('0') || (!isOnMargin && available.gt(total))) {
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

function isOrderEvent(event: Event): event is OrderEvent {
  return 'order' in event;
}
