/** The members of an object that are text, which every number is as well. */
export type Row = Readonly<Record<string, string | undefined>>;

export function row(json: unknown): Row {
  if (typeof json !== 'object' || json === null) throw new TypeError('not an object');
  const members: [string, unknown][] = Object.entries(json);
  return Object.fromEntries(members.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])));
}

export function list(json: unknown): readonly unknown[] {
  if (!Array.isArray(json)) throw new TypeError('not a list');
  return json;
}

export function rows(json: unknown): readonly Row[] {
  return list(json).map(row);
}

export function text(json: unknown): string {
  if (typeof json !== 'string') throw new TypeError(`not text: ${String(json)}`);
  return json;
}
