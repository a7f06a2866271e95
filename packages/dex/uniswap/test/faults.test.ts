import { decimal, type DexConnector, type Order } from '@hb/connector-core';
import { concatHex, keccak256, numberToHex, padHex, type Hex } from 'viem';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { openLab, type Lab } from './support/lab.js';
import { startProxy, type Alter, type Proxy } from './support/proxy.js';

const sell = { pair: 'WETH-USDC', side: 'sell', type: 'market', amount: '1', maxSlippage: '0.2' } as const;
const honest: Alter = (_, result) => ({ result });
let lab: Lab;
let snapshot: unknown;
let nodes: readonly Proxy[] = [];
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
  await Promise.all(nodes.map(({ stop }) => stop()));
  await lab.anvil.rpc('evm_setAutomine', true);
  await lab.anvil.rpc('evm_revert', snapshot);
});

/** Through two nodes; the second one answers as it is told to. */
async function connect(second: Alter, first = honest): Promise<void> {
  nodes = await Promise.all([first, second].map((alter) => startProxy(lab.anvil.url, alter)));
  const [rpc = '', rpc2 = ''] = nodes.map(({ url }) => url);
  connector = lab.connect({ hosts: { rpc, rpc2 } });
  await connector.start({ pairs: [sell.pair] });
}

/** An order whose swap waits to be included; its approvals, by the token and by Permit2, are in blocks. */
async function placeWaiting(maxSlippage: string = sell.maxSlippage): Promise<Order> {
  await lab.anvil.rpc('evm_setAutomine', false);
  const placing = connector.place({ ...sell, maxSlippage });
  for (let approval = 0; approval < 2; approval += 1) {
    await pending(1);
    await lab.anvil.rpc('evm_mine');
  }
  const order = await placing;
  await pending(1);
  return order;
}

/** Until so many transactions wait to be included. */
async function pending(count: number): Promise<void> {
  await until(async () => {
    const status: unknown = await lab.anvil.rpc('txpool_status');
    return Number(Reflect.get(Object(status), 'pending')) === count;
  });
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await lab.anvil.rpc('eth_chainId');
}

/** An order that cost its gas, and nothing else. */
async function expectNothingMoved(order: Order, before: readonly [bigint, bigint]): Promise<void> {
  expect(order).toMatchObject({ state: 'rejected', reason: 'the transaction was reverted', filled: decimal('0') });
  expect(order.fees[0]?.amount.gt('0')).toBe(true);
  expect(await holdings()).toEqual(before);
}

async function holdings(): Promise<readonly [bigint, bigint]> {
  return [await lab.balanceOf(lab.weth), await lab.balanceOf(lab.usdc)];
}

describe('a node that', () => {
  test.each([
    ['lies about what a transaction did', { status: '0x0' }],
    ['lies about what it moved', { logs: [] }],
  ])('%s is not believed alone', async (_, lie) => {
    let lies = false;
    await connect(({ method }, result) => {
      const isReceipt = method === 'eth_getTransactionReceipt' && result !== null;
      return { result: lies && isReceipt ? { ...Object(result), ...lie } : result };
    });
    const before = await holdings();
    const { clientOrderId } = await placeWaiting();
    lies = true;
    await lab.anvil.rpc('evm_mine');
    await until(() => (connector.metrics().counts['node.disagreed'] ?? 0) > 2);
    expect(connector.order(clientOrderId)).toMatchObject({ state: 'open', filled: decimal('0') });
    lies = false;
    expect(await connector.closed(clientOrderId)).toMatchObject({ state: 'filled', filled: decimal('1') });
    expect(before[0] - (await holdings())[0]).toBe(10n ** 18n);
  });

  test('lags behind is waited for', async () => {
    let lags = false;
    await connect(({ method }, result) => ({
      result: lags && method === 'eth_getTransactionReceipt' ? null : result,
    }));
    const { clientOrderId } = await placeWaiting();
    lags = true;
    await lab.anvil.rpc('evm_mine');
    await until(() => (connector.metrics().counts['node.disagreed'] ?? 0) > 2);
    expect(connector.order(clientOrderId)?.state).toBe('open');
    lags = false;
    expect((await connector.closed(clientOrderId)).state).toBe('filled');
  });

  test.each([
    [60, 'filled'],
    [40, 'rejected'],
  ] as const)('estimates the gas at %s parts in a hundred of it has the swap %s', async (percent, state) => {
    const low: Alter = ({ method, params: [call] }, result) => {
      const isSwap = method === 'eth_estimateGas' && Reflect.get(Object(call), 'to') === lab.contracts.router;
      return { result: isSwap ? numberToHex((BigInt(String(result)) * BigInt(percent)) / 100n) : result };
    };
    await connect(low, low);
    const before = await holdings();
    const { clientOrderId } = await connector.place(sell);
    const order = await connector.closed(clientOrderId);
    if (state === 'rejected') await expectNothingMoved(order, before);
    else expect(order).toMatchObject({ state, filled: decimal('1') });
  });
});

describe('a swap that is reverted costs its gas and moves nothing', () => {
  test('when the price has left its bound since the quote', async () => {
    await connect(honest);
    const before = await holdings();
    const { clientOrderId } = await placeWaiting('0.001');
    await lab.disturb(50n * 10n ** 18n);
    await pending(2);
    await lab.anvil.rpc('evm_mine');
    await expectNothingMoved(await connector.closed(clientOrderId), before);
  });

  test('when what it was allowed to take has been taken back', async () => {
    await connect(honest);
    const before = await holdings();
    const { clientOrderId } = await placeWaiting();
    await lab.anvil.rpc(
      'anvil_setStorageAt',
      lab.weth.id,
      slotOfAllowance(lab.owner, permit2),
      padHex('0x', { size: 32 }),
    );
    await lab.anvil.rpc('evm_mine');
    await expectNothingMoved(await connector.closed(clientOrderId), before);
  });
});

/** @see https://docs.uniswap.org/contracts/v4/deployments */
const permit2 = '0x000000000022d473030f116ddee9f6b43ac78ba3';

/** Where WETH9 keeps an allowance: fifth among what it keeps, by owner and spender. */
function slotOfAllowance(owner: string, spender: string): Hex {
  const place = (key: string, base: Hex): Hex => keccak256(concatHex([padHex(toHex(key), { size: 32 }), base]));
  return place(spender, place(owner, numberToHex(4, { size: 32 })));
}

function toHex(text: string): Hex {
  return `0x${text.slice(2)}`;
}
