import type { DexSpec } from '@hb/connector-core';
import type { Call, Options } from '@hb/connector-ethereum';
import { toHops, toSeconds, toV3Path, toWay, type Hex, type Hops, type Way } from '@hb/uniswap-pools';
import { encodeFunctionData, getAddress } from 'viem/utils';

import * as abi from './abi.js';
import type { Route, Wire } from './pool.js';

type Spec = DexSpec<Options, Call, Wire, Route>;
type Swap = Parameters<Spec['build']>[1];

/** The call of a router; it has no effect after the deadline, nor at a worse price than the bounds. */
export const build: Spec['build'] = async (_, swap) => {
  const { v2, v3 } = swap.market.wire.contracts;
  const way = toWay(swap.market, swap);
  const hops = toHops(swap.route, way);
  const router = hops.of === 'v2' ? (v2?.router ?? '') : v3.router;
  const data = hops.of === 'v2' ? toV2(swap, way, hops) : toV3(swap, way, hops);
  const token = swap.side === 'sell' ? swap.market.baseToken : swap.market.quoteToken;
  return { op: { to: router, data }, spends: [{ token, spender: router, amount: swap.spendMax }] };
};

/** Exact inputs go the way for tokens that tax their transfers. */
function toV2({ owner, deadline, spendMax, receiveMin }: Swap, { isExactIn }: Way, { tokens }: Hops): Hex {
  const rest = [tokens, getAddress(owner), toSeconds(deadline)] as const;
  return isExactIn
    ? encodeFunctionData({
        abi: abi.v2(),
        functionName: 'swapExactTokensForTokensSupportingFeeOnTransferTokens',
        args: [spendMax, receiveMin, ...rest],
      })
    : encodeFunctionData({
        abi: abi.v2(),
        functionName: 'swapTokensForExactTokens',
        args: [receiveMin, spendMax, ...rest],
      });
}

function toV3({ owner, deadline, spendMax, receiveMin }: Swap, way: Way, hops: Hops): Hex {
  const terms = { path: toV3Path(hops, way), recipient: getAddress(owner), deadline: toSeconds(deadline) };
  return way.isExactIn
    ? encodeFunctionData({
        abi: abi.v3(),
        functionName: 'exactInput',
        args: [{ ...terms, amountIn: spendMax, amountOutMinimum: receiveMin }],
      })
    : encodeFunctionData({
        abi: abi.v3(),
        functionName: 'exactOutput',
        args: [{ ...terms, amountOut: receiveMin, amountInMaximum: spendMax }],
      });
}
