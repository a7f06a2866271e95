import type { Scan } from '../codec/scanner.js';
import type { Look } from './api.js';
import type { Answer, Charge, Params } from './endpoint.js';

/** What goes out on a stream: an object becomes JSON. */
export type Message = object | string | Uint8Array;

/** What one incoming message is. `sequence`: its number on this connection; a hole makes each of its topics stale. */
export type Frame = { readonly sequence?: number } & FrameKind;

type FrameKind =
  | { readonly type: 'data'; readonly payload: unknown }
  | {
      readonly type: 'ack' | 'refused';
      readonly id?: string;
      readonly topics?: readonly string[];
      readonly message?: string;
    }
  /** The answer to a request; also accepted as the ack of a login or subscription with that id. */
  | { readonly type: 'response'; readonly id: string; readonly answer: Answer }
  | { readonly type: 'reply'; readonly message: Message }
  | { readonly type: 'reconnect'; readonly reason: string }
  | { readonly type: 'ignore' };

/** One websocket's protocol as data and pure functions. Connecting, subscribing and recovering are core's. */
export type Stream<E, P, O> = {
  /** Runs before every connection; may call the venue for a token. */
  readonly url: (p: P) => string | Promise<string>;
  /** Of binary messages; text is never compressed. */
  readonly compression?: 'gzip' | 'deflate-raw';
  /** Bytes to message; the lossless JSON decoder when left out. */
  readonly decode?: (bytes: Uint8Array) => unknown;
  /** The first message after connecting; subscriptions wait until it is acknowledged. */
  readonly login?: (p: P, id: string) => Message | Promise<Message>;
  readonly subscribe?: (
    p: P,
    topics: readonly string[],
    id: string,
  ) => readonly Message[] | Promise<readonly Message[]>;
  readonly unsubscribe?: (
    p: P,
    topics: readonly string[],
    id: string,
  ) => readonly Message[] | Promise<readonly Message[]>;
  /** Whether subscriptions are acknowledged by id or by topic; `none` when the venue stays silent. `id` when left out. */
  readonly acks?: 'id' | 'topics' | 'none';
  /** A request over the stream, for endpoints `RPC method`. */
  readonly request?: (p: P, method: string, params: Params, id: string) => Message | Promise<Message>;
  readonly frame: (message: unknown) => Frame;
  /** What a data payload says; `[]` for payloads that are not used. */
  readonly parse: (payload: unknown, look: Look<O>) => readonly E[];
  /**
   * The fast way of book updates: bytes straight to numbers, made of what `scan` in core has. What it does not take
   * goes to `decode`, `frame` and `parse`, which must say the same. Not for frames that are numbered per connection.
   */
  readonly scan?: Scan;
  /** The venue's own ping, made anew each time; protocol pings when left out. */
  readonly ping?: { readonly everyMs: number; readonly message: (p: P) => Message };
  /** A request that keeps the session alive, such as a listen-key renewal. */
  readonly keepAlive?: { readonly everyMs: number; readonly run: (p: P) => Promise<unknown> };
  /** Public: without any message for this long the connection is stale. Private: how often a probe must be answered. */
  readonly silentMs: number;
  /** The venue ends connections of this age; core replaces them before. */
  readonly maxAgeMs?: number;
  readonly topicsPerConnection?: number;
  readonly topicsPerMessage?: number;
  /** Charged per connection opened and per message sent. */
  readonly cost?: { readonly connect?: Charge; readonly message?: Charge };
};

/** Where a venue's observations come from: streams with their topics, and polls where it has no stream. */
export type Feed<E, P, O> = {
  readonly streams?: Readonly<Record<string, Stream<E, P, O>>>;
  /** Topics to hold all the time; those of markets come from `topic`. */
  readonly topics?: (p: P) => readonly StreamTopic[];
  readonly polls?: readonly Poll<E, P>[];
};

/** What to subscribe, and on which of the feed’s streams. */
export type StreamTopic = { readonly stream: string; readonly topic: string };

/** Asks again and again; `cursor` is what the last answer gave. */
export type Poll<E, P> = {
  readonly everyMs: number;
  readonly fetch: (p: P, cursor?: string) => Promise<{ readonly events: readonly E[]; readonly cursor?: string }>;
};
