import { createHmac } from 'node:crypto';

import { systemPorts } from '@hb/connector-core';
import { createVirtualClock, placeLadder, type VenueAnswer, type VirtualClock } from '@hb/connector-testkit';
import * as v from 'valibot';
import { beforeEach, describe, expect, test } from 'vitest';

import { createKucoinEmulator, type KucoinEmulator } from '../emulator/index.js';

const account = { apiKey: 'key', apiSecret: 'secret', passphrase: 'words', name: 'trader' };
let clock: VirtualClock;
let venue: KucoinEmulator;

beforeEach(() => {
  clock = createVirtualClock();
  const ladder = {
    apiKey: 'l',
    apiSecret: 'l',
    passphrase: 'l',
    name: 'ladder',
    balances: { BTC: '9', USDT: '900000' },
  };
  venue = createKucoinEmulator({
    ...{ clock, crypto: systemPorts().crypto },
    accounts: [{ ...account, balances: { BTC: '1', USDT: '60000' } }, ladder],
  });
  placeLadder(venue.engine, {
    account: 'ladder',
    market: 'BTC-USDT',
    mid: '60000',
    levels: 3,
    step: '10',
    amount: '0.1',
  });
});

const Fields = v.record(v.string(), v.unknown());
type Keys = Partial<Record<'apiKey' | 'apiSecret' | 'passphrase' | 'version', string>> & { readonly skewMs?: number };

function hmac(secret: string, text: string): string {
  return createHmac('sha256', secret).update(text).digest('base64');
}

async function ask(method: string, target: string, body: object | '' = '', keys: Keys = {}): Promise<VenueAnswer> {
  const { apiKey, apiSecret, passphrase, version = '3', skewMs = 0 } = { ...account, ...keys };
  const [path = '', query = ''] = target.split('?');
  const [text, timestamp] = [body === '' ? '' : JSON.stringify(body), String(clock.now() + skewMs)];
  const headers = new Map([
    ['kc-api-key', apiKey],
    ['kc-api-sign', hmac(apiSecret, `${timestamp}${method}${target}${text}`)],
    ['kc-api-timestamp', timestamp],
    ['kc-api-passphrase', hmac(apiSecret, passphrase)],
    ['kc-api-key-version', version],
  ]);
  const answer = await venue.http({ method, path, query, headers, body: text, address: '127.0.0.1' });
  if ('cut' in answer) throw new Error('no answer');
  return answer;
}

async function told(...request: Parameters<typeof ask>): Promise<Record<string, unknown>> {
  const { body } = await ask(...request);
  return v.parse(Fields, JSON.parse(String(body)));
}

async function data(...request: Parameters<typeof ask>): Promise<Record<string, unknown>> {
  return v.parse(Fields, (await told(...request))['data']);
}

const order = { clientOid: 'mine', symbol: 'BTC-USDT', side: 'buy', type: 'limit', price: '59000', size: '0.001' };
const byClientId = ['GET', '/api/v1/hf/orders/client-order/mine?symbol=BTC-USDT'] as const;

describe('a request is turned away', () => {
  const skews: readonly (readonly [string, Keys, string])[] = [
    ['with an unknown key', { apiKey: 'other' }, '400003'],
    ['with a wrong secret', { apiSecret: 'other' }, '400004'],
    ['with a wrong passphrase', { passphrase: 'other' }, '400004'],
    ['with an unknown version', { version: '1' }, '400009'],
    ['that is too old', { skewMs: -6_000 }, '400002'],
    ['from the future', { skewMs: 6_000 }, '400002'],
  ];
  test.each(skews)('%s', async (_, keys, code) => {
    expect(await told('GET', '/api/v1/accounts', '', keys)).toMatchObject({ code });
  });

  test.each([
    ['an unknown market', { symbol: 'A-B' }, '400100'],
    ['a price between the steps', { price: '59000.05' }, '400100'],
    ['a size that is too small', { size: '0.000001' }, '400100'],
    ['more than there is', { size: '2' }, '200004'],
    ['a client id that is too long', { clientOid: 'x'.repeat(41) }, '400100'],
    ['an order that comes too late', { clientTimestamp: 1, allowMaxTimeWindow: 1 }, '400100'],
  ])('for %s', async (_, changes, code) => {
    expect(await told('POST', '/api/v1/hf/orders', { ...order, ...changes })).toMatchObject({ code });
  });

  test('for an order that is not there, and a path that is not', async () => {
    expect(await told('DELETE', '/api/v1/hf/orders/sync/1?symbol=BTC-USDT')).toMatchObject({ code: '400100' });
    expect((await ask('GET', '/api/v1/nothing')).status).toBe(404);
  });
});

test('headers count what is used, and the quota ends', async () => {
  const { headers } = await ask('GET', '/api/v1/accounts');
  expect(headers).toMatchObject({ 'gw-ratelimit-limit': '2000', 'gw-ratelimit-remaining': '1995' });
  for (let index = 0; index < 399; index += 1) await ask('GET', '/api/v1/accounts');
  expect(await ask('GET', '/api/v1/accounts')).toMatchObject({ status: 429 });
  expect(venue.limitRefusals()).toBe(1);
});

test('a post-only order that would take is accepted and cancelled', async () => {
  const { orderId } = await data('POST', '/api/v1/hf/orders', { ...order, price: '61000', postOnly: true });
  expect(await data(...byClientId)).toMatchObject({ id: orderId, active: false, cancelExist: true, dealSize: '0' });
});

test('an order with a time to live ends by itself', async () => {
  await data('POST', '/api/v1/hf/orders', { ...order, timeInForce: 'GTT', cancelAfter: 10 });
  expect(await data(...byClientId)).toMatchObject({ active: true, timeInForce: 'GTT', cancelAfter: 10 });
  await clock.advance(10_000);
  expect(await data(...byClientId)).toMatchObject({ active: false, cancelExist: true });
});

test('an order that is altered goes on under a new id with what is left', async () => {
  await data('POST', '/api/v1/hf/orders', order);
  const alter = { clientOid: 'mine', symbol: 'BTC-USDT', newPrice: '58000', newSize: '0.002' };
  const { newOrderId } = await data('POST', '/api/v1/hf/orders/alter', alter);
  expect(await data(...byClientId)).toMatchObject({ id: newOrderId, price: '58000', size: '0.002', active: true });
});

test('a dead-man’s switch cancels everything, unless it is taken back', async () => {
  await data('POST', '/api/v1/hf/orders', order);
  const path = '/api/v1/hf/orders/dead-cancel-all';
  await data('POST', path, { timeout: 5 });
  expect(await data('GET', `${path}/query`)).toMatchObject({ timeout: 5 });
  await data('POST', path, { timeout: -1 });
  await clock.advance(6_000);
  expect(venue.engine.openOrders('trader')).toHaveLength(1);
  await data('POST', path, { timeout: 5 });
  await clock.advance(5_000);
  expect(venue.engine.openOrders('trader')).toHaveLength(0);
});

test('a batch tells of each order by itself', async () => {
  const { data: list } = await told('POST', '/api/v1/hf/orders/multi', {
    orderList: [order, { ...order, clientOid: 'next', price: '59000.05' }, { ...order, type: 'market' }],
  });
  expect(list).toMatchObject([{ success: true, clientOid: 'mine' }, { success: false }, { success: false }]);
});
