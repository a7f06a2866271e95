import { connect, createServer, type Socket } from 'node:net';

import { createRandom } from '../random.js';
import { listen } from './listen.js';
import { createPipe, type Trouble } from './pipe.js';
import { reset } from './reset.js';

/** Where the proxy listens, and what it passes on to. */
export type ProxyOptions = {
  /** Where connections lead: `127.0.0.1:40123`. */
  readonly target: string;
  readonly seed?: number | string;
  /** What goes wrong from the start; nothing when left out. */
  readonly trouble?: Trouble;
};

/** A TCP proxy on this machine that lets connections go wrong. */
export interface FaultProxy {
  /** `127.0.0.1:40124`: put it where the target's host was. */
  readonly host: string;
  /** Applies to open and to new connections; without an argument all goes well again, but what was cut stays cut. */
  trouble(trouble?: Trouble): void;
  connections(): number;
  /** Breaks every connection, with a reset. */
  reset(): void;
  close(): Promise<void>;
}

/** Stands between a client and a served venue, byte for byte, also for TLS. */
export async function startProxy(options: ProxyOptions): Promise<FaultProxy> {
  const random = createRandom(options.seed ?? 1);
  const open = new Set<Socket>();
  let trouble = options.trouble ?? {};
  let accepted = 0;
  let isClosed = false;

  function join(client: Socket): void {
    // Accepted before the end, and handed over after it.
    if (isClosed) {
      client.destroy();
      return;
    }
    accepted += 1;
    const [host = '', port = ''] = options.target.split(':');
    const server = connect({ host, port: Number(port), allowHalfOpen: true });
    const drawn = random.fork(`connection ${accepted}`);
    open.add(client);
    client.on('close', () => open.delete(client));
    for (const [from, to, direction] of [
      [client, server, 'up'],
      [server, client, 'down'],
    ] as const) {
      createPipe({ from, to, direction, random: drawn.fork(direction), trouble: () => trouble });
    }
  }
  const server = createServer({ allowHalfOpen: true }, join);
  const { host, port } = await listen(server, {});
  const resetAll = (): void => {
    for (const socket of open) reset(socket);
  };
  return {
    host: `${host}:${port}`,
    trouble: (next = {}) => {
      trouble = next;
    },
    connections: () => open.size,
    reset: resetAll,
    close: () =>
      new Promise((resolve) => {
        isClosed = true;
        server.close(() => resolve());
        resetAll();
      }),
  };
}
