import { createHash, createHmac } from 'node:crypto';
import { createRequire } from 'node:module';

import * as library from '@noble/secp256k1';

// The library has no hashes of its own. Those of OpenSSL are the same for whoever else uses it in this process.
library.hashes.sha256 ??= (data) => createHash('sha256').update(data).digest();
library.hashes.hmacSha256 ??= (key, data) => createHmac('sha256', key).update(data).digest();

/** Signs the 32 bytes of a hash (RFC 6979): 64 bytes and the recovery bit. */
export type SignHash = (hash: Uint8Array, scalar: Uint8Array) => Uint8Array;

let chosen: SignHash | undefined;

/** A private key of 64 hexadecimal digits. Throws a `TypeError` that does not show it. */
export function parseScalar(secret: string): Uint8Array {
  // Now, and not when the first order is to leave.
  chosen ??= loadNative() ?? signInScript;
  const scalar = Buffer.from(secret.replace(/^0x/, ''), 'hex');
  if (/^(?:0x)?[0-9a-f]{64}$/i.test(secret) && library.utils.isValidSecretKey(scalar)) return scalar;
  throw new TypeError('the secret is not a secp256k1 private key of 64 hexadecimal digits');
}

/** By native code where it is installed, which is several times as fast; the signature is the same. */
export const signHash: SignHash = (hash, scalar) => {
  if (hash.length !== 32) throw new TypeError(`${hash.length} bytes are not a hash of 32`);
  return (chosen ?? signInScript)(hash, scalar);
};

/** Uncompressed: 65 bytes. */
export function publicKeyOf(scalar: Uint8Array): Uint8Array {
  return library.getPublicKey(scalar, false);
}

export const signInScript: SignHash = (hash, scalar) => {
  // The library puts the recovery bit first.
  const [recovery = 0, ...rest] = library.sign(hash, scalar, { prehash: false, format: 'recovered' });
  return Uint8Array.from([...rest, recovery]);
};

/**
 * Signs by the package `secp256k1`, an optional peer; `undefined` where it is not installed, is of another major version than
 * the one that is known here, has no native code for this machine, or does not give the signature that it must.
 */
export function loadNative(load: (path: string) => unknown = createRequire(import.meta.url)): SignHash | undefined {
  try {
    if (!isVersion5(load('secp256k1/package.json'))) return undefined;
    // Its index would fall back to a slow implementation of its own.
    const native = load('secp256k1/bindings.js');
    if (!isNative(native)) return undefined;
    const sign: SignHash = (hash, scalar) => {
      const { signature, recid } = native.ecdsaSign(hash, scalar);
      return Uint8Array.of(...signature, recid);
    };
    const made = Buffer.from(sign(Buffer.from(proof.hash, 'hex'), Buffer.from(proof.key, 'hex'))).toString('hex');
    return made === proof.signature ? sign : undefined;
  } catch {
    return undefined;
  }
}

/** @see https://eips.ethereum.org/EIPS/eip-155#example: v is 37, which is 0 for chain 1 */
const proof = {
  key: '46'.repeat(32),
  hash: 'daf5a779ae972f972197303d7b574746c7ef83eadac0f2791ad23db92e4c8e53',
  signature:
    '28ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa63627667cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d8300',
} as const;

type Native = {
  readonly ecdsaSign: (
    hash: Uint8Array,
    scalar: Uint8Array,
  ) => { readonly signature: Uint8Array; readonly recid: number };
};

function isNative(found: unknown): found is Native {
  return typeof found === 'object' && found !== null && 'ecdsaSign' in found && typeof found.ecdsaSign === 'function';
}

function isVersion5(manifest: unknown): boolean {
  if (typeof manifest !== 'object' || manifest === null || !('version' in manifest)) return false;
  return String(manifest.version).startsWith('5.');
}
