import { expect, test } from 'vitest';

import { createConnector } from '../src/connector/create.js';
import type { Order } from '../src/model/order.js';
import { createMemoryJournal } from '../src/orders/journal.js';
import { text, tiny } from './support/connector-venue.js';
import { createWorld, type World, type WorldOptions } from './support/connector-world.js';

async function startedWorld(options: WorldOptions = {}): Promise<World> {
  const world = createWorld(options);
  await world.start();
  return world;
}

/** The process is gone with this on its disk; the next one begins while the venue lives on. */
async function restarted(world: World, options: WorldOptions = {}): Promise<World> {
  const files = world.files();
  await world.settle(world.connector.stop());
  return startedWorld({ ...options, after: { world, files } });
}

function states(world: World): Readonly<Record<string, string>> {
  return Object.fromEntries(world.connector.orders().map((order) => [order.clientOrderId, toText(order)]));
}

function toText({ state, origin, filled, fillsComplete }: Order): string {
  return `${origin} ${state} ${filled.toFixed()}${fillsComplete ? '' : ' of more'}`;
}

test('records lie in a folder for each venue, environment and account', async () => {
  const world = await startedWorld({ environment: 'test', account: 'second' });
  await world.place({ clientOrderId: 'a' });
  expect([...world.files().keys()]).toEqual(['home/tiny/test/second/00000001.log']);
  await world.finish();
  const elsewhere = await startedWorld({ data: 'elsewhere' });
  await elsewhere.place({ clientOrderId: 'a' });
  expect([...elsewhere.files().keys()]).toEqual(['elsewhere/tiny/live/main/00000001.log']);
  await elsewhere.finish();
});

test('without credentials, in a sandbox and with a journal of the caller there are no files', async () => {
  const journal = createMemoryJournal({ now: () => 0 });
  for (const options of [{ credentials: 'none' }, { journal }] as const) {
    const world = await startedWorld(options);
    expect(world.files().size).toBe(0);
    await world.finish();
  }
  const sandbox = createWorld({ sandbox: true });
  await sandbox.failure(sandbox.connector.start());
  expect(sandbox.files().size).toBe(0);
});

test('an account whose name would lead elsewhere is refused', () => {
  for (const account of ['../main', '', '.hidden', 'a/b', 'a\\b']) {
    expect(() => createConnector(tiny, { credentials: { key: 'k', secret: 's' }, account })).toThrow(
      expect.objectContaining({ kind: 'invalid-request', outcome: 'not-sent' }),
    );
  }
});

test('a second connector for the same account is refused before anything is sent', async () => {
  const world = await startedWorld();
  const sent = world.server.requests.length;
  const second = createConnector(tiny, { credentials: { key: 'our-key', secret: 'our-secret' }, ports: world.ports });
  expect(await world.failure(second.start())).toMatchObject({
    outcome: 'not-sent',
    message: expect.stringContaining('in use'),
  });
  expect(world.server.requests.length).toBe(sent);
  await world.finish();
  expect(await world.failure(world.connector.start())).toMatchObject({ outcome: 'not-sent' });
});

test('the next run knows every order, and asks what became of those that were open', async () => {
  const first = await startedWorld();
  for (const clientOrderId of ['stays', 'fills', 'ends', 'over']) await first.place({ clientOrderId });
  await first.settle(first.connector.cancel('over'));
  const files = first.files();
  await first.settle(first.connector.stop());
  first.server.trade('fills', '1');
  first.server.trade('stays', '0.25');
  first.server.change('ends', { status: 'canceled' });
  const second = await startedWorld({ after: { world: first, files } });
  expect(states(second)).toEqual({
    stays: 'ours open 0.25',
    fills: 'ours filled 1',
    ends: 'ours canceled 0',
    over: 'ours canceled 0',
  });
  expect(second.connector.status.ready).toBe(true);
  expect(second.warnings()).toEqual([]);
  await second.finish();
});

test('an order that was on its way is in doubt, holds its funds, and is settled by the venue’s word', async () => {
  const first = await startedWorld();
  first.server.next('POST /place', 'silence');
  void first.connector.place({ ...order, clientOrderId: 'lost' }).catch(() => undefined);
  first.server.always('GET /order', 'silence');
  await first.clock.advance(200);
  first.server.put({ clientOrderId: 'lost' });
  const files = first.files();
  await first.settle(first.connector.stop());
  first.server.always('GET /order', undefined);
  const second = await startedWorld({ after: { world: first, files } });
  expect(states(second)).toEqual({ lost: 'ours open 0' });
  expect(second.events.map(({ type }) => type).filter((type) => type.startsWith('order'))).toEqual([
    'order-uncertain',
    'order-opened',
  ]);
  await second.finish();
});

const order = { pair: 'BTC-USDT', side: 'buy', type: 'limit', amount: '1', price: '90' } as const;

test('an order that never reached the venue is given up when its time is over, and not before', async () => {
  const first = await startedWorld();
  first.server.next('POST /place', 'silence');
  void first.connector.place({ ...order, clientOrderId: 'lost' }).catch(() => undefined);
  await first.clock.advance(200);
  const files = first.files();
  await first.settle(first.connector.stop());
  const second = await startedWorld({ after: { world: first, files } });
  expect(states(second)).toEqual({ lost: 'ours unknown 0' });
  const tooMuch = second.connector.place({ ...order, amount: '11', checkFunds: true });
  expect(await second.failure(tooMuch)).toMatchObject({ kind: 'insufficient-balance', outcome: 'not-sent' });
  await second.clock.advance(20_000);
  expect(states(second)).toEqual({ lost: 'ours not-placed 0' });
  await second.finish();
});

test('a cancel and an amendment that were under way are in doubt until the venue has been asked', async () => {
  const first = await startedWorld();
  for (const clientOrderId of ['canceled', 'lives', 'amended']) await first.place({ clientOrderId });
  first.server.always('POST /cancel', 'silence');
  first.server.always('POST /amend', 'silence');
  void first.connector.cancel('canceled').catch(() => undefined);
  void first.connector.cancel('lives').catch(() => undefined);
  void first.connector.amend?.('amended', { amount: '0.5' }).catch(() => undefined);
  await first.clock.advance(20);
  const files = first.files();
  await first.settle(first.connector.stop());
  first.server.change('canceled', { status: 'canceled' });
  first.server.change('amended', { amount: '0.5' });
  const second = await startedWorld({ after: { world: first, files } });
  expect(states(second)).toEqual({
    canceled: 'ours canceled 0',
    lives: 'ours open 0',
    amended: 'ours open 0',
  });
  expect(second.connector.orders({ open: true }).map(({ canceling, amount }) => [canceling, amount.toFixed()])).toEqual(
    [
      [false, '1'],
      [false, '0.5'],
    ],
  );
  await second.finish();
});

test('orders of ours that the records do not have are recovered, open or over, and others’ are external', async () => {
  const first = await startedWorld();
  await first.place({ clientOrderId: 'known' });
  const files = first.files();
  const [open, over] = [first.connector.newClientOrderId(), first.connector.newClientOrderId()];
  await first.place({ clientOrderId: open });
  await first.place({ clientOrderId: over });
  await first.settle(first.connector.stop());
  first.server.trade(over, '1');
  first.server.put({ clientOrderId: 'web' });
  first.server.put({ clientOrderId: 'old-web', status: 'canceled' });
  const second = await startedWorld({ after: { world: first, files } });
  expect(states(second)).toEqual({
    known: 'ours open 0',
    [open]: 'recovered open 0',
    [over]: 'recovered filled 1',
    web: 'external open 0',
  });
  await second.finish();
});

test('a fill that came late to an order that was over is found by the next run', async () => {
  const first = await startedWorld();
  await first.place({ clientOrderId: 'a' });
  await first.settle(first.connector.cancel('a'));
  const files = first.files();
  await first.settle(first.connector.stop());
  first.server.trade('a', '0.5');
  const second = await startedWorld({ after: { world: first, files } });
  expect(second.eventsOf('order-filled').map(({ fill }) => fill.amount.toFixed())).toEqual(['0.5']);
  await second.finish();
});

test('a run that ends before the venue was asked leaves it to the next one to ask since then, whatever it wrote', async () => {
  const first = await startedWorld();
  await first.place({ clientOrderId: 'open' });
  const files = first.files();
  await first.settle(first.connector.stop());
  const stoppedAt = first.clock.now();
  await first.clock.advance(20 * 60_000);
  first.server.always('GET /fills', 'silence');
  const second = createWorld({ after: { world: first, files } });
  void second.connector.start({ pairs: ['BTC-USDT'] }).catch(() => undefined);
  await second.clock.advance(1_000);
  second.server.change('open', { amount: '0.75' });
  second.server.tellOrder('open');
  await second.clock.advance(1_000);
  const last = second.connector.order('open');
  expect([last?.amount.toFixed(), second.connector.status.ready]).toEqual(['0.75', false]);
  const left = second.files();
  await second.settle(second.connector.stop());
  first.server.always('GET /fills', undefined);
  const third = await startedWorld({ after: { world: first, files: left } });
  expect(fillsAskedFrom(third)).toBeLessThanOrEqual(stoppedAt);
  await third.finish();
  const fourth = await startedWorld({ after: { world: first, files: third.files() } });
  expect(fillsAskedFrom(fourth)).toBeGreaterThan(stoppedAt + 10 * 60_000);
  await fourth.finish();
});

test('fills that the venue does not tell any more are not asked for, and a warning says so', async () => {
  const hourMs = 3_600_000;
  const spec = { ...tiny, trading: { ...tiny.trading, historyMs: 24 * hourMs } };
  const first = await startedWorld({ spec });
  await first.place({ clientOrderId: 'open' });
  const files = first.files();
  await first.settle(first.connector.stop());
  await first.clock.advance(48 * hourMs);
  const second = await startedWorld({ spec, after: { world: first, files } });
  expect(Math.round((second.clock.now() - fillsAskedFrom(second)) / hourMs)).toBe(24);
  expect(second.warnings()).toEqual([
    'nobody listened for 48 hours, and the venue tells fills of the last 24 alone: what was filled before that is missing here',
  ]);
  await second.finish();
  const third = await startedWorld({ spec, after: { world: first, files: second.files() } });
  expect(third.warnings()).toEqual([]);
  await third.finish();
});

function fillsAskedFrom({ server }: World): number {
  return Number(text(server.requestsFor('GET /fills').at(-1)?.params, 'from'));
}

test('records of a time that is still to come do not say since when to ask: then it is a day', async () => {
  const hourMs = 3_600_000;
  const journal = createMemoryJournal({ now: () => 1_700_000_000_000 + hourMs });
  const first = await startedWorld({ journal });
  await first.place({ clientOrderId: 'a' });
  await first.settle(first.connector.stop());
  const asked = first.server.requestsFor('GET /fills').length;
  const second = await startedWorld({ journal, after: { world: first, files: new Map() } });
  const again = second.server.requestsFor('GET /fills').slice(asked);
  const from = again.map(({ params }) => Number(text(params, 'from')));
  expect(from.map((at) => Math.round((second.clock.now() - at) / hourMs))).toEqual([24]);
  await second.finish();
});

test('records in the middle that are lost stop the start, and accepted they are told of', async () => {
  const first = await startedWorld();
  for (const clientOrderId of ['a', 'b', 'c']) await first.place({ clientOrderId });
  const files = first.files();
  await first.settle(first.connector.stop());
  const [[path, chunks] = ['', []]] = files;
  const bytes = Buffer.concat(chunks);
  bytes.fill(255, bytes.length / 2, bytes.length / 2 + 8);
  files.set(path, [bytes]);
  const refused = createWorld({ after: { world: first, files: new Map(files) } });
  expect(await refused.failure(refused.connector.start())).toMatchObject({
    kind: 'aborted',
    message: expect.stringContaining('Pass acceptDamage to go on'),
  });
  const accepted = await startedWorld({ acceptDamage: true, after: { world: first, files } });
  expect(accepted.warnings()[0]).toMatch(/00000001\.log: records between record \d+ and \d+ are lost/);
  expect(
    accepted.connector
      .orders({ open: true })
      .map(({ clientOrderId }) => clientOrderId)
      .sort(),
  ).toEqual(['a', 'b', 'c']);
  await accepted.finish();
});

test('an unfinished record at the end is told of', async () => {
  const first = await startedWorld();
  await first.place({ clientOrderId: 'a' });
  const files = first.files();
  await first.settle(first.connector.stop());
  const [[path, chunks] = ['', []]] = files;
  files.set(path, [Buffer.concat(chunks).subarray(0, -3)]);
  const second = await startedWorld({ after: { world: first, files } });
  expect(second.warnings()).toEqual([expect.stringContaining('bytes of an unfinished record; dropped')]);
  expect(states(second)).toEqual({ a: 'ours open 0' });
  await second.finish();
});

test('a journal of the caller’s is taken up too, and left open', async () => {
  const journal = createMemoryJournal({ now: () => 1_700_000_000_000 });
  const first = await startedWorld({ journal });
  await first.place({ clientOrderId: 'a' });
  const second = await restarted(first, { journal });
  expect(states(second)).toEqual({ a: 'ours open 0' });
  await second.finish();
});

test('what a stop gives up is on record before the journal is closed', async () => {
  const first = await startedWorld();
  first.server.always('POST /place', 'lost');
  first.server.always('GET /order', 'silence');
  void first.connector.place({ ...order, clientOrderId: 'late' }).catch(() => undefined);
  await first.clock.advance(20);
  await first.settle(first.connector.stop({ withinMs: 100 }));
  expect(Buffer.concat([...first.files().values()].flat()).toString()).toContain('"kind":"unknown"');
});

test('events that were perhaps not told are told again, with the same ids, and after a clean stop none is', async () => {
  const first = await startedWorld();
  await first.place({ clientOrderId: 'a' });
  await first.settle(first.connector.cancel('a'));
  await first.place({ clientOrderId: 'b' });
  const [crashed, before] = [first.files(), orderEvents(first)];
  await first.settle(first.connector.stop());
  const stopped = first.files();
  const second = await startedWorld({ after: { world: first, files: crashed } });
  expect(before).toEqual(['order-opened:a', 'order-closed:a', 'order-opened:b']);
  expect(orderEvents(second)).toEqual(['order-opened:b']);
  await second.finish();
  const third = await startedWorld({ after: { world: first, files: stopped } });
  expect(orderEvents(third)).toEqual([]);
  await third.finish();
});

test('events of an earlier run are read again from the records, and go on with those of this one', async () => {
  const first = await startedWorld();
  await first.place({ clientOrderId: 'a' });
  const second = await restarted(first);
  const read: string[] = [];
  const reading = (async () => {
    for await (const { id, sequence } of second.connector.events({ from: 1 })) read.push(`${sequence} ${id}`);
  })();
  await second.settle(second.connector.cancel('a'));
  await second.finish();
  await reading;
  expect(read).toEqual(['4 order-opened:a', '6 order-closed:a']);
});

test('what is not journaled carries the number of the last event of an earlier run', async () => {
  const first = await startedWorld();
  await first.place({ clientOrderId: 'a' });
  const second = await restarted(first);
  expect(second.eventsOf('balance').map(({ sequence }) => sequence)).toEqual([4, 4]);
  await second.finish();
});

function orderEvents(world: World): readonly string[] {
  return world.events.filter(({ type }) => type.startsWith('order')).map(({ id }) => id);
}
