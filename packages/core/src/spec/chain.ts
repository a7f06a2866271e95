import type { Fee } from '../model/fill.js';
import type { UnixMs } from '../model/market.js';
import type { Token } from '../model/token.js';
import type { Private, Public } from './api.js';
import type { Common } from './common.js';

/** Journaled before it is broadcast; the hash is the idempotency key. */
export type SignedTransaction = {
  readonly hash: string;
  readonly bytes: Uint8Array;
  readonly nonce?: number;
  readonly validUntilHeight?: number;
};

/** What a mined transaction did. `changes` by token id in the token's smallest units, from the owner's view. */
export type Receipt = {
  readonly fee: Fee;
  readonly at: UnixMs;
  readonly changes: ReadonlyMap<string, bigint>;
  readonly raw: unknown;
};

/** How far a transaction is. `final` cannot be undone any more. */
export type TransactionState = {
  readonly state: 'unseen' | 'pending' | 'included' | 'final' | 'reverted' | 'replaced' | 'expired';
  readonly receipt?: Receipt;
};

/** All that core must know about a chain. `Op` is an instruction that only this chain reads. */
export type ChainSpec<O, C, Op> = Omit<Common<O, C>, 'sign' | 'judge'> & {
  readonly specVersion: 'chain/1';
  readonly finalDepth: (network: string) => number;
  readonly fetchBalances: (
    p: Public<O>,
    owner: string,
    tokens: readonly Token[],
  ) => Promise<ReadonlyMap<string, bigint>>;
  readonly approve?: (token: Token, spender: string, amount: bigint) => readonly Op[];
  readonly signTransaction: (
    p: Private<O, C>,
    ops: readonly Op[],
    lane: { readonly nonce?: number; readonly feeCap: bigint },
  ) => Promise<SignedTransaction>;
  readonly broadcast: (p: Public<O>, transaction: SignedTransaction) => Promise<void>;
  readonly fetchState: (p: Public<O>, transaction: SignedTransaction) => Promise<TransactionState>;
};
