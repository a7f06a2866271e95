import type { Answer, Endpoint, ErrorKind, Verdict } from '@hb/connector-core';
import * as v from 'valibot';

import * as wire from './wire.js';

type Meaning = Pick<Verdict, 'kind' | 'outcome'>;
const refused = (kind: ErrorKind): Meaning => ({ kind, outcome: 'refused' });
const unknown = (kind: ErrorKind): Meaning => ({ kind, outcome: 'unknown' });

/** By meaning, codes and the statuses of answers without one; what is not here proves nothing about an order. @see https://www.kucoin.com/docs/basic-info/errors-code/spot-errors-code, https://www.kucoin.com/docs-new/error-code/websocket */
const meanings: readonly (readonly [meaning: Meaning, codes: readonly number[]])[] = [
  [refused('order-rejected'), [200001, 200002, 200003, 400200, 400600, 400800, 600203]],
  [refused('insufficient-balance'), [200004]],
  [refused('auth'), [200009, 400001, 400003, 400004, 400005, 400006, 400007, 400008, 400009, 400010, 401]],
  [refused('auth'), [400201, 400202, 400301, 400500, 400700, 411100]], // a partner, a region, a risk, a frozen user
  [refused('clock-skew'), [400002]],
  [refused('invalid-request'), [400100, 400400, 415000]],
  [refused('unsupported'), [404000, 405]],
  [refused('rate-limited'), [429000, 429]],
  [unknown('rate-limited'), [403]], // the firewall
  [unknown('venue-unavailable'), [500000, 500, 503]],
];
/** The same by code: `200004` is `{ kind: 'insufficient-balance', outcome: 'refused' }`. @see https://www.kucoin.com/docs/basic-info/errors-code/spot-errors-code */
export const codes: ReadonlyMap<string, Meaning> = new Map(
  meanings.flatMap(([meaning, listed]) => listed.map((code) => [String(code), meaning])),
);

/** What some of them say besides. Duplicates: https://github.com/JKorf/Kucoin.Net/issues/120 */
const messages: readonly (readonly [message: RegExp, meaning: Meaning])[] = [
  [/clientOidDuplicated/, { kind: 'order-rejected', outcome: 'exists' }],
  [/order[ _]?(?:does )?not[ _]?exist/i, refused('order-not-found')],
  [/account\.available\.amount|balance insufficient/i, refused('insufficient-balance')],
  [/too many requests/i, refused('rate-limited')],
];

/** Of the venue's words alone, which is all that a batch tells. @see https://www.kucoin.com/docs-new/api-3470168 */
export const meaningOf = (message: string): Meaning | undefined => messages.find(([said]) => said.test(message))?.[1];

/** Of `{ "code": "400100", "msg": "order_not_exist_or_not_allow_to_cancel" }`, with status 200. For a command, not to be found proves nothing; nor does a 5xx, whatever its code. @see https://www.kucoin.com/docs/basic-info/errors-code/spot-errors-code */
export function judge({ status, headers, body }: Answer, { lane = 'data' }: Endpoint): Verdict | undefined {
  const told = v.safeParse(wire.Failure, body);
  if (!told.success && !codes.has(String(status))) return undefined;
  const { code, msg } = told.success ? told.output : { code: String(status), msg: 'no error code' };
  if (code === '200000' && status < 400) return undefined;
  const said = /^(?:200002|400100)$/.test(code) ? meaningOf(msg) : undefined;
  const listed = said ?? codes.get(code) ?? unknown('invalid-request');
  const isProof = status < 500 && (listed.kind !== 'order-not-found' || lane === 'data');
  const meaning = isProof ? listed : unknown(status < 500 ? listed.kind : 'venue-unavailable');
  const reset = meaning.kind === 'rate-limited' ? (headers.get('gw-ratelimit-reset') ?? '') : ''; // in ms. https://www.kucoin.com/docs-new/rate-limit
  return { code, message: msg, ...meaning, ...(/^\d{1,9}$/.test(reset) && { retryAfterMs: Number(reset) }) };
}
