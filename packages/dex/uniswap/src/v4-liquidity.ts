import {
  one,
  toUnits,
  type ChainLog,
  type DexCall,
  type DexPublic,
  type LiquidityChange,
  type LiquidityOutcome,
  type LiquiditySpec,
} from '@hb/connector-core';
import type { Call, Options } from '@hb/connector-ethereum';
import { checkWorth, slipped, sqrtPriceAt, toAmounts, toCost, toLiquidity, toTicks } from '@hb/uniswap-liquidity';
import { sorted, toSeconds, type Hex } from '@hb/uniswap-pools';
import {
  concatHex,
  decodeEventLog,
  encodeAbiParameters,
  encodeFunctionData,
  getAddress,
  isHex,
  parseAbiParameters,
} from 'viem/utils';

import * as abi from './abi.js';
import type { Wire } from './pool.js';
import { toSpends } from './swap.js';
import type { V4Pool } from './v4-pool.js';
import { fetchHeld, fetchV4Price, ofTokens, toV4, type Held, type Market } from './v4-positions.js';

const ends = 'int24 lower, int24 upper' as const;

type Change = LiquidityChange<Wire>;
type Step = { readonly action: Hex; readonly input: Hex };

/** @see https://github.com/Uniswap/v4-periphery/blob/main/src/libraries/Actions.sol */
const actions = {
  increase: '0x00',
  decrease: '0x01',
  mint: '0x02',
  burn: '0x03',
  settlePair: '0x0d',
  takePair: '0x11',
} as const;

/** A call of the position manager. Fees are collected first, so that they can be told from what was put in. */
export async function buildV4Change(p: DexPublic<Options>, change: Change): Promise<DexCall<Call>> {
  const { market, owner } = change;
  if (change.action === 'open') return open(p, change);
  const held = await fetchHeld(p, market, { owner, positionId: change.positionId });
  if (held === undefined) throw new TypeError(`${change.positionId} is no position of ${market.pair}`);
  const collect = [toDecrease(held, 0n, [0n, 0n]), toTake(held.pool, owner)];
  if (change.action === 'collect') return toCall(change, collect, []);
  if (change.action === 'add') return add(p, change, { held, collect });
  return toCall(change, [...collect, toRemoval(change, held), toTake(held.pool, owner)], []);
}

async function open(
  p: DexPublic<Options>,
  change: Extract<Change, { readonly action: 'open' }>,
): Promise<DexCall<Call>> {
  const { market, owner } = change;
  const pool = ofTokens(market).find(({ name }) => name === change.pool);
  if (pool === undefined) throw new TypeError(`there is no pool ${change.pool} of ${market.pair}`);
  const [lower, upper] = toTicks(change, pool.key.tickSpacing);
  const { liquidity, most } = await toTerms(p, change, { pool, lower, upper });
  const types = parseAbiParameters([
    `PoolKey key, ${ends}, uint256 liquidity, uint128 most0, uint128 most1, address owner, bytes hookData`,
    'struct PoolKey { address currency0; address currency1; uint24 fee; int24 tickSpacing; address hooks; }',
  ]);
  const input = encodeAbiParameters(types, [pool.key, lower, upper, liquidity, ...most, getAddress(owner), '0x']);
  return toCall(change, [{ action: actions.mint, input }, toSettle(pool)], most);
}

async function add(
  p: DexPublic<Options>,
  change: Extract<Change, { readonly action: 'add' }>,
  { held, collect }: { readonly held: Held; readonly collect: readonly Step[] },
): Promise<DexCall<Call>> {
  const { liquidity, most } = await toTerms(p, change, held);
  const types = parseAbiParameters('uint256, uint256, uint128, uint128, bytes');
  const input = encodeAbiParameters(types, [held.tokenId, liquidity, ...most, '0x']);
  return toCall(change, [...collect, { action: actions.increase, input }, toSettle(held.pool)], most);
}

/** The manager is told the liquidity: it takes what that costs then, no more than at the price that slippage allows. */
async function toTerms(
  p: DexPublic<Options>,
  change: Extract<Change, { readonly action: 'open' | 'add' }>,
  { pool, lower, upper }: Pick<Held, 'pool' | 'lower' | 'upper'>,
): Promise<{ readonly liquidity: bigint; readonly most: readonly [bigint, bigint] }> {
  const price = await fetchV4Price(p, change.market, pool);
  const range = { price, lower: sqrtPriceAt(lower), upper: sqrtPriceAt(upper) };
  const amounts = sorted(change.market, [change.base, change.quote]);
  checkWorth(range, amounts);
  const liquidity = toLiquidity(range, amounts);
  const { down, up } = slipped(range, change.slippage);
  return { liquidity, most: [toCost(down, liquidity)[0], toCost(up, liquidity)[1]] };
}

function toRemoval(change: Exclude<Change, { readonly action: 'open' | 'add' }>, held: Held): Step {
  const share = 'share' in change ? change.share : one;
  const liquidity = (held.liquidity * toUnits(share, 18)) / 10n ** 18n;
  const range = { price: held.price, lower: sqrtPriceAt(held.lower), upper: sqrtPriceAt(held.upper) };
  const { down, up } = slipped(range, change.slippage);
  const least = [toAmounts(up, liquidity)[0], toAmounts(down, liquidity)[1]] as const;
  if (change.action !== 'close') return toDecrease(held, liquidity, least);
  const types = parseAbiParameters('uint256, uint128, uint128, bytes');
  return { action: actions.burn, input: encodeAbiParameters(types, [held.tokenId, ...least, '0x']) };
}

function toDecrease({ tokenId }: Held, liquidity: bigint, least: readonly [bigint, bigint]): Step {
  const types = parseAbiParameters('uint256, uint256, uint128, uint128, bytes');
  return { action: actions.decrease, input: encodeAbiParameters(types, [tokenId, liquidity, ...least, '0x']) };
}

function toTake({ key }: V4Pool, owner: string): Step {
  const types = parseAbiParameters('address, address, address');
  return {
    action: actions.takePair,
    input: encodeAbiParameters(types, [key.currency0, key.currency1, getAddress(owner)]),
  };
}

function toSettle({ key }: V4Pool): Step {
  const types = parseAbiParameters('address, address');
  return { action: actions.settlePair, input: encodeAbiParameters(types, [key.currency0, key.currency1]) };
}

function toCall({ market, deadline }: Change, steps: readonly Step[], most: readonly bigint[]): DexCall<Call> {
  const spender = toV4(market).positions;
  const unlock = encodeAbiParameters(parseAbiParameters('bytes, bytes[]'), [
    concatHex(steps.map(({ action }) => action)),
    steps.map(({ input }) => input),
  ]);
  const args = [unlock, toSeconds(deadline)] as const;
  const tokens = sorted(market, [market.baseToken, market.quoteToken]);
  return {
    op: { to: spender, data: encodeFunctionData({ abi: abi.positions(), functionName: 'modifyLiquidities', args }) },
    spends: tokens.flatMap((token, index) => {
      const amount = most[index] ?? 0n;
      return amount === 0n ? [] : toSpends({ token, spender, amount });
    }),
  };
}

/** Transfers after a change of nothing are fees, those after any other are what was put in or taken out. */
export const readV4Change: LiquiditySpec<Options, Call, Wire>['read'] = (receipt, { market, action, owner }) => {
  const moved = { fees: new Map<string, bigint>(), rest: new Map<string, bigint>() };
  let into = moved.rest;
  let opened: string | undefined;
  for (const log of receipt.logs) {
    const told = readModify(log, toV4(market).manager);
    if (told !== undefined) into = told.liquidityDelta === 0n ? moved.fees : moved.rest;
    if (told !== undefined && action === 'open') opened = `v4:${BigInt(told.salt)}`;
    addTransfer(into, log, owner);
  }
  const sign = action === 'open' || action === 'add' ? -1n : 1n;
  const of = (sums: ReadonlyMap<string, bigint>, { id }: Market['baseToken']): bigint => sums.get(id) ?? 0n;
  const outcome: LiquidityOutcome = {
    base: sign * of(moved.rest, market.baseToken),
    quote: sign * of(moved.rest, market.quoteToken),
    baseFees: of(moved.fees, market.baseToken),
    quoteFees: of(moved.fees, market.quoteToken),
  };
  return opened === undefined ? outcome : { ...outcome, positionId: opened };
};

function readModify(
  { emitter, topics, data }: ChainLog,
  manager: string,
): { readonly liquidityDelta: bigint; readonly salt: Hex } | undefined {
  const [signature, ...indexed] = topics.filter((topic) => isHex(topic));
  // The event with three topics of the manager is this one: its others have four, or one and two.
  if (emitter !== manager || signature === undefined || !isHex(data) || topics.length !== 3) return undefined;
  try {
    return decodeEventLog({ abi: abi.manager(), topics: [signature, ...indexed], data }).args;
  } catch {
    return undefined;
  }
}

/** https://eips.ethereum.org/EIPS/eip-20#transfer-1 */
const transfer = '0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef';

function addTransfer(sums: Map<string, bigint>, { emitter, topics, data }: ChainLog, owner: string): void {
  const [signature, from = '', to = ''] = topics;
  if (signature !== transfer || topics.length !== 3) return;
  const isOwner = (topic: string): boolean => BigInt(topic) === BigInt(owner);
  const change = (isOwner(to) ? BigInt(data) : 0n) - (isOwner(from) ? BigInt(data) : 0n);
  sums.set(emitter, (sums.get(emitter) ?? 0n) + change);
}
