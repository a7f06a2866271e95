import { afterAll, bench, describe } from 'vitest';

import type { Durability } from '../src/journal/log.js';
import type { JournalEntry } from '../src/orders/record.js';
import { createNodeDisk } from '../src/ports/node-disk.js';
import { createCabinet, type Cabinet } from './support/journal-kit.js';
import { desk, fill, terms } from './support/order-kit.js';

// By hand: `npx vitest bench --run test/journal.bench.ts` in this package.

const orders = 100_000;

/** What an order that is placed and filled at once leaves. */
const entries = (order: number): readonly JournalEntry[] => [
  { kind: 'intent', origin: 'ours', terms: terms(), deadline: 1_700_000_005_000 },
  { kind: 'sent' },
  { kind: 'ack', orderId: `9000000000${order}` },
  { kind: 'fill', fill: fill(`f${order}`, '10', { orderId: `9000000000${order}`, fee: '0.01', side: 'buy' }) },
  {
    kind: 'status',
    status: 'filled',
    orderId: `9000000000${order}`,
    filled: terms().amount,
    venueAt: 1_700_000_000_000,
  },
];

async function fillCabinet(keep: number): Promise<Cabinet> {
  const cabinet = createCabinet();
  const { journal, close } = await cabinet.open({ durability: 'os' });
  for (let order = 0; order < orders; order += 1) {
    for (const entry of entries(order)) journal.append(`hb${order}`, entry);
    if (order >= keep) journal.forget(`hb${order - keep}`);
    if (order % 100 === 0) await journal.durable();
  }
  await close();
  return cabinet;
}

const once = { iterations: 5, warmupIterations: 0, warmupTime: 0, time: 0 };

describe(`a restart after ${orders} orders`, async () => {
  const forgetful = await fillCabinet(5_000);
  const complete = await fillCabinet(orders);

  const restart = async (cabinet: Cabinet): Promise<void> => {
    const { journal, close } = await cabinet.open();
    const { tracker } = desk({ journal, keepClosed: orders });
    await tracker.replay(journal.read());
    await close();
  };

  afterAll(() => {
    for (const cabinet of [forgetful, complete]) cabinet.remove();
  });
  bench('of which the newest 5000 are kept', () => restart(forgetful), once);
  bench('of which all are kept', () => restart(complete), once);
});

describe('one record', async () => {
  const disk = createNodeDisk();
  const cabinets = { bare: createCabinet(), fsync: createCabinet(), os: createCabinet(), none: createCabinet() };
  const { bare, ...named } = cabinets;
  const intent: JournalEntry = { kind: 'intent', origin: 'ours', terms: terms() };
  const bytes = new Uint8Array(250);

  const write = async (durability: Durability): Promise<() => Promise<void>> => {
    const { journal } = await named[durability].open({ durability });
    let order = 0;
    return async () => {
      order += 1;
      journal.append(`hb${order}`, intent);
      await journal.durable();
    };
  };
  const [fsync, os, none] = await Promise.all([write('fsync'), write('os'), write('none')]);

  afterAll(() => {
    for (const cabinet of Object.values(cabinets)) cabinet.remove();
  });
  bench(
    'bare append and sync',
    async () => {
      disk.append(bare.path('file'), bytes);
      await disk.sync(bare.path('file'));
    },
    { time: 2_000 },
  );
  bench('journal, fsync', fsync, { time: 2_000 });
  bench('journal, os', os, { time: 1_000 });
  bench('journal, none', none, { time: 1_000 });
});
