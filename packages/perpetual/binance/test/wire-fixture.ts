import { openFixtures } from '@hb/connector-testkit';
import * as v from 'valibot';

const Fields = v.record(v.string(), v.unknown());

export const { fields, list, payload } = openFixtures(new URL('./fixtures/', import.meta.url));

/** The documented order update, with some fields of the order in another state. */
export function orderUpdate(changed: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const event = v.parse(v.looseObject({ o: Fields }), payload('ws.order-update'));
  return { ...event, o: { ...event.o, ...changed } };
}
