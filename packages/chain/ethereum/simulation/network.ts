import type { EmulatedVenue, Random, VenueAnswer, VirtualClock } from '@hb/connector-testkit';

import {
  createChain,
  createNode,
  keyOf,
  nonceOf,
  routerAddress,
  type Block,
  type Chain,
  type ChainNode,
  type Transaction,
} from '../emulator/index.js';
import { lieOfReceipt, lieOfState } from './lies.js';

export const owner = '0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266';
export const wrapped = { id: '0x00000000000000000000000000000000000000a1', symbol: 'WAVAX', decimals: 18 };
export const stable = { id: '0x00000000000000000000000000000000000000a2', symbol: 'USDC', decimals: 6 };
export const blockMs = 1_500;

const gwei = 1_000_000_000n;
const hosts = ['one.example', 'two.example', 'three.example'] as const;

/** What can be wrong with a node. */
export const nodeFaults = [
  ...['refused', 'silent', 'lost', 'garbage', 'busy', 'lying', 'belittling', 'exaggerating'],
  ...['swallowing', 'lagging', 'slow'],
] as const;
export type NodeFault = (typeof nodeFaults)[number];
type Strike = (fault: NodeFault) => void;

/** A chain with three nodes, one of which may be anything at a time. */
export type SimulatedNetwork = {
  readonly chain: Chain;
  readonly venues: Readonly<Record<string, EmulatedVenue>>;
  /** Puts a node into a state for a while. */
  readonly disturb: (fault: NodeFault, node: number, forMs: number) => void;
  /** Until then no block has transactions of ours. */
  readonly exclude: (forMs: number) => void;
  readonly spike: (forMs: number) => void;
  readonly reorganise: (depth: number) => void;
  /** Nodes and those who make blocks forget what waits. */
  readonly drop: () => void;
  /** The owner uses the oldest nonce that waits elsewhere; false when none waits. */
  readonly replace: () => boolean;
  /** Somebody else makes the price better or worse. */
  readonly trade: () => void;
  /** Everything that nodes got, once each, with its text. */
  readonly received: ReadonlyMap<string, { readonly raw: string; readonly transaction: Transaction }>;
  readonly stop: () => void;
};

export type NetworkOptions = {
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly strike: Strike;
  /** Something of ours has arrived for the first time. */
  readonly onArrival: (transaction: Transaction, raw: string) => void;
};

const propagationMs = 300;
const lagMs = 4_000;

export function createSimulatedNetwork({ clock, random, strike, onArrival }: NetworkOptions): SimulatedNetwork {
  const chain = createChain({ state: startingState(), now: () => clock.now(), baseFee: 20n * gwei });
  const heads: { readonly at: number; readonly block: Block }[] = [{ at: 0, block: chain.head() }];
  const received = new Map<string, { readonly raw: string; readonly transaction: Transaction }>();
  const ends = new Map<string, number>();
  const isNow = (key: string): boolean => (ends.get(key) ?? -1) > clock.mono();

  const note = (): void => {
    heads.push({ at: clock.mono(), block: chain.head() });
  };
  const headOf = (node: number): Block => {
    if (!isNow(`lagging ${node}`)) return chain.head();
    strike('lagging');
    return heads.findLast(({ at }) => at <= clock.mono() - lagMs)?.block ?? chain.head();
  };

  const nodes: readonly ChainNode[] = hosts.map((_, node) =>
    createNode({
      ...{ chainId: 43_114, chain, head: () => headOf(node) },
      onTransaction: (transaction, raw) => {
        if (!received.has(transaction.hash)) onArrival(transaction, raw);
        received.set(transaction.hash, { raw, transaction });
        if (isNow(`swallowing ${node}`)) {
          strike('swallowing');
          return;
        }
        clock.at(clock.mono() + propagationMs, () => {
          chain.take(transaction);
          for (const { pool } of nodes) pool.set(keyOf(transaction), transaction);
        });
      },
    }),
  );

  let cancel = (): void => undefined;
  const tick = (): void => {
    cancel = clock.at(clock.mono() + blockMs, () => {
      chain.setBaseFee(isNow('spike') ? 120n * gwei : BigInt(random.integer(15, 30)) * gwei);
      chain.mine(({ from }) => from === owner && (isNow('exclude') || random.chance(0.2)));
      note();
      tick();
    });
  };
  tick();

  const forget = (transaction: Transaction): void => {
    chain.drop(transaction);
    for (const { pool } of nodes) pool.delete(keyOf(transaction));
  };

  return {
    ...{ chain, received },
    venues: Object.fromEntries(
      nodes.map((node, index) => [hosts[index] ?? '', toVenue(node, { index, isNow, strike, clock })]),
    ),
    disturb: (fault, node, forMs) => {
      ends.set(`${fault} ${node}`, clock.mono() + forMs);
    },
    exclude: (forMs) => {
      ends.set('exclude', clock.mono() + forMs);
    },
    spike: (forMs) => {
      ends.set('spike', clock.mono() + forMs);
    },
    reorganise: (depth) => {
      chain.reorganise(depth, (transaction) => {
        const isLost = transaction.from === owner && random.chance(0.3);
        if (isLost) forget(transaction);
        return isLost;
      });
      moveMarket(chain, random);
      for (let made = 0; made <= depth; made += 1) chain.mine(() => random.chance(0.4));
      note();
    },
    drop: () => {
      for (const transaction of [...chain.waiting.values()]) if (transaction.from === owner) forget(transaction);
    },
    replace: () => {
      const nonce = nonceOf(chain.head().state, owner);
      if (!chain.waiting.has(keyOf({ from: owner, nonce }))) return false;
      const fees = { gas: 21_000n, maxFee: 10_000n * gwei, tip: 1_000n * gwei };
      const hash = `0x${'e'.repeat(60)}${String(nonce).padStart(4, '0')}` as const;
      const other: Transaction = { ...fees, hash, from: owner, to: owner, nonce, data: '0x', value: 0n };
      chain.take(other);
      for (const { pool } of nodes) pool.set(keyOf(other), other);
      return true;
    },
    trade: () => {
      moveMarket(chain, random);
    },
    stop: () => {
      cancel();
    },
  };
}

/** In the latest state, as if it had been in the latest block. */
function moveMarket(chain: Chain, random: Random): void {
  const { tokens } = chain.head().state;
  const key = `${wrapped.id} ${routerAddress}`;
  tokens.set(key, ((tokens.get(key) ?? 0n) * BigInt(random.integer(97, 103))) / 100n);
}

type VenueOptions = {
  readonly index: number;
  readonly isNow: (key: string) => boolean;
  readonly strike: Strike;
  readonly clock: VirtualClock;
};

function toVenue({ http }: ChainNode, { index, isNow, strike, clock }: VenueOptions): EmulatedVenue {
  const has = (fault: NodeFault): boolean => {
    if (!isNow(`${fault} ${index}`)) return false;
    strike(fault);
    return true;
  };
  return {
    http: async (request) => {
      if (has('refused')) return { cut: 'refused' };
      if (has('silent')) return { cut: 'silence' };
      if (has('garbage')) return { status: 502, headers: {}, body: '<html>502 Bad Gateway</html>' };
      if (has('busy')) return busy;
      const answer = await http(request);
      if (has('lost')) return { cut: 'reset' };
      if (has('slow')) await new Promise<void>((resolve) => void clock.at(clock.mono() + 6_000, resolve));
      if (String(answer.body).includes('"logs"') && has('lying')) return lieOfReceipt(answer);
      const less = lieOfState(request, answer, (told) => told / 100n);
      if (less !== undefined && has('belittling')) return less;
      const more = lieOfState(request, answer, (told) => told * 100n);
      return more !== undefined && has('exaggerating') ? more : answer;
    },
    connect: () => ({ refused: 404 }),
    stop: () => undefined,
  };
}

const busy: VenueAnswer = {
  ...{ status: 429, headers: {} },
  body: '{"jsonrpc":"2.0","id":1,"error":{"code":-32005,"message":"limit exceeded"}}',
};

function startingState(): Parameters<typeof createChain>[0]['state'] {
  return {
    native: new Map([[owner, 1_000n * 10n ** 18n]]),
    tokens: new Map([
      [`${wrapped.id} ${owner}`, 10_000n * 10n ** 18n],
      [`${stable.id} ${owner}`, 1_000_000n * 10n ** 6n],
      [`${wrapped.id} ${routerAddress}`, 1_000_000n * 10n ** 18n],
      [`${stable.id} ${routerAddress}`, 20_000_000n * 10n ** 6n],
    ]),
    ...{ allowances: new Map(), nonces: new Map() },
  };
}
