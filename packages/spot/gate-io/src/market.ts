import { decimal, max, one, positive, scan as s } from '@hb/connector-core';
import type { Candle, Frame, Interval, Market, MarketEvent } from '@hb/connector-core';
import type { Public, PublicMarketSpec, Scan, Stream } from '@hb/connector-core';
import * as v from 'valibot';

import { toSeconds } from './auth.js';
import { endpoints, type Options } from './endpoints.js';
import * as wire from './wire.js';

type Spec = Required<PublicMarketSpec<Options, undefined>>;

/** The venue's clock, in ms. @see https://www.gate.com/docs/developers/apiv4/en/spot */
export const fetchTime = async ({ call }: Public<Options>): Promise<number> =>
  (await call(endpoints.time, {}, v.parser(wire.Time))).server_time;

/** Every spot market but those that cannot be read. @see https://www.gate.com/docs/developers/apiv4/en/spot */
export const fetchMarkets: Spec['fetchMarkets'] = ({ call }) =>
  call(endpoints.currencyPairs, {}, (json) => {
    const rows = v.parse(v.array(v.unknown()), json);
    const readable = rows.filter((row) => v.is(wire.CurrencyPair, row));
    return v.parse(v.array(wire.CurrencyPair), readable.length > 0 ? readable : rows).map(toMarket);
  });

/** The best 1,000 levels a side, numbered as the changes are. @see https://www.gate.com/docs/developers/apiv4/ws/en/#order-book-channel */
export const fetchBook: Spec['fetchBook'] = ({ call }, { symbol }) => {
  const params = { currency_pair: symbol, limit: book.depth, with_id: true };
  return call(endpoints.orderBook, params, s.answer(symbol, book));
};
const inBook = { id: s.number, asks: s.asks, bids: s.bids };
const book = { depth: 1_000, scan: s.object(inBook, ['label']), read: v.parser(wire.OrderBook) };

/** Of every market, over 24 h. @see https://www.gate.com/docs/developers/apiv4/en/spot */
export const fetchTickers: Spec['fetchTickers'] = async ({ call }) =>
  (await call(endpoints.tickers, {}, v.parser(wire.Tickers))).map((row) => {
    const [last, bid, ask] = [positive(row.last), positive(row.highest_bid), positive(row.lowest_ask)];
    const volumes = { volume: decimal(row.base_volume), quoteVolume: decimal(row.quote_volume) };
    return { symbol: row.currency_pair, ...volumes, ...(last && { last }), ...(bid && { bid }), ...(ask && { ask }) };
  });

/** The last 1,000, newest last. @see https://www.gate.com/docs/developers/apiv4/en/spot */
export const fetchTrades: Spec['fetchTrades'] = async ({ call }, { symbol }) => {
  const rows = await call(endpoints.trades, { currency_pair: symbol, limit: 1_000 }, v.parser(wire.Trades));
  return rows.map(({ create_time_ms: at, ...trade }) => ({ type: 'trade', symbol, at, ...trade }) as const).reverse();
};

const intervals: Readonly<Partial<Record<Interval, string>>> = {
  ...{ '1s': '1s', '1m': '1m', '5m': '5m', '15m': '15m', '30m': '30m', '1h': '1h', '4h': '4h', '8h': '8h', '1d': '1d' },
  ...{ '1w': '7d', '1M': '30d' }, // a calendar month
};
const isInterval = (name: string): name is Interval => name in intervals;
/** By opening time: the venue takes both ends, or a number, never both. @see https://www.gate.com/docs/developers/apiv4/en/spot */
export const candles: Spec['candles'] = {
  intervals: Object.keys(intervals).filter(isInterval),
  max: 1_000,
  fetch: async ({ call, now }, { symbol }, { interval, from = 0, to = now() }) => {
    const span = { from: Math.ceil(from / 1_000), to: toSeconds(to) };
    const params = { currency_pair: symbol, interval: intervals[interval], ...span };
    return (await call(endpoints.candlesticks, params, v.parser(wire.Candlesticks))).map(toCandle);
  },
};

/** A channel and its payload: `spot.order_book_update BTC_USDT 100ms`. @see https://www.gate.com/docs/developers/apiv4/ws/en/ */
export const topic: Spec['topic'] = (channel, { symbol }) => {
  if (channel !== 'book' && channel !== 'trades') return undefined;
  const name = channel === 'book' ? `spot.order_book_update ${symbol} 100ms` : `spot.trades ${symbol}`;
  return { stream: 'public', topic: name };
};

/** `{ "id": 1, "event": "subscribe", "error": null }`, `{ "event": "update", … }`, `{ "request_id": "1", … }`; an acknowledgement of a request is not its answer. @see https://www.gate.com/docs/developers/apiv4/ws/en/#server-response */
export const frame = (message: unknown): Frame => {
  const told = v.parse(wire.Message, message);
  if ('type' in told) return { type: 'reconnect', reason: told.msg };
  if ('request_id' in told) return told.ack ? { type: 'ignore' } : toResponse(told);
  const { id, channel, event, error } = told;
  if (event === 'update') return channels.includes(channel) ? { type: 'data', payload: message } : { type: 'ignore' };
  if (id === '' || event === '') return { type: 'ignore' };
  const body = error && { label: error.code, message: error.message };
  return { type: 'response', id, answer: { status: error ? 400 : 200, headers: new Map(), body } };
};
const channels = ['spot.order_book_update', 'spot.trades', 'spot.orders', 'spot.usertrades', 'spot.balances'];

/** Headers of an answer over the socket lack the dashes. */
function toResponse({ request_id: id, header, data }: wire.Answered): Frame {
  const named = Object.entries(header).map(([name, value]) => [name.replaceAll('_', '-'), String(value)] as const);
  const body = header.status < 400 ? data.result : data.errs;
  return { type: 'response', id, answer: { status: header.status, headers: new Map(named), body } };
}

/** `{ "channel": "spot.order_book_update", … }`, `{ "channel": "spot.trades", … }`; throws on anything else. @see https://www.gate.com/docs/developers/apiv4/ws/en/ */
export const parse: MarketStream['parse'] = (payload) => {
  const { channel, result } = v.parse(wire.MarketMessage, payload);
  if (channel === 'spot.trades') {
    const { id, currency_pair: symbol, side, price, amount, create_time_ms: at } = result;
    return [{ type: 'trade', symbol, id, side, price, amount, at }];
  }
  const { s: symbol, U: first, u: last, b: bids, a: asks, t: at } = result;
  return [{ type: 'book', symbol, snapshot: false, sequence: { by: 'range', first, last }, bids, asks, at }];
};

/** `{ "channel": "spot.order_book_update", … }` from its bytes. @see https://www.gate.com/docs/developers/apiv4/ws/en/#changed-order-book-levels */
const update = s.object({ t: s.at, s: s.symbol, U: s.first, u: s.last, b: s.bids, a: s.asks });
const told = { channel: s.is('spot.order_book_update'), event: s.is('update'), result: update };
export const scan: Scan = s.object(told, ['type', 'request_id', 'id', 'error']);

/** A subscription of one topic, or its end. @see https://www.gate.com/docs/developers/apiv4/ws/en/#client-request */
export function toRequest({ now }: Public<Options>, event: string, topicName: string, id: string): Request {
  const [channel = '', ...payload] = topicName.split(' ');
  return { time: toSeconds(now()), id: Number(id), channel, event, ...(payload.length > 0 && { payload }) };
}
type Request = { readonly channel: string; readonly event: string; readonly time: number; readonly id: number };

/** The venue's own ping, and one topic a message. @see https://www.gate.com/docs/developers/apiv4/ws/en/#application-ping-pong */
export const socket: Pick<MarketStream, 'ping' | 'silentMs' | 'topicsPerMessage'> = {
  ping: { everyMs: 10_000, message: ({ now }) => ({ time: toSeconds(now()), channel: 'spot.ping' }) },
  silentMs: 30_000,
  topicsPerMessage: 1,
};

type MarketStream = Stream<MarketEvent, Public<Options>, Options>;
const stream: MarketStream = {
  ...{ ...socket, frame, parse, scan },
  url: ({ host }) => host('public'),
  subscribe: (p, topics, id) => topics.map((name) => toRequest(p, 'subscribe', name, id)),
  unsubscribe: (p, topics, id) => topics.map((name) => toRequest(p, 'unsubscribe', name, id)),
};
/** @see https://www.gate.com/docs/developers/apiv4/ws/en/ */
export const feed: Spec['feed'] = { streams: { public: stream } };

/** What can be traded in one direction can be traded: the venue refuses the other. @see https://www.gate.com/docs/developers/apiv4/en/spot */
const tradable = ['tradable', 'buyable', 'sellable'];

function toMarket(pair: v.InferOutput<typeof wire.CurrencyPair>): Market<undefined> {
  const { id: symbol, base, quote } = pair;
  const step = decimal(`1e-${pair.amount_precision}`);
  const [least, most] = [positive(pair.min_base_amount), positive(pair.max_base_amount)];
  const minNotional = positive(pair.min_quote_amount);
  return {
    pair: `${base}-${quote}`,
    ...{ symbol, base, quote, settle: quote },
    ...{ shape: 'spot', contractSize: one, wire: undefined },
    status: tradable.includes(pair.trade_status) ? 'trading' : 'halted',
    price: { step: decimal(`1e-${pair.precision}`) },
    amount: { step, min: least ? max(least, step) : step, ...(most && { max: most }) },
    ...(minNotional && { minNotional }),
  };
}

function toCandle(row: v.InferOutput<typeof wire.Candlesticks>[number]): Candle {
  const [at, quoteVolume, close, high, low, open, volume, closed] = row;
  const prices = { open: decimal(open), high: decimal(high), low: decimal(low), close: decimal(close) };
  const volumes = { volume: decimal(volume), quoteVolume: decimal(quoteVolume) };
  return { at: at * 1_000, ...prices, ...volumes, closed: closed === 'true' };
}
