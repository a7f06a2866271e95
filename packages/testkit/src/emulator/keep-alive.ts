import type { Clock } from '@hb/connector-core';

import type { VenueConnection, VenueSocket } from '../venue.js';

/** When a venue ends a connection, and with which words. */
export type Ending = { readonly afterMs: number; readonly code: number; readonly reason: string };

/** How often a venue pings, and when it ends a connection. */
export type KeepAlive = {
  readonly pingMs: number;
  /** Since the last pong that answered a ping. */
  readonly silent: Ending;
  /** Since the connection was opened. */
  readonly longest: Ending;
};

/** A connection that the venue pings. */
export function keepAlive(
  { clock, socket }: { readonly clock: Clock; readonly socket: VenueSocket },
  connection: VenueConnection,
  { pingMs, silent, longest }: KeepAlive,
): VenueConnection {
  const openedAt = clock.mono();
  let answeredAt = openedAt;
  // A pong that nobody asked for keeps nothing alive.
  let isAsked = false;
  let cancel = clock.at(openedAt + pingMs, beat);

  function beat(): void {
    const now = clock.mono();
    if (now - openedAt >= longest.afterMs) socket.close(longest.code, longest.reason);
    else if (now - answeredAt >= silent.afterMs) socket.close(silent.code, silent.reason);
    else {
      socket.ping();
      isAsked = true;
      cancel = clock.at(now + pingMs, beat);
    }
  }
  return {
    ...connection,
    pong: () => {
      if (isAsked) answeredAt = clock.mono();
      isAsked = false;
      connection.pong?.();
    },
    closed: (code) => {
      cancel();
      connection.closed(code);
    },
  };
}

/** A connection that the client has to keep alive: it ends when nothing came for `afterMs`, messages and pings alike. */
export function endIdle(
  { clock, socket }: { readonly clock: Clock; readonly socket: VenueSocket },
  connection: VenueConnection,
  { afterMs, code, reason }: Ending,
): VenueConnection {
  let heardAt = clock.mono();
  let cancel = clock.at(heardAt + afterMs, check);

  function check(): void {
    // As the timer reckons it: a difference may be rounded to less, and then the timer would be due at once, for ever.
    if (clock.mono() >= heardAt + afterMs) socket.close(code, reason);
    else cancel = clock.at(heardAt + afterMs, check);
  }
  const hear = () => {
    heardAt = clock.mono();
  };
  return {
    message: (bytes) => {
      hear();
      connection.message(bytes);
    },
    ping: () => {
      hear();
      if (connection.ping === undefined) socket.pong();
      else connection.ping();
    },
    pong: () => {
      hear();
      connection.pong?.();
    },
    closed: (code) => {
      cancel();
      connection.closed(code);
    },
  };
}
