import type { DexSpec } from '@hb/connector-core';
import type { Call, Options } from '@hb/connector-ethereum';
import {
  askRoute,
  fetchSwaps,
  findMarkets as findAll,
  quoteBest,
  toSwapSource,
  type OlderPool,
  type Path,
  type RouteWire,
} from '@hb/uniswap-pools';

import type { Contracts } from './contracts.js';

/** Where two tokens can be swapped. */
export type Pool = OlderPool;

/** What a swap goes through: a pool, or two by way of a third token. */
export type Route = Pool | Path;

/** What the market's own functions read: each swap takes the route that is best for it. */
export type Wire = RouteWire<Contracts, Pool>;

type Spec = DexSpec<Options, Call, Wire, Route>;

/**
 * Of V3 by their tick spacing.
 * @see https://docs.pancakeswap.finance/trade/pancakeswap-pools, https://github.com/pancakeswap/pancake-v3-contracts/blob/main/projects/v3-core/contracts/PancakeV3Factory.sol
 */
const fees = { v2: 2_500, v3: { 100: 1, 500: 10, 2_500: 50, 10_000: 200 } };

/** Of the contracts on each network. */
export function findMarkets(deployments: Readonly<Record<string, Contracts>>): Spec['fetchMarket'] {
  return findAll(deployments, { fees });
}

export const quote: Spec['quote'] = (p, market, ask) =>
  quoteBest(p, market, {
    ask,
    surplus: 'left in the pool',
    toAsking: (way, route) => askRoute(market.wire.contracts, way, route),
  });

/** Its pools of V3 also tell what they give away. @see https://developer.pancakeswap.finance/contracts/v3/pancakev3pool */
const v3Swap = '0x19b47279256b2a23a1665c810c8d55a1758940ee09377d4f8d26497a3577dc83';

export const fetchTrades: NonNullable<Spec['fetchTrades']> = (p, market, blocks) =>
  fetchSwaps(p, { market, sources: market.wire.pools.map((pool) => toSwapSource(pool, v3Swap)) }, blocks);
