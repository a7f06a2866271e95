import {
  ConnectorError,
  createConnector,
  systemPorts,
  type Connector,
  type HttpAnswer,
  type Pool,
  type Ports,
  type WireRequest,
  type WsHandlers,
} from '@hb/connector-core';

import { openExchange, type Exchange } from '../conformance/exchange.js';
import { fillOrder } from '../engine/fill-order.js';
import { createNoise } from '../engine/noise.js';
import { isPerpetual } from '../engine/perpetual/types.js';
import { labelOf } from '../label.js';
import { createRandom } from '../random.js';
import type { AnySimulationFixture } from '../simulation/fixture.js';
import { createVirtualClock, type VirtualClock } from '../virtual/clock.js';
import { virtualPorts } from '../virtual/ports.js';
import { spyOn, type Spy } from './spy.js';

export type SessionOptions<O, C, W> = {
  readonly fixture: AnySimulationFixture<O, C, W>;
  readonly seed: string;
  /** Takes the rate limits away, so that requests need not wait. */
  readonly isUnlimited: boolean;
  /** What the venue sends, by the stream or the request that it belongs to. */
  readonly sees: (place: string, message: string | Uint8Array) => void;
};

/** A connector that is live at its emulated venue, with a hand on its doors. */
export type Session<O, C, W> = {
  readonly clock: VirtualClock;
  readonly connector: Connector;
  readonly exchanges: readonly Exchange[];
  readonly spy: Spy<O, C, W>;
  /** What a request is told apart by. */
  readonly placeOf: (request: WireRequest) => string;
  /** Streams that are open now. */
  readonly streams: () => readonly string[];
  /** Somebody trades with half of a resting order; nothing happens when it has ended. */
  readonly fillHalf: (clientOrderId: string) => void;
  /** In every market, where there is funding. */
  readonly payFunding: () => void;
  /** Puts a message in at the door, as if it came over that stream. */
  readonly deliver: (stream: string, bytes: Uint8Array) => void;
  /** While `run` goes on, requests do not reach the venue: they get this answer. */
  readonly answering: <T>(answer: (request: WireRequest) => HttpAnswer, run: () => Promise<T>) => Promise<T>;
  /** Stops it, and says what it left behind. */
  readonly end: () => Promise<readonly string[]>;
};

const decoder = new TextDecoder('utf-8', { fatal: true });
const warmUpMs = 20_000;
const largestBytes = 4_194_304;

export async function openSession<O, C, W>(options: SessionOptions<O, C, W>): Promise<Session<O, C, W>> {
  const { fixture, sees } = options;
  const random = createRandom(options.seed);
  const clock = createVirtualClock();
  const { crypto } = systemPorts();
  const venue = fixture.createVenue({ clock, crypto, random: random.fork('venue') });
  const { engine, account, hosts } = venue;
  const exchanges = fixture.markets.map((rules) => openExchange({ engine, account, rules }));
  const ports = virtualPorts({
    seed: options.seed,
    clock,
    latencyMs: [1, 3],
    venues: Object.fromEntries(Object.values(hosts).map((address) => [new URL(address).host, venue.venue])),
  });
  const spy = spyOn(fixture.spec);
  const lines = new Map<string, WsHandlers['frame']>();
  const placeOf = (request: WireRequest): string => toPlace(request, Object.values(fixture.wire.requests));
  let answer: ((request: WireRequest) => HttpAnswer) | undefined;

  const http: Ports['http'] = {
    send: async (request, limits) => {
      if (answer !== undefined) return answer(request);
      const received = await ports.http.send(request, limits);
      sees(placeOf(request), toWire(received.body));
      return received;
    },
  };
  const ws: Ports['ws'] = {
    open: (url, on, limits) => {
      const name = spy.streamOf(url.href) ?? url.pathname;
      const frame = (bytes: Uint8Array): void => {
        sees(name, toWire(inflated(bytes)));
        on.frame(bytes);
      };
      const close: WsHandlers['close'] = (code, reason) => {
        if (lines.get(name) === on.frame) lines.delete(name);
        on.close(code, reason);
      };
      const open = (): void => {
        lines.set(name, on.frame);
        on.open();
      };
      return ports.ws.open(url, { ...on, open, frame, close }, limits);
    },
  };
  const inflated = (bytes: Uint8Array): Uint8Array => {
    for (const kind of ['gzip', 'deflate-raw'] as const) {
      if (!compressions.has(kind)) continue;
      try {
        return crypto.inflate(kind, bytes, largestBytes);
      } catch {
        // Short answers go uncompressed.
      }
    }
    return bytes;
  };
  const { feed } = fixture.spec.trading;
  const all = [...Object.values(fixture.spec.market.feed.streams ?? {}), ...Object.values(feed.streams ?? {})];
  const compressions = new Set(all.map(({ compression }) => compression));
  const noise = createNoise({
    ...{ engine, clock, random: random.fork('noise'), prey: [account] },
    markets: exchanges.map((exchange) => ({
      ...{
        market: exchange.symbol,
        mid: exchange.price,
        amount: exchange.amounts(3),
        everyMs: 700,
        spread: 1,
        drift: 1,
      },
    })),
  });
  const spec = options.isUnlimited ? { ...spy.spec, limits: unlimited(spy.spec.limits) } : spy.spec;
  const connector = createConnector(spec, {
    credentials: fixture.credentials,
    ...(fixture.options && { options: fixture.options }),
    hosts,
    sandbox: true,
    requestTimeoutMs: 5_000,
    auditEveryMs: 30_000,
    ports: { ...ports, http, ws },
  });
  await clock.advance(warmUpMs);
  await clock.run(connector.start({ pairs: exchanges.map(({ pair }) => pair) }));
  return {
    ...{ clock, connector, exchanges, spy, placeOf },
    streams: () => [...lines.keys()],
    fillHalf: (clientOrderId) => {
      const order = engine.order(account, { clientOrderId });
      if (order !== undefined) fillOrder(engine, { account: 'somebody', order, amount: order.amount / 2n });
    },
    payFunding: () => {
      if (isPerpetual(engine)) for (const { symbol } of exchanges) engine.payFunding(symbol);
    },
    deliver: (stream, bytes) => lines.get(stream)?.(bytes),
    answering: async (give, run) => {
      answer = give;
      try {
        return await run();
      } finally {
        answer = undefined;
      }
    },
    end: async () => {
      noise.stop();
      await clock.run(connector.stop());
      await clock.advance(1_000);
      const left = ports.connections();
      venue.venue.stop();
      await clock.advance(100);
      return [
        ...(left > 0 ? [`${left} sockets are open after stop()`] : []),
        ...(clock.pending > 0 ? [`${clock.pending} timers are left after stop()`] : []),
      ];
    },
  };
}

/** What a request is told apart by: what the fixture knows its kind by, or else its method and its path, ids in it left out. */
function toPlace({ method, url, body }: WireRequest, kinds: readonly string[]): string {
  const label = labelOf({ method, path: url.pathname, query: url.search.slice(1), body });
  const kind = kinds.find((each) => label.includes(each));
  return kind ?? `${method} ${url.pathname.replace(/[0-9a-zA-Z_-]*\d{4,}[0-9a-zA-Z_-]*/g, '*')}`;
}

/** A venue that does not answer, as far as anybody can know. */
export function noAnswer(operation: string): ConnectorError {
  return new ConnectorError('no answer', { kind: 'network', outcome: 'unknown', operation });
}

function unlimited<O>(limits: (options: O) => Readonly<Record<string, Pool>>): typeof limits {
  return (options) =>
    Object.fromEntries(
      Object.entries(limits(options)).map(([name, { scope }]): [string, Pool] => [
        name,
        { scope, windows: [{ limit: 1_000_000_000, perMs: 1 }] },
      ]),
    );
}

function toWire(bytes: Uint8Array): string | Uint8Array {
  try {
    return decoder.decode(bytes);
  } catch {
    return bytes.slice();
  }
}
