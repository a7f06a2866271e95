import { ConnectorError, toHex, type ChainSpec, type Private, type Secret } from '@hb/connector-core';
import * as v from 'valibot';
import { getAddress, hexToBytes, keccak256, serializeTransaction } from 'viem/utils';

import type { Call } from './call.js';
import type { Plan } from './fees.js';
import type { Options } from './options.js';
import { ask, endpoints, Quantity } from './rpc.js';

/** One of the two. */
export type Credentials = { readonly privateKey?: Secret; readonly signer?: Signer };

/** Something that signs without showing its key: a hardware wallet, a service. */
export type Signer = {
  readonly address: string;
  /** r, s and the recovery bit of the hash's signature, 65 bytes. */
  readonly sign: (hash: Uint8Array) => Promise<Uint8Array>;
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

/** @see https://eips.ethereum.org/EIPS/eip-1559 */
export const signTransaction: Spec['signTransaction'] = async (p, { to, data, value = 0n, ...plan }, nonce) => {
  const transaction = { type: 'eip1559', to: getAddress(to), data, value, nonce, ...plan } as const;
  const hash = hexToBytes(keccak256(serializeTransaction(transaction)));
  const signature = await sign(p, hash);
  const raw = serializeTransaction(transaction, {
    r: `0x${toHex(signature.subarray(0, 32))}`,
    s: `0x${toHex(signature.subarray(32, 64))}`,
    yParity: signature[64] === 1 ? 1 : 0,
  });
  return { hash: keccak256(raw), raw, nonce };
};

/** @see https://ethereum.org/en/developers/docs/apis/json-rpc#eth_sendrawtransaction */
export const broadcast: Spec['broadcast'] = (p, { raw }) =>
  ask(p, ['eth_sendRawTransaction', raw], () => undefined, endpoints.send);

async function sign({ credentials, crypto }: Private<Options, Credentials>, hash: Uint8Array): Promise<Uint8Array> {
  const { privateKey, signer } = credentials;
  if (privateKey !== undefined) return crypto.secp256k1(privateKey, hash);
  if (signer !== undefined) return signer.sign(hash);
  throw wrongCredentials(credentials);
}

function wrongCredentials({ privateKey }: Credentials): ConnectorError {
  const message = `needs privateKey or signer and has ${privateKey === undefined ? 'neither' : 'both'}`;
  return new ConnectorError(message, { kind: 'auth', outcome: 'not-sent', operation: 'ethereum sign' });
}
