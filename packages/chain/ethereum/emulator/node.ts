import type { VenueAnswer, VenueRequest } from '@hb/connector-testkit';
import { ConnectorError, decodeJson, isConnectorError } from '@hb/connector-core';

import { estimate, findReceipt, isDearer, keyOf, nonceOf, type Block, type Chain, type Transaction } from './chain.js';
import { isRevert, nativeOf, view, type State } from './contracts.js';

type Hex = `0x${string}`;

export type NodeOptions = {
  readonly chainId: number;
  readonly chain: Chain;
  /** The block that it takes for the latest: not always the chain's. */
  readonly head: () => Block;
  /** Hands on what it took; left out where it keeps that for itself. */
  readonly onTransaction: (transaction: Transaction, raw: string) => void;
};

/** A node of a chain, over JSON-RPC. https://ethereum.org/en/developers/docs/apis/json-rpc */
export type ChainNode = {
  readonly http: (request: VenueRequest) => Promise<VenueAnswer>;
  /** What waits to be included, as far as it knows. */
  readonly pool: Map<string, Transaction>;
};

/** Of `{ "jsonrpc": "2.0", "id": 1, "error": { "code": -32000, "message": "nonce too low" } }`. https://www.jsonrpc.org/specification */
function refuse(message: string): ConnectorError {
  return new ConnectorError(message, { kind: 'order-rejected', outcome: 'refused', operation: 'node', code: '-32000' });
}

export function createNode(options: NodeOptions): ChainNode {
  const { chain, head } = options;
  const pool = new Map<string, Transaction>();

  const blockAt = (tag: string): Block => {
    let block = head();
    if (!tag.startsWith('0x')) return block;
    while (block.number > Number(tag) && block.parent !== undefined) block = block.parent;
    return block;
  };

  /** https://github.com/ethereum/go-ethereum/blob/master/internal/ethapi/api.go */
  const stateAt = (tag: string): State => {
    if (tag.startsWith('0x') && Number(tag) > head().number) throw refuse('header not found');
    return blockAt(tag).state;
  };

  const countOf = (owner: string, tag: string): number => {
    let nonce = nonceOf(blockAt(tag).state, owner);
    if (tag !== 'pending') return nonce;
    while (pool.has(keyOf({ from: owner, nonce }))) nonce += 1;
    return nonce;
  };

  const send = async (raw: Hex): Promise<Hex> => {
    const transaction = await chain.read(raw);
    const { hash, from, nonce, gas, maxFee, value } = transaction;
    const { state } = head();
    if (nonce < nonceOf(state, from)) throw refuse(`nonce too low: next nonce ${nonceOf(state, from)}`);
    const rival = pool.get(keyOf(transaction));
    if (rival?.hash === hash) throw refuse('already known');
    if (rival !== undefined && !isDearer(transaction, rival)) throw refuse('replacement transaction underpriced');
    if (nativeOf(state, from) < gas * maxFee + value) throw refuse('insufficient funds for gas * price + value');
    pool.set(keyOf(transaction), transaction);
    options.onTransaction(transaction, raw);
    return hash;
  };

  const isKnown = (hash: string): boolean =>
    findReceipt(head(), hash) !== undefined || [...pool.values()].some((each) => each.hash === hash);

  const methods: Readonly<Record<string, (parameters: readonly unknown[]) => unknown>> = {
    eth_chainId: () => quantity(options.chainId),
    eth_blockNumber: () => quantity(head().number),
    eth_gasPrice: () => quantity(head().baseFee),
    eth_maxPriorityFeePerGas: () => quantity(tip),
    eth_getTransactionCount: ([owner, tag]) => quantity(countOf(text(owner).toLowerCase(), text(tag))),
    eth_getBalance: ([owner]) => quantity(nativeOf(head().state, text(owner).toLowerCase())),
    eth_getTransactionByHash: ([hash]) => (isKnown(text(hash)) ? { hash: text(hash) } : null),
    eth_getTransactionReceipt: ([hash]) => toReceipt(head(), text(hash)),
    eth_getBlockByHash: ([hash]) => toBlock(findBlock(head(), (block) => block.hash === hash)),
    eth_getBlockByNumber: ([tag]) => toBlock(blockAt(text(tag))),
    eth_feeHistory: () => ({ baseFeePerGas: [quantity(head().baseFee)], reward: [[quantity(tip)]] }),
    eth_call: ([message, tag]) =>
      view(stateAt(text(tag)), member(message, 'to').toLowerCase(), hex(member(message, 'data'))),
    eth_estimateGas: ([message]) => quantity(estimate(head(), toMessage(message, head()))),
    eth_sendRawTransaction: ([raw]) => send(hex(text(raw))),
  };

  return {
    pool,
    http: async ({ body }) => {
      prune(pool, chain);
      const asked = decodeJson(body);
      const parameters: unknown = Reflect.get(Object(asked), 'params');
      const run = methods[member(asked, 'method')];
      const id = member(asked, 'id');
      if (run === undefined) return answer({ id, error: { code: -32_601, message: 'the method does not exist' } });
      try {
        return answer({ id, result: await run(Array.isArray(parameters) ? parameters : []) });
      } catch (error) {
        if (!isConnectorError(error)) throw error;
        const message = isRevert(error) ? `execution reverted: ${error.message}` : error.message;
        return answer({ id, error: { code: Number(error.code), message } });
      }
    },
  };
}

const tip = 1_000_000_000n;

/** What was included is not kept. */
function prune(pool: Map<string, Transaction>, chain: Chain): void {
  const { state } = chain.head();
  for (const [key, { from, nonce }] of pool) if (nonce < nonceOf(state, from)) pool.delete(key);
}

function toReceipt(head: Block, hash: string): unknown {
  const found = findReceipt(head, hash);
  if (found === undefined) return null;
  const { block, receipt } = found;
  return {
    ...{ transactionHash: hash, status: quantity(receipt.status), type: '0x2', contractAddress: null },
    ...{ blockHash: block.hash, blockNumber: quantity(block.number), transactionIndex: '0x0' },
    ...{ from: receipt.transaction.from, to: receipt.transaction.to, cumulativeGasUsed: quantity(receipt.gasUsed) },
    ...{ gasUsed: quantity(receipt.gasUsed), effectiveGasPrice: quantity(receipt.price), logs: receipt.logs },
  };
}

function findBlock(head: Block, isIt: (block: Block) => boolean): Block | undefined {
  for (let block: Block | undefined = head; block !== undefined; block = block.parent) if (isIt(block)) return block;
  return undefined;
}

function toBlock(block: Block | undefined): unknown {
  if (block === undefined) return null;
  const { hash, number, at, baseFee } = block;
  return {
    hash,
    number: quantity(number),
    timestamp: quantity(at),
    baseFeePerGas: quantity(baseFee),
    transactions: [],
  };
}

function toMessage(message: unknown, head: Block): Parameters<typeof estimate>[1] {
  const value = member(message, 'value');
  return {
    ...{ from: member(message, 'from').toLowerCase(), to: member(message, 'to').toLowerCase(), at: head.at + 1 },
    ...{ data: hex(member(message, 'data')), value: value === 'undefined' ? 0n : BigInt(value) },
  };
}

function answer(told: object): VenueAnswer {
  const headers = { 'content-type': 'application/json' };
  return { status: 200, headers, body: JSON.stringify({ jsonrpc: '2.0', ...told }) };
}

function quantity(value: number | bigint): string {
  return `0x${value.toString(16)}`;
}

function text(value: unknown): string {
  return String(value);
}

function member(value: unknown, name: string): string {
  return text(Reflect.get(Object(value), name));
}

function hex(value: string): Hex {
  return value === 'undefined' ? '0x' : `0x${value.replace(/^0x/, '')}`;
}
