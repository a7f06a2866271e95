import type { ChainLog, Public, UnixMs } from '@hb/connector-core';
import * as v from 'valibot';

import type { Options } from './options.js';
import { ask, Hex, Quantity } from './rpc.js';

/** What a contract told, and where: `hash` of the transaction, `index` within the block. */
export type PlacedLog = ChainLog & { readonly hash: string; readonly index: number; readonly at: UnixMs };

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
  }),
);
const Block = v.object({ timestamp: Quantity });

/** Oldest first. */
export async function fetchLogs(p: Public<Options>, range: LogRange): Promise<readonly PlacedLog[]> {
  const filter = {
    fromBlock: toText(range.from),
    toBlock: toText(range.to),
    address: range.emitters,
    topics: [range.signatures],
  };
  const logs = await ask(p, ['eth_getLogs', filter], v.parser(Logs));
  const times = new Map<bigint, UnixMs>();
  for (const number of new Set(logs.map(({ blockNumber }) => blockNumber))) {
    const { timestamp } = await ask(p, ['eth_getBlockByNumber', toText(number), false], v.parser(Block));
    times.set(number, Number(timestamp) * 1_000);
  }
  return logs.map(({ address, topics, data, blockNumber, transactionHash: hash, logIndex }) => ({
    ...{ emitter: address.toLowerCase(), topics, data, hash },
    ...{ index: Number(logIndex), at: times.get(blockNumber) ?? 0 },
  }));
}

function toText(height: number | bigint): string {
  return `0x${height.toString(16)}`;
}
