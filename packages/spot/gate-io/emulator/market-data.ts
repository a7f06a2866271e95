import { summarizeDay, toCandles, toLevel, type Candle, type CandlePeriod } from '@hb/connector-testkit';
import type { EngineMarket, EngineTrade } from '@hb/connector-testkit';

import { toPairJson } from './markets.js';
import { seconds } from './reports.js';
import { invalid, marketOf, marketsOf, type Call, type Route } from './venue.js';

const second = 1_000;
/** https://www.gate.com/docs/developers/apiv4/en/spot */
export const periods: Readonly<Record<string, CandlePeriod>> = {
  ...{ '1s': second, '10s': 10 * second, '1m': 60 * second, '5m': 300 * second, '15m': 900 * second },
  ...{ '30m': 1_800 * second, '1h': 3_600 * second, '4h': 14_400 * second, '8h': 28_800 * second },
  ...{ '1d': 86_400 * second, '7d': 'week', '30d': 'month' },
};

/** https://www.gate.com/docs/developers/apiv4/en/spot */
export const marketRoutes: readonly Route[] = [
  { names: ['GET /api/v4/spot/time'], isPublic: true, run: ({ venue }) => ({ server_time: venue.clock.now() }) },
  {
    names: ['GET /api/v4/spot/currency_pairs'],
    isPublic: true,
    run: (call) => call.reads.markets().map((market) => toPair(call, market.symbol)),
  },
  {
    names: ['GET /api/v4/spot/currency_pairs/{currency_pair}'],
    isPublic: true,
    run: (call) => toPair(call, call.parameters.required('currency_pair')),
  },
  { names: ['GET /api/v4/margin/currency_pairs'], isPublic: true, run: () => [] },
  { names: ['GET /api/v4/spot/currencies'], isPublic: true, run: toCurrencies },
  {
    names: ['GET /api/v4/spot/tickers'],
    isPublic: true,
    run: (call) => marketsOf(call).map((market) => toTicker(call, market)),
  },
  { names: ['GET /api/v4/spot/order_book'], isPublic: true, run: toBook },
  { names: ['GET /api/v4/spot/trades'], isPublic: true, run: toTrades },
  { names: ['GET /api/v4/spot/candlesticks'], isPublic: true, run: toCandlesticks },
];

function toPair(call: Call, id: string): object {
  const { market, rules } = marketOf(call, id);
  return toPairJson(rules, market.status === 'trading');
}

function toCurrencies({ reads }: Call): unknown {
  const assets = new Set(reads.markets().flatMap(({ base, quote }) => [base, quote]));
  return Array.from(assets, (currency) => ({
    ...{ currency, name: currency, delisted: false, withdraw_disabled: false, withdraw_delayed: false },
    ...{ deposit_disabled: false, trade_disabled: false, chain: currency, chains: [] },
  }));
}

/** As the REST list and the channel `spot.tickers` show it. */
export function toTicker({ venue, reads }: Pick<Call, 'venue' | 'reads'>, market: EngineMarket): object {
  const { symbol, price } = market;
  const day = summarizeDay(reads.trades(symbol), venue.clock.now());
  const { bids, asks } = reads.depth(symbol, 1);
  const change = day.open === 0n ? 0 : (100 * Number(day.change)) / Number(day.open);
  return {
    ...{ currency_pair: symbol, last: price.format(day.last), change_percentage: change.toFixed(2) },
    lowest_ask: asks[0] === undefined ? '' : price.format(asks[0][0]),
    highest_bid: bids[0] === undefined ? '' : price.format(bids[0][0]),
    base_volume: market.amount.format(day.trades?.amount ?? 0n),
    quote_volume: market.quoteAsset.format(day.trades?.quote ?? 0n),
    ...{ high_24h: price.format(day.trades?.high ?? day.last), low_24h: price.format(day.trades?.low ?? day.last) },
  };
}

function toBook(call: Call): unknown {
  const { parameters, reads, venue } = call;
  const { market } = marketOf(call);
  if ((parameters.text('interval') ?? '0') !== '0') throw invalid('Invalid parameter: interval');
  const { updateId, bids, asks } = reads.depth(market.symbol, parameters.limit(10, 1_000));
  return {
    ...(parameters.boolean('with_id', false) && { id: updateId }),
    ...{ current: venue.clock.now(), update: venue.clock.now() },
    ...{ asks: asks.map((level) => toLevel(market, level)), bids: bids.map((level) => toLevel(market, level)) },
  };
}

function toTrades(call: Call): unknown {
  const { market } = marketOf(call);
  const trades = call.reads.trades(market.symbol).slice(-call.parameters.limit(100, 1_000));
  return trades.toReversed().map((trade) => toTradeJson(market, trade));
}

/** A trade as everybody sees it. */
export function toTradeJson(market: EngineMarket, { tradeId, at, taker, price, amount }: EngineTrade): object {
  return {
    ...{ id: String(tradeId), create_time: seconds(at), create_time_ms: `${at}.000`, currency_pair: market.symbol },
    ...{ side: taker, amount: market.amount.format(amount), price: market.price.format(price) },
    sequence_id: String(tradeId),
  };
}

function toCandlesticks(call: Call): unknown {
  const { parameters, reads, venue } = call;
  const { market } = marketOf(call);
  const period = periods[parameters.text('interval') ?? '30m'];
  if (period === undefined) throw invalid('Invalid parameter: interval');
  const [from, to, limit] = ['from', 'to', 'limit'].map((name) => parameters.integer(name));
  const isSpan = from !== undefined || to !== undefined;
  if (isSpan && limit !== undefined) throw invalid('limit conflicts with from and to');
  const last = Math.min((to ?? Infinity) * second, venue.clock.now());
  const most = limit ?? (from === undefined ? 100 : 1_001);
  const span = { to: last, limit: most, ...(from !== undefined && { from: from * second }) };
  const candles = toCandles(reads.trades(market.symbol), period, span);
  if (candles.length > 1_000) throw invalid('Candlestick range too broad. Maximum 1000 data points are allowed');
  return candles.map((candle) => toCandleJson(market, candle, candle.closeAt < venue.clock.now()));
}

/** Opening time, quote volume, close, high, low, open, base volume, whether it is over. */
export function toCandleJson(
  market: EngineMarket,
  { openAt, summary, ...candle }: Candle,
  isClosed: boolean,
): readonly string[] {
  const [close, high, low, open] = [candle.close, candle.high, candle.low, candle.open].map((price) =>
    market.price.format(price),
  );
  const volume = market.amount.format(summary?.amount ?? 0n);
  const quote = market.quoteAsset.format(summary?.quote ?? 0n);
  return [seconds(openAt), quote, close, high, low, open, volume, String(isClosed)].map((text) => text ?? '0');
}
