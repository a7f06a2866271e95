import { expect, test } from 'vitest';

import { tiny, type TinySpec } from './support/connector-venue.js';
import { createWorld, type World, type WorldOptions } from './support/connector-world.js';

/** A world in which the answer to an order was lost, and nobody finds the order by its id. */
async function worldInDoubt(options: WorldOptions = {}): Promise<World> {
  const world = createWorld(options);
  await world.start();
  world.server.next('POST /place', 'lost');
  world.server.always('GET /order', { body: { code: 'no-order' } });
  expect((await world.place({ clientOrderId: 'lost' })).state).toBe('unknown');
  return world;
}

function stateOf({ connector }: World): string | undefined {
  return connector.order('lost')?.state;
}

test('an unknown order that is among those that ended is found there', async () => {
  const world = await worldInDoubt();
  world.server.put({ clientOrderId: 'lost', status: 'canceled' });
  await world.clock.advance(20_000);
  expect(stateOf(world)).toBe('canceled');
  await world.finish();
});

test('an order that has ended is found long before it could be concluded that it was never placed', async () => {
  const world = await worldInDoubt();
  world.server.put({ clientOrderId: 'lost', status: 'canceled' });
  await world.clock.advance(1_000);
  // A venue may forget an order without a fill before that.
  world.server.always('GET /closed-orders', { body: { orders: [] } });
  await world.clock.advance(20_000);
  expect(stateOf(world)).toBe('canceled');
  await world.finish();
});

test('a list of those that ended which cannot be had is asked for again soon', async () => {
  const world = await worldInDoubt();
  world.server.put({ clientOrderId: 'lost', status: 'canceled' });
  world.server.next('GET /closed-orders', { body: { orders: [{ status: 'no such status' }] } });
  await world.clock.advance(2_000);
  expect(stateOf(world)).toBe('canceled');
  await world.finish();
});

const unending: TinySpec = { ...tiny, orders: { ...tiny.orders, settle: { engineMs: 0, lagMs: 0 } } };

test('the orders of a market that ended are asked for once every 10 s at most, whoever is in doubt', async () => {
  const world = await worldInDoubt({ spec: unending });
  world.server.next('POST /place', 'lost');
  await world.place({ clientOrderId: 'lost-too' });
  await world.clock.advance(60_000);
  world.server.put({ clientOrderId: 'theirs', status: 'canceled' });
  await world.clock.advance(60_000);
  const asked = world.server.requestsFor('GET /closed-orders').length;
  expect([asked > 8, asked < 15, world.connector.order('theirs')]).toEqual([true, true, undefined]);
  await world.finish();
});

test('an unknown order that is among the open ones is found there', async () => {
  const world = await worldInDoubt();
  world.server.put({ clientOrderId: 'lost' });
  await world.clock.advance(20_000);
  expect(stateOf(world)).toBe('open');
  await world.finish();
});

test('a fill of an order that nobody knows keeps an unknown order unknown, page after page', async () => {
  const world = await worldInDoubt();
  const at = String(world.clock.now());
  const fill = { symbol: 'BTCUSDT', fillId: 'f', orderId: 'v9', price: '90', amount: '1', at };
  const pages = { first: { fills: [], cursor: '2' }, second: { fills: [fill] } };
  const page = ({ params }: { readonly params: Readonly<Record<string, unknown>> }): { readonly body: object } => ({
    body: params['cursor'] === undefined ? pages.first : pages.second,
  });
  world.server.next('GET /fills', ...Array.from({ length: 100 }, () => page));
  await world.clock.advance(130_000);
  expect(stateOf(world)).toBe('unknown');
  const asked = world.server.requestsFor('GET /fills');
  expect([asked.length > 0, asked.length % 2]).toEqual([true, 0]);
  expect(world.warnings().filter((line) => line.includes('outcome'))).toEqual([
    'order lost: its outcome is unknown for over 60000 ms',
    'order lost: its outcome is unknown for over 60000 ms',
  ]);
  await world.finish();
});

test('pages of fills that come to no end prove nothing', async () => {
  const world = await worldInDoubt();
  world.server.always('GET /fills', { body: { fills: [], cursor: '2' } });
  await world.clock.advance(130_000);
  expect(stateOf(world)).toBe('unknown');
  await world.finish();
});

test('a fill from before an unknown order was placed cannot be its own', async () => {
  const world = await worldInDoubt();
  const at = String(world.clock.now() - 10_000);
  const fill = { symbol: 'BTCUSDT', fillId: 'f', orderId: 'v9', price: '90', amount: '1', at };
  world.server.always('GET /fills', { body: { fills: [fill] } });
  await world.clock.advance(20_000);
  expect(stateOf(world)).toBe('not-placed');
  await world.finish();
});

const { fetchClosedOrders: _fetchClosedOrders, ...blind } = tiny.trading;

test.each<[string, TinySpec]>([
  ['lists no orders that ended', { ...tiny, trading: blind }],
  ['lets no request expire', unending],
])('an unknown order stays unknown at a venue that %s', async (_, spec) => {
  const world = await worldInDoubt({ spec });
  await world.clock.advance(30_000);
  expect(stateOf(world)).toBe('unknown');
  await world.finish();
});

test('an adopted order without an id of the venue is asked for its fills since it is known', async () => {
  const world = createWorld();
  await world.start();
  world.server.put({ clientOrderId: 'theirs', orderId: '', status: 'filled', filled: '1' });
  world.server.tellOrder('theirs');
  await world.clock.advance(1_000);
  const { createdAt = 0 } = world.connector.order('theirs') ?? {};
  expect(world.server.requestsFor('GET /fills').map(({ params }) => params)).toContainEqual({
    from: String(createdAt - 5_000),
  });
  await world.finish();
});

/** A world in which an order whose answer was lost has been cancelled by its client's id, and the answer to that named no other. */
async function worldWithoutId(): Promise<World> {
  const world = createWorld();
  await world.start();
  world.server.next('POST /place', 'lost');
  await world.place({ clientOrderId: 'lost' });
  const canceled = world.server.put({ clientOrderId: 'lost', orderId: 'v7', status: 'canceled' });
  world.server.next('POST /cancel', { body: { order: { ...canceled, orderId: '' } } });
  const { state, orderId } = await world.settle(world.connector.cancel('lost'));
  expect([state, orderId]).toEqual(['canceled', undefined]);
  return world;
}

test('an order that ended before the venue told its id is asked for it', async () => {
  const world = await worldWithoutId();
  await world.clock.advance(1_000);
  expect(world.connector.order('lost')).toMatchObject({ state: 'canceled', orderId: 'v7' });
  const asked = world.server.requestsFor('GET /order').length;
  await world.clock.advance(30_000);
  expect(world.server.requestsFor('GET /order').length).toBe(asked);
  await world.finish();
});

test('that id is looked for among the orders that ended where a query does not find it', async () => {
  const world = await worldWithoutId();
  world.server.always('GET /order', { body: { code: 'no-order' } });
  await world.clock.advance(1_000);
  expect(world.connector.order('lost')).toMatchObject({ state: 'canceled', orderId: 'v7' });
  await world.finish();
});

test('an id that the venue does not tell is asked for again, with a warning', async () => {
  const world = await worldWithoutId();
  world.server.always('GET /order', { body: { code: 'no-order' } });
  world.server.always('GET /closed-orders', { body: { orders: [] } });
  await world.clock.advance(70_000);
  expect(world.warnings()).toContain("order lost: the venue's id of it is unknown for over 60000 ms");
  expect(world.connector.orders({ open: true })).toEqual([]);
  await world.finish();
});
