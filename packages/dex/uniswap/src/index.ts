import { defineDex, type DexSpec } from '@hb/connector-core';
import type { Call, Options } from '@hb/connector-ethereum';

import { contracts, type Contracts } from './contracts.js';
import { liquidity } from './liquidity.js';
import { fetchTrades, findMarkets, quote, type Pool, type Route, type Wire } from './pool.js';
import { build } from './swap.js';

/** Uniswap at other addresses, by network: on a chain of one's own, say. */
export function toUniswap(deployments: Readonly<Record<string, Contracts>>): DexSpec<Options, Call, Wire, Route> {
  return defineDex({
    specVersion: 'dex/1',
    id: 'uniswap',
    docs: 'https://docs.uniswap.org',
    chain: 'ethereum',
    networks: Object.keys(deployments),
    fetchMarket: findMarkets(deployments),
    quote,
    ...{ build, fetchTrades },
    liquidity,
  });
}

/** Uniswap V2, V3 and V4, for each swap the best of their pools, or of two by way of a third token. @see https://docs.uniswap.org */
export const uniswap: DexSpec<Options, Call, Wire, Route> = toUniswap(contracts);

export { contracts };
export type { Contracts, Pool, Route, Wire };
