import { afterEach, expect, test } from 'vitest';

import { createDexWorld, type DexWorld } from './support/toy-dex.js';

const pair = 'WETH-USDC';
const sell = { pair, side: 'sell', type: 'market', amount: '2', maxSlippage: '0.1' } as const;
let world: DexWorld;

afterEach(async () => {
  await world.settle(world.connector.stop());
  world.chain.stop();
});

/** Ids of the trades that a listener hears. */
async function listen(): Promise<readonly string[]> {
  world = createDexWorld();
  await world.settle(world.connector.start({ pairs: [pair] }));
  const heard: string[] = [];
  world.connector.onTrade(pair, ({ id = '' }) => heard.push(id));
  return heard;
}

async function swap(): Promise<string> {
  const { connector, settle } = world;
  const { clientOrderId } = await settle(connector.place(sell));
  return (await settle(connector.closed(clientOrderId))).orderId ?? '';
}

test('each swap is told once, in order', async () => {
  const heard = await listen();
  const made = [await swap(), await swap()];
  await world.clock.advance(10_000);
  expect(heard).toEqual(made);
  expect(world.connector.trades(pair).map(({ id }) => id)).toEqual(made);
});

test('what a node did not have yet is told when it has it', async () => {
  const heard = await listen();
  const heals = (['a', 'b'] as const).map((node) =>
    world.chain.spoil(node, 'trades', () => ({ body: { result: [] } })),
  );
  const made = await swap();
  for (const heal of heals) heal();
  await world.clock.advance(3_000);
  expect(heard).toEqual([made]);
});

test('no swap is lost while nodes do not answer', async () => {
  const heard = await listen();
  const heals = (['a', 'b'] as const).map((node) => world.chain.spoil(node, 'trades', () => 'lost'));
  const made = await swap();
  await world.clock.advance(20_000);
  expect(heard).toEqual([]);
  for (const heal of heals) heal();
  await world.clock.advance(20_000);
  expect(heard).toEqual([made]);
});

test('what nodes will not read at once after a while is read in pieces', async () => {
  const heard = await listen();
  const heals = (['a', 'b'] as const).map((node) => world.chain.spoil(node, 'trades', () => 'lost'));
  const made: string[] = [];
  for (let swapped = 0; swapped < 3; swapped += 1) {
    made.push(await swap());
    await world.clock.advance(10_000);
  }
  for (const heal of heals) heal();
  for (const node of ['a', 'b'] as const)
    world.chain.spoil(node, 'trades', (own) =>
      Array.isArray(own) && own.length > 1 ? { body: { error: 'too much' } } : { body: { result: own } },
    );
  await world.clock.advance(60_000);
  expect(heard).toEqual(made);
});

test('nobody is told who does not listen any more', async () => {
  const heard = await listen();
  const other: string[] = [];
  world.connector.onTrade(pair, ({ id = '' }) => other.push(id))();
  const made = await swap();
  await world.clock.advance(3_000);
  expect([heard, other]).toEqual([[made], []]);
});

test('a connector that was started twice tells each swap once, and asks nothing after its stop', async () => {
  const heard = await listen();
  const { connector, settle, clock, chain } = world;
  await settle(connector.start({ pairs: [pair] }));
  const made = await swap();
  await clock.advance(3_000);
  expect(heard).toEqual([made]);
  await settle(connector.stop());
  chain.stop();
  expect(clock.timers()).toBe(0);
});
