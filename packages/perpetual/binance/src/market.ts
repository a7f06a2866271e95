import { decimal, one, positive, scan as s } from '@hb/connector-core';
import type { FundingReport, Market, MarketEvent } from '@hb/connector-core';
import type { Public, PublicMarketSpec, Scan, Stream } from '@hb/connector-core';
import * as v from 'valibot';

import { endpoints, type Options } from './endpoints.js';
import * as wire from './wire.js';

type Spec = Required<Omit<PublicMarketSpec<Options, undefined, FundingReport>, 'checksum'>>;

/** The venue's clock, in ms. @see https://developers.binance.com/docs/derivatives/usds-margined-futures/market-data/rest-api/Check-Server-Time */
export const fetchTime = async ({ call }: Public<Options>): Promise<number> =>
  (await call(endpoints.time, {}, v.parser(wire.Time))).serverTime;

/** Every perpetual; futures with a delivery date are left out. @see https://developers.binance.com/docs/derivatives/usds-margined-futures/market-data/rest-api/Exchange-Information */
export const fetchMarkets: Spec['fetchMarkets'] = ({ call }) =>
  call(endpoints.exchangeInfo, {}, (json) => {
    const perpetuals = v
      .parse(wire.ExchangeInfo, json)
      .symbols.filter(({ contractType }) => kinds.includes(contractType));
    const readable = perpetuals.filter((symbol) => v.is(wire.Listing, symbol));
    return v.parse(v.array(wire.Listing), readable.length > 0 ? readable : perpetuals).flatMap(toMarket);
  });
const kinds = ['PERPETUAL', 'TRADIFI_PERPETUAL'];

/** The best 1,000 levels a side. @see https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams/How-to-manage-a-local-order-book-correctly */
export const fetchBook: Spec['fetchBook'] = ({ call }, { symbol }) =>
  call(endpoints.depth, { symbol, limit: book.depth }, s.answer(symbol, book));
const inBook = { lastUpdateId: s.number, T: s.at, bids: s.bids, asks: s.asks };
const book = {
  depth: 1_000,
  by: 'chain',
  scan: s.object(inBook, ['code', 'msg']),
  read: v.parser(wire.Depth),
} as const;

/** Of every market, over 24 h. @see https://developers.binance.com/docs/derivatives/usds-margined-futures/market-data/rest-api/24hr-Ticker-Price-Change-Statistics */
export const fetchTickers: Spec['fetchTickers'] = async ({ call }) => {
  const rows = await call(endpoints.tickers, {}, v.parser(wire.Tickers));
  const best = await call(endpoints.bookTickers, {}, v.parser(wire.BookTickers));
  const quotes = new Map(best.map(({ symbol, ...prices }) => [symbol, prices]));
  return rows.map(({ symbol, closeTime: at, lastPrice, volume, quoteVolume }) => {
    const { bidPrice, askPrice } = quotes.get(symbol) ?? {};
    const [last, bid, ask] = [positive(lastPrice), positive(bidPrice), positive(askPrice)];
    const volumes = { volume: decimal(volume), quoteVolume: decimal(quoteVolume) };
    return { symbol, at, ...volumes, ...(last && { last }), ...(bid && { bid }), ...(ask && { ask }) };
  });
};

/** The last 1,000, newest last. @see https://developers.binance.com/docs/derivatives/usds-margined-futures/market-data/rest-api/Recent-Trades-List */
export const fetchTrades: Spec['fetchTrades'] = async ({ call }, { symbol }) =>
  (await call(endpoints.trades, { symbol, limit: 1_000 }, v.parser(wire.Trades))).map((row) => {
    const side = row.isBuyerMaker ? 'sell' : 'buy';
    return { type: 'trade', symbol, id: row.id, side, price: row.price, amount: row.qty, at: row.time };
  });

/** By opening time, in UTC. @see https://developers.binance.com/docs/derivatives/usds-margined-futures/market-data/rest-api/Kline-Candlestick-Data */
export const candles: Spec['candles'] = {
  intervals: ['1m', '3m', '5m', '15m', '30m', '1h', '2h', '4h', '6h', '8h', '12h', '1d', '3d', '1w', '1M'],
  max: 1_500,
  fetch: async ({ call, now }, { symbol }, { interval, from, to, limit = 1_500 }) => {
    const params = { symbol, interval, startTime: from, endTime: to, limit };
    const rows = await call(endpoints.klines, params, v.parser(wire.Klines));
    return rows.map(([at, open, high, low, close, volume, closesAt, quoteVolume, trades]) => {
      const prices = { open: decimal(open), high: decimal(high), low: decimal(low), close: decimal(close) };
      const volumes = { volume: decimal(volume), quoteVolume: decimal(quoteVolume), trades };
      return { at, ...prices, ...volumes, closed: closesAt < now() };
    });
  },
};

/** `btcusdt@depth@100ms` on the public socket, `btcusdt@aggTrade` and `btcusdt@markPrice@1s` on the market socket. @see https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams */
export const topic: Spec['topic'] = (channel, { symbol }) => {
  const name = symbol.toLowerCase();
  if (channel === 'book') return { stream: 'public', topic: `${name}@depth@100ms` };
  if (channel === 'trades') return { stream: 'market', topic: `${name}@aggTrade` };
  return channel === 'funding' ? { stream: 'market', topic: `${name}@markPrice@1s` } : undefined;
};

const events = ['depthUpdate', 'aggTrade', 'markPriceUpdate'];
/** `{ "result": null, "id": 1 }`, `{ "error": { "code": 2, "msg": "…" }, "id": 1 }`, or `{ "e": "aggTrade", … }`. @see https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams/Live-Subscribing-Unsubscribing-to-streams */
export const frame: MarketStream['frame'] = (message) => {
  const { e, id, error } = v.parse(wire.PublicMessage, message);
  if (e !== undefined) return events.includes(e) ? { type: 'data', payload: message } : { type: 'ignore' };
  if (error !== undefined) return { type: 'refused', message: error.msg, ...(id && { id }) };
  return id && id !== probe ? { type: 'ack', id } : { type: 'ignore' };
};

/** One of `{ "e": "depthUpdate", … }`, `{ "e": "aggTrade", … }` and `{ "e": "markPriceUpdate", … }`; throws on anything else. @see https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams */
export const parse: MarketStream['parse'] = (payload) => {
  const event = v.parse(wire.MarketMessage, payload);
  const symbol = event.s;
  if (event.e === 'aggTrade') {
    const { a: id, p: price, q: amount, T: at, m } = event;
    return [{ type: 'trade', symbol, id, side: m ? 'sell' : 'buy', price, amount, at }];
  }
  if (event.e === 'depthUpdate') {
    const { pu: first, u: last, b: bids, a: asks, T: at } = event;
    return [{ type: 'book', symbol, snapshot: false, sequence: { by: 'chain', first, last }, bids, asks, at }];
  }
  const [rate, markPrice, indexPrice] = [decimal(event.r), decimal(event.p), decimal(event.i)];
  return [{ type: 'funding', symbol, rate, markPrice, indexPrice, ...upcoming(event.T), at: event.E }];
};

/** `{ "e": "depthUpdate", … }` from its bytes. @see https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams/Diff-Book-Depth-Streams */
const numbers = { U: s.integer, u: s.last, pu: s.previous };
const told = { e: s.is('depthUpdate'), T: s.at, s: s.symbol, ...numbers, b: s.bids, a: s.asks };
export const scan: Scan = s.object(told, ['id', 'error']);

type MarketStream = Stream<MarketEvent | FundingReport, Public<Options>, Options>;
const probe = '0';
const streamOf = (name: string): MarketStream => ({
  url: ({ host }) => host(name),
  subscribe: (_, params, id) => [{ method: 'SUBSCRIBE', params, id: Number(id) }],
  unsubscribe: (_, params, id) => [{ method: 'UNSUBSCRIBE', params, id: Number(id) }],
  ...{ frame, parse, scan },
  // The venue pings every 3 min only, and a quiet market may say nothing for that long.
  ping: { everyMs: 15_000, message: () => ({ method: 'LIST_SUBSCRIPTIONS', id: Number(probe) }) },
  silentMs: 40_000,
  maxAgeMs: 86_400_000,
  topicsPerConnection: 1_024,
  topicsPerMessage: 200,
  cost: { message: { messages: 1 } },
});
/** @see https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams */
export const feed: Spec['feed'] = { streams: { public: streamOf('public'), market: streamOf('market') } };

function toMarket(info: v.InferOutput<typeof wire.Listing>): readonly Market<undefined>[] {
  const { symbol, baseAsset: base, quoteAsset: quote, marginAsset: settle, filters } = info;
  const price = filters.find((filter) => 'tickSize' in filter);
  const lot = filters.find((filter) => 'minQty' in filter);
  const marketLot = filters.find((filter) => 'stepSize' in filter && filter.filterType === 'MARKET_LOT_SIZE');
  const least = filters.find((filter) => 'notional' in filter);
  if (!price || !lot) return [];
  const [min, max, most] = [positive(price.minPrice), positive(price.maxPrice), positive(lot.maxQty)];
  const [marketStep, marketMax] = [positive(marketLot?.stepSize), positive(marketLot?.maxQty)];
  const onMarket = { ...(marketStep && { marketStep }), ...(marketMax && { marketMax }) };
  const market: Market<undefined> = {
    pair: `${base}-${quote}`,
    ...{ symbol, base, quote, settle },
    ...{ shape: 'linear', contractSize: one, wire: undefined },
    // https://developers.binance.com/docs/derivatives/usds-margined-futures/common-definition#contract-status-contractstatus-status
    status: info.status === 'TRADING' ? 'trading' : 'halted',
    price: { step: decimal(price.tickSize), ...(min && { min }), ...(max && { max }) },
    amount: { step: decimal(lot.stepSize), min: decimal(lot.minQty), ...(most && { max: most }), ...onMarket },
    ...(least && { minNotional: decimal(least.notional) }),
  };
  return [market];
}

/** Zero stands for none. */
export function upcoming(time: number): { readonly nextAt?: number } {
  return time > 0 ? { nextAt: time } : {};
}
