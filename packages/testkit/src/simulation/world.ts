import { createConnector, systemPorts, type Connector, type ConnectorOptions, type Event } from '@hb/connector-core';

import { openExchange, type Exchange } from '../conformance/exchange.js';
import type { TestedSpec } from '../conformance/fixture.js';
import { createNoise } from '../engine/noise.js';
import { isPerpetual } from '../engine/perpetual/types.js';
import type { Engine } from '../engine/types.js';
import { createRandom } from '../random.js';
import type { VirtualClock } from '../virtual/clock.js';
import { inMemory, type Medium } from '../virtual/medium.js';
import type { TraceLine } from '../virtual/network.js';
import type { VirtualPorts } from '../virtual/ports.js';
import { watchBooks, type BookWatch } from './books.js';
import type { AnySimulationFixture, SimulationVenue } from './fixture.js';
import { createHistory, type History, type Violation } from './history.js';
import { createHearing, type Hearing } from './hearing.js';
import { watchHoldings, type HoldingsWatch } from './holdings.js';
import { createHost, type Crash, type Host } from './host.js';
import { watchLimits, type LimitWatch } from './limits.js';
import { createLine, type Line } from './line.js';
import type { Machine } from '../virtual/machine.js';
import { runMargin } from './margin.js';
import type { Plan } from './plan.js';
import { createProcesses, type Processes } from './processes.js';

/** Makes the connector; `createConnector` but where a planted defect takes its place. */
export type Connect<O, C, W> = (spec: TestedSpec<O, C, W>, options: ConnectorOptions<C>) => Connector;

export type WorldParts<O, C, W> = {
  readonly fixture: AnySimulationFixture<O, C, W>;
  readonly plan: Plan;
  readonly connect?: Connect<O, C, W> | undefined;
  readonly trace: (line: TraceLine) => void;
  /** Memory when left out. */
  readonly medium?: Medium | undefined;
};

/** A venue with its other traders, a bad line, and a machine with a connector on it. */
export type World = {
  readonly clock: VirtualClock;
  readonly ports: VirtualPorts;
  readonly venue: SimulationVenue;
  readonly engine: Engine;
  readonly account: string;
  readonly exchanges: readonly Exchange[];
  readonly line: Line;
  /** Of a venue that forgets. */
  readonly hearing: Pick<Hearing, 'has' | 'answers'> | undefined;
  readonly books: BookWatch;
  readonly holdings: HoldingsWatch;
  readonly limits: Pick<LimitWatch, 'refusals'>;
  readonly history: History;
  /** Lets time pass until the connector runs. */
  readonly start: () => Promise<void>;
  readonly durability: 'fsync' | 'os';
  readonly host: Host;
  readonly processes: Processes;
  readonly connector: () => Connector | undefined;
  readonly machine: () => Machine;
  readonly restart: (how: 'stop' | Crash, downMs: number) => boolean;
  /** Told of every event right after the listener has been. */
  readonly onTold: (listener: (event: Event) => void) => void;
  /** In ms after `start` was through. */
  readonly elapsed: () => number;
  readonly startedAt: () => number;
  readonly stopNoise: () => void;
  readonly violate: (oracle: Violation['oracle'], what: string) => void;
};

const longestLagMs = 20_000;

const eventTypes = [
  ...(['order-opened', 'order-amended', 'order-closed', 'order-uncertain', 'order-reopened'] as const),
  ...(['order-filled', 'fill-amended', 'fill-voided', 'balance', 'market-changed', 'status', 'warning'] as const),
  ...(['position', 'funding-paid'] as const),
] as const;

export function createWorld<O, C, W>(parts: WorldParts<O, C, W>): World {
  const { fixture, plan, connect = createConnector, medium = inMemory } = parts;
  const { settings } = plan;
  const random = createRandom(plan.seed).fork('world');
  const clock = medium.createClock(settings.isShuffled ? { shuffle: plan.seed } : {});
  const { crypto } = systemPorts();
  // A venue's clock says whole milliseconds, also between the fractions at which timers run.
  const venueClock = { ...clock, now: () => Math.floor(clock.now()) };
  const venue = fixture.createVenue({ clock: venueClock, crypto, random: random.fork('venue') });
  const { engine, account, hosts } = venue;
  const exchanges = fixture.markets.map((rules) => openExchange({ engine, account, rules }));
  // Looked at where the venue forgets alone: elsewhere it says all of it once more.
  const hearing = venue.forgottenMs === undefined ? undefined : createHearing();
  const line = createLine(venue.venue, clock, fixture.wire, hearing?.said);
  const limits = watchLimits({ door: line, venue, clock, tellsUse: fixture.spec.usage !== undefined });
  const door = { http: limits.http, connect: limits.connect, stop: () => venue.venue.stop() };
  const ports = medium.openPorts({
    seed: plan.seed,
    clock,
    latencyMs: settings.latencyMs,
    venues: Object.fromEntries(Object.values(hosts).map((address) => [new URL(address).host, door])),
    trace: (each) => {
      parts.trace(each);
      hearing?.passed(each);
    },
  });
  const books = watchBooks({ engine, exchanges, mono: () => clock.mono(), deepest: venue.bookLevels });
  const holdings = watchHoldings(engine, account, exchanges);
  const history = createHistory();
  const pairs = exchanges.map(({ pair }) => pair);
  const { syncMs = 0, durability = 'fsync' } = settings;
  const host = createHost({ ports, clock, random: random.fork('host'), syncMs });
  const listeners = new Set<(event: Event) => void>();
  let noise: ReturnType<typeof openNoise>;
  let margin = (): void => undefined;
  let startedAt: number | undefined;

  // What happens before the script begins has no time of its own.
  const elapsed = (): number => (startedAt === undefined ? 0 : clock.mono() - startedAt);
  const violate = (oracle: Violation['oracle'], what: string): void => {
    history.violations.push({ oracle, what, at: elapsed() });
  };

  const make: Parameters<typeof createProcesses>[0]['make'] = ({ number, ports: own, acceptDamage }) => {
    const connector = connect(fixture.spec, {
      credentials: fixture.credentials,
      ...(fixture.options && { options: fixture.options }),
      hosts,
      sandbox: true,
      requestTimeoutMs: settings.requestTimeoutMs,
      auditEveryMs: settings.auditEveryMs,
      data: 'data',
      durability,
      acceptDamage,
      ports: { ...own, random: (stream) => own.random(`${stream} ${number}`) },
    });
    for (const type of eventTypes) {
      connector.on(type, (event: Event) => {
        history.told.push({ at: elapsed(), event, process: number });
        for (const listener of listeners) listener(event);
      });
    }
    connector.on('balance', (event) => {
      const wrong = holdings.check(event);
      if (wrong !== undefined) violate('BAL', wrong);
    });
    connector.on('position', (event) => {
      const wrong = holdings.checkPosition(event);
      if (wrong !== undefined) violate('POS', wrong);
    });
    for (const pair of pairs) {
      books.begin(pair);
      connector.onBook(pair, (book) => {
        const wrong = books.check(pair, book);
        if (wrong !== undefined) violate('BOK', `the live book of ${pair}: ${wrong}`);
      });
    }
    return connector;
  };
  const processes = createProcesses({ clock, host, history, pairs, make });
  processes.onBegin(() => {
    if (processes.count() > 1) limits.begin();
  });

  return {
    durability,
    host,
    processes,
    clock,
    ports,
    venue,
    engine,
    account,
    exchanges,
    line,
    hearing,
    books,
    holdings,
    limits,
    history,
    elapsed,
    violate,
    start: async () => {
      // However much a replica lags, it never tells of the time before there was anything.
      await clock.advance(longestLagMs);
      margin = openMargin(
        { plan, engine, account, exchanges, clock: venueClock, random: random.fork('margin') },
        fixture,
      );
      noise = openNoise({ plan, engine, account, exchanges, clock: venueClock, random: random.fork('noise') });
      await clock.run(processes.start());
      startedAt = clock.mono();
    },
    startedAt: () => startedAt ?? 0,
    connector: processes.connector,
    machine: host.machine,
    restart: (how, downMs) => {
      if (how === 'stop') return processes.stop(downMs);
      // With `os`, a power cut may take what was told: that is what it is allowed to lose.
      return processes.crash(durability === 'fsync' ? how : 'kill', downMs);
    },
    onTold: (listener) => {
      listeners.add(listener);
    },
    stopNoise: () => {
      noise?.stop();
      margin();
    },
  };
}

type NoiseParts = Pick<World, 'engine' | 'account' | 'exchanges'> & {
  readonly plan: Plan;
  readonly clock: Parameters<typeof createNoise>[0]['clock'];
  readonly random: ReturnType<typeof createRandom>;
};

/** Others that make and take between the ladders, and hunt our orders. */
function openNoise({ plan, engine, account, exchanges, clock, random }: NoiseParts): { stop: () => void } | undefined {
  const { noiseEveryMs } = plan.settings;
  if (noiseEveryMs === 0) return undefined;
  const markets = exchanges.map((exchange) => {
    const gap = Number(exchange.best('sell')) - Number(exchange.price);
    const steps = Math.round(gap / Number(exchange.priceStep.toFixed()));
    const spread = Math.max(1, Math.floor(steps / 2));
    return {
      market: exchange.symbol,
      mid: exchange.price,
      amount: exchange.amounts(3),
      everyMs: noiseEveryMs,
      spread,
      drift: Math.max(1, Math.floor(steps / 40)),
    };
  });
  return createNoise({ engine, clock, random, markets, prey: [account] });
}

/** On perpetuals: the position mode of the seed, where there are two, and marks and funding. Returns what ends those. */
function openMargin<O, C, W>(
  { plan, engine, account, exchanges, clock, random }: NoiseParts,
  { spec }: AnySimulationFixture<O, C, W>,
): () => void {
  if (!isPerpetual(engine) || spec.specVersion !== 'perpetual/1') return () => undefined;
  if (spec.positions.modes.includes('hedge') && random.fork('mode').chance(0.4)) {
    const refusal = engine.setPositionMode(account, 'hedge');
    if (refusal !== undefined) throw new Error(`the emulator refused hedge mode: ${refusal}`);
  }
  return plan.settings.noiseEveryMs === 0 ? () => undefined : runMargin({ engine, clock, random, exchanges });
}
