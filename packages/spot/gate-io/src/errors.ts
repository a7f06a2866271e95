import type { Answer, Endpoint, ErrorKind, Verdict } from '@hb/connector-core';
import * as v from 'valibot';

import * as wire from './wire.js';

type Meaning = Pick<Verdict, 'kind' | 'outcome'>;
const refused = (kind: ErrorKind): Meaning => ({ kind, outcome: 'refused' });
const unknown = (kind: ErrorKind): Meaning => ({ kind, outcome: 'unknown' });

/** By meaning: labels, the codes of subscriptions and the statuses of answers without a label; what is not here proves nothing about an order. @see https://www.gate.com/docs/developers/apiv4/en/#label-list, https://www.gate.com/docs/developers/apiv4/ws/en/#error */
const meanings: readonly (readonly [meaning: Meaning, labels: readonly string[]])[] = [
  [refused('invalid-request'), ['INVALID_PARAM_VALUE', 'INVALID_PROTOCOL', 'INVALID_ARGUMENT', 'INVALID_REQUEST_BODY']],
  [refused('invalid-request'), ['MISSING_REQUIRED_PARAM', 'BAD_REQUEST', 'INVALID_CONTENT_TYPE', 'NOT_ACCEPTABLE']],
  [refused('invalid-request'), ['METHOD_NOT_ALLOWED', 'NOT_FOUND', '1', '2']],
  [refused('auth'), ['INVALID_CREDENTIALS', 'INVALID_KEY', 'IP_FORBIDDEN', 'READ_ONLY', 'INVALID_SIGNATURE', '4']],
  [refused('auth'), ['MISSING_REQUIRED_HEADER', 'ACCOUNT_LOCKED', 'FORBIDDEN', 'SUB_ACCOUNT_LOCKED', '401']],
  [refused('clock-skew'), ['REQUEST_EXPIRED']],
  [refused('invalid-request'), ['INVALID_PRECISION', 'INVALID_CURRENCY', 'INVALID_CURRENCY_PAIR', 'NO_CHANGE']],
  [refused('invalid-request'), ['AMOUNT_TOO_LITTLE', 'AMOUNT_TOO_MUCH', 'TOO_MANY_CURRENCY_PAIRS', 'TOO_MANY_ORDERS']],
  [refused('invalid-request'), ['MIXED_ACCOUNT_TYPE', 'INVALID_CLIENT_ORDER_ID']],
  [refused('order-rejected'), ['POC_FILL_IMMEDIATELY', 'FOK_NOT_FILL', 'ORDER_CLOSED', 'ORDER_CANCELLED']],
  [refused('order-rejected'), ['TRADE_RESTRICTED', 'INITIAL_MARGIN_TOO_LOW', 'ORDER_BOOK_NOT_FOUND']],
  [refused('order-not-found'), ['ORDER_NOT_FOUND', 'CLIENT_ID_NOT_FOUND']], // https://github.com/gateio/gateapi-go/issues/41
  [refused('insufficient-balance'), ['BALANCE_NOT_ENOUGH', 'QUANTITY_NOT_ENOUGH', 'MARGIN_BALANCE_NOT_ENOUGH']],
  [refused('unsupported'), ['MARGIN_NOT_SUPPORTED']],
  [{ kind: 'order-rejected', outcome: 'exists' }, ['REPEATED_CREATION']],
  [unknown('order-rejected'), ['CANCEL_FAIL']],
  [refused('rate-limited'), ['TOO_MANY_REQUESTS', '429']],
  [unknown('venue-unavailable'), ['INTERNAL', 'SERVER_ERROR', 'INTERNAL_SERVER_ERROR', 'TOO_BUSY']],
  [unknown('venue-unavailable'), ['FAILED_RETRIEVE_ASSETS', '3']],
];
/** The same by label: `ORDER_NOT_FOUND` is `{ kind: 'order-not-found', outcome: 'refused' }`. @see https://www.gate.com/docs/developers/apiv4/en/#label-list */
export const labels: ReadonlyMap<string, Meaning> = new Map(
  meanings.flatMap(([meaning, listed]) => listed.map((label) => [label, meaning])),
);

/** Of `{ "label": "ORDER_NOT_FOUND", "message": "Order not found" }`. A 5xx proves nothing, whatever its label. @see https://www.gate.com/docs/developers/apiv4/en/#error-handling */
export function judge({ status, body }: Answer, at: Endpoint): Verdict | undefined {
  if (status < 400) return undefined;
  const told = v.safeParse(wire.Failure, body);
  const verdict = toVerdict(told.success ? told.output : { label: String(status) }, at, labels.get(String(status)));
  return status < 500 ? verdict : { ...verdict, ...unknown('venue-unavailable') };
}

type Told = Partial<wire.Failure> & Pick<wire.Failure, 'label'>;
/** What a label means; `or` where it is not listed. A command that did not find its order proves nothing about it. */
export function toVerdict({ label, detail = 'no word', message = detail }: Told, at: Endpoint, or?: Meaning): Verdict {
  const { kind, outcome } = labels.get(label) ?? or ?? unknown('invalid-request');
  const isDoubtful = kind === 'order-not-found' && at.lane !== undefined;
  return { code: label, message, kind, outcome: isDoubtful ? 'unknown' : outcome };
}
