import { daysSinceEpoch } from '../codec/time.js';
import type { UnixMs } from '../model/market.js';

type Headers = ReadonlyMap<string, string>;

/**
 * How long the `retry-after` header asks to wait, in ms; at most three days. `undefined` without a header that can be read.
 * Both forms are read, seconds and a date; a date counts from the answer's own `date`, and from `now` without one.
 * https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 */
export function readRetryAfter(headers: Headers, now: UnixMs): number | undefined {
  const text = headers.get('retry-after')?.trim();
  if (text === undefined) return undefined;
  if (/^\d+(?:\.\d+)?$/.test(text)) return bounded(Number(text) * 1_000);
  const until = readHttpDate(text);
  return until === undefined ? undefined : bounded(until - (readHttpDate(headers.get('date') ?? '') ?? now));
}

const longestMs = 3 * 86_400_000;
const httpDate = /^[A-Z][a-z]{2}, (\d{2}) ([A-Z][a-z]{2}) (\d{4}) (\d{2}):(\d{2}):(\d{2}) GMT$/;
const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

function bounded(waitMs: number): number {
  return Math.min(Math.max(Math.ceil(waitMs), 0), longestMs);
}

/** Ms since the epoch of `Sun, 06 Nov 1994 08:49:37 GMT`. */
function readHttpDate(text: string): UnixMs | undefined {
  const [, day, month = '', year, hour, minute, second] = httpDate.exec(text) ?? [];
  const index = months.indexOf(month);
  if (index < 0) return undefined;
  const days = daysSinceEpoch(Number(year), index + 1, Number(day));
  return (days * 86_400 + Number(hour) * 3_600 + Number(minute) * 60 + Number(second)) * 1_000;
}
