import { aggregate, cut, refuse, toCandles } from '@hb/connector-testkit';
import type {
  AggregateTrade,
  Candle,
  CandlePeriod,
  EngineDepth,
  EngineMarket,
  EngineTrade,
  Parameters,
} from '@hb/connector-testkit';

/** How a product writes its numbers: spot with 8 decimal places, futures with those of the market. */
export type NumberForms = {
  readonly price: (market: EngineMarket, price: bigint) => string;
  readonly amount: (market: EngineMarket, amount: bigint) => string;
  readonly quote: (market: EngineMarket, quote: bigint) => string;
};

/** A market, and what a request asks of it. */
type Asked = {
  readonly market: EngineMarket;
  readonly trades: readonly EngineTrade[];
  readonly parameters: Parameters;
  readonly now: number;
};

type Best = Readonly<Record<'bidPrice' | 'bidQty' | 'askPrice' | 'askQty', string>>;

/** The best of both sides; zeros for one that is empty. https://developers.binance.com/docs/binance-spot-api-docs/rest-api/market-data-endpoints#symbol-order-book-ticker */
export function bestOf({ price, amount }: NumberForms, market: EngineMarket, { bids, asks }: EngineDepth): Best {
  const [bidPrice, bidQty] = bids[0] ?? [0n, 0n];
  const [askPrice, askQty] = asks[0] ?? [0n, 0n];
  return {
    ...{ bidPrice: price(market, bidPrice), bidQty: amount(market, bidQty) },
    ...{ askPrice: price(market, askPrice), askQty: amount(market, askQty) },
  };
}

/** By `fromId`, `startTime`, `endTime` and `limit`. https://developers.binance.com/docs/binance-spot-api-docs/rest-api/market-data-endpoints#compressedaggregate-trades-list */
export function findAggregates({
  trades,
  parameters,
}: Pick<Asked, 'trades' | 'parameters'>): readonly AggregateTrade[] {
  const limit = parameters.limit(500, 1_000);
  const [fromId, from, to] = ['fromId', 'startTime', 'endTime'].map((name) => parameters.integer(name));
  const found = aggregate(trades).filter(({ id, last }) => {
    return id >= (fromId ?? 0) && last.at >= (from ?? 0) && last.at <= (to ?? Infinity);
  });
  return cut(found, limit, (fromId ?? from) !== undefined);
}

/** `{ "a": 26129, "p": "0.01633102", "q": "4.70443515", "f": 27781, "l": 27781, "T": 1498793709153, "m": true }` */
export function toAggregateJson(forms: NumberForms, market: EngineMarket, trade: AggregateTrade): object {
  const { id, price, amount, first, last } = trade;
  return {
    ...{ a: id, p: forms.price(market, price), q: forms.amount(market, amount) },
    ...{ f: first.tradeId, l: last.tradeId, T: last.at, m: last.taker === 'sell' },
  };
}

type KlineRules = {
  /** The intervals of the product. */
  readonly periodOf: (interval: string) => CandlePeriod | undefined;
  readonly most: number;
};

/** Rows by `interval`, `startTime`, `endTime` and `limit`. Throws -1120. https://developers.binance.com/docs/binance-spot-api-docs/rest-api/market-data-endpoints#klinecandlestick-data */
export function findKlines(forms: NumberForms, asked: Asked, { periodOf, most }: KlineRules): readonly unknown[] {
  const { market, trades, parameters, now } = asked;
  const period = periodOf(parameters.required('interval'));
  if (period === undefined) throw refuse(-1120, 'Invalid interval.');
  const limit = parameters.limit(500, most);
  const [from, to] = [parameters.integer('startTime'), parameters.integer('endTime')];
  const span = { limit, to: Math.min(to ?? Infinity, now), ...(from !== undefined && { from }) };
  return toCandles(trades, period, span).map((candle) => {
    const { o, h, l, c, v, q, n, V, Q } = toKlineValues(forms, market, candle);
    return [candle.openAt, o, h, l, c, v, candle.closeAt, q, n, V, Q, '0'];
  });
}

/** A candle now: `i` is its interval, `x` whether it is closed. */
type KlineEvent = { readonly candle: Candle; readonly i: string; readonly x: boolean; readonly at: number };

/** https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams#klinecandlestick-streams-for-utc */
export function toKlineEvent(forms: NumberForms, market: EngineMarket, { candle, i, x, at }: KlineEvent): object {
  const { openAt: t, closeAt: T, summary } = candle;
  const { o, c, h, l, v, n, q, V, Q } = toKlineValues(forms, market, candle);
  const [f, L] = [summary?.first.tradeId ?? -1, summary?.last.tradeId ?? -1];
  const k = { t, T, s: market.symbol, i, f, L, o, c, h, l, v, n, x, q, V, Q, B: '0' };
  return { e: 'kline', E: at, s: market.symbol, k };
}

type KlineValues = Readonly<Record<'o' | 'c' | 'h' | 'l' | 'v' | 'q' | 'V' | 'Q', string>> & { readonly n: number };

/** The values of a candle, under the names of the stream. */
function toKlineValues({ price, amount, quote }: NumberForms, market: EngineMarket, candle: Candle): KlineValues {
  const { open, close, high, low, summary } = candle;
  return {
    ...{ o: price(market, open), c: price(market, close), h: price(market, high), l: price(market, low) },
    ...{ v: amount(market, summary?.amount ?? 0n), n: summary?.count ?? 0, q: quote(market, summary?.quote ?? 0n) },
    ...{ V: amount(market, summary?.takerBuyAmount ?? 0n), Q: quote(market, summary?.takerBuyQuote ?? 0n) },
  };
}
