/** What went wrong, in the caller's terms. */
export type ErrorKind =
  | 'auth'
  | 'clock-skew'
  | 'rate-limited'
  | 'insufficient-balance'
  | 'order-not-found'
  | 'order-rejected'
  | 'unsupported'
  | 'invalid-request'
  | 'bad-response'
  | 'venue-unavailable'
  | 'network'
  | 'aborted';

/** Whether the venue acted: `not-sent` is proved locally, `refused` was said by the venue, all else is `unknown`. */
export type Outcome = 'not-sent' | 'refused' | 'unknown';

/** What a `ConnectorError` says besides its message; `docs` is linked at the end of it. */
export type ConnectorErrorOptions = {
  readonly kind: ErrorKind;
  readonly outcome: Outcome;
  readonly operation: string;
  readonly code?: string | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly clientOrderId?: string | undefined;
  readonly docs?: string | undefined;
  readonly cause?: unknown;
};

const marker = Symbol.for('@hb/connector-error');

/** The one error class. `kind` decides what to tell a person, `outcome` what happens to an order. */
export class ConnectorError extends Error {
  override readonly name = 'ConnectorError';
  readonly kind: ErrorKind;
  readonly outcome: Outcome;
  /** What was attempted: `binance POST /api/v3/order`. */
  readonly operation: string;
  /** The venue's own code. */
  readonly code: string | undefined;
  readonly retryAfterMs: number | undefined;
  /** Set when `place` rejects, so that the order can be looked up. */
  readonly clientOrderId: string | undefined;

  constructor(message: string, options: ConnectorErrorOptions) {
    const text = options.docs === undefined ? message : `${message}\nSee: ${options.docs}`;
    super(`${options.operation}: ${text}`, options.cause === undefined ? undefined : { cause: options.cause });
    this.kind = options.kind;
    this.outcome = options.outcome;
    this.operation = options.operation;
    this.code = options.code;
    this.retryAfterMs = options.retryAfterMs;
    this.clientOrderId = options.clientOrderId;
    Object.defineProperty(this, marker, { value: true });
  }
}

/** Whether `error` is a `ConnectorError`, also one of another copy of this package, and of `kind` when that is given. */
export function isConnectorError(error: unknown, kind?: ErrorKind): error is ConnectorError {
  if (!(error instanceof Error) || !(marker in error)) return false;
  return kind === undefined || ('kind' in error && error.kind === kind);
}
