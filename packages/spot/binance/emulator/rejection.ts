import { refuse, type Refusal, type Refused, type VenueRefusal } from '@hb/connector-testkit';

/** The venue's code for a command that its engine turned down. */
type RejectionCode = -2010 | -2011 | -2038;

/** Reasons that a rejected order names on the user stream. https://developers.binance.com/docs/binance-spot-api-docs/user-data-stream#order-reject-reason */
export const rejectReasons: Readonly<Record<string, string>> = {
  'Account has insufficient balance for requested action.': 'INSUFFICIENT_BALANCES',
  'Order would immediately match and take.': 'WOULD_MATCH_IMMEDIATELY',
};

/** https://developers.binance.com/docs/binance-spot-api-docs/errors#other-errors */
const messages: Readonly<Record<Refusal, string>> = {
  'unknown-market': 'Invalid symbol.',
  'market-closed': 'Market is closed.',
  'insufficient-balance': 'Account has insufficient balance for requested action.',
  'duplicate-client-id': 'Duplicate order sent.',
  'would-take': 'Order would immediately match and take.',
  'unknown-order': 'Unknown order sent.',
  'order-closed': 'Unknown order sent.',
  'invalid-amount': 'Price * QTY is zero or less.',
  'invalid-price': 'Price * QTY is zero or less.',
  'position-side': 'Unsupported order combination',
  'reduce-only': 'Unsupported order combination',
};

/** A closed market turns orders away before its engine sees them. */
export function toRejection({ refusal }: Refused, code: RejectionCode): VenueRefusal {
  const isEarly = refusal === 'market-closed' && code === -2010;
  return refuse(isEarly ? -1013 : code, messages[refusal]);
}

/** The body of a refusal, as REST sends it and as the `error` of a WebSocket API answer. https://developers.binance.com/docs/binance-spot-api-docs/errors */
export function toErrorBody({ code, message, details }: VenueRefusal): Record<string, unknown> {
  return { code, msg: message, ...(details.data !== undefined && { data: details.data }) };
}
