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
