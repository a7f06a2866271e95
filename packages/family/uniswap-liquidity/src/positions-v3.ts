import { decimal, fromUnits, type DexPublic, type LiquidityPosition, type PoolState } from '@hb/connector-core';
import { ask, readMany, type Options } from '@hb/connector-ethereum';
import { sorted, toSeconds, toTokens, type Hex, type PoolMarket, type V3Pool } from '@hb/uniswap-pools';
import { decodeFunctionResult, encodeFunctionData, getAddress, isHex } from 'viem/utils';

import * as abi from './abi.js';
import { toCollect, toDecrease, toMulticall } from './calls-v3.js';
import { sqrtPriceAt, toPrice } from './ticks.js';

export async function fetchV3Pools(
  p: DexPublic<Options>,
  market: PoolMarket,
  pools: readonly V3Pool[],
): Promise<readonly PoolState[]> {
  const data = ['slot0', 'liquidity'] as const;
  const answers = await readMany(
    p,
    pools.flatMap(({ address: to }) =>
      data.map((functionName) => ({ to, data: encodeFunctionData({ abi: abi.v3Pool(), functionName }) })),
    ),
  );
  return pools.flatMap(({ name, fee }, index) => {
    const [slot0, liquidity] = answers.slice(2 * index, 2 * index + 2);
    if (slot0 === undefined || liquidity === undefined) return [];
    const price = toPrice(market, readPrice(slot0));
    return [{ pool: name, shape: 'clmm', fee: decimal(`${fee}e-6`), price, liquidity: BigInt(liquidity) }];
  });
}

export async function fetchPrice(p: DexPublic<Options>, { address, name }: V3Pool): Promise<bigint> {
  const data = encodeFunctionData({ abi: abi.v3Pool(), functionName: 'slot0' });
  const [answer] = await readMany(p, [{ to: address, data }]);
  if (answer === undefined) throw new TypeError(`there is no pool ${name}`);
  return readPrice(answer);
}

function readPrice(slot0: Hex): bigint {
  const [price] = decodeFunctionResult({ abi: abi.v3Pool(), functionName: 'slot0', data: slot0 });
  if (price === 0n) throw new TypeError('the pool has no price yet');
  return price;
}

/** A position as its manager has it. */
export type Held = {
  readonly tokenId: bigint;
  readonly pool: V3Pool;
  readonly lower: number;
  readonly upper: number;
  readonly liquidity: bigint;
};

/** All positions of the owner in the market's pools that hold anything. */
export async function fetchV3Positions(
  p: DexPublic<Options>,
  market: PoolMarket,
  { pools, owner }: { readonly pools: readonly V3Pool[]; readonly owner: string },
): Promise<readonly LiquidityPosition[]> {
  const to = market.wire.contracts.v3.positions;
  const held = await fetchHeld(p, market, { pools, tokenIds: await fetchTokenIds(p, to, owner) });
  return Promise.all(held.map((each) => fetchPosition(p, market, { ...each, owner })));
}

async function fetchTokenIds(p: DexPublic<Options>, to: string, owner: string): Promise<readonly bigint[]> {
  const of = getAddress(owner);
  const [told] = await readMany(p, [
    { to, data: encodeFunctionData({ abi: abi.positions(), functionName: 'balanceOf', args: [of] }) },
  ]);
  const indices = Array.from({ length: Number(told ?? 0) }, (_, index) => BigInt(index));
  if (indices.length === 0) return [];
  const answers = await readMany(
    p,
    indices.map((index) => ({
      to,
      data: encodeFunctionData({ abi: abi.positions(), functionName: 'tokenOfOwnerByIndex', args: [of, index] }),
    })),
  );
  return answers.flatMap((answer) => (answer === undefined ? [] : [BigInt(answer)]));
}

export async function fetchHeld(
  p: DexPublic<Options>,
  market: PoolMarket,
  { pools, tokenIds }: { readonly pools: readonly V3Pool[]; readonly tokenIds: readonly bigint[] },
): Promise<readonly Held[]> {
  if (tokenIds.length === 0) return [];
  const to = market.wire.contracts.v3.positions;
  const [token0, token1] = toTokens(market);
  const answers = await readMany(
    p,
    tokenIds.map((tokenId) => ({
      to,
      data: encodeFunctionData({ abi: abi.positions(), functionName: 'positions', args: [tokenId] }),
    })),
  );
  return answers.flatMap((data, index) => {
    if (data === undefined) return [];
    const told = decodeFunctionResult({ abi: abi.positions(), functionName: 'positions', data });
    const [, , first, second, fee, lower, upper, liquidity] = told;
    const pool = first === token0 && second === token1 ? pools.find((each) => each.fee === fee) : undefined;
    return pool === undefined ? [] : [{ tokenId: tokenIds[index] ?? 0n, pool, lower, upper, liquidity }];
  });
}

/** Of what a position has earned only part is written down: it shows in what collecting and removing would give. */
async function fetchPosition(
  p: DexPublic<Options>,
  market: PoolMarket,
  { tokenId, pool, lower, upper, liquidity, owner }: Held & { readonly owner: string },
): Promise<LiquidityPosition> {
  const to = market.wire.contracts.v3.positions;
  const data = toMulticall([
    toCollect(tokenId, owner),
    ...toDecrease({ tokenId, liquidity, until: toSeconds(p.now()) + 3_600n }),
  ]);
  const told = await ask(p, ['eth_call', { from: owner, to, data }, 'latest'], toHex);
  const [collected = '0x', removed] = decodeFunctionResult({
    abi: abi.positions(),
    functionName: 'multicall',
    data: told,
  });
  const [baseFees, quoteFees] = sorted(market, readAmounts(collected));
  const [base, quote] = removed === undefined ? [0n, 0n] : sorted(market, readAmounts(removed));
  const [first, second] = sorted(market, [toPrice(market, sqrtPriceAt(lower)), toPrice(market, sqrtPriceAt(upper))]);
  const { baseToken, quoteToken, pair } = market;
  return {
    positionId: `v3:${tokenId}`,
    ...{ pair, pool: pool.name, lower: first, upper: second },
    price: toPrice(market, await fetchPrice(p, pool)),
    base: fromUnits(base, baseToken.decimals),
    quote: fromUnits(quote, quoteToken.decimals),
    baseFees: fromUnits(baseFees, baseToken.decimals),
    quoteFees: fromUnits(quoteFees, quoteToken.decimals),
  };
}

function readAmounts(data: Hex): readonly [bigint, bigint] {
  return decodeFunctionResult({ abi: abi.positions(), functionName: 'collect', data });
}

function toHex(result: unknown): Hex {
  if (!isHex(result)) throw new TypeError(`not hexadecimal: ${String(result)}`);
  return result;
}
