import { fromUnits, type Connector } from '@hb/connector-core';
import { rebalance } from '@hb/examples/rebalance';
import { addressOf, newKey } from '@hb/lab/uniswap';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';

import { openLab, type Lab } from './support/lab.js';

const pair = 'WETH-USDC';
const options = { pair, target: '0.5', tolerance: '0.01', maxSlippage: '0.005' };
const owner = addressOf(newKey);
let lab: Lab;
let snapshot: unknown;
let connector: Connector;

beforeAll(async () => {
  lab = await openLab();
}, 60_000);
afterAll(() => lab.anvil.stop());
beforeEach(async () => {
  snapshot = await lab.anvil.rpc('evm_snapshot');
  connector = lab.connect({ credentials: { privateKey: newKey } });
});
afterEach(async () => {
  await connector.stop();
  await lab.anvil.rpc('evm_revert', snapshot);
});

/** In whole tokens, as the chain has it. */
async function owned(): Promise<readonly [weth: number, usdc: number]> {
  const [weth, usdc] = await Promise.all([lab.balanceOf(lab.weth, owner), lab.balanceOf(lab.usdc, owner)]);
  return [Number(fromUnits(weth, 18).toFixed()), Number(fromUnits(usdc, 6).toFixed())];
}

// The same script as for order books, and the same three cases as in its own tests.
test('buys until half of the value is in the base asset, and then has nothing to do', async () => {
  await lab.give(lab.usdc, owner, 6_000_000_000n);
  const order = await rebalance(connector, options);
  expect([order?.side, order?.state]).toEqual(['buy', 'filled']);
  const [weth, usdc] = await owned();
  expect(weth).toBeCloseTo(1.49, 2);
  expect(usdc).toBeCloseTo(3_009, -1);
  expect(order?.filled.toFixed()).toBe(connector.balances().get('WETH')?.total.toFixed());
  expect(await rebalance(connector, options)).toBe(undefined);
});

test('sells when there is too much of the base asset', async () => {
  await lab.give(lab.weth, owner, 3n * 10n ** 18n);
  const order = await rebalance(connector, options);
  expect([order?.side, order?.state]).toEqual(['sell', 'filled']);
  const [weth, usdc] = await owned();
  expect(weth).toBeCloseTo(1.5, 2);
  expect(usdc).toBeCloseTo(2_990, -1);
});

test('trades nothing when the balance is near enough', async () => {
  await lab.give(lab.weth, owner, 10n ** 18n);
  await lab.give(lab.usdc, owner, 2_000_000_000n);
  expect(await rebalance(connector, options)).toBe(undefined);
  expect(await owned()).toEqual([1, 2_000]);
});
