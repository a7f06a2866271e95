import { afterEach, describe, expect, test } from 'vitest';

import { decimal } from '../src/model/decimal.js';
import type { Order, OrderRequest } from '../src/model/order.js';
import type { Reply } from './support/connector-http.js';
import { createDexWorld, type DexWorld } from './support/toy-dex.js';

const worlds: DexWorld[] = [];

afterEach(async () => {
  for (const { connector, settle, chain } of worlds.splice(0)) {
    chain.setPrice(1);
    chain.mine(true);
    await settle(connector.stop());
    chain.stop();
  }
});

async function start(given: Parameters<typeof createDexWorld>[0] = {}): Promise<DexWorld> {
  const world = createDexWorld(given);
  worlds.push(world);
  await world.settle(world.connector.start({ pairs: ['WETH-USDC'] }));
  return world;
}

/** The next process, on the same chain. */
async function restart(world: DexWorld): Promise<DexWorld> {
  world.kill();
  return start({ data: 'data', after: world });
}

const sell: OrderRequest = { pair: 'WETH-USDC', side: 'sell', type: 'market', amount: '2', maxSlippage: '0.1' };
const nodes = ['a', 'b'] as const;
const swapsOf = ({ chain }: DexWorld): readonly string[] => [
  ...new Set(chain.received.filter((hash) => hash.includes('swap'))),
];
const sold = ({ chain }: DexWorld): string =>
  decimal(String(chain.balanceOf('weth')))
    .div('1e18')
    .toFixed();

/** An order whose transaction no block takes: it was signed for less than is asked now. */
async function placeStuck(world: DexWorld, price = 5): Promise<Order> {
  const { connector, settle, chain, clock } = world;
  const first = await settle(connector.place(sell));
  await settle(connector.closed(first.clientOrderId));
  const heals = nodes.map((node) => chain.spoil(node, 'state', () => 'lost'));
  const placing = connector.place({ ...sell, amount: '1' });
  while (!chain.received.at(-1)?.includes('approve')) await clock.advance(5);
  for (const heal of heals) heal();
  const before = chain.received.length;
  while (!chain.received.slice(before).some((hash) => hash.includes('swap'))) await clock.advance(5);
  chain.setPrice(price);
  return settle(placing);
}

describe('an order that waits', () => {
  test('is signed again for more, and only one of the two is carried out', async () => {
    const world = await start();
    const { connector, settle, chain, types } = world;
    const placed = await placeStuck(world);
    const hurried = await settle(connector.speedUp(placed.clientOrderId));
    expect(hurried.state).toBe('open');
    const order = await settle(connector.closed(placed.clientOrderId));
    expect(order).toMatchObject({ state: 'filled', filled: decimal('1'), fees: [{ amount: decimal('0.001') }] });
    expect(order.orderId).toMatch(/at5$/);
    expect(swapsOf(world).map((hash) => hash.slice(0, 3))).toEqual(['0x1', '0x3', '0x3']);
    expect(sold(world)).toBe('97');
    expect(types().filter((type) => type === 'order-closed')).toHaveLength(2);
    expect(chain.balanceOf('weth')).toBe(97n * 10n ** 18n);
  });

  test('is signed again by itself when more is asked than it offers', async () => {
    const world = await start();
    const placed = await placeStuck(world);
    const order = await world.settle(world.connector.closed(placed.clientOrderId));
    expect([order.state, order.orderId?.slice(-3)]).toEqual(['filled', 'at5']);
  });

  test('may be carried out as it was signed first', async () => {
    const world = await start();
    const { connector, settle, chain } = world;
    const placed = await placeStuck(world);
    const heals = nodes.map((node) => chain.spoil(node, 'send', () => 'lost'));
    await expect(settle(connector.speedUp(placed.clientOrderId))).rejects.toMatchObject({ outcome: 'unknown' });
    chain.setPrice(1);
    const order = await settle(connector.closed(placed.clientOrderId));
    for (const heal of heals) heal();
    expect(order).toMatchObject({ state: 'filled', orderId: placed.orderId, fillsComplete: true });
  });

  test('stays as it is when more would be too dear', async () => {
    const world = await start();
    const { connector, settle, chain } = world;
    const placed = await placeStuck(world, 200);
    await expect(settle(connector.speedUp(placed.clientOrderId))).rejects.toMatchObject({ outcome: 'not-sent' });
    expect(connector.order(placed.clientOrderId)?.state).toBe('open');
    chain.setPrice(1);
    expect((await settle(connector.closed(placed.clientOrderId))).state).toBe('filled');
  });

  test('is cancelled by a transaction that does nothing, which costs its fee', async () => {
    const world = await start();
    const { connector, settle, chain } = world;
    const placed = await placeStuck(world);
    const canceling = await settle(connector.cancel(placed.clientOrderId));
    expect(canceling).toMatchObject({ state: 'open', canceling: true });
    const order = await settle(connector.closed(placed.clientOrderId));
    expect(order).toMatchObject({
      ...{ state: 'canceled', canceling: false, filled: decimal('0') },
      fees: [{ asset: 'ETH', amount: decimal('0.001') }],
    });
    chain.setPrice(1);
    expect(sold(world)).toBe('98');
  });

  test('is filled when its own transaction is included before the one that cancels it', async () => {
    const world = await start();
    const { connector, settle, chain } = world;
    const placed = await placeStuck(world);
    const heals = nodes.map((node) => chain.spoil(node, 'send', () => 'lost'));
    await expect(settle(connector.cancel(placed.clientOrderId))).rejects.toMatchObject({ outcome: 'unknown' });
    chain.setPrice(1);
    const order = await settle(connector.closed(placed.clientOrderId));
    for (const heal of heals) heal();
    expect(order).toMatchObject({ state: 'filled', canceling: false, filled: decimal('1') });
  });

  test('that is included while it is about to be signed again is over all the same', async () => {
    const world = await start();
    const { connector, settle, chain, clock } = world;
    const placed = await placeStuck(world);
    let release = (): void => undefined;
    const late = new Promise<Reply>((resolve) => {
      release = () => {
        resolve({ body: { result: '5' } });
      };
    });
    const heal = chain.spoil('a', 'price', () => late);
    const hurried = connector.speedUp(placed.clientOrderId);
    hurried.catch(() => undefined);
    await clock.advance(20);
    chain.setPrice(1);
    await settle(connector.closed(placed.clientOrderId));
    release();
    heal();
    await expect(settle(hurried)).rejects.toThrow('no transaction waits to be included');
    expect(connector.order(placed.clientOrderId)?.state).toBe('filled');
    expect(swapsOf(world)).toHaveLength(2);
  });

  test('is cancelled with all others', async () => {
    const world = await start();
    const { connector, settle } = world;
    const placed = await placeStuck(world);
    const canceled = await settle(connector.cancelAll());
    expect(canceled.map(({ clientOrderId, state }) => [clientOrderId, state])).toEqual([
      [placed.clientOrderId, 'canceled'],
    ]);
  });

  test('gives its nonce free after its time', async () => {
    const world = await start();
    const { connector, settle, chain, clock } = world;
    const placed = await placeStuck(world, 200);
    const heals = nodes.map((node) => chain.spoil(node, 'price', () => ({ body: { result: '7' } })));
    chain.mine(false);
    await clock.advance(130_000);
    for (const heal of heals) heal();
    chain.setPrice(1);
    chain.mine(true);
    const order = await settle(connector.closed(placed.clientOrderId));
    expect(order).toMatchObject({ state: 'expired', reason: 'its time was over before it was included' });
    expect(sold(world)).toBe('98');
  });
});

describe('a block that is taken back', () => {
  test('while no process ran voids its fill, and the order is filled anew', async () => {
    const first = await start({ data: 'data' });
    const { chain, settle } = first;
    const { clientOrderId } = await settle(first.connector.place(sell));
    const before = await settle(first.connector.closed(clientOrderId));
    first.kill();
    chain.disturb(-1n * 10n ** 18n);
    chain.reorganise(1);
    const second = await restart(first);
    await second.clock.advance(5_000);
    const after = second.connector.order(clientOrderId);
    expect(after?.state).toBe('filled');
    expect(after?.averagePrice?.gt(before.averagePrice ?? '0')).toBe(true);
    // What the first process told last may not have been noted as told.
    expect(second.types().slice(-4)).toEqual(['order-reopened', 'fill-voided', 'order-filled', 'order-closed']);
    expect(swapsOf(second)).toHaveLength(1);
  });

  test('is not asked for again once it is final', async () => {
    const first = await start({ data: 'data' });
    const { clientOrderId } = await first.settle(first.connector.place(sell));
    await first.settle(first.connector.closed(clientOrderId));
    await first.clock.advance(10_000);
    const second = await restart(first);
    const asked = second.chain.asked.length;
    await second.clock.advance(10_000);
    expect(second.chain.asked.slice(asked).filter((each) => each.includes('state'))).toEqual([]);
    expect(second.connector.order(clientOrderId)?.state).toBe('filled');
  });

  test('and comes back as it was has the fill again, under another id', async () => {
    const world = await start();
    const { connector, chain, settle, types, clock } = world;
    const { clientOrderId } = await settle(connector.place(sell));
    await settle(connector.closed(clientOrderId));
    const heals = nodes.map((node) => chain.spoil(node, 'state', () => ({ body: { result: { state: 'pending' } } })));
    await clock.advance(2_500);
    expect(connector.order(clientOrderId)).toMatchObject({ state: 'open', filled: decimal('0') });
    for (const heal of heals) heal();
    const order = await settle(connector.closed(clientOrderId));
    expect(order).toMatchObject({ state: 'filled', filled: decimal('2') });
    expect(types().filter((type) => type === 'order-filled')).toHaveLength(2);
  });

  test('with a reverted transaction reopens the order, which may be filled then', async () => {
    const world = await start();
    const { connector, chain, settle, types } = world;
    const placed = await settle(connector.place(sell));
    chain.disturb(500n * 10n ** 18n);
    expect((await settle(connector.closed(placed.clientOrderId))).state).toBe('rejected');
    chain.mine(false);
    chain.disturb(-500n * 10n ** 18n);
    chain.reorganise(1);
    await world.clock.advance(2_500);
    expect(connector.order(placed.clientOrderId)?.state).toBe('open');
    chain.mine(true);
    const order = await settle(connector.closed(placed.clientOrderId));
    expect(order).toMatchObject({ state: 'filled', filled: decimal('2'), fees: [{ amount: decimal('0.001') }] });
    expect(types()).toEqual(['order-opened', 'order-closed', 'order-reopened', 'order-filled', 'order-closed']);
  });
});

describe('the next process', () => {
  test('goes on with a cancel', async () => {
    const first = await start({ data: 'data' });
    const placed = await placeStuck(first);
    first.chain.mine(false);
    await first.settle(first.connector.cancel(placed.clientOrderId));
    const second = await restart(first);
    expect(second.connector.order(placed.clientOrderId)).toMatchObject({ state: 'open', canceling: true });
    second.chain.mine(true);
    expect((await second.settle(second.connector.closed(placed.clientOrderId))).state).toBe('canceled');
    expect(sold(second)).toBe('98');
  });

  test('sends what was signed and had not left, approvals too, so that no nonce is left out', async () => {
    const first = await start({ data: 'data' });
    for (const node of nodes) first.chain.spoil(node, 'send', () => 'lost');
    first.connector.place({ ...sell, clientOrderId: 'approving' }).catch(() => undefined);
    while (!first.chain.asked.some((each) => each.endsWith('send'))) await first.clock.advance(5);
    const second = await start({ data: 'data', after: killed(first) });
    for (const node of nodes) second.chain.spoil(node, 'send', () => ({ body: {} }))();
    const placed = await second.settle(second.connector.place(sell));
    expect((await second.settle(second.connector.closed(placed.clientOrderId))).state).toBe('filled');
    expect(second.connector.order('approving')?.state).toBe('not-placed');
  });

  test('uses a nonce again that all nodes refused', async () => {
    const first = await start({ data: 'data' });
    const { chain, settle, connector } = first;
    await settle(connector.closed((await settle(connector.place(sell))).clientOrderId));
    const heals = nodes.map((node) => chain.spoil(node, 'send', () => ({ body: { error: 'underpriced' } })));
    await expect(settle(connector.place(sell))).rejects.toThrow('underpriced');
    for (const heal of heals) heal();
    const second = await restart(first);
    const placed = await second.settle(second.connector.place(sell));
    expect((await second.settle(second.connector.closed(placed.clientOrderId))).state).toBe('filled');
  });
});

function killed(world: DexWorld): DexWorld {
  world.kill();
  return world;
}
