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
  ['lets no request expire', { ...tiny, orders: { ...tiny.orders, settle: { engineMs: 0, lagMs: 0 } } }],
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
