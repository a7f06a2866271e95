import { detailOf } from './classify.js';
import { ConnectorError, isConnectorError, type Outcome } from './connector-error.js';
import { describeMisread, toPlainCause } from './misread.js';

/**
 * Any thrown value as a `ConnectorError` that names the order it belongs to.
 * A `ConnectorError` keeps its kind and outcome; for all else `outcome` says what is known.
 */
export function attribute(
  error: unknown,
  about: { readonly operation: string; readonly clientOrderId?: string; readonly outcome: Outcome },
): ConnectorError {
  if (!isConnectorError(error)) {
    const kind = about.outcome === 'not-sent' ? 'invalid-request' : 'bad-response';
    return new ConnectorError(describeMisread(error), { ...about, kind, cause: toPlainCause(error) });
  }
  if (about.clientOrderId === undefined || error.clientOrderId === about.clientOrderId) return error;
  return new ConnectorError(detailOf(error), {
    kind: error.kind,
    outcome: error.outcome,
    operation: error.operation,
    code: error.code,
    retryAfterMs: error.retryAfterMs,
    clientOrderId: about.clientOrderId,
    cause: error.cause ?? error,
  });
}
