import { ConnectorError } from '../errors/connector-error.js';
import type { Market, UnixMs } from '../model/market.js';
import type { Candle, Interval } from '../model/trade.js';
import type { Public } from '../spec/api.js';
import type { CandleRange, PublicMarketSpec } from '../spec/spot.js';
import type { CandleRequest } from './connector.js';
import { firstOf, orAborted } from './ends.js';

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
export function fetchCandles<O, W>(
  source: CandleSource<O, W>,
  market: Market<W>,
  request: CandleRequest,
): Promise<readonly Candle[]> {
  return orAborted(fetchPages(source, market, request), firstOf(request.signal), `${source.id} candles`);
}

async function fetchPages<O, W>(
  { id, candles, api }: CandleSource<O, W>,
  market: Market<W>,
  { signal, onProgress, ...range }: CandleRequest,
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
  for (let start = from; start <= to && (isLatest || found.length < most) && signal?.aborted !== true;) {
    const end = Math.min(to, start + length * candles.max - 1);
    const page = await candles.fetch(api, market, {
      interval: range.interval,
      from: start,
      to: end,
      limit: candles.max,
    });
    const wanted = page.filter(({ at }) => at >= start && at <= to).slice(0, isLatest ? Infinity : most - found.length);
    found.push(...wanted);
    start = Math.max(end, page.at(-1)?.at ?? end) + 1;
    const part = Math.min((start - from) / (to - from + 1), 1);
    onProgress?.({ part: found.length < most ? part : 1, candles: wanted.filter(({ closed }) => closed) });
  }
  return isLatest ? found.slice(-most) : found;
}

/** Openings from `first` to `last`, `lengthMs` apart. */
export type CandleSpan = {
  readonly first: UnixMs;
  readonly last: UnixMs;
  readonly lengthMs: number;
  /** When the candle that holds a time opens. */
  readonly openOf: (at: UnixMs) => UnixMs;
};

/** The first Monday since the epoch, on which weeks begin. */
const mondayMs = 4 * 86_400_000;

/** Of candles that are made here, all of one length: months are not. `now`: the newest time of which anything is known. */
export function toCandleSpan(id: string, range: CandleRange, now: UnixMs): CandleSpan {
  const { interval, limit } = range;
  if (!Object.hasOwn(lengthMs, interval) || interval === '1M')
    throw unsupported(
      id,
      interval,
      Object.keys(lengthMs).filter((name) => name !== '1M'),
    );
  checkRange(id, range);
  const length = lengthMs[interval];
  const shift = interval === '1w' ? mondayMs : 0;
  const openOf = (at: UnixMs): UnixMs => Math.floor((at - shift) / length) * length + shift;
  const newest = openOf(Math.min(range.to ?? now, now));
  if (range.from === undefined)
    return { first: newest - ((limit ?? defaultLimit) - 1) * length, last: newest, lengthMs: length, openOf };
  const first = openOf(range.from + length - 1);
  const last = limit === undefined ? newest : Math.min(newest, first + (limit - 1) * length);
  return { first, last, lengthMs: length, openOf };
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
