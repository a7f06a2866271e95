import { createPrivateKey, createPublicKey, sign as signBytes, verify } from 'node:crypto';

import { toBase64, toUtf8, type WireRequest } from '@hb/connector-core';
import { describe, expect, test } from 'vitest';

import { sign, signParams, validity } from '../src/auth.js';
import { account, apiKey, ed25519Pem, privateKey, secret } from './api.js';

const order = 'side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1';

function post(query: string, body = ''): WireRequest {
  const url = new URL(`https://api.binance.com/api/v3/order${query}`);
  return { method: 'POST', url, body, headers: { accept: 'application/json' } };
}

// https://developers.binance.com/docs/binance-spot-api-docs/rest-api/request-security#signed-endpoint-examples-for-post-apiv3order
describe('an HMAC key signs REST requests as documented', () => {
  test.each([
    ['LTCBTC', 'c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71'],
    [
      '%EF%BC%91%EF%BC%92%EF%BC%93%EF%BC%94%EF%BC%95%EF%BC%96',
      'e1353ec6b14d888f1164ae9af8228a3dbd508bc82eb867db8ab6046442f33ef3',
    ],
  ])('with the symbol %s', (symbol, signature) => {
    const request = sign(account(), post(`?symbol=${symbol}&${order}`));
    expect({ url: request.url.href, headers: request.headers }).toEqual({
      url: `https://api.binance.com/api/v3/order?symbol=${symbol}&${order}&recvWindow=5000&timestamp=1499827319559&signature=${signature}`,
      headers: { accept: 'application/json', 'X-MBX-APIKEY': apiKey },
    });
  });

  test('with times that the request already has', () => {
    const query = `?symbol=LTCBTC&${order}&recvWindow=5000&timestamp=1499827319559`;
    const { url } = sign(account({ now: 5, options: { recvWindowMs: 7 } }), post(query));
    expect(url.search).toBe(`${query}&signature=c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71`);
  });

  test('with times of their own beside a parameter of a similar name', () => {
    const { url } = sign(account(), post('?mytimestamp=1'));
    expect(url.search).toMatch(/^\?mytimestamp=1&recvWindow=5000&timestamp=1499827319559&signature=[0-9a-f]{64}$/);
  });

  test('with the body after the query, without a separator', () => {
    const { url, body } = sign(account(), post('?recvWindow=5000&timestamp=1499827319559', `symbol=LTCBTC&${order}`));
    const p = account();
    const signature = Buffer.from(
      p.crypto.hmac('sha256', secret, `recvWindow=5000&timestamp=1499827319559symbol=LTCBTC&${order}`),
    ).toString('hex');
    expect({ search: url.search, body }).toEqual({
      search: `?recvWindow=5000&timestamp=1499827319559&signature=${signature}`,
      body: `symbol=LTCBTC&${order}`,
    });
  });

  test('and leaves the request that it was given as it was', () => {
    const request = post('?symbol=LTCBTC');
    sign(account(), request);
    expect([request.url.search, request.headers]).toEqual(['?symbol=LTCBTC', { accept: 'application/json' }]);
  });

  test('that have no parameters at all', () => {
    const { url } = sign(account(), post(''));
    expect(url.search).toMatch(/^\?recvWindow=5000&timestamp=1499827319559&signature=[0-9a-f]{64}$/);
  });
});

// https://developers.binance.com/docs/binance-spot-api-docs/websocket-api/request-security#signed-request-example-hmac
describe('an HMAC key signs requests over the socket as documented', () => {
  const terms = { type: 'LIMIT', timeInForce: 'GTC', timestamp: 1645423376532 };
  test.each([
    [
      { symbol: 'BTCUSDT', side: 'SELL', quantity: '0.01000000', price: '52000.00', recvWindow: 100 },
      'aa1b5712c094bc4e57c05a1a5c1fd8d88dcd628338ea863fec7b88e59fe2db24',
    ],
    [
      { symbol: '１２３４５６', side: 'BUY', quantity: '1.00000000', price: '0.10000000', recvWindow: 5000 },
      'b33892ae8e687c939f4468c6268ddd4c40ac1af18ad19a064864c47bae0752cd',
    ],
  ])('with the parameters %o', (own, signature) => {
    const params = { ...own, ...terms };
    expect(signParams(account(), { ...params, stopPrice: undefined })).toEqual({ ...params, apiKey, signature });
  });

  test('with times of its own when there are none', () => {
    expect(signParams(account({ now: 1_649_729_878_532.9 }), {})).toEqual({
      apiKey,
      recvWindow: 5_000,
      timestamp: 1_649_729_878_532,
      signature: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });
});

describe('an Ed25519 key', () => {
  const p = account({ credentials: { apiKey, privateKey } });
  const key = createPrivateKey(ed25519Pem);

  // https://developers.binance.com/docs/binance-spot-api-docs/fix-api: the one example with its private key.
  test('gives the documented signature', () => {
    const logon = ['A', 'EXAMPLE', 'SPOT', '1', '20240627-11:17:25.223'].join('\u0001');
    expect(toBase64(p.crypto.ed25519(privateKey, toUtf8(logon)))).toBe(
      '4MHXelVVcpkdwuLbl6n73HQUXUf1dse2PCgT1DYqW9w8AVZ1RACFGM+5UdlGPrQHrgtS3CvsRURC1oj73j8gCA==',
    );
  });

  test('signs the query as it is sent, and its signature is escaped', () => {
    const { url } = sign(p, post(`?symbol=LTCBTC&${order}`));
    const sent = `symbol=LTCBTC&${order}&recvWindow=5000&timestamp=1499827319559`;
    const signature = signBytes(null, Buffer.from(sent), key).toString('base64');
    expect(url.search).toBe(`?${sent}&signature=${encodeURIComponent(signature)}`);
  });

  test('signs requests over the socket in alphabetical order', () => {
    const { signature } = signParams(p, { symbol: 'BTCUSDT', side: 'SELL', recvWindow: 100, timestamp: 1 });
    const sent = `apiKey=${apiKey}&recvWindow=100&side=SELL&symbol=BTCUSDT&timestamp=1`;
    expect(verify(null, Buffer.from(sent), createPublicKey(key), Buffer.from(String(signature), 'base64'))).toBe(true);
  });
});

describe('credentials with other than one secret are refused before anything is sent', () => {
  test.each([
    ['neither', { apiKey }],
    ['both', { apiKey, apiSecret: secret, privateKey }],
  ])('%s', (count, credentials) => {
    expect(() => signParams(account({ credentials }), {})).toThrow(
      expect.objectContaining({
        kind: 'auth',
        outcome: 'not-sent',
        message: `binance sign: needs apiSecret or privateKey and has ${count}`,
      }),
    );
  });
});

describe('a request is valid', () => {
  test.each([
    ['for the window of the options', undefined, { recvWindow: 2_000, timestamp: 1_000 }],
    ['until its deadline', 9_000.7, { recvWindow: 8_000, timestamp: 1_000 }],
    ['for at most a minute', 100_000, { recvWindow: 60_000, timestamp: 1_000 }],
    ['for a millisecond when its deadline is over', 400, { recvWindow: 1, timestamp: 1_000 }],
  ])('%s', (_, deadline, expected) => {
    expect(validity(account({ now: 1_000.9, options: { recvWindowMs: 2_000 } }), deadline)).toEqual(expected);
  });
});
