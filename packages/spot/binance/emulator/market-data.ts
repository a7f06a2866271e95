import { findAggregates, findKlines, toAggregateJson as toCommonAggregate } from '@hb/binance-emulation';
import { cut, refuse, toLevel } from '@hb/connector-testkit';
import type { AggregateTrade, EngineLevel, EngineMarket, Parameters } from '@hb/connector-testkit';

import { periodOf } from './intervals.js';
import { averageMinutes, checkStatus, digits, hasStatus, toSymbolInfo } from './markets.js';
import { readSymbols } from './parameters.js';
import { toBookTicker, toDayStatistics, toDayTicker, toMiniTicker } from './tickers.js';
import { averagePrice, findMarket, marketOf, numbers, toAmount, toPrice, toQuote } from './venue.js';
import type { Call, Route } from './venue.js';

const listed = ['symbol', 'symbols', 'symbolStatus'];
const spanned = ['symbol', 'startTime', 'endTime', 'limit'];

/** https://developers.binance.com/docs/binance-spot-api-docs/rest-api/market-data-endpoints */
export const marketRoutes: readonly Route[] = [
  { names: ['GET /api/v3/ping', 'ping'], weight: 1, accepts: [], run: () => ({}) },
  {
    names: ['GET /api/v3/time', 'time'],
    weight: 1,
    accepts: [],
    run: ({ venue }) => ({ serverTime: venue.clock.now() }),
  },
  {
    names: ['GET /api/v3/exchangeInfo', 'exchangeInfo'],
    weight: 20,
    accepts: [...listed, 'permissions', 'showPermissionSets'],
    run: toExchangeInfo,
  },
  {
    names: ['GET /api/v3/depth', 'depth'],
    weight: weightOfDepth,
    accepts: ['symbol', 'limit', 'symbolStatus'],
    run: toDepth,
  },
  { names: ['GET /api/v3/trades', 'trades.recent'], weight: 25, accepts: ['symbol', 'limit'], run: toTrades },
  {
    names: ['GET /api/v3/historicalTrades', 'trades.historical'],
    weight: 25,
    accepts: ['symbol', 'limit', 'fromId'],
    run: toTrades,
  },
  {
    names: ['GET /api/v3/aggTrades', 'trades.aggregate'],
    weight: 4,
    accepts: [...spanned, 'fromId'],
    run: toAggregateTrades,
  },
  {
    names: ['GET /api/v3/klines', 'klines', 'GET /api/v3/uiKlines', 'uiKlines'],
    weight: 2,
    accepts: [...spanned, 'interval'],
    run: toKlines,
  },
  { names: ['GET /api/v3/avgPrice', 'avgPrice'], weight: 2, accepts: ['symbol'], run: toAveragePrice },
  {
    names: ['GET /api/v3/ticker/24hr', 'ticker.24hr'],
    weight: weightOfDay,
    accepts: [...listed, 'type'],
    run: (call) => forMarkets(call, (market, isMini) => toDay(call, market, isMini)),
  },
  {
    names: ['GET /api/v3/ticker/price', 'ticker.price'],
    weight: weightOfList,
    accepts: listed,
    run: (call) => forMarkets(call, toLastPrice),
  },
  {
    names: ['GET /api/v3/ticker/bookTicker', 'ticker.book'],
    weight: weightOfList,
    accepts: listed,
    run: (call) => forMarkets(call, (market) => toBookTicker(market, call.reads.depth(market.symbol, 1))),
  },
];

function weightOfDepth(parameters: Parameters): number {
  const limit = parameters.limit(100, 5_000);
  if (limit <= 100) return 5;
  if (limit <= 500) return 25;
  return limit <= 1_000 ? 50 : 250;
}

function weightOfDay(parameters: Parameters): number {
  const count = readSymbols(parameters)?.length ?? (parameters.text('symbol') === undefined ? Infinity : 1);
  if (count <= 20) return 2;
  return count <= 100 ? 40 : 80;
}

function weightOfList(parameters: Parameters): number {
  return parameters.text('symbol') === undefined ? 4 : 2;
}

function toExchangeInfo(call: Call): unknown {
  const { venue, parameters } = call;
  const show = parameters.boolean('showPermissionSets', true);
  const permissions = parameters.text('permissions');
  if (permissions !== undefined && (parameters.text('symbol') ?? parameters.text('symbols')) !== undefined) {
    throw refuse(-1128, 'Combination of optional parameters invalid.');
  }
  const isShown = permissions === undefined || /\bSPOT\b/.test(permissions);
  const infos = forMarkets(call, (market) => toSymbolInfo(marketOf(call, market.symbol).rules, market, show));
  return {
    timezone: 'UTC',
    serverTime: venue.clock.now(),
    rateLimits: venue.limits.rateLimits,
    exchangeFilters: [],
    symbols: isShown ? [infos].flat() : [],
  };
}

function toDepth(call: Call): unknown {
  const { market } = findMarket(call);
  checkStatus(market, call.parameters);
  const { updateId, bids, asks } = call.reads.depth(market.symbol, call.parameters.limit(100, 5_000));
  return { lastUpdateId: updateId, bids: toLevels(market, bids), asks: toLevels(market, asks) };
}

/** `[["60000.00000000","0.50000000"]]` */
export function toLevels(market: EngineMarket, levels: readonly EngineLevel[]): readonly (readonly string[])[] {
  return levels.map((level) => toLevel(market, level, digits));
}

function toTrades(call: Call): unknown {
  const { market } = findMarket(call);
  const limit = call.parameters.limit(500, 1_000);
  const fromId = call.parameters.integer('fromId');
  const trades = call.reads.trades(market.symbol).filter((trade) => trade.tradeId >= (fromId ?? 0));
  return cut(trades, limit, fromId !== undefined).map((trade) => ({
    id: trade.tradeId,
    price: toPrice(market, trade.price),
    qty: toAmount(market, trade.amount),
    quoteQty: toQuote(market, trade.quote),
    time: trade.at,
    isBuyerMaker: trade.taker === 'sell',
    isBestMatch: true,
  }));
}

function toAggregateTrades(call: Call): unknown {
  const { market } = findMarket(call);
  const found = findAggregates({ trades: call.reads.trades(market.symbol), parameters: call.parameters });
  return found.map((trade) => toAggregateJson(market, trade));
}

/** Spot tells a flag that is always set. */
export function toAggregateJson(market: EngineMarket, trade: AggregateTrade): object {
  return { ...toCommonAggregate(numbers, market, trade), M: true };
}

function toKlines(call: Call): unknown {
  const { parameters, reads, venue } = call;
  const { market } = findMarket(call);
  const asked = { market, trades: reads.trades(market.symbol), parameters, now: venue.clock.now() };
  return findKlines(numbers, asked, { periodOf, most: 1_000 });
}

function toAveragePrice(call: Call): unknown {
  const { market } = findMarket(call);
  const trades = call.reads.trades(market.symbol);
  const price = averagePrice(market, trades, call.venue.clock.now()) ?? toPrice(market, 0n);
  return { mins: averageMinutes, price, closeTime: trades.at(-1)?.at ?? 0 };
}

function toLastPrice(market: EngineMarket): object {
  return { symbol: market.symbol, price: toPrice(market, market.lastTrade?.price ?? 0n) };
}

function toDay(call: Call, market: EngineMarket, isMini: boolean): object {
  const statistics = toDayStatistics(market, call.reads.trades(market.symbol), call.venue.clock.now());
  return isMini ? toMiniTicker(statistics) : toDayTicker(statistics, market, call.reads.depth(market.symbol, 1));
}

/** One answer for `symbol`, a list for `symbols`, or for every market without either. */
function forMarkets<T>(call: Call, describe: (market: EngineMarket, isMini: boolean) => T): T | readonly T[] {
  const { parameters, reads } = call;
  const symbols = readSymbols(parameters);
  const isMini = readIsMini(parameters);
  if (parameters.text('symbol') !== undefined) {
    if (symbols !== undefined) throw refuse(-1128, 'Combination of optional parameters invalid.');
    const { market } = findMarket(call);
    checkStatus(market, parameters);
    return describe(market, isMini);
  }
  if (symbols !== undefined && new Set(symbols).size < symbols.length) {
    throw refuse(-1151, 'Symbol is present multiple times in the list.');
  }
  const markets = symbols?.map((symbol) => marketOf(call, symbol).market) ?? reads.markets();
  return markets.filter((market) => hasStatus(market, parameters)).map((market) => describe(market, isMini));
}

function readIsMini(parameters: Parameters): boolean {
  const type = parameters.text('type') ?? 'FULL';
  if (type !== 'FULL' && type !== 'MINI') throw refuse(-1139, 'Invalid ticker type.');
  return type === 'MINI';
}
