import type { Clock, Http } from '../../src/ports/ports.js';
import { createMemoryHttp, type Reply } from './connector-http.js';

export type ToyOp =
  | { readonly type: 'nothing' }
  | { readonly type: 'wrap'; readonly amount: string; readonly isBack: boolean }
  | { readonly type: 'approve'; readonly token: string; readonly amount: string }
  | {
      readonly type: 'swap';
      readonly tokenIn: string;
      readonly tokenOut: string;
      readonly isExactIn: boolean;
      readonly amount: string;
      readonly bound: string;
    };

export type ToyTransaction = {
  readonly hash: string;
  readonly from: string;
  readonly nonce: number;
  readonly fee: number;
  readonly op: ToyOp;
};
type Transaction = ToyTransaction;
type Done = { readonly state: 'included' | 'reverted'; readonly changes: readonly (readonly [string, bigint])[] };
type Block = {
  readonly hash: string;
  readonly height: number;
  readonly at: number;
  readonly transactions: readonly Transaction[];
};

type State = {
  readonly balances: Map<string, bigint>;
  readonly allowances: Map<string, bigint>;
  readonly nonces: Map<string, number>;
  readonly done: Map<string, Done>;
};

export type NodeName = 'a' | 'b';

/** A chain with one pool, a block a second, and two nodes that know the same, unless they are told to fail. */
export type ToyChain = {
  readonly http: Http;
  /** Answers of a node in place of its own, by method; taken off by what it returns. */
  readonly spoil: (node: NodeName, method: string, reply: (own: unknown) => Reply | Promise<Reply>) => () => void;
  /** Stops making blocks until it is called again with `true`. */
  readonly mine: (isOn: boolean) => void;
  /** Takes back so many blocks; what was in them waits again. */
  readonly reorganise: (depth: number) => void;
  /** What a transaction must offer to be included; 1 at the beginning. */
  readonly setPrice: (fee: number) => void;
  /** Nodes forget what waits. */
  readonly forget: () => void;
  /** Somebody else takes so much WETH to the pool. */
  readonly disturb: (amount: bigint) => void;
  /** The owner sends something else with this nonce. */
  readonly replace: (nonce: number) => void;
  readonly balanceOf: (token: string) => bigint;
  readonly height: () => number;
  /** The block that holds a transaction. */
  readonly whereIs: (hash: string) => { readonly at: number; readonly block: number };
  /** All that nodes were sent, in order. */
  readonly received: readonly string[];
  readonly asked: readonly string[];
  readonly stop: () => void;
};

export const owner = '0xowner';
const pool = '0xpool';

export function createToyChain(clock: Clock): ToyChain {
  const spoiled = new Map<string, (own: unknown) => Reply | Promise<Reply>>();
  const received: string[] = [];
  const asked: string[] = [];
  const mempool = new Map<string, Transaction>();
  let blocks: Block[] = [];
  let made = 0;
  let isMining = true;
  let extra = 0n;
  let price = 1;
  let cancel = (): void => undefined;

  const state = (): State => {
    const now: State = {
      balances: new Map([
        [`native ${owner}`, 5n * 10n ** 18n],
        [`weth ${owner}`, 100n * 10n ** 18n],
        [`usdc ${owner}`, 200_000n * 10n ** 6n],
        [`weth ${pool}`, 1_000n * 10n ** 18n + extra],
        [`usdc ${pool}`, 2_000_000n * 10n ** 6n],
      ]),
      ...{ allowances: new Map(), nonces: new Map(), done: new Map() },
    };
    for (const { transactions } of blocks) for (const transaction of transactions) run(now, transaction);
    return now;
  };

  const mineBlock = (): void => {
    const { nonces } = state();
    const transactions: Transaction[] = [];
    for (const transaction of [...mempool.values()].sort((first, second) => first.nonce - second.nonce)) {
      const next =
        (nonces.get(transaction.from) ?? 0) + transactions.filter(({ from }) => from === transaction.from).length;
      if (transaction.nonce < next) mempool.delete(transaction.hash);
      if (transaction.nonce !== next || transaction.fee < price) continue;
      transactions.push(transaction);
      mempool.delete(transaction.hash);
    }
    made += 1;
    blocks.push({ hash: `0xblock${made}`, height: blocks.length + 1, at: clock.now(), transactions });
  };

  const tick = (): void => {
    cancel = clock.at(clock.mono() + 1_000, () => {
      if (isMining) mineBlock();
      tick();
    });
  };
  tick();

  const answers: Readonly<Record<string, (params: readonly string[]) => unknown>> = {
    height: () => String(blocks.length),
    trades: ([from, to]) =>
      blocks
        .filter(({ height }) => height >= Number(from) && height <= Number(to))
        .flatMap(({ transactions, height }) =>
          transactions.filter(({ op }) => op.type === 'swap').map(({ hash }) => `${hash} ${height}`),
        ),
    time: ([height]) => {
      const block = blocks.find((each) => each.height === Number(height));
      return block && String(block.at);
    },
    price: () => String(price),
    balances: ([, ...tokens]) => {
      const { balances } = state();
      return tokens.map((token) => String(balances.get(`${token} ${owner}`) ?? 0n));
    },
    nonce: () => {
      const waiting = [...mempool.values()].map(({ nonce }) => nonce + 1);
      return String(Math.max(state().nonces.get(owner) ?? 0, ...waiting));
    },
    allowance: ([token]) => String(state().allowances.get(`${token} ${owner}`) ?? 0n),
    reserves: () => {
      const { balances } = state();
      return ['weth', 'usdc'].map((token) => String(balances.get(`${token} ${pool}`)));
    },
    try: ([text = '']) => {
      const op: ToyOp = JSON.parse(text);
      return apply(state(), owner, op).state;
    },
    send: ([raw = '']) => {
      const transaction: Transaction = JSON.parse(raw);
      received.push(transaction.hash);
      if ((state().nonces.get(owner) ?? 0) > transaction.nonce) return 'ok';
      const rival = [...mempool.values()].find((each) => each.nonce === transaction.nonce);
      if (rival !== undefined && rival.hash !== transaction.hash && rival.fee >= transaction.fee) return 'underpriced';
      if (rival !== undefined) mempool.delete(rival.hash);
      mempool.set(transaction.hash, transaction);
      return 'ok';
    },
    state: ([hash = '', nonce = '0']) => {
      const now = state();
      const block = blocks.find(({ transactions }) => transactions.some((each) => each.hash === hash));
      const done = now.done.get(hash);
      if (block !== undefined && done !== undefined) {
        const changes = done.changes.map(([token, change]) => [token, String(change)]);
        const depth = String(blocks.length - block.height + 1);
        return {
          state: done.state,
          block: block.hash,
          height: String(block.height),
          at: String(block.at),
          depth,
          changes,
        };
      }
      if ((now.nonces.get(owner) ?? 0) > Number(nonce)) return { state: 'replaced' };
      return { state: mempool.has(hash) ? 'pending' : 'unseen' };
    },
  };

  const http = createMemoryHttp(clock, ({ what, params }) => {
    const node = what.slice('POST /'.length, -1);
    const method = String(params['method']);
    asked.push(`${node} ${method}`);
    const given = Array.isArray(params['params']) ? params['params'].map(String) : [];
    const spoil = spoiled.get(`${node} ${method}`) ?? spoiled.get(`${node} *`);
    const own = (): unknown => answers[method]?.(given);
    if (spoil === undefined && method === 'send')
      return own() === 'ok' ? { body: {} } : { body: { error: 'underpriced' } };
    return spoil === undefined ? { body: { result: own() } } : spoil(method === 'send' ? undefined : own());
  });

  return {
    http,
    spoil: (node, method, reply) => {
      spoiled.set(`${node} ${method}`, reply);
      return () => spoiled.delete(`${node} ${method}`);
    },
    mine: (isOn) => {
      isMining = isOn;
    },
    reorganise: (depth) => {
      const gone = blocks.slice(-depth);
      blocks = blocks.slice(0, -depth);
      for (const { transactions } of gone)
        for (const transaction of transactions) mempool.set(transaction.hash, transaction);
    },
    setPrice: (fee) => {
      price = fee;
    },
    forget: () => {
      mempool.clear();
    },
    disturb: (amount) => {
      extra += amount;
    },
    replace: (nonce) => {
      mempool.clear();
      mempool.set('0xother', {
        ...{ hash: '0xother', from: owner, nonce, fee: 1_000 },
        op: { type: 'approve', token: 'weth', amount: '0' },
      });
    },
    balanceOf: (token) => state().balances.get(`${token} ${owner}`) ?? 0n,
    height: () => blocks.length,
    whereIs: (hash) => {
      const found = blocks.find(({ transactions }) => transactions.some((each) => each.hash === hash));
      return { at: found?.at ?? 0, block: found?.height ?? 0 };
    },
    received,
    asked,
    stop: () => {
      cancel();
    },
  };
}

function run(state: State, { hash, from, nonce, op }: Transaction): void {
  state.nonces.set(from, nonce + 1);
  state.done.set(hash, apply(state, from, op));
}

const reverted: Done = { state: 'reverted', changes: [] };

function apply({ balances, allowances }: State, from: string, op: ToyOp): Done {
  if (op.type === 'nothing') return { state: 'included', changes: [] };
  if (op.type === 'wrap') {
    const amount = op.isBack ? -BigInt(op.amount) : BigInt(op.amount);
    const left = [
      ['native', (balances.get(`native ${from}`) ?? 0n) - amount],
      ['weth', (balances.get(`weth ${from}`) ?? 0n) + amount],
    ] as const;
    if (left.some(([, has]) => has < 0n)) return reverted;
    for (const [token, has] of left) balances.set(`${token} ${from}`, has);
    return {
      state: 'included',
      changes: [
        ['native', -amount],
        ['weth', amount],
      ],
    };
  }
  if (op.type === 'approve') {
    allowances.set(`${op.token} ${from}`, BigInt(op.amount));
    return { state: 'included', changes: [] };
  }
  const { tokenIn, tokenOut } = op;
  const [reserveIn, reserveOut] = [balances.get(`${tokenIn} ${pool}`) ?? 0n, balances.get(`${tokenOut} ${pool}`) ?? 0n];
  const { spend, receive } = swapOf(op, { reserveIn, reserveOut });
  const isWithin = op.isExactIn ? receive >= BigInt(op.bound) : spend <= BigInt(op.bound);
  const allowance = allowances.get(`${tokenIn} ${from}`) ?? 0n;
  if (!isWithin || allowance < spend || (balances.get(`${tokenIn} ${from}`) ?? 0n) < spend) return reverted;
  allowances.set(`${tokenIn} ${from}`, allowance - spend);
  const move = (token: string, account: string, by: bigint): void => {
    balances.set(`${token} ${account}`, (balances.get(`${token} ${account}`) ?? 0n) + by);
  };
  move(tokenIn, from, -spend);
  move(tokenIn, pool, spend);
  move(tokenOut, from, receive);
  move(tokenOut, pool, -receive);
  return {
    state: 'included',
    changes: [
      [tokenIn, -spend],
      [tokenOut, receive],
    ],
  };
}

/** Constant product, without a fee. */
export function swapOf(
  { isExactIn, amount }: { readonly isExactIn: boolean; readonly amount: string },
  { reserveIn, reserveOut }: { readonly reserveIn: bigint; readonly reserveOut: bigint },
): { readonly spend: bigint; readonly receive: bigint } {
  const given = BigInt(amount);
  if (isExactIn) return { spend: given, receive: (reserveOut * given) / (reserveIn + given) };
  return { spend: (reserveIn * given) / (reserveOut - given) + 1n, receive: given };
}
