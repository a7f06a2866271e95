import { refuse } from '@hb/connector-testkit';
import { expect, test } from 'vitest';

import { createRateCounter, toNotFound, toRetryHeader, toUsageHeaders, type RateLimit } from '../emulator/index.js';

const weight: RateLimit = { rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: 10 };
const orders: RateLimit = { rateLimitType: 'ORDERS', interval: 'SECOND', intervalNum: 10, limit: 2 };

function open() {
  const time = { now: 60_000 };
  return { time, counter: createRateCounter([weight, orders], () => time.now) };
}

test('what goes over a limit is not counted, and told when it may come again', () => {
  const { counter, time } = open();
  expect(counter.take(weight, 'a', 8)).toMatchObject({ allowed: true });
  time.now = 61_000;
  expect(counter.take(weight, 'a', 3)).toMatchObject({ allowed: false, retryAfterMs: 59_000 });
  expect(counter.counts('a', 'REQUEST_WEIGHT')).toEqual([{ ...weight, count: 8 }]);
  expect(counter.counts('b', 'REQUEST_WEIGHT')).toEqual([{ ...weight, count: 0 }]);
});

test('a new interval of the clock resets the count', () => {
  const { counter, time } = open();
  time.now = 69_999;
  counter.take(orders, 'a');
  counter.add(orders, 'a', 4);
  expect(counter.counts('a', 'ORDERS')).toEqual([{ ...orders, count: 5 }]);
  time.now = 70_000;
  expect(counter.counts('a', 'ORDERS')).toEqual([{ ...orders, count: 0 }]);
});

test('answers tell the counts by interval, and refusals the whole seconds to wait', () => {
  const { counter } = open();
  counter.take(orders, 'a');
  expect(toUsageHeaders('x-mbx-order-count', counter.counts('a', 'ORDERS'))).toEqual({ 'x-mbx-order-count-10s': '1' });
  expect(toRetryHeader(refuse(-1003, '', 429, { retryAt: 61_001 }), 60_000)).toEqual({ 'retry-after': '2' });
  expect(toRetryHeader(refuse(-1102, ''), 60_000)).toEqual({});
});

test('what is no path of the API is answered in HTML', () => {
  const request = { method: 'GET', path: '/a', query: '', headers: new Map(), body: '', address: '127.0.0.1' };
  expect(toNotFound(request, 405)).toEqual({
    status: 405,
    headers: { 'content-type': 'text/html' },
    body: '<html><body><h2>405 GET /a</h2></body></html>',
  });
});
