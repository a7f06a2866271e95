import type { Answer } from '@hb/connector-core';
import { describe, expect, test } from 'vitest';

import { codes, judge } from '../src/errors.js';
import { fields, payload } from './wire-fixture.js';

function answer(status: number, body?: unknown): Answer {
  return { status, headers: new Map(), body };
}

function verdict(code: number | string, message = '', status = 400): string | undefined {
  const told = judge(answer(status, { code: String(code), msg: message }));
  return told && `${told.kind}, ${told.outcome}`;
}

test('an error keeps its code and the words of the venue', () => {
  expect(judge(answer(400, payload('rest.error')))).toEqual({
    code: '-1121',
    message: 'Invalid symbol.',
    kind: 'invalid-request',
    outcome: 'refused',
  });
});

test('an answer that is no error has no verdict', () => {
  expect([200, 201, 302].map((status) => judge(answer(status, payload('rest.time'))))).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

// https://developers.binance.com/docs/binance-spot-api-docs/errors
test.each([
  [-1000, 'venue-unavailable, unknown'],
  [-1001, 'venue-unavailable, unknown'],
  [-1002, 'auth, refused'],
  [-1003, 'rate-limited, refused'],
  [-1006, 'venue-unavailable, unknown'],
  [-1007, 'venue-unavailable, unknown'],
  [-1008, 'venue-unavailable, unknown'],
  [-1010, 'order-rejected, refused'],
  [-1013, 'invalid-request, refused'],
  [-1014, 'unsupported, refused'],
  [-1015, 'rate-limited, refused'],
  [-1016, 'venue-unavailable, unknown'],
  [-1020, 'unsupported, refused'],
  [-1021, 'clock-skew, refused'],
  [-1022, 'auth, refused'],
  [-1034, 'rate-limited, refused'],
  [-1100, 'invalid-request, refused'],
  [-1101, 'invalid-request, refused'],
  [-1102, 'invalid-request, refused'],
  [-1103, 'invalid-request, refused'],
  [-1104, 'invalid-request, refused'],
  [-1105, 'invalid-request, refused'],
  [-1106, 'invalid-request, refused'],
  [-1108, 'invalid-request, refused'],
  [-1111, 'invalid-request, refused'],
  [-1112, 'order-rejected, refused'],
  [-1114, 'invalid-request, refused'],
  [-1115, 'invalid-request, refused'],
  [-1116, 'invalid-request, refused'],
  [-1117, 'invalid-request, refused'],
  [-1118, 'invalid-request, refused'],
  [-1119, 'invalid-request, refused'],
  [-1120, 'invalid-request, refused'],
  [-1121, 'invalid-request, refused'],
  [-1127, 'invalid-request, refused'],
  [-1128, 'invalid-request, refused'],
  [-1130, 'invalid-request, refused'],
  [-1134, 'invalid-request, refused'],
  [-1135, 'invalid-request, refused'],
  [-1145, 'invalid-request, refused'],
  [-1151, 'invalid-request, refused'],
  [-1182, 'invalid-request, refused'],
  [-1194, 'invalid-request, refused'],
  [-1220, 'invalid-request, refused'],
  [-2008, 'auth, refused'],
  [-2010, 'order-rejected, refused'],
  [-2011, 'order-rejected, refused'],
  [-2013, 'order-not-found, refused'],
  [-2014, 'auth, refused'],
  [-2015, 'auth, refused'],
  [-2026, 'order-not-found, refused'],
  [-2035, 'invalid-request, refused'],
  [-2036, 'invalid-request, refused'],
  [-2038, 'order-rejected, refused'],
  [-2039, 'order-not-found, refused'],
])('%i means %s', (code, meaning) => {
  expect(verdict(code)).toBe(meaning);
});

test('no listed code is left out above', () => {
  const statuses = [403, 418, 429];
  expect(codes.size).toBe(55 + statuses.length);
});

// https://developers.binance.com/docs/binance-spot-api-docs/errors#other-errors
describe('what the engine says decides', () => {
  test.each([
    [-2010, 'Account has insufficient balance for requested action.', 'insufficient-balance, refused'],
    [-2010, 'Duplicate order sent.', 'order-rejected, exists'],
    [-1013, 'Duplicate order sent.', 'order-rejected, exists'],
    [-2010, 'Order would immediately match and take.', 'order-rejected, refused'],
    [-2010, 'Market is closed.', 'order-rejected, refused'],
    [-2010, 'Price * QTY is zero or less.', 'order-rejected, refused'],
    [-1013, 'Filter failure: PERCENT_PRICE_BY_SIDE', 'invalid-request, refused'],
    [-2010, 'Filter failure: MAX_NUM_ORDERS', 'order-rejected, refused'],
    [-2010, 'Market orders are not supported for this symbol.', 'unsupported, refused'],
    [-2010, 'Quote order qty market orders are not support for this symbol.', 'unsupported, refused'],
    [-2010, 'Unsupported order combination', 'unsupported, refused'],
    [-2010, 'This action is disabled on this account.', 'auth, refused'],
    [-2011, 'This account may not place or cancel orders.', 'auth, refused'],
    [-2010, 'This symbol is not permitted for this account.', 'auth, refused'],
    [-2010, 'This symbol is restricted for this account.', 'auth, refused'],
    [-2010, 'Rest API trading is not enabled.', 'auth, refused'],
    [-2011, 'Unknown order sent.', 'order-not-found, unknown'],
    [-2038, 'Unknown order sent.', 'order-not-found, unknown'],
    [-2011, 'Order was not canceled due to cancel restrictions.', 'order-rejected, refused'],
    [-2038, 'Order amend (quantity increase) is not supported.', 'unsupported, refused'],
    [-2038, 'The requested action would change no state; rejecting', 'order-rejected, refused'],
  ])('%i "%s": %s', (code, message, meaning) => {
    expect(verdict(code, message)).toBe(meaning);
  });

  test('only with the codes that it shares', () => {
    expect(verdict(-1102, 'Duplicate order sent.')).toBe('invalid-request, refused');
  });
});

describe('nothing is proved', () => {
  test.each([
    ['by a code that is not listed', 400, -9_999, 'invalid-request, unknown'],
    ['by a code that every object has as a member', 400, 'constructor', 'invalid-request, unknown'],
    ['by a 5xx with any code', 503, -2_010, 'venue-unavailable, unknown'],
    ['by a 5xx with a code that is not listed', 500, -1, 'venue-unavailable, unknown'],
  ])('%s', (_, status, code, meaning) => {
    expect(verdict(code, 'Duplicate order sent.', status)).toBe(meaning);
  });

  test.each([
    [403, 'rate-limited', 'unknown'],
    [404, 'invalid-request', 'unknown'],
    [502, 'venue-unavailable', 'unknown'],
  ])('by a page of status %i', (status, kind, outcome) => {
    expect(judge(answer(status, '<html>'))).toEqual({ code: String(status), message: 'no error code', kind, outcome });
  });
});

test.each([418, 429])('a limit answered with status %i alone is a refusal', (status) => {
  const told = { code: String(status), message: 'no error code', kind: 'rate-limited', outcome: 'refused' };
  expect(judge(answer(status))).toEqual(told);
});

test('a limit with a code that is not listed is one all the same', () => {
  expect(verdict(-1, 'Slow down.', 429)).toBe('rate-limited, refused');
});

test('a ban over the socket says how long it lasts', () => {
  expect(judge(answer(418, fields('ws.response.banned')['error']))).toEqual({
    code: '-1003',
    message:
      'Way too much request weight used; IP banned until 1659146400000. Please use WebSocket Streams for live updates to avoid bans.',
    kind: 'rate-limited',
    outcome: 'refused',
    retryAfterMs: 3_492_469,
  });
});

test('other data of an error do not hide its code', () => {
  const body = { code: '-2021', msg: 'Order cancel-replace partially failed.', data: { cancelResult: 'FAILURE' } };
  expect(judge(answer(409, body))?.code).toBe('-2021');
});
