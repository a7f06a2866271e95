import { bestOf, findAggregates, findKlines, periodOf, toAggregateJson } from '@hb/binance-emulation';
import { cut, fromUnits, summarizeDay } from '@hb/connector-testkit';
import type { EngineMarket, EngineTrade, PerpetualMarket } from '@hb/connector-testkit';

import { toSymbolInfo } from './markets.js';
import { lastPrice, numbers, toAmount, toAverage, toLevels, toMoney, toPrice } from './text.js';
import { findMarket, marketOf, namedMarket, type Call, type Route } from './venue.js';

/** https://developers.binance.com/docs/derivatives/usds-margined-futures/market-data/rest-api */
export const marketRoutes: readonly Route[] = [
  { names: ['GET /fapi/v1/ping'], weight: 1, run: () => ({}) },
  { names: ['GET /fapi/v1/time'], weight: 1, run: ({ venue }) => ({ serverTime: venue.clock.now() }) },
  { names: ['GET /fapi/v1/exchangeInfo'], weight: 1, run: toExchangeInfo },
  { names: ['GET /fapi/v1/depth'], weight: weightOfDepth, run: toDepth },
  { names: ['GET /fapi/v1/trades'], weight: 5, run: toTrades },
  { names: ['GET /fapi/v1/aggTrades'], weight: 20, run: toAggregateTrades },
  { names: ['GET /fapi/v1/klines'], weight: weightOfKlines, run: toKlines },
  {
    names: ['GET /fapi/v1/premiumIndex'],
    weight: eitherWeight(1, 10),
    run: (call) => forMarkets(call, toPremiumIndex(call)),
  },
  { names: ['GET /fapi/v1/fundingInfo'], weight: 0, run: toFundingInfo },
  {
    names: ['GET /fapi/v1/ticker/24hr'],
    weight: eitherWeight(1, 40),
    run: (call) => forMarkets(call, toDayTicker(call)),
  },
  {
    names: ['GET /fapi/v1/ticker/price'],
    weight: eitherWeight(1, 2),
    run: (call) => forMarkets(call, toLastPrice(call)),
  },
  {
    names: ['GET /fapi/v1/ticker/bookTicker'],
    weight: eitherWeight(2, 5),
    run: (call) => forMarkets(call, toBookTicker(call)),
  },
];

type Weight = Exclude<Route['weight'], number>;

function eitherWeight(withSymbol: number, without: number): Weight {
  return (parameters) => (parameters.text('symbol') === undefined ? without : withSymbol);
}

function weightOfDepth(parameters: Parameters<Weight>[0]): number {
  const limit = parameters.limit(500, 1_000);
  if (limit <= 50) return 2;
  if (limit <= 100) return 5;
  return limit <= 500 ? 10 : 20;
}

function weightOfKlines(parameters: Parameters<Weight>[0]): number {
  const limit = parameters.limit(500, 1_500);
  if (limit < 100) return 1;
  if (limit < 500) return 2;
  return limit <= 1_000 ? 5 : 10;
}

function toExchangeInfo({ venue }: Call): unknown {
  return {
    timezone: 'UTC',
    serverTime: venue.clock.now(),
    futuresType: 'U_MARGINED',
    rateLimits: venue.limits.rateLimits,
    exchangeFilters: [],
    assets: [{ asset: 'USDT', marginAvailable: true, autoAssetExchange: '-10000' }],
    symbols: [...venue.rules.values()].map((rules) => toSymbolInfo(rules, marketOf(venue, rules.symbol).market)),
  };
}

function toDepth(call: Call): unknown {
  const { market } = findMarket(call);
  const { updateId, bids, asks } = call.reads.depth(market.symbol, call.parameters.limit(500, 1_000));
  const now = call.venue.clock.now();
  return { lastUpdateId: updateId, E: now, T: now, bids: toLevels(market, bids), asks: toLevels(market, asks) };
}

function toTrades(call: Call): unknown {
  const { market } = findMarket(call);
  const trades = cut(call.reads.trades(market.symbol), call.parameters.limit(500, 1_000), false);
  return trades.map((trade) => ({
    id: trade.tradeId,
    price: toPrice(market, trade.price),
    qty: toAmount(market, trade.amount),
    quoteQty: toMoney(trade.quote),
    time: trade.at,
    isBuyerMaker: trade.taker === 'sell',
  }));
}

function toAggregateTrades(call: Call): unknown {
  const { market } = findMarket(call);
  const found = findAggregates({ trades: call.reads.trades(market.symbol), parameters: call.parameters });
  return found.map((trade) => toAggregateJson(numbers, market, trade));
}

function toKlines(call: Call): unknown {
  const { parameters, reads, venue } = call;
  const { market } = findMarket(call);
  const asked = { market, trades: reads.trades(market.symbol), parameters, now: venue.clock.now() };
  return findKlines(numbers, asked, { periodOf, most: 1_500 });
}

function toPremiumIndex({ reads }: Call) {
  return (market: PerpetualMarket): object => ({
    symbol: market.symbol,
    markPrice: market.price.format(market.perpetual.mark, 8),
    indexPrice: market.price.format(market.perpetual.index, 8),
    estimatedSettlePrice: market.price.format(market.perpetual.index, 8),
    lastFundingRate: toRate(market.perpetual.fundingRate),
    interestRate: '0.00010000',
    nextFundingTime: market.perpetual.nextFundingAt ?? 0,
    time: reads.now(),
  });
}

/** `0.0001` as `0.00010000`. */
export function toRate(rate: string): string {
  const [whole = '0', places = ''] = rate.split('.');
  return `${whole}.${places.padEnd(8, '0')}`;
}

/** Markets with another interval than the usual one. */
function toFundingInfo({ venue }: Call): unknown {
  return [...venue.rules.values()]
    .filter(({ fundingIntervalHours }) => fundingIntervalHours !== 8)
    .map(({ symbol, fundingIntervalHours }) => ({
      ...{ symbol, adjustedFundingRateCap: '0.02500000', adjustedFundingRateFloor: '-0.02500000' },
      ...{ fundingIntervalHours, disclaimer: false },
    }));
}

function toDayTicker(call: Call) {
  return (market: PerpetualMarket) => dayOf(market, call.reads.trades(market.symbol), call.venue.clock.now());
}

type DayPrice =
  'priceChange' | 'priceChangePercent' | 'weightedAvgPrice' | 'lastPrice' | 'openPrice' | 'highPrice' | 'lowPrice';
type DayText = DayPrice | 'symbol' | 'lastQty' | 'volume' | 'quoteVolume';
type DayNumber = 'openTime' | 'closeTime' | 'firstId' | 'lastId' | 'count';
type Day = Readonly<Record<DayText, string> & Record<DayNumber, number>>;

/** The last 24 hours, under the names of REST. https://developers.binance.com/docs/derivatives/usds-margined-futures/market-data/rest-api/24hr-Ticker-Price-Change-Statistics */
export function dayOf(market: EngineMarket, all: readonly EngineTrade[], now: number): Day {
  const { from, to, open, last, change, trades } = summarizeDay(all, now);
  return {
    symbol: market.symbol,
    priceChange: toPrice(market, change),
    priceChangePercent: fromUnits(open === 0n ? 0n : (change * 100_000n) / open, 3, 3),
    weightedAvgPrice: toAverage(market, trades?.quote ?? 0n, trades?.amount ?? 0n),
    lastPrice: toPrice(market, last),
    lastQty: toAmount(market, trades?.last.amount ?? 0n),
    openPrice: toPrice(market, open),
    highPrice: toPrice(market, trades?.high ?? 0n),
    lowPrice: toPrice(market, trades?.low ?? 0n),
    volume: toAmount(market, trades?.amount ?? 0n),
    quoteVolume: toMoney(trades?.quote ?? 0n),
    ...{ openTime: from, closeTime: to, firstId: trades?.first.tradeId ?? -1, lastId: trades?.last.tradeId ?? -1 },
    count: trades?.count ?? 0,
  };
}

function toLastPrice({ reads, venue }: Call) {
  return ({ symbol, ...market }: PerpetualMarket): object => {
    return { symbol, price: lastPrice({ symbol, ...market }, reads.trades(symbol)), time: venue.clock.now() };
  };
}

function toBookTicker({ reads, venue }: Call) {
  return (market: PerpetualMarket): object => {
    const depth = reads.depth(market.symbol, 1);
    return {
      symbol: market.symbol,
      ...bestOf(numbers, market, depth),
      time: venue.clock.now(),
      lastUpdateId: depth.updateId,
    };
  };
}

/** One answer for `symbol`, a list of every market without it. */
function forMarkets<T>(call: Call, describe: (market: PerpetualMarket) => T): T | readonly T[] {
  const { rules } = call.venue;
  const named = namedMarket(call);
  const see = (symbol: string): T => describe(marketOf({ engine: call.reads, rules }, symbol).market);
  return named === undefined ? [...rules.keys()].map(see) : see(named);
}
