import type { ChainSpec, SignedTransaction } from '@hb/connector-core';
import { parseTransaction } from 'viem/utils';

import type { Call } from './call.js';
import { fetchPrice, plan, toFees, type Plan } from './fees.js';
import type { Options } from './options.js';

type Spec = ChainSpec<Options, never, Call, Plan>;

/** Whether the base fee is above what it offers, or what that leaves for a tip is less than half of the usual one. */
export const isStuck: Spec['isStuck'] = async (p, transaction) => {
  const { base, tip } = await fetchPrice(p);
  const { maxFeePerGas, maxPriorityFeePerGas } = toPlan(transaction);
  const left = maxFeePerGas - base;
  return left < 0n || 2n * (left < maxPriorityFeePerGas ? left : maxPriorityFeePerGas) < tip;
};

/** With the gas of the first one: what has become of the market since must not keep its place from being taken. */
export const planFaster: Spec['planFaster'] = async (p, transaction) => {
  const known = toPlan(transaction);
  return { ...known, ...toFees(p.options, await fetchPrice(p), raise(known)) };
};

/** The owner sends nothing to itself. */
export const planCancel: Spec['planCancel'] = async (p, owner, transaction) => {
  const [nothing, price] = await Promise.all([plan(p, owner, { to: owner, data: '0x' }), fetchPrice(p)]);
  return { ...nothing, ...toFees(p.options, price, raise(toPlan(transaction))) };
};

/**
 * Nodes take another transaction of a nonce when both of its fees are higher by a tenth; an eighth is beyond rounding.
 * @see https://geth.ethereum.org/docs/fundamentals/command-line-options (`--txpool.pricebump`)
 */
function raise({ maxFeePerGas, maxPriorityFeePerGas }: Plan): Pick<Plan, 'maxFeePerGas' | 'maxPriorityFeePerGas'> {
  const raised = (fee: bigint): bigint => fee + fee / 8n + 1n;
  return { maxFeePerGas: raised(maxFeePerGas), maxPriorityFeePerGas: raised(maxPriorityFeePerGas) };
}

function toPlan({ raw }: SignedTransaction): Plan {
  if (!isEip1559(raw)) throw new TypeError('not a transaction of type 2');
  const { to, data = '0x', value = 0n, chainId, gas, maxFeePerGas, maxPriorityFeePerGas } = parseTransaction(raw);
  if (to === undefined || to === null || gas === undefined)
    throw new TypeError('a transaction without a receiver or gas');
  const fees = { maxFeePerGas: maxFeePerGas ?? 0n, maxPriorityFeePerGas: maxPriorityFeePerGas ?? 0n };
  return { to, data, value, chainId, gas, ...fees };
}

function isEip1559(raw: string): raw is `0x02${string}` {
  return raw.startsWith('0x02');
}
