import { summarizeDay, toCandles, type CandlePeriod, type PerpetualReads } from '@hb/connector-testkit';

import { collateral, toListing } from './markets.js';
import { noHash, toBook, toMoney, toPrice, toSize, toTrade } from './reports.js';
import { malformed, marketOf, seenBy, type Asked, type Listed, type Seen, type Venue } from './venue.js';

/** One request of the info endpoint, by its `type`. */
export type Info = {
  readonly names: readonly [string];
  readonly weight: number;
  readonly run: (asked: Asked) => unknown;
};

/** https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint */
export const marketInfos: readonly Info[] = [
  { names: ['exchangeStatus'], weight: 2, run: ({ venue }) => ({ time: venue.clock.now(), specialStatuses: null }) },
  { names: ['meta'], weight: 20, run: ({ venue }) => toMeta(venue) },
  {
    names: ['metaAndAssetCtxs'],
    weight: 20,
    run: (asked) => [toMeta(asked.venue), listedOf(seenBy(asked)).map((listed) => toContext(asked.reads, listed))],
  },
  { names: ['allMids'], weight: 2, run: ({ venue }) => toMids(venue) },
  { names: ['perpDexs'], weight: 20, run: () => [null] },
  { names: ['spotMeta'], weight: 20, run: () => spotMeta },
  { names: ['spotMetaAndAssetCtxs'], weight: 20, run: () => [spotMeta, []] },
  { names: ['l2Book'], weight: 2, run: toL2Book },
  { names: ['recentTrades'], weight: 20, run: toRecentTrades },
  { names: ['candleSnapshot'], weight: 20, run: toSnapshot },
  { names: ['fundingHistory'], weight: 20, run: () => [] },
];

const spotMeta = {
  universe: [],
  tokens: [
    { name: collateral, szDecimals: 8, weiDecimals: 8, index: 0, tokenId: noHash, isCanonical: true, fullName: null },
  ],
};

function listedOf(seen: Pick<Seen, 'engine' | 'rules'>): readonly Listed[] {
  return seen.rules.map(({ name }) => marketOf(seen, name));
}

function toMeta(venue: Venue): object {
  const universe = listedOf(venue).map(({ rules, market }) => toListing(rules, market));
  return { collateralToken: 0, marginTables: [], universe };
}

/** https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/websocket/subscriptions */
export function toContext(engine: PerpetualReads, { market }: Pick<Listed, 'market'>): object {
  const { mark, index, fundingRate } = market.perpetual;
  const { trades, open } = summarizeDay(engine.trades(market.symbol), engine.now());
  return {
    ...{ funding: fundingRate, openInterest: '0.0', prevDayPx: toPrice(market, open), premium: '0.0' },
    ...{ dayNtlVlm: toMoney(trades?.quote ?? 0n), dayBaseVlm: toSize(market, trades?.amount ?? 0n) },
    ...{
      oraclePx: toPrice(market, index),
      markPx: toPrice(market, mark),
      midPx: midOf(engine, market),
      impactPxs: null,
    },
  };
}

function midOf(engine: PerpetualReads, market: Listed['market']): string | null {
  const { bids, asks } = engine.depth(market.symbol, 1);
  const [bid, ask] = [bids[0]?.[0], asks[0]?.[0]];
  return bid === undefined || ask === undefined ? null : toPrice(market, (bid + ask) / 2n);
}

function toMids(venue: Venue): object {
  return Object.fromEntries(
    listedOf(venue).map(({ market }) => {
      return [market.symbol, midOf(venue.engine, market) ?? toPrice(market, market.perpetual.mark)];
    }),
  );
}

function toL2Book({ venue, reads, params }: Asked): unknown {
  const { market } = marketOf(venue, params['coin']);
  return toBook(reads.depth(market.symbol, 20), market, venue.clock.now());
}

/** Newest first. */
function toRecentTrades({ venue, reads, params }: Asked): unknown {
  const { market } = marketOf(venue, params['coin']);
  return reads
    .trades(market.symbol)
    .slice(-10)
    .toReversed()
    .map((trade) => toTrade(trade, market));
}

const [minute, hour] = [60_000, 3_600_000];
const periods: Readonly<Record<string, CandlePeriod>> = {
  ...{ '1m': minute, '3m': 3 * minute, '5m': 5 * minute, '15m': 15 * minute, '30m': 30 * minute },
  ...{ '1h': hour, '2h': 2 * hour, '4h': 4 * hour, '8h': 8 * hour, '12h': 12 * hour, '1d': 24 * hour },
  ...{ '3d': 72 * hour, '1w': 'week', '1M': 'month' },
};

/** https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint#candle-snapshot */
function toSnapshot({ venue, reads, params }: Asked): unknown {
  const { req } = params;
  if (typeof req !== 'object' || req === null) throw malformed();
  const { coin, interval, startTime, endTime }: Readonly<Record<string, unknown>> = { ...req };
  const period = periods[String(interval)];
  if (period === undefined || startTime === undefined) throw malformed();
  const { market } = marketOf(venue, coin);
  const to = Math.min(Number(endTime ?? Infinity), venue.clock.now());
  const candles = toCandles(reads.trades(market.symbol), period, { from: Number(startTime), to, limit: 5_000 });
  return candles.map(({ openAt: t, closeAt: T, open, high, low, close, summary }) => {
    const [o, h, l, c] = [open, high, low, close].map((price) => toPrice(market, price));
    const [v, n] = [toSize(market, summary?.amount ?? 0n), summary?.count ?? 0];
    return { t, T, s: market.symbol, i: interval, o, c, h, l, v, n };
  });
}
