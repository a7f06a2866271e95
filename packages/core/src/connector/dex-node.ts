import { isConnectorError } from '../errors/connector-error.js';
import type { UnixMs } from '../model/market.js';
import type { CallContext } from '../rest/call.js';
import type { Private } from '../spec/api.js';
import type { ChainSpec, Network, SignedTransaction, TransactionState } from '../spec/chain.js';
import type { DexPublic } from '../spec/dex.js';
import type { Api } from './api.js';
import { alike, type Joining, type Nodes } from './nodes.js';

export type DexNodeOptions<O, C, Op, Plan> = {
  readonly chain: Pick<ChainSpec<O, C, Op, Plan>, 'toOwner' | 'broadcast' | 'fetchState' | 'fetchHeight'>;
  readonly api: Api<O, C>;
  readonly nodes: Nodes;
  readonly network: Network;
  readonly onProblem: (error: unknown) => void;
};

/** The chain as the parts of a DEX connector ask it: the nodes of its network as one. */
export type DexNode<O, C> = {
  readonly any: () => DexPublic<O>;
  /** What two of them say; @see Nodes */
  readonly two: <T>(ask: (p: DexPublic<O>) => Promise<T>, how: Joining<T>) => Promise<T>;
  /** What two of them say alike of the state after one block, the latest that both have. */
  readonly alikeAtOneBlock: <T>(
    ask: (p: DexPublic<O>) => Promise<T>,
    how: { readonly keyOf: (answer: T) => string; readonly alone: boolean },
  ) => Promise<T>;
  /** Each alone, with time to read a lot. */
  readonly each: () => readonly DexPublic<O>[];
  readonly private: () => Private<O, C> & DexPublic<O>;
  readonly owner: () => string;
  readonly now: () => UnixMs;
  /**
   * Sends the same bytes to every node, once each. Resolves when one of them has it. Rejects as `refused` when all of them
   * refuse it, and as `unknown` when no node says that it took it.
   */
  readonly broadcast: (transaction: SignedTransaction) => Promise<void>;
  /** What enough nodes say alike. Never rejects. */
  readonly fetchState: (transaction: SignedTransaction) => Promise<TransactionState | undefined>;
};

/** A node that does not answer must not keep the others from being asked for long. */
const withinMs = 5_000;
const readWithinMs = 30_000;

export function createDexNode<O, C, Op, Plan>(options: DexNodeOptions<O, C, Op, Plan>): DexNode<O, C> {
  const { chain, api, nodes, network } = options;
  let owner: string | undefined;

  const at = (context: CallContext = { withinMs }): DexPublic<O> => ({ ...api.public(context), network });
  const ownerOf = (): string => (owner ??= chain.toOwner(api.private()));

  const two: DexNode<O, C>['two'] = (ask, how) => nodes.two(at(), ask, how);

  /** The lower one: the other node has that block too. A node that is far ahead of the others, or behind them, is not on their chain. */
  const joinHeights = (first: number, second: number): number | undefined =>
    Math.abs(first - second) > network.finalDepth ? undefined : Math.min(first, second);

  return {
    any: () => nodes.any(at()),
    two,
    alikeAtOneBlock: async (ask, { keyOf, alone }) => {
      const block = await two(chain.fetchHeight, { join: joinHeights, alone });
      return two((p) => ask({ ...p, block }), { join: alike(keyOf), alone });
    },
    each: () => nodes.each(at({ withinMs: readWithinMs })),
    private: () => nodes.any({ ...api.private({ withinMs }), network }),
    owner: ownerOf,
    now: api.now,
    broadcast: async (transaction) => {
      const outcomes = await Promise.allSettled(nodes.each(at()).map((p) => chain.broadcast(p, transaction)));
      if (outcomes.some(({ status }) => status === 'fulfilled')) return;
      const failures = outcomes.flatMap((each): readonly unknown[] =>
        each.status === 'rejected' ? [each.reason] : [],
      );
      throw failures.find((failure) => !isRefusal(failure)) ?? failures[0];
    },
    fetchState: (transaction) =>
      nodes.agree(at(), (p) => chain.fetchState(p, ownerOf(), transaction), {
        keyOf: (told) => toKey(told, network.finalDepth),
        onFailure: options.onProblem,
      }),
  };
}

function isRefusal(failure: unknown): boolean {
  return isConnectorError(failure) && failure.outcome === 'refused';
}

/**
 * Nodes hear of a transaction at different times: whether it is only unseen or waits makes no difference. What is booked
 * of one that was included must be told alike, down to what contracts said.
 */
function toKey(told: TransactionState, finalDepth: number): string {
  if (!('receipt' in told)) return told.state === 'replaced' ? told.state : 'waiting';
  const { block, changes, logs } = told.receipt;
  const moved = [...changes].map(([id, by]) => `${id} ${by}`);
  const said = logs.map(({ emitter, topics, data }) => [emitter, ...topics, data].join(' '));
  return [told.state, block, told.depth >= finalDepth ? 'final' : '', ...moved, ...said].join('\n');
}
