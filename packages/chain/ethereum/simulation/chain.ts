import { toHex, type OrderRequest } from '@hb/connector-core';
import type { Random } from '@hb/connector-testkit';
import { keccak256, toBytes } from 'viem/utils';

import { nodeFaults, type NodeFault } from './network.js';
import { judge, type Intent } from './oracles.js';
import { createWorld, type Violation, type World, type WorldOptions } from './world.js';

/** What became of a seed, in the shape that the tools print. */
export type ChainRun = {
  readonly plan: {
    readonly seed: number;
    readonly actions: readonly unknown[];
    readonly faults: readonly { readonly id: string }[];
  };
  readonly violations: readonly Violation[];
  readonly strikes: readonly number[];
  readonly hash: string;
  readonly counts: Readonly<Record<string, number>>;
  /** One line for each thing that happened, with `keepLines`. */
  readonly lines: readonly string[];
};

const troubleMs = 60_000;
const mostActions = 30;
const plannedFaults = 30;
/** The longest time of an order, its cancel, and until that is final. */
const healingMs = 200_000;

/** What a run must have had to count: actions, faults that struck, and kinds of them among 100 seeds. */
export const least = { actions: 30, struck: 8, kinds: 20 };

export type ChainRunOptions = Pick<WorldOptions, 'plant'> & { readonly keepLines?: boolean };

/** Runs one seed: actions and faults, then time to heal, then the oracles. Never rejects. */
export async function runSeed(
  seed: number,
  { keepLines = false, ...options }: ChainRunOptions = {},
): Promise<ChainRun> {
  const lines: string[] = [];
  let requests = 0;
  const trace: WorldOptions['trace'] = ({ at, id, what }) => {
    if (what.startsWith('POST')) requests += 1;
    if (keepLines) lines.push(`${at.toFixed(0)} ${id} ${what}`);
  };
  const world = createWorld(seed, { ...options, trace });
  const intents: Intent[] = [];
  const kinds = plan(world);
  try {
    await world.clock.run(world.start());
    script(world, intents);
    await world.clock.advance(troubleMs + healingMs);
    judge(world, intents);
    await world.clock.run(world.stop());
  } catch (error) {
    world.violate('NOX', `thrown: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  }
  const told = world.told.map(({ process, event }) => `${process} ${event.id}`).join('\n');
  return {
    plan: { seed, actions: Array.from({ length: mostActions }), faults: kinds.map((id) => ({ id })) },
    violations: world.violations,
    strikes: kinds.map((id) => world.strikes.get(id) ?? 0),
    hash: toHex(toBytes(keccak256(toBytes(`${told} ${requests}`)))).slice(0, 16),
    counts: { placed: intents.length, events: world.told.length, requests, blocks: world.network.chain.head().number },
    lines: [...lines, ...world.told.map(({ process, event }) => `${event.seenAt} process ${process} ${event.id}`)],
  };
}

type Fault = { readonly id: string; readonly run: (world: World, random: Random) => void };

const liesOf: ReadonlySet<NodeFault> = new Set(['lying', 'belittling', 'exaggerating']);

const disturbing = (fault: NodeFault, shortest = 500): Fault => ({
  id: fault,
  run: ({ network }, random) => {
    // Two that lie alike would be believed: of three nodes one may.
    const node = liesOf.has(fault) ? 1 : random.integer(0, 2);
    network.disturb(fault, node, random.integer(shortest, 9_000));
  },
});

const faults: readonly Fault[] = [
  ...nodeFaults.map((fault) => disturbing(fault)),
  {
    id: 'all-lost',
    run: ({ network }) => {
      for (const node of [0, 1, 2]) network.disturb('lost', node, 1_500);
    },
  },
  {
    id: 'all-refused',
    run: ({ network }) => {
      for (const node of [0, 1, 2]) network.disturb('refused', node, 1_500);
    },
  },
  ...[1, 2, 3].map((depth): Fault => ({
    id: `reorg-${depth}`,
    run: ({ network }) => {
      network.reorganise(depth);
    },
  })),
  {
    id: 'excluded',
    run: ({ network }, random) => {
      network.exclude(random.integer(3_000, 20_000));
    },
  },
  {
    id: 'spike',
    run: ({ network }, random) => {
      network.spike(random.integer(3_000, 30_000));
    },
  },
  {
    id: 'dropped',
    run: ({ network }) => {
      network.drop();
    },
  },
  {
    id: 'replaced',
    run: ({ network }) => {
      network.replace();
    },
  },
  {
    id: 'traded',
    run: ({ network }) => {
      network.trade();
    },
  },
  {
    id: 'crash-process',
    run: ({ crash }) => {
      crash('process');
    },
  },
  {
    id: 'crash-machine',
    run: ({ crash }) => {
      crash('machine');
    },
  },
  {
    id: 'crash-at-send',
    run: ({ crashAtSend }) => {
      crashAtSend();
    },
  },
  { id: 'restart', run: ({ restart }) => void restart().catch(() => undefined) },
];

/** Faults count as struck when they begin; those that wait for something strike when it comes. */
const waiting: ReadonlySet<string> = new Set(['crash-at-send', ...nodeFaults]);

function plan(world: World): readonly string[] {
  const random = world.random.fork('faults');
  return Array.from({ length: plannedFaults }, (_, index) => {
    const own = random.fork(String(index));
    const fault = own.pick(faults);
    world.clock.at(world.clock.mono() + own.integer(2_000, troubleMs), () => {
      if (!waiting.has(fault.id)) world.strike(fault.id);
      fault.run(world, own);
    });
    return fault.id;
  });
}

function script(world: World, intents: Intent[]): void {
  const { clock } = world;
  for (let index = 0; index < mostActions; index += 1) {
    const random = world.random.fork(`action ${index}`);
    clock.at(clock.mono() + random.integer(0, troubleMs), () => {
      act(world, { random, index, intents });
    });
  }
}

type Acting = { readonly random: Random; readonly index: number; readonly intents: Intent[] };

/** Commands may be refused: what matters is what is true afterwards. */
function act(world: World, { random, index, intents }: Acting): void {
  const connector = world.connector();
  const open = connector.orders({ open: true });
  const kind = random.next();
  const ignore = (): void => undefined;
  if (kind < 0.6 || open.length === 0) {
    const request = toRequest(random, { index, clientOrderId: connector.newClientOrderId() });
    intents.push({ clientOrderId: request.clientOrderId ?? '', amount: toAmount(request) });
    connector.place(request).catch(ignore);
  } else if (kind < 0.8) connector.cancel(random.pick(open).clientOrderId).catch(ignore);
  else if (kind < 0.95) connector.speedUp(random.pick(open).clientOrderId).catch(ignore);
  else connector.cancelAll().catch(ignore);
}

function toRequest(
  random: Random,
  { index, clientOrderId }: { readonly index: number; readonly clientOrderId: string },
): OrderRequest {
  const side = random.pick(['buy', 'sell'] as const);
  const terms = { pair: 'WAVAX-USDC', side, clientOrderId, sendWithinMs: random.integer(8_000, 90_000) };
  // No two orders have the same amount, so that it can be seen on the chain whose swap it is.
  const amount = `${random.integer(1, 9)}.${String(1_000 + index).padStart(6, '0')}`;
  if (random.chance(0.3)) {
    const price = side === 'buy' ? random.pick(['19.9', '20.5', '22']) : random.pick(['20.1', '19.5', '18']);
    return { ...terms, type: 'limit', timeInForce: 'fok', amount, price };
  }
  return {
    ...terms,
    type: 'market',
    amount,
    amountIn: random.pick(['base', 'quote']),
    maxSlippage: random.pick(['0.001', '0.05']),
  };
}

function toAmount(request: OrderRequest): bigint {
  const digits = BigInt(String(request.amount).replace('.', ''));
  return request.amountIn === 'quote' ? digits : digits * 10n ** 12n;
}
