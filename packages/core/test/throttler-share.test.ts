import { expect, test } from 'vitest';

import type { Lane, Pool } from '../src/spec/endpoint.js';
import { createDesk, weight } from './support/throttler-desk.js';

test('data leaves the last tenth of a pool to orders', async () => {
  const { clock, log, ask } = createDesk();
  ask('data', { weight: 90 });
  ask('more data', { weight: 1 });
  ask('order', { weight: 10 }, { lane: 'order' });
  expect(log).toEqual(['data @ 0', 'order @ 0']);
  await clock.advance(60_000);
  expect(log.at(-1)).toBe('more data @ 60000');
});

test('a data request larger than the part open to data goes when it is alone', async () => {
  const { clock, log, ask } = createDesk();
  ask('order', { weight: 1 }, { lane: 'order' });
  ask('everything', { weight: 100 });
  await clock.advance(60_000);
  expect(log).toEqual(['order @ 0', 'everything @ 60000']);
});

test.each<[name: string, lane: Lane, pool: Pool]>([
  ['a short window', 'order', { scope: 'ip', windows: [{ limit: 100, perMs: 1_000 }] }],
  ['a window of a minute', 'order', weight],
  ['cancels alone', 'cancel', weight],
  ['a decaying counter', 'order', { scope: 'ip', capacity: 100, refillPerMs: 0.002 }],
])('data is served within a minute however many orders wait: %s', async (_name, lane, pool) => {
  const { clock, throttler } = createDesk({ pools: { pool } });
  const waits: number[] = [];
  let [data, asked, placed] = [0, 0, 0];
  for (let second = 0; second < 300; second += 1) {
    for (; asked < placed + 200; asked += 1) {
      void Promise.resolve(throttler.acquire({ pool: 1 }, { lane })).then(() => (placed += 1), ignore);
    }
    if (second % 100 === 7) {
      const since = clock.mono();
      data += 1;
      const turn = throttler.acquire({ pool: 5 }, { lane: 'data' });
      void Promise.resolve(turn).then(() => waits.push(clock.mono() - since), ignore);
    }
    await clock.advance(1_000);
  }
  expect({ data, served: waits.filter((waited) => waited <= 60_000).length }).toEqual({ data: 3, served: 3 });
  expect(placed).toBeGreaterThan(450);
  throttler.close();
});

test('a data request that has waited long goes past an order that waits for much longer', async () => {
  const daily = { scope: 'account', windows: [{ limit: 100, perMs: 86_400_000 }] } satisfies Pool;
  const { clock, log, ask } = createDesk({ pools: { daily } });
  ask('fill', { daily: 60 }, { lane: 'order' });
  await clock.advance(100_000);
  ask('tomorrow', { daily: 98 }, { lane: 'order' });
  ask('data', { daily: 5 });
  await clock.advance(59_999);
  expect(log).toEqual(['fill @ 0', 'data @ 150000']);
});

test('data that is helped past orders does not overtake older data', async () => {
  const { clock, log, ask } = createDesk();
  ask('early order', { weight: 50 }, { lane: 'order' });
  await clock.advance(30_000);
  ask('data', { weight: 5 });
  ask('late order', { weight: 45 }, { lane: 'order' });
  await clock.advance(1_000);
  ask('heavy data', { weight: 50 });
  ask('light data', { weight: 1 });
  for (let number = 0; number < 50; number += 1) ask('order', { weight: 1 }, { lane: 'order' });
  await clock.advance(100_000);
  expect(log.filter((line) => !line.startsWith('order'))).toEqual([
    'early order @ 0',
    'data @ 30000',
    'late order @ 30000',
    'heavy data @ 90000',
    'light data @ 120000',
  ]);
});

test('a flood of data takes no more than a tenth from orders that wait', async () => {
  const { clock, throttler } = createDesk({
    pools: { pool: { scope: 'ip', windows: [{ limit: 100, perMs: 1_000 }] } },
  });
  const served = { order: 0, data: 0 };
  const ask = (lane: 'order' | 'data'): void => {
    const turn = throttler.acquire({ pool: 1 }, { lane });
    void Promise.resolve(turn).then(
      () => (served[lane] += 1),
      () => undefined,
    );
  };
  for (let second = 0; second < 100; second += 1) {
    for (let number = 0; number < 100; number += 1) {
      ask('order');
      ask('order');
      ask('data');
    }
    await clock.advance(1_000);
  }
  expect(served.order + served.data).toBe(10_100);
  expect(served.data / 10_100).toBeLessThanOrEqual(0.1);
  expect(served.data).toBeGreaterThan(400);
  throttler.close();
});

test('a user with a share of the limits keeps to it, whatever the venue counts of others', async () => {
  const { clock, log, ask, throttler } = createDesk({ share: 0.4 });
  ask('forty', { weight: 40 }, { lane: 'order' });
  ask('next', { weight: 1 }, { lane: 'order' });
  expect(log).toEqual(['forty @ 0']);
  await clock.advance(60_000);
  throttler.observe([{ pool: 'weight', perMs: 60_000, used: 60 }]);
  ask('own forty again', { weight: 39 }, { lane: 'order' });
  expect(log.slice(1)).toEqual(['next @ 60000', 'own forty again @ 60000']);
  expect(throttler.use()[0]).toEqual({ pool: 'weight', used: 99, limit: 100, perMs: 60_000, frozenForMs: 0 });
});

test('a share of a decaying counter refills by that share, and a share is never below one unit', async () => {
  const { clock, log, ask } = createDesk({
    share: 0.5,
    pools: {
      counter: { scope: 'key', capacity: 20, refillPerMs: 0.002 },
      one: { scope: 'key', windows: [{ limit: 1, perMs: 1_000 }] },
    },
  });
  ask('ten', { counter: 10, one: 1 }, { lane: 'order' });
  ask('next', { counter: 1 }, { lane: 'order' });
  await clock.advance(1_000);
  expect(log).toEqual(['ten @ 0', 'next @ 1000']);
});

test.each([0, -1, 1.5, NaN])('a share of %d is refused', (share) => {
  expect(() => createDesk({ share })).toThrow(`a share is above 0 and at most 1: ${share}`);
});

function ignore(): undefined {
  return undefined;
}
