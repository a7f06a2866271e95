import { ConnectorError, isConnectorError, type ErrorKind } from '../errors/connector-error.js';
import type { Meter } from '../model/metrics.js';
import type { Public } from '../spec/api.js';

/** How a node fails when another one may well answer. What it says of the request itself holds for all of them. */
const outages: ReadonlySet<ErrorKind> = new Set([
  'network',
  'venue-unavailable',
  'rate-limited',
  'bad-response',
  'auth',
]);

type Asking = Pick<Public<unknown>, 'call'>;

/** How two answers become one. */
export type Joining<T> = {
  /** What counts of two answers; `undefined` when one of them cannot be right. */
  readonly join: (first: T, second: T) => T | undefined;
  /** Whether the only node that answers is taken at its word while the others are down. */
  readonly alone: boolean;
};

/** The nodes of a network, each a host of its environment. */
export type Nodes = {
  /** `p` asking the node that answered last, and the others, one after the other, when it does not. */
  readonly any: <P extends Asking>(p: P) => P;
  /** `p` once for each node, asking that one alone. */
  readonly each: <P extends Asking>(p: P) => readonly P[];
  /** What two nodes say, or the only one that there is. When one of the two does not answer, or they contradict each other, one more is asked. */
  readonly two: <P extends Asking, T>(p: P, ask: (p: P) => Promise<T>, how: Joining<T>) => Promise<T>;
  /**
   * What enough nodes say alike: two, or the only one. `undefined` when they do not agree, or too few answer; `onFailure` hears why.
   * `keyOf` tells which answers are alike.
   */
  readonly agree: <P extends Asking, T>(
    p: P,
    ask: (p: P) => Promise<T>,
    how: { readonly keyOf: (answer: T) => string; readonly onFailure: (error: unknown) => void },
  ) => Promise<T | undefined>;
};

/** The same of two answers, by what `keyOf` makes of them. */
export function alike<T>(keyOf: (answer: T) => string): Joining<T>['join'] {
  return (first, second) => (keyOf(first) === keyOf(second) ? first : undefined);
}

export function createNodes(hosts: readonly string[], meter: Meter): Nodes {
  const quorum = Math.min(2, hosts.length);
  /** Those that failed last come last. */
  let order = hosts;

  const at = <P extends Asking>(p: P, host: string): P => ({
    ...p,
    call: (endpoint, params, read) => p.call({ ...endpoint, host }, params, read),
  });

  const failed = (host: string): void => {
    meter.count(`node.failed.${host}`);
    order = [...order.filter((other) => other !== host), host];
  };

  const any: Nodes['any'] = (p) => ({
    ...p,
    call: async (endpoint, params, read) => {
      let last: unknown;
      for (const host of order) {
        try {
          return await p.call({ ...endpoint, host }, params, read);
        } catch (error) {
          if (!isOutage(error)) throw error;
          failed(host);
          last = error;
        }
      }
      throw last;
    },
  });

  const each: Nodes['each'] = (p) => hosts.map((host) => at(p, host));

  const askTwo = async <P extends Asking, T>(p: P, ask: (p: P) => Promise<T>, join: Joining<T>['join']) => {
    const told: T[] = [];
    const failures: unknown[] = [];
    const askAt = async (host: string): Promise<void> => {
      try {
        told.push(await ask(at(p, host)));
      } catch (error) {
        failures.push(error);
        if (isOutage(error)) failed(host);
      }
    };
    const asked = order;
    await Promise.all(asked.slice(0, quorum).map(askAt));
    for (const host of asked.slice(quorum)) if (joined(told, join) === undefined) await askAt(host);
    return { told, failures };
  };

  const two: Nodes['two'] = async (p, ask, { join, alone }) => {
    const { told, failures } = await askTwo(p, ask, join);
    const agreed = joined(told, join);
    if (agreed !== undefined) return agreed;
    const [only, ...others] = told;
    if (others.length > 0) {
      meter.count('node.disagreed');
      throw failure('bad-response', 'nodes contradict each other');
    }
    const refusal = failures.find((each) => !isOutage(each));
    if (only === undefined || refusal !== undefined) throw refusal ?? failures[0];
    if (quorum > 1 && !alone) throw failure('venue-unavailable', 'only one node answers, and its word is not enough');
    if (quorum > 1) meter.count('node.unconfirmed');
    return only;
  };

  return {
    any,
    each,
    two,
    agree: async (p, ask, { keyOf, onFailure }) => {
      const answers = await Promise.allSettled(each(p).map(ask));
      const counts = new Map<string, number>();
      for (const answer of answers) {
        if (answer.status === 'rejected') {
          onFailure(answer.reason);
          continue;
        }
        const key = keyOf(answer.value);
        const count = (counts.get(key) ?? 0) + 1;
        counts.set(key, count);
        if (count >= quorum) return answer.value;
      }
      if (counts.size > 1) meter.count('node.disagreed');
      return undefined;
    },
  };
}

/** What the first two that do not contradict each other make. */
function joined<T>(told: readonly T[], join: Joining<T>['join']): T | undefined {
  for (const [index, first] of told.entries())
    for (const second of told.slice(index + 1)) {
      const made = join(first, second);
      if (made !== undefined) return made;
    }
  return undefined;
}

function isOutage(error: unknown): boolean {
  return isConnectorError(error) && outages.has(error.kind);
}

function failure(kind: ErrorKind, message: string): ConnectorError {
  return new ConnectorError(message, { kind, outcome: 'not-sent', operation: 'nodes' });
}
