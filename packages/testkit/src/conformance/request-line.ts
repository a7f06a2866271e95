import type { Cut, VenueAnswer, VenueRequest } from '../venue.js';
import type { RequestTap } from './request-tap.js';
import type { Message } from './stream-tap.js';

/** A request that the connector is about to write to a stream. */
export type StreamRequest = { readonly method: string; readonly id: string };

export type RequestLineOptions = {
  readonly tap: Pick<RequestTap, 'overStream' | 'passing'>;
  /** The request that a message to the venue is. */
  readonly requestOf: (text: string) => StreamRequest | undefined;
  /** The id that a message to the connector answers. */
  readonly answerOf: (message: Message) => string | undefined;
  readonly address: string;
  readonly toVenue: (bytes: Uint8Array) => void;
  readonly toConnector: (message: Message) => void;
  readonly cut: () => void;
  /** A fault has no form on a stream that all venues share. */
  readonly onInexpressible: (what: string) => void;
};

/** The requests on one connection, disturbed as requests by HTTP are. */
export type RequestLine = {
  /** Takes a message to the venue. False for one that is no request. */
  readonly ask: (bytes: Uint8Array) => boolean;
  /** Takes a message to the connector. False for one that is no awaited answer, or may pass as it is. */
  readonly answer: (message: Message) => boolean;
  readonly end: () => void;
};

const decoder = new TextDecoder();

export function createRequestLine(options: RequestLineOptions): RequestLine {
  const { tap, requestOf, answerOf, toVenue, toConnector, cut, onInexpressible } = options;
  const waiting = new Map<string, (answer: VenueAnswer | Cut) => void>();
  const passing = new Map<string, (answer: VenueAnswer) => void>();

  function deliver(id: string, answer: VenueAnswer | Cut): void {
    if ('cut' in answer) {
      if (answer.cut === 'refused') onInexpressible('a connection that is not made');
      if (answer.cut !== 'silence') cut();
    } else if (answer.status === 200) {
      const old = answerOf(answer.body);
      const isOther = old !== undefined && old !== id && typeof answer.body === 'string';
      toConnector(isOther ? answer.body.replace(`"${old}"`, `"${id}"`) : answer.body);
    } else if (answer.status < 500) {
      onInexpressible(`HTTP ${answer.status}`);
    }
  }
  return {
    ask: (bytes) => {
      const body = decoder.decode(bytes);
      const asked = requestOf(body);
      if (asked === undefined) return false;
      const { method, id } = asked;
      const request: VenueRequest = {
        method: 'RPC',
        path: method,
        query: '',
        headers: new Map(),
        body,
        address: options.address,
      };
      const onAnswer = tap.passing(request);
      if (onAnswer !== undefined) {
        passing.set(id, onAnswer);
        return false;
      }
      const copy = bytes.slice();
      const forward = (): Promise<VenueAnswer | Cut> =>
        new Promise((resolve) => {
          waiting.set(id, resolve);
          toVenue(copy);
        });
      void tap.overStream(request, forward).then((answer) => deliver(id, answer));
      return true;
    },
    answer: (message) => {
      if (waiting.size + passing.size === 0) return false;
      const id = answerOf(message);
      if (id === undefined) return false;
      const answer = { status: 200, headers: {}, body: message };
      passing.get(id)?.(answer);
      passing.delete(id);
      const resolve = waiting.get(id);
      waiting.delete(id);
      resolve?.(answer);
      return resolve !== undefined;
    },
    end: () => {
      for (const resolve of waiting.values()) resolve({ cut: 'silence' });
      waiting.clear();
    },
  };
}
