import type { Clock } from '@hb/connector-core';
import { createSubscriptions, createVenueLimits } from '@hb/connector-testkit';
import type { Publisher, VenueConnection, VenueSocket, VenueUpgrade } from '@hb/connector-testkit';

import { readPairs } from './parameters.js';
import { respondTo, streamError, unknownMethod } from './stream-messages.js';

const streamLimit = 1_024;

type StreamRules = {
  /** Pings and pongs among them; the connection is closed at more. */
  readonly messagesPerSecond: number;
  /** Whether a product has streams of this form. */
  readonly isStream: (name: string) => boolean;
  /** Whether this connection carries a stream; others may be asked for, and stay silent. All when left out. */
  readonly carries?: (name: string) => boolean;
};

/** What a connection is to be given by its venue. */
export type StreamParts = {
  readonly clock: Clock;
  readonly publisher: Publisher;
  readonly noteRefusal: () => void;
};

/** `/ws` or `/stream`, without what stands before it, and the query. */
type Address = Pick<VenueUpgrade, 'path' | 'query'>;

/** A connection to the market streams, and what of it the venue itself needs. */
export type StreamConnection = VenueConnection & {
  /** Sends what no subscription asked for. */
  readonly announce: (name: string, payload: string) => void;
};

/**
 * Starts with the streams that the path or the query names.
 * https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams
 * https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams
 */
export function createStreamConnection(
  parts: StreamParts & StreamRules,
  address: Address,
  socket: VenueSocket,
): StreamConnection {
  const { isStream, carries = () => true } = parts;
  const messages = { limit: parts.messagesPerSecond, perMs: 1_000, window: 'sliding' } as const;
  const limits = createVenueLimits({ messages }, () => parts.clock.mono());
  const subscriptions = createSubscriptions(parts.publisher, send);
  const readNames = createNameReader(isStream);
  let isCombined = address.path.startsWith('/stream');

  function send(name: string, payload: string): void {
    if (!carries(name)) return;
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
  for (const name of namesOf(address).filter(isStream)) subscriptions.add(name);
  return {
    announce: send,
    message: (bytes) => count(() => socket.send(respondTo(bytes, answer))),
    ping: () => count(() => socket.pong()),
    pong: () => count(() => undefined),
    closed: () => subscriptions.clear(),
  };
}

/** `/ws/btcusdt@trade`, `/stream?streams=btcusdt@trade/btcusdt@depth`. */
function namesOf({ path, query }: Address): readonly string[] {
  const names = path.startsWith('/stream')
    ? (readPairs(query).find(([name]) => name === 'streams')?.[1] ?? '')
    : decodeURIComponent(path.replace(/^\/ws\/?/, ''));
  return names.split('/');
}

function createNameReader(isStream: (name: string) => boolean) {
  return (params: unknown, listening: number): readonly string[] => {
    if (!Array.isArray(params)) throw streamError(2, 'Invalid request: invalid stream');
    const names = params.map((name: unknown) => {
      if (typeof name === 'string' && isStream(name)) return name;
      throw streamError(2, 'Invalid request: invalid stream');
    });
    if (listening + names.length > streamLimit) throw streamError(2, 'Invalid request: too many parameters');
    return names;
  };
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
