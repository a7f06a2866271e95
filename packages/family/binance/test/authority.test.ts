import { nodePorts } from '@hb/connector-core';
import { attempt, createParameters, type ApiKey, type Parameter, type Parameters } from '@hb/connector-testkit';
import { expect, test } from 'vitest';

import {
  checkSignature,
  checkTiming,
  findKey,
  invalidValues,
  toParameterRefusal,
  toSignedText,
} from '../emulator/index.js';

const { crypto } = nodePorts();
const now = 1_499_827_319_559;

// https://developers.binance.com/docs/binance-spot-api-docs/rest-api/request-security#hmac-keys
const secret = 'NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j';
const query =
  'symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000&timestamp=1499827319559';
const signature = 'c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71';

const key: ApiKey = {
  ...{ apiKey: 'vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A', account: 'trader' },
  ...{ canTrade: false, canWithdraw: false, passphrase: undefined, signer: crypto.key('hmac', secret) },
};
const keys = new Map([[key.apiKey, key]]);

function read(...pairs: Parameter[]): Parameters {
  return createParameters(pairs, (problem) => toParameterRefusal(problem, invalidValues));
}

function codeOf(run: () => unknown): unknown {
  return attempt(() => (run(), { code: 'accepted' })).code;
}

test('a key is found by its name, and may do what it was made for', () => {
  expect(findKey(keys, key.apiKey, 'USER_DATA')).toBe(key);
  expect(codeOf(() => findKey(keys, undefined, 'USER_DATA'))).toBe(-2014);
  expect(codeOf(() => findKey(keys, 'no key!', 'USER_DATA'))).toBe(-2014);
  expect(codeOf(() => findKey(keys, 'another', 'USER_DATA'))).toBe(-2015);
  expect(codeOf(() => findKey(keys, key.apiKey, 'TRADE'))).toBe(-2015);
});

test.each<[unknown, Parameter[]]>([
  ['accepted', [['timestamp', String(now)]]],
  ['accepted', [['timestamp', String(now + 999)]]],
  ['accepted', [['timestamp', `${now}000`]]],
  ['accepted', [['timestamp', String(now - 5_000)]]],
  [-1021, [['timestamp', String(now + 1_000)]]],
  [-1021, [['timestamp', String(now - 5_001)]]],
  [
    -1021,
    [
      ['timestamp', String(now - 100)],
      ['recvWindow', '99.5'],
    ],
  ],
  [
    -1102,
    [
      ['timestamp', String(now)],
      ['recvWindow', '60001'],
    ],
  ],
  [-1102, []],
])('%s for a request of %j', (expected, pairs) => {
  expect(codeOf(() => checkTiming(read(...pairs), now))).toBe(expected);
});

test('the documented signature is right, in either case, and for that text alone', () => {
  const check = (text: string, given?: string) => codeOf(() => checkSignature(crypto, key, text, given));
  expect(check(query, signature)).toBe('accepted');
  expect(check(query, signature.toUpperCase())).toBe('accepted');
  expect(check(query.replace('BUY', 'SELL'), signature)).toBe(-1022);
  expect(check(query)).toBe(-1102);
});

test('query and body are signed as sent, joined without a separator, less the signature', () => {
  expect(toSignedText(`a=1&signature=${signature}`, 'b=%20&c=3')).toBe('a=1b=%20&c=3');
});
