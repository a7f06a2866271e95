import type { DexConnector, PublicTrade } from '@hb/connector-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';

import type { Contracts } from '../src/index.js';
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
});
afterEach(async () => {
  await connector.stop();
  await lab.anvil.rpc('evm_revert', snapshot);
});

/** The trade that an order of ours makes in one of the pools of `only`, beside what the order says of itself. */
async function trade(
  side: 'buy' | 'sell',
  { of, amount, only }: { readonly of: string; readonly amount: string; readonly only: Contracts },
): Promise<{ readonly told: readonly string[]; readonly done: readonly string[] }> {
  connector = lab.connect({}, only);
  await connector.start({ pairs: [of] });
  const first = new Promise<PublicTrade>((resolve) => {
    connector.onTrade(of, resolve);
  });
  const placed = await connector.place({ pair: of, side, type: 'market', amount, maxSlippage: '0.1' });
  const order = await connector.closed(placed.clientOrderId);
  const heard = await first;
  expect(connector.trades(of)).toEqual([heard]);
  return {
    told: [heard.side ?? '', heard.amount.toFixed(), heard.price.toFixed(12), heard.id?.split(':')[0] ?? ''],
    done: [side, order.filled.toFixed(), order.averagePrice?.toFixed(12) ?? '', order.orderId ?? ''],
  };
}

const v2 = (): Contracts => {
  const { router, v2: pairs } = lab.contracts;
  return { router, v3: lab.v4.v3, ...(pairs && { v2: pairs }) };
};
const v3 = (): Contracts => ({ router: lab.contracts.router, v3: lab.contracts.v3 });
const v4 = (): Contracts => lab.v4;

test.each([
  ['V2', v2, 'sell', pair, '1.5'],
  ['V2', v2, 'buy', 'USDC-WETH', '900'],
  ['V3', v3, 'sell', pair, '1.5'],
  ['V3', v3, 'buy', 'USDC-WETH', '900'],
  ['V4', v4, 'buy', pair, '1.5'],
  ['V4', v4, 'sell', 'USDC-WETH', '900'],
  ['V4, of the coin', v4, 'sell', pair, '0.01'],
  ['V4, of the coin', v4, 'buy', 'USDC-WETH', '10'],
] as const)('a swap in a pool of %s is told at its price, once', async (_, only, side, of, amount) => {
  const { told, done } = await trade(side, { of, amount, only: only() });
  expect(told).toEqual(done);
});
