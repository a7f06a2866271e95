import { decimal, fromUnits, type DexConnector } from '@hb/connector-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { openLab, type Lab } from './support/lab.js';

const pair = 'WETH-USDC';
let lab: Lab;
let snapshot: unknown;
let connector: DexConnector;

beforeAll(async () => {
  lab = await openLab();
}, 60_000);
afterAll(() => lab.anvil.stop());
beforeEach(async () => {
  snapshot = await lab.anvil.rpc('evm_snapshot');
  connector = lab.connect({}, lab.v4);
  await connector.start({ pairs: [pair, 'USDC-WETH'] });
});
afterEach(async () => {
  await connector.stop();
  await lab.anvil.rpc('evm_revert', snapshot);
});

// Small swaps are cheapest in the thin pool of the coin itself, whose fee is lower.
describe.each([
  ['of two tokens', '2', '4000'],
  ['of the coin', '0.01', '20'],
])('a pool %s', (_, ether, dollars) => {
  test.each([
    ['buy', 'base', ether],
    ['buy', 'quote', dollars],
    ['sell', 'base', ether],
    ['sell', 'quote', dollars],
  ] as const)('fills an order to %s in %s as it was quoted, to the last unit', async (side, amountIn, amount) => {
    const quote = await connector.quote(pair, side, amountIn === 'base' ? { base: amount } : { quote: amount });
    const before = [await lab.balanceOf(lab.weth), await lab.balanceOf(lab.usdc)] as const;
    const placed = await connector.place({ pair, side, type: 'market', amount, amountIn });
    const order = await connector.closed(placed.clientOrderId);
    const [base, quoted] = [(await lab.balanceOf(lab.weth)) - before[0], (await lab.balanceOf(lab.usdc)) - before[1]];
    const sign = side === 'buy' ? 1n : -1n;
    expect(order).toMatchObject({ state: 'filled', filled: fromUnits(sign * base, 18) });
    expect(order.filled).toEqual(quote.base);
    expect(fromUnits(-sign * quoted, 6)).toEqual(quote.quote);
    expect(await lab.leftover()).toBe(0n);
  });
});

test('the other order of the tokens is the same pool', async () => {
  const [sell, buy] = await Promise.all([
    connector.quote(pair, 'sell', { base: '2' }),
    connector.quote('USDC-WETH', 'buy', { quote: '2' }),
  ]);
  expect([buy.base, buy.quote]).toEqual([sell.quote, sell.base]);
});

test('a limit order at its price or better is filled, and refused where the price is gone', async () => {
  const limit = { pair, side: 'buy', type: 'limit', timeInForce: 'fok', amount: '1' } as const;
  await expect(connector.place({ ...limit, price: '1990' })).rejects.toMatchObject({ outcome: 'not-sent' });
  const placed = await connector.place({ ...limit, price: '2060' });
  const order = await connector.closed(placed.clientOrderId);
  expect(order.averagePrice?.lte('2060')).toBe(true);
  expect(order.filled).toEqual(decimal('1'));
});
