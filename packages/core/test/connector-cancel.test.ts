import { expect, test } from 'vitest';

import { createMemoryJournal } from '../src/orders/journal.js';
import { tiny, type TinySpec } from './support/connector-venue.js';
import { createWorld, failing, limitOrder, type World, type WorldOptions } from './support/connector-world.js';

async function startedWorld(options: WorldOptions = {}): Promise<World> {
  const world = createWorld(options);
  await world.start();
  return world;
}

function sent({ server }: World, what = 'POST /cancel'): number {
  return server.requestsFor(what).length;
}

test('a cancel resolves with the cancelled order, and another one finds it over and sends nothing', async () => {
  const world = await startedWorld();
  const { clientOrderId } = await world.place();
  const canceled = await world.settle(world.connector.cancel(clientOrderId));
  expect(canceled).toMatchObject({ state: 'canceled', canceling: false, fillsComplete: true });
  expect(await world.connector.cancel(clientOrderId)).toBe(canceled);
  expect(sent(world)).toBe(1);
  expect(world.eventsOf('order-closed').map(({ order }) => order)).toEqual([canceled]);
  await world.finish();
});

test('an order that shows that its cancel is under way, and two who cancel it send one request', async () => {
  const world = await startedWorld();
  const { clientOrderId } = await world.place();
  const cancels = [world.connector.cancel(clientOrderId), world.connector.cancel(clientOrderId)];
  await world.clock.settle();
  expect(world.connector.order(clientOrderId)?.canceling).toBe(true);
  const [first, second] = await world.settle(Promise.all(cancels));
  expect([first?.state, second]).toEqual(['canceled', first]);
  expect(sent(world)).toBe(1);
  await world.finish();
});

test('a cancel of an unknown order is refused and names the id', async () => {
  const world = await startedWorld();
  expect(await world.failure(world.connector.cancel('nobody'))).toEqual({
    kind: 'invalid-request',
    outcome: 'not-sent',
    message: 'tiny order: no order "nobody" is known here',
  });
  await world.finish();
});

test('an order that waits for the rate limit is cancelled here and never leaves', async () => {
  const world = await startedWorld();
  const before = Array.from({ length: 5 }, () => world.connector.place(limitOrder));
  await world.clock.settle();
  const placing = failing(world.connector.place({ ...limitOrder, clientOrderId: 'mine' }));
  await world.clock.settle();
  expect(world.connector.order('mine')?.state).toBe('queued');
  const canceled = await world.settle(world.connector.cancel('mine'));
  expect(canceled.state).toBe('not-sent');
  expect(await placing).toMatchObject({ kind: 'aborted', outcome: 'not-sent', clientOrderId: 'mine' });
  await world.settle(Promise.all(before));
  await world.clock.advance(5_000);
  expect([world.server.orders.has('mine'), sent(world)]).toEqual([false, 0]);
  await world.finish();
});

test('an order that waits for the journal is cancelled here and never leaves', async () => {
  let release = (): void => undefined;
  const memory = createMemoryJournal({ now: () => 0 });
  const slow = new Promise<void>((resolve) => {
    release = resolve;
  });
  let isSlow = false;
  const world = await startedWorld({ journal: { ...memory, durable: () => (isSlow ? slow : undefined) } });
  isSlow = true;
  const placing = failing(world.connector.place({ ...limitOrder, clientOrderId: 'mine' }));
  await world.clock.settle();
  const canceling = world.connector.cancel('mine');
  await world.clock.settle();
  release();
  isSlow = false;
  expect((await world.settle(canceling)).state).toBe('not-sent');
  expect(await placing).toMatchObject({ outcome: 'not-sent' });
  expect([world.server.orders.size, sent(world)]).toEqual([0, 0]);
  await world.finish();
});

test('a cancel that lost to a fill resolves with the filled order and all its fills', async () => {
  const world = await startedWorld();
  const { clientOrderId } = await world.place();
  world.server.trade(clientOrderId, '1');
  const order = await world.settle(world.connector.cancel(clientOrderId));
  expect(order).toMatchObject({ state: 'filled', fillsComplete: true });
  expect(order.filled.toFixed()).toBe('1');
  expect(world.eventsOf('order-filled')).toHaveLength(1);
  await world.finish();
});

test('a cancel of an order that the venue ended by itself resolves with what became of it', async () => {
  const world = await startedWorld();
  const { clientOrderId } = await world.place();
  world.server.change(clientOrderId, { status: 'expired' });
  expect((await world.settle(world.connector.cancel(clientOrderId))).state).toBe('expired');
  await world.finish();
});

test('a cancel that is answered with "not found" while the order lives rejects, and the order stays open', async () => {
  const world = await startedWorld();
  const { clientOrderId } = await world.place();
  world.server.next('POST /cancel', { body: { code: 'no-order', message: 'no such order' } });
  expect(await world.failure(world.connector.cancel(clientOrderId))).toEqual({
    kind: 'order-not-found',
    outcome: 'unknown',
    message: 'tiny POST /cancel: no such order (no-order)',
    clientOrderId,
  });
  expect(world.connector.order(clientOrderId)).toMatchObject({ state: 'open', canceling: false });
  expect((await world.settle(world.connector.cancel(clientOrderId))).state).toBe('canceled');
  await world.finish();
});

test('a cancel that is lost, and whose order cannot be asked about, rejects with its own error and is followed up', async () => {
  const world = await startedWorld();
  const { clientOrderId } = await world.place();
  world.server.next('POST /cancel', () => {
    world.server.change(clientOrderId, { status: 'canceled' });
    return 'lost';
  });
  world.server.next('GET /order', { status: 500, body: {} });
  expect(await world.failure(world.connector.cancel(clientOrderId))).toMatchObject({
    kind: 'network',
    outcome: 'unknown',
    message: 'tiny POST /cancel: connection lost',
  });
  await world.clock.advance(1_000);
  expect(world.connector.order(clientOrderId)?.state).toBe('canceled');
  await world.finish();
});

/** Whose cancels are answered with nothing of the order but that it worked. */
const bare: TinySpec = {
  ...tiny,
  trading: {
    ...tiny.trading,
    cancel: async (p, { market, clientOrderId }) => {
      await p.call({ at: 'POST /cancel', signed: true, lane: 'cancel' }, { clientOrderId }, () => undefined);
      return { type: 'order', symbol: market.symbol, clientOrderId, status: 'canceled' };
    },
  },
};

test('a bare answer ends an order that was seen, and is no proof that one which nobody has seen was there', async () => {
  const world = await startedWorld({ spec: bare });
  const { clientOrderId } = await world.place();
  expect((await world.settle(world.connector.cancel(clientOrderId))).state).toBe('canceled');

  world.server.next('POST /place', 'lost');
  world.server.next('GET /order', { status: 500, body: {} });
  await world.settle(world.connector.place({ ...limitOrder, clientOrderId: 'mine' }));
  expect(world.connector.order('mine')?.state).toBe('unknown');
  // The answer to another cancel.
  world.server.next('POST /cancel', { body: {} });
  expect(await world.failure(world.connector.cancel('mine'))).toMatchObject({
    kind: 'bad-response',
    outcome: 'unknown',
  });
  expect(world.connector.order('mine')?.state).toBe('unknown');
  await world.clock.advance(20_000);
  expect([world.connector.order('mine')?.state, world.connector.order('mine')?.canceling]).toEqual([
    'not-placed',
    false,
  ]);
  await world.finish();
});

test('a cancel that did not leave rejects as not sent, and nobody is asked', async () => {
  const world = await startedWorld();
  const { clientOrderId } = await world.place();
  world.server.next('POST /cancel', 'refused');
  expect(await world.failure(world.connector.cancel(clientOrderId))).toMatchObject({
    kind: 'network',
    outcome: 'not-sent',
  });
  expect([sent(world, 'GET /order'), world.connector.order(clientOrderId)?.canceling]).toEqual([0, false]);
  await world.finish();
});

test('a cancel that overtakes its order is sent again when the order has arrived', async () => {
  const world = await startedWorld();
  world.server.next('POST /place', async ({ params }) => {
    await later(world, 50);
    return { body: { order: world.server.put({ clientOrderId: String(params['clientOrderId']) }) } };
  });
  const placing = world.connector.place({ ...limitOrder, clientOrderId: 'mine' });
  await world.clock.advance(10);
  expect((await world.settle(world.connector.cancel('mine'))).state).toBe('canceled');
  expect((await placing).state).toBe('open');
  expect([sent(world), world.server.orders.get('mine')?.status]).toEqual([2, 'canceled']);
  await world.finish();
});

test('all orders of ours are cancelled, of one market or of all, and what fails stays open', async () => {
  const world = await startedWorld();
  world.server.put({ clientOrderId: 'theirs' });
  world.server.tellOrder('theirs');
  await world.place({ clientOrderId: 'a' });
  await world.place({ clientOrderId: 'b' });
  await world.place({ clientOrderId: 'c', pair: 'ETH-USDT' });
  world.server.next('POST /cancel', { status: 500, body: {} });
  const ofMarket = await world.settle(world.connector.cancelAll({ pair: 'BTC-USDT' }));
  expect(ofMarket.map(({ clientOrderId, state }) => [clientOrderId, state])).toEqual([['b', 'canceled']]);
  const ofAll = await world.settle(world.connector.cancelAll());
  expect(ofAll.map(({ clientOrderId }) => clientOrderId)).toEqual(['a', 'c']);
  expect(world.connector.orders({ open: true }).map(({ clientOrderId }) => clientOrderId)).toEqual(['theirs']);
  await world.finish();
});

test('cancelling all takes no longer than it may, and goes on in the background', async () => {
  const world = await startedWorld();
  await world.place({ clientOrderId: 'slow' });
  await world.place({ clientOrderId: 'fast' });
  world.server.next('POST /cancel', async ({ params }) => {
    await later(world, 3_000);
    return { body: { order: world.server.change(String(params['clientOrderId']), { status: 'canceled' }) } };
  });
  const before = world.clock.mono();
  const canceled = await world.settle(world.connector.cancelAll({ withinMs: 1_000 }));
  expect(canceled.map(({ clientOrderId }) => clientOrderId)).toEqual(['fast']);
  expect(world.clock.mono() - before).toBe(1_000);
  await world.clock.advance(3_000);
  expect(world.connector.order('slow')?.state).toBe('canceled');
  await world.finish();
});

test('where the venue only takes a cancel and tells the end later, cancelling all waits for the end', async () => {
  const world = await startedWorld();
  await world.place({ clientOrderId: 'told' });
  world.server.next('POST /cancel', () => {
    const order = world.server.orders.get('told');
    world.clock.at(world.clock.mono() + 300, () => {
      world.server.change('told', { status: 'canceled' });
      world.server.tellOrder('told');
    });
    return { body: { order } };
  });
  const before = world.clock.mono();
  const canceled = await world.settle(world.connector.cancelAll());
  expect(canceled.map(({ clientOrderId, state }) => [clientOrderId, state])).toEqual([['told', 'canceled']]);
  expect(world.clock.mono() - before).toBeLessThan(400);
  await world.finish();
});

test('cancelling all of the account takes one request a market, and orders of others that were not known', async () => {
  const world = await startedWorld();
  await world.place({ clientOrderId: 'ours' });
  world.server.put({ clientOrderId: 'theirs', symbol: 'ETHUSDT' });
  const canceled = await world.settle(world.connector.cancelAll({ scope: 'account' }));
  expect(canceled.map(({ clientOrderId, origin }) => [clientOrderId, origin])).toEqual([
    ['ours', 'ours'],
    ['theirs', 'external'],
  ]);
  expect(world.server.requestsFor('POST /cancel-all').map(({ params }) => params)).toEqual([
    { symbol: 'BTCUSDT' },
    { symbol: 'ETHUSDT' },
  ]);
  expect(sent(world)).toBe(0);
  await world.finish();
});

test('cancelling all of the account leaves other markets alone when one is named', async () => {
  const world = await startedWorld();
  world.server.put({ clientOrderId: 'here' });
  world.server.put({ clientOrderId: 'there', symbol: 'ETHUSDT' });
  await world.settle(world.connector.cancelAll({ scope: 'account', pair: 'BTC-USDT' }));
  expect([...world.server.orders.values()].map(({ status }) => status)).toEqual(['canceled', 'open']);
  await world.finish();
});

test('cancelling all of the account keeps back what has not left', async () => {
  const world = await startedWorld();
  const placing = Array.from({ length: 6 }, (_, index) =>
    world.connector.place({ ...limitOrder, clientOrderId: `o${index}` }),
  );
  const outcomes = Promise.allSettled(placing);
  await world.clock.advance(30);
  await world.settle(world.connector.cancelAll({ scope: 'account' }));
  await world.settle(outcomes);
  await world.clock.advance(5_000);
  expect(world.connector.orders().map(({ state }) => state)).toEqual([
    ...Array.from({ length: 5 }, () => 'canceled'),
    'not-sent',
  ]);
  expect(world.server.orders.has('o5')).toBe(false);
  await world.finish();
});

test('where a request for a whole market fails, or is not there, orders are cancelled one by one', async () => {
  const { cancelAll: _cancelAll, ...trading } = tiny.trading;
  for (const spec of [tiny, { ...tiny, trading }]) {
    const world = await startedWorld({ spec });
    await world.place({ clientOrderId: 'ours' });
    world.server.put({ clientOrderId: 'theirs' });
    world.server.always('POST /cancel-all', { status: 500, body: {} });
    const canceled = await world.settle(world.connector.cancelAll({ scope: 'account' }));
    expect(canceled.map(({ clientOrderId }) => clientOrderId)).toEqual(['ours', 'theirs']);
    await world.finish();
  }
});

test('where open orders cannot be listed, those that are known are cancelled all the same', async () => {
  const world = await startedWorld();
  await world.place({ clientOrderId: 'ours' });
  world.server.next('GET /open-orders', 'lost');
  const canceled = await world.settle(world.connector.cancelAll({ scope: 'account' }));
  expect(canceled.map(({ clientOrderId }) => clientOrderId)).toEqual(['ours']);
  expect(world.warnings()).toEqual(['tiny GET /open-orders: connection lost']);
  await world.finish();
});

test('a market without orders when its sweep arrives is no problem', async () => {
  const world = await startedWorld();
  await world.place({ clientOrderId: 'ours' });
  world.server.next('POST /cancel-all', () => {
    world.server.change('ours', { status: 'expired' });
    return { body: { code: 'no-order' } };
  });
  expect(await world.settle(world.connector.cancelAll({ scope: 'account' }))).toEqual([]);
  expect([world.connector.order('ours')?.state, world.warnings()]).toEqual(['expired', []]);
  await world.finish();
});

/** Some time at the venue. */
function later({ clock }: World, ms: number): Promise<void> {
  return new Promise((resolve) => {
    clock.at(clock.mono() + ms, resolve);
  });
}

test('a cancel of all in a market that is not there is refused, rather than found without orders', async () => {
  const world = await startedWorld();
  await world.place();
  expect(await world.failure(world.connector.cancelAll({ pair: 'BTC/USDT' }))).toMatchObject({
    kind: 'invalid-request',
    outcome: 'not-sent',
    message: 'tiny: no market "BTC/USDT"; did you mean BTC-USDT?',
  });
  await world.finish();
});
