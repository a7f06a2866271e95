import { isConnectorError, type ConnectorError } from '../errors/connector-error.js';
import type { WsConnection, WsHandlers } from '../ports/ports.js';
import type { Answer } from '../spec/endpoint.js';
import { inWords, objection, refusal } from './failures.js';
import { createInbound, type ControlFrame } from './inbound.js';
import { startKeepAlive } from './keep-alive.js';
import { createLiveness } from './liveness.js';
import type { StreamOptions } from './options.js';
import { createOutbox, toWire } from './outbox.js';
import { createRequester, type Requester } from './requester.js';
import { createRequests } from './requests.js';
import { createSubscriber } from './subscriber.js';
import { createTimers } from './timers.js';
import type { Topics } from './topics.js';

/** One websocket from its address to its end. It never comes back: a session makes the next one. */
export type Connection = {
  readonly isLive: () => boolean;
  readonly silentForMs: () => number;
  /** Sends the subscriptions that have not been sent. */
  readonly pump: () => void;
  readonly request: Requester;
  /** Ends it at once; requests that were written have an unknown outcome. */
  readonly close: () => void;
};

type ConnectionEvents = {
  readonly live: () => void;
  /** No topic can be trusted any more, though the connection stands for a moment longer. */
  readonly untrusted: (reason: string) => void;
  /** Once. */
  readonly ended: (end: End) => void;
};

/** `liveMs`: how long it was live. `isPlanned`: it was to be replaced, so nothing is wrong. */
export type End = {
  readonly reason: string;
  readonly isPlanned: boolean;
  readonly liveMs: number;
  readonly retryAfterMs: number | undefined;
};

type ConnectionOptions<E, P, O> = StreamOptions<E, P, O> & {
  readonly topics: Topics;
  readonly chance: () => number;
  readonly events: ConnectionEvents;
};

type Phase = 'opening' | 'login' | 'live' | 'draining' | 'ended';

const defaultMaxBytes = 4_194_304;
const openMs = 10_000;
const loginMs = 10_000;
const drainMs = 5_000;

/** Opens one connection and keeps its topics subscribed until it ends. */
export function connect<E, P, O>(options: ConnectionOptions<E, P, O>): Connection {
  const { name, stream, api, ports, meter, on, topics, events, throttler } = options;
  const { clock } = ports;
  const maxBytes = options.maxBytes ?? defaultMaxBytes;
  const startedAt = clock.mono();
  const over = new AbortController();
  const timers = createTimers(clock);
  let phase: Phase = 'opening';
  let socket: WsConnection | undefined;
  let loginId: string | undefined;
  let liveAt: number | undefined;
  let drainReason = '';
  let lastId = 0;

  const nextId = (): string => {
    lastId += 1;
    return String(lastId);
  };
  const isIn = (...phases: Phase[]): boolean => phases.includes(phase);
  const isLive = (): boolean => phase === 'live';

  const end = (reason: string, isPlanned: boolean, retryAfterMs?: number): void => {
    if (isIn('ended')) return;
    phase = 'ended';
    timers.close();
    over.abort();
    messages.close();
    closeQuietly(socket);
    socket = undefined;
    requests.fail(`the connection ended (${reason})`);
    events.ended({ reason, isPlanned, retryAfterMs, liveMs: liveAt === undefined ? 0 : clock.mono() - liveAt });
  };
  const fail = (reason: string, error?: unknown): void => {
    const cause = error === undefined ? '' : `: ${inWords(error)}`;
    end(`${reason}${cause}`, false, isConnectorError(error) ? error.retryAfterMs : undefined);
  };

  // Requests under way get a moment to be answered, so that a planned end leaves none with an unknown outcome.
  const replace = (reason: string): void => {
    if (isIn('draining')) return;
    drainReason = reason;
    if (requests.size() === 0) {
      end(reason, true);
      return;
    }
    phase = 'draining';
    timers.after(drainMs, () => {
      end(reason, true);
    });
  };
  const settled = (): void => {
    if (isIn('draining') && requests.size() === 0) end(drainReason, true);
  };

  const requests = createRequests({ clock, timers, meter, settled });
  const messages = throttler.forConnection();
  const outbox = createOutbox({
    name,
    clock,
    throttler: messages,
    charge: stream.cost?.message,
    socket: () => socket,
    meter,
    failed: (error) => {
      fail('a message could not be sent', error);
    },
  });
  const { ping, silentMs } = stream;
  const liveness = createLiveness({
    clock,
    timers,
    outbox,
    silentMs,
    ping: ping && { everyMs: ping.everyMs, message: () => ping.message(api) },
    probe: options.probe,
    isAwaiting: topics.hasLive,
    dead: fail,
  });
  const shared = { name, stream, api, outbox, nextId, isLive };
  const subscriber = createSubscriber({ ...shared, on, meter, topics, timers, failed: fail });

  const goLive = (): void => {
    if (!isIn('opening', 'login')) return;
    phase = 'live';
    liveAt = clock.mono();
    meter.time('stream.connect', liveAt - startedAt);
    liveness.start();
    startKeepAlive({ stream, api, timers, meter, refused: replace });
    replaceBefore(stream.maxAgeMs);
    events.live();
    subscriber.pump();
  };

  // Spread, so that the connections of a process are not all replaced at once.
  const replaceBefore = (maxAgeMs: number | undefined): void => {
    if (maxAgeMs === undefined) return;
    timers.after(maxAgeMs * (0.85 + 0.1 * options.chance()), () => {
      replace(`it neared its greatest age of ${maxAgeMs} ms`);
    });
  };

  const logIn = async (): Promise<void> => {
    if (!isIn('opening')) return;
    if (stream.login === undefined) {
      goLive();
      return;
    }
    phase = 'login';
    try {
      // A turn first: a signature in the message would age while it waits.
      await outbox.ready('order');
      loginId = nextId();
      outbox.write(toWire(await stream.login(api, loginId)));
      timers.deadline(loginMs, () => {
        if (isIn('login')) fail(`the login was not acknowledged within ${loginMs} ms`);
      });
    } catch (error) {
      fail('could not log in', error);
    }
  };

  const isOfLogin = (id: string | undefined, names?: readonly string[]): boolean =>
    isIn('login') && (id === undefined ? names === undefined : id === loginId);

  /** Whether anything was refused that was asked for. */
  const refuse = (error: ConnectorError, id: string | undefined, names?: readonly string[]): boolean => {
    if (!isOfLogin(id, names)) return subscriber.refused(error, id, names);
    on.refused('login', error);
    fail('the login was refused', error);
    return true;
  };

  const complain = ({ id, topics: names, message }: Extract<ControlFrame, { type: 'ack' | 'refused' }>): void => {
    const error = refusal(isOfLogin(id, names) ? `${name} login` : `${name} subscribe`, message);
    if (!refuse(error, id, names)) on.malformed(error);
  };

  const acknowledge = (id: string | undefined, names?: readonly string[]): void => {
    if (isOfLogin(id, names)) goLive();
    else subscriber.acknowledged(id, names);
  };

  const respond = (id: string, answer: Answer): void => {
    if (requests.answer(id, answer)) return;
    const error = objection(isOfLogin(id) ? `${name} login` : `${name} subscribe`, answer, options.judge);
    if (error === undefined) acknowledge(id);
    else refuse(error, id);
  };

  const control = (frame: ControlFrame): void => {
    if (frame.type === 'response') respond(frame.id, frame.answer);
    else if (frame.type === 'reply') outbox.post(frame.message);
    else if (frame.type === 'reconnect') replace(frame.reason);
    else if (frame.type === 'ack') acknowledge(frame.id, frame.topics);
    else complain(frame);
  };

  const inbound = createInbound(options, maxBytes, {
    control,
    gap: (reason) => {
      events.untrusted(reason);
      replace(reason);
    },
    tooLarge: fail,
    suspects: () => (topics.size() === 1 ? topics.names() : undefined),
  });

  const handlers: WsHandlers = {
    open: () => {
      clock.soon(() => void logIn());
    },
    frame: (bytes) => {
      if (phase === 'ended') return;
      inbound(bytes, liveness.heard());
    },
    pong: liveness.ponged,
    // A venue that pings of its own accord shows that it is there, however quiet its markets are.
    ping: liveness.heard,
    close: (code, reason) => {
      end(`closed with ${code} ${reason.slice(0, 200)}`.trimEnd(), isIn('draining'));
    },
  };

  const open = async (): Promise<void> => {
    if (isIn('ended')) return;
    try {
      if (stream.cost?.connect !== undefined) {
        await throttler.acquire(stream.cost.connect, { lane: 'data', signal: over.signal });
      }
      const url = new URL(await stream.url(api));
      if (isIn('ended')) return;
      timers.deadline(openMs, () => {
        if (isIn('opening')) fail(`not open within ${openMs} ms`);
      });
      socket = ports.ws.open(url, handlers, { maxBytes });
    } catch (error) {
      if (isConnectorError(error) && error.outcome === 'refused') {
        for (const topic of topics.names()) on.refused(topic, error);
      }
      fail('could not connect', error);
    }
  };

  clock.soon(() => void open());
  return {
    isLive,
    silentForMs: liveness.silentForMs,
    pump: subscriber.pump,
    request: createRequester({ ...shared, requests }),
    close: () => {
      end('closed here', true);
    },
  };
}

function closeQuietly(socket: WsConnection | undefined): void {
  try {
    socket?.close();
  } catch {
    // It is over either way.
  }
}
