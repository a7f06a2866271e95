import type { ConnectorError, ErrorKind } from './connector-error.js';

/** What an HTTP status says when the venue's own code is not listed. */
export function kindOfStatus(status: number): ErrorKind {
  if (isRateLimit(status)) return 'rate-limited';
  if (status === 401 || status === 403) return 'auth';
  if (status >= 500) return 'venue-unavailable';
  return status >= 400 ? 'invalid-request' : 'bad-response';
}

/** 418 is how some venues answer an address that they have banned for going on after 429. */
export function isRateLimit(status: number): boolean {
  return status === 429 || status === 418;
}

/** The message of an error without its operation, for an error that names a wider operation. */
export function detailOf(error: ConnectorError): string {
  const prefix = `${error.operation}: `;
  return error.message.startsWith(prefix) ? error.message.slice(prefix.length) : error.message;
}
