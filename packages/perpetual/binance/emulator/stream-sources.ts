import { bestOf, periodOf, toAggregateJson, toKlineEvent } from '@hb/binance-emulation';
import {
  createTimer,
  feedAggregateTrades,
  feedBest,
  feedCandles,
  feedDepth,
  feedDiffs,
  feedNews,
  isTradeOf,
  silence,
  type EngineMarket,
  type FeedParts,
  type OpenSource,
  type Source,
} from '@hb/connector-testkit';

import { dayOf, toRate } from './market-data.js';
import { parseStream, type StreamKind } from './stream-names.js';
import { numbers, toLevels } from './text.js';
import type { Venue } from './venue.js';

type Parts = Pick<Venue, 'engine' | 'clock'>;
type Publish = (payload: unknown) => void;

/** A stream of no documented form, or of a market that does not exist, stays silent. https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams */
export function createSources(parts: Parts): OpenSource {
  return (name, publish) => {
    const stream = parseStream(name);
    const market = stream && parts.engine.market(stream.symbol);
    return stream === undefined || market === undefined ? silence : openStream(parts, { market, stream, publish });
  };
}

type Opened = { readonly market: EngineMarket; readonly stream: StreamKind; readonly publish: Publish };

function openStream(parts: Parts, { market, stream, publish }: Opened): Source {
  const feed: FeedParts = { ...parts, market };
  const { clock, engine } = parts;
  const s = market.symbol;
  switch (stream.kind) {
    case 'aggTrade':
      return feedAggregateTrades(feed, (trade) => {
        publish({ e: 'aggTrade', E: clock.now(), s, ...toAggregateJson(numbers, market, trade) });
      });
    case 'bookTicker':
      return feedBest(feed, (depth) => {
        const { bidPrice: b, bidQty: B, askPrice: a, askQty: A } = bestOf(numbers, market, depth);
        publish({ e: 'bookTicker', u: depth.updateId, E: clock.now(), T: clock.now(), s, b, B, a, A });
      });
    case 'diff':
      return openDiffs(feed, stream.everyMs, publish);
    case 'depth':
      return feedDepth(feed, stream, ({ updateId: u, bids, asks }) => {
        const times = { E: clock.now(), T: clock.now() };
        publish({
          e: 'depthUpdate',
          ...times,
          s,
          U: u,
          u,
          pu: u,
          b: toLevels(market, bids),
          a: toLevels(market, asks),
        });
      });
    case 'kline':
      return openKlines(feed, stream.interval, publish);
    case 'markPrice':
      return openMarkPrices(parts, { symbol: s, everyMs: stream.everyMs }, publish);
    case 'miniTicker':
    case 'ticker':
      return feedNews(feed, { everyMs: 1_000, isNews: isTradeOf(s) }, () => {
        const day = dayOf(market, engine.trades(s), clock.now());
        const { lastPrice: c, openPrice: o, highPrice: h, lowPrice: l, volume: v, quoteVolume: q } = day;
        const e = stream.kind === 'ticker' ? '24hrTicker' : '24hrMiniTicker';
        publish({ e, E: clock.now(), s, c, o, h, l, v, q });
      });
  }
}

/** Each update names the last one of the update before it. */
function openDiffs(feed: FeedParts, everyMs: number, publish: Publish): Source {
  const { market, clock } = feed;
  return feedDiffs(feed, everyMs, ({ first, last, bids, asks }) => {
    const numbers = { U: first, u: last, pu: first - 1 };
    const levels = { b: toLevels(market, bids), a: toLevels(market, asks) };
    publish({ e: 'depthUpdate', E: clock.now(), T: clock.now(), s: market.symbol, ...numbers, ...levels });
  });
}

/** https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams/Mark-Price-Stream */
function openMarkPrices(
  { engine, clock }: Parts,
  { symbol, everyMs }: { readonly symbol: string; readonly everyMs: number },
  publish: Publish,
): Source {
  const timer = createTimer(clock, everyMs, () => {
    const market = engine.perpetual(symbol);
    if (market === undefined) return;
    const { mark, index, fundingRate, nextFundingAt } = market.perpetual;
    const [p, i] = [market.price.format(mark, 8), market.price.format(index, 8)];
    publish({
      e: 'markPriceUpdate',
      E: clock.now(),
      s: symbol,
      p,
      i,
      P: i,
      r: toRate(fundingRate),
      T: nextFundingAt ?? 0,
    });
    timer.start();
  });
  timer.start();
  return { stop: timer.stop };
}

function openKlines(feed: FeedParts, interval: string, publish: Publish): Source {
  const { market, clock } = feed;
  const period = periodOf(interval);
  if (period === undefined) return silence;
  return feedCandles(feed, { period, everyMs: 250 }, (candle, isClosed) => {
    publish(toKlineEvent(numbers, market, { candle, i: interval, x: isClosed, at: clock.now() }));
  });
}
