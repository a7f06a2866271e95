import { fromUnits, type ChainSpec, type Public, type Receipt } from '@hb/connector-core';
import * as v from 'valibot';

import type { Call } from './call.js';
import { toNetwork, type Plan } from './fees.js';
import { nativeId } from './networks.js';
import type { Options } from './options.js';
import { ask, Hex, Quantity } from './rpc.js';

type Spec = ChainSpec<Options, never, Call, Plan>;

/** @see https://ethereum.org/en/developers/docs/apis/json-rpc#eth_gettransactionreceipt */
const Log = v.object({ address: v.string(), topics: v.array(Hex), data: Hex });
const RawReceipt = v.object({
  status: Quantity,
  to: v.nullish(v.string(), ''), // not of what makes a contract
  blockHash: v.string(),
  blockNumber: Quantity,
  gasUsed: Quantity,
  effectiveGasPrice: Quantity,
  l1Fee: v.optional(Quantity, '0x0'), // on networks of the OP stack. https://docs.optimism.io/app-developers/transactions/fees
  logs: v.array(Log),
});
type RawReceipt = v.InferOutput<typeof RawReceipt>;

/** The events that move tokens, by the hash of their signatures; wrapping and unwrapping coin moves wrapped coin. */
const events = {
  // https://eips.ethereum.org/EIPS/eip-20#transfer-1
  transfer: '0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef',
  deposit: '0xe1fffcc4923d04b559f4d29a8bfc6cda04eb5b0d3c460751c2402c5c5cc9109c', // https://github.com/gnosis/canonical-weth
  withdrawal: '0x7fcf532c15f0a6db0bd6d0e038bea71d30d808c7d98cb3bf7268a95bf5081b65',
};

const Block = v.object({ timestamp: Quantity });

export const fetchHeight: Spec['fetchHeight'] = async (p) =>
  Number(await ask(p, ['eth_blockNumber'], v.parser(Quantity)));

/** A receipt with status 0 did nothing but cost its fee. `replaced`: another transaction of its nonce is final. */
export const fetchState: Spec['fetchState'] = async (p, owner, { hash, nonce }) => {
  const receipt = await ask(p, ['eth_getTransactionReceipt', hash], v.parser(v.nullable(RawReceipt)));
  if (receipt !== null) {
    const state = receipt.status === 1n ? 'included' : 'reverted';
    const depth = (await fetchHeight(p)) - Number(receipt.blockNumber) + 1;
    return { state, receipt: await toReceipt(p, owner, { hash, receipt }), depth };
  }
  if ((await fetchFinalNonce(p, owner)) > nonce) return { state: 'replaced' };
  const known = await ask(p, ['eth_getTransactionByHash', hash], (result) => result !== null);
  return { state: known ? 'pending' : 'unseen' };
};

/** How many transactions of the owner cannot be taken back any more. */
async function fetchFinalNonce(p: Public<Options>, owner: string): Promise<number> {
  const height = Math.max((await fetchHeight(p)) - toNetwork(p).finalDepth, 0);
  const count = await ask(p, ['eth_getTransactionCount', owner, `0x${height.toString(16)}`], v.parser(Quantity));
  return Number(count);
}

async function toReceipt(
  p: Public<Options>,
  owner: string,
  { hash, receipt }: { readonly hash: string; readonly receipt: RawReceipt },
): Promise<Receipt> {
  const { blockHash: block, blockNumber, gasUsed, effectiveGasPrice, l1Fee, logs } = receipt;
  const { timestamp } = await ask(p, ['eth_getBlockByHash', block, false], v.parser(Block));
  const { native } = toNetwork(p);
  const fee = { asset: native.symbol, amount: fromUnits(gasUsed * effectiveGasPrice + l1Fee, native.decimals) };
  const changes = toChanges(receipt, owner);
  const told = logs.map(({ address, ...log }) => ({ emitter: address.toLowerCase(), ...log }));
  return { hash, block, height: Number(blockNumber), at: Number(timestamp) * 1_000, fee, changes, logs: told };
}

/** By token address in lower case: what came to the owner less what went. Of coin only what wraps it tells. */
function toChanges({ to: called, logs }: RawReceipt, owner: string): ReadonlyMap<string, bigint> {
  const changes = new Map<string, bigint>();
  const add = (id: string, change: bigint): void => {
    if (change !== 0n) changes.set(id, (changes.get(id) ?? 0n) + change);
  };
  for (const log of logs) {
    const { from, to, amount } = toMove(log);
    const change = (to === owner ? amount : 0n) - (from === owner ? amount : 0n);
    add(log.address.toLowerCase(), change);
    const isWrapping = log.topics[0] === events.deposit || log.topics[0] === events.withdrawal;
    if (isWrapping && log.address.toLowerCase() === called.toLowerCase()) add(nativeId, -change);
  }
  return changes;
}

type Move = { readonly from?: string; readonly to?: string; readonly amount: bigint };

/** An NFT's transfer has the same signature, and its id as one more topic in place of an amount. */
function toMove({ topics: [signature, ...indexed], data }: RawReceipt['logs'][number]): Move {
  const [first, second] = indexed.map((topic) => `0x${topic.slice(-40).toLowerCase()}`);
  if (first === undefined || data.length !== 66) return { amount: 0n };
  const amount = BigInt(data);
  if (signature === events.transfer && indexed.length === 2)
    return { from: first, ...(second && { to: second }), amount };
  if (signature === events.deposit) return { to: first, amount };
  return signature === events.withdrawal ? { from: first, amount } : { amount: 0n };
}
