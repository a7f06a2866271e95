import type { Event } from '@hb/connector-core';

import { describe } from './orders.js';
import type { Evidence, Oracle } from './evidence.js';

/**
 * What was told is on record and what is on record was told, under the same number; and no order left without its intent.
 * Where the disk lost what was safe, neither can be so.
 */
export const onRecord: Oracle = function* (evidence) {
  const { history, told, state } = evidence;
  if (history.isRecordLost) return;
  const recorded = new Map(state.recorded.map((event) => [event.id, event]));
  const heard = new Set(told.map(({ id }) => id));
  for (const event of told) {
    const record = recorded.get(event.id);
    if (!('order' in event)) continue;
    if (record === undefined) yield ['JNL', `event ${event.id} was told and is not on record`];
    else if (record.sequence !== event.sequence)
      yield ['JNL', `event ${event.id} was told as ${event.sequence} and is record ${record.sequence}`];
  }
  for (const { id } of recorded.values())
    if (!heard.has(id)) yield ['JNL', `event ${id} is on record and was not told`];
  yield* intents(evidence);
};

function* intents({ placings, orders }: Evidence): ReturnType<Oracle> {
  for (const { clientOrderId } of placings.values()) {
    const order = orders.get(clientOrderId);
    if (order !== undefined && order.origin !== 'ours')
      yield ['JNL', `${describe(order)} is ${order.origin}: its intent was not on record before it left`];
  }
}

/** All that a journal tells, from its beginning; `settle` lets the reader run. */
export async function readRecords(
  events: (options: { readonly from: number; readonly signal: AbortSignal }) => AsyncIterable<Event>,
  settle: () => Promise<void>,
): Promise<readonly Event[]> {
  const aborting = new AbortController();
  const read: Event[] = [];
  const reading = (async () => {
    for await (const event of events({ from: 1, signal: aborting.signal })) read.push(event);
  })();
  await settle();
  aborting.abort();
  await reading;
  return read;
}
