import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { decimal, nodePorts, openDiskJournal } from '@hb/connector-core';

import { openAccount } from '../venues/account-binance.mjs';

const terms = { pair: 'BTC-USDT', side: 'buy', type: 'limit', amount: '0.001', price: '50000' };
const intent = {
  kind: 'intent',
  origin: 'ours',
  terms: {
    ...{ pair: 'BTC-USDT', symbol: 'BTCUSDT', base: 'BTC', quote: 'USDT', side: 'buy', type: 'limit' },
    ...{ amount: decimal('0.001'), amountIn: 'base', price: decimal('50000'), timeInForce: 'gtc' },
  },
  deadline: 1_767_225_605_000,
};

/** What an order that is placed and filled at once leaves. */
const lifeOf = (order) => [
  intent,
  { kind: 'sent' },
  { kind: 'ack', orderId: `9000000000${order}` },
  {
    kind: 'fill',
    fill: {
      ...{ type: 'fill', symbol: 'BTCUSDT', fillId: `${order}`, orderId: `9000000000${order}`, side: 'buy' },
      ...{ price: decimal('50000'), amount: decimal('0.001'), at: 1_767_225_600_000 },
      fees: [{ asset: 'BTC', amount: decimal('0.000001') }],
    },
  },
  {
    ...{ kind: 'status', status: 'filled', orderId: `9000000000${order}`, filled: decimal('0.001') },
    venueAt: 1_767_225_600_000,
  },
];

const keepClosed = 5_000;

/** Each variant has a folder of its own, which goes with the process. */
export const variants = {
  'bare append and sync': async ({ count }) => {
    const { disk } = nodePorts();
    const file = join(newFolder(), 'file');
    const bytes = new Uint8Array(340);
    return repeated(count, async () => {
      disk.append(file, bytes);
      await disk.sync(file);
    });
  },
  journal: async ({ count }) => {
    const { journal } = await openJournal(newFolder(), 'fsync');
    let order = 0;
    return repeated(count, async () => {
      journal.append(`hb${(order += 1)}`, intent);
      await journal.durable();
    });
  },
  'place, in memory': ({ rest, count }) => placing(count, { rest }),
  'place, os': ({ rest, count }) => placing(count, { rest, given: { data: newFolder(), durability: 'os' } }),
  'place, none': ({ rest, count }) => placing(count, { rest, given: { data: newFolder(), durability: 'none' } }),
  restart: async ({ orders }) => {
    const data = newFolder();
    await fill(join(data, 'binance', 'live', 'main'), orders);
    return repeated(1, async () => {
      const { connector } = await openAccount({ given: { data } });
      await connector.stop();
    });
  },
  'first start': () =>
    repeated(1, async () => {
      const { connector } = await openAccount({ given: { data: newFolder() } });
      await connector.stop();
    }),
};

async function placing(count, options) {
  const { connector, cancelOpen } = await openAccount(options);
  return {
    ...repeated(count, () => connector.place(terms)),
    prepare: cancelOpen,
    // What the venue has received.
    state: async () => (await globalThis.fetch(options.rest)).text(),
  };
}

function repeated(count, run) {
  return {
    run: async () => {
      for (let index = 0; index < count; index += 1) await run();
      return count;
    },
  };
}

function newFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'hb-bench-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function openJournal(folder, durability) {
  const onProblem = (error) => {
    throw error;
  };
  return openDiskJournal({ disk: nodePorts().disk, folder, now: () => 1_767_225_600_000, durability, onProblem });
}

/** As a connector leaves them, which forgets those that are over beyond the newest. */
async function fill(folder, orders) {
  const { journal, close } = await openJournal(folder, 'os');
  for (let order = 0; order < orders; order += 1) {
    for (const entry of lifeOf(order)) journal.append(`hb${order}`, entry);
    if (order >= keepClosed) journal.forget(`hb${order - keepClosed}`);
    if (order % 100 === 0) await journal.durable();
  }
  journal.told.note(orders * lifeOf(0).length);
  await close();
}
