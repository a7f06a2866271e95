import { toBase64, type WireRequest } from '@hb/connector-core';
import { describe, expect, test } from 'vitest';

import { sign } from '../src/auth.js';
import { account, credentials } from './api.js';

function request(method: WireRequest['method'], target: string, body = ''): WireRequest {
  return { method, url: new URL(`https://api.kucoin.com${target}`), body, headers: { accept: 'application/json' } };
}

describe('requests are signed', () => {
  // https://github.com/Kucoin/kucoin-api-docs, "Signing a Message"
  test('as the documentation has it', () => {
    const { headers, body } = sign(account(), request('POST', '/api/v1/deposit-addresses', '{"currency":"BTC"}'));
    const { crypto } = account();
    expect({ headers, body }).toEqual({
      headers: {
        accept: 'application/json',
        'KC-API-KEY': credentials.apiKey,
        'KC-API-SIGN': '7QP/oM0ykidMdrfNEUmng8eZjg/ZvPafjIqmxiVfYu4=',
        'KC-API-TIMESTAMP': '1547015186532',
        'KC-API-PASSPHRASE': toBase64(crypto.hmac('sha256', credentials.apiSecret, credentials.passphrase)),
        'KC-API-KEY-VERSION': '3',
      },
      body: '{"currency":"BTC"}',
    });
  });

  test('with the version of the key that was chosen', () => {
    const { headers } = sign(account({ options: { keyVersion: '2' } }), request('GET', '/api/v1/accounts'));
    expect(headers['KC-API-KEY-VERSION']).toBe('2');
  });

  test('with the query as it was before it was escaped', () => {
    const { headers } = sign(account(), request('GET', '/api/v1/orders?a=b%20c%3Ad'));
    const { crypto } = account();
    const text = '1547015186532GET/api/v1/orders?a=b c:d';
    expect(headers['KC-API-SIGN']).toBe(toBase64(crypto.hmac('sha256', credentials.apiSecret, text)));
  });
});

describe('an order is dated when it is signed', () => {
  test.each([
    ['just made', 1_547_015_186_532, 5_000, 5_000],
    ['after a wait of 2 s', 1_547_015_184_532, 5_000, 3_000],
    ['after its time', 1_547_015_176_532, 5_000, 1],
  ])('%s', (_, at, ms, left) => {
    const body = `{"side":"buy","clientTimestamp":${at},"allowMaxTimeWindow":${ms}}`;
    expect(sign(account(), request('POST', '/api/v1/hf/orders', body)).body).toBe(
      `{"side":"buy","clientTimestamp":1547015186532,"allowMaxTimeWindow":${left}}`,
    );
  });

  test('and so is every order of a batch', () => {
    const one = '{"clientTimestamp":1547015185532,"allowMaxTimeWindow":5000}';
    const body = `{"orderList":[${one},${one}]}`;
    const dated = '{"clientTimestamp":1547015186532,"allowMaxTimeWindow":4000}';
    expect(sign(account(), request('POST', '/api/v1/hf/orders/multi', body)).body).toBe(
      `{"orderList":[${dated},${dated}]}`,
    );
  });
});
