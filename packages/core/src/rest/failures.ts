import { detailOf } from '../errors/classify.js';
import { ConnectorError, isConnectorError } from '../errors/connector-error.js';
import type { ErrorKind, Outcome } from '../errors/connector-error.js';
import { describeMisread, toPlainCause } from '../errors/misread.js';
import type { Meter } from '../model/metrics.js';
import type { Fault } from './assess.js';
import { conceal } from './conceal.js';
import type { Route } from './route.js';

/** What an error has to know of a request. */
type Asked = {
  readonly route: Pick<Route, 'operation'>;
  readonly context: { readonly signal?: AbortSignal | undefined };
};

/** The errors of requests, each of them counted. */
type Failures = {
  /** Of what happened before a byte left. */
  readonly unsent: (asked: Asked, error: unknown) => ConnectorError;
  /** Of what a port rejects with, which says whether a byte left; anything else proves nothing. */
  readonly lost: (asked: Asked, error: unknown) => ConnectorError;
  readonly failed: (asked: Asked, fault: Fault, cause?: Error) => ConnectorError;
};

export function createFailures({ docs, meter }: { readonly docs: string; readonly meter: Meter }): Failures {
  function translated(asked: Asked, error: unknown, fallback: { kind: ErrorKind; outcome: Outcome }): ConnectorError {
    if (!isConnectorError(error)) {
      return failed(asked, { ...fallback, message: conceal(describeMisread(error), []) }, toPlainCause(error));
    }
    if (error.operation === asked.route.operation) return error;
    const { kind, code, retryAfterMs } = error;
    const told = { kind, outcome: fallback.outcome, retryAfterMs, ...(code !== undefined && { code }) };
    return failed(asked, { ...told, message: conceal(detailOf(error), []) });
  }

  function failed({ route: { operation } }: Asked, { message, ...fault }: Fault, cause?: Error): ConnectorError {
    meter.count(`rest.${fault.kind}`);
    return new ConnectorError(message, { ...fault, operation, docs, cause });
  }

  return {
    unsent: (asked, error) => {
      if (asked.context.signal?.aborted === true)
        return failed(asked, { kind: 'aborted', outcome: 'not-sent', message: 'aborted' });
      return translated(asked, error, { kind: 'invalid-request', outcome: 'not-sent' });
    },
    lost: (asked, error) => {
      const outcome = isConnectorError(error) ? error.outcome : 'unknown';
      return translated(asked, error, { kind: 'network', outcome });
    },
    failed,
  };
}
