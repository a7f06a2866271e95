import { decimal, one, type DexMarket, type DexSpec, type Token } from '@hb/connector-core';
import { readMany, type Call, type Options } from '@hb/connector-ethereum';
import { encodeFunctionData, getAddress } from 'viem/utils';

import * as abi from './abi.js';
import type { Contracts } from './contracts.js';

/** Where two tokens can be swapped. V3 has a pool for each fee, in hundredths of a basis point. */
export type Pool = { readonly version: 'v2' } | { readonly version: 'v3'; readonly fee: number };

/** What the market's own functions read: each swap takes the pool that is best for it. */
export type Wire = { readonly contracts: Contracts; readonly pools: readonly Pool[] };

type Spec = DexSpec<Options, Call, Wire, Pool>;

/** @see https://docs.uniswap.org/concepts/protocol/fees#pool-fees-tiers */
const fees = [100, 500, 3_000, 10_000];
const none = /^0x0+$/;

/** Looks for all pools of two tokens, which are one market; there is none without any. `deployments` by network. */
export function findMarkets(deployments: Readonly<Record<string, Contracts>>): Spec['fetchMarket'] {
  return async (p, base, quote) => {
    const contracts = deployments[p.environment];
    if (contracts === undefined) throw new TypeError(`no contracts on ${p.environment}`);
    const candidates = toCandidates(contracts, getAddress(base.id), getAddress(quote.id));
    const found = await readMany(p, candidates);
    const pools = candidates.flatMap(({ pool }, index) => (none.test(found[index] ?? '0x0') ? [] : [pool]));
    return pools.length === 0 ? undefined : toMarket(base, quote, { contracts, pools });
  };
}

function toCandidates(
  { v2, v3 }: Contracts,
  ...tokens: readonly [`0x${string}`, `0x${string}`]
): readonly (Call & { readonly pool: Pool })[] {
  const ofV3 = fees.map((fee) => {
    const data = encodeFunctionData({ abi: abi.v3Factory, functionName: 'getPool', args: [...tokens, fee] });
    return { pool: { version: 'v3', fee }, to: v3.factory, data } as const;
  });
  if (v2 === undefined) return ofV3;
  const data = encodeFunctionData({ abi: abi.v2, functionName: 'getPair', args: tokens });
  return [{ pool: { version: 'v2' }, to: v2.factory, data }, ...ofV3];
}

function toMarket(base: Token, quote: Token, wire: Wire): DexMarket<Wire> {
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
