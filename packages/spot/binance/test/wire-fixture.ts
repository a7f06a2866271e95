import { openFixtures } from '@hb/connector-testkit';
import * as v from 'valibot';

const Fields = v.record(v.string(), v.unknown());

export const { fields, list, payload } = openFixtures(new URL('./fixtures/', import.meta.url));

/** The documented event inside its envelope, with some fields in another state. */
export function event(name: string, changed: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return { ...v.parse(v.object({ event: Fields }), payload(name)).event, ...changed };
}
