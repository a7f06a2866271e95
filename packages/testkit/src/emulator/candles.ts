import type { EngineTrade } from '../engine/types.js';
import { between, summarize, type TradeSummary } from './trades.js';

/** How long a candle is: so many ms, counted from the epoch; a week, from Monday; a calendar month. UTC. */
export type CandlePeriod = number | 'week' | 'month';

/** Prices in steps; all four are the close before where nothing was traded. */
export type Candle = {
  readonly openAt: number;
  /** The last ms of the candle. */
  readonly closeAt: number;
  readonly open: bigint;
  readonly close: bigint;
  readonly high: bigint;
  readonly low: bigint;
  readonly summary: TradeSummary | undefined;
};

/** Without `from`: the last `limit` candles up to `to`; with it: the first that open at or after it. */
export type CandleSpan = {
  readonly from?: number;
  readonly to: number;
  readonly limit: number;
};

const dayMs = 86_400_000;
// The first Monday since the epoch.
const mondayMs = 4 * dayMs;

/** Candles in order, from the first trade on; those without a trade stay at the close before. */
export function toCandles(trades: readonly EngineTrade[], period: CandlePeriod, span: CandleSpan): readonly Candle[] {
  const { to, limit } = span;
  const from = span.from ?? to - limit * longest(period);
  const [before, after] = [between(trades, -Infinity, from), between(trades, from)];
  const groups = groupBy(after, (trade) => startOf(trade.at, period));
  let flatAt = before.at(-1)?.price ?? after[0]?.price;
  let openAt = startOf(flatAt === before.at(-1)?.price ? from : (after[0]?.at ?? Infinity), period);
  if (openAt < from) openAt = endOf(openAt, period);
  const candles: Candle[] = [];
  for (; openAt <= to && flatAt !== undefined; openAt = endOf(openAt, period)) {
    const candle = toCandle({ openAt, closeAt: endOf(openAt, period) - 1 }, groups.get(openAt) ?? [], flatAt);
    candles.push(candle);
    flatAt = candle.close;
    if (span.from !== undefined && candles.length === limit) break;
  }
  return candles.slice(-limit);
}

/** When the candle that holds a time opens. */
export function startOf(at: number, period: CandlePeriod): number {
  if (period === 'month') return monthStart(at, 0);
  const shift = period === 'week' ? mondayMs : 0;
  const length = longest(period);
  return Math.floor((at - shift) / length) * length + shift;
}

function toCandle(times: Pick<Candle, 'openAt' | 'closeAt'>, trades: readonly EngineTrade[], flatAt: bigint): Candle {
  const summary = summarize(trades);
  return {
    ...times,
    open: summary?.first.price ?? flatAt,
    close: summary?.last.price ?? flatAt,
    high: summary?.high ?? flatAt,
    low: summary?.low ?? flatAt,
    summary,
  };
}

function endOf(openAt: number, period: CandlePeriod): number {
  return period === 'month' ? monthStart(openAt, 1) : openAt + longest(period);
}

function longest(period: CandlePeriod): number {
  if (period === 'month') return 31 * dayMs;
  return period === 'week' ? 7 * dayMs : period;
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

function groupBy(trades: readonly EngineTrade[], key: (trade: EngineTrade) => number): Map<number, EngineTrade[]> {
  const groups = new Map<number, EngineTrade[]>();
  for (const trade of trades) {
    const group = groups.get(key(trade));
    if (group === undefined) groups.set(key(trade), [trade]);
    else group.push(trade);
  }
  return groups;
}
