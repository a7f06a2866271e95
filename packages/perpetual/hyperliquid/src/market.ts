import { decimal, decodeJson, one, scan as s } from '@hb/connector-core';
import type { FundingReport, Interval, Market, MarketEvent } from '@hb/connector-core';
import type { Public, PublicMarketSpec, Scan, Stream } from '@hb/connector-core';
import * as v from 'valibot';

import { endpoints, type Options } from './endpoints.js';
import * as wire from './wire.js';

/** What orders name a market by. `dex` is empty for the venue's own perpetuals. @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/asset-ids */
export type Wire = { readonly asset: number; readonly dex: string };
type Spec = Required<Omit<PublicMarketSpec<Options, Wire, FundingReport>, 'checksum'>>;

/** The venue's clock, in ms. @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/rate-limits-and-user-limits */
export const fetchTime = async ({ call }: Public<Options>): Promise<number> =>
  (await call(endpoints.exchangeStatus, { type: 'exchangeStatus' }, v.parser(wire.ExchangeStatus))).time;

/** The venue's own perpetuals, and those of the builders' DEXs that the user named. @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint/perpetuals#retrieve-perpetuals-metadata-universe-and-margin-tables, https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/asset-ids */
export const fetchMarkets: Spec['fetchMarkets'] = async (p) => {
  const own = toMarkets(await fetchMeta(p, ''), { dex: '', first: 0, settle: 'USDC' });
  const { dexes } = p.options;
  if (dexes.length === 0) return own;
  const all = await p.call(endpoints.perpDexs, { type: 'perpDexs' }, v.parser(wire.Dexes));
  const { tokens } = await p.call(endpoints.spotMeta, { type: 'spotMeta' }, v.parser(wire.SpotMeta));
  const theirs = dexes.map(async (dex) => {
    const meta = await fetchMeta(p, dex);
    const settle = tokens.find(({ index }) => index === meta.collateralToken)?.name ?? 'USDC';
    return toMarkets(meta, { dex, first: 100_000 + 10_000 * all.findIndex((each) => each?.name === dex), settle });
  });
  return [...own, ...(await Promise.all(theirs)).flat()];
};

/** By opening time, in UTC; at most the last 5,000 are kept. @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint#candle-snapshot */
export const candles: Spec['candles'] = {
  intervals: ['1m', '3m', '5m', '15m', '30m', '1h', '2h', '4h', '8h', '12h', '1d', '3d', '1w', '1M'],
  max: 500,
  fetch: async ({ call, now }, { symbol: coin }, { interval, from, to, limit = 500 }) => {
    const endTime = Math.floor(to ?? now());
    const startTime = Math.floor(from ?? endTime - limit * lengths[interval]);
    const params = { type: 'candleSnapshot', req: { coin, interval, startTime: Math.max(startTime, 0), endTime } };
    const rows = await call(endpoints.candles, params, v.parser(wire.Candles));
    return rows.slice(...(from === undefined ? [-limit] : [0, limit])).map(({ t: at, T, o, h, l, c, v: volume, n }) => {
      const [open, high, low, close] = [decimal(o), decimal(h), decimal(l), decimal(c)];
      return { at, open, high, low, close, volume: decimal(volume), trades: n, closed: T < now() };
    });
  },
};

/** `l2Book BTC`: a kind of subscription and what it is about. @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/websocket/subscriptions */
export const topic: Spec['topic'] = (channel, { symbol }) => {
  if (channel === 'book') return { stream: 'public', topic: `l2Book ${symbol}` };
  if (channel === 'trades') return { stream: 'public', topic: `trades ${symbol}` };
  return channel === 'funding' ? { stream: 'public', topic: `activeAssetCtx ${symbol}` } : undefined;
};

/** `{ "method": "subscribe", "subscription": { "type": "l2Book", "coin": "BTC" } }` of `l2Book BTC`, and likewise for users. @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/websocket/subscriptions */
const request =
  (method: 'subscribe' | 'unsubscribe') =>
  (_: unknown, topics: readonly string[]): readonly object[] =>
    topics.map((each) => {
      const [type, about = ''] = each.split(' ');
      return { method, subscription: { type, [about.startsWith('0x') ? 'user' : 'coin']: about } };
    });

/** `{ "channel": "subscriptionResponse", "data": { "method": "subscribe", "subscription": { "type": "l2Book", … } } }`, `{ "channel": "error", "data": "…" }` or `{ "channel": "l2Book", "data": { … } }`. @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/websocket */
export const frameOf =
  (channels: readonly string[]): MarketStream['frame'] =>
  (message) => {
    const { channel, data } = v.parse(wire.Message, message);
    if (channels.includes(channel)) return { type: 'data', payload: message };
    if (channel === 'error') return toRefusal(v.parse(v.string(), data));
    if (channel !== 'subscriptionResponse') return { type: 'ignore' };
    const { method, subscription } = v.parse(wire.Subscribed, data);
    return method === 'subscribe' ? { type: 'ack', topics: [toTopic(subscription)] } : { type: 'ignore' };
  };

/** `Already subscribed: {"type":"l2Book","coin":"BTC"}`, and likewise `Invalid subscription`; other words say nothing of a topic. @see https://github.com/nktkas/hyperliquid/blob/main/src/transport/websocket/_dispatcher.ts */
function toRefusal(message: string): ReturnType<MarketStream['frame']> {
  const [, words, echo] = /^(Already subscribed|Invalid subscription)[^{]*(\{.*\})/s.exec(message) ?? [];
  if (echo === undefined) return message.startsWith('Already un') ? { type: 'ignore' } : { type: 'refused', message };
  const topics = [toTopic(v.parse(wire.Subscription, decodeJson(echo)))];
  return words === 'Already subscribed' ? { type: 'ack', topics } : { type: 'refused', topics, message };
}

const toTopic = ({ type, coin, user }: v.InferOutput<typeof wire.Subscription>): string =>
  `${type} ${coin ?? user ?? ''}`;

/** One of `{ "channel": "l2Book", … }`, whose levels are all of the best 20, `trades` and `activeAssetCtx`; throws on anything else. @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/websocket/subscriptions */
export const parse: MarketStream['parse'] = (payload) => {
  const { channel, data } = v.parse(wire.MarketMessage, payload);
  if (channel === 'trades') {
    return data.map(({ coin: symbol, side, px: price, sz: amount, time: at, tid: id }) => {
      return { type: 'trade', symbol, id, side: side === 'B' ? 'buy' : 'sell', price, amount, at };
    });
  }
  const symbol = data.coin;
  if (channel === 'activeAssetCtx') return [toFunding(symbol, data.ctx)];
  const [bids, asks] = data.levels.map((side) => side.map(({ px, sz }) => [px, sz] as const));
  const about = { snapshot: true, sequence: { by: 'none' }, at: data.time, depth: 20 } as const;
  return [{ type: 'book', symbol, ...about, bids: bids ?? [], asks: asks ?? [] }];
};

/** `{ "channel": "l2Book", … }` from its bytes. @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/websocket/subscriptions */
const levels = s.list(s.namedBids('px', 'sz'), s.namedAsks('px', 'sz'));
const told = { channel: s.is('l2Book'), data: s.object({ coin: s.symbol, time: s.at, levels }) };
export const scan: Scan = s.snapshot(s.object(told), { depth: 20, sequence: 'none' });

/** Paid each hour. @see https://hyperliquid.gitbook.io/hyperliquid-docs/trading/funding */
export function toFunding(symbol: string, context: v.InferOutput<typeof wire.Contexts>[1][number]): FundingReport {
  const [rate, markPrice] = [decimal(context.funding), decimal(context.markPx)];
  return { type: 'funding', symbol, rate, markPrice, indexPrice: decimal(context.oraclePx), intervalMs: 3_600_000 };
}

type MarketStream = Stream<MarketEvent | FundingReport, Public<Options>, Options>;

/** What both streams share: the venue ends a connection that has been silent for a minute. @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/websocket/timeouts-and-heartbeats */
export const line = {
  ...{ subscribe: request('subscribe'), unsubscribe: request('unsubscribe') },
  acks: 'topics',
  ping: { everyMs: 15_000, message: () => ({ method: 'ping' }) },
  silentMs: 40_000,
  cost: { connect: { connections: 1 }, message: { messages: 1 } },
} as const;

const reading = { frame: frameOf(['l2Book', 'trades', 'activeAssetCtx']), parse, scan };
const stream: MarketStream = { ...line, ...reading, url: ({ host }) => host('public'), topicsPerConnection: 500 };
/** @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/websocket */
export const feed: Spec['feed'] = { streams: { public: stream } };

const hour = 3_600_000;
/** In ms; the longest month. */
const lengths: Readonly<Record<Interval, number>> = {
  ...{ '1s': 1_000, '1m': 60_000, '3m': 180_000, '5m': 300_000, '15m': 900_000, '30m': 1_800_000 },
  ...{ '1h': hour, '2h': 2 * hour, '4h': 4 * hour, '6h': 6 * hour, '8h': 8 * hour, '12h': 12 * hour },
  ...{ '1d': 24 * hour, '3d': 72 * hour, '1w': 168 * hour, '1M': 744 * hour },
};

function fetchMeta({ call }: Public<Options>, dex: string): Promise<v.InferOutput<typeof wire.Meta>> {
  return call(endpoints.meta, { type: 'meta', ...(dex !== '' && { dex }) }, (json) => {
    const meta = v.parse(wire.Meta, json);
    if (meta.universe.some((listing) => v.is(wire.Listing, listing))) return meta;
    return { ...meta, universe: v.parse(v.array(wire.Listing), meta.universe) };
  });
}

type Place = { readonly dex: string; readonly first: number; readonly settle: string };

/** Where one row cannot be read, the others still are. */
function toMarkets({ universe }: v.InferOutput<typeof wire.Meta>, place: Place): readonly Market<Wire>[] {
  return universe.flatMap((row, index) => {
    const listing = v.safeParse(wire.Listing, row);
    return listing.success ? [toMarket(listing.output, place, index)] : [];
  });
}

/** Prices have at most 5 significant digits and 6 decimal places less those of amounts. @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/tick-and-lot-size */
function toMarket(
  { name: symbol, szDecimals, isDelisted }: v.InferOutput<typeof wire.Listing>,
  { dex, first, settle }: Place,
  index: number,
): Market<Wire> {
  const base = dex === '' ? symbol : symbol.toUpperCase();
  const step = toStep(szDecimals);
  return {
    pair: `${base}-USD`,
    ...{ symbol, base, quote: 'USD', settle },
    ...{ shape: 'linear', contractSize: one, wire: { asset: first + index, dex } },
    status: isDelisted ? 'halted' : 'trading',
    price: { step: toStep(6 - szDecimals), digits: 5 },
    amount: { step, min: step },
    minNotional: decimal('10'),
  };
}

/** 2 is `0.01`. */
const toStep = (places: number): ReturnType<typeof decimal> =>
  decimal(places === 0 ? '1' : `0.${'1'.padStart(places, '0')}`);
