import { createConnector, systemPorts } from '../../../src/index.js';
import type { Connector, Journal, PerpetualSpec, Ports, SpotSpec } from '../../../src/index.js';
import { createMemoryHttp, type Arrived, type Reply } from '../../support/connector-http.js';
import { createMemoryDisk } from '../../support/memory-disk.js';
import { createVenue, type Peer } from '../../support/memory-ws.js';
import { createVirtualClock, type VirtualClock } from '../../support/virtual-clock.js';
import type { Key } from './spec.js';

/** The venue's side: its answers by `GET /path`, and what it does when a client connects or writes. */
export type VenueSide = {
  readonly answers?: Readonly<Record<string, (request: Arrived) => Reply>>;
  readonly connected?: (peer: Peer) => void;
  readonly message?: (peer: Peer, text: string) => void;
};

/** A message, or one that depends on the connection, as a number of it does. */
type Said = object | string | ForPeer;
type ForPeer = (peer: Peer) => object;

export type World = {
  readonly connector: Connector;
  readonly clock: VirtualClock;
  readonly peers: readonly Peer[];
  /** Every request so far. */
  readonly requests: readonly Arrived[];
  readonly warnings: readonly string[];
  /** Sends over the newest open connection on which the client sent this text, and lets it arrive. */
  readonly say: (subscribed: string, ...messages: readonly Said[]) => Promise<void>;
  /** Lets time pass, 5 ms at a time, until the promise settles. */
  readonly run: <T>(promise: Promise<T>) => Promise<T>;
};

/** A connector at a venue that says what its documentation prints, in memory and under a virtual clock. */
export function createWorld<W>(
  spec: SpotSpec<object, Key, W> | PerpetualSpec<object, Key, W>,
  side: VenueSide,
  journal?: Journal,
): World {
  const clock = createVirtualClock();
  const requests: Arrived[] = [];
  const warnings: string[] = [];
  const http = createMemoryHttp(clock, (request) => {
    requests.push(request);
    const reply = side.answers?.[request.what]?.(request);
    if (reply === undefined) throw new Error(`the venue has no ${request.what}`);
    return reply;
  });
  const venue = createVenue(clock, {
    connected: (peer) => {
      peer.accept();
      side.connected?.(peer);
    },
    message: (peer, text) => side.message?.(peer, text),
    ping: (peer) => {
      peer.pong();
    },
  });
  const ports: Ports = {
    ...systemPorts(),
    clock,
    http,
    ws: venue.ws,
    disk: createMemoryDisk(),
    random: () => () => 0.5,
  };
  const connector = createConnector(spec, {
    credentials: { secret: 'secret' },
    ports: { ...ports, log: () => undefined },
    ...(journal !== undefined && { journal }),
  });
  connector.on('warning', ({ error }) => warnings.push(error.message));

  return {
    connector,
    clock,
    requests,
    warnings,
    peers: venue.peers,
    say: async (subscribed, ...messages) => {
      const isHeard = (peer: Peer): boolean => peer.received.some(({ text }) => text.includes(subscribed));
      const peer = venue.peers.findLast((each) => each.isOpen() && isHeard(each));
      if (peer === undefined) throw new Error(`no connection asked for ${subscribed}`);
      for (const message of messages) peer.send(isForPeer(message) ? message(peer) : message);
      await clock.advance(6);
    },
    run: async (promise) => {
      const ended = { yet: false };
      const end = (): void => {
        ended.yet = true;
      };
      promise.then(end, end);
      for (let waited = 0; !ended.yet; waited += 5) {
        if (waited > 120_000) throw new Error('nothing came of it within two minutes');
        await clock.advance(5);
      }
      return promise;
    },
  };
}

function isForPeer(message: Said): message is ForPeer {
  return typeof message === 'function';
}
