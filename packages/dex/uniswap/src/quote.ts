import {
  ConnectorError,
  decimal,
  max,
  one,
  zero,
  type Decimal,
  type DexMarket,
  type DexSpec,
  type SwapAsk,
} from '@hb/connector-core';
import { readMany, type Call, type Options } from '@hb/connector-ethereum';
import { decodeFunctionResult, encodeFunctionData, getAddress } from 'viem/utils';

import * as abi from './abi.js';
import type { Contracts } from './contracts.js';
import type { Pool, Wire } from './pool.js';

type Spec = DexSpec<Options, Call, Wire, Pool>;

type Hex = Call['data'];

/** Which token goes in, which comes out, and which of the two amounts is given. */
export type Way = { readonly tokenIn: Hex; readonly tokenOut: Hex; readonly isExactIn: boolean };

type Told = { readonly amount: bigint; readonly gas: bigint };

/** Against which the price of the whole amount is compared. */
const small = 1_000n;

/** From the best of the market's pools, all of which are asked in one request. Rejects when none can fill it. */
export const quote: Spec['quote'] = async (p, market, ask) => {
  const way = toWay(market, ask);
  const { contracts, pools } = market.wire;
  const amounts = [ask.amount, ask.amount / small].filter((amount) => amount > 0n);
  const calls = amounts.flatMap((amount) => pools.map((pool) => toCall(contracts, way, { pool, amount })));
  const answers = await readMany(p, calls);
  const told = answers.map((data, index) => data && read(pools[index % pools.length], way, data));
  const best = findBest(
    way,
    pools.map((pool, index) => ({ pool, told: told[index] })),
  );
  if (best === undefined) throw tooThin(market.pair);
  const { pool, amount, gas } = best;
  const [spend, receive] = way.isExactIn ? [ask.amount, amount] : [amount, ask.amount];
  const smallTold = told[pools.length + pools.indexOf(pool)];
  const impact = smallTold && toImpact(way, amount, smallTold.amount * small);
  return { spend, receive, gas, route: pool, ...(impact && { impact }) };
};

export function toWay({ baseToken, quoteToken }: DexMarket<Wire>, { side, of }: SwapAsk): Way {
  const [tokenIn, tokenOut] = side === 'sell' ? [baseToken, quoteToken] : [quoteToken, baseToken];
  return {
    tokenIn: getAddress(tokenIn.id),
    tokenOut: getAddress(tokenOut.id),
    isExactIn: of === (side === 'sell' ? 'base' : 'quote'),
  };
}

function toCall(
  { v2, v3 }: Contracts,
  { tokenIn, tokenOut, isExactIn }: Way,
  { pool, amount }: { readonly pool: Pool; readonly amount: bigint },
): Call {
  if (pool.version === 'v2') {
    const functionName = isExactIn ? 'getAmountsOut' : 'getAmountsIn';
    const data = encodeFunctionData({ abi: abi.v2, functionName, args: [amount, [tokenIn, tokenOut]] });
    return { to: v2?.router ?? '', data };
  }
  const way = { tokenIn, tokenOut, fee: pool.fee, sqrtPriceLimitX96: 0n };
  return {
    to: v3.quoter,
    data: isExactIn
      ? encodeFunctionData({
          abi: abi.quoter,
          functionName: 'quoteExactInputSingle',
          args: [{ ...way, amountIn: amount }],
        })
      : encodeFunctionData({ abi: abi.quoter, functionName: 'quoteExactOutputSingle', args: [{ ...way, amount }] }),
  };
}

/** A swap on V2 takes about so much gas; the quoter of V3 tells. */
const v2Gas = 120_000n;

function read(pool: Pool | undefined, { isExactIn }: Way, data: Hex): Told {
  if (pool?.version === 'v2') {
    const functionName = isExactIn ? 'getAmountsOut' : 'getAmountsIn';
    const amounts = decodeFunctionResult({ abi: abi.v2, functionName, data });
    return { amount: (isExactIn ? amounts.at(-1) : amounts[0]) ?? 0n, gas: v2Gas };
  }
  const [amount, , , gas] = isExactIn
    ? decodeFunctionResult({ abi: abi.quoter, functionName: 'quoteExactInputSingle', data })
    : decodeFunctionResult({ abi: abi.quoter, functionName: 'quoteExactOutputSingle', data });
  return { amount, gas };
}

function findBest(
  { isExactIn }: Way,
  offers: readonly { readonly pool: Pool; readonly told: Told | undefined }[],
): ({ readonly pool: Pool } & Told) | undefined {
  return offers
    .flatMap(({ pool, told }) => (told === undefined || told.amount === 0n ? [] : [{ pool, ...told }]))
    .reduce<({ readonly pool: Pool } & Told) | undefined>((best, offer) => {
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
