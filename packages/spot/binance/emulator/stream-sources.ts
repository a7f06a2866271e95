import { bestOf, toKlineEvent } from '@hb/binance-emulation';
import {
  feedAggregateTrades,
  feedBest,
  feedCandles,
  feedDepth,
  feedDiffs,
  feedNews,
  feedTrades,
  isDepthOf,
  isTradeOf,
  silence,
  type EngineEvent,
  type EngineMarket,
  type EngineTrade,
  type Exchange,
  type FeedParts,
  type OpenSource,
  type Source,
} from '@hb/connector-testkit';

import { periodOf } from './intervals.js';
import { toAggregateJson, toLevels } from './market-data.js';
import { parseStream, type StreamKind } from './stream-names.js';
import { toDayStatistics, toMiniTickerEvent, toTickerEvent } from './tickers.js';
import { numbers, toAmount, toPrice } from './venue.js';

type Parts = Pick<Exchange, 'engine' | 'clock'>;
type Publish = (payload: unknown) => void;
type MarketStream = Exclude<StreamKind, { kind: 'allMiniTickers' }>;

const everySecond = 1_000;

/** A stream of no documented form, or of a market that does not exist, stays silent. https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams */
export function createSources(parts: Parts): OpenSource {
  return (name, publish) => {
    const stream = parseStream(name);
    if (stream === undefined) return silence;
    if (stream.kind === 'allMiniTickers') return openAll(parts, publish);
    const market = parts.engine.market(stream.symbol);
    return market === undefined ? silence : openMarket({ ...parts, market }, stream, publish);
  };
}

function openMarket(parts: FeedParts, stream: MarketStream, publish: Publish): Source {
  const { market, engine, clock } = parts;
  const s = market.symbol;
  const day = () => toDayStatistics(market, engine.trades(s), clock.now());
  switch (stream.kind) {
    case 'trade':
      return feedTrades(parts, (trade) => publish(toTradeEvent(market, trade, clock.now())));
    case 'aggTrade':
      return feedAggregateTrades(parts, (trade) =>
        publish({ e: 'aggTrade', E: clock.now(), s, ...toAggregateJson(market, trade) }),
      );
    case 'bookTicker':
      return feedBest(parts, (depth) => {
        const { bidPrice: b, bidQty: B, askPrice: a, askQty: A } = bestOf(numbers, market, depth);
        publish({ u: depth.updateId, s, b, B, a, A });
      });
    case 'diff':
      return feedDiffs(parts, stream.everyMs, ({ first: U, last: u, bids, asks }) => {
        publish({ e: 'depthUpdate', E: clock.now(), s, U, u, b: toLevels(market, bids), a: toLevels(market, asks) });
      });
    case 'depth':
      return feedDepth(parts, stream, ({ updateId, bids, asks }) => {
        publish({ lastUpdateId: updateId, bids: toLevels(market, bids), asks: toLevels(market, asks) });
      });
    case 'kline':
      return openKlines(parts, stream.interval, publish);
    case 'miniTicker':
      return feedNews(parts, { everyMs: everySecond, isNews: isTradeOf(s) }, () =>
        publish(toMiniTickerEvent(day(), clock.now())),
      );
    case 'ticker':
      return feedNews(parts, { everyMs: everySecond, isNews: isChangeOf(s) }, () =>
        publish(toTickerEvent(day(), bestOf(numbers, market, engine.depth(s, 1)), clock.now())),
      );
  }
}

function isChangeOf(symbol: string): (event: EngineEvent) => boolean {
  const [isTrade, isDepth] = [isTradeOf(symbol), isDepthOf(symbol)];
  return (event) => isTrade(event) || isDepth(event);
}

function openKlines(parts: FeedParts, interval: string, publish: Publish): Source {
  const { market, clock } = parts;
  const period = periodOf(interval);
  if (period === undefined) return silence;
  return feedCandles(parts, { period, everyMs: interval === '1s' ? 1_000 : 2_000 }, (candle, isClosed) => {
    publish(toKlineEvent(numbers, market, { candle, i: interval, x: isClosed, at: clock.now() }));
  });
}

function openAll(parts: Parts, publish: Publish): Source {
  const { engine, clock } = parts;
  const changed = new Set<string>();
  const isNews = (event: EngineEvent) => {
    if (event.type === 'trade') changed.add(event.trade.market);
    return event.type === 'trade';
  };
  return feedNews(parts, { everyMs: everySecond, isNews }, () => {
    const markets = engine.markets().filter(({ symbol }) => changed.has(symbol));
    changed.clear();
    const now = clock.now();
    publish(
      markets.map((market) => toMiniTickerEvent(toDayStatistics(market, engine.trades(market.symbol), now), now)),
    );
  });
}

function toTradeEvent(market: EngineMarket, trade: EngineTrade, E: number): object {
  const { tradeId: t, at: T, taker } = trade;
  const [p, q] = [toPrice(market, trade.price), toAmount(market, trade.amount)];
  return { e: 'trade', E, s: market.symbol, t, p, q, T, m: taker === 'sell', M: true };
}
