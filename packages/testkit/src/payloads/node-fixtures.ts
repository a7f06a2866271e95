import { readFileSync } from 'node:fs';

import { decodeJson } from '@hb/connector-core';

type Fields = Record<string, unknown>;
type Changes = Readonly<Fields>;

/** Recorded and documented payloads of a folder, as core decodes them: every number is its source text. */
export type Fixtures = {
  readonly payload: (name: string) => unknown;
  /** A payload that is an object, with some fields in another state. */
  readonly fields: (name: string, changed?: Changes) => Fields;
  /** A payload that is a list of objects, with some fields of each in another state. */
  readonly list: (name: string, changed?: Changes) => Fields[];
};

/** Files of `{ "source": …, "payload": … }` by name: `new URL('./fixtures/', import.meta.url)`. Readers throw a `TypeError` for a payload of another form. */
export function openFixtures(folder: URL): Fixtures {
  const payload = (name: string): unknown => {
    const file = toFields(decodeJson(readFileSync(new URL(`${name}.json`, folder), 'utf8')), name);
    if (!('payload' in file)) throw new TypeError(`${name}.json has no payload`);
    return file['payload'];
  };
  return {
    payload,
    fields: (name, changed) => ({ ...toFields(payload(name), name), ...changed }),
    list: (name, changed) => toList(payload(name), name).map((each) => ({ ...each, ...changed })),
  };
}

function toFields(value: unknown, name: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new TypeError(`${name} is no object`);
  return Object.fromEntries(Object.entries(value));
}

function toList(value: unknown, name: string): readonly Fields[] {
  if (!Array.isArray(value)) throw new TypeError(`${name} is no list`);
  return value.map((each) => toFields(each, name));
}
