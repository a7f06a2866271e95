import {
  decimal,
  fromUnits,
  type DexMarket,
  type DexPublic,
  type LiquidityPosition,
  type PoolState,
} from '@hb/connector-core';
import { readMany, type Call, type Options } from '@hb/connector-ethereum';
import { sqrtPriceAt, toAmounts, toPrice, toTokenId } from '@hb/uniswap-liquidity';
import { sorted, type Hex } from '@hb/uniswap-pools';
import { decodeFunctionResult, encodeFunctionData, getAddress, numberToHex } from 'viem/utils';

import * as abi from './abi.js';
import type { V4Contracts } from './contracts.js';
import type { Wire } from './pool.js';
import { readSlot, type V4Pool } from './v4-pool.js';

export type Market = DexMarket<Wire>;

/** A position as contracts have it. */
export type Held = {
  readonly tokenId: bigint;
  readonly pool: V4Pool;
  readonly lower: number;
  readonly upper: number;
  readonly liquidity: bigint;
  /** Earned and not collected, as contracts sort the tokens. */
  readonly fees: readonly [bigint, bigint];
  /** The square root of the pool's price. */
  readonly price: bigint;
};

/** Pools of the coin itself are left out: what goes in and out of them does not show in transfers of tokens. */
export function ofTokens({ wire }: Market): readonly V4Pool[] {
  return wire.pools.flatMap((pool) => (pool.version === 'v4' && !pool.isNative ? [pool] : []));
}

export function toV4({ wire }: Market): V4Contracts {
  if (wire.contracts.v4 === undefined) throw new TypeError('there is no V4 on this network');
  return wire.contracts.v4;
}

export async function fetchV4Pools(p: DexPublic<Options>, market: Market): Promise<readonly PoolState[]> {
  const pools = ofTokens(market);
  if (pools.length === 0) return [];
  const names = ['getSlot0', 'getLiquidity'] as const;
  const calls = pools.flatMap(({ id }) => names.map((name) => toStateCall(market, name, [id])));
  const answers = await readMany(p, calls);
  return pools.flatMap(({ name, key }, index) => {
    const [slot, liquidity] = answers.slice(2 * index, 2 * index + 2);
    if (slot === undefined || liquidity === undefined) return [];
    const price = toPrice(market, readSlot(slot));
    return [{ pool: name, shape: 'clmm', fee: decimal(`${key.fee}e-6`), price, liquidity: BigInt(liquidity) }];
  });
}

function toStateCall(market: Market, functionName: 'getSlot0' | 'getLiquidity', args: readonly [Hex]): Call {
  return { to: toV4(market).state, data: encodeFunctionData({ abi: abi.state(), functionName, args }) };
}

export async function fetchV4Price(p: DexPublic<Options>, market: Market, { id, name }: V4Pool): Promise<bigint> {
  const [slot] = await readMany(p, [toStateCall(market, 'getSlot0', [id])]);
  if (slot === undefined) throw new TypeError(`there is no pool ${name}`);
  return readSlot(slot);
}

/** No contract lists them: those that are known and still the owner's. */
export async function fetchV4Positions(
  p: DexPublic<Options>,
  market: Market,
  { owner, known }: { readonly owner: string; readonly known: readonly string[] },
): Promise<readonly LiquidityPosition[]> {
  const ids = known.filter((id) => id.startsWith('v4:'));
  const held = await Promise.all(ids.map((id) => fetchHeld(p, market, { owner, positionId: id })));
  return held.flatMap((each) => (each === undefined || each.liquidity === 0n ? [] : [toPosition(market, each)]));
}

/** `undefined` for what is not the owner's, or not in a pool of the market. */
export async function fetchHeld(
  p: DexPublic<Options>,
  market: Market,
  { owner, positionId }: { readonly owner: string; readonly positionId: string },
): Promise<Held | undefined> {
  const tokenId = toTokenId(positionId);
  const to = toV4(market).positions;
  const [whose, told] = await readMany(p, [
    { to, data: encodeFunctionData({ abi: abi.positions(), functionName: 'ownerOf', args: [tokenId] }) },
    { to, data: encodeFunctionData({ abi: abi.positions(), functionName: 'getPoolAndPositionInfo', args: [tokenId] }) },
  ]);
  if (whose === undefined || told === undefined || BigInt(whose) !== BigInt(owner)) return undefined;
  const [key, info] = decodeFunctionResult({
    abi: abi.positions(),
    functionName: 'getPoolAndPositionInfo',
    data: told,
  });
  const pool = ofTokens(market).find(
    (each) => each.key.fee === key.fee && each.key.currency0 === key.currency0 && each.key.currency1 === key.currency1,
  );
  if (pool === undefined || BigInt(key.hooks) !== 0n) return undefined;
  // https://github.com/Uniswap/v4-periphery/blob/main/src/libraries/PositionInfoLibrary.sol
  const [lower, upper] = [toTick(info >> 8n), toTick(info >> 32n)];
  return { tokenId, pool, lower, upper, ...(await fetchState(p, market, { tokenId, pool, lower, upper })) };
}

/** The last 24 bits, with a sign. */
function toTick(bits: bigint): number {
  return Number(BigInt.asIntN(24, bits));
}

async function fetchState(
  p: DexPublic<Options>,
  market: Market,
  { tokenId, pool, lower, upper }: Pick<Held, 'tokenId' | 'pool' | 'lower' | 'upper'>,
): Promise<Pick<Held, 'liquidity' | 'fees' | 'price'>> {
  const { state, positions } = toV4(market);
  const salt = numberToHex(tokenId, { size: 32 });
  const [slot, info, growth] = await readMany(p, [
    toStateCall(market, 'getSlot0', [pool.id]),
    {
      to: state,
      data: encodeFunctionData({
        abi: abi.state(),
        functionName: 'getPositionInfo',
        args: [pool.id, getAddress(positions), lower, upper, salt],
      }),
    },
    {
      to: state,
      data: encodeFunctionData({ abi: abi.state(), functionName: 'getFeeGrowthInside', args: [pool.id, lower, upper] }),
    },
  ]);
  if (slot === undefined || info === undefined || growth === undefined)
    throw new TypeError(`v4:${tokenId} has no state`);
  const [liquidity, last0, last1] = decodeFunctionResult({
    abi: abi.state(),
    functionName: 'getPositionInfo',
    data: info,
  });
  const [now0, now1] = decodeFunctionResult({ abi: abi.state(), functionName: 'getFeeGrowthInside', data: growth });
  // Growth counts around 2^256, in 2^-128 of a unit for each unit of liquidity.
  const earned = (now: bigint, last: bigint): bigint => (BigInt.asUintN(256, now - last) * liquidity) >> 128n;
  return { liquidity, fees: [earned(now0, last0), earned(now1, last1)], price: readSlot(slot) };
}

function toPosition(market: Market, { tokenId, pool, lower, upper, liquidity, fees, price }: Held): LiquidityPosition {
  const range = { price, lower: sqrtPriceAt(lower), upper: sqrtPriceAt(upper) };
  const [base, quote] = sorted(market, toAmounts(range, liquidity));
  const [baseFees, quoteFees] = sorted(market, fees);
  const [first, second] = sorted(market, [toPrice(market, range.lower), toPrice(market, range.upper)]);
  const { baseToken, quoteToken, pair } = market;
  return {
    positionId: `v4:${tokenId}`,
    ...{ pair, pool: pool.name, lower: first, upper: second },
    price: toPrice(market, price),
    base: fromUnits(base, baseToken.decimals),
    quote: fromUnits(quote, quoteToken.decimals),
    baseFees: fromUnits(baseFees, baseToken.decimals),
    quoteFees: fromUnits(quoteFees, quoteToken.decimals),
  };
}
