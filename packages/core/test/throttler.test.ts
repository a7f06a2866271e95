import { describe, expect, test } from 'vitest';

import { isConnectorError } from '../src/errors/connector-error.js';
import type { Charge, Lane, Pool } from '../src/spec/endpoint.js';
import {
  createThrottler,
  sharedPools,
  type AcquireOptions,
  type Throttler,
  type ThrottlerOptions,
} from '../src/throttler/throttler.js';
import { createCounts } from './support/counts.js';
import { createVirtualClock, type VirtualClock } from './support/virtual-clock.js';

const weight = { scope: 'ip', windows: [{ limit: 100, perMs: 60_000 }] } satisfies Pool;
const orders = { scope: 'account', windows: [{ limit: 5, perMs: 10_000 }] } satisfies Pool;
const pools = { weight, orders };

type Set = {
  readonly clock: VirtualClock;
  readonly throttler: Throttler;
  /** What was granted, as `name @ ms since the start`. */
  readonly log: string[];
  readonly ask: (name: string, charge: Charge, options?: Partial<AcquireOptions>) => void;
};

function set(options: Partial<ThrottlerOptions> = {}): Set {
  const clock = createVirtualClock();
  const throttler = createThrottler({ clock, pools, ...options });
  const log: string[] = [];
  return { clock, throttler, log, ask: asker(clock, throttler, log) };
}

function ignore(): undefined {
  return undefined;
}

function asker(clock: VirtualClock, throttler: Pick<Throttler, 'acquire'>, log: string[]): Set['ask'] {
  const start = clock.mono();
  return (name, charge, options) => {
    const note = (what: string): void => void log.push(`${name} ${what} ${clock.mono() - start}`);
    const turn = throttler.acquire(charge, { lane: 'data', ...options });
    if (turn === undefined) note('@');
    else
      turn.then(
        () => note('@'),
        (error: unknown) => {
          if (isConnectorError(error)) note(`${error.kind} ${error.outcome}`);
        },
      );
  };
}

test('requests under the limit go at once and arm no timer', () => {
  const { clock, throttler } = set();
  const turns = Array.from({ length: 90 }, () => throttler.acquire({ weight: 1 }, { lane: 'data' }));
  expect(turns).toEqual(turns.map(() => undefined));
  expect(clock.timers()).toBe(0);
});

test('a request over the limit waits for the exact instant', async () => {
  const { clock, log, ask } = set();
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
  const { clock, throttler, log, ask } = set();
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
  const { clock, log, ask } = set({ pools: { both } });
  for (const name of ['one', 'two', 'three', 'four', 'five']) ask(name, { both: 1 });
  await clock.advance(60_000);
  expect(log).toEqual(['one @ 0', 'two @ 0', 'three @ 0', 'four @ 1000', 'five @ 60000']);
});

test('a decaying counter frees units as time goes by', async () => {
  const { clock, log, ask, throttler } = set({ pools: { counter: { scope: 'key', capacity: 9, refillPerMs: 0.001 } } });
  ask('fill', { counter: 9 }, { lane: 'order' });
  ask('next', { counter: 2 }, { lane: 'order' });
  await clock.advance(5_000);
  expect(log).toEqual(['fill @ 0', 'next @ 2000']);
  expect(throttler.use()).toEqual([{ pool: 'counter', used: 6, limit: 9, frozenForMs: 0 }]);
});

test('fractions of units add up', async () => {
  const { clock, log, ask } = set({ pools: { tenths: { scope: 'ip', windows: [{ limit: 0.3, perMs: 1_000 }] } } });
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
  const { clock, ask, log } = set({ pools: { daily: { scope: 'account', windows: [{ limit: 9, perMs: day }] } } });
  await clock.advance(12_345);
  ask('nine', { daily: 9 }, { lane: 'order' });
  ask('tenth', { daily: 1 }, { lane: 'order' });
  await clock.advance(day - 1);
  expect(log).toEqual(['nine @ 12345']);
  await clock.advance(day / 2_048 + 2);
  expect(log).toHaveLength(2);
});

test('a margin makes every window longer', async () => {
  const { clock, ask, log } = set({ marginMs: 150 });
  ask('five', { orders: 5 }, { lane: 'order' });
  ask('sixth', { orders: 1 }, { lane: 'order' });
  await clock.advance(20_000);
  expect(log).toEqual(['five @ 0', 'sixth @ 10150']);
});

describe('who goes first', () => {
  test('cancels go before orders and orders before data, each in the order they came', async () => {
    const { clock, log, ask } = set();
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
    const { clock, log, ask } = set();
    ask('fill', { orders: 4 }, { lane: 'order' });
    ask('heavy order', { orders: 5 }, { lane: 'order' });
    ask('cancel', { orders: 1 }, { lane: 'cancel' });
    expect(log).toEqual(['fill @ 0', 'cancel @ 0']);
    await clock.advance(10_000);
    expect(log.at(-1)).toBe('heavy order @ 10000');
  });

  test('a request that needs no full pool is not held up', () => {
    const { log, ask } = set();
    ask('fill', { orders: 5 }, { lane: 'order' });
    ask('waits', { orders: 1, weight: 1 }, { lane: 'order' });
    ask('order', { weight: 1 }, { lane: 'order' });
    ask('data', { weight: 1 });
    expect(log).toEqual(['fill @ 0', 'order @ 0', 'data @ 0']);
  });

  test('a request that would make one ahead of it wait longer is held up', async () => {
    const quick = { scope: 'ip', windows: [{ limit: 100, perMs: 20_000 }] } satisfies Pool;
    const { clock, log, ask } = set({ pools: { quick, orders } });
    ask('fill', { orders: 5 }, { lane: 'order' });
    ask('waits', { orders: 1, quick: 80 }, { lane: 'order' });
    ask('too much', { quick: 30 });
    ask('small enough', { quick: 20 }, { lane: 'order' });
    expect(log).toEqual(['fill @ 0', 'small enough @ 0']);
    await clock.advance(40_000);
    expect(log.slice(2)).toEqual(['waits @ 10000', 'too much @ 30000']);
  });

  test('light requests do not overtake a heavy one at the pool that it waits for', async () => {
    const { clock, log, ask } = set();
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
    const { clock, log, ask, throttler } = set({ pools: { weight, placing } });
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

describe('a share for everyone', () => {
  test('data leaves the last tenth of a pool to orders', async () => {
    const { clock, log, ask } = set();
    ask('data', { weight: 90 });
    ask('more data', { weight: 1 });
    ask('order', { weight: 10 }, { lane: 'order' });
    expect(log).toEqual(['data @ 0', 'order @ 0']);
    await clock.advance(60_000);
    expect(log.at(-1)).toBe('more data @ 60000');
  });

  test('a data request larger than the part open to data goes when it is alone', async () => {
    const { clock, log, ask } = set();
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
    const { clock, throttler } = set({ pools: { pool } });
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
    const { clock, log, ask } = set({ pools: { daily } });
    ask('fill', { daily: 60 }, { lane: 'order' });
    await clock.advance(100_000);
    ask('tomorrow', { daily: 98 }, { lane: 'order' });
    ask('data', { daily: 5 });
    await clock.advance(59_999);
    expect(log).toEqual(['fill @ 0', 'data @ 150000']);
  });

  test('data that is helped past orders does not overtake older data', async () => {
    const { clock, log, ask } = set();
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
    const { clock, throttler } = set({ pools: { pool: { scope: 'ip', windows: [{ limit: 100, perMs: 1_000 }] } } });
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
    const { clock, log, ask, throttler } = set({ share: 0.4 });
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
    const { clock, log, ask } = set({
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
    expect(() => set({ share })).toThrow(`a share is above 0 and at most 1: ${share}`);
  });
});

describe('what never goes', () => {
  test('a charge above a limit is refused at once', () => {
    const { throttler } = set({ share: 0.5 });
    const acquire = (charge: Charge) => () => throttler.acquire(charge, { lane: 'order' });
    expect(acquire({ weight: 101 })).toThrow(
      expect.objectContaining({
        kind: 'invalid-request',
        outcome: 'not-sent',
        message: 'throttler: 101 units are above what pool weight ever holds: 100 per 60000 ms',
      }),
    );
    expect(acquire({ weight: 51 })).toThrow(
      '51 units are above what pool weight ever holds: 50 per 60000 ms, our share',
    );
  });

  test('a pool that is not there is named, as are amounts that are none', () => {
    const { throttler } = set();
    const acquire = (charge: Charge) => () => throttler.acquire(charge, { lane: 'order' });
    expect(acquire({ wieght: 1 })).toThrow(new TypeError('unknown pool wieght; there are: weight, orders'));
    expect(acquire({ constructor: 1 })).toThrow(new TypeError('unknown pool constructor; there are: weight, orders'));
    expect(acquire({ weight: NaN })).toThrow(new TypeError('pool weight is charged NaN'));
    expect(acquire({ weight: -1 })).toThrow(new TypeError('pool weight is charged -1'));
    expect(() => throttler.freeze(1, { wieght: 1 })).toThrow('unknown pool wieght');
  });

  test.each<[problem: string, pool: Pool]>([
    ['limit is 0', { scope: 'ip', windows: [{ limit: 0, perMs: 1 }] }],
    ['perMs is NaN', { scope: 'ip', windows: [{ limit: 1, perMs: NaN }] }],
    ['refillPerMs is -1', { scope: 'ip', capacity: 1, refillPerMs: -1 }],
  ])('a pool that limits nothing is refused: %s', (problem, pool) => {
    expect(() => set({ pools: { odd: pool } })).toThrow(new TypeError(`pool odd: ${problem}`));
  });
});

describe('giving up', () => {
  test('an aborted request leaves the queue, and those behind it move up', async () => {
    const { clock, log, ask } = set();
    const controller = new AbortController();
    ask('fill', { orders: 4 }, { lane: 'order' });
    ask('heavy', { orders: 5 }, { lane: 'order', signal: controller.signal });
    ask('light', { orders: 1 }, { lane: 'order' });
    await clock.advance(1_000);
    controller.abort(new Error('enough'));
    await clock.settle();
    expect(log.toSorted()).toEqual(['fill @ 0', 'heavy aborted not-sent 1000', 'light @ 1000']);
    expect(clock.timers()).toBe(0);
  });

  test('the error of an aborted request carries the reason', async () => {
    const { throttler } = set();
    const reason = new Error('enough');
    await expect(throttler.acquire({}, { lane: 'data', signal: AbortSignal.abort(reason) })).rejects.toMatchObject({
      kind: 'aborted',
      cause: reason,
    });
  });

  test('one that waits in the middle of its queue can be aborted', async () => {
    const { clock, log, ask } = set();
    const controller = new AbortController();
    ask('fill', { orders: 5 }, { lane: 'order' });
    ask('one', { orders: 1 }, { lane: 'order' });
    ask('two', { orders: 1 }, { lane: 'order', signal: controller.signal });
    ask('three', { orders: 1 }, { lane: 'order' });
    controller.abort();
    await clock.advance(10_000);
    expect(log).toEqual(['fill @ 0', 'two aborted not-sent 0', 'one @ 10000', 'three @ 10000']);
  });

  test('a request that cannot go before its deadline is refused at once, one that is overtaken at its deadline', async () => {
    const { clock, log, ask, throttler } = set();
    ask('fill', { orders: 5 }, { lane: 'order' });
    const turn = throttler.acquire({ orders: 1 }, { lane: 'order', deadline: clock.mono() + 9_999 });
    await expect(turn).rejects.toMatchObject({ kind: 'rate-limited', outcome: 'not-sent', retryAfterMs: 10_000 });
    ask('in time', { orders: 5 }, { lane: 'order', deadline: clock.mono() + 10_000 });
    ask('overtaken', { orders: 5 }, { lane: 'order', deadline: clock.mono() + 15_000 });
    await clock.advance(12_000);
    ask('after its deadline', {}, { deadline: clock.mono() - 1 });
    await clock.advance(20_000);
    expect(log).toEqual([
      'fill @ 0',
      'in time rate-limited not-sent 10000',
      'overtaken @ 10000',
      'after its deadline rate-limited not-sent 12000',
    ]);
  });

  test('closing rejects all that wait, and all that come, and leaves no timer', async () => {
    const { clock, log, ask, throttler } = set();
    const view = throttler.forConnection();
    ask('fill', { orders: 5 }, { lane: 'order' });
    ask('waits', { orders: 1 }, { lane: 'order' });
    asker(clock, view, log)('waits in a view', { orders: 1 }, { lane: 'order' });
    throttler.close();
    ask('late', {}, { lane: 'cancel' });
    await clock.settle();
    expect(log.slice(1)).toEqual([
      'waits in a view aborted not-sent 0',
      'waits aborted not-sent 0',
      'late aborted not-sent 0',
    ]);
    expect(clock.timers()).toBe(0);
  });
});

describe('what the venue says', () => {
  test('headers raise a count and never lower it', async () => {
    const { clock, throttler, log, ask } = set();
    ask('ours', { weight: 10 });
    throttler.observe([{ pool: 'weight', perMs: 60_000, used: 4 }]);
    expect(throttler.use()[0]?.used).toBe(10);
    await clock.advance(1_000);
    throttler.observe([{ pool: 'weight', perMs: 60_000, used: 100 }]);
    ask('next', { weight: 10 }, { lane: 'order' });
    await clock.advance(60_000);
    expect(log).toEqual(['ours @ 0', 'next @ 60000']);
  });

  test('what cannot be placed is ignored', () => {
    const placing = { scope: 'account', per: 'symbol', windows: [{ limit: 2, perMs: 2_000 }] } satisfies Pool;
    const { throttler } = set({ pools: { weight, placing } });
    throttler.observe([
      { pool: 'weight', perMs: 1_000, used: 50 },
      { pool: 'unknown', perMs: 60_000, used: 50 },
      { pool: 'placing', perMs: 2_000, used: 50 },
      { pool: 'weight', perMs: 60_000, used: NaN },
      { pool: 'weight', perMs: 60_000, used: Infinity },
    ]);
    expect(throttler.use()).toEqual([{ pool: 'weight', used: 0, limit: 100, perMs: 60_000, frozenForMs: 0 }]);
  });

  test('a frozen pool holds back what charges it, in every lane', async () => {
    const { clock, throttler, log, ask } = set();
    throttler.freeze(5_000, { orders: 1 });
    throttler.freeze(2_000, { orders: 1 });
    ask('cancel', { orders: 1 }, { lane: 'cancel' });
    ask('free', { orders: 0 }, { lane: 'cancel' });
    ask('data', { weight: 1 });
    expect(throttler.use().map(({ frozenForMs }) => frozenForMs)).toEqual([0, 5_000]);
    await clock.advance(5_000);
    expect(log).toEqual(['data @ 0', 'cancel @ 5000', 'free @ 5000']);
  });

  test('a freeze of everything stops also what charges nothing', async () => {
    const { clock, throttler, log, ask } = set();
    throttler.freeze(3_000);
    throttler.freeze(NaN);
    ask('nothing', {});
    await clock.advance(1_000);
    throttler.freeze(4_000);
    await clock.advance(10_000);
    expect(log).toEqual(['nothing @ 5000']);
  });
});

describe('who counts together', () => {
  test('address pools are shared by door and host, all others are not', async () => {
    const [door, otherDoor] = [{}, {}];
    const clock = createVirtualClock();
    const create = (owner: object, key: string): Throttler =>
      createThrottler({ clock, pools, shared: sharedPools(owner, key) });
    const [one, same, otherHost, elsewhere] = [
      create(door, 'a.venue'),
      create(door, 'a.venue'),
      create(door, 'b.venue'),
      create(otherDoor, 'a.venue'),
    ];
    void one.acquire({ weight: 7, orders: 2 }, { lane: 'order' });
    same.freeze(1_000);
    expect([one, same, otherHost, elsewhere].map((each) => each.use().map(({ used }) => used))).toEqual([
      [7, 2],
      [7, 0],
      [0, 0],
      [0, 0],
    ]);
    expect(one.use().map(({ frozenForMs }) => frozenForMs)).toEqual([1_000, 0]);
  });

  test('one closes without touching those who wait with it', async () => {
    const clock = createVirtualClock();
    const shared = sharedPools({}, 'venue');
    const [one, other] = [createThrottler({ clock, pools, shared }), createThrottler({ clock, pools, shared })];
    const log: string[] = [];
    asker(clock, one, log)('one', { weight: 100 }, { lane: 'order' });
    asker(clock, one, log)('one waits', { weight: 1 }, { lane: 'order' });
    asker(clock, other, log)('other waits', { weight: 1 }, { lane: 'order' });
    one.close();
    await clock.advance(60_000);
    expect(log).toEqual(['one @ 0', 'one waits aborted not-sent 0', 'other waits @ 60000']);
  });

  test('shared pools need one clock', () => {
    const shared = sharedPools({}, 'venue');
    createThrottler({ clock: createVirtualClock(), pools, shared });
    expect(() => createThrottler({ clock: createVirtualClock(), pools, shared })).toThrow(
      new TypeError('throttlers that share pools need the same clock'),
    );
  });

  test('a view for a connection has connection pools of its own', async () => {
    const messages = { scope: 'connection', windows: [{ limit: 5, perMs: 1_000 }] } satisfies Pool;
    const { throttler } = set({ pools: { messages, orders } });
    const [one, two] = [throttler.forConnection(), throttler.forConnection()];
    void one.acquire({ messages: 5, orders: 2 }, { lane: 'order' });
    void two.acquire({ messages: 3 }, { lane: 'order' });
    expect([throttler, one, two].map((each) => each.use().map(({ used }) => used))).toEqual([
      [0, 2],
      [5, 2],
      [3, 2],
    ]);
    one.freeze(1_000);
    expect(two.use().map(({ frozenForMs }) => frozenForMs)).toEqual([0, 1_000]);
    one.close();
    await expect(one.acquire({}, { lane: 'data' })).rejects.toMatchObject({ kind: 'aborted' });
    const turn = two.acquire({ messages: 1 }, { lane: 'data' });
    throttler.close();
    await expect(turn).rejects.toMatchObject({ kind: 'aborted', outcome: 'not-sent' });
  });
});

test('waiting is told to the meter', async () => {
  const { meter, counts, gauges, timings } = createCounts();
  const { clock, ask, throttler } = set({ meter });
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
