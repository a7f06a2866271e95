import {
  ConnectorError,
  decimal,
  max,
  one,
  zero,
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
import { poolsOfCoin, toHops, toPaths, toV3Path, type Hops, type Path, type RouteWire } from './routes.js';

/** What a route would take or give for an amount, and the gas of its pools. */
export type Told = { readonly amount: bigint; readonly gas: bigint };

/** How a route is asked. */
export type Asking = { readonly toCall: (amount: bigint) => Call; readonly read: (answer: Hex) => Told };

type Question = { readonly asking: Asking; readonly amount: bigint };

/** What a transaction takes besides what its pools do. */
const overhead = 60_000n;

/** Against which the price of the whole amount is compared. */
const small = 1_000n;

/** So much of the wrapped coin tells what gas is worth. */
const coins = 10n ** 15n;

/**
 * From the best of the pools and of the ways by a third token, the worth of its gas counted in. All are asked in one request.
 * Rejects when none can fill it.
 */
export async function quoteBest<P extends { readonly version: string }>(
  p: DexPublic<Options>,
  market: DexMarket<RouteWire<unknown, P>>,
  { ask, toAsking }: { readonly ask: SwapAsk; readonly toAsking: (way: Way, route: P | OlderPool | Path) => Asking },
): Promise<SwapQuote<P | Path>> {
  const way = toWay(market, ask);
  const routes: readonly (P | Path)[] = [...market.wire.pools, ...toPaths(market)];
  const askings = routes.map((route) => toAsking(way, route));
  const [open, wrapped] = [way.isExactIn ? way.tokenOut : way.tokenIn, getAddress(p.network.wrapped.id)];
  const coin = { tokenIn: wrapped, tokenOut: open, isExactIn: true };
  const worth = poolsOfCoin(market, open, wrapped).map((pool) => toAsking(coin, pool));
  const [[told, smallTold, coinTold], { base, tip }] = await Promise.all([
    askAll(p, [toQuestions(askings, ask.amount), toQuestions(askings, ask.amount / small), toQuestions(worth, coins)]),
    fetchPrice(p),
  ]);
  const ofCoins = open === wrapped ? coins : largest(coinTold);
  const toCost = (gas: bigint): bigint => ((gas + overhead) * (base + tip) * ofCoins) / coins;
  const offers = routes.map((route, index) => ({ route, told: told?.[index], smallTold: smallTold?.[index] }));
  const best = findBest(way, offers, toCost);
  if (best === undefined) throw tooThin(market.pair);
  const { route, amount, gas, smallTold: smallest } = best;
  const [spend, receive] = way.isExactIn ? [ask.amount, amount] : [amount, ask.amount];
  const impact = smallest && toImpact(way, amount, smallest.amount * small);
  return { spend, receive, gas: gas + overhead, route, ...(impact && { impact }) };
}

function toQuestions(askings: readonly Asking[], amount: bigint): readonly Question[] {
  return amount === 0n ? [] : askings.map((asking) => ({ asking, amount }));
}

/** The answers to each group of questions; `undefined` where there is none. */
async function askAll(
  p: DexPublic<Options>,
  groups: readonly (readonly Question[])[],
): Promise<readonly (readonly (Told | undefined)[])[]> {
  const questions = groups.flat();
  const answers = await readMany(
    p,
    questions.map(({ asking, amount }) => asking.toCall(amount)),
  );
  const told = answers.map((data, index) => data && questions[index]?.asking.read(data));
  let from = 0;
  return groups.map(({ length }) => told.slice(from, (from += length)));
}

function largest(told: readonly (Told | undefined)[] = []): bigint {
  return told.reduce((most, each) => (each !== undefined && each.amount > most ? each.amount : most), 0n);
}

/** Asks V2's router, or V3's quoter. */
export function askRoute(contracts: PoolContracts, way: Way, route: OlderPool | Path): Asking {
  const hops = toHops(route, way);
  return hops.of === 'v2' ? askV2(contracts.v2?.router ?? '', way, hops) : askV3(contracts.v3.quoter, way, hops);
}

/** A pool of V2 takes about so much gas; the quoter of V3 tells. */
const v2Gas = 60_000n;

function askV2(router: string, { isExactIn }: Way, { tokens }: Hops): Asking {
  const functionName = isExactIn ? 'getAmountsOut' : 'getAmountsIn';
  return {
    toCall: (amount) => ({
      to: router,
      data: encodeFunctionData({ abi: abi.v2(), functionName, args: [amount, tokens] }),
    }),
    read: (data) => {
      const amounts = decodeFunctionResult({ abi: abi.v2(), functionName, data });
      const amount = (isExactIn ? amounts.at(-1) : amounts[0]) ?? 0n;
      return { amount, gas: v2Gas * BigInt(tokens.length - 1) };
    },
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
      const [amount, , , gas] = decodeFunctionResult({ abi: abi.quoter(), functionName, data });
      return { amount, gas };
    },
  };
}

type Offer<R> = { readonly route: R; readonly smallTold: Told | undefined };

/** By what is left of what is received, or goes away with what is spent. */
function findBest<R>(
  { isExactIn }: Way,
  offers: readonly (Offer<R> & { readonly told: Told | undefined })[],
  toCost: (gas: bigint) => bigint,
): (Offer<R> & Told) | undefined {
  const loss = ({ amount, gas }: Told): bigint => toCost(gas) + (isExactIn ? -amount : amount);
  return offers
    .flatMap(({ told, ...offer }) => (told === undefined || told.amount === 0n ? [] : [{ ...offer, ...told }]))
    .reduce<(Offer<R> & Told) | undefined>(
      (best, offer) => (best === undefined || loss(offer) < loss(best) ? offer : best),
      undefined,
    );
}

/** How much worse than in proportion to the small one. */
function toImpact({ isExactIn }: Way, amount: bigint, inProportion: bigint): Decimal | undefined {
  if (amount === 0n || inProportion === 0n) return undefined;
  const [worse, better] = isExactIn ? [amount, inProportion] : [inProportion, amount];
  return max(one.minus(decimal(String(worse)).div(decimal(String(better)))), zero);
}

function tooThin(pair: string): ConnectorError {
  const message = 'no pool has enough for this amount';
  return new ConnectorError(message, { kind: 'order-rejected', outcome: 'not-sent', operation: `quote ${pair}` });
}
