import {
  createScanner,
  type Answer,
  type Endpoint,
  type Feed,
  type Frame,
  type Market,
  type PositionsSpec,
  type Private,
  type PublicMarketSpec,
  type Stream,
  type TradingSpec,
} from '@hb/connector-core';

import type { TestedSpec } from '../conformance/fixture.js';
import { problemIn, type Kind } from './whole.js';

/** A function of the spec as it was last called, to be called again with the same arguments. */
export type Reading<O, C> = (p: Private<O, C>) => Promise<unknown>;

export type StreamKind = 'market' | 'account';

/** What the spec's own functions made of the messages that were put before them. */
export type Spy<O, C, W> = {
  /** The spec, telling. */
  readonly spec: TestedSpec<O, C, W>;
  readonly readings: ReadonlyMap<Kind, Reading<O, C>>;
  /** Adds the functions that core had no reason to call so far. */
  readonly complete: () => void;
  /** What the venue's private functions are handed. */
  readonly api: () => Private<O, C> | undefined;
  /** How many streams there are. */
  readonly streams: () => number;
  /** The name of the stream that connects to this address: `account.private`. */
  readonly streamOf: (url: string) => string | undefined;
  /** Of the last message: what it is, whether its parser took it, and what is wrong with what was made of it. */
  readonly last: { frame: Frame['type'] | undefined; isParsed: boolean; problem: string | undefined };
  readonly forget: () => void;
  /** Whether the `scan` of a stream reads this frame: then core asks neither `frame` nor `parse`. */
  readonly isScanned: (stream: string, bytes: Uint8Array) => boolean;
};

/** Watches a spec from between core and the venue's functions. */
export function spyOn<O, C, W>(spec: TestedSpec<O, C, W>): Spy<O, C, W> {
  const { fetchTime } = spec;
  const { fetchFills, cancelAll } = spec.trading;
  const readings = new Map<Kind, Reading<O, C>>();
  const streams = new Map<string, string>();
  const scanners = new Map<string, ReturnType<typeof createScanner>>();
  const last: Spy<O, C, W>['last'] = { frame: undefined, isParsed: false, problem: undefined };
  let api: Private<O, C> | undefined;
  let market: Market<W> | undefined;

  const note =
    <P, A extends readonly unknown[], T>(
      kind: Kind,
      run: (p: P & Private<O, C>, ...rest: A) => Promise<T>,
      given: (p: P, ...rest: A) => Promise<T>,
    ) =>
    (p: P, ...rest: A): Promise<T> => {
      readings.set(kind, (own) => run({ ...p, ...own }, ...rest));
      return given(p, ...rest);
    };
  const as = <P, A extends readonly unknown[], T>(kind: Kind, run: (p: P, ...rest: A) => Promise<T>) =>
    note<P, A, T>(kind, run, run);

  const watch = <E, P>(kind: StreamKind, feed: Feed<E, P, O>): Feed<E, P, O> =>
    feed.streams === undefined ? feed : { ...feed, streams: watchStreams(kind, feed.streams) };

  function watchStreams<E, P>(
    kind: StreamKind,
    all: Readonly<Record<string, Stream<E, P, O>>>,
  ): Readonly<Record<string, Stream<E, P, O>>> {
    return Object.fromEntries(
      Object.entries(all).map(([name, stream]) => [name, watchStream(`${kind}.${name}`, stream)]),
    );
  }
  function watchStream<E, P>(name: string, stream: Stream<E, P, O>): Stream<E, P, O> {
    if (stream.scan) scanners.set(name, createScanner(stream.scan));
    return {
      ...stream,
      url: async (p) => {
        const url = await stream.url(p);
        streams.set(new URL(url).href, name);
        return url;
      },
      frame: (message) => {
        const frame = stream.frame(message);
        last.frame = frame.type;
        return frame;
      },
      parse: (payload, look) => {
        const events = stream.parse(payload, look);
        last.isParsed = true;
        last.problem = problemIn('events', events);
        return events;
      },
    };
  }
  function complete(): void {
    const of = market;
    if (of === undefined) return;
    if (!readings.has('fetchFills')) readings.set('fetchFills', (p) => fetchFills(p, { market: of }));
    if (cancelAll && !readings.has('cancelAll')) readings.set('cancelAll', (p) => cancelAll(p, of));
  }
  return {
    readings,
    last,
    complete,
    api: () => api,
    streams: () => new Set(streams.values()).size,
    streamOf: (url) => streams.get(url),
    isScanned: (stream, bytes) => scanners.get(stream)?.(bytes) !== undefined,
    forget: () => {
      last.frame = undefined;
      last.isParsed = false;
      last.problem = undefined;
    },
    spec: spied(spec),
  };

  function spied(given: TestedSpec<O, C, W>): TestedSpec<O, C, W> {
    const common = {
      judge: (answer: Answer, at: Endpoint) => {
        const verdict = given.judge(answer, at);
        if (answer.status >= 500 && verdict?.outcome === 'refused' && (at.lane ?? 'data') !== 'data')
          last.problem = `a ${answer.status} is judged to be a refusal`;
        return verdict;
      },
      ...(fetchTime && { fetchTime: as('fetchTime', fetchTime) }),
    };
    if (given.specVersion === 'spot/1')
      return { ...given, ...common, market: spiedMarket(given.market), trading: spiedTrading(given.trading) };
    return {
      ...given,
      ...common,
      market: spiedMarket(given.market),
      trading: spiedTrading(given.trading),
      positions: spiedPositions(given.positions),
    };
  }
  function spiedMarket<X>(given: PublicMarketSpec<O, W, X>): PublicMarketSpec<O, W, X> {
    const { feed, fetchMarkets, fetchBook, fetchTickers, fetchTrades, candles } = given;
    return {
      ...given,
      feed: watch('market', feed),
      fetchMarkets: as('fetchMarkets', fetchMarkets),
      ...(fetchBook && { fetchBook: as('fetchBook', fetchBook) }),
      ...(fetchTickers && { fetchTickers: as('fetchTickers', fetchTickers) }),
      ...(fetchTrades && { fetchTrades: as('fetchTrades', fetchTrades) }),
      ...(candles && { candles: { ...candles, fetch: as('candles', candles.fetch) } }),
    };
  }
  function spiedTrading<X>(given: TradingSpec<O, C, W, X>): TradingSpec<O, C, W, X> {
    const { amend, cancelAll, fetchClosedOrders, fetchFees, fetchKeyRights } = given;
    return {
      ...given,
      feed: watch('account', given.feed),
      place: as('place', (p, order, prepared) => {
        market = order.market;
        return given.place(p, order, prepared);
      }),
      cancel: as('cancel', given.cancel),
      ...(amend && { amend: { ...amend, run: as('amend', amend.run) } }),
      ...(cancelAll && { cancelAll: as('cancelAll', cancelAll) }),
      fetchOrder: as('fetchOrder', given.fetchOrder),
      fetchOpenOrders: as('fetchOpenOrders', given.fetchOpenOrders),
      ...(fetchClosedOrders && { fetchClosedOrders: as('fetchClosedOrders', fetchClosedOrders) }),
      fetchFills: as('fetchFills', given.fetchFills),
      fetchBalances: as('fetchBalances', (p) => {
        api = p;
        return given.fetchBalances(p);
      }),
      ...(fetchFees && { fetchFees: as('fetchFees', fetchFees) }),
      ...(fetchKeyRights && { fetchKeyRights: as('fetchKeyRights', fetchKeyRights) }),
    };
  }
  function spiedPositions(given: PositionsSpec<O, C, W>): PositionsSpec<O, C, W> {
    const { fetchMode, setMode, fetchLeverage, setLeverage } = given;
    return {
      ...given,
      fetch: as('fetchPositions', given.fetch),
      fetchFunding: as('fetchFunding', given.fetchFunding),
      fetchPayments: as('fetchPayments', given.fetchPayments),
      ...(fetchMode && { fetchMode: as('fetchMode', fetchMode) }),
      ...(setMode && { setMode: as('setMode', setMode) }),
      ...(fetchLeverage && { fetchLeverage: as('fetchLeverage', fetchLeverage) }),
      ...(setLeverage && { setLeverage: as('setLeverage', setLeverage) }),
    };
  }
}
