import { isConnectorError, type ConnectorError, type ErrorKind, type Outcome } from '@hb/connector-core';

/** Throws with `problem` unless the condition holds. */
export function assert(condition: boolean, problem: string): asserts condition {
  if (!condition) throw new Error(problem);
}

/** Throws unless both are the same data: decimals by value, maps and arrays by content, `undefined` members not counted. */
export function assertSame(actual: unknown, expected: unknown, what: string): void {
  const [found, wanted] = [show(actual), show(expected)];
  assert(found === wanted, `${what}: expected ${wanted}, found ${found}`);
}

export function present<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`there is no ${what}`);
  return value;
}

export type Expected = {
  readonly kind?: ErrorKind | readonly ErrorKind[];
  readonly outcome?: Outcome | readonly Outcome[];
  /** What the message must name: the value that is wrong. */
  readonly says?: string | RegExp;
};

/** The error as a `ConnectorError` of that kind. Throws when it is anything else. */
export function assertError(error: unknown, { kind, outcome, says }: Expected): ConnectorError {
  if (!isConnectorError(error)) throw new Error(`expected a ConnectorError, found ${show(error)}`);
  const { message } = error;
  if (kind !== undefined)
    assert([kind].flat().includes(error.kind), `${show(kind)} was expected, not ${error.kind}: ${message}`);
  if (outcome !== undefined) {
    assert([outcome].flat().includes(error.outcome), `${show(outcome)} was expected, not ${error.outcome}: ${message}`);
  }
  if (says !== undefined) {
    const isSaid = typeof says === 'string' ? message.includes(says) : says.test(message);
    assert(isSaid, `the message does not say ${String(says)}: ${message}`);
  }
  return error;
}

/** Data as text, the same for the same data. */
export function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value !== 'object' || value === null) return String(value);
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (isDecimal(value)) return value.toFixed();
  if (value instanceof Map) return show([...value.entries()]);
  if (value instanceof Set) return show([...value]);
  if (Array.isArray(value)) return `[${value.map(show).join(', ')}]`;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  members.sort(([first], [second]) => (first < second ? -1 : 1));
  return `{ ${members.map(([name, member]) => `${name}: ${show(member)}`).join(', ')} }`;
}

/** Of any copy of big.js. */
function isDecimal(value: object): value is { readonly toFixed: () => string } {
  return 'c' in value && 'e' in value && 's' in value && 'toFixed' in value;
}
