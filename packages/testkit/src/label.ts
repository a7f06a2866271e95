import type { VenueRequest } from './venue.js';

/** How a request is told apart: `GET /api/v3/time?`, `POST /orders? {}`. What ends the path tells it from longer ones. */
export function labelOf({
  method,
  path,
  query,
  body,
}: Pick<VenueRequest, 'method' | 'path' | 'query' | 'body'>): string {
  const target = `${method} ${path}?${query}`;
  return body === '' ? target : `${target} ${body}`;
}
