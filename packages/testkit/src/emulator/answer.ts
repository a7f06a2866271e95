import type { VenueAnswer } from '../venue.js';

/** `{ "code": -1121 }` with its status, as most venues send it. */
export function toJsonAnswer(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): VenueAnswer {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}
