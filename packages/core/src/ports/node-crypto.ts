import { createHmac, createPrivateKey, createSecretKey, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { gunzipSync, inflateRawSync } from 'node:zlib';

import type { Crypto, Key, KeyKind } from './ports.js';

/** Signatures and inflation by the machine's OpenSSL and zlib. What they throw never shows a secret. */
export function createNodeCrypto(): Crypto {
  const objects = new WeakMap<Key, KeyObject>();

  function objectOf(key: Key, kind: KeyKind): KeyObject {
    const object = objects.get(key);
    if (object === undefined || key.kind !== kind) throw new TypeError(`not a key for ${kind}`);
    return object;
  }

  return {
    key: (kind, secret) => {
      const key: Key = Object.freeze({ kind });
      objects.set(key, parse[kind](secret));
      return key;
    },
    hmac: (hash, key, text) => createHmac(hash, objectOf(key, 'hmac')).update(text).digest(),
    sign: (kind, key, data) => sign(null, data, objectOf(key, kind)),
    inflate: (kind, data, maxBytes) => inflate(kind, data, maxBytes),
  };
}

const parse: Readonly<Record<KeyKind, (secret: string) => KeyObject>> = {
  hmac: (secret) => {
    if (secret === '') throw new TypeError('the secret is empty');
    return createSecretKey(secret, 'utf8');
  },
  ed25519: (secret) => {
    const key = readPrivateKey(secret);
    if (key?.asymmetricKeyType === 'ed25519') return key;
    throw new TypeError('the secret is not an Ed25519 private key in PEM (-----BEGIN PRIVATE KEY-----)');
  },
};

function readPrivateKey(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    // What OpenSSL says may quote its input.
    return undefined;
  }
}

function inflate(kind: 'gzip' | 'deflate-raw', data: Uint8Array, maxBytes: number): Uint8Array {
  try {
    return (kind === 'gzip' ? gunzipSync : inflateRawSync)(data, { maxOutputLength: maxBytes });
  } catch (cause) {
    if (cause instanceof RangeError) throw new RangeError(`more than ${maxBytes} bytes when inflated`, { cause });
    throw new TypeError(`${data.length} bytes that are not ${kind}`, { cause });
  }
}
