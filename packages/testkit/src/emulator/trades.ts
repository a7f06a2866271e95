import { fromUnits } from '../engine/step.js';
import type { EngineMarket, EngineTrade } from '../engine/types.js';

/** Trades of one taker order at one price, as one. */
export type AggregateTrade = {
  /** Counts from 0, the first trade of the list. */
  readonly id: number;
  readonly price: bigint;
  readonly amount: bigint;
  readonly first: EngineTrade;
  readonly last: EngineTrade;
};

/** What a span of trades amounts to, in steps. Absent for a span without trades. */
export type TradeSummary = {
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

/** The last 24 hours, in steps; prices are 0 where nothing was ever traded. */
export type DaySummary = {
  readonly from: number;
  readonly to: number;
  readonly open: bigint;
  readonly last: bigint;
  /** From the first price of the day to the last one. */
  readonly change: bigint;
  /** The last price before the day. */
  readonly before: bigint;
  readonly trades: TradeSummary | undefined;
};

const dayMs = 86_400_000;

/** Oldest first. */
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

/** First, last, highest and lowest price and the volumes of some trades; `undefined` of none. */
export function summarize(trades: readonly EngineTrade[]): TradeSummary | undefined {
  const [first] = trades;
  const last = trades.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const bought = trades.filter((trade) => trade.taker === 'buy');
  return {
    first,
    last,
    count: trades.length,
    high: trades.reduce((high, { price }) => (price > high ? price : high), first.price),
    low: trades.reduce((low, { price }) => (price < low ? price : low), first.price),
    amount: sum(trades, 'amount'),
    quote: sum(trades, 'quote'),
    takerBuyAmount: sum(bought, 'amount'),
    takerBuyQuote: sum(bought, 'quote'),
  };
}

/** The same of the last 24 h. */
export function summarizeDay(trades: readonly EngineTrade[], now: number): DaySummary {
  const from = now - dayMs;
  const today = summarize(between(trades, from));
  const before = between(trades, -Infinity, from).at(-1)?.price ?? 0n;
  const open = today?.first.price ?? 0n;
  const last = today?.last.price ?? before;
  return { from, to: now, open, last, change: today === undefined ? 0n : last - open, before, trades: today };
}

/** Trades at or after a time, and before another. */
export function between(trades: readonly EngineTrade[], from: number, to: number = Infinity): readonly EngineTrade[] {
  const start = trades.findLastIndex((trade) => trade.at < from) + 1;
  const end = trades.findLastIndex((trade) => trade.at < to) + 1;
  return trades.slice(start, Math.max(start, end));
}

/** Quote per base over a span, cut to so many decimal places and padded to them. */
export function weightedAverage(market: EngineMarket, { quote, amount }: TradeSummary, digits: number): string {
  const { amount: step, quoteAsset } = market;
  const worth = quote * 10n ** BigInt(step.digits + digits);
  return fromUnits(worth / (amount * step.units * 10n ** BigInt(quoteAsset.digits)), digits, digits);
}

function takerOf(trade: EngineTrade): number {
  return trade.taker === 'buy' ? trade.buyOrderId : trade.sellOrderId;
}

function sum(trades: readonly EngineTrade[], field: 'amount' | 'quote'): bigint {
  return trades.reduce((total, trade) => total + trade[field], 0n);
}
