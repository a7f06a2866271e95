import type { DexConnector } from '../../src/connector/connector.js';
import { createDexConnector, type DexOptions } from '../../src/connector/dex.js';
import { ConnectorError } from '../../src/errors/connector-error.js';
import { decimal, one } from '../../src/model/decimal.js';
import type { Event } from '../../src/model/event.js';
import { createNodeCrypto } from '../../src/ports/node-crypto.js';
import type { Public, Secret } from '../../src/spec/api.js';
import type { ChainSpec, Receipt, SignedTransaction, TransactionState } from '../../src/spec/chain.js';
import { defineChain, defineDex } from '../../src/spec/define.js';
import type { DexSpec } from '../../src/spec/dex.js';
import { createMemoryDisk, type Files } from './memory-disk.js';
import { createRandom } from './random.js';
import { createToyChain, owner, swapOf, type ToyChain, type ToyOp, type ToyTransaction } from './toy-chain.js';
import { createVirtualClock, type VirtualClock } from './virtual-clock.js';

export type ToyKey = { readonly privateKey: Secret };
type Plan = { readonly op: ToyOp; readonly fee: number };

const ask = <T>(
  p: Pick<Public<object>, 'call'>,
  method: string,
  params: readonly string[],
  read: (result: unknown) => T,
) => p.call({ at: 'POST /' }, { method, params }, (json) => read(Reflect.get(Object(json), 'result')));
const text = (value: unknown): string => String(value);
const texts = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);

const weth = { id: 'weth', symbol: 'WETH', decimals: 18 };
const usdc = { id: 'usdc', symbol: 'USDC', decimals: 6 };
const native = { id: 'native', symbol: 'ETH', decimals: 18 };

export const toyChain: ChainSpec<object, ToyKey, ToyOp, Plan> = defineChain<object, ToyKey, ToyOp, Plan>({
  specVersion: 'chain/1',
  id: 'toychain',
  docs: 'https://chain.example/docs',
  environments: { mainnet: { rpc: 'https://chain.example/a', rpc2: 'https://chain.example/b' } },
  networks: {
    mainnet: { chainId: 1, native, wrapped: weth, blockMs: 1_000, finalDepth: 3, tokens: [usdc] },
  },
  options: () => ({}),
  credentials: { privateKey: { label: 'Private key', secret: true } },
  limits: () => ({}),
  judge: ({ body }) => {
    const error: unknown = Reflect.get(Object(body), 'error');
    if (error === undefined) return undefined;
    const kind = error === 'too much' ? 'invalid-request' : 'order-rejected';
    return { code: '1', message: JSON.stringify(error), kind, outcome: 'refused' };
  },
  fetchHeight: (p) => ask(p, 'height', [], Number),
  fetchBlockTime: (p, height) => ask(p, 'time', [String(height)], Number),
  toOwner: () => owner,
  fetchToken: async (_, id) => ({ id: id.slice(-4), symbol: id, decimals: 6 }),
  fetchBalances: async (p, _, tokens) => {
    const held = await ask(p, 'balances', [owner, ...tokens.map(({ id }) => id)], texts);
    return new Map(tokens.map(({ id }, index) => [id, BigInt(held[index] ?? '0')]));
  },
  fetchNonce: (p) => ask(p, 'nonce', [], Number),
  fetchApprovals: async (p, _, spends) => {
    const allowances = await Promise.all(spends.map(({ token }) => ask(p, 'allowance', [token.id], text)));
    return spends.flatMap(({ token, amount, promised = 0n }, index) =>
      BigInt(allowances[index] ?? '0') - promised >= amount
        ? []
        : [
            {
              name: `approve ${amount} ${token.symbol}`,
              op: { type: 'approve', token: token.id, amount: String(amount) } as const,
            },
          ],
    );
  },
  fetchFee: async (_, gas) => ({ asset: 'ETH', amount: decimal(`${gas}e-9`) }),
  plan: async (p, _, op) => {
    if ((await ask(p, 'try', [JSON.stringify(op)], text)) === 'reverted') throw new RangeError('execution reverted');
    return { op, fee: await ask(p, 'price', [], Number) };
  },
  mergePlans: (first, second) => (first.fee < second.fee ? first : second),
  signTransaction: (_, { op, fee }, nonce) => {
    const hash = `0x${nonce}${JSON.stringify(op).length}${op.type}${'amount' in op ? op.amount : ''}at${fee}`;
    return { hash, raw: JSON.stringify({ hash, from: owner, nonce, fee, op }), nonce };
  },
  wrap: (_, amount) => ({ type: 'wrap', amount: String(amount), isBack: false }),
  unwrap: (_, amount) => ({ type: 'wrap', amount: String(amount), isBack: true }),
  isStuck: async (p, transaction) => toPlan(transaction).fee < (await ask(p, 'price', [], Number)),
  planFaster: async (p, transaction) => {
    const { op, fee } = toPlan(transaction);
    const wanted = Math.max(fee + 1, await ask(p, 'price', [], Number));
    if (wanted > 100)
      throw new ConnectorError('too dear', { kind: 'order-rejected', outcome: 'not-sent', operation: 'fees' });
    return { op, fee: wanted };
  },
  planCancel: async (p, _, transaction) => ({
    op: { type: 'nothing' },
    fee: Math.max(toPlan(transaction).fee + 1, await ask(p, 'price', [], Number)),
  }),
  broadcast: (p, { raw }) =>
    p.call({ at: 'POST /', lane: 'order' }, { method: 'send', params: [raw] }, () => undefined),
  fetchState: (p, _, { hash, nonce }) => ask(p, 'state', [hash, String(nonce)], (result) => toState(hash, result)),
});

function toPlan({ raw }: SignedTransaction): Plan {
  const transaction: ToyTransaction = JSON.parse(raw);
  return transaction;
}

function toState(hash: string, result: unknown): TransactionState {
  const told: Readonly<Record<string, unknown>> = { ...Object(result) };
  const state = text(told['state']);
  if (state === 'included' || state === 'reverted') {
    const rows: readonly unknown[] = Array.isArray(told['changes']) ? told['changes'] : [];
    const changes = new Map(rows.map((row): [string, bigint] => [texts(row)[0] ?? '', BigInt(texts(row)[1] ?? '0')]));
    const fee = { asset: 'ETH', amount: decimal('0.001') };
    const receipt: Receipt = {
      ...{ hash, block: text(told['block']), height: Number(told['height']), at: Number(told['at']) },
      ...{ fee, changes, logs: [] },
    };
    return { state, receipt, depth: Number(told['depth']) };
  }
  return { state: state === 'replaced' || state === 'pending' ? state : 'unseen' };
}

export const toyDex: DexSpec<object, ToyOp, undefined, undefined> = defineDex({
  specVersion: 'dex/1',
  id: 'toydex',
  docs: 'https://dex.example/docs',
  chain: 'toychain',
  networks: ['mainnet'],
  fetchMarket: async (_, base, quote) =>
    base.id !== 'weth' || quote.id !== 'usdc'
      ? undefined
      : {
          ...{ pair: 'WETH-USDC', symbol: 'pool', base: 'WETH', quote: 'USDC', settle: 'USDC', shape: 'amm' },
          ...{ status: 'trading', contractSize: one, price: { step: decimal('1e-18') }, wire: undefined },
          amount: { step: decimal('1e-18'), min: decimal('1e-18'), quoteStep: decimal('1e-6') },
          ...{ baseToken: base, quoteToken: quote },
        },
  quote: async (p, _, { side, amount, of }) => {
    const [base = '0', quote = '0'] = await ask(p, 'reserves', [], texts);
    const [reserveIn, reserveOut] = side === 'sell' ? [BigInt(base), BigInt(quote)] : [BigInt(quote), BigInt(base)];
    const isExactIn = of === (side === 'sell' ? 'base' : 'quote');
    return { ...swapOf({ isExactIn, amount: String(amount) }, { reserveIn, reserveOut }), gas: 100n, route: undefined };
  },
  build: async (_, { side, of, spendMax, receiveMin, market }) => {
    const isExactIn = of === (side === 'sell' ? 'base' : 'quote');
    const [tokenIn, tokenOut] =
      side === 'sell' ? [market.baseToken, market.quoteToken] : [market.quoteToken, market.baseToken];
    const [amount, bound] = isExactIn ? [spendMax, receiveMin] : [receiveMin, spendMax];
    return {
      spends: [{ token: tokenIn, spender: '0xrouter', amount: spendMax }],
      op: {
        ...{ type: 'swap', tokenIn: tokenIn.id, tokenOut: tokenOut.id, isExactIn },
        ...{ amount: String(amount), bound: String(bound) },
      },
    };
  },
  fetchTrades: async (p, { symbol }, { from, to }) =>
    (await ask(p, 'trades', [String(from), String(to)], texts)).map((told) => {
      const [id = '', block] = told.split(' ');
      return {
        ...{ type: 'trade', symbol, id, block: Number(block), side: 'sell' },
        ...{ price: '2000', amount: '2', quoteAmount: '4000' },
      };
    }),
  liquidity: {
    fetchPools: async () => [],
    fetchPositions: async (_p, market, { known }) =>
      known.map((positionId) => ({ positionId, pair: market.pair, pool: 'pool', price: one, base: one, quote: one })),
    build: async (_, change) => {
      if (!('base' in change)) throw new TypeError('only what comes in');
      const { base, market } = change;
      return {
        spends: [{ token: market.baseToken, spender: '0xrouter', amount: base }],
        op: { type: 'swap', tokenIn: 'weth', tokenOut: 'usdc', isExactIn: true, amount: String(base), bound: '0' },
      };
    },
    read: ({ changes }, { action }) => ({
      ...{ base: -(changes.get('weth') ?? 0n), quote: 0n, baseFees: 0n, quoteFees: 0n },
      ...(action === 'open' && { positionId: '7' }),
    }),
  },
});

export type DexWorld = {
  readonly clock: VirtualClock;
  readonly chain: ToyChain;
  readonly connector: DexConnector;
  readonly events: readonly Event[];
  readonly files: () => Files;
  /** Nothing that the process does from now on reaches anybody. */
  readonly kill: () => void;
  readonly types: () => readonly string[];
  /** Lets time pass until the promise settles. */
  readonly settle: <T>(promise: Promise<T>) => Promise<T>;
};

const told = [
  'order-opened',
  'order-filled',
  'order-closed',
  'order-uncertain',
  'order-reopened',
  'fill-voided',
  'operation',
] as const;

/** A connector on the toy DEX. `after`: the next process, on the same chain. */
export function createDexWorld({
  after,
  credentials,
  ...given
}: Omit<DexOptions<ToyKey>, 'credentials'> & {
  readonly credentials?: 'none';
  readonly after?: DexWorld;
} = {}): DexWorld {
  const clock = after?.clock ?? createVirtualClock();
  const chain = after?.chain ?? createToyChain(clock);
  const files: Files = after?.files() ?? new Map();
  let isDead = false;
  const ports = {
    http: {
      send: (...sent: Parameters<typeof chain.http.send>) =>
        isDead ? new Promise<never>(() => undefined) : chain.http.send(...sent),
    },
    ...{ clock, crypto: createNodeCrypto(), disk: createMemoryDisk(files) },
    ws: {
      open: () => {
        throw new Error('there are no streams');
      },
    },
    random: (name: string) => createRandom(name.length + (after === undefined ? 0 : 7)),
    log: () => undefined,
  };
  const connector = createDexConnector(
    { dex: toyDex, chain: toyChain },
    { ...(credentials === undefined && { credentials: { privateKey: 'ours' } }), ports, ...given },
  );
  const events: Event[] = [];
  for (const type of told) connector.on(type, (event) => events.push(event));
  connector.on('warning', (event) => events.push(event));
  return {
    ...{ clock, chain, connector, events },
    files: () => new Map(files),
    kill: () => {
      isDead = true;
    },
    types: () => events.flatMap(({ type }) => (type === 'warning' ? [] : [type])),
    settle: async (promise) => {
      let isOver = false;
      const end = (): void => {
        isOver = true;
      };
      promise.then(end, end);
      await clock.settle();
      for (let waited = 0; waited < 120_000 && !isNow(() => isOver); waited += 50) await clock.advance(50);
      if (!isNow(() => isOver)) throw new Error('not settled');
      return promise;
    },
  };
}

function isNow(get: () => boolean): boolean {
  return get();
}
