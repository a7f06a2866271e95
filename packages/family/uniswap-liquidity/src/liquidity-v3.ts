import {
  one,
  toUnits,
  type ChainLog,
  type Decimal,
  type DexCall,
  type DexPublic,
  type LiquidityChange,
  type LiquidityOutcome,
  type Receipt,
} from '@hb/connector-core';
import type { Call, Options } from '@hb/connector-ethereum';
import { sorted, toSeconds, toTokens, type Hex, type PoolMarket, type V3Pool } from '@hb/uniswap-pools';
import { decodeEventLog, encodeFunctionData, getAddress, isHex } from 'viem/utils';

import * as abi from './abi.js';
import { toCollect, toDecrease, toMulticall } from './calls-v3.js';
import { fetchHeld, fetchPrice, type Held } from './positions-v3.js';
import { slipped, sqrtPriceAt, toAmounts, toCost, toLiquidity, toSqrtPrice, usableTick, type Range } from './ticks.js';

type Change = LiquidityChange<PoolMarket['wire']>;

/** A call of the position manager. `pools` are those of the market. */
export async function buildV3Change(
  p: DexPublic<Options>,
  change: Change,
  pools: readonly V3Pool[],
): Promise<DexCall<Call>> {
  if (change.action === 'open') return open(p, change, pools);
  const tokenId = toTokenId(change.positionId);
  const [held] = await fetchHeld(p, change.market, { pools, tokenIds: [tokenId] });
  if (held === undefined) throw new TypeError(`${change.positionId} is no position of ${change.market.pair}`);
  const to = change.market.wire.contracts.v3.positions;
  if (change.action === 'add') return add(p, change, held);
  if (change.action === 'collect') return { op: { to, data: toCollect(tokenId, change.owner) }, spends: [] };
  const share = 'share' in change ? change.share : one;
  const calls = [
    ...(await remove(p, change, { held, share })),
    toCollect(tokenId, change.owner),
    ...(change.action === 'close'
      ? [encodeFunctionData({ abi: abi.positions(), functionName: 'burn', args: [tokenId] })]
      : []),
  ];
  return { op: { to, data: toMulticall(calls) }, spends: [] };
}

type Opened = Extract<Change, { readonly action: 'open' }>;
type Added = Extract<Change, { readonly action: 'add' }>;

async function open(p: DexPublic<Options>, change: Opened, pools: readonly V3Pool[]): Promise<DexCall<Call>> {
  const { market } = change;
  const pool = pools.find(({ name }) => name === change.pool);
  if (pool === undefined) throw new TypeError(`there is no pool ${change.pool} of ${market.pair}`);
  const [tickLower, tickUpper] = toTicks(change, pool.spacing);
  const terms = await toTerms(p, change, { pool, lower: tickLower, upper: tickUpper });
  const [token0, token1] = toTokens(market);
  const args = [
    {
      token0,
      ...{ token1, fee: pool.fee, tickLower, tickUpper, ...terms },
      recipient: getAddress(change.owner),
    },
  ] as const;
  return toSpending(change, encodeFunctionData({ abi: abi.positions(), functionName: 'mint', args }));
}

async function add(p: DexPublic<Options>, change: Added, held: Held): Promise<DexCall<Call>> {
  const args = [{ tokenId: held.tokenId, ...(await toTerms(p, change, held)) }] as const;
  return toSpending(change, encodeFunctionData({ abi: abi.positions(), functionName: 'increaseLiquidity', args }));
}

/** The ends of a range, as near as the pool allows. */
export function toTicks(
  { market, lower, upper }: Pick<Opened, 'market' | 'lower' | 'upper'>,
  spacing: number,
): readonly [number, number] {
  if (lower === undefined || upper === undefined) throw new TypeError('a range needs lower and upper');
  const [first, second] = sorted(market, [toSqrtPrice(market, lower), toSqrtPrice(market, upper)]);
  const [tickLower, tickUpper] = [usableTick(first, spacing), usableTick(second, spacing)];
  if (tickLower < tickUpper) return [tickLower, tickUpper];
  throw new TypeError(`the range is narrower than the pool's steps of ${spacing} ticks`);
}

type Terms = {
  readonly amount0Desired: bigint;
  readonly amount1Desired: bigint;
  readonly amount0Min: bigint;
  readonly amount1Min: bigint;
  readonly deadline: bigint;
};

/** The pool's price decides how much is taken of each: at least what it takes at the price that slippage allows. */
async function toTerms(
  p: DexPublic<Options>,
  change: Opened | Added,
  { pool, lower, upper }: Pick<Held, 'pool' | 'lower' | 'upper'>,
): Promise<Terms> {
  const range = { price: await fetchPrice(p, pool), lower: sqrtPriceAt(lower), upper: sqrtPriceAt(upper) };
  const amounts = sorted(change.market, [change.base, change.quote]);
  checkWorth(range, amounts);
  const [amount0Min, amount1Min] = toLeast(slipped(range, change.slippage), amounts);
  return {
    amount0Desired: amounts[0],
    ...{ amount1Desired: amounts[1], amount0Min, amount1Min },
    deadline: toSeconds(change.deadline),
  };
}

/** Less what rounding liquidity down loses: a unit of it is worth much in pools of tokens with few decimals. */
function toLeast(
  { down, up }: ReturnType<typeof slipped>,
  amounts: readonly [bigint, bigint],
): readonly [bigint, bigint] {
  const least0 = toAmounts(up, toLiquidity(up, amounts))[0] - toCost(down, 2n)[0];
  const least1 = toAmounts(down, toLiquidity(down, amounts))[1] - toCost(up, 2n)[1];
  return [least0 > 0n ? least0 : 0n, least1 > 0n ? least1 : 0n];
}

/** Throws for amounts that are worth nothing in a range: at a price within it both tokens are needed, beyond it one. */
export function checkWorth(range: Range, amounts: readonly [bigint, bigint]): void {
  if (toLiquidity(range, amounts) === 0n)
    throw new TypeError('a range around the price takes both tokens; one beside it takes the one that it lies in');
}

async function remove(
  p: DexPublic<Options>,
  change: Change,
  { held, share }: { readonly held: Held; readonly share: Decimal },
): Promise<readonly Hex[]> {
  const liquidity = (held.liquidity * toUnits(share, 18)) / 10n ** 18n;
  const range = {
    price: await fetchPrice(p, held.pool),
    lower: sqrtPriceAt(held.lower),
    upper: sqrtPriceAt(held.upper),
  };
  const { down, up } = slipped(range, change.slippage);
  const least = { amount0: toAmounts(up, liquidity)[0], amount1: toAmounts(down, liquidity)[1] };
  return toDecrease({ tokenId: held.tokenId, liquidity, until: toSeconds(change.deadline), least });
}

function toSpending({ market, base, quote }: Opened | Added, data: Hex): DexCall<Call> {
  const spender = market.wire.contracts.v3.positions;
  const spends = [
    { token: market.baseToken, spender, amount: base },
    { token: market.quoteToken, spender, amount: quote },
  ];
  return { op: { to: spender, data }, spends: spends.filter(({ amount }) => amount > 0n) };
}

/** `v3:123` → `123n`. */
export function toTokenId(positionId: string): bigint {
  const [, digits] = /^v\d:(\d+)$/.exec(positionId) ?? [];
  if (digits === undefined) throw new TypeError(`${JSON.stringify(positionId)} is no position`);
  return BigInt(digits);
}

/** What the owner's balances did; the manager tells which part of it is not fees. */
export function readV3Change(
  receipt: Receipt,
  market: PoolMarket,
  action: LiquidityChange<unknown>['action'],
): LiquidityOutcome {
  const isIn = action === 'open' || action === 'add';
  const told = receipt.logs
    .filter(({ emitter }) => emitter === market.wire.contracts.v3.positions)
    .flatMap((log) => readEvent(log) ?? []);
  const [base, quote] = [changeOf(receipt, market.baseToken.id), changeOf(receipt, market.quoteToken.id)];
  const opened = told.find(({ name }) => name === 'IncreaseLiquidity');
  const position = opened === undefined ? {} : { positionId: `v3:${opened.tokenId}` };
  if (isIn) return { ...position, base: -base, quote: -quote, baseFees: 0n, quoteFees: 0n };
  const removed = told.filter(({ name }) => name === 'DecreaseLiquidity');
  const [baseOut, quoteOut] = sorted(market, [
    removed.reduce((sum, { amount0 }) => sum + amount0, 0n),
    removed.reduce((sum, { amount1 }) => sum + amount1, 0n),
  ]);
  return { base: baseOut, quote: quoteOut, baseFees: base - baseOut, quoteFees: quote - quoteOut };
}

function changeOf({ changes }: Receipt, token: string): bigint {
  return changes.get(token) ?? 0n;
}

type Told = { readonly name: string; readonly tokenId: bigint; readonly amount0: bigint; readonly amount1: bigint };

/** Of the two events that are read; any other is none. */
function readEvent({ topics, data }: ChainLog): Told | undefined {
  const [signature, ...indexed] = topics.filter((topic) => isHex(topic));
  if (signature === undefined || !isHex(data) || topics.length !== 2) return undefined;
  try {
    const { eventName, args } = decodeEventLog({ abi: abi.positionEvents(), topics: [signature, ...indexed], data });
    return { name: eventName, ...args };
  } catch {
    return undefined;
  }
}
