import {
  ConnectorError,
  decimal,
  max,
  one,
  zero,
  type Decimal,
  type SwapAsk,
  type SwapQuote,
} from '@hb/connector-core';
import { readMany, type Call, type Options } from '@hb/connector-ethereum';
import type { DexPublic } from '@hb/connector-core';
import { decodeFunctionResult, encodeFunctionData } from 'viem/utils';

import * as abi from './abi.js';
import type { Hex, PoolContracts, V2Pool, V3Pool, Way } from './pool.js';

/** What a pool would take or give for an amount, and the gas of it. */
export type Told = { readonly amount: bigint; readonly gas: bigint };

/** How a pool is asked. */
export type Asking = { readonly toCall: (amount: bigint) => Call; readonly read: (answer: Hex) => Told };

/** Against which the price of the whole amount is compared. */
const small = 1_000n;

/** From the best of the pools, all of which are asked in one request. Rejects when none can fill it. */
export async function quoteBest<P>(
  p: DexPublic<Options>,
  { way, ask, pair }: { readonly way: Way; readonly ask: SwapAsk; readonly pair: string },
  pools: readonly { readonly pool: P; readonly asking: Asking }[],
): Promise<SwapQuote<P>> {
  const amounts = [ask.amount, ask.amount / small].filter((amount) => amount > 0n);
  const calls = amounts.flatMap((amount) => pools.map(({ asking }) => asking.toCall(amount)));
  const answers = await readMany(p, calls);
  const told = answers.map((data, index) => data && pools[index % pools.length]?.asking.read(data));
  const best = findBest(
    way,
    pools.map(({ pool }, index) => ({ pool, told: told[index], smallTold: told[pools.length + index] })),
  );
  if (best === undefined) throw tooThin(pair);
  const { pool, amount, gas, smallTold } = best;
  const [spend, receive] = way.isExactIn ? [ask.amount, amount] : [amount, ask.amount];
  const impact = smallTold && toImpact(way, amount, smallTold.amount * small);
  return { spend, receive, gas, route: pool, ...(impact && { impact }) };
}

/** Of V2's router, or V3's quoter. */
export function askPool(contracts: PoolContracts, way: Way, pool: V2Pool | V3Pool): Asking {
  return pool.version === 'v2' ? askV2(contracts.v2?.router ?? '', way) : askV3(contracts.v3.quoter, way, pool.fee);
}

/** A swap on V2 takes about so much gas; the quoter of V3 tells. */
const v2Gas = 120_000n;

function askV2(router: string, { tokenIn, tokenOut, isExactIn }: Way): Asking {
  const functionName = isExactIn ? 'getAmountsOut' : 'getAmountsIn';
  return {
    toCall: (amount) => ({
      to: router,
      data: encodeFunctionData({ abi: abi.v2(), functionName, args: [amount, [tokenIn, tokenOut]] }),
    }),
    read: (data) => {
      const amounts = decodeFunctionResult({ abi: abi.v2(), functionName, data });
      return { amount: (isExactIn ? amounts.at(-1) : amounts[0]) ?? 0n, gas: v2Gas };
    },
  };
}

function askV3(quoter: string, { tokenIn, tokenOut, isExactIn }: Way, fee: number): Asking {
  const way = { tokenIn, tokenOut, fee, sqrtPriceLimitX96: 0n };
  const exactIn = { abi: abi.quoter(), functionName: 'quoteExactInputSingle' } as const;
  const exactOut = { abi: abi.quoter(), functionName: 'quoteExactOutputSingle' } as const;
  return {
    toCall: (amount) => ({
      to: quoter,
      data: isExactIn
        ? encodeFunctionData({ ...exactIn, args: [{ ...way, amountIn: amount }] })
        : encodeFunctionData({ ...exactOut, args: [{ ...way, amount }] }),
    }),
    read: (data) => {
      const [amount, , , gas] = isExactIn
        ? decodeFunctionResult({ ...exactIn, data })
        : decodeFunctionResult({ ...exactOut, data });
      return { amount, gas };
    },
  };
}

type Offer<P> = { readonly pool: P; readonly smallTold: Told | undefined };

function findBest<P>(
  { isExactIn }: Way,
  offers: readonly (Offer<P> & { readonly told: Told | undefined })[],
): (Offer<P> & Told) | undefined {
  return offers
    .flatMap(({ told, ...offer }) => (told === undefined || told.amount === 0n ? [] : [{ ...offer, ...told }]))
    .reduce<(Offer<P> & Told) | undefined>((best, offer) => {
      if (best === undefined) return offer;
      return offer.amount > best.amount === isExactIn ? offer : best;
    }, undefined);
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
