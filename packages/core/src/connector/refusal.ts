import type { ConnectorError, ErrorKind } from '../errors/connector-error.js';

const passing: ReadonlySet<ErrorKind> = new Set(['rate-limited', 'clock-skew', 'venue-unavailable', 'network']);

/** Whether a venue that refused a subscription or a login will do so again. What passes is asked for again by the stream. */
export function isLasting({ kind, outcome }: ConnectorError): boolean {
  return outcome === 'refused' && !passing.has(kind);
}
