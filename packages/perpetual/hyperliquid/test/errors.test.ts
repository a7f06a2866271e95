import { expect, test } from 'vitest';

import { judge } from '../src/errors.js';
import { payload } from './api.js';

const answer = (body: unknown, status = 200) => judge({ status, headers: new Map(), body });

test.each([
  ['rest.order.error', 'MinTradeNtl', 'invalid-request', 'refused'],
  ['rest.cancel.error', 'MissingOrder', 'order-not-found', 'unknown'],
])('%s', (name, code, kind, outcome) => {
  expect(answer(payload(name))).toMatchObject({ code, kind, outcome });
});

test.each([
  ...['rest.order.resting', 'rest.order.filled', 'rest.cancel.success', 'rest.done'],
  ...['rest.user-fills', 'rest.meta'],
])('%s is success', (name) => {
  expect(answer(payload(name))).toBeUndefined();
});

test.each([
  ['Insufficient margin to place order. asset=0', 'insufficient-balance', 'refused'],
  ['Reduce only order would increase position. asset=0', 'order-rejected', 'refused'],
  ['User or API Wallet 0x00ab does not exist.', 'auth', 'refused'],
  ['Too many cumulative requests sent (10001 > 10000) for cumulative volume traded $0.00.', 'rate-limited', 'refused'],
  ['Invalid nonce: duplicate nonce 1', 'invalid-request', 'unknown'],
  ['Something nobody wrote down', 'invalid-request', 'unknown'],
])('%s', (response, kind, outcome) => {
  expect(answer({ status: 'err', response })).toMatchObject({ kind, outcome, message: response });
});

test('errors of several orders are left to each', () => {
  const statuses = [{ error: 'a' }, { error: 'b' }];
  expect(answer({ status: 'ok', response: { type: 'order', data: { statuses } } })).toBeUndefined();
});

test.each([
  [429, 'rate-limited', 'refused'],
  [422, 'invalid-request', 'refused'],
  [500, 'venue-unavailable', 'unknown'],
  [404, 'invalid-request', 'unknown'],
])('status %s', (status, kind, outcome) => {
  expect(answer(null, status)).toMatchObject({ kind, outcome });
});
