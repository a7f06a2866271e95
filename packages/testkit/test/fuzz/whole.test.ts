import { decimal } from '@hb/connector-core';
import { describe, expect, test } from 'vitest';

import { problemIn } from '../../src/fuzz/whole.js';

const fill = {
  ...{ type: 'fill', symbol: 'BTCUSDT', fillId: '1', orderId: '2', side: 'buy', price: decimal('60000.1') },
  ...{ amount: decimal('0.001'), at: 1_767_225_600_000, fees: [{ asset: 'BNB', amount: decimal('-0.1') }] },
};
const report = { type: 'order', symbol: 'BTCUSDT', orderId: '2', status: 'open', filled: decimal('0') };
const book = {
  ...{ type: 'book', symbol: 'BTCUSDT', snapshot: false, sequence: { by: 'range', first: 1, last: 2 } },
  ...{ bids: [['60000.10', '1']], asks: [['6.1e4', '1E-3']] },
};

test('says nothing of what is whole', () => {
  expect(problemIn('events', [fill, report, book, { type: 'refetch', what: 'balances' }])).toBeUndefined();
  expect(problemIn('fetchFills', { fills: [fill], cursor: '3' })).toBeUndefined();
  expect(problemIn('fetchOrder', undefined)).toBeUndefined();
});

describe('names', () => {
  test.each([
    ['an amount that is no number', { ...fill, amount: 'NaN' }, 'amount: no amount: "NaN"'],
    ['a number where an amount should be', { ...fill, price: 1.5 }, 'price: no amount: 1.5'],
    ['an empty id', { ...fill, fillId: '' }, 'fillId: no text: ""'],
    ['a time that is no whole number', { ...fill, at: Number.NaN }, 'at: no whole number: NaN'],
    [
      'a member that is missing',
      { ...report, status: undefined },
      'status: not one of open filled canceled expired rejected: undefined',
    ],
    ['a member that nobody reads', { ...report, extra: 1 }, 'a member "extra" that nobody reads'],
    [
      'a state that nobody knows',
      { ...report, status: 'FROZEN' },
      'status: not one of open filled canceled expired rejected: "FROZEN"',
    ],
    ['a level that is no number', { ...book, bids: [['Infinity', '1']] }, 'bids: no level: Infinity,1'],
    ['a level with more than two parts', { ...book, asks: [['1', '2', '3']] }, 'asks: no level: 1,2,3'],
    [
      'a sequence beyond exact numbers',
      { ...book, sequence: { by: 'chain', first: 2 ** 60, last: 1 } },
      /^sequence: first: no whole/,
    ],
    ['an event of an inherited name', { type: 'constructor' }, 'no known type: "constructor"'],
  ])('%s', (_, event, problem) => {
    const told = problemIn('events', [event]);
    if (typeof problem === 'string') expect(told).toBe(problem);
    else expect(told).toMatch(problem);
  });
});
