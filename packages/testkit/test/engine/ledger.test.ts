import { expect, test } from 'vitest';

import { createLedger, feeAccount, outside, type Posting } from '../../src/engine/ledger.js';

const post = (account: string, amount: bigint, part: 'free' | 'locked' = 'free', asset = 'A'): Posting => {
  return { account, asset, part, amount };
};

test('postings that do not sum to zero in every asset are refused, and change nothing', () => {
  const ledger = createLedger();
  expect(() => ledger.enter([post('ann', 1n), post(outside, -2n)])).toThrow('-1 of A would appear from nowhere');
  expect(() => ledger.enter([post('ann', 1n), post(outside, -1n, 'free', 'B')])).toThrow('1 of A would appear');
  expect(ledger.balances('ann')).toEqual([]);
});

test('no account falls below zero, in what is free or in what is locked', () => {
  const ledger = createLedger();
  ledger.enter([post('ann', 5n), post(outside, -5n)]);
  expect(() => ledger.enter([post('ann', -6n), post('bob', 6n)])).toThrow('ann would hold -1 free and 0 locked of A');
  expect(() => createLedger().enter([post('ann', 1n), post('ann', -1n, 'locked')])).toThrow(
    'ann would hold 1 free and -1 locked of A',
  );
});

test('the fee account may owe rebates', () => {
  const ledger = createLedger();
  ledger.enter([post('ann', 1n), post(feeAccount, -1n)]);
  expect(ledger.balance(feeAccount, 'A').free).toBe(-1n);
});

test('tells each changed balance once, as it is now', () => {
  const ledger = createLedger();
  ledger.enter([post('ann', 5n), post(outside, -5n)]);
  ledger.enter([post('ann', -2n), post('ann', 2n, 'locked')]);
  expect(ledger.changes()).toEqual([{ account: 'ann', balances: [{ asset: 'A', free: 3n, locked: 2n }] }]);
  expect(ledger.changes()).toEqual([]);
  ledger.enter([post('ann', 1n), post(outside, -1n)]);
  expect(ledger.changes()).toEqual([{ account: 'ann', balances: [{ asset: 'A', free: 4n, locked: 2n }] }]);
});
