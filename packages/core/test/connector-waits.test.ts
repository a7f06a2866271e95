import { expect, test } from 'vitest';

import type { Connector } from '../src/connector/connector.js';
import type { Book } from '../src/model/book.js';
import { createMemoryJournal } from '../src/orders/journal.js';
import { createWorld, failing, type World, type WorldOptions } from './support/connector-world.js';

async function startedWorld(options: WorldOptions = {}): Promise<World> {
  const world = createWorld(options);
  await world.start();
  return world;
}

type Reading = { readonly told: readonly string[]; readonly isOver: () => boolean; readonly over: Promise<void> };

/** Reads events until they end: `2 order-opened a`. */
function readEvents(connector: Connector, options?: Parameters<Connector['events']>[0]): Reading {
  const told: string[] = [];
  let isOver = false;
  const read = async (): Promise<void> => {
    for await (const event of connector.events(options)) {
      const id = 'order' in event ? event.order.clientOrderId : '';
      told.push(`${event.sequence} ${event.type} ${id}`);
    }
    isOver = true;
  };
  return { told, isOver: () => isOver, over: read() };
}

/** Reads books until they end, `pace` before each next one: the best bid. */
function readBooks(
  connector: Connector,
  { pace = () => Promise.resolve(), ...options }: { pace?: () => Promise<void>; signal?: AbortSignal } = {},
): Reading {
  const told: string[] = [];
  let isOver = false;
  const read = async (): Promise<void> => {
    for await (const book of connector.books('BTC-USDT', options)) {
      told.push(topOf(book));
      await pace();
    }
    isOver = true;
  };
  return { told, isOver: () => isOver, over: read() };
}

function topOf(book: Book): string {
  return `${book.state} ${book.best('buy')?.price.toFixed() ?? 'none'}`;
}

test('an order is waited for until it is over and all its fills are in', async () => {
  const world = await startedWorld();
  const { clientOrderId } = await world.place();
  const closing = world.connector.closed(clientOrderId);
  let isOver = false;
  void closing.then(() => {
    isOver = true;
  });
  world.server.always('GET /fills', { body: { fills: [] } });
  const fill = world.server.trade(clientOrderId, '1');
  world.server.tellOrder(clientOrderId);
  await world.clock.advance(1_000);
  expect([world.connector.order(clientOrderId)?.state, isOver]).toEqual(['filled', false]);
  world.server.tell('account', { event: 'fill', fill });
  expect(await world.settle(closing)).toMatchObject({ state: 'filled', fillsComplete: true });
  expect(await world.connector.closed(clientOrderId)).toBe(world.connector.order(clientOrderId));
  await world.finish();
});

test('a wait for an order ends with its signal or with the stop, and an order that nobody knows is refused', async () => {
  const world = await startedWorld();
  const { clientOrderId } = await world.place();
  const controller = new AbortController();
  const waits = [
    failing(world.connector.closed(clientOrderId, controller.signal)),
    failing(world.connector.closed(clientOrderId)),
  ];
  controller.abort();
  expect(await waits[0]).toMatchObject({ kind: 'aborted', outcome: 'not-sent' });
  expect(await failing(world.connector.closed('nobody'))).toMatchObject({ kind: 'order-not-found' });
  await world.finish();
  expect(await waits[1]).toMatchObject({ kind: 'aborted', clientOrderId });
  expect(await failing(world.connector.closed(clientOrderId))).toMatchObject({ kind: 'aborted' });
});

test('order events are read from the first on, and go on as they happen', async () => {
  const world = await startedWorld();
  await world.place({ clientOrderId: 'a' });
  const reading = readEvents(world.connector);
  await world.clock.settle();
  expect(reading.told).toEqual(['4 order-opened a']);
  await world.settle(world.connector.cancel('a'));
  await world.clock.settle();
  expect(reading.told).toEqual(['4 order-opened a', '6 order-closed a']);
  await world.finish();
  await reading.over;
});

test('order events read again carry the ids and times that listeners were told', async () => {
  const world = await startedWorld();
  await world.place({ clientOrderId: 'a' });
  await world.settle(world.connector.cancel('a'));
  const heard = world.events
    .filter(({ type }) => type.startsWith('order'))
    .map(({ id, sequence, at }) => ({ id, sequence, at }));
  const read: unknown[] = [];
  await world.finish();
  for await (const { id, sequence, at } of world.connector.events()) read.push({ id, sequence, at });
  expect(read).toEqual(heard);
  expect(heard).toHaveLength(2);
});

test('order events are read from a record on, inclusive', async () => {
  const world = await startedWorld();
  await world.place({ clientOrderId: 'a' });
  await world.place({ clientOrderId: 'b' });
  const [all, later] = [readEvents(world.connector), readEvents(world.connector, { from: 5 })];
  await world.clock.settle();
  expect([all.told, later.told]).toEqual([['4 order-opened a', '8 order-opened b'], ['8 order-opened b']]);
  await world.finish();
});

test('what was told before a stop is read to its end, then the reading ends', async () => {
  const world = await startedWorld();
  await world.place({ clientOrderId: 'a' });
  const reading = readEvents(world.connector);
  await world.settle(world.connector.stop({ orders: 'cancel' }));
  await reading.over;
  expect(reading.told).toEqual(['4 order-opened a', '6 order-closed a']);
});

test('a reading of events ends with its signal, also when that is aborted already', async () => {
  const world = await startedWorld();
  await world.place({ clientOrderId: 'a' });
  const controller = new AbortController();
  const reading = readEvents(world.connector, { signal: controller.signal });
  await world.clock.settle();
  controller.abort();
  await reading.over;
  const never = readEvents(world.connector, { signal: AbortSignal.abort() });
  await never.over;
  expect([reading.told, never.told]).toEqual([['4 order-opened a'], []]);
  await world.finish();
});

test('a slow reader of events misses none, and reading costs one pass over what is new', async () => {
  const memory = createMemoryJournal({ now: () => 0 });
  const asked: (number | undefined)[] = [];
  const world = await startedWorld({
    journal: {
      ...memory,
      read: (options) => {
        asked.push(options?.from);
        return memory.read(options);
      },
    },
  });
  const read: string[] = [];
  const reading = (async () => {
    for await (const { type } of world.connector.events()) {
      read.push(type);
      await new Promise<void>((resolve) => {
        world.clock.at(world.clock.mono() + 500, resolve);
      });
    }
  })();
  await world.place({ clientOrderId: 'a' });
  await world.place({ clientOrderId: 'b' });
  await world.settle(world.connector.cancel('a'));
  await world.clock.advance(5_000);
  expect(read).toEqual(['order-opened', 'order-opened', 'order-closed']);
  expect(asked).toEqual([undefined, 1, 1, 11]);
  await world.finish();
  await reading;
});

test('the book comes at once and after each change, the latest alone for one who reads slowly', async () => {
  const world = await startedWorld();
  let next = (): void => undefined;
  const fast = readBooks(world.connector);
  const slow = readBooks(world.connector, {
    pace: () =>
      new Promise((resolve) => {
        next = resolve;
      }),
  });
  for (const price of ['99.10', '99.20', '99.30']) {
    world.server.quote('BTCUSDT', { bids: [[price, '1']] });
    await world.clock.advance(10);
  }
  next();
  await world.clock.advance(10);
  expect(fast.told).toEqual(['live 99', 'live 99.1', 'live 99.2', 'live 99.3']);
  expect(slow.told).toEqual(['live 99', 'live 99.3']);
  await world.finish();
  next();
  await Promise.all([fast.over, slow.over]);
});

test('books end with their signal, with the stop, and when nobody reads on; nothing listens after that', async () => {
  const world = await startedWorld();
  const controller = new AbortController();
  const aborted = readBooks(world.connector, { signal: controller.signal });
  const stopped = readBooks(world.connector);
  await world.clock.settle();
  controller.abort();
  await aborted.over;
  for await (const book of world.connector.books('BTC-USDT')) {
    expect(topOf(book)).toBe('live 99');
    break;
  }
  world.server.quote('BTCUSDT', { bids: [['99.50', '1']] });
  await world.clock.advance(20);
  expect([aborted.told, stopped.told]).toEqual([['live 99'], ['live 99', 'live 99.5']]);
  await world.finish();
  await stopped.over;
});

test('books of a market that is watched later come once it is live', async () => {
  const world = createWorld();
  await world.start({});
  const reading = readBooks(world.connector);
  await world.settle(world.connector.watch('BTC-USDT'));
  await world.clock.settle();
  expect(reading.told).toEqual(['live 99']);
  await world.finish();
});
