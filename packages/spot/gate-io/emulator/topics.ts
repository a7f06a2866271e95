import {
  feedCandles,
  feedDepth,
  feedDiffs,
  feedNews,
  feedTrades,
  isTradeOf,
  silence,
  toLevel,
  type EngineDepth,
  type EngineLevel,
  type EngineMarket,
  type Exchange,
  type OpenSource,
} from '@hb/connector-testkit';

import { periods, toCandleJson, toTicker, toTradeJson } from './market-data.js';
import type { Venue } from './venue.js';

/** Public channels with how often they tell, in ms. https://www.gate.com/docs/developers/apiv4/ws/en/ */
const everyMs = { '20ms': 20, '100ms': 100, '1000ms': 1_000 } as const;

/**
 * The topics of a subscription, `spot.trades BTC_USDT`, or what is wrong with it.
 * Lists of markets are as many topics; a book or a candle is one.
 */
export function toTopics(
  { engine }: Exchange,
  channel: string,
  payload: readonly string[],
): readonly string[] | string {
  const isList = channel === 'spot.trades' || channel === 'spot.tickers';
  const names = isList ? payload.map((pair) => [channel, pair]) : [[channel, ...payload]];
  const unknown = names.map(([, ...rest]) => pairOf(channel, rest)).find((pair) => engine.market(pair) === undefined);
  if (unknown !== undefined || names.length === 0) return `unknown currency pair ${unknown ?? ''}`;
  return names.map((parts) => parts.join(' '));
}

/** Where what is told on a topic comes from. */
export function createSources(venue: Venue): OpenSource {
  const { engine, clock } = venue;
  return (topic, publish) => {
    const [channel = '', ...payload] = topic.split(' ');
    const market = engine.market(pairOf(channel, payload));
    if (market === undefined) return silence;
    const parts = { engine, clock, market };
    if (channel === 'spot.trades') return feedTrades(parts, (trade) => publish(toTradeJson(market, trade)));
    if (channel === 'spot.tickers') {
      const news = { everyMs: 1_000, isNews: isTradeOf(market.symbol) };
      return feedNews(parts, news, () => publish(toTicker({ venue, reads: engine }, market)));
    }
    if (channel === 'spot.order_book_update') {
      const every = payload[1] === '20ms' ? everyMs['20ms'] : everyMs['100ms'];
      return feedDiffs(parts, every, ({ first, last, bids, asks }) => {
        const at = { t: clock.now(), e: 'depthUpdate', E: Math.floor(clock.now() / 1_000), s: market.symbol };
        publish({ ...at, U: first, u: last, b: toLevels(market, bids), a: toLevels(market, asks) });
      });
    }
    if (channel === 'spot.candlesticks') {
      const period = periods[payload[0] ?? ''] ?? 60_000;
      return feedCandles(parts, { period, everyMs: 1_000 }, (candle, isClosed) => {
        const [t, a, c, h, l, o, v] = toCandleJson(market, candle, isClosed);
        publish({ ...{ t, v: a, c, h, l, o, n: payload.join('_'), a: v }, w: isClosed });
      });
    }
    if (channel === 'spot.obu') return feedWhole(parts, topic.split(' ')[1] ?? '', publish);
    return silence;
  };
}

/** A whole book each time: it is told apart from a change by `full`. https://www.gate.com/docs/developers/apiv4/ws/en/ */
function feedWhole(
  parts: Parameters<typeof feedDepth>[0],
  name: string,
  publish: (payload: unknown) => void,
): ReturnType<typeof feedDepth> {
  const { market, clock } = parts;
  const levels = Number(name.split('.')[2]);
  return feedDepth(parts, { everyMs: 20, levels }, ({ updateId, bids, asks }: EngineDepth) => {
    publish({
      ...{ t: clock.now(), full: true, s: name, u: updateId },
      ...{ b: toLevels(market, bids), a: toLevels(market, asks) },
    });
  });
}

function pairOf(channel: string, payload: readonly string[]): string {
  if (channel === 'spot.obu') return payload[0]?.split('.')[1] ?? '';
  return payload[channel === 'spot.candlesticks' ? 1 : 0] ?? '';
}

function toLevels(market: EngineMarket, levels: readonly EngineLevel[]): readonly (readonly string[])[] {
  return levels.map((level) => toLevel(market, level));
}
