import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { DexConnector, Order } from '@hb/connector-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { openLab, type Lab } from './support/lab.js';

let lab: Lab;
let snapshot: unknown;
let data: string;
let connector: DexConnector;

beforeAll(async () => {
  lab = await openLab();
}, 60_000);
afterAll(() => lab.anvil.stop());
beforeEach(async () => {
  snapshot = await lab.anvil.rpc('evm_snapshot');
  data = await mkdtemp(join(tmpdir(), 'hb-stuck-'));
  connector = await connect();
});
afterEach(async () => {
  await connector.stop();
  await lab.anvil.rpc('evm_setAutomine', true);
  await lab.anvil.rpc('evm_revert', snapshot);
  await rm(data, { recursive: true });
});

async function connect(): Promise<DexConnector> {
  const made = lab.connect({ data });
  await made.start({ pairs: ['WETH-USDC'] });
  return made;
}

const sell = { pair: 'WETH-USDC', side: 'sell', type: 'market', amount: '1', maxSlippage: '0.2' } as const;

/** An order whose swap waits to be included; its approvals, by the token and by Permit2, are in blocks. */
async function placeWaiting(): Promise<Order> {
  await lab.anvil.rpc('evm_setAutomine', false);
  const placing = connector.place(sell);
  for (let approval = 0; approval < 2; approval += 1) {
    await pending(1);
    await mine();
  }
  const order = await placing;
  await pending(1);
  return order;
}

async function mine(): Promise<void> {
  await lab.anvil.rpc('evm_mine');
}

/** Until so many transactions wait to be included. */
async function pending(count: number): Promise<void> {
  for (;;) {
    const status: unknown = await lab.anvil.rpc('txpool_status');
    if (Number(Reflect.get(Object(status), 'pending')) === count) return;
  }
}

const state = (of: Order): Order['state'] | undefined => connector.order(of.clientOrderId)?.state;

/** Until the order is in this state; asks with each block that the connector looks at. */
async function reached(of: Order, wanted: Order['state']): Promise<void> {
  for (;;) {
    if (state(of) === wanted) return;
    await lab.anvil.rpc('eth_chainId');
  }
}

describe('an order that waits', () => {
  test('is signed again with higher fees, and carried out once', async () => {
    const before = await lab.balanceOf(lab.weth);
    const placed = await placeWaiting();
    await connector.speedUp(placed.clientOrderId);
    await pending(1);
    await mine();
    const order = await connector.closed(placed.clientOrderId);
    expect(order.state).toBe('filled');
    expect(order.orderId).not.toBe(placed.orderId);
    expect(before - (await lab.balanceOf(lab.weth))).toBe(10n ** 18n);
  });

  test('is signed again by itself when the base fee goes above what it offers', async () => {
    const placed = await placeWaiting();
    await lab.anvil.rpc('anvil_setNextBlockBaseFeePerGas', `0x${(50n * 10n ** 9n).toString(16)}`);
    while (state(placed) !== 'filled') {
      await mine();
      await lab.anvil.rpc('anvil_setNextBlockBaseFeePerGas', `0x${(50n * 10n ** 9n).toString(16)}`);
    }
    expect(connector.order(placed.clientOrderId)?.orderId).not.toBe(placed.orderId);
  });

  test('is cancelled, and has no effect', async () => {
    const before = await lab.balanceOf(lab.weth);
    const placed = await placeWaiting();
    expect(await connector.cancel(placed.clientOrderId)).toMatchObject({ state: 'open', canceling: true });
    await mine();
    const order = await connector.closed(placed.clientOrderId);
    expect(order).toMatchObject({ state: 'canceled', fees: [{ asset: 'ETH' }] });
    expect(order.filled.toFixed()).toBe('0');
    expect(await lab.balanceOf(lab.weth)).toBe(before);
  });

  test('that nodes have dropped is sent to them again, the same', async () => {
    const placed = await placeWaiting();
    await lab.anvil.rpc('anvil_dropTransaction', placed.orderId);
    await pending(0);
    await pending(1);
    await mine();
    const order = await connector.closed(placed.clientOrderId);
    expect(order).toMatchObject({ state: 'filled', orderId: placed.orderId });
  });

  test('that its owner replaced elsewhere is cancelled, once that is final', async () => {
    const placed = await placeWaiting();
    await lab.replace(placed.orderId ?? '');
    await lab.anvil.rpc('anvil_mine', '0x10');
    const order = await connector.closed(placed.clientOrderId);
    expect(order).toMatchObject({ state: 'canceled', reason: 'another transaction took its nonce' });
  });
});

test('a change of liquidity is signed again by itself when the base fee goes above what it offers', async () => {
  const before = await lab.balanceOf(lab.weth);
  await lab.anvil.rpc('evm_setAutomine', false);
  const submitting = connector.liquidity?.submit({ action: 'open', pair: 'WETH-USDC', pool: 'v2', base: '1' });
  // The router takes both tokens.
  for (let approval = 0; approval < 2; approval += 1) {
    await pending(1);
    await mine();
  }
  const { operationId = '', hash } = (await submitting) ?? {};
  await pending(1);
  const fee = `0x${(50n * 10n ** 9n).toString(16)}`;
  await lab.anvil.rpc('anvil_setNextBlockBaseFeePerGas', fee);
  while (connector.liquidity?.operation(operationId)?.state !== 'done') {
    await mine();
    await lab.anvil.rpc('anvil_setNextBlockBaseFeePerGas', fee);
  }
  const operation = connector.liquidity.operation(operationId);
  expect(operation?.hash).not.toBe(hash);
  expect(operation?.moved?.base.toFixed()).toBe('1');
  expect(before - (await lab.balanceOf(lab.weth))).toBe(10n ** 18n);
});

test('a reorganisation voids the fill while somebody listens, and the order is filled anew', async () => {
  const before = await lab.balanceOf(lab.weth);
  const told: string[] = [];
  for (const type of ['order-filled', 'order-reopened', 'fill-voided', 'order-closed'] as const)
    connector.on(type, () => told.push(type));
  const placed = await placeWaiting();
  await mine();
  await connector.closed(placed.clientOrderId);
  await lab.anvil.rpc('anvil_reorg', 1, []);
  await reached(placed, 'open');
  expect(connector.order(placed.clientOrderId)?.filled.toFixed()).toBe('0');
  await pending(1);
  await mine();
  const order = await connector.closed(placed.clientOrderId);
  expect(order).toMatchObject({ state: 'filled', orderId: placed.orderId });
  expect(told).toEqual([
    ...['order-filled', 'order-closed', 'order-reopened', 'fill-voided'],
    ...['order-filled', 'order-closed'],
  ]);
  expect(before - (await lab.balanceOf(lab.weth))).toBe(10n ** 18n);
});

describe('a process that ends while an order waits', () => {
  test('is followed by one that reports it once, without signing it again', async () => {
    const before = await lab.balanceOf(lab.weth);
    const placed = await placeWaiting();
    await connector.stop();
    await lab.anvil.rpc('anvil_dropTransaction', placed.orderId);
    connector = await connect();
    await pending(1);
    await mine();
    const order = await connector.closed(placed.clientOrderId);
    expect(order).toMatchObject({ state: 'filled', orderId: placed.orderId });
    expect(before - (await lab.balanceOf(lab.weth))).toBe(10n ** 18n);
  });

  test('is followed by one that sees a reorganisation that happened meanwhile', async () => {
    const placed = await placeWaiting();
    await mine();
    await connector.closed(placed.clientOrderId);
    await connector.stop();
    const voided: string[] = [];
    await lab.anvil.rpc('anvil_reorg', 1, []);
    connector = lab.connect({ data });
    connector.on('fill-voided', ({ fill }) => voided.push(fill.fillId));
    await connector.start({ pairs: ['WETH-USDC'] });
    await reached(placed, 'open');
    await pending(1);
    await mine();
    const order = await connector.closed(placed.clientOrderId);
    expect(order).toMatchObject({ state: 'filled', orderId: placed.orderId });
    expect(voided).toHaveLength(1);
  });
});
