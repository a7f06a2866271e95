import type { Event, Order } from '@hb/connector-core';

import { assert, assertSame } from '../assert.js';
import type { World } from '../world.js';
import { assertTrueFills, eventsOf, storyOf } from './support.js';

type OrderEvent = Extract<Event, { readonly order: unknown }>;

/** What was open, cancelled, filled and unknown before a crash is so after it. */
export async function goesOnWithOpenOrders(world: World): Promise<void> {
  const { start, place, settle, connector, main, until, http, advance, crash } = world;
  await start();
  const open = await place();
  const canceled = await place({ price: main.away(-1) });
  await settle(connector.cancel(canceled.clientOrderId));
  const filled = await place({ price: main.away(1) });
  main.take('buy', main.away(1), main.amount);
  await until(() => storyOf(world, filled.clientOrderId).includes('order-closed'), 'the order is filled', 70_000);
  const unknown = connector.newClientOrderId();
  http.strike('place', { kind: 'http.request.lost' });
  void connector.place(world.request({ price: main.away(-2), clientOrderId: unknown })).catch(() => undefined);
  await advance(500);
  crash();
  await start();
  const states = [open, canceled, filled].map(({ clientOrderId }) => stateOf(world, clientOrderId));
  assertSame(states, ['ours open', 'ours canceled', 'ours filled'], 'orders after the restart');
  assertSame(stateOf(world, unknown), 'ours unknown', 'the order that never arrived, after the restart');
  assertSame(idsOf(world.connector.orders({ open: true })), [open.clientOrderId, unknown].sort(), 'open orders');
  assertSame(main.orders().length, 3, 'orders at the venue');
}

/** A crash while an order, a cancel and fills are on their way: all of it is known afterwards, and told. */
export async function losesNothingInACrash(world: World): Promise<void> {
  const { start, place, connector, main, until, http, advance, crash, engine } = world;
  await start();
  const filled = await place({ amount: main.amounts(2) });
  main.take('buy', main.price, main.amount);
  await until(() => eventsOf(world, 'order-filled').length === 1, 'the first half is told', 70_000);
  const canceled = await place({ price: main.away(-1) });
  const lost = connector.newClientOrderId();
  http.strike('place', { kind: 'http.response.lost' });
  void connector.place(world.request({ price: main.away(-2), clientOrderId: lost })).catch(() => undefined);
  void connector.cancel(canceled.clientOrderId).catch(() => undefined);
  await advance(150);
  crash();
  main.take('buy', main.price, main.amount);
  await start();
  await until(() => world.connector.status.ready && isSettled(world), 'all orders are settled', 70_000);
  const ids = [filled.clientOrderId, canceled.clientOrderId, lost];
  const truth = ids.map((id) => `ours ${main.order(id).status}`);
  assertSame(
    ids.map((id) => stateOf(world, id)),
    truth,
    'orders after the restart',
  );
  assertSame(engine.openOrders(world.account).length, 1, 'open orders at the venue');
  const events = tellingsOf(world);
  const both = { ...world, events };
  await assertTrueFills(both, main, filled.clientOrderId);
  for (const id of ids) assertStory(storyOf(both, id));
  await assertOnRecord(world, events);
}

/** Of both runs, each happening once: whoever listens can tell by its id what was told before. */
function tellingsOf({ told }: World): readonly OrderEvent[] {
  const events = told.filter((event): event is OrderEvent => 'order' in event);
  return [...new Map(events.map((event) => [event.id, event])).values()];
}

function assertStory(story: readonly string[]): void {
  const known = story.filter((type) => type !== 'order-uncertain');
  const ends = known.lastIndexOf('order-closed');
  assertSame(known.indexOf('order-opened'), 0, `place of the opening in ${story.join()}`);
  assert(known.filter((type) => type === 'order-opened').length === 1, `opened more than once: ${story.join()}`);
  assert(ends === -1 || ends === known.length - 1, `something is told after the end: ${story.join()}`);
}

/** The journal, read from its beginning, tells what both runs told, and nothing else. */
async function assertOnRecord({ connector, settle, advance }: World, told: readonly OrderEvent[]): Promise<void> {
  const read: string[] = [];
  const reading = (async () => {
    for await (const { id } of connector.events({ from: 1 })) read.push(id);
  })();
  await advance(10);
  await settle(connector.stop());
  await reading;
  assertSame(read.toSorted(), told.map(({ id }) => id).toSorted(), 'events on record');
}

function isSettled({ connector }: World): boolean {
  return connector.orders().every(({ state, canceling }) => state !== 'unknown' && !canceling);
}

function stateOf({ connector }: World, clientOrderId: string): string {
  const order = connector.order(clientOrderId);
  return order === undefined ? 'not known' : `${order.origin} ${order.state}`;
}

function idsOf(orders: readonly Order[]): readonly string[] {
  return orders.map(({ clientOrderId }) => clientOrderId).sort();
}
