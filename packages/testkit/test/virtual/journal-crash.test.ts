import {
  decimal,
  openDiskJournal,
  type DiskJournal,
  type Durability,
  type JournalEntry,
  type JournalRecord,
} from '@hb/connector-core';
import { expect, test } from 'vitest';

import { createRandom, type Random } from '../../src/random.js';
import { createMemoryDisk, type MemoryDisk } from '../../src/virtual/memory-disk.js';

const folder = 'data/venue/live/main';

/** What was given to the journal, by number, and what of that it has to have after whatever happens next. */
type Truth = {
  records: Map<number, string>;
  readonly orders: Map<number, string>;
  /** Up to which number the journal has said that all is safe. */
  promised: number;
  readonly forgotten: Set<string>;
};

type Life = { readonly disk: MemoryDisk; readonly opened: DiskJournal };

type Run = {
  readonly random: Random;
  readonly durability: Durability;
  readonly fileBytes: number;
  readonly truth: Truth;
  readonly problems: unknown[];
  orders: number;
  lives: number;
};

/** Text that is the same for the same record, whatever the order of its members. */
function textOf(record: JournalRecord): string {
  return JSON.stringify(record, (_key, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([first], [second]) => (first < second ? -1 : 1)))
      : value,
  );
}

async function pass(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
}

function open({ durability, fileBytes, problems }: Run, disk: MemoryDisk): Promise<DiskJournal> {
  const onProblem = (error: Error): void => void problems.push(error);
  return openDiskJournal({ disk, folder, now: () => 1_700_000_000_000, durability, fileBytes, onProblem });
}

function anEntry(random: Random): JournalEntry {
  const amount = decimal(`${random.integer(0, 99)}.${random.integer(0, 999_999)}`);
  if (random.chance(0.4)) return { kind: 'sent' };
  if (random.chance(0.4)) return { kind: 'ack', orderId: '9'.repeat(random.integer(1, 60)) };
  if (random.chance(0.5)) return { kind: 'status', status: 'open', filled: amount, reason: 'é "\u0000"' };
  const fillId = String(random.integer(1, 1_000));
  return { kind: 'fill', fill: { type: 'fill', symbol: 'BTCUSDT', fillId, price: amount, amount, at: 1 } };
}

function append(run: Run, { opened }: Life): void {
  const { random, truth } = run;
  if (random.chance(0.3)) run.orders += 1;
  const clientOrderId = `hb${Math.max(1, run.orders - random.integer(0, 5))}`;
  if (truth.forgotten.has(clientOrderId)) return;
  const record = opened.journal.append(clientOrderId, anEntry(random));
  if (truth.records.has(record.sequence)) throw new Error(`record ${record.sequence} was there before`);
  truth.records.set(record.sequence, textOf(record));
  truth.orders.set(record.sequence, clientOrderId);
}

function forget({ random, truth }: Run, { opened }: Life): void {
  const orders = [...new Set(truth.orders.values())];
  if (orders.length === 0) return;
  const clientOrderId = random.pick(orders);
  truth.forgotten.add(clientOrderId);
  opened.journal.forget(clientOrderId);
}

async function makeDurable(run: Run, { opened }: Life): Promise<void> {
  const last = Math.max(0, ...run.truth.records.keys());
  const durable = opened.journal.durable();
  // Without a durability, nothing is promised.
  if (run.durability === 'none') return;
  const { lives } = run;
  const promise = (async () => {
    await durable;
    if (run.lives === lives) run.truth.promised = Math.max(run.truth.promised, last);
  })();
  if (run.random.chance(0.6)) await promise;
}

async function readAll({ journal }: DiskJournal): Promise<readonly JournalRecord[]> {
  const records: JournalRecord[] = [];
  for await (const record of journal.read()) records.push(record);
  return records;
}

/** All up to some number that is at least what was promised, in order, and nothing else; of a forgotten order all or, after a clean end, nothing. */
async function check({ truth, problems }: Run, opened: DiskJournal, isClean: boolean): Promise<void> {
  const { recovered } = opened;
  const { damage, orphans, sequence: last } = recovered;
  if (damage.length + orphans.length + problems.length > 0) expect([damage, orphans, problems]).toEqual([[], [], []]);
  if (last < truth.promised) expect(last).toBe(truth.promised);
  for (const sequence of truth.records.keys()) {
    if (sequence <= last) continue;
    truth.records.delete(sequence);
    truth.orders.delete(sequence);
  }
  const records = await readAll(opened);
  const found = new Set(records.map(({ clientOrderId }) => clientOrderId));
  const expected = [...truth.records]
    .filter(([sequence]) => {
      const clientOrderId = truth.orders.get(sequence) ?? '';
      return !truth.forgotten.has(clientOrderId) || (!isClean && found.has(clientOrderId));
    })
    .map(([, text]) => text);
  const actual = records.map(textOf);
  // `expect` takes longer than all the rest.
  if (actual.join() !== expected.join()) expect(actual).toEqual(expected);
  // Those that a crash has brought back are as alive as others.
  for (const clientOrderId of found) truth.forgotten.delete(clientOrderId);
  // What was read once must not go any more.
  truth.promised = last;
}

/** What ends a process, and the next one; the next may end while it opens the journal, again and again. */
async function restart(run: Run, life: Life): Promise<Life> {
  const { random, durability } = run;
  let { disk } = life;
  const end = (): void => {
    const isPowerCut = random.chance(0.5);
    run.lives += 1;
    // What survives the end of the process need not survive a power cut; only the order of things does.
    if (isPowerCut && durability !== 'fsync') run.truth.promised = 0;
    const draw = (): number => random.next();
    disk = isPowerCut ? disk.crash(draw) : disk.kill(draw);
  };
  if (random.chance(0.1)) {
    await life.opened.close();
    run.truth.promised = Math.max(0, ...run.truth.records.keys());
    return { disk, opened: await openAndCheck(run, disk, true) };
  }
  end();
  while (random.chance(0.3)) {
    void open(run, disk);
    await pass(random.integer(1, 60));
    end();
  }
  return { disk, opened: await openAndCheck(run, disk) };
}

async function openAndCheck(run: Run, disk: MemoryDisk, isClean = false): Promise<DiskJournal> {
  const opened = await open(run, disk);
  await check(run, opened, isClean);
  return opened;
}

async function live(
  seed: number,
): Promise<{ readonly restarts: number; readonly torn: number; readonly bases: number }> {
  const random = createRandom(seed);
  const run: Run = {
    random,
    durability: random.pick(['fsync', 'fsync', 'os', 'none']),
    fileBytes: random.integer(200, 3_000),
    truth: { records: new Map(), orders: new Map(), promised: 0, forgotten: new Set() },
    problems: [],
    orders: 0,
    lives: 1,
  };
  const waits = random.fork('waits');
  const disk = createMemoryDisk({ wait: () => pass(waits.integer(1, 12)) });
  let life: Life = { disk, opened: await open(run, disk) };
  const seen = { restarts: 0, torn: 0, bases: 0 };
  for (let step = 0; step < 60; step += 1) {
    const dice = random.next();
    if (dice < 0.5) append(run, life);
    else if (dice < 0.65) forget(run, life);
    else if (dice < 0.8) await makeDurable(run, life);
    else if (dice < 0.94) await pass(random.integer(1, 40));
    else {
      life = await restart(run, life);
      seen.restarts += 1;
      if (life.opened.recovered.torn !== undefined) seen.torn += 1;
      if ([...life.disk.files().keys()].some((path) => path.endsWith('.base'))) seen.bases += 1;
    }
  }
  await restart(run, life);
  return seen;
}

test('a journal has what it said is safe after any crash, and nothing that was not written', async () => {
  const total = { restarts: 0, torn: 0, bases: 0 };
  for (let seed = 1; seed <= 2_000; seed += 1) {
    const seen = await live(seed).catch((cause: unknown) => {
      throw new Error(`seed ${seed}`, { cause });
    });
    total.restarts += seen.restarts;
    total.torn += seen.torn;
    total.bases += seen.bases;
  }
  // The seeds are worth something only as long as they get there.
  expect(total.restarts).toBeGreaterThan(5_000);
  expect(total.torn).toBeGreaterThan(300);
  expect(total.bases).toBeGreaterThan(300);
}, 120_000);
