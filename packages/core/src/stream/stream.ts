import type { Answer, Params } from '../spec/endpoint.js';
import { notSent } from './failures.js';
import type { StreamListener, StreamOptions, StreamRequestOptions } from './options.js';
import { createSession, type ConnectionStatus, type Session } from './session.js';

/** One of a venue's streams, on as many connections as its topics need. */
export type StreamHandle = {
  /** Takes topics, and connects for the first ones. */
  readonly add: (topics: readonly string[]) => void;
  /** Leaves topics. Followed by `add`, the venue is asked again: a fresh snapshot, where it sends one. */
  readonly remove: (topics: readonly string[]) => void;
  /** Connects, and stays connected without topics too. */
  readonly hold: () => void;
  /**
   * Sends a request once, over a connection that is live.
   * Rejects with a `ConnectorError`: `not-sent` when nothing was written, else `unknown`; never by what the venue answers.
   */
  readonly request: (method: string, params: Params, options: StreamRequestOptions) => Promise<Answer>;
  readonly status: () => readonly ConnectionStatus[];
  /** Ends every socket and timer, and tells nobody. */
  readonly close: () => void;
};

/** A stream that connects, logs in, subscribes, finds out when it is dead, and comes back. */
export function createStream<E, P, O>(options: StreamOptions<E, P, O>): StreamHandle {
  const { name, stream, ports } = options;
  const most = stream.topicsPerConnection ?? Infinity;
  const chance = ports.random(`stream ${name}`);
  const homes = new Map<string, Session>();
  const sessions = new Set<Session>();
  let isHeld = false;
  let isClosed = false;
  const on = whileOpen(options.on, () => !isClosed);

  const open = (): Session => {
    const session = createSession({ ...options, on }, chance);
    sessions.add(session);
    return session;
  };

  const take = (topic: string): void => {
    if (homes.has(topic)) return;
    const session = [...sessions].find((each) => each.size() < most) ?? open();
    session.add([topic]);
    homes.set(topic, session);
  };

  const leave = (topic: string): void => {
    homes.get(topic)?.remove([topic]);
    homes.delete(topic);
  };

  const closeEmpty = (): void => {
    for (const [index, session] of [...sessions].entries()) {
      if (session.size() > 0 || (isHeld && index === 0)) continue;
      session.close();
      sessions.delete(session);
    }
  };

  return {
    add: (topics) => {
      if (!isClosed) for (const topic of topics) take(topic);
    },
    remove: (topics) => {
      for (const topic of topics) leave(topic);
      // Later, since a topic that is taken again at once keeps its connection.
      ports.clock.soon(closeEmpty);
    },
    hold: () => {
      isHeld = true;
      if (!isClosed && sessions.size === 0) open();
    },
    request: async (method, params, wanted) => {
      for (const session of sessions) {
        const request = session.requester();
        if (request !== undefined) return request(method, params, wanted);
      }
      throw notSent(`${name} ${method}`, 'network', 'not connected; nothing was sent');
    },
    status: () => [...sessions].map((session) => session.status()),
    close: () => {
      isClosed = true;
      for (const session of sessions) session.close();
      sessions.clear();
      homes.clear();
    },
  };
}

function whileOpen<E>(on: StreamListener<E>, isOpen: () => boolean): StreamListener<E> {
  return {
    events: (events, receivedAt) => {
      if (isOpen()) on.events(events, receivedAt);
    },
    book: (update) => {
      if (isOpen()) on.book?.(update);
    },
    flush: () => {
      if (isOpen()) on.flush();
    },
    up: (topics) => {
      if (isOpen()) on.up(topics);
    },
    down: (topics, reason) => {
      if (isOpen()) on.down(topics, reason);
    },
    malformed: (error, topics) => {
      if (isOpen()) on.malformed(error, topics);
    },
    refused: (topic, error) => {
      if (isOpen()) on.refused(topic, error);
    },
  };
}
