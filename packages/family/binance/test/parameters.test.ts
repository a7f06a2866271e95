import { attempt, createParameters, type ParameterProblem } from '@hb/connector-testkit';
import { expect, test } from 'vitest';

import { invalidValues, readRequest, toParameterRefusal } from '../emulator/index.js';

const toRefusal = (problem: ParameterProblem) => toParameterRefusal(problem, invalidValues);

test('a name that is in the query counts there, not in the body', () => {
  expect(readRequest({ query: 'a=1&b=%7B', body: 'a=2&c=3' })).toEqual([
    ['a', '1'],
    ['b', '{'],
    ['c', '3'],
  ]);
  expect(attempt(() => readRequest({ query: 'a=%', body: '' }))).toMatchObject({ code: -1100 });
});

test.each<[number, ParameterProblem]>([
  [-1102, { type: 'missing', name: 'symbol' }],
  [-1101, { type: 'duplicate', name: 'symbol' }],
  [-1105, { type: 'empty', name: 'symbol' }],
  [-1100, { type: 'malformed', name: 'symbol', form: '^[A-Z]+$' }],
  [-1111, { type: 'too-precise', name: 'price', digits: 8 }],
  [-1117, { type: 'unknown-value', name: 'side', value: 'HOLD' }],
  [-1130, { type: 'unknown-value', name: 'constructor', value: 'x' }],
  [-1130, { type: 'too-low', name: 'limit' }],
])('%i for %j', (code, problem) => {
  expect(toRefusal(problem)).toMatchObject({ code, status: 400 });
});

test('readers say what is wrong in these words', () => {
  const parameters = createParameters([['side', 'HOLD']], toRefusal);
  expect(attempt(() => parameters.oneOf('side', ['BUY', 'SELL']))).toMatchObject({ message: 'Invalid side.' });
});
