import { createDexConnector, type DexConnector, type DexOptions } from '@hb/connector-core';
import type { Credentials } from '@hb/connector-ethereum';
import { key, openLab as openContracts, type Lab as Contracted } from '@hb/lab/uniswap';

import { toUniswap, type Contracts } from '../../src/index.js';

export type Lab = Contracted & {
  /** `only`: with the pools of these contracts alone. */
  readonly connect: (options?: DexOptions<Credentials>, only?: Contracts) => DexConnector;
};

/** Uniswap's contracts on a chain of one's own, and connectors to them. */
export async function openLab(): Promise<Lab> {
  const lab = await openContracts();
  const { chain, hosts, contracts } = lab;
  return {
    ...lab,
    connect: (options, only = contracts) =>
      createDexConnector(
        { dex: toUniswap({ mainnet: only }), chain },
        { sandbox: true, credentials: { privateKey: key }, hosts, ...options },
      ),
  };
}
