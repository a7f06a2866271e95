import { expect, test } from 'vitest';

import type { Connector, Event } from '../../src/index.js';
import { buy, createWorld, failureOf, type World } from './support/world.js';

async function ready(): Promise<World> {
  const world = createWorld();
  await world.start();
  return world;
}

async function read(events: AsyncIterable<Event>, into: string[]): Promise<string> {
  for await (const { id, sequence } of events) into.push(`${String(sequence)} ${id}`);
  return 'ended';
}

test('a status event comes when what can be done changes, and not otherwise', async () => {
  const { connector, start, clock } = createWorld();
  const states: string[] = [];
  connector.on('status', ({ status }) => states.push(`${status.account}: ${status.missing.join(', ')}`));
  await start({ pairs: ['BTC-USDT'] });
  await clock.advance(120_000);
  await connector.stop();
  expect(states).toMatchInlineSnapshot(`
    [
      "none: the start is under way",
      "none: the start is under way, book of BTC-USDT is syncing",
      "reconciling: the start is under way, account is reconciling, book of BTC-USDT is syncing",
      "reconciling: the start is under way, account is reconciling",
      "ready: the start is under way",
      "ready: ",
      "ready: the connector is being stopped",
      "none: the connector has been stopped",
    ]
  `);
});

test('a listener that throws is logged and keeps nothing from the others', async () => {
  const { connector, run, news, logged } = await ready();
  connector.on('order-opened', () => {
    throw new Error('my listener fails');
  });
  const heard: string[] = [];
  connector.on('order-opened', ({ order }) => heard.push(order.clientOrderId));
  await run(connector.place(buy('a')));
  expect([heard, news(), logged.filter((event) => event === 'listener.threw').length]).toEqual([
    ['a'],
    ['order-opened a'],
    1,
  ]);
  expect(connector.metrics().counts['listener.threw']).toBe(1);
});

test('what a listener causes comes after what it heard, for everybody', async () => {
  const { connector, run } = await ready();
  const heard: string[] = [];
  const hear = (to: Connector, name: string): void => {
    to.on('order-opened', () => heard.push(`${name} opened`));
    to.on('status', ({ status }) => heard.push(`${name} ${status.missing.join()}`));
  };
  connector.on('order-opened', () => {
    void connector.kill('enough');
  });
  hear(connector, 'first');
  hear(connector, 'second');
  await run(connector.place(buy('a')));
  expect(heard).toEqual([
    'first opened',
    'second opened',
    'first orders are stopped: enough',
    'second orders are stopped: enough',
  ]);
});

test('a listener hears nothing after it left', async () => {
  const { connector, run } = await ready();
  const heard: string[] = [];
  const leave = connector.on('order-opened', ({ order }) => heard.push(order.clientOrderId));
  await run(connector.place(buy('a')));
  leave();
  await run(connector.place(buy('b')));
  expect(heard).toEqual(['a']);
});

test('events are read again from the journal, from any record on, and go on until the reader aborts', async () => {
  const { connector, clock, run } = await ready();
  await run(connector.place(buy('a')));
  const aborting = new AbortController();
  const [all, late]: [string[], string[]] = [[], []];
  const reading = read(connector.events({ signal: aborting.signal }), all);
  const readingLate = read(connector.events({ from: 5 }), late);
  await run(connector.cancel('a'));
  await run(connector.place(buy('b')));
  await clock.settle();
  aborting.abort();
  expect(await reading).toBe('ended');
  await connector.stop();
  expect(await readingLate).toBe('ended');
  expect(all.map((line) => line.replace(/^\d+ /, ''))).toEqual(['order-opened:a', 'order-closed:a', 'order-opened:b']);
  expect(late).toEqual(all.slice(1));
});

test('metrics are plain numbers of the parts and the limits', async () => {
  const { connector, run } = await ready();
  await run(connector.place(buy('a')));
  const { counts, timings, limits } = connector.metrics();
  expect(limits).toEqual([{ pool: 'orders', used: 1, limit: 5, perMs: 1_000, frozenForMs: 0 }]);
  expect(timings['rest.order']).toEqual({ count: 1, last: 0, max: 0, p50: 0, p99: 0 });
  expect([counts['warnings'], connector.metrics().timings['account.reconcile']?.count]).toEqual([undefined, 1]);
});

test('a wait for an order ends with its signal, and with the connector', async () => {
  const { connector, run } = await ready();
  await run(connector.place(buy('a')));
  const aborting = new AbortController();
  const aborted = failureOf(connector.closed('a', aborting.signal));
  const stopped = failureOf(connector.closed('a'));
  aborting.abort();
  await run(connector.stop());
  const ended = 'aborted not-sent: closed: the wait for order a was ended';
  expect([await aborted, await stopped]).toEqual([ended, ended]);
});
