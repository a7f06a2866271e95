import {
  createConnector,
  encodeJson,
  systemPorts,
  type BookUpdate,
  type Connector,
  type ConnectorOptions,
  type SpotSpec,
  type WsHandlers,
} from '@hb/connector-core';

import { createRandom } from '../random.js';
import { createVirtualClock, type VirtualClock } from '../virtual/clock.js';
import { createMachine, type Machine } from '../virtual/machine.js';
import { createMemoryDisk } from '../virtual/memory-disk.js';
import { virtualPorts, type VirtualPorts } from '../virtual/ports.js';
import { present } from './assert.js';
import { secretsOf, spellings, spoilCredentials } from './credentials.js';
import { openExchange, type Exchange } from './exchange.js';
import type { Fixture, FixtureVenue, TestedSpec } from './fixture.js';
import type { SpecObserver } from './observe-spec.js';
import { createReader } from './read-message.js';
import type { StreamRequest } from './request-line.js';
import { createRequestTap, type RequestTap } from './request-tap.js';
import { createStreamTap, type StreamTap } from './stream-tap.js';

/** How a case wants its connector and its venue. */
export type WorldOptions = {
  /** Without them the connector sees market data only; `wrong` are some that the venue does not know. */
  readonly credentials?: 'none' | 'wrong';
  /** How far the venue's clock is ahead at first. */
  readonly venueAheadMs?: number;
  readonly connector?: Pick<ConnectorOptions<never>, 'auditEveryMs' | 'clientIdPrefix' | 'data'>;
};

/** Makes the connector under test: `createConnector`, but where a planted defect takes its place. */
export type Connect<O, C, W, Spec = SpotSpec<O, C, W>> = (spec: Spec, options: ConnectorOptions<C>) => Connector;

export type StageParts<O, C, W, Spec = SpotSpec<O, C, W>> = {
  readonly fixture: Fixture<C, Spec>;
  /** The fixture's spec, telling what it does. */
  readonly observe: (on: SpecObserver) => Spec;
  readonly connect?: Connect<O, C, W, Spec>;
  readonly venueAheadMs?: number;
};

/** A venue with its traders, and the way there, on which everything can be seen and disturbed. */
export type Stage = {
  readonly clock: VirtualClock;
  readonly ports: VirtualPorts;
  readonly fixture: FixtureVenue;
  readonly main: Exchange;
  readonly other: Exchange;
  readonly http: RequestTap;
  readonly streams: StreamTap;
  /** Secrets, keys and signatures so far. */
  readonly secrets: ReadonlySet<string>;
  /** One more connector on the venue. */
  readonly open: (options?: WorldOptions) => Connector;
  /** Ends the process of a connector at once; the next one finds on its disk what a killed process leaves. */
  readonly kill: (connector: Connector) => void;
  readonly connectors: () => readonly Connector[];
  readonly handlers: (stream: string) => readonly WsHandlers[];
  readonly alterBook: (exchange: Exchange, change: (update: BookUpdate) => BookUpdate) => void;
  readonly jumpVenue: (ms: number) => void;
  /** Faults that were to strike and have no form on the stream that requests go over. */
  readonly inexpressible: readonly string[];
};

const shortestSignature = 32;

export function setStage<O, C, W, Spec extends TestedSpec<O, C, W>>({
  fixture,
  observe,
  connect = createConnector,
  venueAheadMs = 0,
}: StageParts<O, C, W, Spec>): Stage {
  const { spec, credentials } = fixture;
  const { crypto } = systemPorts();
  const clock = createVirtualClock();
  let aheadMs = venueAheadMs;
  // A venue's clock says whole milliseconds, also between the fractions at which timers run.
  const venueClock = { ...clock, now: () => Math.floor(clock.now()) + aheadMs };
  const created = fixture.createVenue({ clock: venueClock, crypto, random: createRandom('conformance') });
  const { engine, account, hosts, venue } = created;
  const [main, other] = fixture.markets;

  const machines = new Map<Connector, Machine>();
  const connectors = (): readonly Connector[] => [...machines.keys()];
  let disk = createMemoryDisk();
  let opened = 0;
  const addresses = new Map<string, string>();
  const secrets = new Set<string>();
  const alterations = createAlterations();
  const look = {
    options: spec.options(fixture.options ?? {}),
    market: (symbol: string) =>
      [...present(connectors()[0], 'connector').markets.values()].find((each) => each.symbol === symbol),
  };
  const http = createRequestTap(venue, clock);
  const asked = new Map<string, StreamRequest>();
  const inexpressible: string[] = [];
  const streams = createStreamTap({
    venue,
    requests: {
      tap: http,
      requestOf: (text) => asked.get(text),
      onInexpressible: (what) => inexpressible.push(what),
    },
    streamOf: ({ path, headers }) => addresses.get(`${headers.get('host') ?? ''}${path}`) ?? '',
    read: createReader<O, C, W>(spec, { crypto, look }),
  });
  const tapped = { http: http.http, connect: streams.connect, stop: () => venue.stop() };
  const names = Object.values(hosts).map((address) => new URL(address).host);
  const ports = virtualPorts({
    seed: 'conformance',
    clock,
    venues: Object.fromEntries(names.map((host) => [host, tapped])),
  });
  const sockets = watchSockets(ports, addresses);
  const observed = observe({
    calls: http.learn,
    opens: (stream, url) => addresses.set(placeOf(new URL(url)), stream),
    asks: (message, request) => {
      if (!(message instanceof Uint8Array))
        asked.set(typeof message === 'string' ? message : encodeJson(message), request);
    },
    alters: alterations.areWanted,
    reads: alterations.read,
    signs: (before, after) => {
      for (const text of after) if (text.length >= shortestSignature && !before.includes(text)) secrets.add(text);
    },
  });

  const open: Stage['open'] = ({ credentials: which, connector } = {}) => {
    const given = which === 'wrong' ? spoilCredentials<O, C, W>(spec, credentials) : credentials;
    for (const text of secretsOf<O, C, W>(spec, given).flatMap(spellings)) secrets.add(text);
    // Each with chance of its own, as two processes have.
    const number = opened;
    opened += 1;
    const random: VirtualPorts['random'] = (name) => ports.random(`${name} ${number}`);
    const machine = createMachine({ ...ports, ws: sockets.ws, disk, random });
    const made = connect(observed, {
      ...connector,
      ...(which !== 'none' && { credentials: given }),
      ...(fixture.options && { options: fixture.options }),
      hosts,
      sandbox: true,
      ports: machine.ports,
    });
    machines.set(made, machine);
    return made;
  };
  const kill: Stage['kill'] = (connector) => {
    machines.get(connector)?.kill();
    machines.delete(connector);
    const random = createRandom(`disk ${opened}`);
    disk = disk.kill(() => random.next());
  };
  return {
    clock,
    ports,
    fixture: created,
    http,
    streams,
    secrets,
    open,
    kill,
    connectors,
    inexpressible,
    main: openExchange({ engine, account, rules: main }),
    other: openExchange({ engine, account, rules: other }),
    handlers: sockets.of,
    alterBook: alterations.add,
    jumpVenue: (ms) => {
      aheadMs += ms;
    },
  };
}

/** Changes to book updates that a case has asked for, each for the next update of its market. */
function createAlterations() {
  const changes = new Map<string, (update: BookUpdate) => BookUpdate>();
  return {
    add: ({ symbol }: Exchange, change: (update: BookUpdate) => BookUpdate): void => {
      changes.set(symbol, change);
    },
    areWanted: () => changes.size > 0,
    read: (update: BookUpdate): BookUpdate => {
      const change = changes.get(update.symbol);
      changes.delete(update.symbol);
      return change === undefined ? update : change(update);
    },
  };
}

/** The handlers of the sockets that are open, by stream. */
function watchSockets(ports: VirtualPorts, addresses: ReadonlyMap<string, string>) {
  const open = new Map<WsHandlers, string>();
  return {
    of: (stream: string): readonly WsHandlers[] => [...open].filter(([, name]) => name === stream).map(([on]) => on),
    ws: {
      open: (...[url, on, limits]: Parameters<VirtualPorts['ws']['open']>) => {
        open.set(on, addresses.get(placeOf(url)) ?? '');
        const close = (code: number, reason: string): void => {
          open.delete(on);
          on.close(code, reason);
        };
        return ports.ws.open(url, { ...on, close }, limits);
      },
    },
  };
}

function placeOf({ host, pathname }: URL): string {
  return `${host}${pathname}`;
}
