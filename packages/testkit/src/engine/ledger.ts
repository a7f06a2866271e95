import type { EngineBalance } from './types.js';

/** Where deposits come from and withdrawals go to; its balance is what all others hold, negated. */
export const outside = '@outside';

/** Collects fees and pays rebates. */
export const feeAccount = '@fees';

/** Through which profits and losses of perpetuals pass; what it owes, all open positions have cost. */
export const clearing = '@clearing';

/** Pays what bankrupt accounts cannot, and takes over their positions. */
export const insuranceFund = '@insurance';

/** One half of a change: an account's free or locked part of an asset moves by `amount`. */
export type Posting = {
  readonly account: string;
  readonly asset: string;
  readonly part: 'free' | 'locked';
  readonly amount: bigint;
};

export type Ledger = {
  /** Books postings that sum to zero in every asset. Throws when they do not, or when an account that has to be covered would fall below zero. */
  readonly enter: (postings: readonly Posting[]) => void;
  readonly balance: (account: string, asset: string) => EngineBalance;
  readonly balances: (account: string) => readonly EngineBalance[];
  readonly accounts: () => Iterable<string>;
  /** The balances that changed since the last call, by account. */
  readonly changes: () => readonly Change[];
};

type Change = { readonly account: string; readonly balances: readonly EngineBalance[] };

type Holding = { readonly asset: string; free: bigint; locked: bigint; hasChanged: boolean };

type Account = { readonly name: string; readonly assets: Map<string, Holding>; readonly changed: Holding[] };

/** On margin, a wallet may fall below zero while open positions make up for it. */
export type LedgerRule = 'covered' | 'margin';

/** Double entry: no value appears or disappears, whatever the engine above does. */
export function createLedger(rule: LedgerRule = 'covered'): Ledger {
  const accounts = new Map<string, Account>();
  const changed = new Set<Account>();

  function open(name: string): Account {
    const account = { name, assets: new Map<string, Holding>(), changed: [] };
    accounts.set(name, account);
    return account;
  }
  function post({ account: name, asset, part, amount }: Posting): void {
    const account = accounts.get(name) ?? open(name);
    const held = account.assets.get(asset) ?? addHolding(account, asset);
    held[part] += amount;
    if (isSystem(name) || held.hasChanged) return;
    held.hasChanged = true;
    account.changed.push(held);
    changed.add(account);
  }
  function enter(postings: readonly Posting[]): void {
    assertZeroSum(postings);
    for (const posting of postings) post(posting);
    if (rule === 'margin') return;
    for (const { account, asset } of postings) assertCovered(account, accounts.get(account)?.assets.get(asset));
  }
  function changes(): readonly Change[] {
    const found = Array.from(changed, takeChange);
    changed.clear();
    return found;
  }

  return {
    enter,
    balance: (account, asset) => {
      const { free = 0n, locked = 0n } = accounts.get(account)?.assets.get(asset) ?? {};
      return { asset, free, locked };
    },
    balances: (account) => Array.from(accounts.get(account)?.assets.values() ?? [], toBalance),
    accounts: () => accounts.keys(),
    changes,
  };
}

export function isSystem(account: string): boolean {
  return account.startsWith('@');
}

function assertZeroSum(postings: readonly Posting[]): void {
  for (const { asset } of postings) {
    let sum = 0n;
    for (const posting of postings) if (posting.asset === asset) sum += posting.amount;
    if (sum !== 0n) throw new Error(`${sum} of ${asset} would appear from nowhere`);
  }
}

function assertCovered(account: string, held: Holding | undefined): void {
  if (held === undefined || isSystem(account) || (held.free >= 0n && held.locked >= 0n)) return;
  throw new Error(`${account} would hold ${held.free} free and ${held.locked} locked of ${held.asset}`);
}

function addHolding(account: Account, asset: string): Holding {
  const held = { asset, free: 0n, locked: 0n, hasChanged: false };
  account.assets.set(asset, held);
  return held;
}

function takeChange({ name, changed }: Account): Change {
  const balances = changed.map(toBalance);
  for (const held of changed) held.hasChanged = false;
  changed.length = 0;
  return { account: name, balances };
}

function toBalance({ asset, free, locked }: Holding): EngineBalance {
  return { asset, free, locked };
}
