import { createBackoff } from './backoff.js';
import { connect, type Connection, type End } from './connection.js';
import type { StreamOptions } from './options.js';
import type { Requester } from './requester.js';
import { createTopics } from './topics.js';

/** `waiting` is between two attempts to connect. */
type StreamStatus = 'connecting' | 'live' | 'waiting';

/** One connection as it stands. */
export type ConnectionStatus = {
  readonly status: StreamStatus;
  readonly topics: number;
  /** Since the last message, while connected. */
  readonly silentForMs?: number;
  /** Why it was last down. */
  readonly reason?: string;
};

/** Keeps some topics on one connection after another. */
export type Session = {
  readonly add: (names: readonly string[]) => void;
  readonly remove: (names: readonly string[]) => void;
  readonly size: () => number;
  /** Sends requests; `undefined` while there is no live connection. */
  readonly requester: () => Requester | undefined;
  readonly status: () => ConnectionStatus;
  readonly close: () => void;
};

// A connection that ends sooner has not proved that the venue is well.
const healthyMs = 30_000;

export function createSession<E, P, O>(options: StreamOptions<E, P, O>, chance: () => number): Session {
  const { name, ports, meter, on } = options;
  const { clock, log } = ports;
  const topics = createTopics();
  const backoff = createBackoff(chance);
  let status: StreamStatus = 'connecting';
  let isClosed = false;
  let connection: Connection | undefined;
  let reason: string | undefined;
  let isEmptyLive = false;
  let isPumpDue = false;
  let cancelWait = (): void => undefined;

  const start = (): void => {
    status = 'connecting';
    connection = connect({ ...options, topics, chance, events: { live, untrusted, ended } });
  };

  const live = (): void => {
    status = 'live';
    log('info', 'stream.live', { stream: name });
    if (topics.size() > 0) return;
    isEmptyLive = true;
    on.up([]);
  };

  const untrusted = (why: string): void => {
    const names = topics.silence();
    if (names.length > 0) on.down(names, why);
  };

  const ended = (end: End): void => {
    connection = undefined;
    if (isClosed) return;
    reason = end.reason;
    meter.count('stream.drop');
    log(end.isPlanned ? 'info' : 'warn', 'stream.down', { stream: name, reason });
    const isHealthy = end.liveMs >= healthyMs;
    if (isHealthy) backoff.reset();
    const waitMs = isHealthy && end.isPlanned ? 0 : backoff.next(end.retryAfterMs);
    status = 'waiting';
    cancelWait = clock.at(clock.mono() + waitMs, start);
    tellDown(end.reason);
  };

  const tellDown = (why: string): void => {
    const names = topics.silence();
    const wasUp = names.length > 0 || isEmptyLive;
    isEmptyLive = false;
    topics.reset();
    if (wasUp) on.down(names, why);
  };

  // Topics that are added one by one go out together.
  const pumpSoon = (): void => {
    if (isPumpDue) return;
    isPumpDue = true;
    clock.soon(() => {
      isPumpDue = false;
      if (connection?.isLive() === true) connection.pump();
    });
  };

  start();
  return {
    add: (names) => {
      topics.add(names);
      pumpSoon();
    },
    remove: (names) => {
      topics.remove(names);
      pumpSoon();
    },
    size: topics.size,
    requester: () => (connection?.isLive() === true ? connection.request : undefined),
    status: () => ({
      status,
      topics: topics.size(),
      ...(connection !== undefined && { silentForMs: connection.silentForMs() }),
      ...(reason !== undefined && { reason }),
    }),
    close: () => {
      isClosed = true;
      cancelWait();
      connection?.close();
    },
  };
}
