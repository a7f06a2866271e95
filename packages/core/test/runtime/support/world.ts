import { createConnector, isConnectorError, systemPorts } from '../../../src/index.js';
import type { Connector, ConnectorOptions, Event, OrderRequest, Ports, StartOptions } from '../../../src/index.js';
import { createMemoryDisk } from '../../support/memory-disk.js';
import { createVenue, type Peer, type Venue } from '../../support/memory-ws.js';
import { createVirtualClock, type VirtualClock } from '../../support/virtual-clock.js';
import type { TinyPerpetualSpec } from './perpetual.js';
import { createServer, type Server } from './server.js';
import { tiny, type Key, type TinySpec } from './venue.js';
import { row } from './wire.js';

/** A connector at the tiny venue, all in memory and under a virtual clock. */
export type World = {
  readonly connector: Connector;
  readonly clock: VirtualClock;
  readonly server: Server;
  readonly sockets: Venue;
  /** Topics that the venue refuses. */
  readonly refusedTopics: Set<string>;
  /** The events so far, `order-opened a` or `warning …`, without balances; reading empties the list. */
  readonly news: () => readonly string[];
  /** Lets time pass, 5 ms at a time, until `promise` has settled. `undefined`, of a member that the connector lacks, fails the test. */
  readonly run: <T>(promise: Promise<T> | undefined) => Promise<T>;
  readonly start: (options?: StartOptions) => Promise<void>;
  /** Sends over the newest connection of a stream, and lets it arrive. */
  readonly tell: (stream: 'public' | 'account', ...messages: readonly object[]) => Promise<void>;
  /** How often an endpoint was asked. */
  readonly count: (at: string) => number;
  readonly logged: readonly string[];
};

export const credentials = { apiKey: 'key', apiSecret: 'secret' } as const;

export function createWorld(
  options: ConnectorOptions<Key> = { credentials },
  spec: TinySpec | TinyPerpetualSpec = tiny,
): World {
  const clock = createVirtualClock();
  const server = createServer(() => clock.now());
  const refusedTopics = new Set<string>();
  const logged: string[] = [];
  const news: string[] = [];
  const sockets = createVenue(clock, {
    connected: (peer) => {
      peer.accept();
    },
    message: (peer, text) => {
      void react({ server, refusedTopics, peer }, JSON.parse(text));
    },
    ping: (peer) => {
      peer.pong();
    },
  });
  const ports: Ports = {
    ...systemPorts(),
    clock,
    http: server.http,
    ws: sockets.ws,
    disk: createMemoryDisk(),
    random: () => () => 0.5,
    log: (_, event) => logged.push(event),
  };
  const connector = createConnector(spec, { ports, ...options });
  for (const type of told) connector.on(type, (event) => news.push(toText(event)));

  const run: World['run'] = async (promise) => {
    if (promise === undefined) throw new TypeError('the connector lacks this member');
    const ended = { yet: false };
    const end = (): void => {
      ended.yet = true;
    };
    promise.then(end, end);
    await clock.settle();
    for (let spent = 0; !ended.yet; spent += 5) {
      if (spent >= longestMs) throw new Error(`nothing came of it within ${longestMs} ms`);
      await clock.advance(5);
    }
    return promise;
  };

  return {
    connector,
    clock,
    server,
    sockets,
    refusedTopics,
    logged,
    news: () => news.splice(0),
    run,
    start: (startOptions) => run(connector.start(startOptions)),
    tell: async (stream, ...messages) => {
      const peer = sockets.peers.findLast(({ url }) => url.includes(stream === 'public' ? '//p.' : '//a.'));
      for (const message of messages) peer?.send(message);
      await clock.advance(10);
    },
    count: (at) => server.requests.filter((request) => request.at === at).length,
  };
}

const longestMs = 20_000;
/** What a call rejects with: `network unknown: what failed`. */
export async function failureOf(calling: Promise<unknown>): Promise<string> {
  try {
    await calling;
    return 'resolved';
  } catch (error) {
    if (!isConnectorError(error)) return String(error);
    return `${error.kind} ${error.outcome}: ${error.message.split('\n')[0] ?? ''}`;
  }
}

/** A promise that a test resolves when it wants to. */
export function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return {
    opened,
    open: () => {
      open();
    },
  };
}

/** Order `clientOrderId` as a request: 1 BTC at 100. */
export function buy(clientOrderId: string, change: Partial<LimitRequest> = {}): LimitRequest {
  return { pair: 'BTC-USDT', side: 'buy', type: 'limit', amount: '1', price: '100', clientOrderId, ...change };
}

type LimitRequest = Extract<OrderRequest, { readonly type: 'limit' }>;

const told = [
  'order-opened',
  'order-amended',
  'order-closed',
  'order-uncertain',
  'order-filled',
  'market-changed',
  'warning',
] as const;

function toText(event: Event): string {
  if ('order' in event) return `${event.type} ${event.order.clientOrderId}`;
  if (event.type === 'market-changed') return `${event.change} ${event.market.pair}`;
  return event.type === 'warning' ? `warning ${event.error.message}` : event.type;
}

type Reaction = { readonly server: Server; readonly refusedTopics: Set<string>; readonly peer: Peer };

async function react({ server, refusedTopics, peer }: Reaction, message: unknown): Promise<void> {
  const { id, method, login } = row(message);
  if (method !== undefined && typeof message === 'object' && message !== null && 'params' in message) {
    peer.send({ id, answer: await server.answer(`RPC ${method}`, row(message.params)) });
    return;
  }
  const refused = [...refusedTopics].find((topic) => JSON.stringify(message).includes(`"${topic}"`));
  if (login === 'bad') peer.send({ id, answer: { code: 'bad-key', message: 'wrong key' } });
  else if (refused === undefined) peer.send({ ack: id });
  else peer.send({ refused });
}
