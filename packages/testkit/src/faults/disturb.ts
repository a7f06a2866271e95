import type { Clock } from '@hb/connector-core';

import { disturbHttp } from './http.js';
import { disturbConnect } from './ws.js';
import type { Fault, Strike } from './fault.js';
import { createStriker } from './striker.js';
import type { EmulatedVenue } from '../venue.js';

/** A venue behind a bad line. */
export interface DisturbedVenue extends EmulatedVenue {
  /** What struck so far, in order: a test of a fault asserts that it did. */
  readonly strikes: readonly Strike[];
  /** Adds a fault; its `at` counts from when the venue was disturbed. */
  add(fault: Fault): void;
}

/** Puts faults between a venue and its clients, the same on sockets and in memory. */
export function disturb(venue: EmulatedVenue, clock: Clock, faults: readonly Fault[]): DisturbedVenue {
  const striker = createStriker(clock);
  for (const fault of faults) striker.add(fault);
  const connect = disturbConnect(venue, clock, striker);
  return {
    http: disturbHttp(venue, clock, striker),
    connect,
    strikes: striker.strikes,
    add: striker.add,
    stop: () => {
      striker.stop();
      venue.stop();
    },
  };
}
