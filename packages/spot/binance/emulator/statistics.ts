import { fromUnits, type EngineMarket, type EngineTrade } from '@hb/connector-testkit';

import { averageMinutes, digits } from './markets.js';

/** Trades of one taker order at one price, as one. https://developers.binance.com/docs/binance-spot-api-docs/rest-api/market-data-endpoints#compressedaggregate-trades-list */
export type AggregateTrade = {
  readonly id: number;
  readonly price: bigint;
  readonly amount: bigint;
  readonly first: EngineTrade;
  readonly last: EngineTrade;
};

/** What a span of trades amounts to, in steps. Absent for a span without trades. */
type Summary = {
  readonly first: EngineTrade;
  readonly last: EngineTrade;
  readonly high: bigint;
  readonly low: bigint;
  readonly amount: bigint;
  readonly quote: bigint;
  readonly takerBuyAmount: bigint;
  readonly takerBuyQuote: bigint;
  readonly count: number;
};

/** `flatAt` is the close before; it stands for all four prices where there is no summary. */
export type Candle = {
  readonly openAt: number;
  readonly closeAt: number;
  readonly flatAt: bigint;
  readonly summary?: Summary;
};

/** Without `from`: the last `limit` candles up to `to`; with it: the first that open at or after it. */
type Span = {
  readonly from?: number;
  readonly to: number;
  readonly limit: number;
};

const minuteMs = 60_000;
const dayMs = 86_400_000;
// The first Monday since the epoch.
const mondayMs = 4 * dayMs;

/** Supported intervals and their lengths; a month is as long as it is. https://developers.binance.com/docs/binance-spot-api-docs/rest-api/market-data-endpoints#klinecandlestick-data */
const intervals = {
  ...{
    '1s': 1_000,
    '1m': minuteMs,
    '3m': 3 * minuteMs,
    '5m': 5 * minuteMs,
    '15m': 15 * minuteMs,
    '30m': 30 * minuteMs,
  },
  ...{ '1h': 60 * minuteMs, '2h': 120 * minuteMs, '4h': 240 * minuteMs, '6h': 360 * minuteMs, '8h': 480 * minuteMs },
  ...{ '12h': 720 * minuteMs, '1d': dayMs, '3d': 3 * dayMs, '1w': 7 * dayMs, '1M': 0 },
} as const;

export type Interval = keyof typeof intervals;

export function isInterval(text: string): text is Interval {
  return Object.hasOwn(intervals, text);
}

/** Oldest first; ids count from the first trade of the market. */
export function aggregate(trades: readonly EngineTrade[]): readonly AggregateTrade[] {
  const groups: AggregateTrade[] = [];
  for (const trade of trades) {
    const open = groups.at(-1);
    if (open?.price === trade.price && takerOf(open.last) === takerOf(trade)) {
      groups[groups.length - 1] = { ...open, amount: open.amount + trade.amount, last: trade };
    } else {
      groups.push({ id: groups.length, price: trade.price, amount: trade.amount, first: trade, last: trade });
    }
  }
  return groups;
}

export function summarize(trades: readonly EngineTrade[]): Summary | undefined {
  const [first] = trades;
  const last = trades.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const bought = trades.filter((trade) => trade.taker === 'buy');
  return {
    ...{ first, last, count: trades.length },
    high: trades.reduce((high, { price }) => (price > high ? price : high), first.price),
    low: trades.reduce((low, { price }) => (price < low ? price : low), first.price),
    amount: sum(trades, 'amount'),
    quote: sum(trades, 'quote'),
    takerBuyAmount: sum(bought, 'amount'),
    takerBuyQuote: sum(bought, 'quote'),
  };
}

/** Trades at or after a time, and before another. */
export function between(trades: readonly EngineTrade[], from: number, to = Infinity): readonly EngineTrade[] {
  const start = trades.findLastIndex((trade) => trade.at < from) + 1;
  const end = trades.findLastIndex((trade) => trade.at < to) + 1;
  return trades.slice(start, Math.max(start, end));
}

/** Candles in order, from the first trade on; those without a trade stay at the close before. */
export function toCandles(trades: readonly EngineTrade[], interval: Interval, span: Span): readonly Candle[] {
  const { to, limit } = span;
  const longest = interval === '1M' ? 31 * dayMs : intervals[interval];
  const from = span.from ?? to - limit * longest;
  const [before, after] = [between(trades, -Infinity, from), between(trades, from)];
  const groups = groupBy(after, (trade) => startOf(trade.at, interval));
  let flatAt = before.at(-1)?.price ?? after[0]?.price;
  let openAt = startOf(flatAt === before.at(-1)?.price ? from : (after[0]?.at ?? Infinity), interval);
  if (openAt < from) openAt = endOf(openAt, interval);
  const candles: Candle[] = [];
  for (; openAt <= to && flatAt !== undefined; openAt = endOf(openAt, interval)) {
    const summary = summarize(groups.get(openAt) ?? []);
    const closeAt = endOf(openAt, interval) - 1;
    candles.push({ openAt, closeAt, flatAt, ...(summary !== undefined && { summary }) });
    flatAt = summary?.last.price ?? flatAt;
    if (span.from !== undefined && candles.length === limit) break;
  }
  return candles.slice(-limit);
}

/** Volume-weighted over the last minutes, else the last price; `undefined` before the first trade. */
export function averagePrice(market: EngineMarket, trades: readonly EngineTrade[], now: number): string | undefined {
  const summary = summarize(between(trades, now - averageMinutes * minuteMs));
  if (summary !== undefined) return weightedAverage(market, summary);
  return market.lastTrade === undefined ? undefined : market.price.format(market.lastTrade.price, digits);
}

export function weightedAverage(market: EngineMarket, { quote, amount }: Summary): string {
  // Quote units per whole base: the amount counts in steps of the base asset.
  const base = amount * market.amount.units * 10n ** BigInt(digits - market.amount.digits);
  const total = quote * 10n ** BigInt(digits - market.quoteAsset.digits);
  return fromUnits((total * 10n ** BigInt(digits)) / base, digits, digits);
}

/** When the candle that holds a time opens. */
export function startOf(at: number, interval: Interval): number {
  const length = intervals[interval];
  if (interval === '1M') return monthStart(at, 0);
  const shift = interval === '1w' ? mondayMs : 0;
  return Math.floor((at - shift) / length) * length + shift;
}

function endOf(openAt: number, interval: Interval): number {
  return interval === '1M' ? monthStart(openAt, 1) : openAt + intervals[interval];
}

/** The first of the month that holds a time, or of the month after it. */
function monthStart(at: number, later: 0 | 1): number {
  let start = 0;
  for (let month = 0; ; month += 1) {
    const next = start + daysIn(1970 + Math.floor(month / 12), month % 12) * dayMs;
    if (at < next) return later === 0 ? start : next;
    start = next;
  }
}

function daysIn(year: number, month: number): number {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  if (month === 1) return isLeap ? 29 : 28;
  return [3, 5, 8, 10].includes(month) ? 30 : 31;
}

function takerOf(trade: EngineTrade): number {
  return trade.taker === 'buy' ? trade.buyOrderId : trade.sellOrderId;
}

function sum(trades: readonly EngineTrade[], field: 'amount' | 'quote'): bigint {
  return trades.reduce((total, trade) => total + trade[field], 0n);
}

function groupBy(trades: readonly EngineTrade[], key: (trade: EngineTrade) => number): Map<number, EngineTrade[]> {
  const groups = new Map<number, EngineTrade[]>();
  for (const trade of trades) {
    const group = groups.get(key(trade));
    if (group === undefined) groups.set(key(trade), [trade]);
    else group.push(trade);
  }
  return groups;
}
