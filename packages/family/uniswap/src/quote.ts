import {
  ConnectorError,
  fromUnits,
  type Decimal,
  type DexMarket,
  type DexPublic,
  type SwapAsk,
  type SwapQuote,
} from '@hb/connector-core';
import { fetchPrice, readMany, type Call, type Options } from '@hb/connector-ethereum';
import { decodeFunctionResult, encodeFunctionData, getAddress } from 'viem/utils';

import * as abi from './abi.js';
import { toWay, type Hex, type OlderPool, type PoolContracts, type Way } from './pool.js';
import { toRating, type Rated, type Rating } from './rates.js';
import { poolsOfCoin, toHops, toPaths, toV3Path, type Hops, type Path, type RouteWire } from './routes.js';

/** What a route would take or give for an amount, and the gas of a transaction that goes by it. */
export type Told = { readonly amount: bigint; readonly gas: bigint };

/** How a route is asked, and each of its pools. */
export type Asking = {
  readonly toCall: (amount: bigint) => Call;
  readonly read: (answer: Hex) => Told;
  readonly ratings: readonly Rating[];
};

/**
 * `surplus`: what pools of V2 give beyond an exact output, as they take whole units. Routers hand it on, or leave it.
 * @see https://docs.uniswap.org/contracts/v2/reference/smart-contracts/library#getamountin
 */
export type Asked<R> = {
  readonly ask: SwapAsk;
  readonly toAsking: (way: Way, route: R) => Asking;
  readonly surplus: 'handed on' | 'left in the pool';
};

/** So much of the wrapped coin tells what gas is worth. */
const coins = 10n ** 15n;

/**
 * From the best of the pools and of the ways by a third token, the worth of its gas counted in. One request asks all.
 * Rejects when none can fill it.
 */
export async function quoteBest<P extends { readonly version: string }>(
  p: DexPublic<Options>,
  market: DexMarket<RouteWire<unknown, P>>,
  { ask, toAsking, surplus }: Asked<P | OlderPool | Path>,
): Promise<SwapQuote<P | Path>> {
  const way = toWay(market, ask);
  const routes: readonly (P | Path)[] = [...market.wire.pools, ...toPaths(market)];
  const askings = routes.map((route) => ({ route, asking: toAsking(way, route) }));
  const [open, wrapped] = [way.isExactIn ? way.tokenOut : way.tokenIn, getAddress(p.network.wrapped.id)];
  const coin = { tokenIn: wrapped, tokenOut: open, isExactIn: true };
  const worth = poolsOfCoin(market, open, wrapped).map((pool) => toAsking(coin, pool));
  const [{ offers, ofCoin }, { base, tip }] = await Promise.all([
    askAll(p, { askings, amount: ask.amount, worth }),
    fetchPrice(p),
  ]);
  const ofCoins = open === wrapped ? coins : ofCoin;
  const best = findBest(way, offers, (gas) => (gas * (base + tip) * ofCoins) / coins);
  if (best === undefined) throw tooThin(market.pair);
  const { route, amount, gas, rated } = best;
  const [spend, exact] = way.isExactIn ? [ask.amount, amount] : [amount, ask.amount];
  const isSurplus = surplus === 'handed on' && !way.isExactIn;
  const receive = isSurplus ? (toBrought(rated, spend) ?? exact) : exact;
  const impact = toImpact(rated, spend, receive);
  return { spend, receive, gas, route, ...(impact && { impact }) };
}

type Offer<R> = Told & { readonly route: R; readonly rated: readonly (Rated | undefined)[] };

/** What each route offers that can fill the amount, and what so much coin is worth. */
async function askAll<R>(
  p: DexPublic<Options>,
  {
    askings,
    amount,
    worth,
  }: {
    readonly askings: readonly { readonly route: R; readonly asking: Asking }[];
    readonly amount: bigint;
    readonly worth: readonly Asking[];
  },
): Promise<{ readonly offers: readonly Offer<R>[]; readonly ofCoin: bigint }> {
  const answers = await readMany(p, [
    ...askings.flatMap(({ asking }) => [asking.toCall(amount), ...asking.ratings.map(({ call }) => call)]),
    ...worth.map(({ toCall }) => toCall(coins)),
  ]);
  let from = 0;
  const next = (count: number): readonly (Hex | undefined)[] => answers.slice(from, (from += count));
  const offers = askings.flatMap(({ route, asking: { read, ratings } }) => {
    const [answer, ...rates] = next(1 + ratings.length);
    const rated = ratings.map((rating, index) => rates[index] && rating.read(rates[index]));
    const told = answer && read(answer);
    return told === undefined || told.amount === 0n ? [] : [{ ...told, route, rated }];
  });
  const ofCoin = worth.map(({ read }) => next(1).map((answer) => (answer ? read(answer).amount : 0n)));
  return { offers, ofCoin: ofCoin.flat().reduce((most, each) => (each > most ? each : most), 0n) };
}

/** What an amount brings through all pools; `undefined` where one does not tell. */
function toBrought(rated: readonly (Rated | undefined)[], spend: bigint): bigint | undefined {
  return rated.reduce<bigint | undefined>(
    (amount, each) => (amount === undefined ? amount : each?.give?.(amount)),
    spend,
  );
}

/** Asks V2's router, or V3's quoter. */
export function askRoute(contracts: PoolContracts, way: Way, route: OlderPool | Path): Asking {
  const hops = toHops(route, way);
  return hops.of === 'v2' ? askV2(contracts.v2?.router ?? '', way, hops) : askV3(contracts.v3.quoter, way, hops);
}

/**
 * What a swap takes, about, as routers and pools did on a local chain: each pool of V2 and all around it; of V3 all
 * around its pools, as the quoter tells of these.
 */
const gasOf = { v2: { pool: 43_000n, rest: 58_000n }, v3: { rest: 34_000n } };

/** The pools of a route, each in the direction of the swap. */
function toRatings({ tokens, pools }: Hops): readonly Rating[] {
  return pools.flatMap((pool, index) => {
    const [tokenIn, tokenOut] = tokens.slice(index, index + 2);
    return tokenIn === undefined || tokenOut === undefined ? [] : [toRating(pool, tokenIn, tokenOut)];
  });
}

function askV2(router: string, { isExactIn }: Way, hops: Hops): Asking {
  const { tokens, pools } = hops;
  const functionName = isExactIn ? 'getAmountsOut' : 'getAmountsIn';
  return {
    toCall: (amount) => ({
      to: router,
      data: encodeFunctionData({ abi: abi.v2(), functionName, args: [amount, tokens] }),
    }),
    read: (data) => {
      const amounts = decodeFunctionResult({ abi: abi.v2(), functionName, data });
      const amount = (isExactIn ? amounts.at(-1) : amounts[0]) ?? 0n;
      return { amount, gas: gasOf.v2.rest + gasOf.v2.pool * BigInt(pools.length) };
    },
    ratings: toRatings(hops),
  };
}

function askV3(quoter: string, way: Way, hops: Hops): Asking {
  const functionName = way.isExactIn ? 'quoteExactInput' : 'quoteExactOutput';
  return {
    toCall: (amount) => ({
      to: quoter,
      data: encodeFunctionData({ abi: abi.quoter(), functionName, args: [toV3Path(hops, way), amount] }),
    }),
    read: (data) => {
      const [amount, prices, , gas] = decodeFunctionResult({ abi: abi.quoter(), functionName, data });
      // A pool that ran out has taken a part alone, and the router would leave it at that.
      return { amount: prices.some(isEnd) ? 0n : amount, gas: gas + gasOf.v3.rest };
    },
    ratings: toRatings(hops),
  };
}

/** Where swaps end that nothing stops before. @see https://docs.uniswap.org/contracts/v3/reference/core/libraries/TickMath */
const [lowest, highest] = [4_295_128_739n, 1_461_446_703_485_210_103_287_273_052_203_988_822_378_723_970_342n];

function isEnd(root: bigint): boolean {
  return root <= lowest + 1n || root >= highest - 1n;
}

/** By what is left of what is received, or goes away with what is spent. */
function findBest<R>(
  { isExactIn }: Way,
  offers: readonly Offer<R>[],
  toCost: (gas: bigint) => bigint,
): Offer<R> | undefined {
  const loss = ({ amount, gas }: Told): bigint => toCost(gas) + (isExactIn ? -amount : amount);
  return offers.reduce<Offer<R> | undefined>(
    (best, offer) => (best === undefined || loss(offer) < loss(best) ? offer : best),
    undefined,
  );
}

/** How much less is received than at the rates of all pools; fees are in both. */
function toImpact(rated: readonly (Rated | undefined)[], spend: bigint, receive: bigint): Decimal | undefined {
  let [above, below] = [receive, spend];
  for (const each of rated) {
    if (each === undefined) return undefined;
    above *= each.rate[1];
    below *= each.rate[0];
  }
  if (below === 0n) return undefined;
  const lost = parts - (above * parts) / below;
  return fromUnits(lost > 0n ? lost : 0n, 18);
}

const parts = 10n ** 18n;

function tooThin(pair: string): ConnectorError {
  const message = 'no pool has enough for this amount';
  return new ConnectorError(message, { kind: 'order-rejected', outcome: 'not-sent', operation: `quote ${pair}` });
}
