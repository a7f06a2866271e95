import { bestOf } from '@hb/binance-emulation';
import { fromUnits, summarizeDay, weightedAverage } from '@hb/connector-testkit';
import type { EngineDepth, EngineMarket, EngineTrade } from '@hb/connector-testkit';

import { digits } from './markets.js';
import { numbers, toAmount, toPrice, toQuote } from './venue.js';

/** What a market did in a span of time, under the names of REST. */
type Statistics = Readonly<Record<PriceName | AmountName, string>> & {
  readonly symbol: string;
  readonly openTime: number;
  readonly closeTime: number;
  readonly firstId: number;
  readonly lastId: number;
  readonly count: number;
};

type PriceName = `${'open' | 'high' | 'low' | 'last' | 'weightedAvg' | 'prevClose'}Price` | 'priceChange';
type AmountName = 'priceChangePercent' | 'lastQty' | 'volume' | 'quoteVolume';

type Best = ReturnType<typeof bestOf>;

/** The last 24 hours. https://developers.binance.com/docs/binance-spot-api-docs/rest-api/market-data-endpoints#24hr-ticker-price-change-statistics */
export function toDayStatistics(market: EngineMarket, trades: readonly EngineTrade[], now: number): Statistics {
  const { from, to, open, last, change, before, trades: summary } = summarizeDay(trades, now);
  return {
    symbol: market.symbol,
    priceChange: toPrice(market, change),
    priceChangePercent: fromUnits(open === 0n ? 0n : (change * 100_000n) / open, 3, 3),
    weightedAvgPrice: summary === undefined ? toPrice(market, 0n) : weightedAverage(market, summary, digits),
    prevClosePrice: toPrice(market, before),
    lastPrice: toPrice(market, last),
    lastQty: toAmount(market, summary?.last.amount ?? 0n),
    openPrice: toPrice(market, open),
    highPrice: toPrice(market, summary?.high ?? 0n),
    lowPrice: toPrice(market, summary?.low ?? 0n),
    volume: toAmount(market, summary?.amount ?? 0n),
    quoteVolume: toQuote(market, summary?.quote ?? 0n),
    openTime: from,
    closeTime: to,
    firstId: summary?.first.tradeId ?? -1,
    lastId: summary?.last.tradeId ?? -1,
    count: summary?.count ?? 0,
  };
}

/** `FULL` of `ticker/24hr`. */
export function toDayTicker(statistics: Statistics, market: EngineMarket, depth: EngineDepth): object {
  const { symbol, priceChange, priceChangePercent, weightedAvgPrice, prevClosePrice, lastPrice, lastQty, ...rest } =
    statistics;
  const change = { symbol, priceChange, priceChangePercent, weightedAvgPrice, prevClosePrice, lastPrice, lastQty };
  return { ...change, ...bestOf(numbers, market, depth), ...rest };
}

/** `MINI` of each. */
export function toMiniTicker(statistics: Statistics): object {
  const { symbol, openPrice, highPrice, lowPrice, lastPrice, volume, quoteVolume } = statistics;
  const { openTime, closeTime, firstId, lastId, count } = statistics;
  const prices = { symbol, openPrice, highPrice, lowPrice, lastPrice, volume, quoteVolume };
  return { ...prices, openTime, closeTime, firstId, lastId, count };
}

/** https://developers.binance.com/docs/binance-spot-api-docs/rest-api/market-data-endpoints#symbol-order-book-ticker */
export function toBookTicker(market: EngineMarket, depth: EngineDepth): object {
  return { symbol: market.symbol, ...bestOf(numbers, market, depth) };
}

/** https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams#individual-symbol-ticker-streams */
export function toTickerEvent(statistics: Statistics, best: Best, at: number): object {
  return {
    e: '24hrTicker',
    E: at,
    s: statistics.symbol,
    p: statistics.priceChange,
    P: statistics.priceChangePercent,
    w: statistics.weightedAvgPrice,
    x: statistics.prevClosePrice,
    c: statistics.lastPrice,
    Q: statistics.lastQty,
    b: best.bidPrice,
    B: best.bidQty,
    a: best.askPrice,
    A: best.askQty,
    ...restOf(statistics),
  };
}

/** https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams#individual-symbol-mini-ticker-stream */
export function toMiniTickerEvent(statistics: Statistics, at: number): object {
  const { symbol: s, lastPrice: c, openPrice: o, highPrice: h, lowPrice: l, volume: v, quoteVolume: q } = statistics;
  return { e: '24hrMiniTicker', E: at, s, c, o, h, l, v, q };
}

function restOf(statistics: Statistics) {
  return {
    o: statistics.openPrice,
    h: statistics.highPrice,
    l: statistics.lowPrice,
    v: statistics.volume,
    q: statistics.quoteVolume,
    O: statistics.openTime,
    C: statistics.closeTime,
    F: statistics.firstId,
    L: statistics.lastId,
    n: statistics.count,
  };
}
