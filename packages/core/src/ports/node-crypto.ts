import { createPrivateKey, hash as digest, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { gunzipSync, inflateRawSync } from 'node:zlib';

import { createMac, type Mac } from './node-mac.js';
import { parseScalar, publicKeyOf, signHash } from './node-secp256k1.js';
import type { Crypto, Key, KeyKind } from './ports.js';

/**
 * HMAC, Ed25519 and inflation by the machine's OpenSSL and zlib. OpenSSL draws a random number for each secp256k1 signature
 * and has no recovery bit, so those come from a library. What they throw never shows a secret.
 */
export function createNodeCrypto(): Crypto {
  const objects = new WeakMap<Key, KeyObject>();
  const macs = new WeakMap<Key, Mac>();
  const scalars = new WeakMap<Key, Uint8Array>();

  return {
    key: (kind, secret) => {
      const key: Key = Object.freeze({ kind });
      if (kind === 'secp256k1') scalars.set(key, parseScalar(secret));
      else if (kind === 'hmac') macs.set(key, parseMac(secret));
      else objects.set(key, parseEd25519(secret));
      return key;
    },
    hash: (hash, text) => digest(hash, text, 'buffer'),
    hmac: (hash, key, text) => find(macs, key, 'hmac').bytes(hash, text),
    hmacHex: (hash, key, text) => find(macs, key, 'hmac').hex(hash, text),
    sign: (kind, key, data) =>
      kind === 'ed25519' ? sign(null, data, find(objects, key, kind)) : signHash(data, find(scalars, key, kind)),
    publicKey: (key) => publicKeyOf(find(scalars, key, 'secp256k1')),
    inflate: (kind, data, maxBytes) => inflate(kind, data, maxBytes),
  };
}

function find<T>(keys: WeakMap<Key, T>, key: Key, kind: KeyKind): T {
  const held = key.kind === kind ? keys.get(key) : undefined;
  if (held === undefined) throw new TypeError(`not a key for ${kind}`);
  return held;
}

function parseMac(secret: string): Mac {
  if (secret === '') throw new TypeError('the secret is empty');
  return createMac(secret);
}

function parseEd25519(secret: string): KeyObject {
  const key = readPrivateKey(secret);
  if (key?.asymmetricKeyType === 'ed25519') return key;
  throw new TypeError('the secret is not an Ed25519 private key in PEM (-----BEGIN PRIVATE KEY-----)');
}

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
