import { expect, test } from 'vitest';

import {
  createParameters,
  createRouter,
  createTimer,
  createVirtualClock,
  cut,
  isWithin,
  pageOf,
  readJson,
  readQuery,
  refuse,
  shorten,
} from '../../src/index.js';

test('a fixed path goes before one with braces, and braces end at a slash', () => {
  const router = createRouter([
    { names: ['GET /orders/{id}'], tag: 'one' },
    { names: ['GET /orders/open', 'orders.open'], tag: 'open' },
    { names: ['DELETE /markets/{symbol}/orders/{id}'], tag: 'nested' },
  ]);
  const found = (name: string) => [router.find(name)?.route.tag, router.find(name)?.inPath];
  expect(found('GET /orders/open')).toEqual(['open', []]);
  expect(found('orders.open')).toEqual(['open', []]);
  expect(found('GET /orders/7')).toEqual(['one', [['id', '7']]]);
  expect(found('DELETE /markets/A-B/orders/7')).toEqual([
    'nested',
    [
      ['symbol', 'A-B'],
      ['id', '7'],
    ],
  ]);
  expect(found('GET /orders/7/fills')).toEqual([undefined, undefined]);
  expect(found('POST /orders/7')).toEqual([undefined, undefined]);
  expect([router.hasPath('/orders/7'), router.hasPath('/order')]).toEqual([true, false]);
});

test('parameters are read from queries, forms and JSON, numbers as they were written', () => {
  expect(readQuery('a=1&b=x%20y+z&c')).toEqual([
    ['a', '1'],
    ['b', 'x y z'],
    ['c', ''],
  ]);
  expect(readQuery('a=%zz')).toBeUndefined();
  expect(readJson('{"price":1.10,"on":true,"list":["x"]}')).toEqual([
    ['price', '1.10'],
    ['on', 'true'],
    ['list', '["x"]'],
  ]);
  expect([readJson('[1]'), readJson('{'), readJson('null')]).toEqual([undefined, undefined, undefined]);
});

test('every fault of a parameter is told apart', () => {
  const read = (...pairs: [string, string][]) =>
    createParameters(pairs, (problem) => refuse(problem.type, JSON.stringify(problem)));
  expect(() => read(['a', '1'], ['a', '2'])).toThrow('"type":"duplicate"');
  expect(() => read(['a', ''])).toThrow('"type":"empty"');
  expect(() => read().required('a')).toThrow('"type":"missing"');
  expect(() => read(['a', '1e5']).decimal('a', 8)).toThrow('"type":"malformed"');
  expect(() => read(['a', '1.001']).decimal('a', 2)).toThrow('"type":"too-precise"');
  expect(() => read(['a', 'x']).oneOf('a', ['y'])).toThrow('"type":"unknown-value"');
  expect(() => read(['limit', '0']).limit(5, 10)).toThrow('"type":"too-low"');
  const parameters = read(['limit', '50'], ['price', '1.100'], ['on', 'true']);
  expect([parameters.limit(5, 10), parameters.decimal('price', 1), parameters.boolean('on', false)]).toEqual([
    10,
    '1.100',
    true,
  ]);
});

test('a list is cut from its start or its end, or told in pages', () => {
  expect([cut([1, 2, 3], 2, true), cut([1, 2, 3], 2, false)]).toEqual([
    [1, 2],
    [2, 3],
  ]);
  expect(pageOf([1, 2, 3], 2, 2)).toEqual({ items: [3], page: 2, pageSize: 2, totalItems: 3, totalPages: 2 });
  expect(pageOf([], 1, 2)).toEqual({ items: [], page: 1, pageSize: 2, totalItems: 0, totalPages: 0 });
});

test('a value is held against its bounds and its step without a float', () => {
  const bounds = { least: '0.1', most: '1000', step: '0.1' };
  expect(['0.1', '0.3', '1000'].map((value) => isWithin(value, bounds, 8))).toEqual([true, true, true]);
  expect(['0', '0.05', '0.15', '1000.1', 'x'].map((value) => isWithin(value, bounds, 8))).toEqual(
    Array.from({ length: 5 }, () => false),
  );
  expect([isWithin('5', { most: '0' }, 8), isWithin('0', {}, 8)]).toEqual([true, false]);
  expect([shorten('0.01000000'), shorten('1.00'), shorten('100')]).toEqual(['0.01', '1', '100']);
});

test('a timer strikes on the multiples of its period, once for many starts', async () => {
  const clock = createVirtualClock();
  const strikes: number[] = [];
  const timer = createTimer(clock, 100, () => strikes.push(clock.mono()));
  const start = clock.mono();
  await clock.advance(30);
  timer.start();
  timer.start();
  await clock.advance(500);
  timer.start();
  timer.stop();
  await clock.advance(500);
  expect(strikes).toEqual([Math.floor(start / 100) * 100 + 100]);
});
