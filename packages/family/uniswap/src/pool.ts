import { decimal, one, type Decimal, type DexMarket, type Public, type SwapAsk, type Token } from '@hb/connector-core';
import { readMany, type Call, type Options } from '@hb/connector-ethereum';
import { encodeFunctionData, getAddress } from 'viem/utils';

import * as abi from './abi.js';

export type Hex = Call['data'];

/** Where the contracts of V2 and V3 are: factories, Router02, QuoterV2 and the NonfungiblePositionManager. */
export type PoolContracts = {
  readonly v2?: { readonly factory: string; readonly router: string };
  readonly v3: { readonly factory: string; readonly quoter: string; readonly positions: string };
};

/** `name`: how a user calls it, `v2` or `v3:500`; `address`: its own; `fee` in hundredths of a basis point. */
export type V2Pool = {
  readonly version: 'v2';
  readonly name: string;
  readonly address: string;
  readonly fee: number;
};

/** One for each fee; its prices are `spacing` ticks apart. */
export type V3Pool = Omit<V2Pool, 'version'> & { readonly version: 'v3'; readonly spacing: number };

export type OlderPool = V2Pool | V3Pool;

/** What the functions of a market read. A market may have pools of other kinds too. */
export type PoolWire = {
  readonly contracts: PoolContracts;
  readonly pools: readonly (V2Pool | V3Pool | { readonly version: 'v4'; readonly name: string })[];
};
export type PoolMarket = DexMarket<PoolWire>;

/** A call that tells where a pool is, if there is one. */
export type Candidate<P> = Call & { readonly toPool: (answer: Hex | undefined) => P | undefined };

/** What swaps pay, in hundredths of a basis point: in all pools of V2, and in each of V3 with its tick spacing. */
export type Fees = { readonly v2: number; readonly v3: Readonly<Record<number, number>> };

/** The pools of V2 and V3 that two tokens can have. */
export function toCandidates(
  { v2, v3 }: PoolContracts,
  fees: Fees,
  tokens: readonly [Pick<Token, 'id'>, Pick<Token, 'id'>],
): readonly Candidate<V2Pool | V3Pool>[] {
  const [first, second] = [getAddress(tokens[0].id), getAddress(tokens[1].id)] as const;
  const ofV3 = Object.entries(fees.v3).map(([text, spacing]) => {
    const fee = Number(text);
    const data = encodeFunctionData({ abi: abi.v3Factory(), functionName: 'getPool', args: [first, second, fee] });
    return {
      to: v3.factory,
      data,
      toPool: at((address) => ({ version: 'v3', name: `v3:${fee}`, address, fee, spacing }) as const),
    };
  });
  if (v2 === undefined) return ofV3;
  const data = encodeFunctionData({ abi: abi.v2(), functionName: 'getPair', args: [first, second] });
  return [
    { to: v2.factory, data, toPool: at((address) => ({ version: 'v2', name: 'v2', address, fee: fees.v2 }) as const) },
    ...ofV3,
  ];
}

/** The answer is an address, or zero where there is none. */
function at<P>(toPool: (address: string) => P): Candidate<P>['toPool'] {
  return (answer) =>
    answer === undefined || /^0x0+$/.test(answer) ? undefined : toPool(`0x${answer.slice(-40).toLowerCase()}`);
}

/** Those of the candidates that there are, all looked for in one request. */
export async function findPools<P>(p: Public<Options>, candidates: readonly Candidate<P>[]): Promise<readonly P[]> {
  const found = await readMany(p, candidates);
  return candidates.flatMap(({ toPool }, index) => toPool(found[index]) ?? []);
}

export function toMarket<W>(base: Token, quote: Token, wire: W): DexMarket<W> {
  const step = decimal(`1e-${base.decimals}`);
  return {
    pair: `${base.symbol}-${quote.symbol}`,
    symbol: `${base.id} ${quote.id}`,
    base: base.symbol,
    quote: quote.symbol,
    settle: quote.symbol,
    shape: 'router',
    status: 'trading',
    contractSize: one,
    price: { step: decimal('1e-36') },
    amount: { step, min: step, quoteStep: decimal(`1e-${quote.decimals}`) },
    wire,
    baseToken: base,
    quoteToken: quote,
  };
}

/** Which token goes in, which comes out, and which of the two amounts is given. */
export type Way = { readonly tokenIn: Hex; readonly tokenOut: Hex; readonly isExactIn: boolean };

export function toWay({ baseToken, quoteToken }: DexMarket<unknown>, { side, of }: Pick<SwapAsk, 'side' | 'of'>): Way {
  const [tokenIn, tokenOut] = side === 'sell' ? [baseToken, quoteToken] : [quoteToken, baseToken];
  return {
    tokenIn: getAddress(tokenIn.id),
    tokenOut: getAddress(tokenOut.id),
    isExactIn: of === (side === 'sell' ? 'base' : 'quote'),
  };
}

/** Contracts sort the tokens of a pool by address. */
export function isBaseFirst({ baseToken, quoteToken }: Pick<DexMarket<unknown>, 'baseToken' | 'quoteToken'>): boolean {
  return BigInt(baseToken.id) < BigInt(quoteToken.id);
}

/** A pair of values as contracts sort them, or back. */
export function sorted<T>(market: DexMarket<unknown>, [first, second]: readonly [T, T]): readonly [T, T] {
  return isBaseFirst(market) ? [first, second] : [second, first];
}

/** Quote per base of two amounts as contracts sort them, to 30 digits. */
export function toRatio(market: DexMarket<unknown>, [amount0, amount1]: readonly [bigint, bigint]): Decimal {
  const [base, quote] = isBaseFirst(market) ? [amount0, amount1] : [amount1, amount0];
  const above = quote * 10n ** BigInt(market.baseToken.decimals);
  const below = base * 10n ** BigInt(market.quoteToken.decimals);
  const places = Math.max(0, 30 - (String(above).length - String(below).length));
  return decimal(`${(above * 10n ** BigInt(places)) / below}e-${places}`);
}

/** The addresses of a market's tokens as contracts sort them. */
export function toTokens(market: DexMarket<unknown>): readonly [Hex, Hex] {
  return sorted(market, [getAddress(market.baseToken.id), getAddress(market.quoteToken.id)]);
}

/** Contracts count in seconds. */
export function toSeconds(at: number): bigint {
  return BigInt(Math.floor(at / 1_000));
}
