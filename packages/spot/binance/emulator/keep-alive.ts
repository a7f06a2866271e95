import type { Clock } from '@hb/connector-core';
import type { VenueConnection, VenueSocket } from '@hb/connector-testkit';

const pingMs = 20_000;
const silentMs = 60_000;
const longestMs = 86_400_000;

/**
 * A connection that is pinged every 20 s, ends a minute after the last pong, and after 24 hours in any case.
 * https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams#general-wss-information
 */
export function keepAlive(clock: Clock, socket: VenueSocket, connection: VenueConnection): VenueConnection {
  const openedAt = clock.mono();
  let answeredAt = openedAt;
  // A pong that nobody asked for keeps nothing alive.
  let isAsked = false;
  let cancel = clock.at(openedAt + pingMs, beat);

  function beat(): void {
    const now = clock.mono();
    if (now - openedAt >= longestMs) socket.close(1001, 'Connection has been open for 24 hours');
    else if (now - answeredAt >= silentMs) socket.close(1008, 'Pong timeout');
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
