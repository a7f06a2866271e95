import { nodePorts, type LogLevel, type Ports } from '@hb/connector-core';

import { disturb } from '../faults/disturb.js';
import type { Fault, Strike } from '../faults/fault.js';
import { createRandom } from '../random.js';
import type { EmulatedVenue } from '../venue.js';
import type { VirtualClock } from './clock.js';
import { createMemoryDisk } from './memory-disk.js';
import { createMemoryNetwork, type MemoryNetworkOptions } from './network.js';

/** Which venues can be reached, under which names, and how far they are. */
export type VirtualPortsOptions = Pick<MemoryNetworkOptions, 'latencyMs' | 'address' | 'trace' | 'venues'> & {
  readonly seed: number | string;
  /** The clock that the venues run on. */
  readonly clock: VirtualClock;
  /** Between the venues and the connector; with several venues each counts for itself. */
  readonly faults?: readonly Fault[];
};

/** A line that a connector logged. */
export type LoggedLine = {
  /** By `mono()`. */
  readonly at: number;
  readonly level: LogLevel;
  readonly event: string;
  readonly fields: Readonly<Record<string, unknown>>;
};

/** A connector's ports without a socket, a file or a clock that runs by itself. Signatures are the real ones. */
export type VirtualPorts = Ports & {
  readonly clock: VirtualClock;
  /** All lines since the start, or since it was emptied: a test of memory empties it. */
  readonly logged: LoggedLine[];
  /** Adds a fault; its `at` counts from when the ports were created. */
  readonly disturb: (fault: Fault) => void;
  /** What struck so far. */
  readonly strikes: () => readonly Strike[];
  /** Open WebSockets. */
  readonly connections: () => number;
};

/** The same seed, venues and faults give the same run, message for message. */
export function virtualPorts(options: VirtualPortsOptions): VirtualPorts {
  const { clock, faults = [] } = options;
  const random = createRandom(options.seed);
  const disturbed = new Map(
    [...new Set(Object.values(options.venues))].map((venue) => [venue, disturb(venue, clock, faults)]),
  );
  const venues = Object.fromEntries(
    Object.entries(options.venues).map(([host, venue]): [string, EmulatedVenue] => [
      host,
      disturbed.get(venue) ?? venue,
    ]),
  );
  const { http, ws, connections } = createMemoryNetwork({ ...options, venues, random: random.fork('network') });
  const logged: LoggedLine[] = [];
  return {
    clock,
    http,
    ws,
    crypto: nodePorts().crypto,
    disk: createMemoryDisk(),
    random: (stream) => {
      const drawn = random.fork(`stream ${stream}`);
      return () => drawn.next();
    },
    log: (level, event, fields) => logged.push({ at: clock.mono(), level, event, fields }),
    logged,
    disturb: (fault) => {
      for (const venue of disturbed.values()) venue.add(fault);
    },
    strikes: () => [...disturbed.values()].flatMap((venue) => venue.strikes),
    connections,
  };
}
