import { expect, test } from 'vitest';

import { decimal } from '../src/model/decimal.js';
import { tiny, type TinySpec } from './support/connector-venue.js';
import { createWorld, failing, type World, type WorldOptions } from './support/connector-world.js';

async function startedWorld(options: WorldOptions = {}): Promise<World> {
  const world = createWorld(options);
  await world.start();
  return world;
}

function count({ server }: World, what: string): number {
  return server.requestsFor(what).length;
}

/** An order that was filled while nobody told. */
async function filledInSilence(world: World): Promise<string> {
  const { clientOrderId } = await world.place();
  world.server.trade(clientOrderId, '1');
  return clientOrderId;
}

test('an order that is no longer among the open ones is asked about, with its fills', async () => {
  const world = await startedWorld();
  const clientOrderId = await filledInSilence(world);
  await world.place({ clientOrderId: 'still-open' });
  world.server.drop('account');
  await world.clock.advance(5_000);
  expect(world.connector.order(clientOrderId)).toMatchObject({ state: 'filled', fillsComplete: true });
  expect(world.server.requestsFor('GET /order').map(({ params }) => params)).toEqual([{ clientOrderId }]);
  await world.finish();
});

/** The venue, with a stream that tells fills without their fees. */
function tellingNoFees(): TinySpec {
  const { feed } = tiny.trading;
  const streams = Object.entries(feed.streams ?? {}).map(([name, stream]) => {
    const parse: typeof stream.parse = (payload, look) =>
      stream.parse(payload, look).map((event) => {
        if (event.type !== 'fill') return event;
        const { fees: _fees, ...fill } = event;
        return fill;
      });
    return [name, { ...stream, parse }];
  });
  const fetchFills: TinySpec['trading']['fetchFills'] = async (p, since) => {
    const { fills } = await tiny.trading.fetchFills(p, since);
    return { fills: fills.map((fill) => ({ ...fill, fees: [{ asset: 'USDT', amount: decimal('0.09') }] })) };
  };
  return { ...tiny, trading: { ...tiny.trading, fetchFills, feed: { ...feed, streams: Object.fromEntries(streams) } } };
}

test('fees that the stream does not tell are asked for, and hold no order back', async () => {
  const world = await startedWorld({ spec: tellingNoFees() });
  const { clientOrderId } = await world.place();
  world.server.tell('account', { event: 'fill', fill: world.server.trade(clientOrderId, '1') });
  world.server.tellOrder(clientOrderId);
  await world.clock.advance(100);
  expect(world.eventsOf('order-closed')).toHaveLength(1);
  await world.clock.advance(5_000);
  expect(world.eventsOf('fill-amended').map(({ order }) => order.fees)).toEqual([
    [{ asset: 'USDT', amount: decimal('0.09') }],
  ]);
  expect([count(world, 'GET /fills'), count(world, 'GET /order')]).toEqual([1, 0]);
  await world.finish();
});

test('an order that the venue does not find stays as it was, uncertain, and is followed until it is clear', async () => {
  const world = await startedWorld();
  await world.place({ clientOrderId: 'mine' });
  world.server.always('GET /open-orders', { body: { orders: [] } });
  world.server.always('GET /order', { body: { code: 'no-order' } });
  world.server.drop('account');
  await world.clock.advance(30_000);
  expect(world.connector.order('mine')?.state).toBe('open');
  expect(world.connector.status.account).toBe('ready');
  const asked = count(world, 'GET /order');
  expect([asked > 3, asked < 12]).toEqual([true, true]);
  world.server.always('GET /order', undefined);
  await world.clock.advance(15_000);
  const settled = count(world, 'GET /order');
  await world.clock.advance(10_000);
  expect(count(world, 'GET /order')).toBe(settled);
  expect((await world.settle(world.connector.stop())).uncertain).toEqual([]);
});

test('one order that cannot be asked about is told, stays in doubt, and does not keep the account from being ready', async () => {
  const world = await startedWorld();
  await world.place({ clientOrderId: 'odd' });
  const clientOrderId = await filledInSilence(world);
  world.server.change('odd', { status: 'expired' });
  world.server.next('GET /order', { body: { order: { status: 'half-open' } } });
  world.server.drop('account');
  await world.clock.advance(1_500);
  expect(world.connector.status.account).toBe('ready');
  expect(world.warnings()).toEqual(['tiny GET /order: no such status: half-open']);
  expect(world.connector.order(clientOrderId)?.state).toBe('filled');
  await world.clock.advance(2_000);
  expect(world.connector.order('odd')?.state).toBe('expired');
  await world.finish();
});

test('a reconciliation that is asked for during one runs after it, since the first may have missed the cause', async () => {
  const world = await startedWorld();
  const before = count(world, 'GET /open-orders');
  world.server.next('GET /open-orders', () => {
    world.server.put({ clientOrderId: 'late' });
    world.server.tell('account', { event: 'refetch', what: 'orders' });
    world.server.tell('account', { event: 'refetch', what: 'orders' });
    return { body: { orders: [] } };
  });
  world.server.tell('account', { event: 'refetch', what: 'orders' });
  await world.clock.advance(1_000);
  expect(count(world, 'GET /open-orders') - before).toBe(2);
  expect(world.connector.order('late')?.state).toBe('open');
  await world.finish();
});

test('an order is filled but not closed while its fills are missing; they are asked for until they are there', async () => {
  const world = await startedWorld();
  const clientOrderId = await filledInSilence(world);
  world.server.always('GET /fills', { body: { fills: [] } });
  world.server.tellOrder(clientOrderId);
  await world.clock.advance(5_000);
  expect(world.connector.order(clientOrderId)).toMatchObject({ state: 'filled', fillsComplete: false });
  expect(world.eventsOf('order-closed')).toEqual([]);
  world.server.always('GET /fills', undefined);
  await world.clock.advance(10_000);
  expect(world.connector.order(clientOrderId)?.fillsComplete).toBe(true);
  expect(world.eventsOf('order-closed')).toHaveLength(1);
  const asked = count(world, 'GET /fills');
  await world.clock.advance(30_000);
  expect(count(world, 'GET /fills')).toBe(asked);
  await world.finish();
});

test('fills that are missing for a minute are warned of, every minute, and the order is never closed without them', async () => {
  const world = await startedWorld({ auditEveryMs: 3_600_000 });
  const clientOrderId = await filledInSilence(world);
  world.server.always('GET /fills', { body: { fills: [] } });
  world.server.tellOrder(clientOrderId);
  await world.clock.advance(59_000);
  expect(world.warnings()).toEqual([]);
  await world.clock.advance(80_000);
  expect(world.warnings()).toEqual(
    Array.from({ length: 2 }, () => `order ${clientOrderId}: fills are missing for over 60000 ms`),
  );
  expect(world.eventsOf('order-closed')).toEqual([]);
  await world.finish();
});

test('what the stream tells in time is not asked for', async () => {
  const world = await startedWorld();
  const clientOrderId = await filledInSilence(world);
  world.server.tellOrder(clientOrderId);
  await world.clock.advance(50);
  expect(world.connector.order(clientOrderId)?.fillsComplete).toBe(false);
  const { orderId } = world.server.change(clientOrderId, {});
  world.server.tell('account', {
    event: 'fill',
    fill: { symbol: 'BTCUSDT', fillId: 'f9', orderId, price: '90', amount: '1', at: '1700000002000' },
  });
  await world.clock.advance(10_000);
  expect(world.connector.order(clientOrderId)?.fillsComplete).toBe(true);
  expect([count(world, 'GET /order'), count(world, 'GET /fills')]).toEqual([0, 0]);
  await world.finish();
});

test('a query that fails is told, says nothing about its order, and is tried again', async () => {
  const world = await startedWorld();
  const clientOrderId = await filledInSilence(world);
  world.server.next('GET /order', 'lost', { status: 500, body: {} });
  world.server.tellOrder(clientOrderId);
  await world.clock.advance(5_000);
  expect(world.connector.order(clientOrderId)).toMatchObject({ state: 'filled', fillsComplete: true });
  expect(world.warnings()).toEqual(['tiny GET /order: connection lost', 'tiny GET /order: HTTP 500']);
  await world.finish();
});

test('fills are fetched page by page, and a page that leads to itself is the last', async () => {
  const world = await startedWorld();
  const { clientOrderId, orderId } = await world.place({ amount: '3' });
  const fill = (id: string): object => ({ symbol: 'BTCUSDT', fillId: id, orderId, price: '90', amount: '1', at: '1' });
  world.server.change(clientOrderId, { status: 'filled', filled: '3' });
  world.server.next(
    'GET /fills',
    { body: { fills: [fill('1')], cursor: 'second' } },
    { body: { fills: [fill('2')], cursor: 'third' } },
    { body: { fills: [fill('3')], cursor: 'third' } },
  );
  await world.settle(world.connector.refresh({ clientOrderId }));
  expect(world.connector.order(clientOrderId)).toMatchObject({ state: 'filled', fillsComplete: true });
  expect(world.server.requestsFor('GET /fills').map(({ params }) => params)).toEqual([
    { orderId },
    { orderId, cursor: 'second' },
    { orderId, cursor: 'third' },
  ]);
  await world.finish();
});

test('an order whose outcome is unknown and which the venue never had is not placed in the end, with a warning on the way', async () => {
  const world = await startedWorld();
  world.server.next('POST /place', 'lost');
  const { clientOrderId, state } = await world.place();
  expect(state).toBe('unknown');
  await world.clock.advance(4_000);
  expect(world.connector.order(clientOrderId)?.state).toBe('unknown');
  await world.clock.advance(30_000);
  expect(world.connector.order(clientOrderId)?.state).toBe('not-placed');
  const asked = world.server.requests.length;
  await world.clock.advance(10_000);
  expect(world.server.requests.length - asked).toBeLessThan(2);
  await world.finish();
});

test('an order whose outcome stays unknown is warned of every minute', async () => {
  const world = await startedWorld({ auditEveryMs: 3_600_000 });
  world.server.next('POST /place', 'lost');
  const { clientOrderId } = await world.place();
  world.server.always('GET /closed-orders', { status: 500, body: {} });
  await world.clock.advance(75_000);
  expect(world.connector.order(clientOrderId)?.state).toBe('unknown');
  expect(world.warnings()).toContain(`order ${clientOrderId}: its outcome is unknown for over 60000 ms`);
  await world.finish();
});

test('an order that carries an id of ours but is not known here is recovered, with the fills it had before', async () => {
  const world = createWorld();
  const clientOrderId = createWorld().connector.newClientOrderId();
  world.server.put({ clientOrderId, amount: '2' });
  world.server.trade(clientOrderId, '1');
  await world.clock.advance(3_600_000);
  await world.start();
  const order = world.connector.order(clientOrderId);
  expect(order).toMatchObject({ origin: 'recovered', state: 'open', fillsComplete: true });
  expect(order?.filled.toFixed()).toBe('1');
  await world.finish();
});

test('what the venue sent to close a position is told though nobody listened, and what others did is not', async () => {
  const fetchClosedOrders: TinySpec['trading']['fetchClosedOrders'] = async (p, since) => {
    const reports = (await tiny.trading.fetchClosedOrders?.(p, since)) ?? [];
    return reports.map((report) => ({
      ...report,
      ...(report.clientOrderId === 'autoclose-1' && { liquidation: true as const }),
    }));
  };
  const world = await startedWorld({ spec: { ...tiny, trading: { ...tiny.trading, fetchClosedOrders } } });
  for (const clientOrderId of ['autoclose-1', 'theirs']) {
    world.server.put({ clientOrderId, amount: '2' });
    world.server.trade(clientOrderId, '2');
  }
  world.server.drop('account');
  await world.clock.advance(5_000);
  expect(world.connector.order('autoclose-1')).toMatchObject({ state: 'filled', fillsComplete: true });
  expect(world.connector.order('theirs')).toBeUndefined();
  const told = ['order-opened', 'order-filled', 'order-closed'] as const;
  expect(told.map((type) => world.eventsOf(type).map(({ order }) => order.clientOrderId))).toEqual(
    told.map(() => ['autoclose-1']),
  );
  await world.finish();
});

test('a refresh of one order asks about it now; of an order that nobody knows it is refused', async () => {
  const world = await startedWorld();
  const { clientOrderId } = await world.place();
  world.server.change(clientOrderId, { status: 'canceled' });
  await world.settle(world.connector.refresh({ clientOrderId }));
  expect(world.connector.order(clientOrderId)?.state).toBe('canceled');
  expect(await world.failure(world.connector.refresh({ clientOrderId: 'nobody' }))).toEqual({
    kind: 'invalid-request',
    outcome: 'not-sent',
    message: 'tiny order: no order "nobody" is known here',
  });
  await world.finish();
});

test('a refresh that fails rejects, and says nothing about the order', async () => {
  const world = await startedWorld();
  const { clientOrderId } = await world.place();
  world.server.next('GET /order', { status: 500, body: {} });
  expect(await world.failure(world.connector.refresh({ clientOrderId }))).toMatchObject({ kind: 'venue-unavailable' });
  expect(world.connector.order(clientOrderId)?.state).toBe('open');
  await world.finish();
});

test('a stop ends what is followed up, in the middle of a query and between two', async () => {
  for (const ms of [100, 305, 700, 5_000]) {
    const world = await startedWorld();
    world.server.next('POST /place', 'lost');
    world.server.always('GET /order', 'silence');
    await world.place();
    await world.clock.advance(ms);
    await world.finish();
    await world.clock.advance(60_000);
    expect([world.clock.timers(), world.warnings()]).toEqual([0, []]);
  }
});

test('an order of a venue that refuses to list orders keeps the account from being ready', async () => {
  const trading: TinySpec['trading'] = {
    ...tiny.trading,
    fetchOrder: () => Promise.reject(new TypeError('not written yet')),
  };
  const world = await startedWorld({ spec: { ...tiny, trading } });
  const clientOrderId = await filledInSilence(world);
  expect(await failing(world.connector.refresh({ clientOrderId }))).toEqual(new TypeError('not written yet'));
  await world.finish();
});

test.each([
  ['among-open', 90_000, ['unknown', 'not-placed']],
  // Our clock may have been ahead.
  ['among-open', 10_000, ['filled', 'filled']],
  ['for-ever', 90_000, ['filled', 'filled']],
] as const)('where ids are unique %s, one of %i ms ago found under the id makes it %s', async (unique, ago, states) => {
  const clientId = { ...tiny.orders.clientId, unique };
  const world = await startedWorld({ spec: { ...tiny, orders: { ...tiny.orders, clientId } } });
  const before = String(world.clock.now() - ago);
  world.server.put({ clientOrderId: 'again', status: 'filled', filled: '0', at: before });
  world.server.next('POST /place', 'lost');
  await world.place({ clientOrderId: 'again' });
  await world.clock.advance(1_000);
  const early = world.connector.order('again')?.state;
  await world.clock.advance(20_000);
  expect([early, world.connector.order('again')?.state]).toEqual(states);
  await world.finish();
});
