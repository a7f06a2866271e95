import { createSecret, decodeJson, encodeJson, type WireRequest } from '@hb/connector-core';
import { signL1Action } from '@nktkas/hyperliquid/signing';
import * as v from 'valibot';
import { privateKeyToAccount } from 'viem/accounts';
import { describe, expect, test } from 'vitest';

import { checkAccount, ownerOf, sign } from '../src/auth.js';
import { place } from '../src/trading.js';
import { account, address, order, privateKey } from './api.js';

const Signature = v.object({ r: v.string(), s: v.string(), v: v.pipe(v.string(), v.transform(Number)) });
const Sent = v.looseObject({ signature: Signature, nonce: v.string() });

function request(params: object): WireRequest {
  return { method: 'POST', url: new URL('https://api.test/exchange'), body: encodeJson(params), headers: {} };
}

function signatureOf(signed: WireRequest) {
  return v.parse(Sent, decodeJson(signed.body)).signature;
}

const pad = (hex: string): string => `0x${hex.slice(2).padStart(64, '0')}`;
type Options = { readonly vaultAddress?: `0x${string}`; readonly expiresAfter?: number; readonly isTestnet?: boolean };
const vault: `0x${string}` = '0x1719884eb866cb12b2287399b15f7db5e7d775ea';
const ways: readonly (readonly [name: string, more: Options])[] = [
  ['for a vault', { vaultAddress: vault }],
  ['with an expiry', { expiresAfter: 1_677_777_607_515 }],
  ['on the test network', { isTestnet: true }],
  ['with all of these', { vaultAddress: vault, expiresAfter: 1_677_777_607_515, isTestnet: true }],
];
const wire = { a: 4, b: true, p: '1670.1', s: '0.0147', r: false, t: { limit: { tif: 'Ioc' } } };
const actions: readonly (readonly [name: string, action: Record<string, unknown>])[] = [
  ['an order', { type: 'order', orders: [wire], grouping: 'na' }],
  ['orders with client ids', { type: 'order', orders: [{ ...wire, c: `0x${'ab'.repeat(16)}` }, wire], grouping: 'na' }],
  ['an order for a builder', { type: 'order', orders: [wire], grouping: 'na', builder: { b: vault, f: 10 } }],
  ['twenty orders', { type: 'order', orders: Array.from({ length: 20 }, () => wire), grouping: 'na' }],
  ['a cancel', { type: 'cancel', cancels: [{ a: 110_003, o: 123_456_789_012 }] }],
  ['a cancel by client id', { type: 'cancelByCloid', cancels: [{ asset: 300, cloid: `0x${'ab'.repeat(16)}` }] }],
  ['an amendment', { type: 'batchModify', modifies: [{ oid: `0x${'ab'.repeat(16)}`, order: wire }] }],
  ['a leverage', { type: 'updateLeverage', asset: 1, isCross: true, leverage: 21 }],
  ['a schedule', { type: 'scheduleCancel', time: 1_677_777_606_040 }],
  ['no schedule', { type: 'scheduleCancel' }],
];

describe('signatures are those of @nktkas/hyperliquid', () => {
  const wallet = privateKeyToAccount(privateKey);

  test.each(actions)('of %s', async (_, action) => {
    const nonce = 1_677_777_606_040;
    const theirs = await signL1Action({ wallet, action, nonce });
    expect(signatureOf(sign(account(), request({ action })))).toEqual({
      r: pad(theirs.r),
      s: pad(theirs.s),
      v: theirs.v,
    });
  });

  test.each(ways)('%s', async (_, more) => {
    const action = { type: 'order', orders: [wire], grouping: 'na' };
    const theirs = await signL1Action({ wallet, action, nonce: 7, ...more });
    const { vaultAddress, expiresAfter, isTestnet } = more;
    const p = account({
      ...{ nonce: 7, environment: isTestnet === true ? 'testnet' : 'live' },
      ...(vaultAddress && { credentials: { vault: vaultAddress.toUpperCase().replace('0X', '0x') } }),
    });
    const signed = sign(p, request({ action, expiresAfter }));
    expect(signatureOf(signed)).toEqual({ r: pad(theirs.r), s: pad(theirs.s), v: theirs.v });
    expect(v.parse(Sent, decodeJson(signed.body))).toMatchObject({
      nonce: '7',
      ...(vaultAddress && { vaultAddress }),
      ...(expiresAfter && { expiresAfter: String(expiresAfter) }),
    });
  });
});

// https://github.com/hyperliquid-dex/hyperliquid-python-sdk/blob/master/tests/signing_test.py
test('the signature of the example of the venue’s own client', () => {
  const key = createSecret('0x0123456789012345678901234567890123456789012345678901234567890123');
  const signed = sign(
    account({ nonce: 0, credentials: { privateKey: key } }),
    request({ action: { type: 'dummy', num: 100_000_000_000 } }),
  );
  expect(signatureOf(signed)).toEqual({
    r: '0x053749d5b30552aeb2fca34b530185976545bb22d0b3ce6f62e31be961a59298',
    s: '0x755c40ba9bf05223521753995abb2f73ab3229be8ec921f350cb447e384d8ed8',
    v: 27,
  });
});

test('what is signed is the text that is sent, with its members in the documented order', async () => {
  const p = account({
    answers: { order: { status: 'ok', response: { data: { statuses: [{ resting: { oid: '77' } }] } } } },
  });
  await place(p, order);
  expect(Object.keys(v.parse(v.object({ action: v.record(v.string(), v.unknown()) }), p.asked[0]).action)).toEqual([
    ...['type', 'orders', 'grouping', 'builder'],
  ]);
  const { body } = sign(p, request(p.asked[0] ?? {}));
  expect(body).toMatch(/^\{"action":\{"type":"order","orders":\[\{"a":0,"b":true,"p":"1670.1","s":"0.0147","r":false,/);
});

test('the account is the vault’s, else the address’s, else the key’s own', () => {
  expect(ownerOf(account())).toBe(address);
  expect(ownerOf(account({ credentials: { address: vault.toUpperCase().replace('0X', '0x') } }))).toBe(vault);
  expect(ownerOf(account({ credentials: { address, vault } }))).toBe(vault);
});

test.each([
  ['its own key', address, { role: 'user' }, undefined],
  ['the key of its agent', vault, { role: 'agent', data: { user: vault } }, undefined],
  ['the key of another’s agent', vault, { role: 'agent', data: { user: address } }, 'auth'],
  ['the key of another account', vault, { role: 'user' }, 'auth'],
  ['an unknown key', vault, { role: 'missing' }, 'auth'],
])('an account with %s', async (_, owner, userRole, kind) => {
  const p = account({ credentials: { address: owner }, answers: { userRole, userAbstraction: 'disabled' } });
  const checked = checkAccount(p).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(await checked).toEqual(kind === undefined ? undefined : expect.objectContaining({ kind, outcome: 'refused' }));
});

test('an account whose collateral lies elsewhere than the option says is refused', async () => {
  const answers = { userRole: { role: 'user' }, userAbstraction: 'unifiedAccount' };
  await expect(checkAccount(account({ answers }))).rejects.toThrow('set the option unified to true');
  await expect(checkAccount(account({ answers, options: { unified: true } }))).resolves.toBeUndefined();
});
