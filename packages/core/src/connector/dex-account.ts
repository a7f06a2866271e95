import type { Balances } from '../account/balances.js';
import type { AccountState } from '../model/event.js';
import type { Token } from '../model/token.js';
import { fromUnits } from '../model/units.js';
import type { ChainSpec } from '../spec/chain.js';
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

  const fetch = async (): Promise<void> => {
    const tokens = options.tokens();
    const askedAt = node.now();
    const held = await chain.fetchBalances(node.any(), node.owner(), [...tokens.values()]);
    const entries = [...tokens].flatMap(([asset, { id, decimals }]) => {
      const units = held.get(id);
      return units === undefined ? [] : [{ asset, total: fromUnits(units, decimals) }];
    });
    balances.apply({ type: 'balances', complete: false, entries }, askedAt);
  };

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
          await fetch();
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
