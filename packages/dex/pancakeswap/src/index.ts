import { defineDex, type DexSpec } from '@hb/connector-core';
import type { Call, Options } from '@hb/connector-ethereum';
import { poolLiquidity } from '@hb/uniswap-liquidity';

import { contracts, type Contracts } from './contracts.js';
import { fetchTrades, findMarkets, quote, type Pool, type Route, type Wire } from './pool.js';
import { build } from './swap.js';

/** PancakeSwap at other addresses, by network: on a chain of one's own, say. */
export function toPancakeSwap(deployments: Readonly<Record<string, Contracts>>): DexSpec<Options, Call, Wire, Route> {
  return defineDex({
    specVersion: 'dex/1',
    id: 'pancakeswap',
    docs: 'https://docs.pancakeswap.finance',
    chain: 'ethereum',
    networks: Object.keys(deployments),
    fetchMarket: findMarkets(deployments),
    quote,
    ...{ build, fetchTrades },
    liquidity: poolLiquidity,
  });
}

/** PancakeSwap V2 and V3, for each swap the best pool of either, or two by way of a third token. @see https://docs.pancakeswap.finance */
export const pancakeswap: DexSpec<Options, Call, Wire, Route> = toPancakeSwap(contracts);

export { contracts };
export type { Contracts, Pool, Route, Wire };
