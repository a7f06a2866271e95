import { decimal, one, positive, scan as s } from '@hb/connector-core';
import type { Market, MarketEvent, Public } from '@hb/connector-core';
import type { PublicMarketSpec, Scan, Stream } from '@hb/connector-core';
import * as v from 'valibot';

import { endpoints, type Options } from './endpoints.js';
import * as wire from './wire.js';

type Spec = Required<PublicMarketSpec<Options, undefined>>;

/** The venue's clock, in ms. @see https://developers.binance.com/docs/binance-spot-api-docs/rest-api/general-endpoints#check-server-time */
export const fetchTime = async ({ call }: Public<Options>): Promise<number> =>
  (await call(endpoints.time, {}, v.parser(wire.Time))).serverTime;

/** Every spot market but those without rules; permission sets, most of the answer, are not asked for. @see https://developers.binance.com/docs/binance-spot-api-docs/rest-api/general-endpoints#exchange-information */
export const fetchMarkets: Spec['fetchMarkets'] = ({ call }) =>
  call(endpoints.exchangeInfo, { permissions: 'SPOT', showPermissionSets: false }, (json) => {
    const { symbols } = v.parse(wire.ExchangeInfo, json);
    const readable = symbols.filter((symbol) => v.is(wire.Listing, symbol));
    return v.parse(v.array(wire.Listing), readable.length > 0 ? readable : symbols).flatMap(toMarket);
  });

/** The best 1,000 levels a side. @see https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams#how-to-manage-a-local-order-book-correctly */
export const fetchBook: Spec['fetchBook'] = ({ call }, { symbol }) =>
  call(endpoints.depth, { symbol, limit: book.depth }, s.answer(symbol, book));
const book = {
  depth: 1_000,
  scan: s.object({ lastUpdateId: s.number, bids: s.bids, asks: s.asks }, ['code', 'msg']),
  read: v.parser(wire.Depth),
};

/** Of every market, over 24 h. @see https://developers.binance.com/docs/binance-spot-api-docs/rest-api/market-data-endpoints#24hr-ticker-price-change-statistics */
export const fetchTickers: Spec['fetchTickers'] = async ({ call }) =>
  (await call(endpoints.tickers, {}, v.parser(wire.Tickers))).map(({ symbol, closeTime: at, ...row }) => {
    const [last, bid, ask] = [positive(row.lastPrice), positive(row.bidPrice), positive(row.askPrice)];
    const volumes = { volume: decimal(row.volume), quoteVolume: decimal(row.quoteVolume) };
    return { symbol, at, ...volumes, ...(last && { last }), ...(bid && { bid }), ...(ask && { ask }) };
  });

/** The last 1,000, newest last. @see https://developers.binance.com/docs/binance-spot-api-docs/rest-api/market-data-endpoints#recent-trades-list */
export const fetchTrades: Spec['fetchTrades'] = async ({ call }, { symbol }) =>
  (await call(endpoints.trades, { symbol, limit: 1_000 }, v.parser(wire.Trades))).map((row) => {
    const side = row.isBuyerMaker ? 'sell' : 'buy';
    return { type: 'trade', symbol, id: row.id, side, price: row.price, amount: row.qty, at: row.time };
  });

/** By opening time, in UTC. @see https://developers.binance.com/docs/binance-spot-api-docs/rest-api/market-data-endpoints#klinecandlestick-data */
export const candles: Spec['candles'] = {
  intervals: ['1s', '1m', '3m', '5m', '15m', '30m', '1h', '2h', '4h', '6h', '8h', '12h', '1d', '3d', '1w', '1M'],
  max: 1_000,
  fetch: async ({ call, now }, { symbol }, { interval, from, to, limit = 1_000 }) => {
    const params = { symbol, interval, startTime: from, endTime: to, limit };
    const rows = await call(endpoints.klines, params, v.parser(wire.Klines));
    return rows.map(([at, open, high, low, close, volume, closesAt, quoteVolume, trades]) => {
      const prices = { open: decimal(open), high: decimal(high), low: decimal(low), close: decimal(close) };
      const volumes = { volume: decimal(volume), quoteVolume: decimal(quoteVolume), trades };
      return { at, ...prices, ...volumes, closed: closesAt < now() };
    });
  },
};

/** `btcusdt@depth@100ms`, `btcusdt@trade`. @see https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams */
export const topic: Spec['topic'] = (channel, { symbol }) => {
  if (channel !== 'book' && channel !== 'trades') return undefined;
  const name = channel === 'book' ? 'depth@100ms' : 'trade';
  return { stream: 'public', topic: `${symbol.toLowerCase()}@${name}` };
};

/** `{ "result": null, "id": 1 }`, `{ "code": 2, "msg": "Invalid request: …", "id": 1 }`, or `{ "e": "trade", … }`. @see https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams */
export const frame: MarketStream['frame'] = (message) => {
  const { e, id, msg } = v.parse(wire.PublicMessage, message);
  if (e === 'depthUpdate' || e === 'trade') return { type: 'data', payload: message };
  if (e === 'serverShutdown') return { type: 'reconnect', reason: e };
  if (msg !== undefined) return { type: 'refused', message: msg, ...(id && { id }) };
  return id ? { type: 'ack', id } : { type: 'ignore' };
};

/** `{ "e": "depthUpdate", … }`, `{ "e": "trade", … }`; throws on anything else. @see https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams#detailed-stream-information */
export const parse: MarketStream['parse'] = (payload) => {
  const event = v.parse(wire.MarketMessage, payload);
  if (event.e === 'trade') {
    const { s: symbol, t: id, p: price, q: amount, T: at, m } = event;
    return [{ type: 'trade', symbol, id, side: m ? 'sell' : 'buy', price, amount, at }];
  }
  const { s: symbol, U: first, u: last, b: bids, a: asks, E: at } = event;
  return [{ type: 'book', symbol, snapshot: false, sequence: { by: 'range', first, last }, bids, asks, at }];
};

const told = { e: s.is('depthUpdate'), E: s.at, s: s.symbol, U: s.first, u: s.last, b: s.bids, a: s.asks };
/** `{ "e": "depthUpdate", … }` from its bytes. @see https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams#diff-depth-stream */
export const scan: Scan = s.object(told, ['id', 'msg']);

type MarketStream = Stream<MarketEvent, Public<Options>, Options>;
const stream: MarketStream = {
  url: ({ host }) => host('public'),
  subscribe: (_, params, id) => [{ method: 'SUBSCRIBE', params, id }],
  unsubscribe: (_, params, id) => [{ method: 'UNSUBSCRIBE', params, id }],
  frame,
  parse,
  scan,
  silentMs: 45_000, // the venue pings every 20 s
  maxAgeMs: 86_400_000,
  topicsPerConnection: 1_024,
  cost: { connect: { connections: 1 }, message: { messages: 1 } },
};
/** @see https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams#general-wss-information */
export const feed: Spec['feed'] = { streams: { public: stream } };

function toMarket(info: v.InferOutput<typeof wire.Listing>): readonly Market<undefined>[] {
  const { symbol, baseAsset: base, quoteAsset: quote, filters } = info;
  const price = filters.find((filter) => 'tickSize' in filter);
  const lot = filters.find((filter) => 'minQty' in filter);
  const marketLot = filters.find((filter) => 'stepSize' in filter && filter.filterType === 'MARKET_LOT_SIZE');
  const notional = filters.find((filter) => 'minNotional' in filter);
  if (!price || !lot) return [];
  const [min, max, most] = [positive(price.minPrice), positive(price.maxPrice), positive(lot.maxQty)];
  const [marketStep, marketMax] = [positive(marketLot?.stepSize), positive(marketLot?.maxQty)];
  const onMarket = { ...(marketStep && { marketStep }), ...(marketMax && { marketMax }) };
  const others = info.status === 'CANCEL_ONLY' ? 'cancel-only' : 'halted'; // https://developers.binance.com/docs/binance-spot-api-docs/enums#symbol-status-status
  const market: Market<undefined> = {
    pair: `${base}-${quote}`,
    ...{ symbol, base, quote, settle: quote, shape: 'spot', contractSize: one, wire: undefined },
    status: info.status === 'TRADING' ? 'trading' : others,
    price: { step: decimal(price.tickSize), ...(min && { min }), ...(max && { max }) },
    amount: { step: decimal(lot.stepSize), min: decimal(lot.minQty), ...(most && { max: most }), ...onMarket },
    ...(notional && { minNotional: decimal(notional.minNotional) }),
  };
  return [market];
}
