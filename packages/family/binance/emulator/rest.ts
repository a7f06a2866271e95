import type { VenueAnswer, VenueRefusal, VenueRequest } from '@hb/connector-testkit';

import { toIntervalLetters, type CountedLimit } from './rate-limits.js';

/** `x-mbx-used-weight-1m` and `x-mbx-order-count-10s`, each with its count. https://developers.binance.com/docs/binance-spot-api-docs/rest-api/limits */
export function toUsageHeaders(
  name: 'x-mbx-used-weight' | 'x-mbx-order-count',
  counted: readonly CountedLimit[],
): Record<string, string> {
  return Object.fromEntries(counted.map((limit) => [`${name}-${toIntervalLetters(limit)}`, String(limit.count)]));
}

/** The whole seconds to wait after a refusal that has an end. */
export function toRetryHeader({ details }: VenueRefusal, now: number): Record<string, string> {
  if (details.retryAt === undefined) return {};
  return { 'retry-after': String(Math.ceil((details.retryAt - now) / 1_000)) };
}

/** The page that stands before the API: 405 on a path that has other methods, else 404. */
export function toNotFound({ method, path }: VenueRequest, status: 404 | 405): VenueAnswer {
  const body = `<html><body><h2>${status} ${method} ${path}</h2></body></html>`;
  return { status, headers: { 'content-type': 'text/html' }, body };
}
