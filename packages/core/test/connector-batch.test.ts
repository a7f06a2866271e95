import { expect, test } from 'vitest';

import type { ConnectorError } from '../src/errors/connector-error.js';
import type { Order, OrderRequest } from '../src/model/order.js';
import { createMemoryJournal } from '../src/orders/journal.js';
import { list, batching, text, type TinySpec } from './support/connector-venue.js';
import { createWorld, limitOrder, type World, type WorldOptions } from './support/connector-world.js';

async function startedWorld(options: WorldOptions = {}): Promise<World> {
  const world = createWorld({ spec: batching, ...options });
  await world.start();
  return world;
}

/** Orders a, b, c, … as requests. */
function requests(...ids: readonly string[]): readonly OrderRequest[] {
  return ids.map((clientOrderId) => ({ ...limitOrder, clientOrderId }));
}

/** The ids in each request that reached the venue. */
function batches({ server }: World): readonly (readonly string[])[] {
  return server
    .requestsFor('POST /place-many')
    .map(({ params }) => list(params, 'orders').map((order) => text(order, 'clientOrderId')));
}

function summary(placed: Order | ConnectorError): string {
  if ('state' in placed) return `${placed.clientOrderId} ${placed.state}`;
  return `${placed.clientOrderId ?? ''} ${placed.kind} ${placed.outcome}`;
}

async function place(world: World, ...ids: readonly string[]): Promise<readonly string[]> {
  return (await world.settle(world.connector.placeMany(requests(...ids)))).map(summary);
}

test('orders go in as few requests as the venue allows, and a last one by itself', async () => {
  const world = await startedWorld();
  expect(world.connector.capabilities.batch).toBe(3);
  expect(await place(world, 'a', 'b', 'c', 'd')).toEqual(['a open', 'b open', 'c open', 'd open']);
  expect([batches(world), world.server.requestsFor('POST /place').length]).toEqual([[['a', 'b', 'c']], 1]);
  expect(
    world
      .eventsOf('order-opened')
      .map(({ order }) => order.clientOrderId)
      .toSorted(),
  ).toEqual([...['a', 'b', 'c', 'd']]);
  await world.finish();
});

test('what may not leave is left out of the batch and stands in its place, limits on open orders included', async () => {
  const world = await startedWorld({ orderLimits: { maxOpenOrders: 2 } });
  const [a, b, c] = requests('a', 'b', 'c');
  const small: OrderRequest = { ...limitOrder, clientOrderId: 'small', amount: '0.0001' };
  const placed = await world.settle(world.connector.placeMany([a, small, a, b, c].flatMap((each) => each ?? [])));
  expect(placed.map(summary)).toEqual([
    'a open',
    'small invalid-request not-sent',
    'a invalid-request not-sent',
    'b open',
    'c invalid-request not-sent',
  ]);
  expect(batches(world)).toEqual([['a', 'b']]);
  await world.finish();
});

test('every order is on record before the batch leaves', async () => {
  const memory = createMemoryJournal({ now: () => 0 });
  const written: string[] = [];
  const world = await startedWorld({
    journal: {
      ...memory,
      append: (clientOrderId, entry) => {
        written.push(`${clientOrderId} ${entry.kind}`);
        return memory.append(clientOrderId, entry);
      },
      durable: () => {
        written.push('durable');
        return Promise.resolve();
      },
    },
  });
  world.server.next('POST /place-many', () => {
    written.push('arrived');
    return 'lost';
  });
  await place(world, 'a', 'b');
  expect(written.slice(0, 7)).toEqual(['a intent', 'durable', 'b intent', 'durable', 'a sent', 'b sent', 'arrived']);
  await world.finish();
});

test('each order has its own outcome, and one that is not spoken of is unknown and asked about', async () => {
  const world = await startedWorld();
  world.server.next('POST /place-many', ({ params }) => {
    const [first, , third] = list(params, 'orders');
    const order = world.server.put({ clientOrderId: text(first, 'clientOrderId') });
    world.server.put({ clientOrderId: text(third, 'clientOrderId') });
    return { body: { answers: [{ order }, { code: 'refused', message: 'too dear' }, { lost: 'yes' }] } };
  });
  expect(await place(world, 'a', 'b', 'c')).toEqual(['a open', 'b order-rejected refused', 'c unknown']);
  expect(world.connector.order('b')).toMatchObject({
    state: 'rejected',
    error: { message: 'tiny place BTC-USDT: too dear (refused)', code: 'refused' },
  });
  expect(world.connector.order('c')?.error?.message).toBe(
    'tiny place BTC-USDT: the answer does not say what became of this order',
  );
  await world.clock.advance(1_000);
  expect(world.connector.order('c')?.state).toBe('open');
  await world.finish();
});

test('an order whose id the venue has already is unknown, and the venue is asked', async () => {
  const world = await startedWorld();
  world.server.put({ clientOrderId: 'b', status: 'filled', filled: '0' });
  world.server.next('POST /place-many', ({ params }) => {
    const order = world.server.put({ clientOrderId: text(list(params, 'orders')[0], 'clientOrderId') });
    return { body: { answers: [{ order }, { code: 'duplicate' }] } };
  });
  world.server.always('GET /order', 'lost');
  expect(await place(world, 'a', 'b')).toEqual(['a open', 'b unknown']);
  await world.finish();
});

test('an answer of another length proves nothing but what its reports say themselves', async () => {
  const world = await startedWorld();
  world.server.next('POST /place-many', () => {
    const order = world.server.put({ clientOrderId: 'b' });
    return { body: { answers: [{ order }, { code: 'refused' }] } };
  });
  world.server.always('GET /order', 'lost');
  expect(await place(world, 'a', 'b', 'c')).toEqual(['a unknown', 'b open', 'c unknown']);
  await world.finish();
});

test.each([
  ['is lost', 'lost', 'unknown', ['a unknown', 'b unknown']],
  ['makes no sense', { body: { answers: 'none' } }, 'unknown', ['a unknown', 'b unknown']],
  ['is refused', { body: { code: 'refused' } }, 'rejected', ['a order-rejected refused', 'b order-rejected refused']],
  ['did not leave', 'refused', 'not-sent', ['a network not-sent', 'b network not-sent']],
] as const)('a batch that %s says so of each of its orders', async (_, reply, state, expected) => {
  const world = await startedWorld();
  world.server.next('POST /place-many', reply);
  expect(await place(world, 'a', 'b')).toEqual(expected);
  expect(world.connector.orders().map((order) => order.state)).toEqual([state, state]);
  expect(batches(world)).toHaveLength(1);
  await world.finish();
});

test('an order that is cancelled while its batch waits for the rate limit does not leave, and the others do', async () => {
  const world = await startedWorld();
  const { connector } = world;
  await place(world, 'a', 'b', 'c');
  const placing = connector.placeMany(requests('d', 'e', 'f'));
  await world.clock.advance(1);
  const canceling = connector.cancel('e');
  expect((await world.settle(placing)).map(summary)).toEqual(['d open', 'e aborted not-sent', 'f open']);
  expect((await world.settle(canceling)).state).toBe('not-sent');
  expect(batches(world)).toEqual([
    ['a', 'b', 'c'],
    ['d', 'f'],
  ]);
  await world.finish();
});

test('a stop gives up a batch that waits', async () => {
  const world = await startedWorld();
  await place(world, 'a', 'b', 'c');
  const placing = world.connector.placeMany(requests('d', 'e', 'f'));
  await world.clock.advance(1);
  await world.settle(world.connector.stop({ withinMs: 1 }));
  expect((await placing).map(summary)).toEqual(['d aborted not-sent', 'e aborted not-sent', 'f aborted not-sent']);
  await world.finish();
});

test('a batch leaves within the shortest time of its orders, or not at all', async () => {
  const world = await startedWorld();
  await place(world, 'a', 'b', 'c');
  const [d, e, f] = requests('d', 'e', 'f');
  const hasty = { ...(e ?? limitOrder), sendWithinMs: 100 };
  const placed = await world.settle(world.connector.placeMany([d, hasty, f].flatMap((each) => each ?? [])));
  expect(placed.map(summary)).toEqual(['d', 'e', 'f'].map((id) => `${id} rate-limited not-sent`));
  await world.finish();
});

test('where a request takes limit orders only, market orders go by themselves', async () => {
  const { placeMany } = batching.trading;
  const trading: TinySpec['trading'] = {
    ...batching.trading,
    ...(placeMany && { placeMany: { ...placeMany, types: 'limit' } }),
  };
  const world = await startedWorld({ spec: { ...batching, trading } });
  const [a, c] = requests('a', 'c');
  const b: OrderRequest = { pair: 'BTC-USDT', side: 'buy', type: 'market', amount: '1', clientOrderId: 'b' };
  const placed = await world.settle(world.connector.placeMany([a, b, c].flatMap((each) => each ?? [])));
  expect(placed.map(summary)).toEqual(['a', 'b', 'c'].map((id) => `${id} open`));
  expect(batches(world)).toEqual([['a', 'c']]);
  expect(world.server.requestsFor('POST /place').map(({ params }) => text(params, 'clientOrderId'))).toEqual(['b']);
  await world.finish();
});

test('where a request takes one market, each market has its own', async () => {
  const { placeMany } = batching.trading;
  const trading: TinySpec['trading'] = {
    ...batching.trading,
    ...(placeMany && { placeMany: { ...placeMany, per: 'symbol' } }),
  };
  const world = await startedWorld({ spec: { ...batching, trading } });
  const [a, b, c, d] = requests('a', 'b', 'c', 'd');
  const pairs = ['BTC-USDT', 'ETH-USDT', 'BTC-USDT', 'ETH-USDT'];
  const mixed = [a, b, c, d].flatMap((each, index) => (each ? [{ ...each, pair: pairs[index] ?? '' }] : []));
  expect((await world.settle(world.connector.placeMany(mixed))).map(summary)).toEqual(
    ['a', 'b', 'c', 'd'].map((id) => `${id} open`),
  );
  expect(batches(world)).toEqual([
    ['a', 'c'],
    ['b', 'd'],
  ]);
  await world.finish();
});
