import fc from 'fast-check';
import { expect, test } from 'vitest';

import type { Clock } from '../src/ports/ports.js';
import type { Charge, Lane, Pool } from '../src/spec/endpoint.js';
import { createThrottler, sharedPools, type Throttler } from '../src/throttler/throttler.js';
import { createRandom } from './support/random.js';
import { createVirtualClock } from './support/virtual-clock.js';

type Grant = {
  readonly at: number;
  readonly charge: Charge;
  readonly symbol: string | undefined;
};

const weight: Pool = {
  scope: 'ip',
  windows: [
    { limit: 1_200, perMs: 60_000 },
    { limit: 300, perMs: 5_000 },
  ],
};

const pools: Readonly<Record<string, Pool>> = {
  weight,
  orders: { scope: 'account', windows: [{ limit: 50, perMs: 10_000 }] },
  raw: { scope: 'ip', windows: [{ limit: 100, perMs: 1_000 }] },
  symbol: { scope: 'account', per: 'symbol', windows: [{ limit: 20, perMs: 2_000 }] },
  decay: { scope: 'key', capacity: 40, refillPerMs: 0.01 },
  daily: { scope: 'key', windows: [{ limit: 9_000, perMs: 3_600_000 }] },
};

const three = ['BTCUSDT', 'ETHUSDT', 'ETHBTC'];

const kinds: readonly { readonly lane: Lane; readonly charge: Charge; readonly symbols?: readonly string[] }[] = [
  { lane: 'order', charge: { weight: 1, orders: 1, raw: 1 } },
  { lane: 'order', charge: { weight: 1, symbol: 1, decay: 1, raw: 1 }, symbols: three },
  { lane: 'cancel', charge: { weight: 1, raw: 1 } },
  { lane: 'cancel', charge: { decay: 4.5, raw: 1 } },
  { lane: 'data', charge: { weight: 2, raw: 1 } },
  { lane: 'data', charge: { weight: 40, raw: 1, daily: 3 } },
  { lane: 'data', charge: { weight: 290 } },
  { lane: 'data', charge: { raw: 5, symbol: 3 }, symbols: three },
];

/** The largest excess over any window of a pool, summed anew for every grant. */
function excess(grants: readonly Grant[], name: string, pool: Pool): number {
  const counted = grants.filter(({ charge }) => name in charge);
  const symbols = pool.per === 'symbol' ? [...new Set(counted.map(({ symbol }) => symbol))] : [undefined];
  const groups = symbols.map((wanted) => counted.filter(({ symbol }) => wanted === undefined || symbol === wanted));
  const excesses = groups.map((group) =>
    'windows' in pool
      ? Math.max(...pool.windows.map(({ limit, perMs }) => windowPeak(group, name, perMs) - limit))
      : decayPeak(group, name, pool.refillPerMs) - pool.capacity,
  );
  return Math.max(...excesses);
}

function windowPeak(grants: readonly Grant[], name: string, perMs: number): number {
  let peak = 0;
  for (const [last, { at }] of grants.entries()) {
    let sum = 0;
    for (let index = last; index >= 0; index -= 1) {
      const grant = grants[index];
      if (grant === undefined || grant.at <= at - perMs) break;
      sum += grant.charge[name] ?? 0;
    }
    peak = Math.max(peak, sum);
  }
  return peak;
}

function decayPeak(grants: readonly Grant[], name: string, refillPerMs: number): number {
  let [level, since, peak] = [0, 0, 0];
  for (const { at, charge } of grants) {
    level = Math.max(0, level - (at - since) * refillPerMs) + (charge[name] ?? 0);
    since = at;
    peak = Math.max(peak, level);
  }
  return peak;
}

/** Asks a throttler for turns and notes when they come. */
function createDesk(clock: Clock, throttler: Throttler) {
  const grants: Grant[] = [];
  let waited = 0;
  return {
    grants,
    waited: () => waited,
    ask: (charge: Charge, lane: Lane, symbol?: string): void => {
      const granted = (): void => void grants.push({ at: clock.mono(), charge, symbol });
      const turn = throttler.acquire(charge, { lane, symbol });
      if (turn === undefined) {
        granted();
        return;
      }
      waited += 1;
      void turn.then(granted);
    },
  };
}

test('20,000 random requests over linked pools never exceed a limit, are all served, and need one timer', async () => {
  const random = createRandom(7);
  const clock = createVirtualClock();
  const { ask, grants, waited } = createDesk(clock, createThrottler({ clock, pools }));
  let most = 0;
  for (let number = 0; number < 20_000; number += 1) {
    // Bursts and lulls, so that queues build up and drain.
    const isBurst = Math.floor(number / 500) % 2 === 0;
    if (random() < (isBurst ? 0.2 : 0.9)) await clock.advance(Math.floor(random() * (isBurst ? 50 : 500)));
    const { lane, charge, symbols } = pick(kinds, random);
    ask(charge, lane, symbols && pick(symbols, random));
    most = Math.max(most, clock.timers());
  }
  await clock.advance(24 * 3_600_000);
  expect({ served: grants.length, most, timers: clock.timers() }).toEqual({ served: 20_000, most: 1, timers: 0 });
  expect(waited()).toBeGreaterThan(5_000);
  const excesses = Object.entries(pools).map(([name, pool]) => Math.max(0, excess(grants, name, pool) - 1e-6));
  expect(excesses).toEqual(Object.keys(pools).map(() => 0));
});

test('requests that want the same are served in the order they came', async () => {
  const random = createRandom(5);
  const clock = createVirtualClock();
  const throttler = createThrottler({ clock, pools });
  const served = new Map<string, number[]>();
  for (let number = 0; number < 2_000; number += 1) {
    const { lane, charge, symbols } = pick(kinds, random);
    const symbol = symbols && pick(symbols, random);
    const key = `${lane} ${JSON.stringify(charge)} ${symbol ?? ''}`;
    const numbers = served.get(key) ?? [];
    served.set(key, numbers);
    const turn = throttler.acquire(charge, { lane, symbol });
    if (turn === undefined) numbers.push(number);
    else void turn.then(() => numbers.push(number));
    await clock.advance(Math.floor(random() * 40));
  }
  await clock.advance(24 * 3_600_000);
  const orders = [...served.values()];
  expect(orders.flat()).toHaveLength(2_000);
  expect(orders).toEqual(orders.map((numbers) => numbers.toSorted((one, other) => one - other)));
});

test('two throttlers on shared pools keep every limit together, and both get on', async () => {
  const clock = createVirtualClock();
  const shared = sharedPools({}, 'api.venue');
  const desks = [1, 2].map(() => createDesk(clock, createThrottler({ clock, pools: { weight }, shared })));
  const random = createRandom(3);
  for (let number = 0; number < 400; number += 1) {
    for (const { ask } of desks) ask({ weight: 1 + Math.floor(random() * 60) }, random() < 0.5 ? 'data' : 'order');
    await clock.advance(400);
  }
  const grants = desks.flatMap((desk) => desk.grants).sort((one, other) => one.at - other.at);
  expect(excess(grants, 'weight', weight)).toBeLessThanOrEqual(0);
  const [first = 0, second = 0] = desks.map((desk) => desk.grants.length);
  expect(Math.abs(first - second)).toBeLessThan(0.1 * first);
  await clock.advance(3_600_000);
  expect(desks.map((desk) => desk.grants.length)).toEqual([400, 400]);
});

const arrival = fc.record({
  lane: fc.constantFrom<Lane>('cancel', 'order', 'data'),
  charge: fc.record({ window: fc.integer({ min: 0, max: 10 }), decay: fc.integer({ min: 0, max: 5 }) }),
  afterMs: fc.nat(400),
});

test('whatever the mix of lanes and weights, limits hold, nobody is forgotten and no timer is left', async () => {
  const two: Readonly<Record<string, Pool>> = {
    window: { scope: 'ip', windows: [{ limit: 10, perMs: 1_000 }] },
    decay: { scope: 'key', capacity: 5, refillPerMs: 0.005 },
  };
  await fc.assert(
    fc.asyncProperty(fc.array(arrival, { maxLength: 60 }), async (arrivals) => {
      const clock = createVirtualClock();
      const { ask, grants } = createDesk(clock, createThrottler({ clock, pools: two }));
      for (const { lane, charge, afterMs } of arrivals) {
        ask(charge, lane);
        await clock.advance(afterMs);
      }
      await clock.advance(600_000);
      expect({ served: grants.length, timers: clock.timers() }).toEqual({ served: arrivals.length, timers: 0 });
      for (const [name, pool] of Object.entries(two)) expect(excess(grants, name, pool)).toBeLessThan(1e-6);
    }),
    { seed: 11, numRuns: 150 },
  );
});

const load = fc.record({
  perMs: fc.integer({ min: 100, max: 60_000 }),
  limit: fc.integer({ min: 10, max: 200 }),
  lane: fc.constantFrom<Lane>('cancel', 'order'),
  orderUnits: fc.integer({ min: 1, max: 4 }),
  dataAtMs: fc.nat(130_000),
  everyMs: fc.integer({ min: 500, max: 5_000 }),
});

test('data within its tenth of a pool is served within a minute, however and whenever orders come', async () => {
  await fc.assert(
    fc.asyncProperty(load, async ({ perMs, limit, lane, orderUnits, dataAtMs, everyMs }) => {
      const clock = createVirtualClock();
      const pool: Pool = { scope: 'ip', windows: [{ limit, perMs }] };
      const throttler = createThrottler({ clock, pools: { pool } });
      const { ask, grants } = createDesk(clock, throttler);
      let [asked, served] = [0, 0];
      const keepBusy = async (forMs: number): Promise<void> => {
        for (let passed = 0; passed < forMs; passed += everyMs) {
          for (; asked < served + limit; asked += 1) {
            const turn = throttler.acquire({ pool: orderUnits }, { lane });
            void Promise.resolve(turn).then(
              () => (served += 1),
              () => undefined,
            );
          }
          await clock.advance(Math.min(everyMs, forMs - passed));
        }
      };
      await keepBusy(dataAtMs);
      const share = Math.floor(limit / 10);
      for (let units = 0; units < share; units += 1) ask({ pool: 1 }, 'data');
      await keepBusy(60_000);
      expect(grants).toHaveLength(share);
      throttler.close();
    }),
    { seed: 23, numRuns: 40 },
  );
});

function pick<T>(values: readonly T[], random: () => number): T {
  const value = values[Math.floor(random() * values.length)];
  if (value === undefined) throw new RangeError('nothing to pick from');
  return value;
}
