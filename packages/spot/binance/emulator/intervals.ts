import { periodOf as commonPeriodOf } from '@hb/binance-emulation';
import type { CandlePeriod } from '@hb/connector-testkit';

/** Seconds are spot's own. https://developers.binance.com/docs/binance-spot-api-docs/rest-api/market-data-endpoints#klinecandlestick-data */
export function periodOf(interval: string): CandlePeriod | undefined {
  return interval === '1s' ? 1_000 : commonPeriodOf(interval);
}
