import type { Answer } from '@hb/connector-core';
import { expect, test } from 'vitest';

import { judge, judgeOne } from '../src/errors.js';
import { fields, payload } from './wire-fixture.js';

function answer(status: number, body: unknown): Answer {
  return { status, headers: new Map(), body };
}

function meaning(status: number, code: string): string {
  const verdict = judge(answer(status, fields('rest.error', { code })));
  return `${verdict?.kind ?? '-'} ${verdict?.outcome ?? '-'}`;
}

test('an answer below 400 is no failure', () => {
  expect(judge(answer(200, { code: '200', msg: 'success' }))).toBe(undefined);
});

test('a failure is told in the words of the venue', () => {
  expect(judge(answer(400, payload('rest.error')))).toEqual({
    ...{ code: '-1121', message: 'Invalid symbol.', kind: 'invalid-request', outcome: 'refused' },
  });
});

test.each([
  ['-1007', 'venue-unavailable unknown'],
  ['-1021', 'clock-skew refused'],
  ['-1022', 'auth refused'],
  ['-1003', 'rate-limited refused'],
  ['-2011', 'order-not-found unknown'],
  ['-2013', 'order-not-found refused'],
  ['-2019', 'insufficient-balance refused'],
  ['-2022', 'order-rejected refused'],
  ['-4046', 'invalid-request refused'],
  ['-4061', 'invalid-request refused'],
  ['-4116', 'order-rejected exists'],
  ['-4164', 'order-rejected refused'],
  ['-5021', 'order-rejected refused'],
  ['-5022', 'order-rejected refused'],
])('%s is %s', (code, expected) => {
  expect(meaning(400, code)).toBe(expected);
});

test('an unlisted code proves nothing, and neither does a 5xx with any code', () => {
  expect([meaning(400, '-9999'), meaning(503, '-2022')]).toEqual([
    ...['invalid-request unknown', 'venue-unavailable unknown'],
  ]);
});

test('a status without a code counts by itself', () => {
  const kinds = [403, 418, 429, 404].map((status) => judge(answer(status, '<html>'))?.kind);
  expect(kinds).toEqual(['rate-limited', 'rate-limited', 'rate-limited', 'invalid-request']);
});

test('of a batch each refusal counts by itself', () => {
  expect(judgeOne({ code: '-2022', msg: 'ReduceOnly Order is rejected.' })).toEqual({
    ...{ code: '-2022', message: 'ReduceOnly Order is rejected.', kind: 'order-rejected', outcome: 'refused' },
  });
  expect(judgeOne({ code: '-9', msg: 'new' }).outcome).toBe('unknown');
  expect(judgeOne({ code: 'constructor', msg: 'new' }).outcome).toBe('unknown');
});
