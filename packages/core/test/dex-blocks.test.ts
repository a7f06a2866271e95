import { afterEach, expect, test } from 'vitest';

import { createDexWorld, type DexWorld } from './support/toy-dex.js';

let world: DexWorld;

afterEach(async () => {
  await world.settle(world.connector.stop());
  world.chain.stop();
});

async function listen(): Promise<{ readonly heard: number[]; readonly end: () => void }> {
  world = createDexWorld();
  await world.settle(world.connector.start());
  const heard: number[] = [];
  return { heard, end: world.connector.onBlock((height) => heard.push(height)) };
}

test('each new block is told, one after the other', async () => {
  const { heard, end } = await listen();
  await world.clock.advance(20_000);
  expect(heard.length).toBeGreaterThan(15);
  expect(heard).toEqual(heard.map((_, index) => (heard[0] ?? 0) + index));
  end();
  const before = heard.length;
  await world.clock.advance(5_000);
  expect(heard).toHaveLength(before);
});

test('nothing is told while no block comes, and a lower one when blocks are taken back', async () => {
  const { heard } = await listen();
  await world.clock.advance(10_000);
  world.chain.mine(false);
  await world.clock.advance(3_000);
  const before = [...heard];
  await world.clock.advance(5_000);
  expect(heard).toEqual(before);
  world.chain.reorganise(2);
  await world.clock.advance(3_000);
  expect(heard.slice(before.length)).toEqual([(before.at(-1) ?? 0) - 2]);
  world.chain.mine(true);
});

test('none is left out that came while nodes did not answer, and after many the last 10,000 are told', async () => {
  const { heard } = await listen();
  await world.clock.advance(5_000);
  const heals = (['a', 'b'] as const).map((node) => world.chain.spoil(node, 'height', () => 'lost'));
  await world.clock.advance(30_000);
  for (const heal of heals) heal();
  await world.clock.advance(10_000);
  expect(heard.length).toBeGreaterThan(40);
  expect(heard).toEqual(heard.map((_, index) => (heard[0] ?? 0) + index));
  const before = heard.length;
  for (const node of ['a', 'b'] as const) world.chain.spoil(node, 'height', () => ({ body: { result: '1000000' } }));
  await world.clock.advance(3_000);
  expect([heard.length - before, heard[before], heard.at(-1)]).toEqual([10_000, 990_001, 1_000_000]);
});

test('a listener that throws keeps no other from hearing', async () => {
  const { heard } = await listen();
  world.connector.onBlock(() => {
    throw new Error('mine alone');
  });
  await world.clock.advance(3_000);
  expect(heard.length).toBeGreaterThan(0);
  expect(world.events.some((event) => event.type === 'warning' && event.error.message.includes('mine alone'))).toBe(
    true,
  );
});
