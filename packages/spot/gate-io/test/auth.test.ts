import { createHmac } from 'node:crypto';

import type { WireRequest } from '@hb/connector-core';
import { expect, test } from 'vitest';

import { sign, signChannel, signLogin, toSeconds } from '../src/auth.js';
import { account } from './api.js';

function request(method: WireRequest['method'], path: string, body = ''): WireRequest {
  return { method, url: new URL(`https://api.gateio.ws/api/v4${path}`), body, headers: { accept: 'application/json' } };
}

// https://www.gate.com/docs/developers/apiv4/en/#apiv4-signed-request-requirements
test.each([
  [
    request('GET', '/futures/orders?contract=BTC_USD&status=finished&limit=50'),
    '55f84ea195d6fe57ce62464daaa7c3c02fa9d1dde954e4c898289c9a2407a3d6fb3faf24deff16790d726b66ac9f74526668b13bd01029199cc4fcc522418b8a',
  ],
  [
    request(
      'POST',
      '/futures/orders',
      '{"contract":"BTC_USD","type":"limit","size":100,"price":6800,"time_in_force":"gtc"}',
    ),
    'eae42da914a590ddf727473aff25fc87d50b64783941061f47a3fdb92742541fc4c2c14017581b4199a1418d54471c269c03a38d788d802e2c306c37636389f0',
  ],
])('requests are signed as documented', (unsigned, SIGN) => {
  const signed = sign(account(), unsigned);
  expect(signed).toEqual({
    ...unsigned,
    headers: { accept: 'application/json', KEY: 'key', Timestamp: '1541993715', SIGN },
  });
  expect(signed.url.href).toBe(unsigned.url.href);
});

test('what is signed of a query is its text before it is escaped', () => {
  const [plain, escaped] = ['BTC_USDT,ETH_USDT', 'BTC_USDT%2CETH_USDT'].map((pairs) =>
    sign(account(), request('GET', `/spot/batch_fee?currency_pairs=${pairs}`)),
  );
  expect(escaped?.headers['SIGN']).toBe(plain?.headers['SIGN']);
});

// https://www.gate.com/docs/developers/apiv4/ws/en/#login; its example does not tell the secret that it was signed with.
test('a login is signed by its event, its channel, nothing and the time', () => {
  expect(signLogin(account(), 'spot.login', 1_677_813_908)).toEqual({
    api_key: 'key',
    signature: createHmac('sha512', 'secret').update('api\nspot.login\n\n1677813908').digest('hex'),
    timestamp: '1677813908',
  });
});

// https://www.gate.com/docs/developers/apiv4/ws/en/#authentication
test('a channel is signed by its name, its event and the time', () => {
  const p = account();
  const text = 'channel=spot.orders&event=subscribe&time=1541993715';
  const SIGN = createHmac('sha512', 'secret').update(text).digest('hex');
  expect(signChannel(p, { channel: 'spot.orders', event: 'subscribe', time: toSeconds(p.now()) })).toEqual({
    method: 'api_key',
    KEY: 'key',
    SIGN,
  });
});
