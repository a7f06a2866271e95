import type { DexPublic, LiquidityChange, LiquiditySpec } from '@hb/connector-core';
import type { Call, Options } from '@hb/connector-ethereum';
import type { PoolMarket, PoolWire, V2Pool, V3Pool } from '@hb/uniswap-pools';

import { buildV2Change, fetchV2Pool, fetchV2Position, readV2Change } from './liquidity-v2.js';
import { buildV3Change, readV3Change } from './liquidity-v3.js';
import { fetchV3Pools, fetchV3Positions } from './positions-v3.js';

type Spec = LiquiditySpec<Options, Call, PoolWire>;

/** Liquidity in pools of V2 and V3. */
export const poolLiquidity: Spec = {
  fetchPools: async (p, market) => {
    const [v2, v3] = [ofV2(market), ofV3(market)];
    return [
      ...(await Promise.all(v2.map((pool) => fetchV2Pool(p, market, pool)))),
      ...(v3.length === 0 ? [] : await fetchV3Pools(p, market, v3)),
    ];
  },
  fetchPositions: async (p, market, { owner }) => {
    const v2 = await Promise.all(ofV2(market).map((pool) => fetchV2Position(p, market, { pool, owner })));
    return [...v2.flat(), ...(await fetchV3Positions(p, market, { pools: ofV3(market), owner }))];
  },
  build,
  read: (receipt, { market, action, positionId }) => {
    const isIn = action === 'open' || action === 'add';
    const isV2 = positionId === 'v2';
    const outcome = isV2 ? readV2Change(receipt, market, isIn) : readV3Change(receipt, market, action);
    return action === 'open' && outcome.positionId === undefined ? { ...outcome, positionId: 'v2' } : outcome;
  },
};

function build(p: DexPublic<Options>, change: LiquidityChange<PoolWire>): ReturnType<Spec['build']> {
  const { market } = change;
  const name = change.action === 'open' ? change.pool : change.positionId;
  const v2 = ofV2(market).find((pool) => pool.name === name);
  return v2 === undefined ? buildV3Change(p, change, ofV3(market)) : buildV2Change(p, change, v2);
}

function ofV2({ wire }: PoolMarket): readonly V2Pool[] {
  return wire.pools.flatMap((pool) => (pool.version === 'v2' ? [pool] : []));
}

function ofV3({ wire }: PoolMarket): readonly V3Pool[] {
  return wire.pools.flatMap((pool) => (pool.version === 'v3' ? [pool] : []));
}
