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
import { askV4, toV4Candidates, toV4Source, type V4Pool } from './v4-pool.js';

/** Where two tokens can be swapped. */
export type Pool = OlderPool | V4Pool;

/** What a swap goes through: a pool, or two by way of a third token. */
export type Route = Pool | Path;

/** What the market's own functions read: each swap takes the route that is best for it. */
export type Wire = RouteWire<Contracts, Pool>;

type Spec = DexSpec<Options, Call, Wire, Route>;

/** The usual fees of V3 and V4 by their tick spacing. @see https://docs.uniswap.org/concepts/protocol/fees#pool-fees-tiers */
const fees = { 100: 1, 500: 10, 3_000: 60, 10_000: 200 };

/** Of the contracts on each network. */
export function findMarkets(deployments: Readonly<Record<string, Contracts>>): Spec['fetchMarket'] {
  return findAll(deployments, {
    // https://docs.uniswap.org/contracts/v2/concepts/advanced-topics/fees
    fees: { v2: 3_000, v3: fees },
    others: (contracts, tokens, wrapped) => toV4Candidates(contracts, fees, { tokens, wrapped }),
  });
}

export const quote: Spec['quote'] = (p, market, ask) => {
  const { contracts } = market.wire;
  return quoteBest(p, market, {
    ask,
    surplus: 'handed on',
    toAsking: (way, route) => (route.version === 'v4' ? askV4(contracts, way, route) : askRoute(contracts, way, route)),
  });
};

export const fetchTrades: NonNullable<Spec['fetchTrades']> = (p, market, blocks) => {
  const { contracts, pools } = market.wire;
  const sources = pools.map((pool) =>
    pool.version === 'v4' ? toV4Source(contracts, pool, p.network.wrapped.id) : toSwapSource(pool),
  );
  return fetchSwaps(p, { market, sources }, blocks);
};
