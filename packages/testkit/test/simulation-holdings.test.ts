import { decimal } from '@hb/connector-core';
import { expect, test } from 'vitest';

import { watchHoldings } from '../src/simulation/holdings.js';
import { createTestEngine, limit } from './engine/market.js';
import { createPerpetuals, trade } from './engine/perpetual/market.js';

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

test('a position is right when the venue had it at some time, or never had any', () => {
  const engine = createPerpetuals();
  const pair = 'BTC-USDT';
  const exchanges = [{ pair, symbol: 'BTCUSDT', amountText: (steps: bigint) => `${Number(steps) / 1_000}` }];
  const { checkPosition } = watchHoldings(engine, 'ann', exchanges);
  trade(engine, ['ann', 'bob'], [1000n, 500n]);
  trade(engine, ['bob', 'ann'], [1000n, 800n]);
  const position = (amount: string) =>
    ({ ...stamp, type: 'position', position: { pair, side: 'net', amount: decimal(amount) } }) as const;
  expect(['0', '0.5', '-0.3'].map((amount) => checkPosition(position(amount)))).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect(checkPosition(position('0.3'))).toBe('BTC-USDT net was told to be 0.3, and the venue never had that');
});
