import type { Answer, Endpoint, ErrorKind, Public, Verdict } from '@hb/connector-core';
import * as v from 'valibot';

import type { Options } from './options.js';

/** All requests go to one address. @see https://ethereum.org/en/developers/docs/apis/json-rpc */
export const endpoints = {
  read: { at: 'POST ' },
  /** Goes to each node once. The same bytes are the same transaction, however often they are sent. */
  send: { at: 'POST ', lane: 'order' },
} as const satisfies Readonly<Record<string, Endpoint>>;

/** `{ "jsonrpc": "2.0", "id": 1, "result": "0x1" }`. @see https://www.jsonrpc.org/specification */
const Result = v.object({ result: v.optional(v.unknown()) });
const Failure = v.object({ error: v.object({ code: v.string(), message: v.string() }) });

/** Asks a node; `read` gets the result. */
export function ask<T>(
  { call }: Pick<Public<Options>, 'call'>,
  [method, ...params]: readonly [method: string, ...params: unknown[]],
  read: (result: unknown) => T,
  at: Endpoint = endpoints.read,
): Promise<T> {
  return call(at, { jsonrpc: '2.0', id: 1, method, params }, (json) => read(v.parse(Result, json).result));
}

export const Hex: v.GenericSchema<unknown, `0x${string}`> = v.pipe(
  v.string(),
  v.regex(/^0x[0-9a-f]*$/i),
  v.transform((text): `0x${string}` => `0x${text.slice(2)}`),
);
/** `"0x1bc16d674ec80000"`. */
export const Quantity: v.GenericSchema<unknown, bigint> = v.pipe(
  v.string(),
  v.regex(/^0x[0-9a-f]+$/i),
  v.transform((text) => BigInt(text)),
);

type Meaning = Pick<Verdict, 'kind' | 'outcome'>;
type Row = readonly [message: RegExp, meaning: Meaning];
const refused = (kind: ErrorKind): Meaning => ({ kind, outcome: 'refused' });
const unknown = (kind: ErrorKind): Meaning => ({ kind, outcome: 'unknown' });

/**
 * Nodes say what is wrong in words, and in much the same ones: those of the first of them.
 * @see https://github.com/ethereum/go-ethereum/blob/master/core/error.go, https://github.com/ethereum/go-ethereum/blob/master/core/txpool/errors.go
 */
const reverted: Row = [/revert/i, refused('order-rejected')];
const messages: readonly Row[] = [
  [/nonce too low/i, unknown('order-rejected')], // used, perhaps by the same transaction
  [/nonce too high|underpriced|fee cap|less than block base fee/i, refused('order-rejected')],
  [/intrinsic gas|gas limit|gas required exceeds/i, refused('order-rejected')],
  [/insufficient funds|exceeds balance/i, refused('insufficient-balance')],
  reverted,
  [/invalid (?:sender|signature|chain id)/i, refused('auth')],
  [/limit exceeded|too many requests|rate limit/i, refused('rate-limited')],
];

const tooMuch = refused('invalid-request');

/**
 * How nodes say that a request for logs spans too many blocks, or finds too much: by codes that mean other things too.
 * @see https://www.alchemy.com/docs/deep-dive-into-eth_getlogs,
 * https://docs.metamask.io/services/reference/ethereum/json-rpc-methods/eth_getlogs,
 * https://www.quicknode.com/docs/ethereum/eth_getLogs,
 * https://docs.chainstack.com/docs/understanding-eth-getlogs-limitations, https://sqd.dev/learn/eth-getlogs-limits
 */
const aboutLogs: readonly Row[] = [
  // The node is behind the one that told of the block. https://github.com/ethereum/execution-apis/tree/main/tests/eth_getLogs
  [/beyond current head/i, unknown('venue-unavailable')],
  [/block range|blocks? distance|range limit|too many blocks|requested blocks/i, tooMuch],
  [/ranges? (?:is |over |exceeds |threshold |too )/i, tooMuch],
  [/eth_getLogs is limited|(?:limited to|at most)[\s\d,.ak-]+(?:range|block)/i, tooMuch],
  [/(?:more than|exceeds)[a-z ]* \d+ results|exceeds max results|matched by query exceeds|too many logs/i, tooMuch],
  [/response size|response (?:is )?too large|query time(?:out|d out)/i, tooMuch],
];

/** @see https://www.jsonrpc.org/specification#error_object, https://eips.ethereum.org/EIPS/eip-1474#error-codes */
const codes: ReadonlyMap<string, Meaning> = new Map([
  ['3', refused('order-rejected')],
  ['-32600', refused('invalid-request')],
  ['-32601', refused('unsupported')],
  ['-32602', refused('invalid-request')],
  ['-32603', unknown('venue-unavailable')],
  ['-32005', refused('rate-limited')],
]);

const statuses: Readonly<Record<number, ErrorKind>> = {
  ...{ 401: 'auth', 403: 'auth', 413: 'invalid-request', 429: 'rate-limited' },
};

/** Of `{ "error": { "code": -32000, "message": "nonce too low" } }`. A node that had the transaction before has it. */
export function judge({ status, body }: Answer, { lane }: Pick<Endpoint, 'lane'> = {}): Verdict | undefined {
  const told = v.safeParse(Failure, body);
  if (!told.success) {
    if (status < 400) return undefined;
    const { kind, outcome } = unknown(statuses[status] ?? 'venue-unavailable');
    return { code: String(status), message: 'no answer of JSON-RPC', kind, outcome };
  }
  const { code, message } = told.output.error;
  if (/already known|known transaction|already imported/i.test(message)) return undefined;
  const rows = lane === 'order' ? messages : [reverted, ...aboutLogs, ...messages];
  const said = rows.find(([pattern]) => pattern.test(message))?.[1];
  return { code, message, ...(said ?? codes.get(code) ?? unknown('venue-unavailable')) };
}
