/** A member of a decoded answer, however deep: `at(json, 'data', 0, 'instId')`. `undefined` where there is none. */
export function at(json: unknown, ...path: readonly (string | number)[]): unknown {
  let found = json;
  for (const name of path) {
    if (typeof found !== 'object' || found === null) return undefined;
    found = Reflect.get(found, name);
  }
  return found;
}

/** A text member, which every number is as well. Throws when there is none. */
export function text(json: unknown, ...path: readonly (string | number)[]): string {
  const found = at(json, ...path);
  if (typeof found !== 'string') throw new TypeError(`${path.join('.')} is not text`);
  return found;
}

/** A list. Throws when there is none. */
export function list(json: unknown, ...path: readonly (string | number)[]): readonly unknown[] {
  const found = at(json, ...path);
  if (!Array.isArray(found)) throw new TypeError(`${path.join('.')} is not a list`);
  return found;
}

/** The same object with some members in another state. */
export function changed(json: unknown, members: object): object {
  return Object.assign({}, json, members);
}
