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

/** The documented items of a list, with some fields of each in another state. */
export function list(name: string, changed: Readonly<Record<string, unknown>> = {}): Record<string, unknown>[] {
  return v.parse(v.array(Fields), payload(name)).map((each) => ({ ...each, ...changed }));
}

/** A documented update of a channel of the account, with some fields of its items in another state. */
export function update(name: string, changed: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const told = fields(name);
  return { ...told, result: v.parse(v.array(Fields), told['result']).map((each) => ({ ...each, ...changed })) };
}

/** The result of a documented answer to a request over the socket. */
export function result(name: string): unknown {
  return v.parse(v.object({ data: v.object({ result: v.unknown() }) }), payload(name)).data.result;
}
