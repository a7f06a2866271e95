import type { ChainLog, ChainSpec, Public, UnixMs } from '@hb/connector-core';
import * as v from 'valibot';

import type { Call } from './call.js';
import type { Options } from './options.js';
import { ask, Hex, Quantity } from './rpc.js';

/** What a contract told; `hash` of the transaction, `index` within the block, `at` where the node says so. */
export type PlacedLog = ChainLog & {
  readonly hash: string;
  readonly index: number;
  readonly block: number;
  readonly at?: UnixMs;
};

/** Which logs: of blocks `from` to `to`, both included, of these contracts, beginning with one of these signatures. */
type LogRange = {
  readonly from: number;
  readonly to: number;
  readonly emitters: readonly string[];
  readonly signatures: readonly string[];
};

/** @see https://ethereum.org/en/developers/docs/apis/json-rpc#eth_getlogs */
const Logs = v.array(
  v.object({
    address: v.string(),
    topics: v.array(Hex),
    data: Hex,
    blockNumber: Quantity,
    transactionHash: v.string(),
    logIndex: Quantity,
    blockTimestamp: v.nullish(Quantity), // by newer nodes. https://github.com/ethereum/execution-apis/pull/639
  }),
);
const Block = v.object({ timestamp: Quantity });

/** Oldest first. Rejects as `invalid-request` when the node will not read or give so much at once. */
export async function fetchLogs(p: Public<Options>, range: LogRange): Promise<readonly PlacedLog[]> {
  const filter = {
    fromBlock: toText(range.from),
    toBlock: toText(range.to),
    address: range.emitters,
    topics: [range.signatures],
  };
  const logs = await ask(p, ['eth_getLogs', filter], v.parser(Logs));
  return logs.map(toPlacedLog).sort((first, second) => first.block - second.block || first.index - second.index);
}

function toPlacedLog({ address, topics, data, ...log }: v.InferOutput<typeof Logs>[number]): PlacedLog {
  const { blockNumber, blockTimestamp, transactionHash: hash, logIndex } = log;
  return {
    emitter: address.toLowerCase(),
    ...{ topics, data, hash },
    ...{ index: Number(logIndex), block: Number(blockNumber) },
    // Some nodes have the member and nothing in it.
    ...(blockTimestamp && { at: Number(blockTimestamp) * 1_000 }),
  };
}

/** @see https://ethereum.org/en/developers/docs/apis/json-rpc#eth_getblockbynumber */
export const fetchBlockTime: ChainSpec<Options, never, Call, never>['fetchBlockTime'] = async (p, height) =>
  Number((await ask(p, ['eth_getBlockByNumber', toText(height), false], v.parser(Block))).timestamp) * 1_000;

function toText(height: number): string {
  return `0x${height.toString(16)}`;
}
