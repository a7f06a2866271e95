import type { DexSpec } from '@hb/connector-core';
import type { Call, Options } from '@hb/connector-ethereum';
import { toSeconds, toWay, type Hex, type Way } from '@hb/uniswap-pools';
import { encodeFunctionData, getAddress } from 'viem/utils';

import * as abi from './abi.js';
import type { Pool, Wire } from './pool.js';

type Spec = DexSpec<Options, Call, Wire, Pool>;
type Swap = Parameters<Spec['build']>[1];

/** The call of a router; it has no effect after the deadline, nor at a worse price than the bounds. */
export const build: Spec['build'] = async (_, swap) => {
  const { v2, v3 } = swap.market.wire.contracts;
  const way = toWay(swap.market, swap);
  const router = swap.route.version === 'v2' ? (v2?.router ?? '') : v3.router;
  const data = swap.route.version === 'v2' ? toV2(swap, way) : toV3(swap, way, swap.route.fee);
  const token = swap.side === 'sell' ? swap.market.baseToken : swap.market.quoteToken;
  return { op: { to: router, data }, spends: [{ token, spender: router, amount: swap.spendMax }] };
};

/** Exact inputs go the way for tokens that tax their transfers. */
function toV2({ owner, deadline, spendMax, receiveMin }: Swap, { tokenIn, tokenOut, isExactIn }: Way): Hex {
  const rest = [[tokenIn, tokenOut], getAddress(owner), toSeconds(deadline)] as const;
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

/** Without a limit of the pool's own price: together with the bounds it would revert what the bounds allow. */
function toV3({ owner, deadline, spendMax, receiveMin }: Swap, way: Way, fee: number): Hex {
  const { tokenIn, tokenOut, isExactIn } = way;
  const terms = {
    ...{ tokenIn, tokenOut, fee, recipient: getAddress(owner) },
    ...{ deadline: toSeconds(deadline), sqrtPriceLimitX96: 0n },
  };
  return isExactIn
    ? encodeFunctionData({
        abi: abi.v3(),
        functionName: 'exactInputSingle',
        args: [{ ...terms, amountIn: spendMax, amountOutMinimum: receiveMin }],
      })
    : encodeFunctionData({
        abi: abi.v3(),
        functionName: 'exactOutputSingle',
        args: [{ ...terms, amountOut: receiveMin, amountInMaximum: spendMax }],
      });
}
