import { readPairs, respondTo, streamError, unknownMethod } from '@hb/binance-emulation';
import type { VenueConnection, VenueSocket, VenueUpgrade } from '@hb/connector-testkit';

/** `/private/ws/<listenKey>`, `/private/ws`, with `?listenKey=` as ccxt connects, and `/private/stream?streams=<listenKey>`. */
export const isPrivate = (path: string): boolean => /^\/private\/(?:ws(?:\/\w+)?|stream)$/.test(path);

/** A connection to user streams, which go by their listen keys as others do by their names. */
export type UserConnection = VenueConnection & {
  readonly keys: ReadonlySet<string>;
  readonly tell: (key: string, event: object) => void;
};

/** Starts with the keys that the path or the query names. https://developers.binance.com/docs/derivatives/usds-margined-futures/user-data-streams/Connect */
export function createUserConnection(upgrade: VenueUpgrade, socket: VenueSocket): UserConnection {
  const keys = new Set(keysOf(upgrade));
  const isCombined = upgrade.path.endsWith('/stream');

  function answer(method: unknown, params: unknown): string {
    if (method === 'LIST_SUBSCRIPTIONS') return JSON.stringify([...keys]);
    if (method !== 'SUBSCRIBE' && method !== 'UNSUBSCRIBE') throw unknownMethod(method);
    for (const key of readKeys(params)) {
      if (method === 'SUBSCRIBE') keys.add(key);
      else keys.delete(key);
    }
    return 'null';
  }
  return {
    keys,
    tell: (key, data) => socket.send(JSON.stringify(isCombined ? { stream: key, data } : data)),
    message: (bytes) => socket.send(respondTo(bytes, answer)),
    closed: () => keys.clear(),
  };
}

function keysOf({ path, query }: VenueUpgrade): readonly string[] {
  const [, inPath] = /^\/private\/ws\/(\w+)$/.exec(path) ?? [];
  if (inPath !== undefined) return [inPath];
  const named = readPairs(query).find(([name]) => name === 'streams' || name === 'listenKey')?.[1] ?? '';
  return named.split('/').filter((key) => key !== '');
}

function readKeys(params: unknown): readonly string[] {
  if (!Array.isArray(params)) throw streamError(2, 'Invalid request: invalid stream');
  return params.map((key: unknown) => {
    if (typeof key === 'string' && /^\w+$/.test(key)) return key;
    throw streamError(2, 'Invalid request: invalid stream');
  });
}
