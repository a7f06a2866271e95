/** What the venue answers instead of a result: `{ "code": -1121, "msg": "Invalid symbol." }` with an HTTP status. */
export type Refusal = Error & { readonly code: number; readonly status: number; readonly details: RefusalDetails };

type RefusalDetails = {
  /** Goes into the body beside `code` and `msg`. */
  readonly data?: unknown;
  /** When the next request may be sent: seconds in a header by REST, a time in `data` by WebSocket. */
  readonly retryAt?: number;
};

/** A refusal to throw. Status 400 unless the documentation names another. https://developers.binance.com/docs/binance-spot-api-docs/errors */
export function refuse(code: number, message: string, status = 400, details: RefusalDetails = {}): Refusal {
  return Object.assign(new Error(message), { code, status, details });
}

export function isRefusal(error: unknown): error is Refusal {
  return error instanceof Error && 'code' in error && 'status' in error && 'details' in error;
}

/** The body of a refusal, as REST sends it and as the `error` of a WebSocket API answer. */
export function toErrorBody(refusal: Refusal): Record<string, unknown> {
  const { code, message, details } = refusal;
  return { code, msg: message, ...(details.data !== undefined && { data: details.data }) };
}
