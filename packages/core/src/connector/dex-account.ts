import type { Balances } from '../account/balances.js';
import type { AccountState } from '../model/event.js';
import type { Token } from '../model/token.js';
import { fromUnits } from '../model/units.js';
import type { ChainSpec } from '../spec/chain.js';
import type { DexPublic } from '../spec/dex.js';
import type { Clock } from '../ports/ports.js';
import type { DexNode } from './dex-node.js';
import { repeat } from './repeat.js';

export type DexAccountOptions<O, C, Op, Plan> = {
  readonly chain: Pick<ChainSpec<O, C, Op, Plan>, 'fetchBalances'>;
  readonly node: DexNode<O, C>;
  readonly clock: Clock;
  readonly everyMs: number;
  /** By asset. */
  readonly tokens: () => ReadonlyMap<string, Token>;
  readonly balances: Balances;
  readonly onState: (state: AccountState) => void;
  readonly onProblem: (error: unknown) => void;
};

type Held = ReadonlyMap<string, bigint>;
type FetchHeld<O> = (p: DexPublic<O>) => Promise<Held>;

/** The balances of the owner in the tokens of the markets that are known, as of the latest block. */
export type DexAccount = {
  /** Rejects when they cannot be had; later failures make the account stale until they can. */
  readonly start: () => Promise<void>;
  readonly fetch: () => Promise<void>;
  readonly close: () => void;
};

export function createDexAccount<O, C, Op, Plan>(options: DexAccountOptions<O, C, Op, Plan>): DexAccount {
  const { chain, node, balances, onState, onProblem } = options;
  let stop = (): void => undefined;

  /** What two nodes said last. */
  let known = '';

  const take = async (ask: (fetchHeld: FetchHeld<O>) => Promise<Held>): Promise<void> => {
    const tokens = options.tokens();
    const askedAt = node.now();
    const held = await ask((p) => chain.fetchBalances(p, node.owner(), [...tokens.values()]));
    known = toKey(held);
    const entries = [...tokens].flatMap(([asset, { id, decimals }]) => {
      const units = held.get(id);
      return units === undefined ? [] : [{ asset, total: fromUnits(units, decimals) }];
    });
    balances.apply({ type: 'balances', complete: false, entries }, askedAt);
  };

  const agreed = (fetchHeld: FetchHeld<O>): Promise<Held> =>
    node.alikeAtOneBlock(fetchHeld, { keyOf: toKey, alone: true });

  const fetch = (): Promise<void> => take(agreed);

  /** As long as nothing changes one node is enough: it could only say what two have said before. */
  const poll = (): Promise<void> =>
    take(async (fetchHeld) => {
      const held = await fetchHeld(node.any());
      return toKey(held) === known ? held : agreed(fetchHeld);
    });

  const setReady = (isReady: boolean): void => {
    balances.setStale(!isReady);
    onState(isReady ? 'ready' : 'stale');
  };

  return {
    fetch,
    start: async () => {
      onState('reconciling');
      await fetch();
      setReady(true);
      stop = repeat(options.clock, options.everyMs, async () => {
        try {
          await poll();
          setReady(true);
        } catch (error) {
          onProblem(error);
          setReady(false);
        }
      });
    },
    close: () => {
      stop();
    },
  };
}

function toKey(held: Held): string {
  return [...held].map(([id, units]) => `${id} ${units}`).join('\n');
}
