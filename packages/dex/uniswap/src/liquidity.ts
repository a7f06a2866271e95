import type { LiquiditySpec } from '@hb/connector-core';
import type { Call, Options } from '@hb/connector-ethereum';
import { poolLiquidity as older } from '@hb/uniswap-liquidity';

import type { Wire } from './pool.js';
import { buildV4Change, readV4Change } from './v4-liquidity.js';
import { fetchV4Pools, fetchV4Positions } from './v4-positions.js';

type Spec = LiquiditySpec<Options, Call, Wire>;

/** Liquidity in pools of all versions; an id begins with its own. */
export const liquidity: Spec = {
  fetchPools: async (p, market) => [...(await older.fetchPools(p, market)), ...(await fetchV4Pools(p, market))],
  fetchPositions: async (p, market, of) => [
    ...(await older.fetchPositions(p, market, of)),
    ...(await fetchV4Positions(p, market, of)),
  ],
  build: (p, change) => {
    const name = change.action === 'open' ? change.pool : change.positionId;
    return name.startsWith('v4:') ? buildV4Change(p, change) : older.build(p, change);
  },
  read: (receipt, change) =>
    receipt.logs.some(({ emitter }) => emitter === change.market.wire.contracts.v4?.manager)
      ? readV4Change(receipt, change)
      : older.read(receipt, change),
};
