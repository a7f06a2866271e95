import { openFixtures } from '@hb/connector-testkit';
import * as v from 'valibot';

const Fields = v.record(v.string(), v.unknown());
type Changes = Readonly<Record<string, unknown>>;

/** A documented answer or message. */
export const { fields: payload } = openFixtures(new URL('./fixtures/', import.meta.url));

/** A documented answer or message with some fields of its `data` in another state. */
export function changed(name: string, changes: Changes): Record<string, unknown> {
  const told = payload(name);
  return { ...told, data: { ...v.parse(Fields, told['data']), ...changes } };
}

/** A documented list with another number of copies of its first item, each changed. */
export function page(name: string, items: readonly Changes[], places: Changes = {}): Record<string, unknown> {
  const { data } = v.parse(v.object({ data: v.looseObject({ items: v.array(Fields) }) }), payload(name));
  return changed(name, { items: items.map((each) => ({ ...data.items[0], ...each })), ...places });
}
