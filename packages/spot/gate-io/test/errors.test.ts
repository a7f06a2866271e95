import type { Answer, Endpoint } from '@hb/connector-core';
import { describe, expect, test } from 'vitest';

import { commands, endpoints } from '../src/endpoints.js';
import { judge, labels, toVerdict } from '../src/errors.js';
import { payload } from './wire-fixture.js';

const { place, cancel } = commands.rest;

function answer(status: number, body?: unknown): Answer {
  return { status, headers: new Map(), body };
}

function verdict(label: string, status = 400, at: Endpoint = place): string | undefined {
  const told = judge(answer(status, { label, message: '' }), at);
  return told && `${told.kind}, ${told.outcome}`;
}

test('an error keeps its label and the words of the venue', () => {
  expect(judge(answer(400, payload('rest.error')), place)).toEqual({
    code: 'INVALID_PARAM_VALUE',
    message: 'Invalid parameter `text` with value: abc',
    kind: 'invalid-request',
    outcome: 'refused',
  });
  const detailed = judge(answer(400, { label: 'INVALID_ARGUMENT', detail: 'invalid size' }), place);
  expect(detailed?.message).toBe('invalid size');
});

test('an answer that is no error has no verdict', () => {
  expect([200, 201, 302].map((status) => judge(answer(status, payload('rest.time')), place))).toEqual([
    ...[undefined, undefined, undefined],
  ]);
});

// https://www.gate.com/docs/developers/apiv4/en/#label-list
test('labels mean what they say', () => {
  const meanings: Record<string, string[]> = {};
  for (const [label, { kind, outcome }] of labels) (meanings[`${kind}, ${outcome}`] ??= []).push(label);
  expect(meanings).toMatchObject({
    'auth, refused': expect.arrayContaining(['INVALID_KEY', 'INVALID_SIGNATURE', 'IP_FORBIDDEN', 'READ_ONLY', '401']),
    'clock-skew, refused': ['REQUEST_EXPIRED'],
    'insufficient-balance, refused': expect.arrayContaining(['BALANCE_NOT_ENOUGH']),
    'invalid-request, refused': expect.arrayContaining([
      'INVALID_PARAM_VALUE',
      'INVALID_PRECISION',
      'AMOUNT_TOO_LITTLE',
    ]),
    'order-not-found, refused': ['ORDER_NOT_FOUND', 'CLIENT_ID_NOT_FOUND'],
    'order-rejected, exists': ['REPEATED_CREATION'],
    'order-rejected, refused': expect.arrayContaining(['POC_FILL_IMMEDIATELY', 'FOK_NOT_FILL']),
    'order-rejected, unknown': ['CANCEL_FAIL'],
    'rate-limited, refused': expect.arrayContaining(['TOO_MANY_REQUESTS', '429']),
    'venue-unavailable, unknown': expect.arrayContaining(['INTERNAL', 'SERVER_ERROR', 'TOO_BUSY']),
  });
});

describe('nothing is proved', () => {
  test.each([
    ['by a label that is not listed', 'NO_SUCH_LABEL', 400, 'invalid-request, unknown'],
    ['by a name that every object has', 'toString', 400, 'invalid-request, unknown'],
    ['by a 5xx with any label', 'BALANCE_NOT_ENOUGH', 503, 'venue-unavailable, unknown'],
    ['by a 5xx with a label that is not listed', 'NO_SUCH_LABEL', 500, 'venue-unavailable, unknown'],
  ])('%s', (_, label, status, meaning) => {
    expect(verdict(label, status)).toBe(meaning);
  });

  test('by a page', () => {
    expect(judge(answer(502, '<html>'), place)).toMatchObject({ code: '502', kind: 'venue-unavailable' });
    expect(judge(answer(404, '<html>'), place)).toMatchObject({ code: '404', outcome: 'unknown' });
  });

  test('of an order by a command that did not find it', () => {
    expect(verdict('ORDER_NOT_FOUND', 404, cancel)).toBe('order-not-found, unknown');
    expect(verdict('ORDER_NOT_FOUND', 404, endpoints.order)).toBe('order-not-found, refused');
  });
});

test.each([
  [429, 'rate-limited'],
  [401, 'auth'],
])('status %i is a refusal even without a label that is listed', (status, kind) => {
  expect(judge(answer(status), place)).toMatchObject({ kind, outcome: 'refused' });
  expect(verdict('NO_SUCH_LABEL', status)).toBe(`${kind}, refused`);
});

test('a label without a word has one', () => {
  expect(toVerdict({ label: 'ORDER_CLOSED' }, place)).toMatchObject({ message: 'no word', kind: 'order-rejected' });
});
