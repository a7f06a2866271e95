import { fromUnits, type BlockRange, type BlockTrade, type Public } from '@hb/connector-core';
import { fetchLogs, type Options, type PlacedLog } from '@hb/connector-ethereum';
import { decodeAbiParameters, parseAbiParameters } from 'viem/utils';

import { sorted, toRatio, type Hex, type PoolMarket, type V2Pool, type V3Pool } from './pool.js';

/** How the swaps of a pool are told, by whom, and what came in of both, below zero if it went out. */
export type SwapSource = {
  readonly emitter: string;
  readonly signature: Hex;
  /** `undefined` for a swap in another pool of the same contract. */
  readonly read: (log: PlacedLog) => readonly [bigint, bigint] | undefined;
};

/** The two events `Swap` by the hash of their signatures. @see https://docs.uniswap.org/contracts/v2/reference/smart-contracts/pair#swap-1, https://docs.uniswap.org/contracts/v3/reference/core/interfaces/pool/IUniswapV3PoolEvents#swap */
const v2Swap = '0xd78ad95fa46c994b6551d0da85fc275fe613ce37657fb8d5e3d130840159d822';
const v3Swap = '0xc42079f94a6350d7e6235f29174924f928cc2ac818eb64fed8004e115fbcca67';

/** Of a pool of V2 or V3. `v3Signature`: of a fork whose pools tell more. */
export function toSwapSource({ version, address }: V2Pool | V3Pool, v3Signature: Hex = v3Swap): SwapSource {
  return version === 'v2'
    ? { emitter: address, signature: v2Swap, read: readV2 }
    : { emitter: address, signature: v3Signature, read: readV3 };
}

function readV2({ data }: PlacedLog): readonly [bigint, bigint] {
  const types = parseAbiParameters('uint256, uint256, uint256, uint256');
  const [in0, in1, out0, out1] = decodeAbiParameters(types, toHex(data));
  return [in0 - out0, in1 - out1];
}

function readV3({ data }: PlacedLog): readonly [bigint, bigint] {
  const [amount0, amount1] = decodeAbiParameters(parseAbiParameters('int256, int256'), toHex(data));
  return [amount0, amount1];
}

export function toHex(text: string): Hex {
  return `0x${text.replace(/^0x/, '')}`;
}

/** The swaps in a market's pools in some blocks, oldest first; prices are those that were paid, fees included. */
export async function fetchSwaps(
  p: Public<Options>,
  { market, sources }: { readonly market: PoolMarket; readonly sources: readonly SwapSource[] },
  { from, to }: BlockRange,
): Promise<readonly BlockTrade[]> {
  // None would stand for all contracts.
  if (sources.length === 0) return [];
  const emitters = [...new Set(sources.map(({ emitter }) => emitter))];
  const signatures = [...new Set(sources.map(({ signature }) => signature))];
  const logs = await fetchLogs(p, { from, to, emitters, signatures });
  return logs.flatMap((log) => {
    const [moved] = sources.flatMap(({ emitter, signature, read }) =>
      emitter === log.emitter && signature === log.topics[0] ? [read(log)].filter((each) => each !== undefined) : [],
    );
    return moved === undefined ? [] : toTrade(market, log, moved);
  });
}

function toTrade(
  market: PoolMarket,
  { hash, index, block, at }: PlacedLog,
  moved: readonly [bigint, bigint],
): readonly BlockTrade[] {
  const [base, quote] = sorted(market, moved);
  // What moves nothing of one token has no price.
  if (base === 0n || quote === 0n) return [];
  const amount = fromUnits(size(base), market.baseToken.decimals).toFixed();
  const quoteAmount = fromUnits(size(quote), market.quoteToken.decimals).toFixed();
  const price = toRatio(market, [size(moved[0]), size(moved[1])]).toFixed();
  const side = base < 0n ? 'buy' : 'sell';
  return [
    {
      type: 'trade',
      ...{ symbol: market.symbol, id: `${hash}:${index}`, block, side, price, amount, quoteAmount },
      ...(at !== undefined && { at }),
    },
  ];
}

function size(value: bigint): bigint {
  return value < 0n ? -value : value;
}
