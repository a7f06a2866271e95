import type { CandlePeriod } from '@hb/connector-testkit';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** Spot has `1s` beside them. https://developers.binance.com/docs/derivatives/usds-margined-futures/market-data/rest-api/Kline-Candlestick-Data */
const intervals: ReadonlyMap<string, CandlePeriod> = new Map<string, CandlePeriod>([
  ['1m', minuteMs],
  ['3m', 3 * minuteMs],
  ['5m', 5 * minuteMs],
  ['15m', 15 * minuteMs],
  ['30m', 30 * minuteMs],
  ['1h', hourMs],
  ['2h', 2 * hourMs],
  ['4h', 4 * hourMs],
  ['6h', 6 * hourMs],
  ['8h', 8 * hourMs],
  ['12h', 12 * hourMs],
  ['1d', dayMs],
  ['3d', 3 * dayMs],
  ['1w', 'week'],
  ['1M', 'month'],
]);

/** What a candle of an interval that every product has covers: `1h` is 3600000; `undefined` for another. */
export function periodOf(interval: string): CandlePeriod | undefined {
  return intervals.get(interval);
}
