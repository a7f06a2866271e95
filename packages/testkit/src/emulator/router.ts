/** A request that a venue answers, by name: `GET /api/v3/time`, `DELETE /api/v1/orders/{orderId}`, or the name of a method. */
export type Named = { readonly names: readonly string[] };

/** A route, and what stood in the braces of its name. */
export type Routed<R> = { readonly route: R; readonly inPath: readonly (readonly [name: string, value: string])[] };

/** Finds the route of a request. */
export interface Router<R> {
  /** `'GET /api/v3/time'`. A name without braces goes before one with them. */
  find(name: string): Routed<R> | undefined;
  /** Whether a path is there for some method. */
  hasPath(path: string): boolean;
}

/** A router over named routes, exact ones before those with parameters. */
export function createRouter<R extends Named>(routes: readonly R[]): Router<R> {
  const named = routes.flatMap((route) => route.names.map((name) => ({ route, name })));
  const exact = new Map(named.map(({ route, name }) => [name, { route, inPath: [] }]));
  const patterns = named.filter(({ name }) => name.includes('{')).map(({ route, name }) => toPattern(route, name));

  function find(name: string): Routed<R> | undefined {
    const found = name.includes('{') ? undefined : exact.get(name);
    if (found !== undefined) return found;
    for (const { route, form, parts } of patterns) {
      const values = form.exec(name)?.slice(1);
      if (values !== undefined) return { route, inPath: parts.map((part, at) => [part, values[at] ?? '']) };
    }
    return undefined;
  }
  const methods = new Set(named.map(({ name }) => name.split(' ', 1)[0] ?? ''));
  return { find, hasPath: (path) => [...methods].some((method) => find(`${method} ${path}`) !== undefined) };
}

function toPattern<R>(route: R, name: string) {
  const parts = Array.from(name.matchAll(/\{(\w+)\}/g), ([, part = '']) => part);
  const source = name
    .split(/\{\w+\}/)
    .map((fixed) => fixed.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('([^/]+)');
  return { route, parts, form: new RegExp(`^${source}$`) };
}
