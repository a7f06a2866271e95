import { nodePorts, type HttpAnswer, type HttpLimits, type WireRequest } from '@hb/connector-core';

import { disturb, type DisturbedVenue } from '../faults/disturb.js';
import { createRandom, type Random } from '../random.js';
import type { AnySimulationFixture } from '../simulation/fixture.js';
import { everyFault } from '../simulation/catalogue.js';
import { breaksStreams, generate, marginScale, standardScale } from '../simulation/generate.js';
import { runPlan, type RunResult } from '../simulation/run.js';
import type { EmulatedVenue } from '../venue.js';
import { createMemoryDisk } from '../virtual/memory-disk.js';
import type { Medium } from '../virtual/medium.js';
import type { LoggedLine, VirtualPorts, VirtualPortsOptions } from '../virtual/ports.js';
import type { Trouble } from './pipe.js';
import { startProxy, type FaultProxy } from './proxy.js';
import { createScaledClock, type ScaledClock } from './scaled-clock.js';
import { serveVenue } from './serve.js';

/** Trouble on the line, from `at` on, in ms of the connector's clock after its start. */
export type PlannedTrouble = { readonly at: number; readonly forMs: number } & (
  | { readonly kind: 'trouble'; readonly trouble: Trouble }
  /** Every connection breaks at once. */
  | { readonly kind: 'reset' }
);

export type ChaosOptions<O, C, W> = {
  readonly fixture: AnySimulationFixture<O, C, W>;
  readonly seed: number;
  /** How many times faster than the world its clock is; 20 when left out. */
  readonly speed?: number;
};

export type ChaosResult = RunResult & {
  readonly troubles: readonly PlannedTrouble[];
  /** By how much the latest timer was late, in ms of the world. Hundreds mean that the machine was too busy to prove anything. */
  readonly latestMs: number;
};

const standardSpeed = 20;
/** Long enough for a busy machine: most of a second in the world. */
const requestTimeoutMs = 16_000;
/** Between two troubles the line is well, so that not all of a run is spent on connecting again. */
const everyMs = 6_000;
const faultsMs = 45_000;
/** Connections are the line's business. */
const only = everyFault.map(({ id }) => id).filter((id) => !breaksStreams.has(id));
const scale = { ...standardScale, actions: 60, faults: 20, faultsMs, livenessMs: 200_000, restarts: false, only };
const onMargin = { ...scale, livenessMs: marginScale.livenessMs, onMargin: true };

/**
 * The scenario of a seed on real sockets: the connector speaks HTTP and WebSocket over TCP to its emulated venue, through a
 * proxy that delays, slices, cuts, resets and swallows. The same oracles look at it as at a run in memory; what happens depends
 * on the machine too, so the same seed gives the same troubles and no more.
 */
export async function runOnSockets<O, C, W>(options: ChaosOptions<O, C, W>): Promise<ChaosResult> {
  const { fixture, seed, speed = standardSpeed } = options;
  const random = createRandom(seed).fork('chaos');
  const line = await openLine(speed, random);
  try {
    const troubles = drawTroubles(random.fork('troubles'), speed);
    const plan = generate(seed, fixture.spec.specVersion === 'perpetual/1' ? onMargin : scale);
    const settings = { ...plan.settings, requestTimeoutMs };
    const result = await runPlan(
      { ...plan, settings },
      {
        fixture: behindProxy(fixture, line.proxy.host),
        medium: line.medium,
        started: () => line.bringAbout(troubles),
      },
    );
    return { ...result, troubles, latestMs: line.latestMs() };
  } finally {
    await line.close();
  }
}

/** Kinds take turns, so that each run has all of them. */
export function drawTroubles(random: Random, speed: number): readonly PlannedTrouble[] {
  const kinds = shuffled(random, troubleKinds);
  return Array.from({ length: Math.floor(faultsMs / everyMs) }, (_, index): PlannedTrouble => {
    const own = random.fork(`trouble ${index}`);
    const at = index * everyMs + own.integer(0, 2_000);
    const make = kinds[index % kinds.length];
    const trouble = make?.(own, speed);
    const forMs = own.integer(1_000, 4_000);
    return trouble === undefined ? { at, forMs, kind: 'reset' } : { at, forMs, kind: 'trouble', trouble };
  });
}

/** In the world's time, since the proxy runs in it; `undefined` breaks every connection. */
const troubleKinds: readonly ((random: Random, speed: number) => Trouble | undefined)[] = [
  (random, speed) => ({ latencyMs: random.integer(100, 900) / speed, jitterMs: random.integer(50, 900) / speed }),
  (random, speed) => ({ ...oneWay(random), bytesPerSecond: random.integer(2_000, 20_000) * speed }),
  (random) => ({ ...oneWay(random), cutAfterBytes: random.integer(1, 3_000), cutWith: random.pick(['reset', 'end']) }),
  () => undefined,
  (random) => ({ ...oneWay(random), deaf: true }),
  (random) => ({ ...oneWay(random), blackhole: true }),
];

function oneWay(random: Random): Pick<Trouble, 'direction'> {
  return random.chance(0.3) ? {} : { direction: random.pick(['up', 'down']) };
}

type Line = {
  readonly proxy: FaultProxy;
  readonly medium: Medium;
  readonly bringAbout: (troubles: readonly PlannedTrouble[]) => void;
  readonly latestMs: () => number;
  readonly close: () => Promise<void>;
};

/** A server and a proxy before it; the venue behind them comes later. */
async function openLine(speed: number, random: Random): Promise<Line> {
  let behind: EmulatedVenue | undefined;
  const clocks: ScaledClock[] = [];
  const served = await serveVenue({
    http: (request) => behind?.http(request) ?? { cut: 'reset' },
    connect: (request, socket) => behind?.connect(request, socket) ?? { refused: 503 },
    stop: () => undefined,
  });
  const proxy = await startProxy({ target: served.host, seed: random.fork('proxy').next() });
  const medium: Medium = {
    createClock: () => {
      const clock = createScaledClock(speed);
      clocks.push(clock);
      return clock;
    },
    openPorts: (given) => {
      const [venue] = Object.values(given.venues);
      if (venue === undefined) throw new RangeError('a venue is needed');
      const disturbed = disturb(venue, given.clock, []);
      behind = disturbed;
      return socketPorts(given, { disturbed, speed, connections: served.connections });
    },
  };
  const bringAbout = (troubles: readonly PlannedTrouble[]): void => {
    const [clock] = clocks;
    const begin = clock?.mono() ?? 0;
    for (const planned of troubles) {
      clock?.at(begin + planned.at, () => {
        if (planned.kind === 'reset') proxy.reset();
        else proxy.trouble(planned.trouble);
      });
      clock?.at(begin + planned.at + planned.forMs, () => proxy.trouble());
    }
  };
  return {
    ...{ proxy, medium, bringAbout },
    latestMs: () => Math.max(0, ...clocks.map((clock) => clock.latestMs())),
    close: async () => {
      for (const clock of clocks) clock.close();
      await proxy.close();
      await served.close();
    },
  };
}

type Sockets = { readonly disturbed: DisturbedVenue; readonly speed: number; readonly connections: () => number };

/** Node's own sockets, on a clock that is faster than theirs. */
function socketPorts(
  { seed, clock, trace }: VirtualPortsOptions,
  { disturbed, speed, connections }: Sockets,
): VirtualPorts {
  const ports = nodePorts({ sandbox: true });
  const random = createRandom(seed);
  const logged: LoggedLine[] = [];
  let requests = 0;
  const send = (request: WireRequest, limits: HttpLimits): Promise<HttpAnswer> => {
    requests += 1;
    trace?.({ at: clock.mono(), id: `http ${requests}`, what: `${request.method} ${request.url.pathname}` });
    return ports.http.send(request, { ...limits, deadlineMs: limits.deadlineMs / speed });
  };
  return {
    ...{ clock, ws: ports.ws, crypto: ports.crypto, logged, connections },
    http: { send },
    disk: createMemoryDisk(),
    random: (stream) => {
      const drawn = random.fork(`stream ${stream}`);
      return () => drawn.next();
    },
    log: (level, event, fields) => logged.push({ at: clock.mono(), level, event, fields }),
    disturb: (fault) => disturbed.add(fault),
    strikes: () => disturbed.strikes,
  };
}

function behindProxy<O, C, W>(fixture: AnySimulationFixture<O, C, W>, host: string): AnySimulationFixture<O, C, W> {
  return {
    ...fixture,
    createVenue: (parts) => {
      const venue = fixture.createVenue(parts);
      const hosts = Object.entries(venue.hosts).map(([name, address]): [string, string] => [
        name,
        address.replace(/\/\/[^/]+/, `//${host}`),
      ]);
      return { ...venue, hosts: Object.fromEntries(hosts) };
    },
  };
}

function shuffled<T>(random: Random, list: readonly T[]): readonly T[] {
  return list
    .map((item) => ({ item, place: random.next() }))
    .toSorted((one, other) => one.place - other.place)
    .map(({ item }) => item);
}
