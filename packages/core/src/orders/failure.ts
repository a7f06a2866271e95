import { detailOf } from '../errors/classify.js';
import { ConnectorError } from '../errors/connector-error.js';
import type { Failure } from './record.js';

/** An error as the journal keeps it: without its cause, which may hold anything. */
export function toFailure(error: ConnectorError): Failure {
  return {
    kind: error.kind,
    outcome: error.outcome,
    operation: error.operation,
    message: detailOf(error),
    ...(error.code !== undefined && { code: error.code }),
  };
}

/** The error that a failure was made from, as far as it was kept. */
export function fromFailure({ message, ...rest }: Failure, clientOrderId: string): ConnectorError {
  return new ConnectorError(message, { ...rest, clientOrderId });
}
