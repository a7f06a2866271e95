import { nodePorts } from '@hb/connector-core';

import { createThrottler } from '../../../core/build/throttler/throttler.js';
import { createRandom } from '../feeds/random.mjs';
import { median } from '../harness/statistics.mjs';

const pools = {
  weight: { scope: 'ip', windows: [{ limit: 1e9, perMs: 3_600_000 }] },
  requests: { scope: 'ip', windows: [{ limit: 1e9, perMs: 3_600_000 }] },
  orders: {
    scope: 'account',
    windows: [
      { limit: 1e9, perMs: 600_000 },
      { limit: 1e9, perMs: 86_400_000 },
    ],
  },
};
const charge = { weight: 1, requests: 1, orders: 1 };
const logs = [0, 5_000, 20_000];

/** Waiting for a rate limit: what asking costs as the log of earlier requests grows, and whether a window is exceeded. */
export async function throttler({ quick }) {
  const costs = new Map(logs.map((entries) => [entries, []]));
  for (let round = 0; round < (quick ? 5 : 25); round += 1) {
    for (const entries of logs) costs.get(entries).push(acquireCost(entries));
  }
  const most = Math.max(...logs.slice(1).map((entries) => median(costs.get(entries)) / median(costs.get(0))));
  return [
    { what: 'one request with nothing logged', figure: median(costs.get(0)), unit: 'ns', kind: 'time' },
    { what: 'with 5,000 or 20,000 logged, beside none', figure: most, unit: 'x', kind: 'time', atMost: 1.5 },
    {
      what: 'windows exceeded by 20,000 random requests',
      figure: await violations(),
      unit: '',
      kind: 'count',
      atMost: 0,
    },
  ];
}

function acquireCost(entries) {
  let now = 0;
  const desk = createThrottler({ clock: { ...nodePorts().clock, mono: () => now }, pools });
  const acquire = () => {
    now += 10;
    if (desk.acquire(charge, { lane: 'order' }) !== undefined) throw new Error('waits under the limit');
  };
  for (let index = 0; index < entries; index += 1) acquire();
  const count = 2_000;
  const start = performance.now();
  for (let index = 0; index < count; index += 1) acquire();
  return ((performance.now() - start) * 1e6) / count;
}

/** Random requests under a clock of our own; a window that held more than its limit is counted by looking at all of it. */
async function violations() {
  const random = createRandom(4);
  const limits = { a: [50, 1_000], b: [10, 300], c: [400, 10_000] };
  const kinds = [
    { a: 1, c: 2 },
    { a: 5, b: 1 },
    { b: 3, c: 7 },
  ];
  const clock = createClock();
  const desk = createThrottler({
    clock,
    pools: Object.fromEntries(
      Object.entries(limits).map(([name, [limit, perMs]]) => [name, { scope: 'ip', windows: [{ limit, perMs }] }]),
    ),
  });
  const granted = [];
  for (let asked = 0; asked < 20_000; asked += 1) {
    const kind = kinds[Math.floor(random() * kinds.length)];
    clock.at(random() * 4_000_000, () => {
      const turn = desk.acquire(kind, { lane: 'data' });
      const grant = () => granted.push([clock.mono(), kind]);
      if (turn === undefined) grant();
      else void turn.then(grant);
    });
  }
  await clock.runAll();
  if (granted.length !== 20_000) throw new Error(`${granted.length} of 20000 requests were let through`);
  return Object.entries(limits).reduce((sum, [name, [limit, perMs]]) => sum + exceeded(granted, name, limit, perMs), 0);
}

function exceeded(granted, name, limit, perMs) {
  let [first, used, count] = [0, 0, 0];
  for (const [at, kind] of granted) {
    used += kind[name] ?? 0;
    for (; granted[first][0] + perMs <= at; first += 1) used -= granted[first][1][name] ?? 0;
    if (used > limit) count += 1;
  }
  return count;
}

function createClock() {
  let now = 0;
  const timers = [];
  const put = (timer) => {
    let low = 0;
    for (let high = timers.length; low < high;) {
      const middle = (low + high) >>> 1;
      if (timers[middle].at > timer.at) low = middle + 1;
      else high = middle;
    }
    timers.splice(low, 0, timer);
  };
  return {
    now: () => now,
    mono: () => now,
    soon: (run) => void Promise.resolve().then(run),
    at: (at, run) => {
      const timer = { at: Math.max(at, now), run };
      put(timer);
      return () => {
        const index = timers.indexOf(timer);
        if (index !== -1) timers.splice(index, 1);
      };
    },
    runAll: async () => {
      for (let timer = timers.pop(); timer !== undefined; timer = timers.pop()) {
        now = timer.at;
        timer.run();
        // Until all that was granted has been told.
        for (let turn = 0; turn < 4; turn += 1) await Promise.resolve();
      }
    },
  };
}
