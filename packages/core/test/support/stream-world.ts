import type { Meter } from '../../src/model/metrics.js';
import { createNodeCrypto } from '../../src/ports/node-crypto.js';
import type { Ws } from '../../src/ports/ports.js';
import type { Answer, Pool, Verdict } from '../../src/spec/endpoint.js';
import type { Frame, Stream } from '../../src/spec/stream.js';
import { createStream, type StreamHandle } from '../../src/stream/stream.js';
import { createThrottler } from '../../src/throttler/throttler.js';
import { createVenue, type Peer, type Venue, type VenueScript } from './memory-ws.js';
import { createRandom } from './random.js';
import { createVirtualClock, type VirtualClock } from './virtual-clock.js';

export type Tick = { readonly topic: string; readonly value: string };

/** What the stream told, in order: `['up', 'a,b']`, `['events', 'a=1']`, `['down', 'a', 'closed with 1006']`. */
export type Told = readonly [what: string, ...details: string[]];

export type World = {
  readonly clock: VirtualClock;
  readonly venue: Venue;
  readonly stream: StreamHandle;
  readonly told: readonly Told[];
  readonly toldOf: (what: string) => readonly Told[];
  readonly counts: ReadonlyMap<string, number>;
};

export type Protocol = Stream<Tick, undefined, undefined>;

export type WorldOptions = {
  /** What differs from `protocol`, or all of it. */
  readonly stream?: Partial<Protocol>;
  readonly protocol?: Protocol;
  readonly probe?: 'silence' | 'answer';
  readonly pools?: Readonly<Record<string, Pool>>;
  readonly venue?: Partial<VenueScript>;
  readonly judge?: (answer: Answer) => Verdict | undefined;
  readonly maxBytes?: number;
  readonly seed?: number;
  /** What the socket throws at every message. */
  readonly sendFails?: Error;
  readonly onUp?: (handle: StreamHandle) => void;
};

/** A stream of a small made-up protocol, with its venue in memory, under a virtual clock. */
export function createWorld(options: WorldOptions = {}): World {
  const clock = createVirtualClock();
  const venue = createVenue(clock, { ...obliging, ...options.venue });
  const told: Told[] = [];
  const counts = new Map<string, number>();
  const meter: Meter = {
    count: (name, by = 1) => counts.set(name, (counts.get(name) ?? 0) + by),
    gauge: () => undefined,
    time: () => undefined,
  };
  const stream = createStream<Tick, undefined, undefined>({
    name: 'ticks',
    stream: { ...(options.protocol ?? protocol), ...options.stream },
    api: undefined,
    look: { options: undefined, market: () => undefined },
    ports: {
      clock,
      ws: options.sendFails === undefined ? venue.ws : refusing(venue.ws, options.sendFails),
      crypto: createNodeCrypto(),
      random: () => createRandom(options.seed ?? 7),
      log: () => undefined,
    },
    throttler: createThrottler({ clock, pools: options.pools ?? {} }),
    probe: options.probe ?? 'silence',
    meter,
    on: {
      events: (events) => told.push(['events', ...events.map(({ topic, value }) => `${topic}=${value}`)]),
      book: ({ symbol, bids }) => told.push(['book', `${symbol} ${bids.prices[0] ?? 0}`]),
      flush: () => told.push(['flush']),
      up: (topics) => {
        told.push(['up', topics.join()]);
        options.onUp?.(stream);
      },
      down: (topics, reason) => told.push(['down', topics.join(), reason]),
      malformed: (error, topics) => told.push(['malformed', textOf(error), topics?.join() ?? 'any']),
      refused: (topic, error) => told.push(['refused', topic, error.message]),
    },
    ...(options.judge !== undefined && { judge: options.judge }),
    ...(options.maxBytes !== undefined && { maxBytes: options.maxBytes }),
  });
  return { clock, venue, stream, told, counts, toldOf: (what) => told.filter(([first]) => first === what) };
}

/** A venue that answers nothing. */
export const silent: Partial<VenueScript> = { message: () => undefined };

/** One message per connection and `perMs`. */
export function oneMessage(perMs: number): WorldOptions {
  return {
    stream: { cost: { message: { messages: 1 } } },
    pools: { messages: { scope: 'connection', windows: [{ limit: 1, perMs }] } },
  };
}

/** The venue's answer to anything with an id, unless it is a request. */
export function acknowledge(peer: Peer, text: string): void {
  const id = text.startsWith('{') ? field(JSON.parse(text), 'id') : undefined;
  if (id !== undefined) peer.send({ type: 'ack', id });
}

/** Objects that were sent to the venue over one connection, without their time. */
export function received(peer: Peer): unknown[] {
  return peer.received.map(({ text }): unknown => (text.startsWith('{') ? JSON.parse(text) : text));
}

const obliging: VenueScript = {
  connected: (peer) => {
    peer.accept();
  },
  message: acknowledge,
  ping: (peer) => {
    peer.pong();
  },
};

/** JSON objects with a `type`; what has none is data. */
export const protocol: Protocol = {
  url: () => 'wss://venue.test/stream',
  subscribe: (_, topics, id) => [{ op: 'subscribe', topics, id }],
  unsubscribe: (_, topics, id) => [{ op: 'unsubscribe', topics, id }],
  request: (_, method, params, id) => ({ op: method, params, id }),
  frame: (message) => ({ ...toFrame(message), ...numberOf(message) }),
  parse: (payload) => {
    const topic = field(payload, 'topic');
    const value = field(payload, 'value');
    if (topic === undefined || value === undefined) throw new TypeError('not a tick');
    return topic === 'unused' ? [] : [{ topic, value }];
  },
  silentMs: 60_000,
};

const { url, frame, parse, silentMs } = protocol;

/** Neither subscriptions nor requests. */
export const bare: Protocol = { url, frame, parse, silentMs };

function refusing(ws: Ws, error: Error): Ws {
  const send = (): never => {
    throw error;
  };
  return { open: (url, on, limits) => ({ ...ws.open(url, on, limits), send }) };
}

function toFrame(message: unknown): Frame {
  const type = field(message, 'type');
  const id = field(message, 'id');
  const text = field(message, 'message');
  const topic = field(message, 'topic');
  const named = topic === undefined ? undefined : [topic];
  if (type === 'ack' || type === 'refused') {
    return { type, ...(id && { id }), ...(named && { topics: named }), ...(text && { message: text }) };
  }
  if (type === 'response') {
    const status = Number(field(message, 'status'));
    return { type, id: id ?? '', answer: { status, headers: new Map(), body: field(message, 'body') } };
  }
  if (type === 'ping') return { type: 'reply', message: { op: 'pong' } };
  if (type === 'bye') return { type: 'reconnect', reason: 'the venue restarts' };
  if (type === 'note') return { type: 'ignore' };
  return { type: 'data', payload: message };
}

function numberOf(message: unknown): Pick<Frame, 'sequence'> {
  const number = field(message, 'number');
  return number === undefined ? {} : { sequence: Number(number) };
}

/** A text member of an object. */
export function field(value: unknown, name: string): string | undefined {
  const found: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
  return typeof found === 'string' ? found : undefined;
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : 'not an error';
}
