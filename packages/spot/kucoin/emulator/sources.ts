import { feedBest, feedDepth, feedDiffs, feedTrades, silence, toLevel } from '@hb/connector-testkit';
import type { EngineLevel, EngineMarket, Exchange, FeedParts, OpenSource, Source } from '@hb/connector-testkit';

type Publish = (payload: unknown) => void;
type Feed = (parts: FeedParts, topic: string, publish: Publish) => Source;

/** What each public topic carries. https://www.kucoin.com/docs-new/3470068w0 and those beside it */
const feeds: Readonly<Record<string, Feed>> = {
  '/market/level2': feedChanges,
  '/market/match': feedMatches,
  '/market/ticker': feedTicker,
  '/spotMarket/level1': feedTop,
  '/spotMarket/level2Depth5': (parts, topic, publish) => feedLevels(parts, 5, publishAs(topic, 'level2', publish)),
  '/spotMarket/level2Depth50': (parts, topic, publish) => feedLevels(parts, 50, publishAs(topic, 'level2', publish)),
};

export function isChannel(channel: string): boolean {
  return Object.hasOwn(feeds, channel);
}

/** Topics of one market: `/market/level2:BTC-USDT`. */
export function createSources({ engine, clock }: Pick<Exchange, 'engine' | 'clock'>): OpenSource {
  return (topic, publish) => {
    const [channel = '', symbol = ''] = topic.split(':');
    const market = engine.market(symbol);
    return market === undefined ? silence : (feeds[channel]?.({ engine, clock, market }, topic, publish) ?? silence);
  };
}

function publishAs(topic: string, subject: string, publish: Publish): Publish {
  return (data) => publish({ topic, type: 'message', subject, data });
}

function feedChanges(parts: FeedParts, topic: string, publish: Publish): Source {
  const tell = publishAs(topic, 'trade.l2update', publish);
  const { market, clock } = parts;
  return feedDiffs(parts, 50, ({ first: sequenceStart, last: sequenceEnd, bids, asks }) => {
    const toChange = (level: EngineLevel) => [...toLevel(market, level), String(sequenceEnd)];
    const changes = { asks: asks.map(toChange), bids: bids.map(toChange) };
    tell({ changes, sequenceEnd, sequenceStart, symbol: market.symbol, time: clock.now() });
  });
}

function feedMatches(parts: FeedParts, topic: string, publish: Publish): Source {
  const tell = publishAs(topic, 'trade.l3match', publish);
  const { price, amount, symbol } = parts.market;
  return feedTrades(parts, (trade) => {
    const [maker, taker] =
      trade.taker === 'buy' ? [trade.sellOrderId, trade.buyOrderId] : [trade.buyOrderId, trade.sellOrderId];
    tell({
      ...{ makerOrderId: String(maker), takerOrderId: String(taker), type: 'match', symbol, side: trade.taker },
      ...{ price: price.format(trade.price), size: amount.format(trade.amount) },
      ...{ sequence: String(trade.tradeId), tradeId: String(trade.tradeId), time: `${trade.at}000000` },
    });
  });
}

function feedTicker(parts: FeedParts, topic: string, publish: Publish): Source {
  const tell = publishAs(topic, 'trade.ticker', publish);
  const { engine, clock, market } = parts;
  return feedBest(parts, ({ updateId, bids, asks }) => {
    const { lastTrade } = engine.market(market.symbol) ?? market;
    tell({
      ...toBest(market, 'Ask', asks[0]),
      ...toBest(market, 'Bid', bids[0]),
      ...{ price: market.price.format(lastTrade?.price ?? 0n), size: market.amount.format(lastTrade?.amount ?? 0n) },
      ...{ sequence: String(updateId), time: clock.now() },
    });
  });
}

function feedTop(parts: FeedParts, topic: string, publish: Publish): Source {
  const tell = publishAs(topic, 'level1', publish);
  const { market, clock } = parts;
  return feedBest(parts, ({ bids: [bid = [0n, 0n]], asks: [ask = [0n, 0n]] }) => {
    tell({ asks: toLevel(market, ask), bids: toLevel(market, bid), timestamp: clock.now() });
  });
}

function toBest(market: EngineMarket, side: 'Ask' | 'Bid', level: EngineLevel = [0n, 0n]): object {
  const [price, size] = toLevel(market, level);
  return { [`best${side}`]: price, [`best${side}Size`]: size };
}

function feedLevels(parts: FeedParts, levels: number, tell: Publish): Source {
  return feedDepth(parts, { everyMs: 100, levels }, ({ bids, asks }) => {
    const [buy, sell] = [bids, asks].map((side) => side.map((level) => toLevel(parts.market, level)));
    tell({ asks: sell, bids: buy, timestamp: parts.clock.now() });
  });
}
