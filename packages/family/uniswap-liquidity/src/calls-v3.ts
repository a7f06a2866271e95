import type { Hex } from '@hb/uniswap-pools';
import { encodeFunctionData, getAddress } from 'viem/utils';

import * as abi from './abi.js';

type Decrease = {
  readonly tokenId: bigint;
  readonly liquidity: bigint;
  readonly until: bigint;
  readonly least?: { readonly amount0: bigint; readonly amount1: bigint };
};

/** The manager refuses to take nothing out. */
export function toDecrease({ tokenId, liquidity, until, least }: Decrease): readonly Hex[] {
  if (liquidity === 0n) return [];
  const minima = { amount0Min: least?.amount0 ?? 0n, amount1Min: least?.amount1 ?? 0n };
  const args = [{ tokenId, liquidity, ...minima, deadline: until }] as const;
  return [encodeFunctionData({ abi: abi.positions(), functionName: 'decreaseLiquidity', args })];
}

/** All that there is: what was earned, and what was taken out before. */
export function toCollect(tokenId: bigint, owner: string): Hex {
  const most = 2n ** 128n - 1n;
  const args = [{ tokenId, recipient: getAddress(owner), amount0Max: most, amount1Max: most }] as const;
  return encodeFunctionData({ abi: abi.positions(), functionName: 'collect', args });
}

export function toMulticall(calls: readonly Hex[]): Hex {
  return encodeFunctionData({ abi: abi.positions(), functionName: 'multicall', args: [calls] });
}
