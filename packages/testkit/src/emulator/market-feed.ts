import type { Clock } from '@hb/connector-core';

import type { Engine, EngineDepth, EngineEvent, EngineLevel, EngineMarket, EngineTrade } from '../engine/types.js';
import { startOf, toCandles, type Candle, type CandlePeriod } from './candles.js';
import type { Source } from './publisher.js';
import { createTimer } from './timer.js';
import { aggregate, type AggregateTrade } from './trades.js';

/** Where a feed gets its news from. Each feed of this file runs from the call on, until its `stop`. */
export type FeedParts = { readonly engine: Engine; readonly clock: Clock; readonly market: EngineMarket };

/** How levels changed since the diff before: they count from `first` to `last`, and nothing is missing in between. Units of the engine. */
export type BookDiff = {
  readonly first: number;
  readonly last: number;
  readonly bids: readonly EngineLevel[];
  readonly asks: readonly EngineLevel[];
};

/** Changes of the book, gathered for `everyMs`; a level that is gone has the amount 0. */
export function feedDiffs(
  { engine, clock, market }: FeedParts,
  everyMs: number,
  tell: (diff: BookDiff) => void,
): Source {
  const changed = { buy: new Map<bigint, bigint>(), sell: new Map<bigint, bigint>() };
  let first = engine.depth(market.symbol, 0).updateId + 1;
  let last = first - 1;
  let isSkipping = false;
  const timer = createTimer(clock, everyMs, () => {
    if (!isSkipping) tell({ first, last, bids: [...changed.buy], asks: [...changed.sell] });
    isSkipping = false;
    first = last + 1;
    changed.buy.clear();
    changed.sell.clear();
  });
  const off = engine.on((event) => {
    if (event.type !== 'depth' || event.market !== market.symbol) return;
    changed[event.side].set(event.price, event.amount);
    last = event.updateId;
    timer.start();
  });
  const skip = () => {
    isSkipping = true;
  };
  return { stop: both(off, timer.stop), skip };
}

/** The best levels: as they are at first, then every `everyMs` in which the book changed. */
export function feedDepth(
  parts: FeedParts,
  { everyMs, levels }: { readonly everyMs: number; readonly levels: number },
  tell: (depth: EngineDepth) => void,
): Source {
  const { engine, clock, market } = parts;
  const timer = createTimer(clock, everyMs, () => tell(engine.depth(market.symbol, levels)));
  timer.start();
  const off = engine.on((event) => {
    if (isDepthOf(market.symbol)(event)) timer.start();
  });
  return { stop: both(off, timer.stop) };
}

/** The best of both sides at once, whenever it changed. */
export function feedBest({ engine, clock, market }: FeedParts, tell: (depth: EngineDepth) => void): Source {
  let told = '';
  const wake = soonOnce(clock, () => {
    const depth = engine.depth(market.symbol, 1);
    const best = `${depth.bids.join()} ${depth.asks.join()}`;
    if (told !== best) tell(depth);
    told = best;
  });
  const off = engine.on((event) => {
    if (isDepthOf(market.symbol)(event)) wake();
  });
  return { stop: off };
}

/** Tells each trade of a market as it happens. */
export function feedTrades({ engine, market }: FeedParts, tell: (trade: EngineTrade) => void): Source {
  const off = engine.on((event) => {
    if (event.type === 'trade' && event.trade.market === market.symbol) tell(event.trade);
  });
  return { stop: off };
}

/** Trades of one taker order at one price as one, once all of them are there. */
export function feedAggregateTrades(parts: FeedParts, tell: (trade: AggregateTrade) => void): Source {
  const { engine, clock, market } = parts;
  const { symbol } = market;
  let told = engine.trades(symbol).length;
  let nextId = aggregate(engine.trades(symbol)).length;
  const wake = soonOnce(clock, () => {
    const trades = engine.trades(symbol);
    for (const trade of aggregate(trades.slice(told))) {
      tell({ ...trade, id: nextId });
      nextId += 1;
    }
    told = trades.length;
  });
  return feedTrades(parts, wake);
}

/** The running candle every `everyMs` in which it changed, and every candle once when it has closed. */
export function feedCandles(
  { engine, clock, market }: FeedParts,
  { period, everyMs }: { readonly period: CandlePeriod; readonly everyMs: number },
  tell: (candle: Candle, isClosed: boolean) => void,
): Source {
  let openedAt = startOf(clock.now(), period);
  let told = engine.trades(market.symbol).length;
  const timer = createTimer(clock, everyMs, () => {
    const trades = engine.trades(market.symbol);
    const now = clock.now();
    for (const candle of toCandles(trades, period, { from: openedAt, to: now, limit: 1_000 })) {
      const isClosed = candle.closeAt < now;
      if (isClosed || (candle.summary !== undefined && trades.length !== told)) tell(candle, isClosed);
    }
    openedAt = startOf(now, period);
    told = trades.length;
    timer.start();
  });
  timer.start();
  return { stop: timer.stop };
}

/** Every `everyMs` in which there was news: tickers and such. */
export function feedNews(
  { engine, clock }: Omit<FeedParts, 'market'>,
  { everyMs, isNews }: { readonly everyMs: number; readonly isNews: (event: EngineEvent) => boolean },
  tell: () => void,
): Source {
  const timer = createTimer(clock, everyMs, tell);
  const off = engine.on((event) => {
    if (isNews(event)) timer.start();
  });
  return { stop: both(off, timer.stop) };
}

/** Whether an event of the engine is a trade of this market. */
export function isTradeOf(symbol: string): (event: EngineEvent) => boolean {
  return (event) => event.type === 'trade' && event.trade.market === symbol;
}

/** Whether an event of the engine changes the book of this market. */
export function isDepthOf(symbol: string): (event: EngineEvent) => boolean {
  return (event) => event.type === 'depth' && event.market === symbol;
}

/** Runs after the current call has ended, once for all calls until then. */
function soonOnce(clock: Clock, run: () => void): () => void {
  let isWaiting = false;
  return () => {
    if (!isWaiting) {
      clock.soon(() => {
        isWaiting = false;
        run();
      });
    }
    isWaiting = true;
  };
}

function both(one: () => void, other: () => void): () => void {
  return () => {
    one();
    other();
  };
}
