import type { DexSpec } from '@hb/connector-core';
import type { Call, Options } from '@hb/connector-ethereum';
import {
  askPool,
  fetchSwaps,
  findPools,
  quoteBest,
  toCandidates,
  toMarket,
  toSwapSource,
  toWay,
  type V2Pool,
  type V3Pool,
} from '@hb/uniswap-pools';

import type { Contracts } from './contracts.js';

/** Where two tokens can be swapped. */
export type Pool = V2Pool | V3Pool;

/** What the market's own functions read: each swap takes the pool that is best for it. */
export type Wire = { readonly contracts: Contracts; readonly pools: readonly Pool[] };

type Spec = DexSpec<Options, Call, Wire, Pool>;

/** V3's fees by their tick spacing. @see https://github.com/pancakeswap/pancake-v3-contracts/blob/main/projects/v3-core/contracts/PancakeV3Factory.sol */
const fees = { 100: 1, 500: 10, 2_500: 50, 10_000: 200 };

/** Looks for all pools of two tokens, which are one market; there is none without any. `deployments` by network. */
export function findMarkets(deployments: Readonly<Record<string, Contracts>>): Spec['fetchMarket'] {
  return async (p, base, quote) => {
    const contracts = deployments[p.environment];
    if (contracts === undefined) throw new TypeError(`no contracts on ${p.environment}`);
    const pools = await findPools(p, toCandidates(contracts, fees, [base, quote]));
    return pools.length === 0 ? undefined : toMarket(base, quote, { contracts, pools });
  };
}

export const quote: Spec['quote'] = (p, market, ask) => {
  const way = toWay(market, ask);
  const { contracts, pools } = market.wire;
  const asked = pools.map((pool) => ({ pool, asking: askPool(contracts, way, pool) }));
  return quoteBest(p, { way, ask, pair: market.pair }, asked);
};

/** Its pools of V3 also tell what they give away. @see https://developer.pancakeswap.finance/contracts/v3/pancakev3pool */
const v3Swap = '0x19b47279256b2a23a1665c810c8d55a1758940ee09377d4f8d26497a3577dc83';

export const fetchTrades: NonNullable<Spec['fetchTrades']> = (p, market, blocks) =>
  fetchSwaps(p, { market, sources: market.wire.pools.map((pool) => toSwapSource(pool, v3Swap)) }, blocks);
