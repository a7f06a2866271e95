import type { Answer, ErrorKind, Verdict } from '@hb/connector-core';
import * as v from 'valibot';

import * as wire from './wire.js';

type Meaning = Pick<Verdict, 'kind' | 'outcome'>;
const refused = (kind: ErrorKind): Meaning => ({ kind, outcome: 'refused' });
const unknown = (kind: ErrorKind): Meaning => ({ kind, outcome: 'unknown' });

/** By the venue's name of the error: how its text begins, and what it means. @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/error-responses */
const errors: readonly (readonly [code: string, text: RegExp, meaning: Meaning])[] = [
  ['Tick', /^Price must be divisible by tick size/, refused('invalid-request')],
  ['MinTradeNtl', /^Order must have minimum value of/, refused('invalid-request')],
  ['PerpMargin', /^Insufficient margin to place order/, refused('insufficient-balance')],
  ['ReduceOnly', /^Reduce only order would increase position/, refused('order-rejected')],
  ['BadAloPx', /^Post only order would have immediately matched/, refused('order-rejected')],
  ['IocCancel', /^Order could not immediately match against any resting orders/, refused('order-rejected')],
  ['PositionIncreaseAtOpenInterestCap', /^Order would increase open interest while/, refused('order-rejected')],
  ['TooAggressiveAtOpenInterestCap', /^Order rejected due to price more aggressive/, refused('order-rejected')],
  ['OpenInterestIncrease', /^Order would increase open interest too quickly/, refused('order-rejected')],
  ['Oracle', /^Order price too far from oracle/, refused('order-rejected')],
  ['PerpMaxPosition', /^Order would cause position to exceed margin tier limit/, refused('order-rejected')],
  ['InvalidSize', /^Order has (?:zero|invalid) size/, refused('invalid-request')],
  ['InvalidPrice', /^Order has invalid price/, refused('invalid-request')],
  ['InvalidLeverage', /^Invalid leverage value/, refused('invalid-request')],
  ['MissingOrder', /^Order was never placed, already canceled, or filled/, unknown('order-not-found')],
  ['MissingOrder', /^Cannot modify canceled or filled order/, unknown('order-not-found')],
  ['Unauthorized', /^(?:L1 error: )?User or API Wallet 0x[0-9a-f]+ does not exist/, refused('auth')],
  ['NoDeposit', /^Must deposit before performing actions/, refused('auth')],
  ['VaultNotRegistered', /^Vault not registered/, refused('auth')],
  ['RateLimited', /^Too many cumulative requests sent/, refused('rate-limited')],
  // The words are not documented: an order that came after `expiresAfter`.
  ['Expired', /\bexpire[ds]/i, refused('clock-skew')],
  // Twice the same nonce may be twice the same request.
  ['InvalidNonce', /^Invalid nonce/, unknown('invalid-request')],
];

/** Of answers without a text of their own. @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/rate-limits-and-user-limits */
const statuses: Readonly<Record<number, Meaning>> = {
  ...{ 403: unknown('rate-limited'), 422: refused('invalid-request'), 429: refused('rate-limited') },
};

/** Of one order: `Insufficient margin to place order. asset=0`. A text that is not listed proves nothing. */
export function judgeOne(message: string): Verdict {
  const [code, , meaning] = errors.find(([, text]) => text.test(message)) ?? [];
  return { code: code ?? 'unlisted', message, ...(meaning ?? unknown('invalid-request')) };
}

/** Of `{ "status": "err", "response": "…" }` and of one `{ "error": "…" }` alone, both with HTTP 200. */
export function judge({ status, body }: Answer): Verdict | undefined {
  if (status >= 400) {
    const meaning = statuses[status] ?? unknown(status >= 500 ? 'venue-unavailable' : 'invalid-request');
    return { code: String(status), message: typeof body === 'string' ? body : 'no answer', ...meaning };
  }
  const failure = v.safeParse(wire.Failure, body);
  if (failure.success) return judgeOne(failure.output.response);
  const alone = v.safeParse(wire.FailedAlone, body);
  return alone.success ? judgeOne(alone.output.response.data.statuses[0].error) : undefined;
}
