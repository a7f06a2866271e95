import { expect } from 'vitest';

import { createConnector } from '../../src/connector/create.js';
import type { Connector, StartOptions } from '../../src/connector/connector.js';
import type { ConnectorOptions } from '../../src/connector/options.js';
import { isConnectorError } from '../../src/errors/connector-error.js';
import type { Event } from '../../src/model/event.js';
import type { Order, OrderRequest } from '../../src/model/order.js';
import { createNodeCrypto } from '../../src/ports/node-crypto.js';
import type { Ports } from '../../src/ports/ports.js';
import { createServer, type Server } from './connector-server.js';
import { tiny, type TinyKey, type TinySpec } from './connector-venue.js';
import { createMemoryDisk, type Files } from './memory-disk.js';
import { createRandom } from './random.js';
import { createVirtualClock, type VirtualClock } from './virtual-clock.js';

export type LogLine = {
  readonly level: string;
  readonly event: string;
  readonly fields: Readonly<Record<string, unknown>>;
};

export type World = {
  readonly clock: VirtualClock;
  readonly server: Server;
  /** What the connector reaches the world by. */
  readonly ports: Ports;
  readonly connector: Connector;
  /** What is on the disk: a copy, as a crash would leave it. */
  readonly files: () => Files;
  /** All events so far, in order. */
  readonly events: Event[];
  readonly eventsOf: <T extends Event['type']>(type: T) => readonly Extract<Event, { type: T }>[];
  readonly warnings: () => readonly string[];
  readonly logged: readonly LogLine[];
  /** Lets time pass until the promise settles. `undefined`, of a member that the connector lacks, fails the test. */
  readonly settle: <T>(promise: Promise<T> | undefined, withinMs?: number) => Promise<T>;
  /** Lets time pass until the promise rejects, and returns with what, as plain values. */
  readonly failure: (promise: Promise<unknown> | undefined) => Promise<unknown>;
  readonly start: (options?: StartOptions) => Promise<void>;
  /** Places a limit order, 1 BTC at 90 USDT but for what `request` says. */
  readonly place: (request?: Partial<Extract<OrderRequest, { type: 'limit' }>>) => Promise<Order>;
  /** Stops, and checks that nothing is left: no socket, no timer. */
  readonly finish: () => Promise<void>;
};

export type WorldOptions = Omit<ConnectorOptions<TinyKey>, 'credentials' | 'ports'> & {
  readonly spec?: TinySpec;
  /** Left out: some that the venue takes. */
  readonly credentials?: 'none';
  /** The next process at the same venue, with what was on the disk then. */
  readonly after?: { readonly world: Pick<World, 'clock' | 'server'>; readonly files: Files };
};

const eventTypes = [
  ...(['order-opened', 'order-amended', 'order-closed', 'order-uncertain', 'order-reopened'] as const),
  ...(['order-filled', 'fill-amended', 'balance', 'market-changed', 'status', 'warning'] as const),
] as const;

export const limitOrder = { pair: 'BTC-USDT', side: 'buy', type: 'limit', amount: '1', price: '90' } as const;

/** A connector on the tiny venue, in memory and under a virtual clock. */
export function createWorld({ spec = tiny, credentials, after, ...given }: WorldOptions = {}): World {
  const clock = after?.world.clock ?? createVirtualClock();
  const server = after?.world.server ?? createServer(clock);
  const files: Files = after?.files ?? new Map();
  const logged: LogLine[] = [];
  const ports: Ports = {
    ...{ clock, http: server.http, ws: server.ws, crypto: createNodeCrypto(), disk: createMemoryDisk(files) },
    random: (stream) => createRandom(stream.length + (after === undefined ? 0 : 100)),
    log: (level, event, fields) => logged.push({ level, event, fields }),
  };
  const connector = createConnector(spec, {
    ...given,
    ...(credentials === undefined && { credentials: { key: 'our-key', secret: 'our-secret' } }),
    ports,
  });
  const events: Event[] = [];
  for (const type of eventTypes) connector.on(type, (event) => events.push(event));

  let isTurning = false;
  const settle = async <T>(promise: Promise<T> | undefined, withinMs = 120_000): Promise<T> => {
    if (promise === undefined) throw new TypeError('the connector lacks this member');
    if (isTurning) throw new Error('two at a time cannot turn the clock');
    isTurning = true;
    try {
      await turn(promise, withinMs);
    } finally {
      isTurning = false;
    }
    return promise;
  };
  const turn = async (promise: Promise<unknown>, withinMs: number): Promise<void> => {
    let isOver = false;
    const end = (): void => {
      isOver = true;
    };
    promise.then(end, end);
    await clock.settle();
    for (let waited = 0; !read(() => isOver); waited += 5) {
      if (waited > withinMs) throw new Error(`not settled within ${withinMs} ms`);
      await clock.advance(5);
    }
  };
  const eventsOf: World['eventsOf'] = (type) => events.filter((event) => isOfType(event, type));

  return {
    files: () => new Map(files),
    ...{ clock, server, ports, connector, events, eventsOf, logged, settle },
    warnings: () => eventsOf('warning').map(({ error }) => error.message.split('\n')[0] ?? ''),
    failure: (promise) => settle(promise && failing(promise)),
    start: (options = { pairs: ['BTC-USDT'] }) => settle(connector.start(options)),
    place: (request) => settle(connector.place({ ...limitOrder, ...request })),
    finish: async () => {
      await settle(connector.stop());
      await clock.advance(10);
      expect([clock.timers(), server.openPeers()]).toEqual([0, 0]);
    },
  };
}

/** What a promise rejects with, as plain values, once it does. */
export async function failing(promise: Promise<unknown>): Promise<unknown> {
  try {
    return { resolved: await promise };
  } catch (error) {
    return toPlain(error);
  }
}

/** An error's kind, outcome and first line, with the order's id where it has one. */
function toPlain(error: unknown): unknown {
  if (!isConnectorError(error)) return error;
  const { kind, outcome, clientOrderId, message } = error;
  return { kind, outcome, message: message.split('\n')[0], ...(clientOrderId !== undefined && { clientOrderId }) };
}

function isOfType<T extends Event['type']>(event: Event, type: T): event is Extract<Event, { type: T }> {
  return event.type === type;
}

/** Keeps the type checker from taking a variable that a callback changes for a constant. */
function read<T>(get: () => T): T {
  return get();
}
