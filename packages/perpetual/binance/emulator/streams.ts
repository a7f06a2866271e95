import type { Clock } from '@hb/connector-core';
import { createSubscriptions, createVenueLimits } from '@hb/connector-testkit';
import type { Publisher, VenueConnection, VenueSocket, VenueUpgrade } from '@hb/connector-testkit';

import { readPairs } from './parameters.js';
import { respondTo, streamError, unknownMethod } from './stream-messages.js';
import { parseStream } from './stream-names.js';

/** Pings and pongs among them. https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams */
const messages = { limit: 10, perMs: 1_000, window: 'sliding' } as const;
const streamLimit = 1_024;
/** `/public/ws` and `/market/stream`. */
export const routed: RegExp = /^\/(public|market)(\/(?:ws|stream)(?:\/.*)?)$/;

type Parts = { readonly clock: Clock; readonly publisher: Publisher; readonly noteRefusal: () => void };

/** A connection to one of the two routes of market streams: those of the other stay silent. Starts with the streams that the path or the query names. https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams */
export function createStreamConnection(parts: Parts, upgrade: VenueUpgrade, socket: VenueSocket): VenueConnection {
  const subscriptions = createSubscriptions(parts.publisher, send);
  const limits = createVenueLimits({ messages }, () => parts.clock.mono());
  const [, route = '', rest = ''] = routed.exec(upgrade.path) ?? [];
  let isCombined = rest.startsWith('/stream');

  function send(name: string, payload: string): void {
    if (parseStream(name)?.route !== route) return;
    socket.send(isCombined ? `{"stream":${JSON.stringify(name)},"data":${payload}}` : payload);
  }
  /** The text of `result`. Throws a `StreamError` as the documentation lists them. */
  function answer(method: unknown, params: unknown): string {
    switch (method) {
      case 'SUBSCRIBE':
        for (const name of readNames(params, subscriptions.topics().length)) subscriptions.add(name);
        return 'null';
      case 'UNSUBSCRIBE':
        for (const name of readNames(params, 0)) subscriptions.remove(name);
        return 'null';
      case 'LIST_SUBSCRIPTIONS':
        return JSON.stringify(subscriptions.topics());
      case 'SET_PROPERTY':
        isCombined = readProperty(params, 2);
        return 'null';
      case 'GET_PROPERTY':
        readProperty(params, 1);
        return String(isCombined);
      default:
        throw unknownMethod(method);
    }
  }
  function count(then: () => void): void {
    if (limits.take('messages', '').allowed) {
      then();
      return;
    }
    parts.noteRefusal();
    socket.close(1008, 'Too many requests');
  }
  for (const name of namesOf(rest, upgrade.query)) subscriptions.add(name);
  return {
    message: (bytes) => count(() => socket.send(respondTo(bytes, answer))),
    ping: () => count(() => socket.pong()),
    pong: () => count(() => undefined),
    closed: () => subscriptions.clear(),
  };
}

/** `/ws/btcusdt@aggTrade`, `/stream?streams=btcusdt@aggTrade/btcusdt@markPrice`. */
function namesOf(path: string, query: string): readonly string[] {
  const names = path.startsWith('/stream')
    ? (readPairs(query).find(([name]) => name === 'streams')?.[1] ?? '')
    : decodeURIComponent(path.replace(/^\/ws\/?/, ''));
  return names.split('/').filter((name) => parseStream(name) !== undefined);
}

function readNames(params: unknown, listening: number): readonly string[] {
  if (!Array.isArray(params)) throw streamError(2, 'Invalid request: invalid stream');
  const names = params.map((name: unknown) => {
    if (typeof name === 'string' && parseStream(name) !== undefined) return name;
    throw streamError(2, 'Invalid request: invalid stream');
  });
  if (listening + names.length > streamLimit) throw streamError(2, 'Invalid request: too many parameters');
  return names;
}

/** The value of `["combined", true]`. */
function readProperty(params: unknown, length: 1 | 2): boolean {
  const given: readonly unknown[] = Array.isArray(params) ? params : [];
  const [name, value] = given;
  if (typeof name !== 'string') throw streamError(2, 'Invalid request: property name must be a string');
  if (name !== 'combined') throw streamError(0, 'Unknown property');
  if (length === 2 && typeof value !== 'boolean') throw streamError(1, 'Invalid value type: expected Boolean');
  return value === true;
}
