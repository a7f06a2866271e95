import type { Fee } from '../model/fill.js';
import type { UnixMs } from '../model/market.js';
import type { Token } from '../model/token.js';
import type { Private, Public } from './api.js';
import type { Common } from './common.js';

/** What functions that read the state of a chain are handed. */
export type ChainPublic<O> = Public<O> & {
  /** The height of the block after which state is read; the latest one's when left out. */
  readonly block?: number;
};

/** One network of a chain: Ethereum mainnet, Base, a test network. */
export type Network = {
  readonly chainId: number;
  /** What fees are paid in. */
  readonly native: Token;
  /** The native token as a token that pools hold. */
  readonly wrapped: Token;
  /** The usual time between blocks. */
  readonly blockMs: number;
  /** A transaction with so many blocks, its own included, is not taken back any more. */
  readonly finalDepth: number;
  /** Known by their symbols; any other is found by its id. */
  readonly tokens: readonly Token[];
};

/** Written down before it is broadcast; the hash is the idempotency key: the same text may be sent any number of times. */
export type SignedTransaction = {
  readonly hash: string;
  /** As it is broadcast: `0x02f8…`. */
  readonly raw: string;
  readonly nonce: number;
};

/** What an included transaction did. */
export type Receipt = {
  readonly hash: string;
  /** Tells two inclusions of one transaction apart, before and after a reorganisation. */
  readonly block: string;
  readonly height: number;
  readonly at: UnixMs;
  readonly fee: Fee;
  /** By token id in the token's smallest units, from the owner's view; without the fee. Of the native coin: what was wrapped. */
  readonly changes: ReadonlyMap<string, bigint>;
  /** Everything that contracts told, in order. */
  readonly logs: readonly ChainLog[];
};

/** Something that a contract told: who did, what it is and of what, and its data, as the chain has them. */
export type ChainLog = { readonly emitter: string; readonly topics: readonly string[]; readonly data: string };

/**
 * Where a transaction stands. `reverted`: included, and without effect but its fee.
 * `replaced`: another one with its nonce was included, so that it never will be.
 */
export type TransactionState =
  | { readonly state: 'unseen' | 'pending' | 'replaced' }
  | {
      readonly state: 'included' | 'reverted';
      readonly receipt: Receipt;
      /** How many blocks the same node has from that one on, itself included: what another one has may be on another branch. */
      readonly depth: number;
    };

/** What a contract must be allowed to take before it is called. */
export type Spend = {
  readonly token: Token;
  readonly spender: string;
  /** A contract that keeps what is allowed, in place of the token; it has to be allowed to take the token itself. */
  readonly through?: string;
  readonly amount: bigint;
  /** What transactions under way will take of the allowance before; none when left out. */
  readonly promised?: bigint;
};

/** A transaction that has to be done before another one: `approve USDC for 0x…`. */
export type Step<Op> = { readonly name: string; readonly op: Op };

/**
 * All that core must know about a chain. `Op` is a call that only this chain reads, `Plan` a call with its fees.
 * An environment of the spec is a network, its hosts are nodes of it: what one does not answer, the next one is asked.
 */
export type ChainSpec<O, C, Op, Plan> = Omit<Common<O, C>, 'sign'> & {
  readonly specVersion: 'chain/1';
  /** By environment. */
  readonly networks: Readonly<Record<string, Network>>;
  readonly fetchHeight: (p: Public<O>) => Promise<number>;
  /** When a block was made; never before the one below it. Rejects when the node does not have it. */
  readonly fetchBlockTime: (p: Public<O>, height: number) => Promise<UnixMs>;
  /** The address that the credentials sign for. */
  readonly toOwner: (p: Private<O, C>) => string;
  /** Of a token that no list names. */
  readonly fetchToken: (p: Public<O>, id: string) => Promise<Token>;
  readonly fetchBalances: (
    p: ChainPublic<O>,
    owner: string,
    tokens: readonly Token[],
  ) => Promise<ReadonlyMap<string, bigint>>;
  /** The next nonce of the owner, counting what waits to be included. */
  readonly fetchNonce: (p: Public<O>, owner: string) => Promise<number>;
  /** What the owner has to allow before `spends` can be taken, in order; none when all is allowed. */
  readonly fetchApprovals: (p: Public<O>, owner: string, spends: readonly Spend[]) => Promise<readonly Step<Op>[]>;
  /** Makes so much native coin, in its smallest units, the token that stands for it; and the other way round. */
  readonly wrap: (network: Network, amount: bigint) => Op;
  readonly unwrap: (network: Network, amount: bigint) => Op;
  /** What so much gas costs at the latest block. */
  readonly fetchFee: (p: Public<O>, gas: bigint) => Promise<Fee>;
  /** Tries the call at the latest block and adds its fees. Rejects in the contract's words when it would revert. */
  readonly plan: (p: Public<O>, owner: string, op: Op) => Promise<Plan>;
  /**
   * Of what two nodes plan for the same call, what neither of them can have made dear, or too small to be carried out;
   * `undefined` when one of them cannot be right.
   */
  readonly mergePlans: (first: Plan, second: Plan) => Plan | undefined;
  readonly signTransaction: (
    p: Private<O, C>,
    plan: Plan,
    nonce: number,
  ) => SignedTransaction | Promise<SignedTransaction>;
  /** Whether a transaction that waits offers less than is asked at the latest block. */
  readonly isStuck: (p: Public<O>, transaction: SignedTransaction) => Promise<boolean>;
  /**
   * The same call under fees for which nodes take it in the place of `transaction`, and at least those asked at the latest block.
   * Rejects as not sent when that is too dear.
   */
  readonly planFaster: (p: Public<O>, transaction: SignedTransaction) => Promise<Plan>;
  /** A call that does nothing, under fees as those of `planFaster`: what is included of the two, the other never is. */
  readonly planCancel: (p: Public<O>, owner: string, transaction: SignedTransaction) => Promise<Plan>;
  /** Resolves when the node has the transaction, also when it had it before. */
  readonly broadcast: (p: Public<O>, transaction: SignedTransaction) => Promise<void>;
  readonly fetchState: (p: Public<O>, owner: string, transaction: SignedTransaction) => Promise<TransactionState>;
};
