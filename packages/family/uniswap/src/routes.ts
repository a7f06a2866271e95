import type { DexMarket, DexPublic, DexSpec, Token } from '@hb/connector-core';
import type { Call, Options } from '@hb/connector-ethereum';
import { concatHex, getAddress, numberToHex } from 'viem/utils';

import {
  findPools,
  toCandidates,
  toMarket,
  type Candidate,
  type Fees,
  type Hex,
  type OlderPool,
  type PoolContracts,
  type Way,
} from './pool.js';

/** Two pools of one version after each other, by way of a third token: all as they lie from base to quote. */
export type Path = {
  readonly version: 'path';
  readonly of: OlderPool['version'];
  readonly tokens: readonly [base: Hex, through: Hex, quote: Hex];
  readonly pools: readonly OlderPool[];
};

/** The pools that the tokens of a market have with a third one. */
export type Leg = { readonly through: Hex; readonly base: readonly OlderPool[]; readonly quote: readonly OlderPool[] };

/** What quotes and swaps read of a market. */
export type RouteWire<C, P> = { readonly contracts: C; readonly pools: readonly P[]; readonly legs: readonly Leg[] };

/** By way of which tokens a swap may go, by their addresses; the wrapped coin and USDC when left out. */
export type Through = { readonly through?: readonly string[] };

type Kinds<C, P> = {
  readonly fees: Fees;
  /** Pools of other kinds. */
  readonly others?: (
    contracts: C,
    tokens: readonly [base: Token, quote: Token],
    wrapped: string,
  ) => readonly Candidate<P>[];
};

/** Looks for all pools of two tokens, and for those by way of a third one: together they are one market. */
export function findMarkets<C extends PoolContracts & Through, P>(
  deployments: Readonly<Record<string, C>>,
  { fees, others = () => [] }: Kinds<C, P>,
): DexSpec<Options, Call, RouteWire<C, OlderPool | P>, unknown>['fetchMarket'] {
  return async (p, base, quote) => {
    const contracts = deployments[p.environment];
    if (contracts === undefined) throw new TypeError(`no contracts on ${p.environment}`);
    const { wrapped } = p.network;
    const tokens = [base, quote] as const;
    const pools = await findPools<OlderPool | P>(p, [
      ...toCandidates(contracts, fees, tokens),
      ...others(contracts, tokens, wrapped.id),
    ]);
    const thirds = toThirds(p, contracts).filter(({ id }) => id !== base.id && id !== quote.id);
    const between = (one: Pick<Token, 'id'>, other: Pick<Token, 'id'>): Promise<readonly OlderPool[]> =>
      findPools(p, toCandidates(contracts, fees, [one, other]));
    const legs = await Promise.all(
      thirds.map(async (third) => ({
        ...{ through: getAddress(third.id), base: await between(base, third), quote: await between(third, quote) },
      })),
    );
    const market = toMarket(base, quote, { contracts, pools, legs });
    return pools.length === 0 && toPaths(market).length === 0 ? undefined : market;
  };
}

function toThirds({ network }: DexPublic<Options>, { through }: Through): readonly Pick<Token, 'id'>[] {
  if (through !== undefined) return through.map((id) => ({ id: id.toLowerCase() }));
  return [network.wrapped, ...network.tokens.filter(({ symbol }) => symbol === 'USDC')];
}

/** All ways by a third token. */
export function toPaths({
  baseToken,
  quoteToken,
  wire: { legs },
}: DexMarket<Pick<RouteWire<unknown, unknown>, 'legs'>>): readonly Path[] {
  const [first, last] = [getAddress(baseToken.id), getAddress(quoteToken.id)] as const;
  return legs.flatMap(({ through, base, quote }) =>
    base.flatMap((one) =>
      quote.flatMap((other): readonly Path[] => {
        if (one.version !== other.version) return [];
        return [{ version: 'path', of: one.version, tokens: [first, through, last], pools: [one, other] }];
      }),
    ),
  );
}

/** The pools in which the wrapped coin is swapped for a token of the market, as far as they are known. */
export function poolsOfCoin(
  { baseToken, quoteToken, wire }: DexMarket<RouteWire<unknown, { readonly version: string }>>,
  token: Hex,
  wrapped: Hex,
): readonly OlderPool[] {
  const isBase = getAddress(baseToken.id) === token;
  if (getAddress(isBase ? quoteToken.id : baseToken.id) === wrapped) return wire.pools.filter(isOlder);
  const leg = wire.legs.find(({ through }) => through === wrapped);
  return leg?.[isBase ? 'base' : 'quote'] ?? [];
}

function isOlder(pool: { readonly version: string }): pool is OlderPool {
  return pool.version === 'v2' || pool.version === 'v3';
}

/** A route in the direction of a swap: which tokens it goes by way of, and the pools between them. */
export type Hops = {
  readonly of: OlderPool['version'];
  readonly tokens: readonly Hex[];
  readonly pools: readonly OlderPool[];
};

export function toHops(route: OlderPool | Path, { tokenIn, tokenOut }: Way): Hops {
  if (route.version !== 'path') return { of: route.version, tokens: [tokenIn, tokenOut], pools: [route] };
  const { of, tokens, pools } = route;
  return tokens[0] === tokenIn ? { of, tokens, pools } : { of, tokens: tokens.toReversed(), pools: pools.toReversed() };
}

/** As V3 reads it: from the token that is given, or from the other end for an exact output. @see https://docs.uniswap.org/contracts/v3/guides/swaps/multihop-swaps */
export function toV3Path({ tokens, pools }: Hops, { isExactIn }: Way): Hex {
  const [stops, between] = isExactIn ? [tokens, pools] : [tokens.toReversed(), pools.toReversed()];
  return concatHex(
    stops.flatMap((token, index) =>
      index === 0 ? [token] : [numberToHex(between[index - 1]?.fee ?? 0, { size: 3 }), token],
    ),
  );
}
