import type { Answer, Endpoint } from '@hb/connector-core';
import { describe, expect, test } from 'vitest';

import { codes, judge, meaningOf } from '../src/errors.js';

const query: Endpoint = { at: 'GET /api/v1/hf/orders/{orderId}' };
const command: Endpoint = { at: 'POST /api/v1/hf/orders', lane: 'order' };

function answer(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers: new Map(Object.entries(headers)), body };
}
const failure = (code: string, msg = 'words', status = 200): Answer => answer(status, { code, msg });

describe('an answer is no error', () => {
  test.each([
    ['with the code of success', answer(200, { code: '200000', data: {} })],
    ['without any code', answer(200, [])],
  ])('%s', (_, told) => {
    expect(judge(told, query)).toBeUndefined();
  });
});

test.each([...codes].filter(([code]) => code.length === 6))('code %s means what is listed', (code, meaning) => {
  expect(judge(failure(code), query)).toEqual({ code, message: 'words', ...meaning });
});

describe('the words of an error say more', () => {
  test.each([
    ['validation.createOrder.clientOidDuplicated', command, 'order-rejected', 'exists'],
    ['The order does not exist.', query, 'order-not-found', 'refused'],
    ['order_not_exist_or_not_allow_to_cancel', { ...command, lane: 'cancel' as const }, 'order-not-found', 'unknown'],
    ['account.available.amount', command, 'insufficient-balance', 'refused'],
    ['Balance insufficient!', command, 'insufficient-balance', 'refused'],
    ['too many requests', command, 'rate-limited', 'refused'],
    ['Price increment invalid.', command, 'invalid-request', 'refused'],
  ] as const)('%s', (msg, at, kind, outcome) => {
    expect(judge(failure('400100', msg), at)).toMatchObject({ code: '400100', message: msg, kind, outcome });
  });

  test('but only where a code has several meanings', () => {
    expect(judge(failure('400003', 'too many requests'), query)).toMatchObject({ kind: 'auth' });
    expect(meaningOf('anything else')).toBeUndefined();
  });
});

describe('nothing is proved', () => {
  test.each([
    ['by a code that is not listed', failure('600100'), 'invalid-request'],
    ['by a code that every object has as a member', failure('constructor'), 'invalid-request'],
    ['by an error of the server', failure('500000', 'Internal Server Error', 500), 'venue-unavailable'],
    ['by a listed refusal with an error of the server', failure('200004', 'words', 502), 'venue-unavailable'],
    ['by the firewall', answer(403, '<html>'), 'rate-limited'],
    ['by a gateway', answer(503, undefined), 'venue-unavailable'],
  ])('%s', (_, told, kind) => {
    expect(judge(told, command)).toMatchObject({ kind, outcome: 'unknown' });
  });

  test('by success with a status that is none', () => {
    expect(judge(failure('200000', 'words', 404), command)).toMatchObject({ outcome: 'unknown' });
  });
});

describe('a limit', () => {
  test.each([
    ['ends when the header says', { 'gw-ratelimit-reset': '1234' }, { retryAfterMs: 1_234 }],
    ['ends at an unknown time without it', {}, {}],
    ['ends at an unknown time when it is no number', { 'gw-ratelimit-reset': 'soon' }, {}],
  ])('%s', (_, headers, more) => {
    const told = answer(429, { code: '429000', msg: 'Too many requests' }, headers);
    const meaning = { code: '429000', message: 'Too many requests', kind: 'rate-limited', outcome: 'refused' };
    expect(judge(told, command)).toEqual({ ...meaning, ...more });
  });
});
