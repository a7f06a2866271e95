import type {
  BookUpdate,
  Common,
  Endpoint,
  Feed,
  MarketEvent,
  Message,
  Params,
  PositionMode,
  PerpetualSpec,
  PositionsSpec,
  Public,
  PublicMarketSpec,
  SpotSpec,
  Stream,
  TradingSpec,
  WireRequest,
} from '@hb/connector-core';

import type { TestedSpec } from './fixture.js';

/** A function of the spec that sends requests, by its name there. */
export type Operation =
  | 'fetchTime'
  | 'fetchMarkets'
  | 'fetchBook'
  | 'fetchTickers'
  | 'candles'
  | 'place'
  | 'cancel'
  | 'amend'
  | 'cancelAll'
  | 'fetchOrder'
  | 'fetchOpenOrders'
  | 'fetchFills'
  | 'fetchBalances'
  | 'fetchFees'
  | 'fetchKeyRights'
  | 'fetchPositions'
  | 'fetchFunding'
  | 'fetchPayments'
  | 'setMode'
  | 'setLeverage';

export type SpecObserver = {
  /** Right before the operation sends a request. */
  readonly calls: (operation: Operation, at: Endpoint, params: Params) => void;
  /** The address that a stream is about to connect to. */
  readonly opens: (stream: string, url: string) => void;
  /** The message with which a request goes over a stream. */
  readonly asks: (message: Message, request: { readonly method: string; readonly id: string }) => void;
  /** Whether an update of a book is to be changed before the connector sees it. */
  readonly alters: () => boolean;
  /** What a public stream said of a book: what the connector is to believe it said. */
  readonly reads: (update: BookUpdate) => BookUpdate;
  /** What a request carried before and after signing. */
  readonly signs: (before: readonly string[], after: readonly string[]) => void;
};

/** What cases read of a spec, without its types. */
export type SpecView = {
  readonly id: string;
  readonly orders: SpotSpec<never, never, never>['orders'];
  readonly has: Readonly<
    Record<'fetchTime' | 'fetchBook' | 'fetchTickers' | 'candles' | 'amend' | 'fetchFees' | 'login', boolean>
  >;
  /** Of perpetuals alone. */
  readonly positions?: PositionsView;
  readonly marketStreams: readonly string[];
  readonly accountStreams: readonly string[];
  /** Whether an answer of status 418 alone means something: a ban. */
  readonly bans: boolean;
  /** The longest time in which a silent account stream must be found out. */
  readonly silentMs: number;
};

type PositionsView = {
  readonly modes: readonly PositionMode[];
  readonly has: Readonly<Record<'setMode' | 'setLeverage', boolean>>;
};

export function viewSpec<O, C, W>(spec: TestedSpec<O, C, W>): SpecView {
  const { market, trading } = spec;
  const streams = Object.values(trading.feed.streams ?? {});
  return {
    id: spec.id,
    orders: spec.orders,
    has: {
      fetchTime: spec.fetchTime !== undefined,
      fetchBook: market.fetchBook !== undefined,
      fetchTickers: market.fetchTickers !== undefined,
      candles: market.candles !== undefined,
      amend: trading.amend !== undefined,
      fetchFees: trading.fetchFees !== undefined,
      login: streams.some(({ login, keepAlive }) => login !== undefined || keepAlive !== undefined),
    },
    ...(spec.specVersion === 'perpetual/1' && { positions: viewPositions(spec.positions) }),
    marketStreams: Object.keys(market.feed.streams ?? {}),
    accountStreams: Object.keys(trading.feed.streams ?? {}),
    bans: spec.judge({ status: 418, headers: new Map(), body: undefined }, { at: 'GET /' })?.kind === 'rate-limited',
    silentMs: Math.max(0, ...streams.map(({ silentMs }) => silentMs)),
  };
}

function viewPositions<O, C, W>(positions: PositionsSpec<O, C, W>): PositionsView {
  const { modes, setMode, setLeverage } = positions;
  return { modes, has: { setMode: setMode !== undefined, setLeverage: setLeverage !== undefined } };
}

/** The same spec, telling which of its functions sends what and where its streams connect. */
export function observeSpot<O, C, W>(spec: SpotSpec<O, C, W>, on: SpecObserver): SpotSpec<O, C, W> {
  const as = createMarker<O>(on);
  return {
    ...spec,
    ...observeCommon(spec, as, on),
    market: observeMarket(spec.market, as, on),
    trading: observeTrading(spec.trading, as, on),
  };
}

/** As `observeSpot`, of a perpetual spec. */
export function observePerpetual<O, C, W>(spec: PerpetualSpec<O, C, W>, on: SpecObserver): PerpetualSpec<O, C, W> {
  const as = createMarker<O>(on);
  return {
    ...spec,
    ...observeCommon(spec, as, on),
    market: observeMarket(spec.market, as, on),
    trading: observeTrading(spec.trading, as, on),
    positions: observePositions(spec.positions, as),
  };
}

/** A port whose requests are told as those of an operation. */
type Marker<O> = <P extends Public<O>>(operation: Operation, p: P) => P;

function createMarker<O>(on: SpecObserver): Marker<O> {
  return (operation, p) => {
    const call: Public<O>['call'] = (at, params, read) => {
      on.calls(operation, at, params);
      return p.call(at, params, read);
    };
    return { ...p, call };
  };
}

function observeCommon<O, C>(spec: Common<O, C>, as: Marker<O>, on: SpecObserver) {
  const { fetchTime } = spec;
  const noteSigned = (request: WireRequest) => (signed: WireRequest) => {
    on.signs(textsOf(request), textsOf(signed));
    return signed;
  };
  const sign: typeof spec.sign = (p, request) => {
    const signed = spec.sign(p, request);
    if (signed instanceof Promise) return signed.then(noteSigned(request));
    return noteSigned(request)(signed);
  };
  return { sign, ...(fetchTime && { fetchTime: (p: Public<O>) => fetchTime(as('fetchTime', p)) }) };
}

function observeMarket<O, W, X>(
  market: PublicMarketSpec<O, W, X>,
  as: Marker<O>,
  on: SpecObserver,
): PublicMarketSpec<O, W, X> {
  const { fetchMarkets, fetchBook, fetchTickers, candles } = market;
  return {
    ...market,
    feed: alterFeed(observeFeed(market.feed, on), on),
    fetchMarkets: (p) => fetchMarkets(as('fetchMarkets', p)),
    ...(fetchBook && { fetchBook: (p, of) => fetchBook(as('fetchBook', p), of) }),
    ...(fetchTickers && { fetchTickers: (p) => fetchTickers(as('fetchTickers', p)) }),
    ...(candles && { candles: { ...candles, fetch: (p, of, range) => candles.fetch(as('candles', p), of, range) } }),
  };
}

function observeTrading<O, C, W, X>(
  trading: TradingSpec<O, C, W, X>,
  as: Marker<O>,
  on: SpecObserver,
): TradingSpec<O, C, W, X> {
  const { place, cancel, amend, cancelAll, fetchOrder, fetchOpenOrders, fetchFills } = trading;
  const { fetchBalances, fetchFees, fetchKeyRights } = trading;
  return {
    ...trading,
    feed: observeFeed(trading.feed, on),
    place: (p, order, prepared) => place(as('place', p), order, prepared),
    cancel: (p, order) => cancel(as('cancel', p), order),
    ...(amend && { amend: { ...amend, run: (p, order, to) => amend.run(as('amend', p), order, to) } }),
    ...(cancelAll && { cancelAll: (p, of) => cancelAll(as('cancelAll', p), of) }),
    fetchOrder: (p, order) => fetchOrder(as('fetchOrder', p), order),
    fetchOpenOrders: (p, of) => fetchOpenOrders(as('fetchOpenOrders', p), of),
    fetchFills: (p, since) => fetchFills(as('fetchFills', p), since),
    fetchBalances: (p) => fetchBalances(as('fetchBalances', p)),
    ...(fetchFees && { fetchFees: (p, of) => fetchFees(as('fetchFees', p), of) }),
    ...(fetchKeyRights && { fetchKeyRights: (p) => fetchKeyRights(as('fetchKeyRights', p)) }),
  };
}

function observePositions<O, C, W>(positions: PositionsSpec<O, C, W>, as: Marker<O>): PositionsSpec<O, C, W> {
  const { fetch, fetchFunding, fetchPayments, setMode, setLeverage } = positions;
  return {
    ...positions,
    fetch: (p) => fetch(as('fetchPositions', p)),
    fetchFunding: (p, market) => fetchFunding(as('fetchFunding', p), market),
    fetchPayments: (p, since) => fetchPayments(as('fetchPayments', p), since),
    ...(setMode && { setMode: (p, mode) => setMode(as('setMode', p), mode) }),
    ...(setLeverage && { setLeverage: (p, market, to) => setLeverage(as('setLeverage', p), market, to) }),
  };
}

function observeFeed<E, P, O>(feed: Feed<E, P, O>, on: SpecObserver): Feed<E, P, O> {
  if (feed.streams === undefined) return feed;
  const streams = Object.entries(feed.streams).map(([name, stream]): [string, Stream<E, P, O>] => {
    const url = async (p: P): Promise<string> => {
      const address = await stream.url(p);
      on.opens(name, address);
      return address;
    };
    const { request } = stream;
    if (request === undefined) return [name, { ...stream, url }];
    const observed: typeof request = (p, method, params, id) => {
      const note = (message: Message): Message => {
        on.asks(message, { method, id });
        return message;
      };
      const message = request(p, method, params, id);
      return message instanceof Promise ? message.then(note) : note(message);
    };
    return [name, { ...stream, url, request: observed }];
  });
  return { ...feed, streams: Object.fromEntries(streams) };
}

function alterFeed<X, P, O>(feed: Feed<MarketEvent | X, P, O>, on: SpecObserver): Feed<MarketEvent | X, P, O> {
  if (feed.streams === undefined) return feed;
  const streams = Object.entries(feed.streams).map(([name, stream]): [string, Stream<MarketEvent | X, P, O>] => {
    const parse: typeof stream.parse = (payload, look) =>
      stream.parse(payload, look).map((event) => (isBook(event) ? on.reads(event) : event));
    const { scan } = stream;
    // The fast way passes by the parser: what a case wants to change goes the other one.
    const scanned: Pick<typeof stream, 'scan'> = scan ? { scan: (...read) => !on.alters() && scan(...read) } : {};
    return [name, { ...stream, ...scanned, parse }];
  });
  return { ...feed, streams: Object.fromEntries(streams) };
}

function isBook(event: unknown): event is BookUpdate {
  return typeof event === 'object' && event !== null && 'type' in event && event.type === 'book';
}

/** Every value of a request that a log might show. */
function textsOf({ url, headers, body }: WireRequest): readonly string[] {
  return [
    ...new URLSearchParams(url.search).values(),
    ...Object.values(headers),
    ...new URLSearchParams(body).values(),
  ];
}
