import type { ChainSpec, SignedTransaction } from '@hb/connector-core';
import { parseTransaction } from 'viem/utils';

import type { Call } from './call.js';
import { fetchPrice, plan, toFees, type Fees, type Plan } from './fees.js';
import type { Options } from './options.js';

type Spec = ChainSpec<Options, never, Call, Plan>;

/** Whether the base fee is above what it offers, or what that leaves for a tip is less than half of the usual one. */
export const isStuck: Spec['isStuck'] = async (p, transaction) => {
  const { base, tip } = await fetchPrice(p);
  const { fees } = read(transaction);
  if ('gasPrice' in fees) return fees.gasPrice < base + tip;
  const left = fees.maxFeePerGas - base;
  return left < 0n || 2n * (left < fees.maxPriorityFeePerGas ? left : fees.maxPriorityFeePerGas) < tip;
};

/** With the gas of the first one: what has become of the market since must not keep its place from being taken. */
export const planFaster: Spec['planFaster'] = async (p, transaction) => {
  const { work, fees } = read(transaction);
  return { ...work, ...toFees(p.options, await fetchPrice(p), raise(fees)) };
};

/** The owner sends nothing to itself. */
export const planCancel: Spec['planCancel'] = async (p, owner, transaction) => {
  const call = { to: owner, data: '0x' } as const;
  const [{ chainId, gas }, price] = await Promise.all([plan(p, owner, call), fetchPrice(p)]);
  return { ...call, chainId, gas, ...toFees(p.options, price, raise(read(transaction).fees)) };
};

/**
 * Nodes take another transaction of a nonce when both of its fees are higher by a tenth; an eighth is beyond rounding.
 * @see https://geth.ethereum.org/docs/fundamentals/command-line-options (`--txpool.pricebump`)
 */
function raise(fees: Fees): Fees {
  const raised = (fee: bigint): bigint => fee + fee / 8n + 1n;
  if ('gasPrice' in fees) return { gasPrice: raised(fees.gasPrice) };
  return {
    maxFeePerGas: raised(fees.maxFeePerGas),
    maxPriorityFeePerGas: raised(fees.maxPriorityFeePerGas),
  };
}

/** What a transaction does, and what it offers for that. */
function read({ raw }: SignedTransaction): { readonly work: Omit<Plan, keyof Fees>; readonly fees: Fees } {
  if (!isHex(raw)) throw new TypeError('not a transaction');
  const { to, data = '0x', value = 0n, chainId, gas, ...fees } = parseTransaction(raw);
  if (to === undefined || to === null || gas === undefined || chainId === undefined)
    throw new TypeError('a transaction without a receiver, gas or a chain');
  const { gasPrice, maxFeePerGas = 0n, maxPriorityFeePerGas = 0n } = fees;
  return {
    work: { to, data, value, chainId, gas },
    fees: gasPrice === undefined ? { maxFeePerGas, maxPriorityFeePerGas } : { gasPrice },
  };
}

function isHex(raw: string): raw is `0x${string}` {
  return raw.startsWith('0x');
}
