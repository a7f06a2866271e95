import type { Crypto, Key } from '@hb/connector-core';

import type { Engine, FeePlan } from '../engine/types.js';

/** An account with one API key: HMAC with a secret, Ed25519 with a private key as PKCS#8 PEM. */
export type VenueAccount = {
  readonly apiKey: string;
  /** Of venues that ask for a third secret. */
  readonly passphrase?: string;
  /** `{ BTC: '1', USDT: '60000' }`. */
  readonly balances: Readonly<Record<string, string>>;
  /** What the engine calls it; the key when left out. */
  readonly name?: string;
  /** True when left out. */
  readonly canTrade?: boolean;
  /** False when left out. */
  readonly canWithdraw?: boolean;
  /** The venue's usual fees when left out. */
  readonly fees?: FeePlan;
} & ({ readonly apiSecret: string } | { readonly privateKey: string });

/** An API key of an account, with what its signatures are compared against. */
export type ApiKey = {
  readonly apiKey: string;
  readonly account: string;
  readonly canTrade: boolean;
  readonly canWithdraw: boolean;
  readonly passphrase: string | undefined;
  /** HMAC, or Ed25519 whose signatures of a text are always the same: the venue signs too and compares. */
  readonly signer: Key;
};

/** What the engine calls an account: its name, or its key where it has none. */
export function accountName({ name, apiKey }: Pick<VenueAccount, 'name' | 'apiKey'>): string {
  return name ?? apiKey;
}

/** Gives every account its fees and its balances, and returns their keys by name. Throws a `RangeError` for what is malformed. */
export function openAccounts(
  { engine, crypto }: { readonly engine: Engine; readonly crypto: Crypto },
  accounts: readonly VenueAccount[],
  usual: FeePlan,
): ReadonlyMap<string, ApiKey> {
  for (const account of accounts) {
    engine.setFees(accountName(account), account.fees ?? usual);
    for (const [asset, amount] of Object.entries(account.balances)) engine.deposit(accountName(account), asset, amount);
  }
  return new Map(accounts.map((account) => [account.apiKey, toKey(crypto, account)]));
}

function toKey(crypto: Crypto, account: VenueAccount): ApiKey {
  const { apiKey, passphrase, canTrade = true, canWithdraw = false } = account;
  const signer =
    'apiSecret' in account ? crypto.key('hmac', account.apiSecret) : crypto.key('ed25519', account.privateKey);
  return { apiKey, account: accountName(account), canTrade, canWithdraw, passphrase, signer };
}
