import type { WireAnswer } from '@hb/connector-testkit';

/** An answer that is no good one: `{ "code": -2013, "msg": "Order does not exist." }`. */
export function toFailure(status: number, code: number, msg: string, retryAfterSeconds?: number): WireAnswer {
  const body = JSON.stringify({ code, msg });
  return {
    status,
    body,
    ...(retryAfterSeconds !== undefined && { headers: { 'retry-after': `${retryAfterSeconds}` } }),
  };
}

/** What every product answers when things go wrong, for simulations. https://developers.binance.com/docs/binance-spot-api-docs/errors */
export const failures = {
  /** They prove nothing about an order. */
  unknown: [
    toFailure(503, -1000, 'Unknown error, please check your request or try again later.'),
    toFailure(500, -1006, 'An unexpected response was received from the message bus. Execution status unknown.'),
    toFailure(
      408,
      -1007,
      'Timeout waiting for response from backend server. Send status unknown; execution status unknown.',
    ),
  ],
  unlisted: toFailure(400, -9876, 'This code is in no documentation.'),
  noOrder: toFailure(400, -2013, 'Order does not exist.'),
  nothingToCancel: toFailure(400, -2011, 'Unknown order sent.'),
} as const;
