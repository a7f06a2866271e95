import { ConnectorError, createSecret, decodeJson, toHex, toUtf8, type Secret } from '@hb/connector-core';
import { ctr } from '@noble/ciphers/aes.js';
import { pbkdf2Async } from '@noble/hashes/pbkdf2.js';
import { scryptAsync } from '@noble/hashes/scrypt.js';
import { sha256 } from '@noble/hashes/sha2.js';
import * as v from 'valibot';
import { hexToBytes, keccak256 } from 'viem/utils';

const Bytes = v.pipe(
  v.string(),
  v.regex(/^(?:0x)?(?:[0-9a-f]{2})+$/i),
  v.transform((text) => hexToBytes(`0x${text.replace(/^0x/, '')}`)),
);
const Count = v.pipe(v.string(), v.transform(Number), v.integer(), v.minValue(1));
const Length = v.pipe(v.string(), v.literal('32'));
/** A file that asks for more than that is not meant to be opened: geth's own take 256 MiB. */
const mostMemory = 1_073_741_824;
const mostRounds = 10_000_000;

const Scrypt = v.object({
  kdf: v.literal('scrypt'),
  kdfparams: v.pipe(
    v.object({ dklen: Length, n: Count, p: Count, r: Count, salt: Bytes }),
    v.check(({ n, r, p }) => 128 * n * r <= mostMemory && p <= 64, 'asks for too much work'),
  ),
});
const Pbkdf2 = v.object({
  kdf: v.literal('pbkdf2'),
  kdfparams: v.object({
    ...{ dklen: Length, prf: v.literal('hmac-sha256'), salt: Bytes },
    c: v.pipe(Count, v.maxValue(mostRounds, 'asks for too much work')),
  }),
});
const encrypted = {
  cipher: v.literal('aes-128-ctr'),
  cipherparams: v.object({ iv: Bytes }),
  ciphertext: Bytes,
  mac: Bytes,
};
const Encrypted = v.variant('kdf', [
  v.object({ ...encrypted, ...Scrypt.entries }),
  v.object({ ...encrypted, ...Pbkdf2.entries }),
]);
type Encrypted = v.InferOutput<typeof Encrypted>;

/** Old files of geth spell it `Crypto`. */
const File = v.union([
  v.pipe(
    v.object({ version: v.literal('3'), crypto: Encrypted }),
    v.transform((file) => file.crypto),
  ),
  v.pipe(
    v.object({ version: v.literal('3'), Crypto: Encrypted }),
    v.transform((file) => file.Crypto),
  ),
]);

/**
 * The private key in an encrypted keystore of version 3, as wallets and geth write them, for `credentials.privateKey`.
 * `file` is the text of the file. Takes about a second, and some 256 MB, which is what protects a weak password.
 * Rejects with `auth` for a wrong password, and with `invalid-request` for a file that is no such keystore.
 * @see https://ethereum.org/en/developers/docs/data-structures-and-encoding/web3-secret-storage
 */
export async function openKeystore(file: string, password: string): Promise<Secret> {
  const keystore = read(file);
  const key = await derive(keystore, toUtf8(password));
  const mac = keccak256(Uint8Array.from([...key.subarray(16, 32), ...keystore.ciphertext]));
  if (mac !== `0x${toHex(keystore.mac)}`) throw failure('auth', 'the password is wrong');
  const privateKey = ctr(key.subarray(0, 16), keystore.cipherparams.iv).decrypt(keystore.ciphertext);
  if (privateKey.length !== 32) throw failure('invalid-request', 'what is in it is no private key');
  return createSecret(toHex(privateKey));
}

function read(file: string): Encrypted {
  try {
    return v.parse(File, decodeJson(file));
  } catch {
    // What is wrong with it may quote it.
    throw failure('invalid-request', 'not an encrypted keystore of version 3, by scrypt or pbkdf2 and aes-128-ctr');
  }
}

function derive(keystore: Encrypted, password: Uint8Array): Promise<Uint8Array> {
  if (keystore.kdf === 'pbkdf2') {
    const { c, salt } = keystore.kdfparams;
    return pbkdf2Async(sha256, password, salt, { c, dkLen: 32 });
  }
  const { n: N, r, p, salt } = keystore.kdfparams;
  return scryptAsync(password, salt, { N, r, p, dkLen: 32, maxmem: 2 * mostMemory });
}

function failure(kind: 'auth' | 'invalid-request', message: string): ConnectorError {
  return new ConnectorError(message, { kind, outcome: 'not-sent', operation: 'ethereum keystore' });
}
