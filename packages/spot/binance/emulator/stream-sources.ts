import type { EngineEvent, EngineMarket, EngineTrade } from '@hb/connector-testkit';

import { toAggregateJson, toKlineValues } from './market-data.js';
import { aggregate, startOf, toCandles } from './statistics.js';
import type { StreamKind } from './stream-names.js';
import { bestOf, toDayStatistics, toMiniTickerEvent, toTickerEvent } from './tickers.js';
import { toAmount, toPrice, type Venue } from './venue.js';

/** What feeds one stream while somebody listens. */
export type Source = {
  readonly stop: () => void;
  /** Leaves the next diff out, as when a message is lost inside the venue. */
  readonly skip?: () => void;
};

export type Feed = {
  readonly venue: Pick<Venue, 'clock' | 'engine'>;
  readonly publish: (payload: unknown) => void;
};

/** A stream of a market that does not exist stays silent. */
export function openSource(feed: Feed, stream: StreamKind): Source {
  const { engine, clock } = feed.venue;
  if (stream.kind === 'allMiniTickers') return openAll(feed);
  const { symbol } = stream;
  const market = engine.market(symbol);
  if (market === undefined) return { stop: () => undefined };
  const trades = () => engine.trades(symbol);
  const day = () => toDayStatistics(market, trades(), clock.now());
  switch (stream.kind) {
    case 'trade':
      return onTrades(feed, market, (trade) => feed.publish(toTradeEvent(market, trade, clock.now())));
    case 'aggTrade':
      return openAggregate(feed, market);
    case 'bookTicker':
      return openBookTicker(feed, market);
    case 'diff':
      return openDiff(feed, market, stream.everyMs);
    case 'depth':
      return openPartial(feed, market, stream);
    case 'kline':
      return openKlines(feed, market, stream);
    case 'miniTicker':
      return every(feed, isTradeOf(symbol), () => toMiniTickerEvent(day(), clock.now()));
    case 'ticker':
      return every(feed, isChangeOf(symbol), () =>
        toTickerEvent(day(), bestOf(market, engine.depth(symbol, 1)), clock.now()),
      );
  }
}

const isTradeOf = (symbol: string) => (event: EngineEvent) => event.type === 'trade' && event.trade.market === symbol;
const isDepthOf = (symbol: string) => (event: EngineEvent) => event.type === 'depth' && event.market === symbol;
const isChangeOf = (symbol: string) => (event: EngineEvent) => isTradeOf(symbol)(event) || isDepthOf(symbol)(event);

function openDiff({ venue, publish }: Feed, market: EngineMarket, everyMs: number): Source {
  const { clock, engine } = venue;
  const { symbol } = market;
  const changed = { buy: new Map<bigint, bigint>(), sell: new Map<bigint, bigint>() };
  let first = engine.depth(symbol, 0).updateId + 1;
  let last = first - 1;
  let isSkipping = false;
  function flush(): void {
    const toText = ([price, amount]: [bigint, bigint]) => [toPrice(market, price), toAmount(market, amount)];
    const [b, a] = [Array.from(changed.buy, toText), Array.from(changed.sell, toText)];
    if (!isSkipping) publish({ e: 'depthUpdate', E: clock.now(), s: symbol, U: first, u: last, b, a });
    isSkipping = false;
    first = last + 1;
    changed.buy.clear();
    changed.sell.clear();
  }
  const timer = createTimer(venue, everyMs, flush);
  const off = engine.on((event) => {
    if (event.type !== 'depth' || event.market !== symbol) return;
    changed[event.side].set(event.price, event.amount);
    last = event.updateId;
    timer.start();
  });
  const skip = () => {
    isSkipping = true;
  };
  return { stop: both(off, timer.stop), skip };
}

type PartialStream = Extract<StreamKind, { kind: 'depth' }>;

/** Tells the book as it is first, then whenever it changed. */
function openPartial({ venue, publish }: Feed, market: EngineMarket, { everyMs, levels }: PartialStream): Source {
  const toText = ([price, amount]: readonly [bigint, bigint]) => [toPrice(market, price), toAmount(market, amount)];
  const timer = createTimer(venue, everyMs, () => {
    const { updateId, bids, asks } = venue.engine.depth(market.symbol, levels);
    publish({ lastUpdateId: updateId, bids: bids.map(toText), asks: asks.map(toText) });
  });
  timer.start();
  const off = venue.engine.on((event) => {
    if (isDepthOf(market.symbol)(event)) timer.start();
  });
  return { stop: both(off, timer.stop) };
}

function openAggregate(feed: Feed, market: EngineMarket): Source {
  const { clock, engine } = feed.venue;
  let told = engine.trades(market.symbol).length;
  let nextId = aggregate(engine.trades(market.symbol)).length;
  let isWaiting = false;
  function flush(): void {
    isWaiting = false;
    const trades = engine.trades(market.symbol);
    for (const trade of aggregate(trades.slice(told))) {
      feed.publish({
        e: 'aggTrade',
        E: clock.now(),
        s: market.symbol,
        ...toAggregateJson(market, { ...trade, id: nextId }),
      });
      nextId += 1;
    }
    told = trades.length;
  }
  // All trades of one order are there once the current call has ended.
  return onTrades(feed, market, () => {
    if (!isWaiting) clock.soon(flush);
    isWaiting = true;
  });
}

function openBookTicker({ venue, publish }: Feed, market: EngineMarket): Source {
  const { clock, engine } = venue;
  const { symbol } = market;
  let told = '';
  let isWaiting = false;
  function flush(): void {
    isWaiting = false;
    const depth = engine.depth(symbol, 1);
    const { bidPrice: b, bidQty: B, askPrice: a, askQty: A } = bestOf(market, depth);
    if (told !== [b, B, a, A].join()) publish({ u: depth.updateId, s: symbol, b, B, a, A });
    told = [b, B, a, A].join();
  }
  const off = engine.on((event) => {
    if (event.type !== 'depth' || event.market !== symbol || isWaiting) return;
    isWaiting = true;
    clock.soon(flush);
  });
  return { stop: off };
}

type KlineStream = Extract<StreamKind, { kind: 'kline' }>;

function openKlines({ venue, publish }: Feed, market: EngineMarket, { symbol, interval }: KlineStream): Source {
  const { clock, engine } = venue;
  let openedAt = startOf(clock.now(), interval);
  let told = engine.trades(symbol).length;
  function flush(): void {
    const trades = engine.trades(symbol);
    const now = clock.now();
    for (const candle of toCandles(trades, interval, { from: openedAt, to: now, limit: 1_000 })) {
      const isClosed = candle.closeAt < now;
      if (!isClosed && (candle.summary === undefined || trades.length === told)) continue;
      const ends = { f: candle.summary?.first.tradeId ?? -1, L: candle.summary?.last.tradeId ?? -1 };
      const { o, c, h, l, v, n, q, V, Q } = toKlineValues(market, candle);
      const k = {
        t: candle.openAt,
        T: candle.closeAt,
        s: symbol,
        i: interval,
        ...ends,
        o,
        c,
        h,
        l,
        v,
        n,
        x: isClosed,
        q,
        V,
        Q,
      };
      publish({ e: 'kline', E: now, s: symbol, k: { ...k, B: '0' } });
    }
    openedAt = startOf(now, interval);
    told = trades.length;
    timer.start();
  }
  const timer = createTimer(venue, interval === '1s' ? 1_000 : 2_000, flush);
  timer.start();
  return { stop: timer.stop };
}

function openAll(feed: Feed): Source {
  const { clock, engine } = feed.venue;
  const changed = new Set<string>();
  const off = engine.on((event) => {
    if (event.type === 'trade') changed.add(event.trade.market);
  });
  const periodic = every(
    feed,
    (event) => event.type === 'trade',
    () => {
      const markets = engine.markets().filter(({ symbol }) => changed.has(symbol));
      changed.clear();
      return markets.map((market) =>
        toMiniTickerEvent(toDayStatistics(market, engine.trades(market.symbol), clock.now()), clock.now()),
      );
    },
  );
  return { stop: both(off, periodic.stop) };
}

/** Publishes once a second in which something happened. */
function every(feed: Feed, isNews: (event: EngineEvent) => boolean, make: () => unknown): Source {
  const timer = createTimer(feed.venue, 1_000, () => feed.publish(make()));
  const off = feed.venue.engine.on((event) => {
    if (isNews(event)) timer.start();
  });
  return { stop: both(off, timer.stop) };
}

function onTrades({ venue }: Feed, { symbol }: EngineMarket, run: (trade: EngineTrade) => void): Source {
  const off = venue.engine.on((event) => {
    if (event.type === 'trade' && event.trade.market === symbol) run(event.trade);
  });
  return { stop: off };
}

/** Runs at the next multiple of a period once started. */
function createTimer({ clock }: Feed['venue'], everyMs: number, run: () => void) {
  let cancel: (() => void) | undefined;
  return {
    start: () => {
      cancel ??= clock.at((Math.floor(clock.mono() / everyMs) + 1) * everyMs, () => {
        cancel = undefined;
        run();
      });
    },
    stop: () => {
      cancel?.();
      cancel = undefined;
    },
  };
}

function both(one: () => void, other: () => void): () => void {
  return () => {
    one();
    other();
  };
}

function toTradeEvent(market: EngineMarket, trade: EngineTrade, E: number): object {
  const { tradeId: t, at: T, taker } = trade;
  const [p, q] = [toPrice(market, trade.price), toAmount(market, trade.amount)];
  return { e: 'trade', E, s: market.symbol, t, p, q, T, m: taker === 'sell', M: true };
}
