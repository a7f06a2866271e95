/** Why a reader refused an answer: the place, where a schema names it, and the reason. */
export function describeMisread(error: unknown): string {
  if (!(error instanceof Error)) return 'something that is no error was thrown';
  const place = placeOf(error);
  return place === '' ? error.message : `${place}: ${error.message}`;
}

/** An error with the name, message and stack of `error` alone: schema errors hold the whole payload. */
export function toPlainCause(error: unknown): Error | undefined {
  if (!(error instanceof Error)) return undefined;
  const plain = new Error(error.message);
  plain.name = error.name;
  if (error.stack !== undefined) plain.stack = error.stack;
  return plain;
}

/** The path of the first issue, `bids.0`, of an error by the Standard Schema convention. https://standardschema.dev */
function placeOf(error: Error): string {
  const issues: unknown = 'issues' in error ? error.issues : undefined;
  const first: unknown = Array.isArray(issues) ? issues[0] : undefined;
  const path: unknown = isObject(first) && 'path' in first ? first.path : undefined;
  if (!Array.isArray(path)) return '';
  return path.map((step: unknown) => String(isObject(step) && 'key' in step ? step.key : step)).join('.');
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
