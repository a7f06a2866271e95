import { decimal, one, scan as s } from '@hb/connector-core';
import type { Endpoint, Frame, Market, MarketEvent, Message } from '@hb/connector-core';
import type { Public, PublicMarketSpec, Scan, Stream, Trade } from '@hb/connector-core';
import * as v from 'valibot';

import { endpoints, type Options } from './endpoints.js';
import * as wire from './wire.js';

/** `feeAsset`: in which fees are taken. */
export type Wire = { readonly feeAsset: string };
type Spec = Required<PublicMarketSpec<Options, Wire>>;

/** The venue's clock, in ms. @see https://www.kucoin.com/docs-new/api-3470156 */
export const fetchTime = ({ call }: Public<Options>): Promise<number> => call(endpoints.time, {}, wire.read(wire.Time));

/** Every spot market. @see https://www.kucoin.com/docs-new/api-3470154 */
export const fetchMarkets: Spec['fetchMarkets'] = ({ call }) =>
  call(endpoints.symbols, {}, (json) => {
    const symbols = wire.read(v.array(v.unknown()))(json);
    const readable = symbols.filter((symbol) => v.is(wire.Listing, symbol));
    return v.parse(v.array(wire.Listing), readable.length > 0 ? readable : symbols).map(toMarket);
  });

/** The best 100 levels a side; more needs a key. @see https://www.kucoin.com/docs-new/api-3470165 */
export const fetchBook: Spec['fetchBook'] = ({ call }, { symbol }) =>
  call(endpoints.book, { symbol }, s.answer(symbol, book));
const inBook = s.object({ time: s.at, sequence: s.number, bids: s.bids, asks: s.asks });
const book = { depth: 100, scan: s.object({ code: s.is('200000'), data: inBook }), read: wire.read(wire.Book) };

/** Of every market, over 24 h, made every 2 s. @see https://www.kucoin.com/docs-new/api-3470167 */
export const fetchTickers: Spec['fetchTickers'] = async ({ call }) => {
  const { time: at, ticker } = await call(endpoints.tickers, {}, wire.read(wire.Tickers));
  return ticker.map(({ symbol, ...row }) => {
    const figures = [row.last, row.buy, row.sell, row.vol, row.volValue];
    const [last, bid, ask, volume, quoteVolume] = figures.map((figure) => (figure ? decimal(figure) : undefined));
    const prices = { ...(last && { last }), ...(bid && { bid }), ...(ask && { ask }) };
    return { symbol, at, ...prices, ...(volume && { volume }), ...(quoteVolume && { quoteVolume }) };
  });
};

/** The last 100, newest last. @see https://www.kucoin.com/docs-new/api-3470162 */
export const fetchTrades: Spec['fetchTrades'] = async ({ call }, { symbol }) => {
  const rows = await call(endpoints.trades, { symbol }, wire.read(wire.Trades));
  const toTrade = ({ sequence: id, time: at, size: amount, ...row }: (typeof rows)[number]): Trade => {
    return { type: 'trade', symbol, id, amount, at, ...row };
  };
  return rows.map(toTrade).sort((one, other) => one.at - other.at);
};

/** By opening time, in UTC. @see https://www.kucoin.com/docs-new/api-3470163 */
export const candles: Spec['candles'] = {
  intervals: ['1m', '3m', '5m', '15m', '30m', '1h', '2h', '4h', '6h', '8h', '12h', '1d', '1w', '1M'],
  max: 1_499, // of 1,500: whether `endAt` is inclusive is not told
  fetch: async ({ call, now }, { symbol }, { interval, from = 0, to = now() }) => {
    const [count, [unit = '', minutes = 0] = []] = [parseInt(interval, 10), units[interval.slice(-1)]];
    const span = { startAt: Math.ceil(from / 1_000), endAt: Math.floor(to / 1_000) + 1 };
    const rows = await call(endpoints.candles, { symbol, type: `${count}${unit}`, ...span }, wire.read(wire.Candles));
    return rows.reverse().map(([second, open, close, high, low, volume, quoteVolume], index) => {
      const at = second * 1_000;
      const prices = { open: decimal(open), high: decimal(high), low: decimal(low), close: decimal(close) };
      const volumes = { volume: decimal(volume), quoteVolume: decimal(quoteVolume) };
      return { at, ...prices, ...volumes, closed: index < rows.length - 1 || at + count * minutes * 60_000 <= now() };
    });
  },
};

/** `/market/level2:BTC-USDT`, `/market/match:BTC-USDT`. @see https://www.kucoin.com/docs-new/3470068w0, https://www.kucoin.com/docs-new/3470072w0 */
export const topic: Spec['topic'] = (channel, { symbol }) => {
  if (channel !== 'book' && channel !== 'trades') return undefined;
  return { stream: 'public', topic: `/market/${channel === 'book' ? 'level2' : 'match'}:${symbol}` };
};

/** `{ "type": "message", "subject": "trade.l2update", "data": {} }`; throws on anything else. @see https://www.kucoin.com/docs-new/3470068w0 */
export const parse: MarketStream['parse'] = (payload) => {
  const { subject, data } = v.parse(wire.MarketMessage, payload);
  if (subject === 'trade.l3match') {
    const { symbol, tradeId: id, side, price, size: amount, time: at } = data;
    return [{ type: 'trade', symbol, id, side, price, amount, at }];
  }
  const { symbol, sequenceStart: first, sequenceEnd: last, changes, time: at } = data;
  const sequence = { by: 'range', first, last } as const;
  return [{ type: 'book', symbol, snapshot: false, sequence, ...changes, ...(at !== undefined && { at }) }];
};

/** `{ "subject": "trade.l2update", … }` from its bytes. @see https://www.kucoin.com/docs-new/3470068w0 */
const changes = s.object({ asks: s.asks, bids: s.bids });
const data = s.object({ changes, sequenceEnd: s.last, sequenceStart: s.first, symbol: s.symbol, time: s.at });
export const scan: Scan = s.object({ type: s.is('message'), subject: s.is('trade.l2update'), data }, ['id', 'code']);

type MarketStream = Stream<MarketEvent, Public<Options>, Options>;
type Line = Omit<Stream<never, Public<Options>, Options>, 'parse'>;
/** What the public and the private socket have in common. @see https://www.kucoin.com/docs-new/websocket-api/base-info/introduction */
export const toLine = (token: Endpoint, isPrivate: boolean): Line => ({
  url: ({ call }) => call(token, {}, toAddress),
  // Nothing counts before the venue's welcome, which needs no asking. A ping may be sent, and its pong says the same.
  login: (_, id) => ({ id, type: 'ping' }),
  subscribe: (_, topics, id) => toMessages(topics, { id, type: 'subscribe', privateChannel: isPrivate }),
  unsubscribe: (_, topics, id) => toMessages(topics, { id, type: 'unsubscribe', privateChannel: isPrivate }),
  frame: toFrame,
  ping: { everyMs: 15_000, message: () => ({ id: 'ping', type: 'ping' }) }, // of the `pingInterval` of 18 s
  ...{ silentMs: 30_000, maxAgeMs: 86_400_000, topicsPerConnection: 300, topicsPerMessage: 100 },
  cost: { connect: { connections: 1 }, message: { messages: 1 } },
});

/** @see https://www.kucoin.com/docs-new/websocket-api/base-info/introduction */
export const feed: Spec['feed'] = { streams: { public: { ...toLine(endpoints.publicToken, false), parse, scan } } };

/** One message a channel: `/market/level2:BTC-USDT,ETH-USDT`. @see https://www.kucoin.com/docs-new/websocket-api/base-info/introduction */
function toMessages(topics: readonly string[], message: object): readonly Message[] {
  const channels = [...new Set(topics.map((topic) => topic.replace(/:.*/, ':')))];
  return channels.map((channel) => {
    const symbols = topics.filter((topic) => topic.startsWith(channel)).map((topic) => topic.slice(channel.length));
    return { ...message, topic: `${channel}${symbols.join(',')}`, response: true };
  });
}

/** `{ "code": "200000", "data": { "token": "…", "instanceServers": [{ "endpoint": "wss://…" }] } }` → `wss://…?token=…`. @see https://www.kucoin.com/docs-new/api-3470294 */
function toAddress(json: unknown): string {
  const { token, instanceServers } = wire.read(wire.Token)(json);
  return `${instanceServers[0]?.endpoint ?? ''}?token=${encodeURIComponent(token)}`;
}

/** Also `{ "id": "1", "type": "error", "code": "404", "data": "topic … does not exist" }`. @see https://www.kucoin.com/docs-new/error-code/websocket */
function toFrame(message: unknown): Frame {
  const { type, id, subject, code, data } = v.parse(wire.Control, message);
  const named = id ? { id } : {};
  if (type === 'message') return { type: 'data', payload: { subject, data } };
  if (type === 'welcome') return { type: 'ack' };
  if (type === 'ack' || type === 'pong') return { type: 'ack', ...named };
  if (type !== 'error') return { type: 'ignore' };
  const reason = `${typeof data === 'string' ? data : 'no reason'} (${code ?? 'no code'})`;
  return code === '401' ? { type: 'reconnect', reason } : { type: 'refused', message: reason, ...named };
}

/** The name of each unit of time and how long it is at most. @see https://www.kucoin.com/docs-new/api-3470163 */
const units: Readonly<Record<string, readonly [name: string, mostMinutes: number]>> = {
  ...{ m: ['min', 1], h: ['hour', 60], d: ['day', 1_440], w: ['week', 10_080], M: ['month', 44_640] },
};

function toMarket(listing: v.InferOutput<typeof wire.Listing>): Market<Wire> {
  const { symbol, baseCurrency: base, quoteCurrency: quote, feeCurrency: feeAsset, minFunds } = listing;
  const [step, quoteStep] = [decimal(listing.baseIncrement), decimal(listing.quoteIncrement)];
  const [min, max] = [decimal(listing.baseMinSize), decimal(listing.baseMaxSize)];
  return {
    pair: `${base}-${quote}`,
    ...{ symbol, base, quote, settle: quote, shape: 'spot', contractSize: one, wire: { feeAsset } },
    ...{ status: listing.enableTrading ? 'trading' : 'halted', price: { step: decimal(listing.priceIncrement) } },
    ...{ amount: { step, quoteStep, min, max }, ...(minFunds && { minNotional: decimal(minFunds) }) },
  };
}
