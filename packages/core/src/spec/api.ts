import type { Market, UnixMs } from '../model/market.js';
import type { Endpoint, Params, Read } from './endpoint.js';

/** All that a parser may see. */
export type Look<O> = {
  readonly options: O;
  readonly market: (symbol: string) => Market | undefined;
};

/** What a venue's public functions are handed. */
export type Public<O> = Look<O> & {
  /** Waits for the rate limit, signs where the endpoint asks for it, sends once, judges, decodes. */
  readonly call: <T>(at: Endpoint, params: Params, read: Read<T>) => Promise<T>;
  /** Venue time. */
  readonly now: () => UnixMs;
  /** The chain's height, where the spec has `fetchHeight`. */
  readonly height: () => number | undefined;
  /** One of the spec's environments: `live`. */
  readonly environment: string;
  /** The address of one of the environment's hosts, `https://…`. Throws a `TypeError` for a name that it does not have. */
  readonly host: (name: string) => string;
};

/** What a venue's private functions are handed. */
export type Private<O, C> = Public<O> & {
  readonly credentials: C;
  /** Strictly rising, from one run to the next too. Venue time in ms, or ahead of it when the clock has stepped back. */
  readonly nonce: () => number;
  readonly crypto: Signing;
};

/** A secret that prints as `[secret]`; only `Signing` can use it. */
export type Secret = { readonly type: 'secret' };

/** Signs with a secret without showing it. Keys are parsed once. */
export type Signing = {
  /** Of a body that a signature covers by its hash. */
  readonly hash: (hash: 'sha256' | 'sha512', text: string) => Uint8Array;
  /** `text` may be a secret itself, such as a passphrase that travels only as its hash. */
  readonly hmac: (hash: 'sha256' | 'sha512', secret: Secret, text: string | Secret) => Uint8Array;
  /** The same in lower-case hexadecimal, as most venues ask for it. */
  readonly hmacHex: (hash: 'sha256' | 'sha512', secret: Secret, text: string | Secret) => string;
  /** `secret` is a PKCS#8 PEM. */
  readonly ed25519: (secret: Secret, data: Uint8Array) => Uint8Array;
  /** `secret` is 64 hexadecimal digits, `hash` has 32 bytes: r, s and the recovery bit, 65 bytes. */
  readonly secp256k1: (secret: Secret, hash: Uint8Array) => Uint8Array;
  /** Of a `secp256k1` secret, uncompressed: 65 bytes that begin with 4. */
  readonly publicKey: (secret: Secret) => Uint8Array;
};

/** Credentials as a user passes them: text, or a secret that was sealed before, where the venue's functions see a secret. */
export type CredentialsInput<C> = { readonly [K in keyof C]: C[K] extends Secret | undefined ? string | Secret : C[K] };
