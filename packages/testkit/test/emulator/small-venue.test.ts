import { createHmac } from 'node:crypto';

import { decodeJson, nodePorts } from '@hb/connector-core';
import { expect, test } from 'vitest';

import { createVirtualClock } from '../../src/index.js';
import { createSmallVenue } from './small-venue.js';

function open() {
  const clock = createVirtualClock();
  const account = { name: 'ann', apiKey: 'k', apiSecret: 's', balances: { A: '10', B: '1000' } };
  const venue = createSmallVenue({ clock, crypto: nodePorts().crypto, accounts: [account] });
  const received: unknown[] = [];
  const closes: unknown[] = [];
  const socket = {
    send: (message: string | Uint8Array) => received.push(decodeJson(message)),
    ping: () => undefined,
    pong: () => undefined,
    close: (code: number, reason: string) => closes.push([code, reason]),
  };
  const connection = venue.connect({ path: '/ws', query: '', headers: new Map(), address: '127.0.0.1' }, socket);
  if (!('message' in connection)) throw new Error('declined');
  const call = async (method: string, path: string, body = '', secret = 's') => {
    const sign = createHmac('sha256', secret)
      .update(method + path + body)
      .digest('hex');
    const headers = new Map([...Object.entries({ 'x-key': 'k', 'x-sign': sign })]);
    const answer = await venue.http({ method, path, query: '', headers, body, address: '127.0.0.1' });
    if ('cut' in answer || typeof answer.body !== 'string') throw new Error('no answer');
    return [answer.status, decodeJson(answer.body)];
  };
  const say = (text: string) => connection.message(new TextEncoder().encode(text));
  return { venue, clock, received, closes, call, say };
}

const buy = '{"side":"buy","price":"9.99","amount":"2"}';

test('orders are placed, found by the id in the path and cancelled, and their owner hears of it', async () => {
  const { call, received } = open();
  expect(await call('POST', '/orders', buy)).toEqual([200, { id: '1', status: 'open', filled: '0' }]);
  expect(await call('GET', '/orders/1')).toEqual([200, { id: '1', status: 'open', filled: '0' }]);
  expect(await call('DELETE', '/orders/1')).toEqual([200, { id: '1', status: 'canceled', filled: '0' }]);
  expect(await call('DELETE', '/orders/1')).toEqual([400, { code: 'REFUSED', message: 'order-closed' }]);
  expect(received).toEqual([
    { on: 'ann', data: { id: '1', status: 'open', filled: '0' } },
    { on: 'ann', data: { id: '1', status: 'canceled', filled: '0' } },
  ]);
});

test('a wrong signature, an unknown path and one request too many are refused in the words of the venue', async () => {
  const { call } = open();
  expect(await call('POST', '/orders', buy, 'wrong')).toEqual([401, { code: 'NO_ACCESS', message: 'wrong signature' }]);
  expect(await call('GET', '/order/1')).toEqual([404, { code: 'NOT_FOUND', message: '/order/1' }]);
  expect(await call('POST', '/orders', '{"side":"up"}')).toEqual([
    400,
    { code: 'BAD_PARAM', message: 'side is unknown-value' },
  ]);
  expect(await call('POST', '/orders', '{}')).toEqual([400, { code: 'BAD_PARAM', message: 'side is missing' }]);
  await call('GET', '/orders/1');
  expect(await call('GET', '/orders/1')).toEqual([429, { code: 'SLOW_DOWN', message: 'too many requests' }]);
});

test('a replica that lags does not know the order yet, and an answer may be lost after the act', async () => {
  const { call, clock, venue } = open();
  const end = venue.behave({ at: 'GET /orders/{id}', lagMs: 1_000 });
  const answer = { status: 504, code: 'TIMEOUT', message: 'unknown' };
  venue.behave({ at: 'POST /orders', times: 1, answer, acted: true });
  await clock.advance(5_000);
  expect(await call('POST', '/orders', buy)).toEqual([504, { code: 'TIMEOUT', message: 'unknown' }]);
  expect(await call('GET', '/orders/1')).toEqual([404, { code: 'NO_ORDER', message: 'no such order' }]);
  end();
  expect(await call('GET', '/orders/1')).toEqual([200, { id: '1', status: 'open', filled: '0' }]);
});

test('changes of the book are gathered, numbered without holes, and lost on demand', async () => {
  const { call, clock, received, say, venue } = open();
  say('{"subscribe":"book"}');
  say('{"subscribe":"book"}');
  await call('POST', '/orders', buy);
  await call('POST', '/orders', buy);
  await clock.advance(100);
  venue.gap();
  await call('POST', '/orders', buy);
  await clock.advance(100);
  await call('DELETE', '/orders/1');
  await clock.advance(100);
  expect(received.filter((message) => JSON.stringify(message).includes('"book"'))).toEqual([
    { on: 'book', data: { first: '1', last: '2', b: [['9.99', '4']], a: [] } },
    { on: 'book', data: { first: '4', last: '4', b: [['9.99', '4']], a: [] } },
  ]);
});

test('a silent client is shown out, one that talks is not', async () => {
  const { clock, closes, say } = open();
  await clock.advance(29_000);
  say('{}');
  await clock.advance(29_000);
  expect(closes).toEqual([]);
  await clock.advance(2_000);
  expect(closes).toEqual([[1000, 'idle']]);
});
