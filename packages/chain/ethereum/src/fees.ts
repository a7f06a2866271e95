import { ConnectorError, fromUnits, type ChainSpec, type Public } from '@hb/connector-core';
import * as v from 'valibot';

import type { Call } from './call.js';
import { networks } from './networks.js';
import type { Options } from './options.js';
import { ask, Quantity } from './rpc.js';

type Spec = ChainSpec<Options, never, Call, Plan>;

/** In wei for each unit of gas: at most so much, with so much for who makes the block; before EIP-1559, so much. */
export type Fees =
  { readonly maxFeePerGas: bigint; readonly maxPriorityFeePerGas: bigint } | { readonly gasPrice: bigint };

/** A call with what it may cost. @see https://eips.ethereum.org/EIPS/eip-1559, https://eips.ethereum.org/EIPS/eip-155 */
export type Plan = Call & { readonly chainId: number; readonly gas: bigint } & Fees;

/** In wei for each unit of gas; without a base fee all of it is a tip. */
export type Price = { readonly base: bigint; readonly tip: bigint };

const History = v.object({
  baseFeePerGas: v.array(Quantity),
  reward: v.optional(v.array(v.array(Quantity)), []),
});

/**
 * What the next block asks, and the usual tip of the last 20 blocks; before EIP-1559, what the node suggests.
 * @see https://ethereum.org/en/developers/docs/apis/json-rpc#eth_feehistory, https://ethereum.org/en/developers/docs/apis/json-rpc#eth_gasprice
 */
export async function fetchPrice(p: Public<Options>): Promise<Price> {
  const least = toWei(p.options.minTipGwei);
  if (p.options.fees === 'legacy')
    return { base: 0n, tip: max(await ask(p, ['eth_gasPrice'], v.parser(Quantity)), least) };
  const { baseFeePerGas, reward } = await ask(p, ['eth_feeHistory', '0x14', 'latest', [50]], v.parser(History));
  const tips = reward.map(([tip = 0n]) => tip).sort((first, second) => (first < second ? -1 : 1));
  return { base: baseFeePerGas.at(-1) ?? 0n, tip: max(tips[tips.length >> 1] ?? 0n, least) };
}

/** Without what networks on top of Ethereum charge for its data. */
export const fetchFee: Spec['fetchFee'] = async (p, gas) => {
  const { base, tip } = await fetchPrice(p);
  const { native } = toNetwork(p);
  return { asset: native.symbol, amount: fromUnits(gas * (base + tip), native.decimals) };
};

/**
 * The gas limit is twice the estimate: what a call needs grows with what happens before it in its block, and what is
 * not used is not paid. The price leaves room for the base fee to double. Rejects when gas costs more than the limit.
 */
export const plan: Spec['plan'] = async (p, owner, call) => {
  const { to, data, value = 0n } = call;
  const message = { from: owner, to, data, value: `0x${value.toString(16)}` };
  const [gas, price] = await Promise.all([
    ask(p, ['eth_estimateGas', message, 'latest'], v.parser(Quantity)),
    fetchPrice(p),
  ]);
  return { ...call, chainId: toNetwork(p).chainId, gas: 2n * gas, ...toFees(p.options, price) };
};

/** How far two estimates of one call may be apart: for a limit beyond what blocks hold no block has room. */
const farthest = 4n;

/** The lower tip, which is paid whole. Gas that is not used is not paid, and no more of a base fee than there is. */
export const mergePlans: Spec['mergePlans'] = (first, second) => {
  const gas = max(first.gas, second.gas);
  if (gas > farthest * min(first.gas, second.gas)) return undefined;
  return { ...first, gas, ...mergeFees(first, second) };
};

function mergeFees(first: Fees, second: Fees): Fees {
  const [one, other] = [toCaps(first), toCaps(second)];
  const maxPriorityFeePerGas = min(one.maxPriorityFeePerGas, other.maxPriorityFeePerGas);
  if ('gasPrice' in first) return { gasPrice: maxPriorityFeePerGas };
  return { maxFeePerGas: max(one.maxFeePerGas, other.maxFeePerGas), maxPriorityFeePerGas };
}

/** What a transaction may offer at this price, and not less than `least`. Throws when even that is above the limit. */
export function toFees(options: Options, { base, tip }: Price, least?: Fees): Fees {
  const cap = toWei(options.maxFeeGwei);
  const floor = toCaps(least ?? { gasPrice: 0n });
  const maxPriorityFeePerGas = max(tip, floor.maxPriorityFeePerGas);
  const needed = max(base + maxPriorityFeePerGas, floor.maxFeePerGas);
  if (needed > cap) throw tooDear(needed, cap);
  // All of a legacy price is paid, so that it leaves no room.
  if (options.fees === 'legacy') return { gasPrice: needed };
  const wanted = max(2n * base + maxPriorityFeePerGas, needed);
  return { maxFeePerGas: wanted < cap ? wanted : cap, maxPriorityFeePerGas };
}

/** A legacy price is both at once. @see https://eips.ethereum.org/EIPS/eip-1559#specification */
function toCaps(fees: Fees): { readonly maxFeePerGas: bigint; readonly maxPriorityFeePerGas: bigint } {
  return 'gasPrice' in fees ? { maxFeePerGas: fees.gasPrice, maxPriorityFeePerGas: fees.gasPrice } : fees;
}

function min(first: bigint, second: bigint): bigint {
  return first < second ? first : second;
}

function max(first: bigint, second: bigint): bigint {
  return first > second ? first : second;
}

/** The network that the environment names. */
export function toNetwork({
  environment,
}: Pick<Public<Options>, 'environment'>): (typeof networks)[keyof typeof networks] {
  const found = Object.entries(networks).find(([name]) => name === environment);
  if (found === undefined) throw new TypeError(`there is no network ${environment}`);
  return found[1];
}

function toWei(gwei: number): bigint {
  return BigInt(Math.round(gwei * 1e9));
}

function tooDear(now: bigint, cap: bigint): ConnectorError {
  const message = `gas costs ${fromUnits(now, 9).toFixed()} gwei now, above maxFeeGwei, ${fromUnits(cap, 9).toFixed()}`;
  return new ConnectorError(message, { kind: 'order-rejected', outcome: 'not-sent', operation: 'ethereum fees' });
}
