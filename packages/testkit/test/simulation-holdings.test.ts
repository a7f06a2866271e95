import { decimal } from '@hb/connector-core';
import { expect, test } from 'vitest';

import { watchHoldings } from '../src/simulation/holdings.js';
import { createTestEngine, limit } from './engine/market.js';

const stamp = { id: 'balance', sequence: 1, at: 0, seenAt: 0 };
const told = (total: string, available: string) =>
  ({ ...stamp, type: 'balance', asset: 'USDT', total: decimal(total), available: decimal(available) }) as const;

test('a balance is right when both of its figures were the venue’s at the same time, however long ago', () => {
  const engine = createTestEngine();
  const { check, stop } = watchHoldings(engine, 'ann');
  engine.place('ann', limit('buy', { price: 100n, amount: 2_000n, id: 'one' }));
  engine.cancel('ann', { clientOrderId: 'one' });
  engine.deposit('ann', 'USDT', '5.50');
  const rights = [told('1000000', '1000000'), told('1000000', '999800'), told('1000005.5', '1000005.5')];
  expect(rights.map(check)).toEqual([undefined, undefined, undefined]);
  expect(check(told('1000005.5', '999800'))).toBe('999800 of 1000005.5 USDT was told, and the venue never had that');
  stop();
  engine.deposit('ann', 'USDT', '1');
  expect(check(told('1000006.5', '1000006.5'))).toContain('never had that');
});
