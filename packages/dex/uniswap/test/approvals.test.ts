import type { DexConnector } from '@hb/connector-core';
import { createPublicClient, erc20Abi, getAddress, http, parseAbi } from 'viem';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';

import { openLab, type Lab } from './support/lab.js';

const sell = { pair: 'WETH-USDC', side: 'sell', type: 'market', amount: '1', maxSlippage: '0.2' } as const;
let lab: Lab;
let snapshot: unknown;
let connector: DexConnector;

beforeAll(async () => {
  lab = await openLab();
}, 60_000);
afterAll(() => lab.anvil.stop());
beforeEach(async () => {
  snapshot = await lab.anvil.rpc('evm_snapshot');
  connector = lab.connect();
  await connector.start({ pairs: [sell.pair] });
});
afterEach(async () => {
  await connector.stop();
  await lab.anvil.rpc('evm_revert', snapshot);
});

/** @see https://docs.uniswap.org/contracts/permit2/reference/allowance-transfer */
const permit2 = {
  address: '0x000000000022D473030F116dDEE9F6B43aC78BA3',
  abi: parseAbi([
    'function allowance(address owner, address token, address spender) view returns (uint160 amount, uint48 expiration, uint48 nonce)',
  ]),
} as const;

/** How much of what may be taken is left: of Permit2 with the token, and of the router with Permit2. */
async function left(): Promise<readonly [bigint, bigint]> {
  const reader = createPublicClient({ transport: http(lab.anvil.url) });
  const [owner, token, router] = [getAddress(lab.owner), getAddress(lab.weth.id), getAddress(lab.contracts.router)];
  const ofToken = await reader.readContract({
    ...{ address: token, abi: erc20Abi, functionName: 'allowance', args: [owner, permit2.address] },
  });
  const [ofPermit2] = await reader.readContract({
    ...{ ...permit2, functionName: 'allowance', args: [owner, token, router] },
  });
  return [ofToken, ofPermit2];
}

test('nothing is allowed any more once orders are done that were placed one after the other, or at once', async () => {
  await connector.closed((await connector.place(sell)).clientOrderId);
  expect(await left()).toEqual([0n, 0n]);
  const orders = await connector.placeMany([sell, { ...sell, amount: '0.5' }, { ...sell, amount: '0.25' }]);
  for (const order of orders) {
    if (order instanceof Error) throw order;
    expect((await connector.closed(order.clientOrderId)).state).toBe('filled');
  }
  expect(await left()).toEqual([0n, 0n]);
});

test('an order that is bought exactly may leave what slippage allowed, and the next one uses it', async () => {
  await connector.closed((await connector.place({ ...sell, amountIn: 'quote', amount: '1000' })).clientOrderId);
  const [ofToken, ofPermit2] = await left();
  expect(ofToken > 0n && ofToken === ofPermit2 && ofToken < 10n ** 18n / 5n).toBe(true);
  await connector.closed((await connector.place(sell)).clientOrderId);
  expect(await left()).toEqual([0n, 0n]);
});
