import { decimal, openDiskJournal, type DiskJournal, type JournalEntry, type JournalRecord } from '@hb/connector-core';
import { expect, test } from 'vitest';

import { createRandom, type Random } from '../../src/random.js';
import { createMemoryDisk, type MemoryDisk } from '../../src/virtual/memory-disk.js';

const folder = 'data/venue/live/main';

const intent: JournalEntry = {
  kind: 'intent',
  origin: 'ours',
  terms: {
    pair: 'BTC-USDT',
    symbol: 'BTCUSDT',
    base: 'BTC',
    quote: 'USDT',
    side: 'buy',
    type: 'limit',
    amount: decimal('1'),
    amountIn: 'base',
    price: decimal('50000.01'),
    timeInForce: 'gtc',
  },
};

type Written = {
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** All records that were ever written, by number. */
  readonly all: ReadonlyMap<number, string>;
  /** Those of orders that were not forgotten. */
  readonly alive: readonly string[];
};

function open(disk: MemoryDisk, acceptDamage: boolean, fileBytes = 1_000_000): Promise<DiskJournal> {
  const onProblem = (error: Error): void => {
    throw error;
  };
  return openDiskJournal({ disk, folder, now: () => 1_700_000_000_000, acceptDamage, fileBytes, onProblem });
}

async function readAll({ journal }: DiskJournal): Promise<readonly JournalRecord[]> {
  const records: JournalRecord[] = [];
  for await (const record of journal.read()) records.push(record);
  return records;
}

const textOf = ({ sequence, clientOrderId, at, ...entry }: JournalRecord): string =>
  JSON.stringify([sequence, clientOrderId, at, Object.entries(entry).sort()]);

/** Orders of a few records each, in several files. */
async function write(random: Random): Promise<Written> {
  const disk = createMemoryDisk();
  const opened = await open(disk, false, random.integer(300, 1_500));
  const all = new Map<number, string>();
  const append = (clientOrderId: string, entry: JournalEntry): void => {
    const record = opened.journal.append(clientOrderId, entry);
    all.set(record.sequence, textOf(record));
  };
  const orders = random.integer(1, 12);
  for (let order = 1; order <= orders; order += 1) {
    append(`hb${order}`, intent);
    for (let record = random.integer(0, 3); record > 0; record -= 1) append(`hb${order}`, { kind: 'sent' });
    append(`hb${random.integer(1, order)}`, { kind: 'ack', orderId: '7' });
    if (order > 4) opened.journal.forget(`hb${order - 4}`);
    await opened.journal.durable();
  }
  const alive = (await readAll(opened)).map(textOf);
  await opened.close();
  return { files: disk.files(), all, alive };
}

/** Changes what some bytes of one file are, and nothing else. */
function damage(files: ReadonlyMap<string, Uint8Array>, random: Random): Map<string, Uint8Array> {
  const damaged = new Map([...files].map(([path, bytes]) => [path, bytes.slice()]));
  const bytes = random.pick([...damaged.values()].filter(({ length }) => length > 0));
  const from = random.integer(0, bytes.length - 1);
  if (random.chance(0.5)) bytes[from] = (bytes[from] ?? 0) ^ (1 << random.integer(0, 7));
  else {
    const noise = random.integer(1, 255);
    for (let at = from; at < Math.min(bytes.length, from + random.integer(1, 100)); at += 1) {
      bytes[at] = (bytes[at] ?? 0) ^ noise;
    }
  }
  return damaged;
}

async function checkDamage(seed: number): Promise<void> {
  const random = createRandom(seed);
  const { files, all, alive } = await write(random);
  const damaged = damage(files, random);
  const disk = createMemoryDisk({ files: damaged });
  const opened = await open(disk, true);
  const { damage: places, torn, orphans } = opened.recovered;
  const records = await readAll(opened);

  const found = [...records, ...orphans].sort((first, second) => first.sequence - second.sequence);
  const wrong = found.filter((record) => all.get(record.sequence) !== textOf(record));
  const kept = new Set(found.map(textOf));
  const lost = alive.filter((record) => !kept.has(record)).length;
  const isReported = places.length > 0 || torn !== undefined;
  // A torn end must be at the end, and what is lost in the middle is never called torn.
  const lastLog = [...files.keys()]
    .filter((path) => path.endsWith('.log'))
    .sort()
    .at(-1);
  const isTornElsewhere = torn !== undefined && `${folder}/${torn.file}` !== lastLog;
  const summary = { wrong, isReported, isTornElsewhere, isMuch: lost > 4 };
  if (wrong.length > 0 || !isReported || isTornElsewhere || lost > 4) {
    expect(summary).toEqual({ wrong: [], isReported: true, isTornElsewhere: false, isMuch: false });
  }
  await opened.close();

  const again = await open(disk, false);
  const same = (await readAll(again)).map(textOf).join();
  if (same !== records.map(textOf).join()) throw new Error('what was recovered does not last');
  await again.close();
  if (places.length === 0) return;

  const untouched = createMemoryDisk({ files: damaged });
  const outcome = await open(untouched, false).then(
    () => 'opened',
    (error: unknown) => String(error),
  );
  if (!outcome.includes('Pass acceptDamage')) throw new Error(outcome);
  const changed = [...untouched.files()].filter(([path, bytes]) => !Buffer.from(damaged.get(path) ?? []).equals(bytes));
  if (changed.length > 0) throw new Error(`a refused journal was changed: ${changed.map(([path]) => path).join()}`);
}

test('a journal with altered bytes gives no wrong record, loses few, and says where', async () => {
  for (let seed = 1; seed <= 1_000; seed += 1) {
    await checkDamage(seed).catch((cause: unknown) => {
      throw new Error(`seed ${seed}`, { cause });
    });
  }
}, 120_000);
