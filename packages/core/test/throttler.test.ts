import { describe, expect, test } from 'vitest';

import type { Pool } from '../src/spec/endpoint.js';
import { createThrottler } from '../src/throttler/throttler.js';
import { createCounts } from './support/counts.js';
import { createDesk, orders, weight } from './support/throttler-desk.js';
import { createVirtualClock } from './support/virtual-clock.js';

test('requests under the limit go at once and arm no timer', () => {
  const { clock, throttler } = createDesk();
  const turns = Array.from({ length: 90 }, () => throttler.acquire({ weight: 1 }, { lane: 'data' }));
  expect(turns).toEqual(turns.map(() => undefined));
  expect(clock.timers()).toBe(0);
});

test('a request over the limit waits for the exact instant', async () => {
  const { clock, log, ask } = createDesk();
  ask('first', { orders: 1 }, { lane: 'order' });
  await clock.advance(250);
  ask('rest', { orders: 4 }, { lane: 'order' });
  ask('sixth', { orders: 1 }, { lane: 'order' });
  ask('seventh', { orders: 1 }, { lane: 'order' });
  expect(clock.timers()).toBe(1);
  await clock.advance(20_000);
  expect(log).toEqual(['first @ 0', 'rest @ 250', 'sixth @ 10000', 'seventh @ 10250']);
  expect(clock.timers()).toBe(0);
});

test('a charge is taken from all its pools at once or not at all', async () => {
  const { clock, throttler, log, ask } = createDesk();
  ask('all orders', { orders: 5 }, { lane: 'order' });
  ask('both', { weight: 50, orders: 1 }, { lane: 'order' });
  expect(throttler.use().map(({ pool, used }) => [pool, used])).toEqual([
    ['weight', 0],
    ['orders', 5],
  ]);
  await clock.advance(10_000);
  expect(log).toEqual(['all orders @ 0', 'both @ 10000']);
  expect(throttler.use()).toEqual([
    { pool: 'weight', used: 50, limit: 100, perMs: 60_000, frozenForMs: 0 },
    { pool: 'orders', used: 1, limit: 5, perMs: 10_000, frozenForMs: 0 },
  ]);
});

test('every window of a pool holds', async () => {
  const both = {
    windows: [
      { limit: 3, perMs: 1_000 },
      { limit: 4, perMs: 60_000 },
    ],
    scope: 'ip',
  } satisfies Pool;
  const { clock, log, ask } = createDesk({ pools: { both } });
  for (const name of ['one', 'two', 'three', 'four', 'five']) ask(name, { both: 1 });
  await clock.advance(60_000);
  expect(log).toEqual(['one @ 0', 'two @ 0', 'three @ 0', 'four @ 1000', 'five @ 60000']);
});

test('a decaying counter frees units as time goes by', async () => {
  const { clock, log, ask, throttler } = createDesk({
    pools: { counter: { scope: 'key', capacity: 9, refillPerMs: 0.001 } },
  });
  ask('fill', { counter: 9 }, { lane: 'order' });
  ask('next', { counter: 2 }, { lane: 'order' });
  await clock.advance(5_000);
  expect(log).toEqual(['fill @ 0', 'next @ 2000']);
  expect(throttler.use()).toEqual([{ pool: 'counter', used: 6, limit: 9, frozenForMs: 0 }]);
});

test('fractions of units add up', async () => {
  const { clock, log, ask } = createDesk({
    pools: { tenths: { scope: 'ip', windows: [{ limit: 0.3, perMs: 1_000 }] } },
  });
  for (const name of ['one', 'two', 'three', 'four']) {
    ask(name, { tenths: 0.1 });
    await clock.advance(1);
  }
  await clock.advance(2_000);
  ask('all', { tenths: 0.3 });
  expect(log).toEqual(['one @ 0', 'two @ 1', 'three @ 2', 'four @ 1000', 'all @ 2004']);
});

test('a day-long window is never early and at most a grain late', async () => {
  const day = 86_400_000;
  const { clock, ask, log } = createDesk({
    pools: { daily: { scope: 'account', windows: [{ limit: 9, perMs: day }] } },
  });
  await clock.advance(12_345);
  ask('nine', { daily: 9 }, { lane: 'order' });
  ask('tenth', { daily: 1 }, { lane: 'order' });
  await clock.advance(day - 1);
  expect(log).toEqual(['nine @ 12345']);
  await clock.advance(day / 2_048 + 2);
  expect(log).toHaveLength(2);
});

test('a margin makes every window longer', async () => {
  const { clock, ask, log } = createDesk({ marginMs: 150 });
  ask('five', { orders: 5 }, { lane: 'order' });
  ask('sixth', { orders: 1 }, { lane: 'order' });
  await clock.advance(20_000);
  expect(log).toEqual(['five @ 0', 'sixth @ 10150']);
});

test('waiting is told to the meter', async () => {
  const { meter, counts, gauges, timings } = createCounts();
  const { clock, ask, throttler } = createDesk({ meter });
  ask('fill', { orders: 5 }, { lane: 'order' });
  ask('waits', { orders: 1 }, { lane: 'order' });
  throttler.observe([{ pool: 'weight', perMs: 60_000, used: 3 }]);
  throttler.freeze(1, { weight: 1 });
  expect(gauges).toEqual({ 'throttler.queue': 1 });
  await clock.advance(10_000);
  expect(counts).toEqual({ 'throttler.waited': 1, 'throttler.raised': 1, 'throttler.frozen': 1 });
  expect(gauges).toEqual({ 'throttler.queue': 0 });
  expect(timings).toEqual({ 'throttler.wait': [10_000] });
});

test('what an acquire costs does not depend on how much was counted', () => {
  const create = (counted: number): (() => number) => {
    let now = 0;
    const pool = { scope: 'ip', windows: [{ limit: 1e9, perMs: 600_000 }] } satisfies Pool;
    const throttler = createThrottler({ clock: { ...createVirtualClock(), mono: () => now }, pools: { pool } });
    const charge = { pool: 1 };
    for (; now < counted; now += 1) void throttler.acquire(charge, { lane: 'order' });
    return () => {
      const start = process.hrtime.bigint();
      for (let count = 0; count < 2_000; count += 1) void throttler.acquire(charge, { lane: 'order' });
      return Number(process.hrtime.bigint() - start);
    };
  };
  const [short, long] = [create(10), create(20_000)];
  const rounds = Array.from({ length: 25 }, () => ({ short: short(), long: long() }));
  const [least, most] = [rounds.map((round) => round.short), rounds.map((round) => round.long)].map((all) =>
    Math.min(...all),
  );
  // Noise apart the two are equal; a log that is summed for every request would be a thousand times slower.
  expect((most ?? Infinity) / (least ?? 1)).toBeLessThan(4);
});

describe('who goes first', () => {
  test('cancels go before orders and orders before data, each in the order they came', async () => {
    const { clock, log, ask } = createDesk();
    ask('fill', { orders: 5 }, { lane: 'order' });
    ask('data', { orders: 1 });
    ask('order 1', { orders: 1 }, { lane: 'order' });
    ask('order 2', { orders: 1 }, { lane: 'order' });
    ask('cancel 1', { orders: 1 }, { lane: 'cancel' });
    ask('cancel 2', { orders: 1 }, { lane: 'cancel' });
    await clock.advance(10_000);
    expect(log.slice(1)).toEqual(
      ['cancel 1', 'cancel 2', 'order 1', 'order 2', 'data'].map((name) => `${name} @ 10000`),
    );
  });

  test('a cancel is never held up by an order that waits', async () => {
    const { clock, log, ask } = createDesk();
    ask('fill', { orders: 4 }, { lane: 'order' });
    ask('heavy order', { orders: 5 }, { lane: 'order' });
    ask('cancel', { orders: 1 }, { lane: 'cancel' });
    expect(log).toEqual(['fill @ 0', 'cancel @ 0']);
    await clock.advance(10_000);
    expect(log.at(-1)).toBe('heavy order @ 10000');
  });

  test('a request that needs no full pool is not held up', () => {
    const { log, ask } = createDesk();
    ask('fill', { orders: 5 }, { lane: 'order' });
    ask('waits', { orders: 1, weight: 1 }, { lane: 'order' });
    ask('order', { weight: 1 }, { lane: 'order' });
    ask('data', { weight: 1 });
    expect(log).toEqual(['fill @ 0', 'order @ 0', 'data @ 0']);
  });

  test('a request that would make one ahead of it wait longer is held up', async () => {
    const quick = { scope: 'ip', windows: [{ limit: 100, perMs: 20_000 }] } satisfies Pool;
    const { clock, log, ask } = createDesk({ pools: { quick, orders } });
    ask('fill', { orders: 5 }, { lane: 'order' });
    ask('waits', { orders: 1, quick: 80 }, { lane: 'order' });
    ask('too much', { quick: 30 });
    ask('small enough', { quick: 20 }, { lane: 'order' });
    expect(log).toEqual(['fill @ 0', 'small enough @ 0']);
    await clock.advance(40_000);
    expect(log.slice(2)).toEqual(['waits @ 10000', 'too much @ 30000']);
  });

  test('light requests do not overtake a heavy one at the pool that it waits for', async () => {
    const { clock, log, ask } = createDesk();
    ask('half', { orders: 3 }, { lane: 'order' });
    await clock.advance(5_000);
    ask('heavy', { orders: 5 }, { lane: 'order' });
    for (let second = 5; second < 10; second += 1) {
      ask(`light ${second}`, { orders: 1 }, { lane: 'order' });
      await clock.advance(1_000);
    }
    expect(log).toEqual(['half @ 0', 'heavy @ 10000']);
    await clock.advance(10_000);
    expect(log.slice(2)).toEqual([5, 6, 7, 8, 9].map((second) => `light ${second} @ 20000`));
  });

  test('a pool by symbol holds back that symbol alone', async () => {
    const placing = { scope: 'account', per: 'symbol', windows: [{ limit: 2, perMs: 2_000 }] } satisfies Pool;
    const { clock, log, ask, throttler } = createDesk({ pools: { weight, placing } });
    const charge = { placing: 1, weight: 1 };
    for (const name of ['a', 'b', 'c']) ask(`BTC ${name}`, charge, { lane: 'order', symbol: 'BTCUSDT' });
    ask('ETH', charge, { lane: 'order', symbol: 'ETHUSDT' });
    ask('any', charge, { lane: 'order' });
    expect(log).toEqual(['BTC a @ 0', 'BTC b @ 0', 'ETH @ 0', 'any @ 0']);
    expect(throttler.use().map(({ pool, used }) => [pool, used])).toEqual([
      ['weight', 4],
      ['placing:BTCUSDT', 2],
      ['placing:ETHUSDT', 1],
      ['placing:*', 1],
    ]);
    await clock.advance(2_000);
    expect(log.at(-1)).toBe('BTC c @ 2000');
  });
});
