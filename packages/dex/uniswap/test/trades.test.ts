import type { PublicTrade } from '@hb/connector-core';
import { useLab } from '@hb/lab/stage';
import { expect, test } from 'vitest';

import { openLab, type Version } from './support/lab.js';

const pair = 'WETH-USDC';
const stage = useLab(openLab);

/** The trade that an order of ours makes in a pool that stands alone, beside what the order says of itself. */
async function trade(
  side: 'buy' | 'sell',
  { of, amount, version }: { readonly of: string; readonly amount: string; readonly version: Version },
): Promise<{ readonly told: readonly string[]; readonly done: readonly string[] }> {
  const connector = await stage.connect([of], {}, stage.lab.alone(version));
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

test.each([
  ['V2', 'sell', pair, '1.5'],
  ['V2', 'buy', 'USDC-WETH', '900'],
  ['V3', 'sell', pair, '1.5'],
  ['V3', 'buy', 'USDC-WETH', '900'],
  ['V4', 'buy', pair, '1.5'],
  ['V4', 'sell', 'USDC-WETH', '900'],
  // Small swaps are cheapest in the thin pool of the coin itself.
  ['V4, of the coin', 'sell', pair, '0.01'],
  ['V4, of the coin', 'buy', 'USDC-WETH', '10'],
] as const)('a swap in a pool of %s is told at its price, once', async (version, side, of, amount) => {
  const { told, done } = await trade(side, { of, amount, version });
  expect(told).toEqual(done);
});
