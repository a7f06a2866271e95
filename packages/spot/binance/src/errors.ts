import type { Answer, ErrorKind, Verdict } from '@hb/connector-core';
import * as v from 'valibot';

import * as wire from './wire.js';

type Meaning = Pick<Verdict, 'kind' | 'outcome'>;
const refused = (kind: ErrorKind): Meaning => ({ kind, outcome: 'refused' });
const unknown = (kind: ErrorKind): Meaning => ({ kind, outcome: 'unknown' });

/** By meaning, codes and the statuses of answers without one; what is not here proves nothing about an order. @see https://developers.binance.com/docs/binance-spot-api-docs/errors */
const meanings: readonly (readonly [meaning: Meaning, codes: readonly number[]])[] = [
  [unknown('venue-unavailable'), [-1000, -1001, -1006, -1007, -1008, -1016]],
  [refused('auth'), [-1002, -1022, -2008, -2014, -2015]], // -2008: https://github.com/binance/binance-signature-examples/issues/17
  [refused('rate-limited'), [-1003, -1015, -1034, 418, 429]],
  [unknown('rate-limited'), [403]], // the firewall
  [refused('clock-skew'), [-1021]],
  [refused('unsupported'), [-1014, -1020]],
  [refused('order-rejected'), [-1010, -1112, -2010, -2011, -2038]], // by the engine, which says more: `messages`
  [refused('order-not-found'), [-2013, -2026, -2039]], // by a query
  [refused('invalid-request'), [-1013, -1100, -1101, -1102, -1103, -1104, -1105, -1106, -1108, -1111, -1114, -1115]],
  [refused('invalid-request'), [-1116, -1117, -1118, -1119, -1120, -1121, -1127, -1128, -1130, -1134, -1135, -1145]],
  [refused('invalid-request'), [-1151, -1182, -1194, -1220, -2035, -2036]],
];
/** The same by code: `-2013` is `{ kind: 'order-not-found', outcome: 'refused' }`. @see https://developers.binance.com/docs/binance-spot-api-docs/errors */
export const codes: ReadonlyMap<string, Meaning> = new Map(
  meanings.flatMap(([meaning, listed]) => listed.map((code) => [String(code), meaning])),
);

/** What the engine says with these codes. @see https://developers.binance.com/docs/binance-spot-api-docs/errors#other-errors */
const spoken = ['-1010', '-1013', '-2010', '-2011', '-2038'];
const messages: readonly (readonly [message: RegExp, meaning: Meaning])[] = [
  [/^Unknown order sent/, unknown('order-not-found')],
  [/^Duplicate order sent/, { kind: 'order-rejected', outcome: 'exists' }],
  [/insufficient balance/, refused('insufficient-balance')],
  [/[Tt]his account|trading is not enabled/, refused('auth')],
  [/not support(?:ed)?\b|^Unsupported/, refused('unsupported')],
];

/** Of `{ "code": -2013, "msg": "Order does not exist." }`. A 5xx proves nothing, whatever its code. @see https://developers.binance.com/docs/binance-spot-api-docs/rest-api/http-return-codes */
export function judge({ status, body }: Answer): Verdict | undefined {
  if (status < 400) return undefined;
  const told = v.safeParse(wire.Failure, body);
  const { code, msg, data } = told.success ? told.output : { code: String(status), msg: 'no error code' };
  const said = spoken.includes(code) ? messages.find(([message]) => message.test(msg))?.[1] : undefined;
  const listed = said ?? codes.get(code) ?? codes.get(String(status)) ?? unknown('invalid-request');
  const meaning = status < 500 ? listed : unknown('venue-unavailable');
  const wait = data && { retryAfterMs: Math.max(data.retryAfter - data.serverTime, 0) };
  return { code, message: msg, ...meaning, ...wait };
}
