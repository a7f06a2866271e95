import {
  decimal,
  fromUnits,
  one,
  toUnits,
  type Decimal,
  type DexCall,
  type DexPublic,
  type LiquidityChange,
  type LiquidityOutcome,
  type LiquidityPosition,
  type PoolState,
  type Receipt,
} from '@hb/connector-core';
import { readMany, type Call, type Options } from '@hb/connector-ethereum';
import { sorted, toRatio, toSeconds, toTokens, type PoolMarket, type V2Pool } from '@hb/uniswap-pools';
import { decodeFunctionResult, encodeFunctionData, getAddress } from 'viem/utils';

import * as abi from './abi.js';

type Reserves = {
  /** As contracts sort the tokens. */
  readonly reserves: readonly [bigint, bigint];
  /** Of the token that stands for shares of the pool. */
  readonly supply: bigint;
  readonly held: bigint;
};

export async function fetchV2Pool(p: DexPublic<Options>, market: PoolMarket, pool: V2Pool): Promise<PoolState> {
  const { reserves, supply } = await fetchReserves(p, pool);
  const [fee, price] = [decimal(`${pool.fee}e-6`), toRatio(market, reserves)];
  return { pool: pool.name, shape: 'amm', fee, price, liquidity: supply };
}

/** The owner's shares of the pool; its fees are in the amounts. */
export async function fetchV2Position(
  p: DexPublic<Options>,
  market: PoolMarket,
  { pool, owner }: { readonly pool: V2Pool; readonly owner: string },
): Promise<readonly LiquidityPosition[]> {
  const { reserves, supply, held } = await fetchReserves(p, pool, owner);
  if (held === 0n) return [];
  const [base, quote] = sorted(market, [(held * reserves[0]) / supply, (held * reserves[1]) / supply]);
  return [
    {
      positionId: pool.name,
      ...{ pair: market.pair, pool: pool.name, price: toRatio(market, reserves) },
      base: fromUnits(base, market.baseToken.decimals),
      quote: fromUnits(quote, market.quoteToken.decimals),
    },
  ];
}

async function fetchReserves(p: DexPublic<Options>, { address }: V2Pool, owner = address): Promise<Reserves> {
  const [reserves, supply, held] = await readMany(p, [
    { to: address, data: encodeFunctionData({ abi: abi.pair(), functionName: 'getReserves' }) },
    { to: address, data: encodeFunctionData({ abi: abi.pair(), functionName: 'totalSupply' }) },
    {
      to: address,
      data: encodeFunctionData({ abi: abi.pair(), functionName: 'balanceOf', args: [getAddress(owner)] }),
    },
  ]);
  if (reserves === undefined || supply === undefined || held === undefined)
    throw new TypeError(`${address} is no pool of V2`);
  const [first, second] = decodeFunctionResult({ abi: abi.pair(), functionName: 'getReserves', data: reserves });
  return { reserves: [first, second], supply: BigInt(supply), held: BigInt(held) };
}

type Change = LiquidityChange<PoolMarket['wire']>;
type Added = Extract<Change, { readonly action: 'open' | 'add' }>;
type Built = DexCall<Call>;

/** A call of Router02. */
export async function buildV2Change(p: DexPublic<Options>, change: Change, pool: V2Pool): Promise<Built> {
  if (change.action === 'open' || change.action === 'add') return add(p, change, pool);
  if (change.action === 'collect') throw new TypeError('fees stay in pools of V2: there are none to collect');
  return remove(p, change, { pool, share: 'share' in change ? change.share : one });
}

/** In the proportion of the pool, so that nothing is given away: what is left out is as much as the other needs. */
async function add(p: DexPublic<Options>, change: Added, pool: V2Pool): Promise<Built> {
  const { market } = change;
  if (change.action === 'open' && (change.lower !== undefined || change.upper !== undefined))
    throw new TypeError('pools of V2 have no ranges: leave out lower and upper');
  const { reserves } = await fetchReserves(p, pool);
  const [ofBase, ofQuote] = sorted(market, reserves);
  const base = change.base === 0n ? (change.quote * ofBase) / ofQuote : change.base;
  const quote = change.quote === 0n ? (change.base * ofQuote) / ofBase : change.quote;
  const [baseTaken, quoteTaken] =
    base * ofQuote < quote * ofBase ? [base, (base * ofQuote) / ofBase] : [(quote * ofBase) / ofQuote, quote];
  const args = [
    ...([getAddress(market.baseToken.id), getAddress(market.quoteToken.id), base, quote] as const),
    ...([lessBy(change, baseTaken), lessBy(change, quoteTaken)] as const),
    ...([getAddress(change.owner), toSeconds(change.deadline)] as const),
  ] as const;
  const router = toRouter(market);
  return {
    op: { to: router, data: encodeFunctionData({ abi: abi.v2(), functionName: 'addLiquidity', args }) },
    spends: [
      { token: market.baseToken, spender: router, amount: base },
      { token: market.quoteToken, spender: router, amount: quote },
    ],
  };
}

type Removed = { readonly pool: V2Pool; readonly share: Decimal };

async function remove(p: DexPublic<Options>, change: Change, { pool, share }: Removed): Promise<Built> {
  const { market, owner } = change;
  const { reserves, supply, held } = await fetchReserves(p, pool, owner);
  const liquidity = (toUnits(share, 18) * held) / parts;
  if (liquidity === 0n) throw new TypeError(`there is nothing to remove from ${pool.name}`);
  const [first, second] = toTokens(market);
  const args = [
    ...([first, second, liquidity] as const),
    ...([
      lessBy(change, (liquidity * reserves[0]) / supply),
      lessBy(change, (liquidity * reserves[1]) / supply),
    ] as const),
    ...([getAddress(owner), toSeconds(change.deadline)] as const),
  ] as const;
  const router = toRouter(market);
  const token = { id: pool.address, symbol: `shares of ${market.pair}`, decimals: 18 };
  return {
    op: { to: router, data: encodeFunctionData({ abi: abi.v2(), functionName: 'removeLiquidity', args }) },
    spends: [{ token, spender: router, amount: liquidity }],
  };
}

function toRouter({ wire }: PoolMarket): string {
  if (wire.contracts.v2 === undefined) throw new TypeError('there is no V2 on this network');
  return wire.contracts.v2.router;
}

const parts = 10n ** 18n;

function lessBy({ slippage }: Change, amount: bigint): bigint {
  return (amount * (parts - toUnits(slippage, 18))) / parts;
}

/** What the owner's balances did; fees are part of it. */
export function readV2Change(receipt: Receipt, market: PoolMarket, isIn: boolean): LiquidityOutcome {
  const sign = isIn ? -1n : 1n;
  return {
    base: sign * (receipt.changes.get(market.baseToken.id) ?? 0n),
    quote: sign * (receipt.changes.get(market.quoteToken.id) ?? 0n),
    ...{ baseFees: 0n, quoteFees: 0n },
  };
}
