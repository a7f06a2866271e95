import { toHex, type Crypto, type Key } from '@hb/connector-core';
import type { FeePlan } from '@hb/connector-testkit';
import { keccak_256 } from '@noble/hashes/sha3.js';

import { packMembers } from './pack.js';

/** An account with the key of its own and those of its agents. A vault or sub-account has a leader in place of keys. */
export type EmulatedAccount = {
  /** What the engine calls it; the address when left out. */
  readonly name?: string;
  /** `{ USDC: '10000' }` */
  readonly balances: Readonly<Record<string, string>>;
  readonly fees?: FeePlan;
  readonly unified?: true;
} & (
  | { readonly privateKey: string; readonly agents?: readonly string[] }
  | { readonly address: string; readonly leader: string }
);

/** Who may do what. Addresses are in lower case. */
export type Authority = {
  /** What each account was opened with, by what the engine calls it. */
  readonly accounts: ReadonlyMap<string, EmulatedAccount>;
  /** What the engine calls the account of an address. */
  readonly accountOf: (address: string) => string | undefined;
  readonly addressOf: (account: string) => string;
  readonly roleOf: (address: string) => object;
  readonly isUnified: (address: string) => boolean;
  /** Who signed the action of this body: the account that the signature stands for, and the key's own address. */
  readonly signerOf: (body: string, sent: Sent) => Signer | undefined;
  readonly isLeader: (master: string, vault: string) => boolean;
};

type Signer = { readonly address: string; readonly master: string };
type Sent = {
  readonly nonce: string;
  readonly expiresAfter?: string | undefined;
  readonly vaultAddress?: string | null | undefined;
  readonly signature: { readonly r: string; readonly s: string; readonly v: string };
};
type Holder = Signer & { readonly key: Key };

export function createAuthority(crypto: Crypto, accounts: readonly EmulatedAccount[], isMainnet: boolean): Authority {
  const holders = accounts.flatMap((account) => toHolders(crypto, account));
  const byAddress = new Map(
    accounts.map((account) => {
      const address = 'leader' in account ? account.address.toLowerCase() : addressOfKey(crypto, account.privateKey);
      return [address, { ...account, account: account.name ?? address }];
    }),
  );
  const addresses = new Map([...byAddress].map(([address, { account }]) => [account, address]));
  const leaderOf = (address: string): string | undefined => {
    const account = byAddress.get(address);
    return account !== undefined && 'leader' in account ? account.leader.toLowerCase() : undefined;
  };
  return {
    accounts: new Map([...byAddress.values()].map((opened) => [opened.account, opened])),
    accountOf: (address) => byAddress.get(address)?.account,
    addressOf: (account) => addresses.get(account) ?? account,
    isUnified: (address) => byAddress.get(address)?.unified === true,
    isLeader: (master, vault) => leaderOf(vault) === master,
    roleOf: (address) => {
      const holder = holders.find((each) => each.address === address);
      if (holder !== undefined && holder.master !== address) return { role: 'agent', data: { user: holder.master } };
      const master = leaderOf(address);
      if (master !== undefined) return { role: 'subAccount', data: { master } };
      return { role: byAddress.has(address) ? 'user' : 'missing' };
    },
    signerOf: (body, sent) => {
      const digest = toDigest(body, sent, isMainnet);
      const { r, s, v } = sent.signature;
      const told = `${r.slice(2).padStart(64, '0')}${s.slice(2).padStart(64, '0')} ${v}`.toLowerCase();
      return holders.find(({ key }) => {
        const bytes = crypto.sign('secp256k1', key, digest);
        return `${toHex(bytes.subarray(0, 64))} ${27 + (bytes[64] ?? 0)}` === told;
      });
    },
  };
}

function toHolders(crypto: Crypto, account: EmulatedAccount): readonly Holder[] {
  if ('leader' in account) return [];
  const master = addressOfKey(crypto, account.privateKey);
  return [account.privateKey, ...(account.agents ?? [])].map((secret) => {
    return { address: addressOfKey(crypto, secret), master, key: crypto.key('secp256k1', secret) };
  });
}

/** https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/signing */
function toDigest(body: string, { nonce, expiresAfter, vaultAddress }: Sent, isMainnet: boolean): Uint8Array {
  const vault = typeof vaultAddress === 'string' ? `01${vaultAddress.slice(2)}` : '00';
  const expiry = expiresAfter === undefined ? '' : `00${toWord(expiresAfter, 16)}`;
  const action = toHex(Uint8Array.from(packMembers(body).get('action') ?? []));
  const connectionId = keccak(`${action}${toWord(nonce, 16)}${vault}${expiry}`);
  const agent = keccak(
    `${keccakText('Agent(string source,bytes32 connectionId)')}${keccakText(isMainnet ? 'a' : 'b')}${connectionId}`,
  );
  return fromHex(keccak(`1901${domain()}${agent}`));
}

function domain(): string {
  const type = 'EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)';
  return keccak(
    `${keccakText(type)}${keccakText('Exchange')}${keccakText('1')}${toWord('1337', 64)}${toWord('0', 64)}`,
  );
}

function addressOfKey(crypto: Crypto, secret: string): string {
  const point = crypto.publicKey(crypto.key('secp256k1', secret));
  return `0x${keccak(toHex(point.slice(1))).slice(24)}`;
}

function toWord(value: string, digits: number): string {
  return BigInt(value).toString(16).padStart(digits, '0');
}

function keccakText(text: string): string {
  return toHex(keccak_256(new TextEncoder().encode(text)));
}

function keccak(hex: string): string {
  return toHex(keccak_256(fromHex(hex)));
}

function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
