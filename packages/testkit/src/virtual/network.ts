import type { Clock, Http, Ws } from '@hb/connector-core';

import type { Random } from '../random.js';
import type { EmulatedVenue } from '../venue.js';
import { createMemoryHttp } from './memory-http.js';
import { createMemoryWs } from './memory-ws.js';

export type MemoryNetworkOptions = {
  readonly clock: Clock;
  readonly random: Random;
  /** By host as in the URL, `api.venue.example` or `127.0.0.1:8080`. Several hosts may share a venue. */
  readonly venues: Readonly<Record<string, EmulatedVenue>>;
  /** One way, lowest and highest; 1 to 20 ms when left out. Messages of one WebSocket never overtake each other. */
  readonly latencyMs?: readonly [low: number, high: number];
  /** What venues see as the client's address; 127.0.0.1 when left out. */
  readonly address?: string;
  /** Told of everything that passes, in order: the same seed gives the same lines. */
  readonly trace?: (line: TraceLine) => void;
};

/** `at` is `mono()` of the clock. `what` is `GET /api/v3/time`, `200 {…}`, `> {…}`, `< {…}` or `close 1006`. */
export type TraceLine = {
  readonly at: number;
  /** Which request or connection, counted from 1. */
  readonly id: string;
  readonly what: string;
};

/** A network without sockets: requests reach their venue after a latency drawn from the seed. */
export type MemoryNetwork = {
  readonly http: Http;
  readonly ws: Ws;
  /** Open WebSockets. */
  readonly connections: () => number;
};

/** What both kinds of traffic share. */
export type Wires = {
  readonly clock: Clock;
  readonly address: string;
  readonly venueOf: (url: Pick<URL, 'host'>) => EmulatedVenue | undefined;
  /** Latencies of one request or connection, whatever else goes on. */
  readonly latencyOf: (id: string) => () => number;
  readonly trace: (id: string, what: string) => void;
};

export function createMemoryNetwork(options: MemoryNetworkOptions): MemoryNetwork {
  const { clock, random, address = '127.0.0.1' } = options;
  const [low, high] = options.latencyMs ?? [1, 20];
  const venues = new Map(Object.entries(options.venues));
  const wires: Wires = {
    clock,
    address,
    venueOf: (url) => venues.get(url.host),
    latencyOf: (id) => {
      const drawn = random.fork(id);
      return () => drawn.integer(low, high);
    },
    trace: (id, what) => options.trace?.({ at: clock.mono(), id, what }),
  };
  const { ws, connections } = createMemoryWs(wires);
  return { http: createMemoryHttp(wires), ws, connections };
}
