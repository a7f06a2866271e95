import { keccak256, parseTransaction, recoverAddress, serializeTransaction, toHex } from 'viem/utils';

import { copyState, execute, isRevert, nativeOf, type Log, type State } from './contracts.js';

type Hex = `0x${string}`;

/** A signed transaction of type 2, read. https://eips.ethereum.org/EIPS/eip-1559 */
export type Transaction = {
  readonly hash: Hex;
  readonly from: string;
  readonly to: string;
  readonly nonce: number;
  readonly data: Hex;
  readonly value: bigint;
  readonly gas: bigint;
  readonly maxFee: bigint;
  readonly tip: bigint;
};

export type Receipt = {
  readonly transaction: Transaction;
  readonly status: 0 | 1;
  readonly gasUsed: bigint;
  readonly price: bigint;
  readonly logs: readonly Log[];
};

export type Block = {
  readonly hash: Hex;
  readonly number: number;
  readonly parent: Block | undefined;
  /** In seconds. */
  readonly at: number;
  readonly baseFee: bigint;
  readonly receipts: readonly Receipt[];
  /** After all of its transactions. */
  readonly state: State;
};

/** A chain that makes blocks of what waits when it is told to. */
export type Chain = {
  readonly head: () => Block;
  /** Reads a signed transaction, once for all nodes that hear of it. Rejects for what is none. */
  readonly read: (raw: Hex) => Promise<Transaction>;
  /** What waits at those who make blocks, by sender and nonce. */
  readonly waiting: ReadonlyMap<string, Transaction>;
  /** Takes a transaction in where its fees are high enough for the place of what waits. */
  readonly take: (transaction: Transaction) => void;
  readonly drop: (transaction: Transaction) => void;
  /** `leaves` says what is left out of the block. */
  readonly mine: (leaves?: (transaction: Transaction) => boolean) => void;
  /** Takes back so many blocks; what was in them waits again unless `leaves` says that it is lost. */
  readonly reorganise: (depth: number, leaves: (transaction: Transaction) => boolean) => void;
  readonly setBaseFee: (baseFee: bigint) => void;
};

export type ChainOptions = { readonly state: State; readonly now: () => number; readonly baseFee: bigint };

/** Who made blocks gets the tips, and what is burned is burned: neither matters to anybody here. */
export function createChain({ state, now, baseFee: firstFee }: ChainOptions): Chain {
  const waiting = new Map<string, Transaction>();
  const known = new Map<Hex, Promise<Transaction>>();
  let baseFee = firstFee;
  let made = 0;
  let head = toBlock(undefined, state, []);

  function toBlock(parent: Block | undefined, after: State, receipts: readonly Receipt[]): Block {
    made += 1;
    const at = Math.max(Math.floor(now() / 1_000), (parent?.at ?? 0) + (parent === undefined ? 0 : 1));
    const number = (parent?.number ?? 0) + 1;
    return { hash: keccak256(toHex(`block ${made}`)), number, parent, at, baseFee, receipts, state: after };
  }

  const take: Chain['take'] = (transaction) => {
    if (transaction.nonce < nonceOf(head.state, transaction.from)) return;
    const rival = waiting.get(keyOf(transaction));
    if (rival === undefined || isDearer(transaction, rival)) waiting.set(keyOf(transaction), transaction);
  };

  const mine: Chain['mine'] = (leaves = () => false) => {
    let after = copyState(head.state);
    const receipts: Receipt[] = [];
    const at = Math.floor(now() / 1_000);
    // The first of every account may go, then the next one of it.
    for (const transaction of [...waiting.values()].sort(byNonceThenTip)) {
      if (transaction.nonce < nonceOf(after, transaction.from)) waiting.delete(keyOf(transaction));
      if (transaction.nonce !== nonceOf(after, transaction.from) || transaction.maxFee < baseFee) continue;
      if (leaves(transaction)) continue;
      const [next, receipt] = include(after, transaction, { baseFee, at });
      after = next;
      receipts.push(receipt);
      waiting.delete(keyOf(transaction));
    }
    head = toBlock(head, after, receipts);
  };

  return {
    head: () => head,
    read: (raw) => {
      const transaction = known.get(raw) ?? readTransaction(raw);
      known.set(raw, transaction);
      return transaction;
    },
    waiting,
    take,
    drop: (transaction) => {
      if (waiting.get(keyOf(transaction))?.hash === transaction.hash) waiting.delete(keyOf(transaction));
    },
    mine,
    reorganise: (depth, leaves) => {
      const back: Transaction[] = [];
      for (let left = depth; left > 0 && head.parent !== undefined; left -= 1) {
        back.push(...head.receipts.map(({ transaction }) => transaction));
        head = head.parent;
      }
      for (const transaction of back) if (!leaves(transaction)) take(transaction);
    },
    setBaseFee: (fee) => {
      baseFee = fee;
    },
  };
}

/** What a transaction costs at least, and what each kind of it takes. */
function gasOf({ data }: Pick<Transaction, 'data'>): bigint {
  if (data === '0x') return 21_000n;
  return data.length > 300 ? 90_000n : 46_000n;
}

/** Tries a transaction without including it: what it would take. Throws when it would be refused. */
export function estimate(block: Block, message: Parameters<typeof execute>[1]): bigint {
  execute(copyState(block.state), message);
  return gasOf(message);
}

function include(
  state: State,
  transaction: Transaction,
  { baseFee, at }: { readonly baseFee: bigint; readonly at: number },
): readonly [State, Receipt] {
  const { from, nonce, maxFee, tip } = transaction;
  const gasUsed = gasOf(transaction);
  const price = maxFee < baseFee + tip ? maxFee : baseFee + tip;
  const paid = copyState(state);
  paid.native.set(from, nativeOf(paid, from) - gasUsed * price);
  paid.nonces.set(from, nonce + 1);
  const done = copyState(paid);
  try {
    const logs = execute(done, { ...transaction, at });
    return [done, { transaction, status: 1, gasUsed, price, logs }];
  } catch (error) {
    if (!isRevert(error)) throw error;
    return [paid, { transaction, status: 0, gasUsed, price, logs: [] }];
  }
}

/** Where a transaction is, seen from a block. */
export function findReceipt(
  from: Block,
  hash: string,
): { readonly block: Block; readonly receipt: Receipt } | undefined {
  for (let block: Block | undefined = from; block !== undefined; block = block.parent) {
    const receipt = block.receipts.find(({ transaction }) => transaction.hash === hash);
    if (receipt !== undefined) return { block, receipt };
  }
  return undefined;
}

/** Who sent it must be worked out from the signature, which takes longer than all else that a node does. */
async function readTransaction(raw: Hex): Promise<Transaction> {
  const parsed = parseTransaction(raw);
  if (parsed.type !== 'eip1559') throw new TypeError('transaction type not supported');
  const { r = '0x', s = '0x', yParity, ...unsigned } = parsed;
  const signature = { r, s, yParity: yParity === 1 ? 1 : 0 } as const;
  const from = await recoverAddress({ hash: keccak256(serializeTransaction(unsigned)), signature });
  const { to, nonce = 0, data = '0x', value = 0n, gas = 0n, maxFeePerGas = 0n, maxPriorityFeePerGas = 0n } = parsed;
  return {
    ...{ hash: keccak256(raw), from: from.toLowerCase(), to: to?.toLowerCase() ?? '', nonce, data, value, gas },
    ...{ maxFee: maxFeePerGas, tip: maxPriorityFeePerGas },
  };
}

export function nonceOf({ nonces }: State, owner: string): number {
  return nonces.get(owner) ?? 0;
}

export function keyOf({ from, nonce }: Pick<Transaction, 'from' | 'nonce'>): string {
  return `${from} ${nonce}`;
}

/** By a tenth, in both. https://geth.ethereum.org/docs/fundamentals/command-line-options */
export function isDearer(first: Transaction, second: Transaction): boolean {
  return first.maxFee * 10n >= second.maxFee * 11n && first.tip * 10n >= second.tip * 11n;
}

function byNonceThenTip(first: Transaction, second: Transaction): number {
  if (first.from === second.from) return first.nonce - second.nonce;
  return first.tip > second.tip ? -1 : 1;
}
