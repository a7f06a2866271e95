import { expect, test } from 'vitest';

import { one } from '../src/model/decimal.js';
import type { AccountEvent } from '../src/spec/spot.js';
import { tiny, type TinySpec } from './support/connector-venue.js';
import { createWorld, failing, type World, type WorldOptions } from './support/connector-world.js';

async function startedWorld(options: WorldOptions = {}): Promise<World> {
  const world = createWorld(options);
  await world.start();
  world.events.splice(0);
  return world;
}

/** The states of the account in the order in which they were told. */
function accounts({ eventsOf }: World): readonly string[] {
  const told = eventsOf('status').map(({ status }) => status.account);
  return told.filter((state, index) => state !== told[index - 1]);
}

function count({ server }: World, what: string): number {
  return server.requestsFor(what).length;
}

const { streams: _streams, topics: _topics, ...bareFeed } = tiny.trading.feed;

/** The venue without a stream of the account: `fetch` is polled instead, every 4 s. */
function polled(fetch: () => Promise<readonly AccountEvent[]>): TinySpec {
  const polls = [{ everyMs: 4_000, fetch: async () => ({ events: await fetch() }) }];
  return { ...tiny, trading: { ...tiny.trading, feed: { ...bareFeed, polls } } };
}

test('the stream tells of fills and of the end of an order, and each is told once', async () => {
  const world = await startedWorld();
  const { clientOrderId } = await world.place();
  const fill = world.server.trade(clientOrderId, '1');
  for (let times = 0; times < 3; times += 1) {
    world.server.tell('account', { event: 'fill', fill });
    world.server.tellOrder(clientOrderId);
  }
  await world.clock.advance(2_000);
  expect(world.events.filter(({ type }) => type.startsWith('order')).map(({ type }) => type)).toEqual([
    'order-opened',
    'order-filled',
    'order-closed',
  ]);
  expect(count(world, 'GET /order')).toBe(0);
  await world.finish();
});

test('the stream tells of balances, and a partial report leaves the others', async () => {
  const world = await startedWorld();
  world.server.tell('account', { event: 'balances', complete: 'no', entries: [{ asset: 'BTC', amount: '0.4' }] });
  await world.clock.advance(20);
  const shown = [...world.connector.balances()].map(([asset, { total, stale }]) => [asset, total.toFixed(), stale]);
  expect(shown).toEqual([
    ['USDT', '1000', false],
    ['BTC', '0.4', false],
  ]);
  expect(world.eventsOf('balance').map(({ asset, total }) => [asset, total.toFixed()])).toEqual([['BTC', '0.4']]);
  await world.finish();
});

test('when the stream breaks the account is stale, and it is ready after it has been reconciled', async () => {
  const world = await startedWorld();
  const { clientOrderId } = await world.place();
  world.server.isClosed.add('account');
  world.server.drop('account');
  await world.clock.advance(1_000);
  expect(world.connector.balances().get('USDT')?.stale).toBe(true);
  world.server.trade(clientOrderId, '1');
  world.server.balances.set('USDT', '910');
  world.server.isClosed.delete('account');
  await world.clock.advance(30_000);
  expect(accounts(world)).toEqual(['stale', 'reconciling', 'ready']);
  expect(world.connector.order(clientOrderId)).toMatchObject({ state: 'filled', fillsComplete: true });
  expect(world.connector.balances().get('USDT')).toMatchObject({ stale: false });
  expect(world.connector.balances().get('USDT')?.total.toFixed()).toBe('910');
  await world.finish();
});

test('the account is not ready while a reconciliation fails, and is asked ever more slowly', async () => {
  const world = await startedWorld();
  world.server.always('GET /open-orders', { status: 500, body: {} });
  const before = count(world, 'GET /open-orders');
  world.server.drop('account');
  await world.clock.advance(55_000);
  expect(world.connector.status.account).toBe('reconciling');
  const asked = count(world, 'GET /open-orders') - before;
  expect([asked > 5, asked < 15]).toEqual([true, true]);
  world.server.always('GET /open-orders', undefined);
  await world.clock.advance(20_000);
  expect(world.connector.status.account).toBe('ready');
  await world.finish();
});

test('a stream of two topics is up when both are', async () => {
  const feed = {
    ...tiny.trading.feed,
    topics: () => ['orders', 'wallet'].map((topic) => ({ stream: 'account', topic })),
  };
  const { account } = feed.streams ?? {};
  if (account === undefined) throw new Error('the venue has a stream of the account');
  const spec: TinySpec = {
    ...tiny,
    trading: { ...tiny.trading, feed: { ...feed, streams: { account: { ...account, topicsPerMessage: 1 } } } },
  };
  const world = createWorld({ spec });
  world.server.refusals.set('wallet', 'busy');
  const starting = world.connector.start();
  await world.clock.advance(3_000);
  expect(world.connector.status.account).toBe('stale');
  world.server.refusals.clear();
  await world.settle(starting);
  expect(world.connector.status.account).toBe('ready');
  world.server.refusals.set('wallet', 'no-topic');
  world.server.drop('account');
  await world.clock.advance(5_000);
  expect(world.connector.status.account).toBe('stale');
  await world.finish();
});

test('a topic of the account that the venue refuses for good fails the start in its words', async () => {
  const world = createWorld();
  world.server.refusals.set('orders', 'no-topic');
  expect(await world.failure(world.connector.start())).toMatchObject({
    kind: 'invalid-request',
    outcome: 'refused',
    message: 'account subscribe: the venue says no',
  });
  await world.clock.advance(10);
  expect([world.clock.timers(), world.server.openPeers()]).toEqual([0, 0]);
});

test('a message that cannot be read is told, and the account is looked at, fills that nobody expects included', async () => {
  for (const message of ['{"half": "a fra', { event: 'fill', fill: { symbol: 'BTCUSDT' } }]) {
    const world = await startedWorld();
    const asked = (): readonly number[] =>
      ['GET /open-orders', 'GET /closed-orders', 'GET /fills'].map((what) => count(world, what));
    const before = asked();
    world.server.tell('account', message);
    await world.clock.advance(1_000);
    expect(asked().map((times, index) => times - (before[index] ?? 0))).toEqual([1, 1, 1]);
    expect([world.warnings().length, world.connector.metrics().counts['stream.malformed']]).toEqual([1, 1]);
    expect(world.connector.status.account).toBe('ready');
    await world.finish();
  }
});

test('an event that makes no sense is told, and the account is looked at', async () => {
  const { account } = tiny.trading.feed.streams ?? {};
  if (account === undefined) throw new Error('the venue has a stream of the account');
  const broken = { ...account, parse: (): readonly AccountEvent[] => [unreadable()] };
  const spec: TinySpec = {
    ...tiny,
    trading: { ...tiny.trading, feed: { ...tiny.trading.feed, streams: { account: broken } } },
  };
  const world = await startedWorld({ spec });
  const before = count(world, 'GET /open-orders');
  world.server.tell('account', { event: 'order' });
  await world.clock.advance(1_000);
  expect(count(world, 'GET /open-orders') - before).toBe(1);
  expect([world.warnings(), world.connector.metrics().counts['account.malformed']]).toEqual([['unreadable'], 1]);
  await world.finish();
});

test('a flood of messages that cannot be read does not make a flood of requests', async () => {
  const world = await startedWorld();
  const before = count(world, 'GET /open-orders');
  for (let round = 0; round < 200; round += 1) {
    world.server.tell('account', '{"half": "a fra');
    await world.clock.advance(100);
  }
  expect(count(world, 'GET /open-orders') - before).toBeLessThan(15);
  await world.finish();
});

test('when the venue says that balances changed they are fetched, once for a burst, and again when that failed', async () => {
  const world = await startedWorld();
  const before = count(world, 'GET /balances');
  world.server.balances.set('USDT', '500');
  for (let times = 0; times < 20; times += 1) world.server.tell('account', { event: 'refetch', what: 'balances' });
  await world.clock.advance(1_000);
  expect(count(world, 'GET /balances') - before).toBe(2);
  expect(world.connector.balances().get('USDT')?.total.toFixed()).toBe('500');
  world.server.balances.set('USDT', '400');
  world.server.next('GET /balances', 'lost');
  world.server.tell('account', { event: 'refetch', what: 'balances' });
  await world.clock.advance(2_000);
  expect(world.connector.balances().get('USDT')?.total.toFixed()).toBe('400');
  expect(world.warnings()).toEqual(['tiny GET /balances: connection lost']);
  await world.finish();
});

test('when the venue says that orders changed, the account is looked at', async () => {
  const world = await startedWorld();
  world.server.put({ clientOrderId: 'theirs' });
  world.server.tell('account', { event: 'refetch', what: 'orders' });
  await world.clock.advance(1_000);
  expect(world.connector.order('theirs')).toMatchObject({ state: 'open', origin: 'external' });
  await world.finish();
});

test('without a stream the account is polled, and the cursor moves once its events are taken in', async () => {
  const cursors: (string | undefined)[] = [];
  let page = 0;
  const spec: TinySpec = {
    ...tiny,
    trading: {
      ...tiny.trading,
      feed: {
        polls: [
          {
            everyMs: 4_000,
            fetch: (_, cursor) => {
              cursors.push(cursor);
              page += 1;
              if (page === 2) return Promise.reject(new Error('no answer'));
              return Promise.resolve({ events: [{ type: 'refetch', what: 'balances' }], cursor: `after ${page}` });
            },
          },
        ],
      },
    },
  };
  const world = await startedWorld({ spec });
  expect([world.connector.status.account, world.server.peers('account')]).toEqual(['ready', []]);
  await world.clock.advance(16_500);
  expect(cursors).toEqual([undefined, 'after 1', 'after 1', 'after 3']);
  expect(accounts(world)).toEqual(['stale', 'reconciling', 'ready']);
  await world.finish();
});

test('what a poll tells is taken in like what a stream tells', async () => {
  const world = await startedWorld({
    spec: polled(() => Promise.resolve([{ type: 'balances', complete: true, entries: [] }])),
  });
  expect(world.connector.balances().size).toBe(2);
  await world.clock.advance(4_100);
  expect([...world.connector.balances().keys()]).toEqual([]);
  await world.finish();
});

test('a poll that is answered after the stop changes nothing', async () => {
  let answer = (_events: readonly AccountEvent[]): void => undefined;
  const world = await startedWorld({
    spec: polled(
      () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    ),
  });
  await world.clock.advance(4_000);
  await world.finish();
  answer([{ type: 'balances', complete: true, entries: [] }]);
  await world.clock.advance(10_000);
  expect([world.connector.balances().size, world.connector.status.account, world.clock.timers()]).toEqual([
    2,
    'none',
    0,
  ]);
});

test('everything is looked at once a minute though all is well, or as often as the user says', async () => {
  for (const [auditEveryMs, expected] of [
    [undefined, 3],
    [20_000, 9],
  ] as const) {
    const world = await startedWorld(auditEveryMs === undefined ? {} : { auditEveryMs });
    const before = count(world, 'GET /open-orders');
    world.server.put({ clientOrderId: 'theirs' });
    await world.clock.advance(185_000);
    expect(count(world, 'GET /open-orders') - before).toBe(expected);
    expect(world.connector.order('theirs')?.origin).toBe('external');
    expect(accounts(world).filter((state) => state !== 'ready')).toEqual([]);
    await world.finish();
  }
});

test('a start that waits for the account is ended by a stop', async () => {
  const world = createWorld();
  world.server.isClosed.add('account');
  const starting = failing(world.connector.start());
  await world.clock.advance(5_000);
  await world.finish();
  expect(await starting).toMatchObject({ kind: 'aborted', outcome: 'not-sent' });
});

/** What only a defect of a spec would return. */
function unreadable(): AccountEvent {
  return {
    type: 'order',
    symbol: 'BTCUSDT',
    clientOrderId: 'odd',
    terms: { side: 'buy', amount: one },
    get status(): never {
      throw new TypeError('unreadable');
    },
  };
}
