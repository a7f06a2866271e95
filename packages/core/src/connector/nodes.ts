import { isConnectorError, type ErrorKind } from '../errors/connector-error.js';
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

/** The nodes of a network, each a host of its environment. */
export type Nodes = {
  /** `p` asking the node that answered last, and the others, one after the other, when it does not. */
  readonly any: <P extends Asking>(p: P) => P;
  /** `p` once for each node, asking that one alone. */
  readonly each: <P extends Asking>(p: P) => readonly P[];
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

export function createNodes(hosts: readonly string[], meter: Meter): Nodes {
  const quorum = Math.min(2, hosts.length);
  let preferred = 0;

  const at = <P extends Asking>(p: P, host: string): P => ({
    ...p,
    call: (endpoint, params, read) => p.call({ ...endpoint, host }, params, read),
  });

  /** Begins with the one that answered last. */
  const inOrder = (): readonly string[] => [...hosts.slice(preferred), ...hosts.slice(0, preferred)];

  const any: Nodes['any'] = (p) => ({
    ...p,
    call: async (endpoint, params, read) => {
      let failure: unknown;
      for (const host of inOrder()) {
        try {
          const answer = await p.call({ ...endpoint, host }, params, read);
          preferred = hosts.indexOf(host);
          return answer;
        } catch (error) {
          if (!isConnectorError(error) || !outages.has(error.kind)) throw error;
          meter.count(`node.failed.${host}`);
          failure = error;
        }
      }
      throw failure;
    },
  });

  const each: Nodes['each'] = (p) => hosts.map((host) => at(p, host));

  return {
    any,
    each,
    agree: async (p, ask, { keyOf, onFailure }) => {
      const answers = await Promise.allSettled(each(p).map(ask));
      const alike = new Map<string, number>();
      for (const answer of answers) {
        if (answer.status === 'rejected') {
          onFailure(answer.reason);
          continue;
        }
        const key = keyOf(answer.value);
        const count = (alike.get(key) ?? 0) + 1;
        alike.set(key, count);
        if (count >= quorum) return answer.value;
      }
      if (alike.size > 1) meter.count('node.disagreed');
      return undefined;
    },
  };
}
