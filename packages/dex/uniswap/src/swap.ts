import type { DexSpec } from '@hb/connector-core';
import type { Call, Options } from '@hb/connector-ethereum';
import { toHops, toSeconds, toV3Path, toWay, type Hex, type Hops, type Way } from '@hb/uniswap-pools';
import { concatHex, encodeAbiParameters, encodeFunctionData, getAddress, parseAbiParameters } from 'viem/utils';

import * as abi from './abi.js';
import { permit2 } from './contracts.js';
import type { Route, Wire } from './pool.js';
import { isZeroForOne, type V4Pool } from './v4-pool.js';

type Spec = DexSpec<Options, Call, Wire, Route>;
type Swap = Parameters<Spec['build']>[1];

/** @see https://docs.uniswap.org/contracts/universal-router/technical-reference#command-inputs */
const commands = {
  v3ExactIn: '0x00',
  v3ExactOut: '0x01',
  takeFromOwner: '0x02',
  v2ExactIn: '0x08',
  v2ExactOut: '0x09',
  wrap: '0x0b',
  unwrap: '0x0c',
  v4: '0x10',
} as const;

/** @see https://github.com/Uniswap/v4-periphery/blob/main/src/libraries/Actions.sol */
const actions = { exactIn: '0x06', exactOut: '0x08', settleAll: '0x0c', take: '0x0e', takeAll: '0x0f' } as const;

/** What the router reads as itself, and as all that it has. @see https://github.com/Uniswap/v4-periphery/blob/main/src/libraries/ActionConstants.sol */
const itself = '0x0000000000000000000000000000000000000002';
const all = 1n << 255n;

type Step = { readonly command: Hex; readonly input: Hex };

/** A call of the Universal Router; it has no effect after the deadline, nor at a worse price than the bounds. */
export const build: Spec['build'] = async (_, swap) => {
  const { contracts } = swap.market.wire;
  const steps = toSteps(swap, toWay(swap.market, swap));
  const args = [
    concatHex(steps.map(({ command }) => command)),
    steps.map(({ input }) => input),
    toSeconds(swap.deadline),
  ] as const;
  return {
    op: { to: contracts.router, data: encodeFunctionData({ abi: abi.router(), functionName: 'execute', args }) },
    spends: toSpends({
      token: swap.side === 'sell' ? swap.market.baseToken : swap.market.quoteToken,
      amount: swap.spendMax,
      spender: contracts.router,
    }),
  };
};

type Spend = Awaited<ReturnType<Spec['build']>>['spends'][number];

/** Permit2 takes tokens for those contracts that it is told about. @see https://docs.uniswap.org/contracts/permit2/overview */
export function toSpends({ token, spender, amount }: Spend): readonly Spend[] {
  return [
    { token, spender: permit2, amount },
    { token, spender, through: permit2, amount },
  ];
}

function toSteps(swap: Swap, way: Way): readonly Step[] {
  const { route } = swap;
  if (route.version === 'v4') return route.isNative ? toNative(swap, way, route) : [toV4(swap, way, route)];
  const hops = toHops(route, way);
  return [hops.of === 'v2' ? toV2(swap, way, hops) : toV3(swap, way, hops)];
}

function toV2({ owner, spendMax, receiveMin }: Swap, { isExactIn }: Way, { tokens }: Hops): Step {
  const [exact, bound] = isExactIn ? [spendMax, receiveMin] : [receiveMin, spendMax];
  const input = encodeAbiParameters(parseAbiParameters('address, uint256, uint256, address[], bool'), [
    ...([getAddress(owner), exact, bound] as const),
    ...([tokens, true] as const),
  ]);
  return { command: isExactIn ? commands.v2ExactIn : commands.v2ExactOut, input };
}

function toV3({ owner, spendMax, receiveMin }: Swap, way: Way, hops: Hops): Step {
  const [exact, bound] = way.isExactIn ? [spendMax, receiveMin] : [receiveMin, spendMax];
  const input = encodeAbiParameters(parseAbiParameters('address, uint256, uint256, bytes, bool'), [
    ...([getAddress(owner), exact, bound, toV3Path(hops, way), true] as const),
  ]);
  return { command: way.isExactIn ? commands.v3ExactIn : commands.v3ExactOut, input };
}

/** What comes out goes to the owner, or stays with the router to be wrapped. */
function toV4(swap: Swap, way: Way, route: V4Pool, staysInRouter = false): Step {
  const { spendMax, receiveMin } = swap;
  const isForward = isZeroForOne(route, way);
  const { currency0, currency1 } = route.key;
  const [currencyIn, currencyOut] = isForward ? [currency0, currency1] : [currency1, currency0];
  const [exact, bound] = way.isExactIn ? [spendMax, receiveMin] : [receiveMin, spendMax];
  const single = parseAbiParameters([
    'Single single',
    'struct Single { PoolKey key; bool zeroForOne; uint128 exact; uint128 bound; bytes hookData; }',
    'struct PoolKey { address currency0; address currency1; uint24 fee; int24 tickSpacing; address hooks; }',
  ]);
  const pair = parseAbiParameters('address, uint256');
  const take = staysInRouter
    ? encodeAbiParameters(parseAbiParameters('address, address, uint256'), [currencyOut, itself, 0n])
    : encodeAbiParameters(pair, [currencyOut, receiveMin]);
  const parameters = [
    encodeAbiParameters(single, [{ key: route.key, zeroForOne: isForward, exact, bound, hookData: '0x' }]),
    encodeAbiParameters(pair, [currencyIn, spendMax]),
    take,
  ];
  const done = [
    way.isExactIn ? actions.exactIn : actions.exactOut,
    actions.settleAll,
    staysInRouter ? actions.take : actions.takeAll,
  ];
  const input = encodeAbiParameters(parseAbiParameters('bytes, bytes[]'), [concatHex(done), parameters]);
  return { command: commands.v4, input };
}

/** The owner gives and gets the wrapped token, where the pool has the coin itself. */
function toNative(swap: Swap, way: Way, route: V4Pool): readonly Step[] {
  const wrap = { command: commands.wrap, input: toAmount(getAddress(swap.owner), all) };
  // The coin is the first currency of every pool: its address is zero.
  if (!isZeroForOne(route, way)) return [toV4(swap, way, route, true), wrap];
  const take = encodeAbiParameters(parseAbiParameters('address, address, uint160'), [
    ...([way.tokenIn, itself, swap.spendMax] as const),
  ]);
  return [
    { command: commands.takeFromOwner, input: take },
    { command: commands.unwrap, input: toAmount(itself, swap.spendMax) },
    toV4(swap, way, route),
    ...(way.isExactIn ? [] : [wrap]),
  ];
}

function toAmount(recipient: Hex, amount: bigint): Hex {
  return encodeAbiParameters(parseAbiParameters('address, uint256'), [recipient, amount]);
}
