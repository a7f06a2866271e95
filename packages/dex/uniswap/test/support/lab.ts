import { createDexConnector, type DexConnector, type DexOptions } from '@hb/connector-core';
import type { Credentials } from '@hb/connector-ethereum';
import { key, openLab as openContracts, type Lab as Contracted } from '@hb/lab/uniswap';

import { toUniswap, type Contracts } from '../../src/index.js';

/** Pools that stand alone. What is no factory knows no pools. */
export type Version = 'V2' | 'V3' | 'V4' | 'V4, of the coin';

export type Lab = Contracted & {
  /** `only`: with the pools of these contracts alone. */
  readonly connect: (options?: DexOptions<Credentials>, only?: Contracts) => DexConnector;
  /** The contracts of one version, and of V4 the pools of tokens alone, or those of the coin besides. */
  readonly alone: (version: Version) => Contracts;
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
    alone: (version) => toAlone(lab, version),
  };
}

function toAlone({ contracts, v4 }: Contracted, version: Version): Contracts {
  const { router, v2, v3 } = contracts;
  if (version === 'V2') return { router, v3: v4.v3, ...(v2 && { v2 }) };
  if (version === 'V3') return { router, v3 };
  return version === 'V4' ? { ...v4, v4: { ...v4.v4, hasNative: false } } : v4;
}
