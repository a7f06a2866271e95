import { expect, test } from 'vitest';

import { createConnector } from '../src/connector/create.js';
import { createHeight } from '../src/connector/height.js';
import { createCollector } from '../src/connector/meter.js';
import { tiny, type TinySpec } from './support/connector-venue.js';
import { createCounts } from './support/counts.js';
import { createWorld, limitOrder } from './support/connector-world.js';
import { createVirtualClock } from './support/virtual-clock.js';

const credentials = { key: 'our-key', secret: 'our-secret' };

test('a connector says who it is, before it is started', () => {
  const { connector } = createWorld({ account: 'second', environment: 'test' });
  const { id, account, environment } = connector;
  expect({ id, account, environment }).toEqual({ id: 'tiny', account: 'second', environment: 'test' });
  expect(createConnector(tiny)).toMatchObject({ id: 'tiny', account: 'main', environment: 'live' });
});

/** Options as a file may have them. */
function textual(options: object): object {
  return options;
}

test('options that cannot be right are refused at once, as invalid and not sent', () => {
  const refusals = [
    [{ environment: 'moon' }, "tiny: no environment 'moon'; there is live, test"],
    [{ hosts: { rset: 'https://x.test' } }, "tiny: no host 'rset'; there is rest, public, account"],
    [{ limitsShare: 0 }, 'tiny options: a share is above 0 and at most 1: 0'],
    [{ limitsShare: 2 }, 'tiny options: a share is above 0 and at most 1: 2'],
    [{ auditEveryMs: 0 }, 'tiny options: auditEveryMs: 0 is not above 0'],
    [{ requestTimeoutMs: Number.NaN }, 'tiny options: requestTimeoutMs: NaN is not above 0'],
    [textual({ requestTimeoutMs: '5' }), 'tiny options: requestTimeoutMs: "5" is not above 0'],
    [textual({ durability: 'fsinc' }), 'tiny options: durability: "fsinc" is not one of fsync, os, none'],
    [{ orderLimits: { maxNotional: '-1' } }, 'tiny options: orderLimits.maxNotional: -1 is below zero'],
    [{ orderLimits: { priceBand: 'wide' } }, 'tiny options: not a decimal number: "wide"'],
    [
      { clientIdPrefix: 'No!' },
      'client order id: prefix "No!" has characters that the venue does not take: /^[a-z0-9-]$/',
    ],
  ] as const;
  for (const [options, message] of refusals) {
    expect(() => createConnector(tiny, { credentials, ...options })).toThrow(
      expect.objectContaining({ kind: 'invalid-request', outcome: 'not-sent', message }),
    );
  }
});

test('credentials that cannot be right are refused at once, and no value is shown', () => {
  expect(() => createConnector(tiny, { credentials: { key: ' ', secret: 'a-secret' } })).toThrow(
    expect.objectContaining({ kind: 'auth', outcome: 'not-sent', message: 'credentials: key (Key) is empty' }),
  );
});

test('what is no credentials at all is not taken for none', () => {
  for (const [given, kind] of [
    [{ credentials: null }, 'null'],
    [{ credentials: 'our-key' }, 'text'],
  ] as const) {
    const options: object = given;
    const message = `credentials: they must be an object with key, secret, not ${kind}`;
    expect(() => createConnector(tiny, { ...options })).toThrow(expect.objectContaining({ kind: 'auth', message }));
  }
});

test('the addresses of the environment are used, with the user’s own in their place', async () => {
  const world = createWorld({ environment: 'test', hosts: { public: 'wss://own.tiny.test/public' } });
  await world.start();
  expect(world.server.peers('public').map(({ url }) => url)).toEqual(['wss://own.tiny.test/public']);
  expect(world.server.peers('account').map(({ url }) => url)).toEqual(['wss://test.tiny.test/account']);
  await world.finish();
});

test('a sandbox reaches this machine alone, and nothing else reaches this machine', async () => {
  const far = createWorld({ sandbox: true });
  expect(await far.failure(far.connector.start())).toMatchObject({ kind: 'invalid-request', outcome: 'not-sent' });
  const near = createWorld({ hosts: { rest: 'https://127.0.0.1' } });
  expect(await near.failure(near.connector.start())).toMatchObject({ kind: 'invalid-request', outcome: 'not-sent' });
  expect([far.server.requests, near.server.requests]).toEqual([[], []]);
});

test('a stream asks for the address of a host that the spec does not have in vain', async () => {
  const stream = tiny.market.feed.streams?.['public'];
  if (stream === undefined) throw new Error('the venue has a public stream');
  const lost: TinySpec = {
    ...tiny,
    market: { ...tiny.market, feed: { streams: { public: { ...stream, url: ({ host }) => host('nowhere') } } } },
  };
  const world = createWorld({ credentials: 'none', spec: lost });
  await world.start({});
  void world.connector.watch('BTC-USDT').catch(() => undefined);
  await world.clock.advance(100);
  expect(world.logged).toContainEqual({
    level: 'warn',
    event: 'stream.down',
    fields: { stream: 'public', reason: "could not connect: tiny: there is no host 'nowhere'" },
  });
  await world.finish();
});

test('venue time is measured at the start and all the time, and orders live by it', async () => {
  const world = createWorld();
  const ahead = (): { body: object } => ({ body: { time: String(world.clock.now() + 60_000) } });
  world.server.next('GET /time', ahead, ahead, ahead);
  await world.start();
  expect(world.connector.status.clockOffsetMs).toBe(60_000);
  const { createdAt } = await world.place();
  expect(createdAt - world.clock.now()).toBeGreaterThan(59_000);
  await world.clock.advance(700_000);
  expect(world.server.requestsFor('GET /time').length).toBeGreaterThanOrEqual(3);
  await world.finish();
});

test('a connection of orders is open from the start on, and used more often than an idle one lives', async () => {
  const world = createWorld();
  await world.start();
  await world.clock.advance(600_000);
  const asked = world.server.requestsFor('GET /time');
  const pauses = asked.slice(1).map(({ at }, index) => at - (asked[index]?.at ?? 0));
  expect(new Set(asked.map(({ pool }) => pool))).toEqual(new Set(['orders']));
  expect(asked.length).toBeGreaterThan(600_000 / 40_000);
  expect(Math.max(...pauses)).toBeLessThan(40_000);
  await world.finish();
});

test('where there are no orders, the clock is asked for now and then, and not over their connections', async () => {
  const world = createWorld({ credentials: 'none' });
  await world.start();
  await world.clock.advance(700_000);
  const asked = world.server.requestsFor('GET /time');
  expect(new Set(asked.map(({ pool }) => pool))).toEqual(new Set(['data']));
  expect(asked.length).toBe(3);
  await world.finish();
});

test('an order that comes too late is refused, not sent again, and time is measured anew', async () => {
  const world = createWorld();
  await world.start();
  const measured = world.server.requestsFor('GET /time').length;
  world.server.next('POST /place', { status: 400, body: { code: 'late' } });
  expect(await world.failure(world.connector.place(limitOrder))).toMatchObject({
    kind: 'clock-skew',
    outcome: 'refused',
  });
  await world.clock.advance(100);
  expect(world.server.requestsFor('POST /place')).toHaveLength(1);
  expect(world.server.requestsFor('GET /time')).toHaveLength(measured + 1);
  await world.finish();
});

test('a venue that tells no time is believed to have ours', async () => {
  const { fetchTime: _fetchTime, ...timeless } = tiny;
  const world = createWorld({ spec: timeless });
  await world.start();
  expect(world.connector.status.clockOffsetMs).toBe(0);
  expect((await world.place()).createdAt).toBeLessThanOrEqual(world.clock.now());
  await world.finish();
});

test('the height of a chain is known from the start on, and followed while it is started', async () => {
  const heights: (number | undefined)[] = [];
  let height = 100;
  const spec: TinySpec = {
    ...tiny,
    fetchHeight: ({ height: known }) => {
      heights.push(known());
      height += 1;
      return Promise.resolve(height);
    },
    trading: {
      ...tiny.trading,
      place: (p, order) =>
        tiny.trading.place({ ...p, options: { orders: 'rest' } }, { ...order, deadline: p.height() ?? 0 }),
    },
  };
  const world = createWorld({ spec });
  await world.start();
  await world.clock.advance(2_500);
  expect(heights.slice(0, 3)).toEqual([undefined, 101, 102]);
  await world.place();
  await world.finish();
  const asked = heights.length;
  await world.clock.advance(10_000);
  expect(heights.length).toBe(asked);
});

test('a height that cannot be had fails the start, and later keeps the last one', async () => {
  const world = createWorld({ spec: { ...tiny, fetchHeight: () => Promise.reject(new Error('no block yet')) } });
  expect(await world.failure(world.connector.start())).toMatchObject({ message: 'tiny start: no block yet' });
  const clock = createVirtualClock();
  const { meter, counts } = createCounts();
  const answers = [7, 'down', 9];
  const fetchHeight = async (): Promise<number> => {
    const answer = answers.shift();
    if (typeof answer === 'number') return answer;
    throw new Error('down');
  };
  const height = createHeight({ clock, meter, fetchHeight });
  const seen: unknown[] = [height.latest()];
  await height.start();
  for (let second = 0; second < 3; second += 1) {
    seen.push(height.latest());
    await clock.advance(1_000);
  }
  height.stop();
  expect([seen, counts, clock.timers()]).toEqual([[undefined, 7, 7, 9], { 'height.unmeasured': 2 }, 0]);
});

test('a height that is stopped while it is asked for is not asked for again', async () => {
  const clock = createVirtualClock();
  let answer = (_height: number): void => undefined;
  const height = createHeight({
    clock,
    meter: createCounts().meter,
    fetchHeight: () =>
      new Promise((resolve) => {
        answer = resolve;
      }),
  });
  const starting = height.start();
  height.stop();
  answer(5);
  await starting;
  expect([height.latest(), clock.timers()]).toEqual([5, 0]);
});

test('connectors that leave by the same door count an address together, and keep orders apart', async () => {
  const first = createWorld();
  await first.start();
  const second = createConnector(tiny, {
    credentials,
    ports: first.ports,
  });
  const used = (connector: typeof second, pool: string): number =>
    connector.metrics().limits.find((limit) => limit.pool === pool)?.used ?? 0;
  expect(used(second, 'weight')).toBe(used(first.connector, 'weight'));
  expect(used(second, 'weight')).toBeGreaterThan(0);
  await first.place(limitOrder);
  expect([used(first.connector, 'orders'), used(second, 'orders')]).toEqual([1, 0]);
  await first.finish();
});

test('metrics are counts, gauges, timings and the use of every limit, as plain data', async () => {
  const world = createWorld();
  await world.start();
  await world.place();
  const { counts, gauges, timings, limits } = world.connector.metrics();
  expect(counts['rest.sent']).toBe(world.server.requests.length);
  expect(gauges).toHaveProperty('clock.offset', 0);
  expect(timings['rest.order']).toEqual({ count: 1, last: 10, max: 10, p50: 10, p99: 10 });
  expect(limits.map(({ pool, limit, perMs }) => ({ pool, limit, perMs }))).toEqual([
    { pool: 'weight', limit: 100, perMs: 1_000 },
    { pool: 'orders', limit: 5, perMs: 1_000 },
  ]);
  await world.finish();
});

test('quantiles are of the last 512 samples, the maximum of all', () => {
  const { meter, read } = createCollector();
  meter.time('a', 10_000);
  for (let sample = 1; sample <= 1_000; sample += 1) meter.time('a', sample);
  meter.count('b', 2);
  meter.count('b');
  meter.gauge('c', 1);
  meter.gauge('c', 4);
  expect(read([])).toEqual({
    counts: { b: 3 },
    gauges: { c: 4 },
    timings: { a: { count: 1_001, last: 1_000, max: 10_000, p50: 744, p99: 994 } },
    limits: [],
  });
});
