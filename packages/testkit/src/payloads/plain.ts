/** A value with its decimals as text, so that a test shows them as a reader writes them. */
export function plain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (isDecimal(value)) return value.toFixed();
  if (Array.isArray(value)) return value.map(plain);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]));
}

function isDecimal(value: object): value is { toFixed: () => string } {
  return 'toFixed' in value;
}
