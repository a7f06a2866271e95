import type { Call } from '@hb/connector-ethereum';
import { decodeFunctionResult, encodeFunctionData } from 'viem/utils';

import * as abi from './abi.js';
import type { Hex, OlderPool } from './pool.js';

/** What a pool gives, and takes for it, in the smallest swap that there is: its price after its fee, as a quotient. */
type Rate = readonly [gives: bigint, takes: bigint];

/** `give`: what a whole amount brings, of pools that tell it before they are swapped in. */
export type Rated = { readonly rate: Rate; readonly give?: (amount: bigint) => bigint };

/** How a pool is asked for its rate. */
export type Rating = { readonly call: Call; readonly read: (answer: Hex) => Rated };

/** Fees are in hundredths of a basis point. */
const whole = 1_000_000n;

/** A pool of V2 or V3 in which one token is swapped for the other one. */
export function toRating(pool: OlderPool, tokenIn: Hex, tokenOut: Hex): Rating {
  const { address: to, fee, version } = pool;
  const isForward = BigInt(tokenIn) < BigInt(tokenOut);
  return version === 'v2'
    ? {
        call: { to, data: encodeFunctionData({ abi: abi.pair(), functionName: 'getReserves' }) },
        read: (answer) => ofReserves(answer, isForward, BigInt(fee)),
      }
    : {
        call: { to, data: encodeFunctionData({ abi: abi.v3Pool(), functionName: 'slot0' }) },
        read: (answer) => {
          const [root] = decodeFunctionResult({ abi: abi.v3Pool(), functionName: 'slot0', data: answer });
          return { rate: toRate(root, isForward, fee) };
        },
      };
}

/** @see https://docs.uniswap.org/contracts/v2/reference/smart-contracts/library#getamountout */
function ofReserves(answer: Hex, isForward: boolean, fee: bigint): Rated {
  const told = decodeFunctionResult({ abi: abi.pair(), functionName: 'getReserves', data: answer });
  const [ofIn, ofOut] = isForward ? [told[0], told[1]] : [told[1], told[0]];
  const [gives, takes] = [ofOut * (whole - fee), ofIn * whole];
  return { rate: [gives, takes], give: (amount) => (amount * gives) / (takes + amount * (whole - fee)) };
}

/** Of a price as V3 and V4 have it: the square root of token1 per token0, times 2^96. */
export function toRate(root: bigint, isForward: boolean, fee: number): Rate {
  const [square, one] = [root * root, 1n << 192n];
  const [gives, takes] = isForward ? [square, one] : [one, square];
  return [gives * (whole - BigInt(fee)), takes * whole];
}
