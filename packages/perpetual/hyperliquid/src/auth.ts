import { ConnectorError, encodeJson, toHex, toMessagePack, toUtf8 } from '@hb/connector-core';
import type { Private, Secret, WireRequest } from '@hb/connector-core';
import { keccak_256 } from '@noble/hashes/sha3.js';
import * as v from 'valibot';

import { endpoints, type Options } from './endpoints.js';
import * as wire from './wire.js';

/** The key of an account, or of an agent (API wallet) with the account's address; for a vault or sub-account its address too. @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/nonces-and-api-wallets */
export type Credentials = { readonly privateKey: Secret; readonly address?: string; readonly vault?: string };
export type Account = Private<Options, Credentials>;

/** Whose orders, positions and balances these are: `0x5e9e…`. @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/exchange-endpoint#subaccounts-and-vaults */
export function ownerOf(p: Account): string {
  return (p.credentials.vault ?? p.credentials.address ?? signerOf(p)).toLowerCase();
}

/**
 * Throws unless the key is the account's own or its agent's, for the venue would trade for any other, and unless
 * the account is unified where the option says so. @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint#query-a-users-role, https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint#query-a-users-abstraction-state
 */
export async function checkAccount(p: Account): Promise<void> {
  const signer = signerOf(p);
  const address = p.credentials.address?.toLowerCase() ?? signer;
  const told = await p.call(endpoints.userRole, { type: 'userRole', user: signer }, v.parser(wire.Role));
  const master = told.role === 'agent' ? told.data?.user?.toLowerCase() : signer;
  if (master !== address) throw refusal('auth', `the key of ${signer} is neither ${address}'s nor that of its agent`);
  const params = { type: 'userAbstraction', user: ownerOf(p) };
  const mode = await p.call(endpoints.userAbstraction, params, v.parser(wire.Abstraction));
  if (['unifiedAccount', 'portfolioMargin'].includes(mode) === p.options.unified) return;
  throw refusal('invalid-request', `the account is in mode ${mode}: set the option unified to ${!p.options.unified}`);
}

function refusal(kind: 'auth' | 'invalid-request', message: string): ConnectorError {
  return new ConnectorError(message, { kind, outcome: 'refused', operation: 'hyperliquid_perpetual start' });
}

/** Signs the action in the body, as it stands there, with a nonce of this moment. @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/signing */
export function sign(p: Account, request: WireRequest): WireRequest {
  const [, action = '{}', expires] = envelope.exec(request.body) ?? [];
  const nonce = p.nonce();
  const vaultAddress = p.credentials.vault?.toLowerCase();
  const vault = vaultAddress === undefined ? Uint8Array.of(0) : Uint8Array.of(1, ...toBytes(vaultAddress, 20));
  const expiry = Uint8Array.of(...(expires === undefined ? [] : [0, ...toBytes(expires, 8)]));
  const connectionId = hash(toMessagePack(action), toBytes(nonce, 8), vault, expiry);
  const bytes = p.crypto.secp256k1(p.credentials.privateKey, toDigest(p.environment, connectionId));
  const signature = { r: toWord(bytes.subarray(0, 32)), s: toWord(bytes.subarray(32, 64)), v: 27 + (bytes[64] ?? 0) };
  const expiresAfter = expires === undefined ? undefined : Number(expires);
  const rest = encodeJson({ nonce, signature, vaultAddress, expiresAfter }).slice(1);
  return { ...request, body: `{"action":${action},${rest}` };
}

/** `{ "action": { … }, "expiresAfter": 1705234867890 }`, the second only where the action may expire. */
const envelope = /^\{"action":(\{.*\})(?:,"expiresAfter":(\d+))?\}$/s;

/** EIP-712 of an agent, whose source is `a` on the main and `b` on the test network. @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/signing */
function toDigest(environment: string, connectionId: Uint8Array): Uint8Array {
  return hash(prefix, hash(agentType, environment === 'live' ? sources.main : sources.test, connectionId));
}

const signerOf = ({ crypto, credentials }: Account): string =>
  toWord(hash(crypto.publicKey(credentials.privateKey).subarray(1)).subarray(12));

const hash = (...parts: readonly Uint8Array[]): Uint8Array =>
  parts.reduce((hashed, part) => hashed.update(part), keccak_256.create()).digest();
const hashText = (text: string): Uint8Array => hash(toUtf8(text));

/** Big-endian. */
function toBytes(value: string | number, size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, at) => Number((BigInt(value) >> BigInt(8 * (size - 1 - at))) & 0xffn));
}

const toWord = (bytes: Uint8Array): string => `0x${toHex(bytes)}`;

// The same for every action, and therefore hashed once.
const domainType = hashText('EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)');
const domain = hash(domainType, hashText('Exchange'), hashText('1'), toBytes(1_337, 32), toBytes(0, 32));
const prefix = Uint8Array.of(0x19, 0x01, ...domain);
const agentType = hashText('Agent(string source,bytes32 connectionId)');
const sources = { main: hashText('a'), test: hashText('b') };
