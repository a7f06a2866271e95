import { createSecret, type WireRequest } from '@hb/connector-core';
import { expect, test } from 'vitest';

import { sign, validity } from '../src/auth.js';
import { account, apiKey, secret } from './api.js';

const order = 'symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1&price=9000&timeInForce=GTC';
// The documentation's own key, which is no PEM: only its place matters here.
const privateKey = createSecret('-----BEGIN PRIVATE KEY-----');

function post(path: string, query = ''): WireRequest {
  return {
    method: 'POST',
    url: new URL(`https://fapi.binance.com${path}${query}`),
    body: '',
    headers: { accept: 'application/json' },
  };
}

// https://developers.binance.com/docs/derivatives/usds-margined-futures/general-info#signed-endpoint-examples-for-post-fapiv1order
test('an HMAC key signs as documented', () => {
  const { url, headers } = sign(account(), post('/fapi/v1/order', `?${order}`));
  expect({ search: url.search, headers }).toEqual({
    search: `?${order}&recvWindow=5000&timestamp=1591702613943&signature=3c661234138461fcc7a7d8746c6558c9842d4e10870d2ecbedf7777cad694af9`,
    headers: { accept: 'application/json', 'X-MBX-APIKEY': apiKey },
  });
});

test('times that the request has already are signed as they are', () => {
  const times = '&recvWindow=5000&timestamp=1591702613943';
  const p = account({ now: 5, options: { recvWindowMs: 7 } });
  expect(sign(p, post('/fapi/v1/order', `?${order}${times}`)).url.search).toBe(
    `?${order}${times}&signature=3c661234138461fcc7a7d8746c6558c9842d4e10870d2ecbedf7777cad694af9`,
  );
});

test('a parameter of a similar name is not taken for the time', () => {
  const { search } = sign(account(), post('/fapi/v1/order', '?mytimestamp=1')).url;
  expect(search).toMatch(/^\?mytimestamp=1&recvWindow=5000&timestamp=1591702613943&signature=[0-9a-f]{64}$/);
});

test('the account stream takes the key alone', () => {
  const request = sign(account(), post('/fapi/v1/listenKey'));
  expect([request.url.search, request.headers['X-MBX-APIKEY']]).toEqual(['', apiKey]);
});

test.each([
  ['neither', { apiKey }],
  ['both', { apiKey, apiSecret: secret, privateKey }],
])('a key with %s of the two secrets is refused', (which, credentials) => {
  expect(() => sign(account({ credentials }), post('/fapi/v1/order'))).toThrow(
    `binance_perpetual sign: needs apiSecret or privateKey and has ${which}`,
  );
});

test('an order is valid until its deadline, at least 1 ms and at most a minute', () => {
  const p = account({ now: 1_000.7 });
  expect([3_000, 500, 90_000].map((deadline) => validity(p, deadline).recvWindow)).toEqual([2_000, 1, 60_000]);
  expect(validity(p)).toEqual({ recvWindow: 5_000, timestamp: 1_000 });
});
