import { createStreamConnection, type StreamConnection, type StreamParts } from '@hb/binance-emulation';
import type { VenueSocket, VenueUpgrade } from '@hb/connector-testkit';

import { parseStream } from './stream-names.js';

/** `/public/ws` and `/market/stream`. */
export const routed: RegExp = /^\/(public|market)(\/(?:ws|stream)(?:\/.*)?)$/;

/** A connection to one of the two routes of market streams: those of the other stay silent. https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams */
export function createRoutedConnection(
  parts: StreamParts,
  { path, query }: VenueUpgrade,
  socket: VenueSocket,
): StreamConnection {
  const [, route, rest = ''] = routed.exec(path) ?? [];
  const rules = {
    messagesPerSecond: 10,
    isStream: (name: string) => parseStream(name) !== undefined,
    carries: (name: string) => parseStream(name)?.route === route,
  };
  return createStreamConnection({ ...parts, ...rules }, { path: rest, query }, socket);
}
