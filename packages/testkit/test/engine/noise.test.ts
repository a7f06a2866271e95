import { describe, expect, test } from 'vitest';

import { fillOrder } from '../../src/engine/fill-order.js';
import { placeLadder } from '../../src/engine/ladder.js';
import { createNoise, type NoiseMarket } from '../../src/engine/noise.js';
import type { Engine, EngineOrder } from '../../src/engine/types.js';
import { createRandom } from '../../src/random.js';
import { createVirtualClock, type VirtualClock } from '../../src/virtual/clock.js';
import { brief, createTestEngine, limit } from './market.js';

const market = 'BTCUSDT';
const settings: NoiseMarket = { market, mid: '60000', spread: 10, amount: '0.5', everyMs: 50, drift: 2 };
const seconds = 1000;

type World = { readonly clock: VirtualClock; readonly engine: Engine; readonly stop: () => void };

function createWorld(seed: number, changes: Partial<NoiseMarket> = {}): World {
  const clock = createVirtualClock();
  const engine = createTestEngine({ now: () => clock.now() });
  const random = createRandom(seed);
  const noise = createNoise({ engine, clock, random, markets: [{ ...settings, ...changes }], prey: ['ann'] });
  return { clock, engine, stop: () => noise.stop() };
}

const isMine = ({ account }: EngineOrder): boolean => account === 'ann';

/** Twenty seconds in which the account keeps an order at the best price of each side. */
async function quote({ clock, engine }: World): Promise<void> {
  for (let round = 0; round < 20; round += 1) {
    engine.cancelAll('ann');
    const { bids, asks } = engine.depth(market, 1);
    engine.place('ann', limit('buy', { price: bids[0]?.[0] ?? 59_999n, amount: 100n }));
    engine.place('ann', limit('sell', { price: asks[0]?.[0] ?? 60_001n, amount: 100n }));
    await clock.advance(1000);
  }
}

describe('noise', () => {
  test('makes and takes, and fills the orders of others in parts', async () => {
    const world = createWorld(1);
    await quote(world);
    world.engine.audit();
    const partFilled = world.engine.log.filter((event) => {
      return (
        event.type === 'order' && event.change === 'filled' && event.order.status === 'open' && isMine(event.order)
      );
    });
    const orders = world.engine.orders('ann');
    expect(world.engine.trades(market).length).toBeGreaterThan(100);
    expect(partFilled.length).toBeGreaterThan(10);
    expect(orders.filter(({ status }) => status === 'filled').length).toBeGreaterThan(10);
    expect(orders.filter(({ status, filled }) => status === 'canceled' && filled > 0n).length).toBeGreaterThan(1);
  });

  test('does the same for the same seed', async () => {
    const run = async (seed: number): Promise<readonly string[]> => {
      const world = createWorld(seed);
      await quote(world);
      return world.engine.log.map((event) => `${event.at} ${brief(event)}`);
    };
    const first = await run(1);
    expect(await run(1)).toEqual(first);
    expect(await run(2)).not.toEqual(first);
  });

  test('leaves no timer behind when it is stopped', async () => {
    const { clock, engine, stop } = createWorld(1);
    engine.place('ann', limit('buy', { price: 59_999n, amount: 100n }));
    await clock.advance(seconds);
    stop();
    const before = engine.log.length;
    engine.place('ann', limit('sell', { price: 60_015n, amount: 1n }));
    expect(clock.pending).toBe(0);
    await clock.advance(10 * seconds);
    expect(engine.log.length).toBe(before + 3);
  });

  test('keeps its distance from a mid that stands still, and rests while the market is halted', async () => {
    const { clock, engine } = createWorld(3, { drift: 0 });
    await clock.advance(30 * seconds);
    const { bids, asks } = engine.depth(market);
    expect(bids.length + asks.length).toBeGreaterThan(10);
    for (const [price] of [...bids, ...asks]) expect(Math.abs(Number(price) - 60_000)).toBeLessThanOrEqual(20);
    engine.setStatus(market, 'halted');
    const before = engine.log.length;
    await clock.advance(10 * seconds);
    expect(engine.log.length).toBe(before);
  });

  test('needs a market and a mid on its grid', () => {
    expect(() => createWorld(1, { mid: '0.5' })).toThrow('BTCUSDT: no market for noise around 0.5');
    expect(() => createWorld(1, { market: 'NOPE' })).toThrow('NOPE: no market for noise around 60000');
  });
});

describe('a ladder', () => {
  const ladder = { account: 'ann', market, mid: '100', levels: 3, step: '2', amount: '0.5' };

  test('fills both sides of a market', () => {
    const engine = createTestEngine();
    placeLadder(engine, ladder);
    expect(engine.depth(market)).toMatchObject({
      bids: [
        [98n, 500n],
        [96n, 500n],
        [94n, 500n],
      ],
      asks: [
        [102n, 500n],
        [104n, 500n],
        [106n, 500n],
      ],
    });
  });

  test('says what is wrong with it', () => {
    expect(() => placeLadder(createTestEngine(), { ...ladder, step: '0.5' })).toThrow('step 0.5');
    expect(() => placeLadder(createTestEngine(), { ...ladder, amount: '60' })).toThrow('level 2 was refused');
  });
});

describe('filling an order', () => {
  test('takes what stands before it, then exactly that much of it', () => {
    const engine = createTestEngine();
    engine.place('bob', limit('sell', { price: 99n, amount: 10n }));
    engine.place('bob', limit('sell', { price: 100n, amount: 20n }));
    const placed = engine.place('ann', limit('sell', { price: 100n, amount: 50n }));
    if (placed.type === 'refused') throw new Error(placed.refusal);
    engine.place('bob', limit('sell', { price: 100n, amount: 5n }));
    fillOrder(engine, { account: 'a stranger', order: placed.order, amount: 30n });
    expect(engine.order('ann', { market, orderId: 3 })?.filled).toBe(30n);
    expect(engine.depth(market).asks).toEqual([[100n, 25n]]);
    expect(engine.openOrders('a stranger')).toEqual([]);
    engine.audit();
  });

  test('of one that has ended does nothing', () => {
    const engine = createTestEngine();
    const placed = engine.place('ann', limit('sell', { price: 100n, amount: 50n }));
    engine.cancelAll('ann');
    if (placed.type === 'refused') throw new Error(placed.refusal);
    expect(fillOrder(engine, { account: 'bob', order: placed.order, amount: 1n })).toMatchObject({
      refusal: 'order-closed',
    });
  });
});
