import { readFileSync } from 'node:fs';

import { decodeJson } from '@hb/connector-core';
import * as v from 'valibot';

const Fixture = v.object({ payload: v.unknown() });
const Fields = v.record(v.string(), v.unknown());

/** A documented payload as core decodes it: every number is its source text. */
export function payload(name: string): unknown {
  const text = readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), 'utf8');
  return v.parse(Fixture, decodeJson(text)).payload;
}

/** A documented payload that is an object, with some fields in another state. */
export function fields(name: string, changed: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return { ...v.parse(Fields, payload(name)), ...changed };
}

/** The documented rows of a list, with some fields of each in another state. */
export function list(name: string, changed: Readonly<Record<string, unknown>> = {}): Record<string, unknown>[] {
  return v.parse(v.array(Fields), payload(name)).map((each) => ({ ...each, ...changed }));
}

/** The documented order update, with some fields of the order in another state. */
export function orderUpdate(changed: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const event = v.parse(v.looseObject({ o: Fields }), payload('ws.order-update'));
  return { ...event, o: { ...event.o, ...changed } };
}
