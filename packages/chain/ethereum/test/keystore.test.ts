import { createCipheriv, scryptSync } from 'node:crypto';
import { inspect } from 'node:util';

import { createSigning, systemPorts } from '@hb/connector-core';
import { keccak256 } from 'viem';
import { privateKeyToAddress } from 'viem/accounts';
import { describe, expect, test } from 'vitest';

import { ethereum } from '../src/index.js';
import { openKeystore } from '../src/keystore.js';
import { account } from './support.js';

// https://ethereum.org/en/developers/docs/data-structures-and-encoding/web3-secret-storage#test-vectors, read 2026-11-26
const password = 'testpassword';
const key = '7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d';
const pbkdf2 = {
  crypto: {
    cipher: 'aes-128-ctr',
    cipherparams: { iv: '6087dab2f9fdbbfaddc31a909735c1e6' },
    ciphertext: '5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46',
    kdf: 'pbkdf2',
    kdfparams: {
      ...{ c: 262_144, dklen: 32, prf: 'hmac-sha256' },
      salt: 'ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd',
    },
    mac: '517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2',
  },
  ...{ id: '3198bc9c-6672-5ab3-d995-4942343ae5b6', version: 3 },
};
const scrypt = {
  crypto: {
    cipher: 'aes-128-ctr',
    cipherparams: { iv: '83dbcc02d8ccb40e466191a123791e0e' },
    ciphertext: 'd172bf743a674da9cdad04534d56926ef8358534d458fffccd4e6ad2fbde479c',
    kdf: 'scrypt',
    kdfparams: {
      ...{ dklen: 32, n: 262_144, p: 8, r: 1 },
      salt: 'ab0c7876052600dd703518d6fc3fe8984592145b591fc8fb5c6d43190334ba19',
    },
    mac: '2103ac29920d71da29f15d75b4a16dbe95cfd7ff8faea1056c33131d846e3097',
  },
  ...{ id: '3198bc9c-6672-5ab3-d995-4942343ae5b6', version: 3 },
};

/** As geth writes it, by other code; with less work, so that a test is short. */
function encrypt(word: string): { readonly version: 3; readonly Crypto: Record<string, unknown> } {
  const [salt, iv] = [Buffer.alloc(32, 7), Buffer.alloc(16, 9)];
  const derived = scryptSync(word, salt, 32, { N: 1_024, r: 8, p: 1 });
  const ciphertext = createCipheriv('aes-128-ctr', derived.subarray(0, 16), iv).update(key, 'hex');
  const mac = keccak256(Buffer.concat([derived.subarray(16), ciphertext])).slice(2);
  const kdfparams = { dklen: 32, n: 1_024, p: 1, r: 8, salt: salt.toString('hex') };
  const cipher = { cipher: 'aes-128-ctr', cipherparams: { iv: iv.toString('hex') } };
  return { version: 3, Crypto: { ...cipher, ciphertext: ciphertext.toString('hex'), kdf: 'scrypt', kdfparams, mac } };
}

describe('a keystore', () => {
  test.each([
    ['by pbkdf2', JSON.stringify(pbkdf2), password],
    ['by scrypt', JSON.stringify(scrypt), password],
    ['of geth', JSON.stringify(encrypt('pass wörd')), 'pass wörd'],
  ])('%s gives its key, which does not show', async (_, file, word) => {
    const privateKey = await openKeystore(file, word);
    expect(ethereum.toOwner(account({}, { credentials: { privateKey } }))).toBe(
      privateKeyToAddress(`0x${key}`).toLowerCase(),
    );
    expect(`${JSON.stringify({ privateKey })} ${inspect(privateKey)}`).not.toContain(key);
    expect(createSigning(systemPorts().crypto).publicKey(privateKey)).toHaveLength(65);
  });

  test('with a wrong password says so, and nothing else', async () => {
    await expect(openKeystore(JSON.stringify(encrypt('right')), 'wrong word')).rejects.toMatchObject({
      kind: 'auth',
      message: 'ethereum keystore: the password is wrong',
    });
  });

  const { Crypto: whole } = encrypt('x');
  test.each([
    ['that is no JSON', 'secret words'],
    ['of another version', JSON.stringify({ ...pbkdf2, version: 4 })],
    ['of another cipher', JSON.stringify({ version: 3, crypto: { ...whole, cipher: 'aes-256-gcm' } })],
    ['of another derivation', JSON.stringify({ version: 3, crypto: { ...whole, kdf: 'argon2id' } })],
    [
      'that would take all memory',
      JSON.stringify({
        version: 3,
        crypto: { ...whole, kdfparams: { dklen: 32, n: 2 ** 30, p: 1, r: 8, salt: '00' } },
      }),
    ],
    ['that would take for ever', JSON.stringify({ version: 3, crypto: { ...pbkdf2.crypto, kdfparams: { c: 1e9 } } })],
  ])('%s is refused', async (_, file) => {
    const opening = openKeystore(file, 'secret');
    await expect(opening).rejects.toMatchObject({ kind: 'invalid-request', outcome: 'not-sent' });
    await expect(opening).rejects.not.toThrow(/secret words/);
  });
});
