import type { DexSpec, Token } from '@hb/connector-core';
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
import { askV4, toV4Candidates, toV4Source, type V4Pool } from './v4-pool.js';

/** Where two tokens can be swapped. */
export type Pool = V2Pool | V3Pool | V4Pool;

/** What the market's own functions read: each swap takes the pool that is best for it. */
export type Wire = { readonly contracts: Contracts; readonly pools: readonly Pool[] };

type Spec = DexSpec<Options, Call, Wire, Pool>;

/** The usual fees of V3 and V4 by their tick spacing. @see https://docs.uniswap.org/concepts/protocol/fees#pool-fees-tiers */
const fees = { 100: 1, 500: 10, 3_000: 60, 10_000: 200 };

/** Looks for all pools of two tokens, which are one market; there is none without any. `deployments` by network. */
export function findMarkets(deployments: Readonly<Record<string, Contracts>>): Spec['fetchMarket'] {
  return async (p, base, quote) => {
    const contracts = deployments[p.environment];
    if (contracts === undefined) throw new TypeError(`no contracts on ${p.environment}`);
    const tokens: readonly [Token, Token] = [base, quote];
    const candidates = [
      ...toCandidates(contracts, fees, tokens),
      ...toV4Candidates(contracts, fees, { tokens, wrapped: p.network.wrapped.id }),
    ];
    const pools = await findPools<Pool>(p, candidates);
    return pools.length === 0 ? undefined : toMarket(base, quote, { contracts, pools });
  };
}

export const quote: Spec['quote'] = (p, market, ask) => {
  const way = toWay(market, ask);
  const { contracts, pools } = market.wire;
  const asked = pools.map((pool) => ({
    pool,
    asking: pool.version === 'v4' ? askV4(contracts, way, pool) : askPool(contracts, way, pool),
  }));
  return quoteBest(p, { way, ask, pair: market.pair }, asked);
};

export const fetchTrades: NonNullable<Spec['fetchTrades']> = (p, market, blocks) => {
  const { contracts, pools } = market.wire;
  const sources = pools.map((pool) =>
    pool.version === 'v4' ? toV4Source(contracts, pool, p.network.wrapped.id) : toSwapSource(pool),
  );
  return fetchSwaps(p, { market, sources }, blocks);
};
