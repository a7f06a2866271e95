import { createHmac } from 'node:crypto';
import { inspect } from 'node:util';
import { deflateRawSync, gzipSync } from 'node:zlib';

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { createNodeCrypto } from '../src/ports/node-crypto.js';

const crypto = createNodeCrypto();

// The second key of https://www.rfc-editor.org/rfc/rfc8032#section-7.1
const seed = 'c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7';

function ed25519Pem(): string {
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.from(seed, 'hex')]);
  return `-----BEGIN PRIVATE KEY-----\n${der.toString('base64')}\n-----END PRIVATE KEY-----\n`;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

describe('hmac', () => {
  // https://www.rfc-editor.org/rfc/rfc4231#section-4.3
  test.each([
    ['sha256', '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'],
    [
      'sha512',
      '164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737',
    ],
  ] as const)('%s gives the vector of the standard', (hash, expected) => {
    const key = crypto.key('hmac', 'Jefe');
    expect(hex(crypto.hmac(hash, key, 'what do ya want for nothing?'))).toBe(expected);
    expect(crypto.hmacHex(hash, key, 'what do ya want for nothing?')).toBe(expected);
  });
});

test('hmac is what OpenSSL makes of any key and any texts, one after the other', () => {
  const text = fc.string({ unit: 'binary', maxLength: 2_000 });
  const key = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(fc.constantFrom('sha256', 'sha512'), key, fc.array(text), (hash, secret, texts) => {
      const ours = crypto.key('hmac', secret);
      const made = texts.flatMap((each) => [hex(crypto.hmac(hash, ours, each)), crypto.hmacHex(hash, ours, each)]);
      const digest = (each: string) => createHmac(hash, secret).update(each).digest('hex');
      expect(made).toEqual(texts.flatMap((each) => [digest(each), digest(each)]));
    }),
  );
});

// https://csrc.nist.gov/projects/cryptographic-standards-and-guidelines/example-values (SHA-256 and SHA-512 of "abc")
test.each([
  ['sha256', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  [
    'sha512',
    'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
  ],
] as const)('%s gives the vector of the standard', (hash, expected) => {
  expect(hex(crypto.hash(hash, 'abc'))).toBe(expected);
});

test('ed25519 gives the vector of the standard', () => {
  const key = crypto.key('ed25519', ed25519Pem());
  expect(hex(crypto.sign('ed25519', key, Buffer.from('af82', 'hex')))).toBe(
    '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
  );
});

describe('secp256k1', () => {
  test('gives the vector of the standard, with the recovery bit at the end', () => {
    // https://eips.ethereum.org/EIPS/eip-155#example: v is 37, which is 0 for chain 1
    const key = crypto.key('secp256k1', `0x${'46'.repeat(32)}`);
    const hash = Buffer.from('daf5a779ae972f972197303d7b574746c7ef83eadac0f2791ad23db92e4c8e53', 'hex');
    const r = '28ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276';
    const s = '67cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d83';
    expect(hex(crypto.sign('secp256k1', key, hash))).toBe(`${r}${s}00`);
  });

  test('has the generator as the public key of 1', () => {
    // https://www.secg.org/sec2-v2.pdf, 2.4.1
    const x = '79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798';
    const y = '483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8';
    expect(hex(crypto.publicKey(crypto.key('secp256k1', '1'.padStart(64, '0'))))).toBe(`04${x}${y}`);
  });

  test('signs a hash and nothing else', () => {
    const key = crypto.key('secp256k1', '46'.repeat(32));
    expect(() => crypto.sign('secp256k1', key, new Uint8Array(31))).toThrow('31 bytes are not a hash of 32');
  });
});

describe('a secret that is no key', () => {
  test.each([
    ['hmac', '', 'the secret is empty'],
    ['ed25519', 'canary', 'the secret is not an Ed25519 private key in PEM'],
    ['secp256k1', `canary${'4'.repeat(58)}`, 'the secret is not a secp256k1 private key of 64 hexadecimal digits'],
    ['secp256k1', '0'.repeat(64), 'the secret is not a secp256k1 private key of 64 hexadecimal digits'],
    ['ed25519', ed25519Pem().replace('MC4C', 'canary'), 'the secret is not an Ed25519 private key in PEM'],
  ] as const)('for %s is refused without showing it', (kind, secret, problem) => {
    try {
      crypto.key(kind, secret);
      expect.unreachable();
    } catch (error) {
      expect(inspect(error, { showHidden: true, depth: 9 })).toContain(problem);
      expect(inspect(error, { showHidden: true, depth: 9 })).not.toContain('canary');
    }
  });

  test('because it is of another kind is refused', () => {
    const key = crypto.key('hmac', 'canary');
    expect(() => crypto.sign('ed25519', key, new Uint8Array())).toThrow('not a key for ed25519');
    expect(() => crypto.hmac('sha256', { kind: 'hmac' }, '')).toThrow('not a key for hmac');
    expect(() => crypto.sign('secp256k1', key, new Uint8Array(32))).toThrow('not a key for secp256k1');
  });
});

test('a key shows its kind alone', () => {
  expect(inspect(crypto.key('hmac', 'canary'), { showHidden: true })).toBe("{ kind: 'hmac' }");
});

describe('inflate', () => {
  const data = Buffer.from('{"a":1}');

  test('gives what was compressed', () => {
    expect(Buffer.from(crypto.inflate('gzip', gzipSync(data), 7)).toString()).toBe('{"a":1}');
    expect(Buffer.from(crypto.inflate('deflate-raw', deflateRawSync(data), 7)).toString()).toBe('{"a":1}');
  });

  test('stops at the limit', () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    expect(() => crypto.inflate('gzip', bomb, 1_000)).toThrow(new RangeError('more than 1000 bytes when inflated'));
  });

  test('refuses what is not compressed, or is cut short', () => {
    expect(() => crypto.inflate('gzip', data, 100)).toThrow(new TypeError('7 bytes that are not gzip'));
    expect(() => crypto.inflate('gzip', gzipSync(data).subarray(0, 15), 100)).toThrow(TypeError);
    expect(() => crypto.inflate('deflate-raw', Buffer.from([0xff]), 100)).toThrow(TypeError);
  });
});
