import { summarizeDay, toCandles, toLevel } from '@hb/connector-testkit';
import type { CandlePeriod, EngineMarket } from '@hb/connector-testkit';

import { toListing } from './markets.js';
import { findMarket, marketOf, open, own, type Call, type Route } from './venue.js';

/** What everybody may ask, in the order of the documentation. https://www.kucoin.com/docs-new/api-3470154 */
export const marketRoutes: readonly Route[] = [
  open('GET /api/v3/currencies', 3, listCurrencies),
  open('GET /api/v2/symbols/{symbol}', 4, (call) => toListed(call, findMarket(call).market)),
  open('GET /api/v2/symbols', 4, (call) => call.reads.markets().map((market) => toListed(call, market))),
  open('GET /api/v1/market/allTickers', 15, (call) => {
    const ticker = call.reads.markets().map((market) => toTicker(call, market));
    return { time: call.venue.clock.now(), ticker };
  }),
  open('GET /api/v1/market/stats', 15, (call) => toTicker(call, findMarket(call).market)),
  open('GET /api/v1/market/histories', 3, listTrades),
  open('GET /api/v1/market/candles', 3, listCandles),
  open('GET /api/v1/market/orderbook/level2_20', 2, (call) => toBook(call, 20)),
  open('GET /api/v1/market/orderbook/level2_100', 2, (call) => toBook(call, 100)),
  own('GET /api/v3/market/orderbook/level2', 3, (call) => toBook(call)),
  open('GET /api/v1/timestamp', 3, ({ venue }) => venue.clock.now()),
  open('GET /api/v1/status', 3, () => ({ status: 'open', msg: '' })),
];

/** The last 100, oldest first. https://www.kucoin.com/docs-new/api-3470162 */
function listTrades(call: Call): readonly object[] {
  const { market } = findMarket(call);
  const trades = call.reads.trades(market.symbol).slice(-100);
  return trades.map(({ tradeId, price, amount, taker, at }) => ({
    sequence: String(tradeId),
    ...{ price: market.price.format(price), size: market.amount.format(amount), side: taker, time: at * 1_000_000 },
  }));
}

function toListed({ venue, reads }: Call, market: EngineMarket): object {
  return toListing(marketOf({ venue, reads }, market.symbol).rules, market);
}

function listCurrencies({ venue, reads }: Call): readonly object[] {
  const assets = new Set(reads.markets().flatMap(({ base, quote }) => [base, quote]));
  return Array.from(assets, (currency) => ({
    ...{ currency, name: currency, fullName: currency, precision: venue.engine.asset(currency).digits },
    ...{ confirms: null, contractAddress: null, isMarginEnabled: false, isDebitEnabled: false, chains: [] },
  }));
}

/** https://www.kucoin.com/docs-new/api-3470167 */
function toTicker({ venue, reads }: Call, market: EngineMarket): object {
  const { symbol, price, amount, quoteAsset } = market;
  const { bids, asks } = reads.depth(symbol, 1);
  const { last, change, trades } = summarizeDay(reads.trades(symbol), venue.clock.now());
  const orNull = (value: bigint | undefined) => (value === undefined ? null : price.format(value));
  return {
    ...{ symbol, symbolName: symbol, time: venue.clock.now() },
    ...{ buy: orNull(bids[0]?.[0]), bestBidSize: amount.format(bids[0]?.[1] ?? 0n) },
    ...{ sell: orNull(asks[0]?.[0]), bestAskSize: amount.format(asks[0]?.[1] ?? 0n) },
    ...{ changeRate: '0', changePrice: price.format(change), high: orNull(trades?.high), low: orNull(trades?.low) },
    ...{ vol: amount.format(trades?.amount ?? 0n), volValue: quoteAsset.format(trades?.quote ?? 0n) },
    last: last === 0n ? null : price.format(last),
    ...{
      averagePrice: null,
      takerFeeRate: '0.001',
      makerFeeRate: '0.001',
      takerCoefficient: '1',
      makerCoefficient: '1',
    },
  };
}

function toBook(call: Call, levels?: number): object {
  const { market } = findMarket(call);
  const { updateId, bids, asks } = call.reads.depth(market.symbol, levels);
  const [buy, sell] = [bids, asks].map((side) => side.map((level) => toLevel(market, level)));
  return { time: call.venue.clock.now(), sequence: String(updateId), bids: buy, asks: sell };
}

const [minute, hour, day] = [60_000, 3_600_000, 86_400_000];
const periods: Readonly<Record<string, CandlePeriod>> = {
  ...{ '1min': minute, '3min': 3 * minute, '5min': 5 * minute, '15min': 15 * minute, '30min': 30 * minute },
  ...{ '1hour': hour, '2hour': 2 * hour, '4hour': 4 * hour, '6hour': 6 * hour, '8hour': 8 * hour },
  ...{ '12hour': 12 * hour, '1day': day, '1week': 'week', '1month': 'month' },
};

/** Newest first; those without a trade are left out. https://www.kucoin.com/docs-new/api-3470163 */
function listCandles(call: Call): readonly (readonly string[])[] {
  const { market } = findMarket(call);
  const { price, amount, quoteAsset } = market;
  const period = periods[call.parameters.requiredOneOf('type', Object.keys(periods))] ?? day;
  const [from, end] = [call.parameters.integer('startAt'), call.parameters.integer('endAt')];
  const to = end === undefined || end === 0 ? call.venue.clock.now() : end * 1_000 - 1;
  const span = { to, limit: 1_500, ...(from !== undefined && from > 0 && { from: from * 1_000 }) };
  const candles = toCandles(call.reads.trades(market.symbol), period, span);
  return candles.toReversed().flatMap(({ openAt, open, close, high, low, summary }) => {
    if (summary === undefined) return [];
    const prices = [open, close, high, low].map((value) => price.format(value));
    return [[String(openAt / 1_000), ...prices, amount.format(summary.amount), quoteAsset.format(summary.quote)]];
  });
}
