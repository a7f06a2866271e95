import { openFixtures } from '@hb/connector-testkit';
import * as v from 'valibot';

const Fields = v.record(v.string(), v.unknown());

export const { fields, list, payload } = openFixtures(new URL('./fixtures/', import.meta.url));

/** A documented update of a channel of the account, with some fields of its items in another state. */
export function update(name: string, changed: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const told = fields(name);
  return { ...told, result: v.parse(v.array(Fields), told['result']).map((each) => ({ ...each, ...changed })) };
}

/** The result of a documented answer to a request over the socket. */
export function result(name: string): unknown {
  return v.parse(v.object({ data: v.object({ result: v.unknown() }) }), payload(name)).data.result;
}
