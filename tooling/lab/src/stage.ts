import type { DexConnector } from '@hb/connector-core';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';

import type { Anvil } from './anvil.js';

/** Contracts on a chain, and connectors to them. */
type Opened<A extends readonly unknown[]> = { readonly anvil: Anvil; readonly connect: (...how: A) => DexConnector };

/** What the tests of a file run on. */
export type Stage<L, A extends readonly unknown[]> = {
  /** Opened once; after each test it is again as it was before. */
  readonly lab: L;
  /** A connector that has started with these pairs, and is stopped after the test. */
  readonly connect: (pairs: readonly string[], ...how: A) => Promise<DexConnector>;
  /** From now on transactions wait until blocks are mined by hand. */
  readonly hold: () => Promise<void>;
  readonly mine: () => Promise<void>;
  /** Until so many transactions wait to be included. */
  readonly waiting: (count: number) => Promise<void>;
  /** What `work` gives, which has to wait for so many transactions, one block each. */
  readonly through: <T>(blocks: number, work: Promise<T>) => Promise<T>;
  /** Until it is so; the chain is asked something between two looks. */
  readonly until: (isSo: () => boolean | Promise<boolean>) => Promise<void>;
};

/** To be called once, at the top of a file of tests. */
export function useLab<A extends readonly unknown[], L>(open: () => Promise<L & Opened<A>>): Stage<L, A> {
  let opened: (L & Opened<A>) | undefined;
  let snapshot: unknown;
  let connectors: readonly DexConnector[] = [];
  const lab = (): L & Opened<A> => {
    if (opened === undefined) throw new Error('the lab is not open yet');
    return opened;
  };
  const { rpc }: Pick<Anvil, 'rpc'> = { rpc: (...asked) => lab().anvil.rpc(...asked) };

  beforeAll(async () => {
    opened = await open();
  });
  afterAll(() => opened?.anvil.stop());
  beforeEach(async () => {
    snapshot = await rpc('evm_snapshot');
  });
  afterEach(async () => {
    await Promise.all(connectors.map((connector) => connector.stop()));
    connectors = [];
    await rpc('evm_setAutomine', true);
    await rpc('evm_revert', snapshot);
  });

  const until: Stage<L, A>['until'] = async (isSo) => {
    while (!(await isSo())) await rpc('eth_chainId');
  };
  const waiting: Stage<L, A>['waiting'] = (count) =>
    until(async () => {
      const status = await rpc('txpool_status');
      return Number(Reflect.get(Object(status), 'pending')) === count;
    });
  const mine = async (): Promise<void> => {
    await rpc('evm_mine');
  };

  return {
    get lab() {
      return lab();
    },
    connect: async (pairs, ...how) => {
      const connector = lab().connect(...how);
      connectors = [...connectors, connector];
      await connector.start({ pairs });
      return connector;
    },
    hold: async () => {
      await rpc('evm_setAutomine', false);
    },
    ...{ mine, waiting, until },
    through: async (blocks, work) => {
      for (let block = 0; block < blocks; block += 1) {
        await waiting(1);
        await mine();
      }
      return work;
    },
  };
}
