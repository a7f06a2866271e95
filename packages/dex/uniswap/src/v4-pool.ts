import type { Token } from '@hb/connector-core';
import { toHex, toRate, type Asking, type Candidate, type Hex, type SwapSource, type Way } from '@hb/uniswap-pools';
import {
  decodeAbiParameters,
  decodeFunctionResult,
  encodeAbiParameters,
  encodeFunctionData,
  getAddress,
  keccak256,
  parseAbiParameters,
} from 'viem/utils';

import * as abi from './abi.js';
import type { Contracts, V4Contracts } from './contracts.js';

/** What the manager knows a pool by. The zero address stands for the native coin, and for pools without hooks. */
type PoolKey = {
  readonly currency0: Hex;
  readonly currency1: Hex;
  readonly fee: number;
  readonly tickSpacing: number;
  readonly hooks: Hex;
};

/** `name`: `v4:500`, or `v4:500:native` for one of the coin itself, whose swaps are wrapped on the way. */
export type V4Pool = {
  readonly version: 'v4';
  readonly name: string;
  readonly id: Hex;
  readonly key: PoolKey;
  readonly isNative: boolean;
};

const none = '0x0000000000000000000000000000000000000000';

/** Pools without hooks of the usual fees; those of the native coin where one of the tokens is its wrapped one. */
export function toV4Candidates(
  { v4 }: Contracts,
  fees: Readonly<Record<number, number>>,
  { tokens, wrapped }: { readonly tokens: readonly [Token, Token]; readonly wrapped: string },
): readonly Candidate<V4Pool>[] {
  if (v4 === undefined) return [];
  const natives = v4.hasNative !== false && tokens.some(({ id }) => id === wrapped) ? [false, true] : [false];
  return Object.entries(fees).flatMap(([text, tickSpacing]) =>
    natives.map((isNative) => {
      const currencies = tokens.map(({ id }) => (isNative && id === wrapped ? none : getAddress(id)));
      return toCandidate(v4, isNative, { ...sort(currencies), fee: Number(text), tickSpacing, hooks: none });
    }),
  );
}

function sort([first = none, second = none]: readonly Hex[]): Pick<PoolKey, 'currency0' | 'currency1'> {
  const isSorted = BigInt(first) < BigInt(second);
  return isSorted ? { currency0: first, currency1: second } : { currency0: second, currency1: first };
}

/** @see https://docs.uniswap.org/contracts/v4/reference/core/types/PoolId */
function toCandidate({ state }: V4Contracts, isNative: boolean, key: PoolKey): Candidate<V4Pool> {
  const { currency0, currency1, fee, tickSpacing, hooks } = key;
  const types = parseAbiParameters('address, address, uint24, int24, address');
  const id = keccak256(encodeAbiParameters(types, [currency0, currency1, fee, tickSpacing, hooks]));
  const pool: V4Pool = { version: 'v4', name: `v4:${fee}${isNative ? ':native' : ''}`, id, key, isNative };
  return {
    to: state,
    data: toSlotCall(id),
    // Without a price there is no pool.
    toPool: (answer) => (answer === undefined || readSlot(answer) === 0n ? undefined : pool),
  };
}

function toSlotCall(id: Hex): Hex {
  return encodeFunctionData({ abi: abi.state(), functionName: 'getSlot0', args: [id] });
}

/** The square root of the price. */
export function readSlot(answer: Hex): bigint {
  return decodeFunctionResult({ abi: abi.state(), functionName: 'getSlot0', data: answer })[0];
}

/** Whether a swap gives the pool's first currency for its second one. */
export function isZeroForOne({ key, isNative }: V4Pool, { tokenIn, tokenOut }: Way): boolean {
  return isNative ? key.currency1 === tokenOut : key.currency0 === tokenIn;
}

/** Of V4's quoter. */
export function askV4({ v4 }: Contracts, way: Way, pool: V4Pool): Asking {
  const functionName = way.isExactIn ? 'quoteExactInputSingle' : 'quoteExactOutputSingle';
  const terms = { poolKey: pool.key, zeroForOne: isZeroForOne(pool, way), hookData: '0x' } as const;
  return {
    toCall: (exactAmount) => ({
      to: v4?.quoter ?? none,
      data: encodeFunctionData({ abi: abi.quoter(), functionName, args: [{ ...terms, exactAmount }] }),
    }),
    read: (data) => {
      const [amount, gas] = decodeFunctionResult({ abi: abi.quoter(), functionName, data });
      return { amount, gas: gas + (pool.isNative ? gasOf.native : gasOf.token) };
    },
    ratings: [
      {
        call: { to: v4?.state ?? none, data: toSlotCall(pool.id) },
        read: (data) => ({ rate: toRate(readSlot(data), terms.zeroForOne, readFee(data, terms.zeroForOne)) }),
      },
    ],
  };
}

/** About what a swap takes besides what the quoter tells, as measured on a local chain; there the coin is wrapped. */
const gasOf = { token: 90_000n, native: 110_000n };

/** Of both who has put liquidity in and the protocol. @see https://github.com/Uniswap/v4-core/blob/main/src/libraries/ProtocolFeeLibrary.sol */
function readFee(answer: Hex, isZeroForOne: boolean): number {
  const [, , both, own] = decodeFunctionResult({ abi: abi.state(), functionName: 'getSlot0', data: answer });
  const protocol = isZeroForOne ? both & 0xfff : both >> 12;
  return protocol + own - Math.floor((protocol * own) / 1_000_000);
}

/** @see https://docs.uniswap.org/contracts/v4/reference/core/interfaces/IPoolManager#swap */
const swap = '0x40e9cecb9f5f1f1c5b9c97dec2917b7ee92e57ba5563708daca94dd84ad7112f';

/** Told by the manager of all pools, from the view of who swaps. The coin comes first in its pools. */
export function toV4Source({ v4 }: Contracts, { id, key, isNative }: V4Pool, wrapped: string): SwapSource {
  const isTurned = isNative && BigInt(wrapped) > BigInt(key.currency1);
  return {
    emitter: v4?.manager ?? none,
    signature: swap,
    read: ({ topics, data }) => {
      if (topics[1] !== id) return undefined;
      const [amount0, amount1] = decodeAbiParameters(parseAbiParameters('int128, int128'), toHex(data));
      return isTurned ? [-amount1, -amount0] : [-amount0, -amount1];
    },
  };
}
