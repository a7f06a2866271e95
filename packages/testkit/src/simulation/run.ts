import type { Connector, CredentialField, Pair } from '@hb/connector-core';

import { watchRejections } from '../conformance/node-watch.js';
import { findSecret } from '../conformance/secrets.js';
import type { Medium } from '../virtual/medium.js';
import type { TraceLine } from '../virtual/network.js';
import { createDigest, hashOf } from './digest.js';
import { marginQueries } from './faults/kind.js';
import type { AnySimulationFixture } from './fixture.js';
import type { FinalState, Told, Violation } from './history.js';
import { inject } from './inject.js';
import { alive, balances, booksAtRest, failsClosed, withinLimits } from './oracles/account.js';
import { collect, type Oracle } from './oracles/evidence.js';
import { endings, eventOrder, saneBalances } from './oracles/events.js';
import { allFills, exactSums } from './oracles/fills.js';
import { liquidations } from './oracles/liquidations.js';
import { noGhosts, once, tracked, verdicts } from './oracles/orders.js';
import { payments } from './oracles/payments.js';
import { positions, toldPositions } from './oracles/positions.js';
import { onRecord, readRecords } from './oracles/records.js';
import { watchWarnings } from './node-warnings.js';
import type { Plan } from './plan.js';
import { createScript } from './script.js';
import { createWorld, type Connect, type World } from './world.js';

/** What is run, against which venue. */
export type RunOptions<O, C, W> = {
  readonly fixture: AnySimulationFixture<O, C, W>;
  /** Makes the connector; `createConnector` when left out. A planted defect goes here, to show that oracles can fail. */
  readonly connect?: Connect<O, C, W> | undefined;
  /** Keeps every line of the wire, for a timeline. */
  readonly keepLines?: boolean;
  /** Memory when left out; on sockets the same plan does not give the same run. */
  readonly medium?: Medium;
  /** Told when the connector has started. */
  readonly started?: () => void;
};

/** What became of a run. */
export type RunResult = {
  readonly plan: Plan;
  readonly violations: readonly Violation[];
  /** Of everything that passed over the wire and everything that was told: equal runs have equal hashes. */
  readonly hash: string;
  /** Of what was told alone, times left out: whether a fault mattered to the user. */
  readonly toldHash: string;
  /** How often each planned fault struck, in the order of the plan. */
  readonly strikes: readonly number[];
  readonly counts: RunCounts;
  /** With `keepLines`. */
  readonly lines: readonly TraceLine[];
  readonly told: readonly Told[];
  /** `mono()` of the clock when the script began; lines count from zero of the clock. */
  readonly startedAt: number;
};

/** How much happened in a run. */
export type RunCounts = {
  readonly placed: number;
  /** Accepted by the venue. */
  readonly accepted: number;
  readonly fills: number;
  readonly requests: number;
  /** Judged never to have been placed. */
  readonly notPlaced: number;
  readonly crashes: number;
  /** Of the connector's process, the first one included. */
  readonly starts: number;
};

const requestsAtRestPerMinute = 90;
const restMs = 60_000;
/** How long the others go on trading after the faults are over. */
const healingMs = 15_000;

const accountQueries = ['fetchOrder', 'fetchOpenOrders', 'fetchFills', 'fetchBalances'] as const;

const oracles: readonly Oracle[] = [
  ...[once, tracked, noGhosts, verdicts, allFills, exactSums, eventOrder, endings],
  ...[onRecord, saneBalances, balances, alive, booksAtRest, withinLimits, failsClosed],
  ...[positions, toldPositions, payments, liquidations],
];

/** Runs a plan: faults and actions, then time to heal, then every oracle, then the end. Never rejects: what goes wrong is a violation. */
export async function runPlan<O, C, W>(plan: Plan, options: RunOptions<O, C, W>): Promise<RunResult> {
  const rejections = watchRejections();
  const warnings = watchWarnings();
  const digest = createDigest();
  const lines: TraceLine[] = [];
  let requests = 0;
  const trace = (line: TraceLine): void => {
    digest.add(`${line.at} ${line.id} `);
    digest.add(line.what);
    if (line.id.startsWith('http') && !/^(?:\d|failed)/.test(line.what)) requests += 1;
    if (options.keepLines === true) lines.push(line);
  };
  const { fixture, connect, medium } = options;
  const world = createWorld({ fixture, plan, connect, medium, trace });
  const sent = (): number => requests;
  let strikes: readonly number[] = plan.faults.map(() => 0);
  try {
    strikes = await liveThrough(world, { plan, fixture, requests: sent, started: options.started });
  } catch (error) {
    world.violate('NOX', `thrown: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  }
  // A rejection that nobody hears is reported after the turn in which it happened.
  await world.clock.advance(0);
  rejections.stop();
  warnings.stop();
  for (const { message } of warnings.found) world.violate('NOX', `node warns: ${message}`);
  for (const reason of rejections.found)
    world.violate(
      'NOX',
      `a rejection that nobody heard: ${reason instanceof Error ? (reason.stack ?? '') : String(reason)}`,
    );
  digest.add(toTold(world, true));
  return {
    ...toResult(world, { plan, strikes, requests, lines }),
    hash: digest.hash(),
    toldHash: hashOf(toTold(world, false)),
  };
}

type Life<O, C, W> = {
  readonly plan: Plan;
  readonly fixture: AnySimulationFixture<O, C, W>;
  readonly requests: () => number;
  readonly started: (() => void) | undefined;
};

async function liveThrough<O, C, W>(
  world: World,
  { plan, fixture, requests, started }: Life<O, C, W>,
): Promise<readonly number[]> {
  const { clock } = world;
  const { settings } = plan;
  await world.start();
  started?.();
  const stopLags = settings.lagMs > 0 ? lagAll(world, settings.lagMs) : [];
  const strikes = inject(world, fixture.wire, plan.faults);
  const act = createScript({
    ...world,
    after: (ms, run) => void clock.at(clock.mono() + ms, run),
  });
  const now = clock.mono();
  for (const action of plan.actions) clock.at(now + action.at, () => act(action));
  await clock.advance(settings.faultsMs);
  for (const stop of stopLags) stop();
  await clock.advance(healingMs);
  world.stopNoise();
  // In a market where nothing happens any more nobody could tell that the last change was lost.
  for (const { stir } of world.exchanges) stir();
  await clock.advance(Math.max(0, settings.livenessMs - healingMs - restMs));
  const before = requests();
  await clock.advance(Math.min(settings.livenessMs, restMs));
  const perMinute = ((requests() - before) * 60_000) / restMs;
  const connector = world.connector();
  if (connector === undefined) throw new Error('no connector runs at the end');
  const recorded = await readRecords(
    (options) => connector.events(options),
    () => clock.advance(10),
  );
  const state = { ...lookAt(connector, world), recorded };
  judge(world, state);
  if (perMinute > requestsAtRestPerMinute) {
    world.violate('LIV', `${perMinute} requests in a minute at rest`);
  }
  await end(world, connector, fixture);
  return strikes();
}

function lagAll(world: World, lagMs: number): readonly (() => void)[] {
  const { lag, lagMargin } = world.venue;
  const ends = accountQueries.map((request) => lag(request, lagMs));
  return [...ends, ...(lagMargin === undefined ? [] : marginQueries.map((request) => lagMargin(request, lagMs)))];
}

function lookAt(connector: Connector, world: World): Omit<FinalState, 'recorded'> {
  const books = world.exchanges.map(({ pair }): [Pair, ReturnType<Connector['book']>] => [pair, connector.book(pair)]);
  return {
    status: connector.status,
    orders: connector.orders(),
    balances: new Map(connector.balances()),
    positions: connector.positions?.list() ?? [],
    books: new Map(books),
    metrics: connector.metrics(),
  };
}

function judge(world: World, state: FinalState): void {
  const evidence = collect(world, state);
  for (const oracle of oracles) for (const [id, what] of oracle(evidence)) world.violate(id, what);
  try {
    world.engine.audit();
  } catch (error) {
    world.violate('BAL', `the venue itself: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Stops everything: then nothing may be left that still runs, nor a secret in anything that was told. */
async function end<O, C, W>(world: World, connector: Connector, fixture: AnySimulationFixture<O, C, W>): Promise<void> {
  const { clock, ports, venue, history } = world;
  await clock.run(connector.stop());
  await clock.advance(1_000);
  if (ports.connections() > 0) world.violate('MEM', `${ports.connections()} sockets are open after stop()`);
  world.books.stop();
  world.holdings.stop();
  venue.venue.stop();
  await clock.advance(100);
  if (clock.pending > 0) world.violate('MEM', `${clock.pending} timers are left after stop()`);
  const secrets = new Set(secretsOf(fixture));
  const told = [history.told, history.errors, ports.logged, connector.metrics(), connector.orders()];
  const found = findSecret(told, secrets);
  if (found !== undefined) world.violate('SEC', 'a secret was told');
  const decoder = new TextDecoder('latin1');
  const written = [...world.host.files().values()].map((bytes) => decoder.decode(bytes));
  if (findSecret(written, secrets) !== undefined) world.violate('SEC', 'a secret was written to the journal');
}

function secretsOf<O, C, W>({ spec, credentials }: AnySimulationFixture<O, C, W>): readonly string[] {
  const given = new Map<string, unknown>(Object.entries(credentials));
  const secret = Object.entries<CredentialField>(spec.credentials).filter(([, field]) => field.secret);
  return secret.map(([name]) => given.get(name)).filter((value) => typeof value === 'string');
}

type Finished = {
  readonly plan: Plan;
  readonly strikes: readonly number[];
  readonly requests: number;
  readonly lines: readonly TraceLine[];
};

function toResult(world: World, { plan, strikes, requests, lines }: Finished): Omit<RunResult, 'hash' | 'toldHash'> {
  const { history, engine, account } = world;
  const placings = [...history.placings.values()];
  const ids = new Set(placings.map(({ clientOrderId }) => clientOrderId));
  const real = engine.orders(account).filter(({ clientOrderId }) => ids.has(clientOrderId ?? ''));
  const known = world.connector()?.orders() ?? [];
  const accepted = new Set(real.map(({ clientOrderId }) => clientOrderId));
  return {
    plan,
    strikes,
    lines,
    violations: history.violations,
    told: history.told,
    startedAt: world.startedAt(),
    counts: {
      placed: placings.length,
      accepted: accepted.size,
      fills: history.told.filter(({ event }) => event.type === 'order-filled').length,
      requests,
      notPlaced: known.filter(({ state }) => state === 'not-placed').length,
      crashes: history.crashes.size,
      starts: world.processes.count(),
    },
  };
}

function toTold({ history }: World, withTimes: boolean): string {
  return history.told
    .map(({ at, event }) => {
      const time = withTimes ? `${at} ` : '';
      if ('order' in event) return `${time}${event.id} ${event.order.state} ${event.order.filled.toFixed()}`;
      return withTimes ? `${time}${event.type}` : '';
    })
    .filter((line) => line !== '')
    .join('\n');
}
