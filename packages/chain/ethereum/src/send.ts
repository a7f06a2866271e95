import { ConnectorError, toHex, type ChainSpec, type Private, type Secret } from '@hb/connector-core';
import * as v from 'valibot';
import { getAddress, hexToBytes, keccak256, recoverAddress, serializeTransaction } from 'viem/utils';

import type { Call } from './call.js';
import type { Plan } from './fees.js';
import type { Options } from './options.js';
import { ask, endpoints, Quantity } from './rpc.js';

/** One of the two. */
export type Credentials = { readonly privateKey?: Secret; readonly signer?: Signer };

/** Something that signs without showing its key. A signature is r, s and the recovery bit, 65 bytes. */
export type Signer = HashSigner | TransactionSigner;

/** A service that signs what it is given. */
export type HashSigner = {
  readonly address: string;
  readonly sign: (hash: Uint8Array) => Promise<Uint8Array>;
};

/** A hardware wallet: it reads what it signs, and shows it. */
export type TransactionSigner = {
  readonly address: string;
  /** Gets the transaction as it is before it is signed: 2 and the list of its fields; that list alone where fees are legacy. @see https://eips.ethereum.org/EIPS/eip-1559 */
  readonly signTransaction: (unsigned: Uint8Array) => Promise<Uint8Array>;
};

type Spec = ChainSpec<Options, Credentials, Call, Plan>;

/** The address of the key, in lower case. @see https://ethereum.org/en/developers/docs/accounts#account-creation */
export const toOwner: Spec['toOwner'] = ({ credentials, crypto }) => {
  const { privateKey, signer } = credentials;
  if (signer !== undefined && privateKey === undefined) return getAddress(signer.address).toLowerCase();
  if (privateKey === undefined || signer !== undefined) throw wrongCredentials(credentials);
  return `0x${keccak256(crypto.publicKey(privateKey).subarray(1)).slice(-40)}`;
};

/** Counts what waits to be included. @see https://ethereum.org/en/developers/docs/apis/json-rpc#eth_gettransactioncount */
export const fetchNonce: Spec['fetchNonce'] = async (p, owner) =>
  Number(await ask(p, ['eth_getTransactionCount', owner, 'pending'], v.parser(Quantity)));

/** @see https://eips.ethereum.org/EIPS/eip-1559, https://eips.ethereum.org/EIPS/eip-155 */
export const signTransaction: Spec['signTransaction'] = async (p, { to, data, value = 0n, ...plan }, nonce) => {
  const call = { to: getAddress(to), data, value, nonce };
  const transaction =
    'gasPrice' in plan ? { type: 'legacy' as const, ...call, ...plan } : { type: 'eip1559' as const, ...call, ...plan };
  const signature = await sign(p, hexToBytes(serializeTransaction(transaction)));
  const yParity = signature[64] === 1 ? 1 : 0;
  const raw = serializeTransaction(transaction, {
    r: `0x${toHex(signature.subarray(0, 32))}`,
    s: `0x${toHex(signature.subarray(32, 64))}`,
    ...{ yParity, v: BigInt(27 + yParity) },
  });
  return { hash: keccak256(raw), raw, nonce };
};

/** @see https://ethereum.org/en/developers/docs/apis/json-rpc#eth_sendrawtransaction */
export const broadcast: Spec['broadcast'] = (p, { raw }) =>
  ask(p, ['eth_sendRawTransaction', raw], () => undefined, endpoints.send);

async function sign({ credentials, crypto }: Private<Options, Credentials>, unsigned: Uint8Array): Promise<Uint8Array> {
  const { privateKey, signer } = credentials;
  const hash = hexToBytes(keccak256(unsigned));
  if (privateKey !== undefined) return crypto.secp256k1(privateKey, hash);
  if (signer === undefined) throw wrongCredentials(credentials);
  const signature = await ('sign' in signer ? signer.sign(hash) : signer.signTransaction(unsigned));
  await checkSignature(signer.address, hash, signature);
  return signature;
}

/** Another account would pay, and under a nonce of its own: a device that was changed, or another of its accounts. */
async function checkSignature(address: string, hash: Uint8Array, signature: Uint8Array): Promise<void> {
  const isWhole = signature.length === 65 && (signature[64] === 0 || signature[64] === 1);
  const signedBy = isWhole ? await recoverAddress({ hash, signature }).catch(() => undefined) : undefined;
  if (signedBy?.toLowerCase() === address.toLowerCase()) return;
  const message = signedBy === undefined ? 'what the signer gave is no signature' : `it was signed by ${signedBy}`;
  throw new ConnectorError(message, { kind: 'auth', outcome: 'not-sent', operation: 'ethereum sign' });
}

function wrongCredentials({ privateKey }: Credentials): ConnectorError {
  const message = `needs privateKey or signer and has ${privateKey === undefined ? 'neither' : 'both'}`;
  return new ConnectorError(message, { kind: 'auth', outcome: 'not-sent', operation: 'ethereum sign' });
}
