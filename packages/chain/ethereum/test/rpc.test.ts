import { describe, expect, test } from 'vitest';

import { judge } from '../src/rpc.js';

const headers = new Map<string, string>();
const told = (code: string, message: string) => judge({ status: 200, headers, body: { error: { code, message } } });

describe('an answer', () => {
  test('with a result is a success', () => {
    expect(judge({ status: 200, headers, body: { jsonrpc: '2.0', id: '1', result: '0x1' } })).toBeUndefined();
  });

  // https://github.com/ethereum/go-ethereum/blob/master/core/error.go
  // https://github.com/ethereum/go-ethereum/blob/master/core/txpool/errors.go
  test.each([
    ['-32000', 'nonce too low: next nonce 8, tx nonce 7', 'order-rejected', 'unknown'],
    ['-32000', 'replacement transaction underpriced', 'order-rejected', 'refused'],
    ['-32000', 'max fee per gas less than block base fee', 'order-rejected', 'refused'],
    ['-32000', 'insufficient funds for gas * price + value', 'insufficient-balance', 'refused'],
    ['-32000', 'intrinsic gas too low', 'order-rejected', 'refused'],
    ['3', 'execution reverted: Too little received', 'order-rejected', 'refused'],
    ['-32005', 'daily request count exceeded', 'rate-limited', 'refused'],
    ['-32601', 'the method eth_feeHistory does not exist', 'unsupported', 'refused'],
    ['-32000', 'something that nobody lists', 'venue-unavailable', 'unknown'],
  ] as const)('%s, %s, is %s, %s', (code, message, kind, outcome) => {
    expect(told(code, message)).toEqual({ code, message, kind, outcome });
  });

  // In the words of Alchemy, Infura, MetaMask, QuickNode, 1RPC, BlockPI, Ankr, Cloudflare, Chainstack, PublicNode, Base, Optimism, Merkle,
  // Arbitrum, Reth, Erigon, Tenderly, Avalanche, thirdweb, dRPC and Coinbase.
  test.each([
    ['-32602', 'Log response size exceeded. You can make eth_getLogs requests with up to a 2K block range'],
    ['-32600', 'Under the Free tier plan, you can make eth_getLogs requests with up to a 10 block range.'],
    ['-32005', 'query returned more than 10000 results. Try with this block range [0x1, 0x2].'],
    ['-32005', 'query timeout exceeded'],
    ['-32614', 'eth_getLogs is limited to a 10,000 range'],
    ['-32000', 'eth_getLogs is limited to 0 - 50 blocks range'],
    ['-32005', 'eth_getLogs is limited to 1024 block range. Please check the parameter requirements'],
    ['-32600', 'block range is too wide'],
    ['-32047', "Invalid eth_getLogs request. 'fromBlock'-'toBlock' range too large. Max range: 800"],
    ['-32000', 'Block range limit exceeded. See more details at https://docs.chainstack.com'],
    ['-32701', 'exceed maximum block range: 50000'],
    ['-32614', 'block range too large'],
    ['-32011', 'backend response too large'],
    ['-32000', 'eth_getLogs range is too large, max is 1k blocks'],
    ['-32000', 'logs matched by query exceeds limit of 10000'],
    ['-32000', 'query exceeds max results 20000, retry with the range 1-2'],
    ['-32000', 'query returns too many logs, narrow your filter: 20000'],
    ['-32000', 'range 9009594 is bigger than range limit 2000'],
    ['-32000', 'requested too many blocks from 1 to 4096, maximum is set to 2048'],
    ['-32000', 'Maximum allowed number of requested blocks is 3500'],
    ['35', 'ranges over 10000 blocks are not supported on freetier'],
    ['-32000', 'please limit the query to at most 1000 blocks'],
  ])('%s, %s, asks for less at once', (code, message) => {
    expect(told(code, message)).toEqual({ code, message, kind: 'invalid-request', outcome: 'refused' });
  });

  test.each([
    ['-32005', 'your plan is limited to 25 requests per second', 'rate-limited'],
    ['-32005', 'project ID request rate exceeded', 'rate-limited'],
    ['-32602', 'block range extends beyond current head block', 'venue-unavailable'],
  ])('%s, %s, does not', (code, message, kind) => {
    expect(told(code, message)).toMatchObject({ kind });
  });

  test('about an order is never taken for one about logs', () => {
    const body = { error: { code: '-32000', message: 'block range is too wide' } };
    expect(judge({ status: 200, headers, body }, { lane: 'order' })).toMatchObject({ outcome: 'unknown' });
  });

  test('of a node that had the transaction before is a success', () => {
    expect(told('-32000', 'already known')).toBeUndefined();
  });

  test.each([
    [429, 'rate-limited'],
    [403, 'auth'],
    [502, 'venue-unavailable'],
  ])('with status %i and no JSON proves nothing', (status, kind) => {
    expect(judge({ status, headers, body: '<html>' })).toMatchObject({ kind, outcome: 'unknown' });
  });
});
