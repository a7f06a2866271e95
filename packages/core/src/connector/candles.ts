import { ConnectorError } from '../errors/connector-error.js';
import type { Market } from '../model/market.js';
import type { Candle, Interval } from '../model/trade.js';
import type { Public } from '../spec/api.js';
import type { CandleRange, PublicMarketSpec } from '../spec/spot.js';

const defaultLimit = 500;
const longestMonthMs = 2_678_400_000;

const lengthMs: Readonly<Record<Interval, number>> = {
  '1s': 1_000,
  '1m': 60_000,
  '3m': 180_000,
  '5m': 300_000,
  '15m': 900_000,
  '30m': 1_800_000,
  '1h': 3_600_000,
  '2h': 7_200_000,
  '4h': 14_400_000,
  '6h': 21_600_000,
  '8h': 28_800_000,
  '12h': 43_200_000,
  '1d': 86_400_000,
  '3d': 259_200_000,
  '1w': 604_800_000,
  // The shortest month, so that a page never spans more than it may.
  '1M': 2_419_200_000,
};

type CandleSource<O, W> = {
  readonly id: string;
  readonly candles: NonNullable<PublicMarketSpec<O, W>['candles']>;
  readonly api: Public<O>;
};

/** Candles of a range, oldest first, in as many pages as the venue needs. Without `from`: the latest `limit`, 500 when left out. */
export async function fetchCandles<O, W>(
  { id, candles, api }: CandleSource<O, W>,
  market: Market<W>,
  range: CandleRange,
): Promise<readonly Candle[]> {
  if (!candles.intervals.includes(range.interval)) throw unsupported(id, range.interval, candles.intervals);
  checkRange(id, range);
  const to = range.to ?? api.now();
  const length = lengthMs[range.interval];
  const isLatest = range.from === undefined;
  const most = range.limit ?? (isLatest ? defaultLimit : Infinity);
  // From the start of the oldest one: the newest has been open for a part of its time already.
  const from = range.from ?? to - (range.interval === '1M' ? longestMonthMs : length) * most;
  const found: Candle[] = [];
  for (let start = from; start <= to && (isLatest || found.length < most);) {
    const end = Math.min(to, start + length * candles.max - 1);
    const page = await candles.fetch(api, market, {
      interval: range.interval,
      from: start,
      to: end,
      limit: candles.max,
    });
    found.push(...page.filter(({ at }) => at >= start && at <= to));
    start = Math.max(end, page.at(-1)?.at ?? end) + 1;
  }
  return isLatest ? found.slice(-most) : found.slice(0, most);
}

/** A range that is none would be asked for without an end. */
function checkRange(id: string, { from, to, limit }: CandleRange): void {
  for (const [name, value] of Object.entries({ from, to, limit })) {
    if (value === undefined || (Number.isSafeInteger(value) && value >= (name === 'limit' ? 1 : 0))) continue;
    const message = `${name}: ${String(value)} is not ${name === 'limit' ? 'a number of candles' : 'a time in ms'}`;
    throw new ConnectorError(message, { kind: 'invalid-request', outcome: 'not-sent', operation: `${id} candles` });
  }
}

function unsupported(id: string, interval: string, intervals: readonly string[]): ConnectorError {
  return new ConnectorError(`no candles of ${interval}; the venue has ${intervals.join(', ')}`, {
    kind: 'unsupported',
    outcome: 'not-sent',
    operation: `${id} candles`,
  });
}
