import type { Clock } from '@hb/connector-core';

import type { EmulatedVenue } from '../venue.js';
import type { SimulationVenue } from './fixture.js';

export type LimitWatch = Pick<EmulatedVenue, 'http' | 'connect'> & {
  /** How many requests were turned away that the connector could have known better about. */
  readonly refusals: () => number;
  /** A process begins after another one. */
  readonly begin: () => void;
};

export type LimitWatchParts = {
  readonly door: Pick<EmulatedVenue, 'http' | 'connect'>;
  readonly venue: Pick<SimulationVenue, 'limitRefusals'>;
  readonly clock: Pick<Clock, 'mono'>;
  /** Whether the venue tells with its answers how much of a limit is used. */
  readonly tellsUse: boolean;
};

/** The longest windows that venues count in: requests, and connections. */
const windowMs = 60_000;
const connectionWindowMs = 300_000;

/**
 * Where a venue does not tell how much of a limit is used, a new process cannot know what the one before it had sent.
 * No venue tells how many connections it has counted.
 */
export function watchLimits({ door, venue, clock, tellsUse }: LimitWatchParts): LimitWatch {
  let seen = 0;
  let counted = 0;
  let beganAt = -Infinity;

  const look = (couldKnow: boolean): void => {
    const all = venue.limitRefusals();
    if (couldKnow) counted += all - seen;
    seen = all;
  };
  const lookAtRequests = (): void => {
    look(tellsUse || clock.mono() - beganAt > windowMs);
  };
  return {
    http: async (request) => {
      const answer = await door.http(request);
      lookAtRequests();
      return answer;
    },
    connect: (upgrade, socket) => {
      lookAtRequests();
      const connection = door.connect(upgrade, socket);
      look(clock.mono() - beganAt > connectionWindowMs);
      return connection;
    },
    refusals: () => {
      lookAtRequests();
      return counted;
    },
    begin: () => {
      lookAtRequests();
      beganAt = clock.mono();
    },
  };
}
