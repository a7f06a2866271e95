import {
  ConnectorError,
  createConnector,
  decimal,
  isConnectorError,
  type AccountEvent,
  type BookUpdate,
  type Connector,
  type ConnectorOptions,
  type Decimal,
  type OrderRequest,
  type Ports,
  type SpotSpec,
  type Stream,
  type Verdict,
} from '@hb/connector-core';
import type { Connect, FixtureVenue, SpotFixture } from '@hb/connector-testkit';

import type { Credentials, Options } from '../../src/index.js';

export type Spec = SpotSpec<Options, Credentials, undefined>;
export type Fixture = SpotFixture<Options, Credentials, undefined>;
export type Trading = Spec['trading'];

/** Something that is wrong, put where it would be: in the spec, in core, in a port or in the venue. */
export type Defect = (given: Planted) => Planted;
export type Planted = { readonly fixture: Fixture; readonly connect: Connect<Options, Credentials, undefined> };

/** A defect of the venue's package. Applied once per connector, so that it may keep state. */
export function inSpec(change: (spec: Spec) => Spec): Defect {
  return ({ fixture, connect }) => ({ fixture, connect: (spec, options) => connect(change(spec), options) });
}

export function inTrading(change: (trading: Trading) => Partial<Trading>): Defect {
  return inSpec((spec) => ({ ...spec, trading: { ...spec.trading, ...change(spec.trading) } }));
}

export function inMarkets(
  change: (market: Awaited<ReturnType<Spec['market']['fetchMarkets']>>[number]) => typeof market,
): Defect {
  return inSpec((spec) => {
    const { fetchMarkets } = spec.market;
    return { ...spec, market: { ...spec.market, fetchMarkets: async (p) => (await fetchMarkets(p)).map(change) } };
  });
}

/** What the market streams say of books, misread. */
export function inBooks(change: (update: BookUpdate) => BookUpdate): Defect {
  return inSpec((spec) => misreadBooks(spec, change));
}

export function misreadBooks(spec: Spec, change: (update: BookUpdate) => BookUpdate): Spec {
  // Without the fast way, which would pass by the misreading.
  return withMarketStreams(spec, ({ scan: _scan, ...stream }) => ({
    ...stream,
    parse: (payload, look) =>
      stream.parse(payload, look).map((event) => (event.type === 'book' ? change(event) : event)),
  }));
}

/** What the account's stream says in one message, misread. */
export function inAccountEvents(change: (events: readonly AccountEvent[]) => readonly AccountEvent[]): Defect {
  return inSpec((spec) => misreadAccount(spec, change));
}

export function misreadAccount(spec: Spec, change: (events: readonly AccountEvent[]) => readonly AccountEvent[]): Spec {
  return withAccountStreams(spec, (stream) => ({
    ...stream,
    parse: (payload, look) => change(stream.parse(payload, look)),
  }));
}

type MarketStream = NonNullable<Spec['market']['feed']['streams']>[string];
type AccountStream = NonNullable<Trading['feed']['streams']>[string];

export function inMarketStream(change: (stream: MarketStream) => MarketStream): Defect {
  return inSpec((spec) => withMarketStreams(spec, change));
}

export function inAccountStream(change: (stream: AccountStream) => AccountStream): Defect {
  return inSpec((spec) => withAccountStreams(spec, change));
}

function withMarketStreams(spec: Spec, change: (stream: MarketStream) => MarketStream): Spec {
  const { feed } = spec.market;
  return { ...spec, market: { ...spec.market, feed: { ...feed, streams: each(feed.streams, change) } } };
}

function withAccountStreams(spec: Spec, change: (stream: AccountStream) => AccountStream): Spec {
  const { feed } = spec.trading;
  return { ...spec, trading: { ...spec.trading, feed: { ...feed, streams: each(feed.streams, change) } } };
}

function each<T>(streams: Readonly<Record<string, T>> | undefined, change: (stream: T) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(streams ?? {}).map(([name, stream]) => [name, change(stream)]));
}

/** A defect of core, as its user would see it. */
export function inConnector(
  change: (connector: Connector, options: ConnectorOptions<Credentials>) => Partial<Connector>,
): Defect {
  return ({ fixture, connect }) => ({
    fixture,
    connect: (spec, options) => {
      const connector = connect(spec, options);
      const changed = change(connector, options);
      return new Proxy(connector, {
        get: (target, name): unknown => (name in changed ? Reflect.get(changed, name) : Reflect.get(target, name)),
      });
    },
  });
}

/** A port that lies. */
export function inPorts(change: (ports: Ports) => Partial<Ports>): Defect {
  return inOptions(({ ports }) => (ports === undefined ? {} : { ports: { ...ports, ...change(ports) } }));
}

export function inOptions(change: (options: ConnectorOptions<Credentials>) => ConnectorOptions<Credentials>): Defect {
  return ({ fixture, connect }) => ({
    fixture,
    connect: (spec, options) => connect(spec, { ...options, ...change(options) }),
  });
}

export function inVenue(change: (venue: FixtureVenue) => FixtureVenue): Defect {
  return ({ fixture, connect }) => ({
    connect,
    fixture: { ...fixture, createVenue: (parts) => change(fixture.createVenue(parts)) },
  });
}

export function plant(fixture: Fixture, defect: Defect): Planted {
  return defect({ fixture, connect: createConnector });
}

/** Orders are changed before they are placed. */
export function inRequests(change: (request: OrderRequest) => OrderRequest): Defect {
  return inConnector((connector) => ({ place: async (request) => connector.place(change(request)) }));
}

export function inVerdicts(change: (verdict: Verdict, status: number) => Verdict | undefined): Defect {
  return inSpec((spec) => ({
    ...spec,
    judge: (answer, at) => {
      const verdict = spec.judge(answer, at);
      return verdict && change(verdict, answer.status);
    },
  }));
}

/** A decoder that hides what it cannot read. */
export function swallowing<S extends Pick<Stream<never, never, never>, 'frame' | 'decode'>>(
  stream: S,
  decode: (bytes: Uint8Array) => unknown,
): S {
  return {
    ...stream,
    decode: (bytes: Uint8Array) => {
      try {
        return decode(bytes);
      } catch {
        return ignored;
      }
    },
    frame: (message: unknown) => (message === ignored ? ({ type: 'ignore' } as const) : stream.frame(message)),
  };
}

const ignored = {};

/** A parser that hides what it cannot read. */
export function lenient<T>(parse: () => readonly T[]): readonly T[] {
  try {
    return parse();
  } catch {
    return [];
  }
}

export function asRefused(error: unknown): never {
  if (!isConnectorError(error)) throw error;
  throw new ConnectorError(error.message, { kind: error.kind, outcome: 'refused', operation: error.operation });
}

export function doubled(value: Decimal | undefined): Decimal {
  return (value ?? decimal('0')).times('2');
}

/** A defect, and what the case says of it: so that it fails for this reason and no other. */
export type Planting = readonly [defect: Defect, says: RegExp];

export const notRefused = /should have been refused/;

export const unseenIsCanceled = inTrading(({ fetchOrder }) => ({
  fetchOrder: (p, order) =>
    fetchOrder(p, order).catch(() => ({
      ...({
        type: 'order',
        symbol: order.market.symbol,
        clientOrderId: order.clientOrderId,
        status: 'canceled',
      } as const),
    })),
}));

export const failedIsRefused = inTrading(({ place }) => ({
  place: (p, order, prepared) => place(p, order, prepared).catch(asRefused),
}));

export const uncapped = inPorts(({ http, ws }) => ({
  http: { send: (request, limits) => http.send(request, { ...limits, maxBytes: 2 ** 30 }) },
  ws: { open: (url, on, limits) => ws.open(url, on, { ...limits, maxBytes: Infinity }) },
}));

export const anythingGoes = inMarkets(({ minNotional: _, ...market }) => ({
  ...market,
  price: { step: decimal('1e-20') },
  amount: { step: decimal('1e-20'), min: decimal('0') },
}));
