import { encodeJson } from '../codec/json.js';
import { ConnectorError } from '../errors/connector-error.js';
import type { Meter } from '../model/metrics.js';
import type { Clock, WsConnection } from '../ports/ports.js';
import type { Charge, Lane } from '../spec/endpoint.js';
import type { Message } from '../spec/stream.js';
import type { Throttler } from '../throttler/throttler.js';

/** What goes out on one connection, each message under the rate limit. */
export type Outbox = {
  /**
   * Resolves when one message may be written; `undefined` when it may be now.
   * Rejects with outcome `not-sent` when too many wait, or when the connection ends.
   */
  readonly ready: (lane: Lane, signal?: AbortSignal) => Promise<void> | undefined;
  /** Writes one message that is `ready`. Nothing happens once the connection has ended; throws what the socket throws. */
  readonly write: (wire: string | Uint8Array) => void;
  /** Writes when it may, ahead of subscriptions; given up silently when that is never. */
  readonly post: (message: Message, written?: () => void) => void;
  /** The same for a protocol ping. */
  readonly ping: (written?: () => void) => void;
};

type OutboxOptions = {
  readonly name: string;
  readonly clock: Clock;
  /** Of this connection alone; closed with it. */
  readonly throttler: Throttler;
  readonly charge: Charge | undefined;
  /** While the connection stands. */
  readonly socket: () => WsConnection | undefined;
  readonly meter: Meter;
  readonly failed: (error: unknown) => void;
};

const mostWaiting = 512;

export function createOutbox(options: OutboxOptions): Outbox {
  const { name, throttler, charge, meter } = options;
  let waiting = 0;

  const leave = (): void => {
    waiting -= 1;
    meter.gauge('stream.queue', waiting);
  };

  const ready = (lane: Lane, signal?: AbortSignal): Promise<void> | undefined => {
    if (charge === undefined) return undefined;
    if (waiting >= mostWaiting) return Promise.reject(full(name));
    const turn = throttler.acquire(charge, { lane, signal });
    if (turn === undefined) return undefined;
    waiting += 1;
    meter.gauge('stream.queue', waiting);
    return turn.finally(leave);
  };

  const put = (send: (socket: WsConnection) => void): void => {
    const socket = options.socket();
    if (socket === undefined) return;
    try {
      send(socket);
    } catch (error) {
      // Whoever sent it knows first what became of it.
      options.clock.soon(() => {
        options.failed(error);
      });
      throw error;
    }
  };

  const putWhenReady = async (send: (socket: WsConnection) => void, written?: () => void): Promise<void> => {
    try {
      await ready('order');
      put(send);
      written?.();
    } catch {
      // The connection has ended, or so much waits that it will be found dead.
      meter.count('stream.unsent');
    }
  };

  return {
    ready,
    write: (wire) => {
      put((socket) => {
        socket.send(wire);
      });
    },
    post: (message, written) =>
      void putWhenReady((socket) => {
        socket.send(toWire(message));
      }, written),
    ping: (written) =>
      void putWhenReady((socket) => {
        socket.ping();
      }, written),
  };
}

/** What is written for a message. Throws a `TypeError` for what JSON cannot hold. */
export function toWire(message: Message): string | Uint8Array {
  return typeof message === 'string' || message instanceof Uint8Array ? message : encodeJson(message);
}

function full(name: string): ConnectorError {
  const message = `${mostWaiting} messages are waiting to be sent`;
  return new ConnectorError(message, { kind: 'rate-limited', outcome: 'not-sent', operation: name });
}
