import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { decimal } from '../src/model/decimal.js';
import { createNodeDisk } from '../src/ports/node-disk.js';
import type { Disk } from '../src/ports/ports.js';
import { createCabinet, linesOf, readAll, watched, type Cabinet } from './support/journal-kit.js';
import { createVirtualClock } from './support/virtual-clock.js';
import { buyTerms, desk, fill, plain, report, sendOrder, terms } from './support/order-kit.js';

const sent = { kind: 'sent' } as const;
const intent = { kind: 'intent', origin: 'ours', terms: terms() } as const;

let cabinet: Cabinet;

beforeEach(() => {
  cabinet = createCabinet();
});
afterEach(() => {
  cabinet.remove();
});

describe('a journal that is opened again', () => {
  test('has all records as they were written, and numbers go on', async () => {
    let now = 5;
    const first = await cabinet.open({ now: () => now });
    expect(first.recovered).toEqual({ records: 0, orders: 0, sequence: 0, damage: [], orphans: [] });
    const written = [first.journal.append('a', intent)];
    now = 6;
    written.push(first.journal.append('b', { kind: 'fill', fill: fill('f1', '0.1', { fee: '1e-8' }) }));
    expect(written[1]).toMatchObject({ sequence: 2, clientOrderId: 'b', at: 6, kind: 'fill' });
    await first.close();

    const second = await cabinet.open();
    expect(second.recovered).toEqual({ records: 2, orders: 2, sequence: 2, lastAt: 6, damage: [], orphans: [] });
    expect(await readAll(second.journal)).toEqual(written);
    expect(second.journal.durable()).toBeUndefined();
    expect(second.journal.append('a', sent)).toEqual({ sequence: 3, clientOrderId: 'a', at: 1_000, kind: 'sent' });
    expect(await linesOf(second.journal, 2)).toEqual(['2 b fill', '3 a sent']);
    await second.close();
    expect(cabinet.problems).toEqual([]);
  });

  test('ends when its last record was written, by a clock that had been ahead before that', async () => {
    let now = 3_600_005;
    const first = await cabinet.open({ now: () => now });
    first.journal.append('a', intent);
    now = 6;
    first.journal.append('a', sent);
    await first.close();
    const second = await cabinet.open();
    expect(second.recovered.lastAt).toBe(6);
    await second.close();
  });

  test('makes the same orders', async () => {
    const first = await cabinet.open();
    const at = desk({ journal: first.journal });
    await sendOrder(at, 'hb1');
    at.tracker.answered('hb1', report('open', { orderId: '7', clientOrderId: 'hb1' }));
    at.tracker.observe(fill('f1', '4', { orderId: '7', fee: '0.1' }));
    await sendOrder(at, 'hb2');
    at.tracker.canceling('hb1');
    at.tracker.observe(report('open', { orderId: '8', clientOrderId: 'x', terms: buyTerms }));
    await first.journal.durable();
    await first.close();

    const second = await cabinet.open();
    const again = desk({ journal: second.journal });
    await again.tracker.replay(second.journal.read());
    expect(again.tracker.orders().map(plain)).toEqual(at.tracker.orders().map(plain));
    expect(again.told).toEqual([]);
    await second.close();
  });

  test('is refused to a second process', async () => {
    const first = await cabinet.open();
    await expect(cabinet.open()).rejects.toMatchObject({ kind: 'invalid-request', outcome: 'not-sent' });
    await first.close();
    await (await cabinet.open()).close();
  });

  test('lets a reader have what is written while it reads', async () => {
    const { journal, close } = await cabinet.open();
    journal.append('a', sent);
    const sequences: number[] = [];
    for await (const { sequence } of journal.read()) {
      sequences.push(sequence);
      if (sequence < 3) journal.append('a', sent);
    }
    expect(sequences).toEqual([1, 2, 3]);
    await close();
  });
});

describe('what is safe', () => {
  test('with fsync is synced, once for all that was appended', async () => {
    const disk = watched(createNodeDisk());
    const { journal, close } = await cabinet.open({ disk });
    for (let order = 0; order < 50; order += 1) journal.append(`hb${order}`, intent);
    const durable = journal.durable();
    expect(journal.durable()).toBe(durable);
    await durable;
    expect(disk.calls).toEqual(['sync 00000001.log']);
    expect(journal.durable()).toBeUndefined();
    await close();
  });

  test('with os has left the process', async () => {
    const disk = watched(createNodeDisk());
    const { journal, close } = await cabinet.open({ disk, durability: 'os' });
    journal.append('a', intent);
    await journal.durable();
    expect(disk.calls).toEqual(['flush 00000001.log']);
    expect(cabinet.bytes('00000001.log').length).toBeGreaterThan(100);
    await close();
  });

  test('with none is nothing, and nobody waits', async () => {
    const { journal, close } = await cabinet.open({ durability: 'none' });
    for (let order = 0; order < 3; order += 1) journal.append(`hb${order}`, intent);
    expect(journal.durable()).toBeUndefined();
    expect((await readAll(journal)).length).toBe(3);
    await close();
    const again = await cabinet.open();
    expect(again.recovered).toMatchObject({ records: 3 });
    await again.close();
  });

  test('with none goes out together, some milliseconds later or when it must', async () => {
    const clock = createVirtualClock();
    const disk = watched(createNodeDisk());
    const { journal, close } = await cabinet.open({ disk, durability: 'none', clock });
    for (let order = 0; order < 3; order += 1) journal.append(`hb${order}`, intent);
    expect([cabinet.names(), disk.calls, clock.timers()]).toEqual([[], [], 1]);
    await clock.advance(10);
    expect([disk.calls, clock.timers()]).toEqual([['flush 00000001.log'], 0]);
    journal.append('hb3', intent);
    await close();
    expect(clock.timers()).toBe(0);
    const again = await cabinet.open();
    expect(again.recovered).toMatchObject({ records: 4 });
    await again.close();
  });

  test('with none is in the file that was not full yet', async () => {
    const clock = createVirtualClock();
    const { journal, close } = await cabinet.open({ durability: 'none', clock, fileBytes: 1_000 });
    for (let order = 0; order < 20; order += 1) journal.append(`hb${order}`, intent);
    await close();
    const again = await cabinet.open();
    expect(again.recovered).toMatchObject({ records: 20, damage: [] });
    await again.close();
  });

  test('is not shown to a reader before it is safe', async () => {
    const disk = createNodeDisk();
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { journal, close } = await cabinet.open({
      disk: { ...disk, sync: (file) => held.then(() => disk.sync(file)) },
    });
    journal.append('a', sent);
    let hasRead = false;
    const reading = readAll(journal).then((records) => {
      hasRead = true;
      return records;
    });
    await disk.flush(cabinet.path('00000001.log'));
    expect(hasRead).toBe(false);
    release();
    expect((await reading).length).toBe(1);
    await close();
  });
});

describe('a disk that fails', () => {
  const failing = (broken: keyof Pick<Disk, 'flush' | 'sync'>): Disk => ({
    ...createNodeDisk(),
    [broken]: () => Promise.reject(new Error('no space left')),
  });

  test.each(['fsync', 'os'] as const)(
    'with %s makes nothing safe any more, and what happens goes on',
    async (durability) => {
      const { journal, close } = await cabinet.open({
        disk: failing(durability === 'os' ? 'flush' : 'sync'),
        durability,
      });
      journal.append('a', intent);
      await expect(journal.durable()).rejects.toThrow('no space left');
      journal.append('a', sent);
      await expect(journal.durable()).rejects.toThrow('no space left');
      expect(await linesOf(journal)).toEqual(['1 a intent', '2 a sent']);
      expect(cabinet.problems.map(({ message }) => message)).toEqual(['no space left']);
      await close();
    },
  );

  test('with none is told all the same', async () => {
    const { journal, close } = await cabinet.open({ disk: failing('flush'), durability: 'none' });
    journal.append('a', intent);
    await Promise.resolve();
    await Promise.resolve();
    expect(cabinet.problems.map(({ message }) => message)).toEqual(['no space left']);
    await expect(journal.durable()).rejects.toThrow('no space left');
    await close();
  });

  test('when a file is full makes nothing safe any more', async () => {
    const { journal, close } = await cabinet.open({ disk: failing('sync'), durability: 'os', fileBytes: 10 });
    journal.append('a', intent);
    journal.append('a', sent);
    await expect(journal.durable()).rejects.toThrow('no space left');
    expect(cabinet.problems.length).toBe(1);
    await close();
  });

  test('refuses an order that could not be written down', async () => {
    const { journal, close } = await cabinet.open({ disk: failing('sync') });
    const at = desk({ journal });
    await expect(at.tracker.intend('hb1', terms())).rejects.toMatchObject({ outcome: 'not-sent', kind: 'aborted' });
    expect(at.tracker.order('hb1')?.state).toBe('not-sent');
    await close();
  });

  test('when the journal is opened is no reason to keep it locked', async () => {
    const disk = createNodeDisk();
    const list = (): Promise<never> => Promise.reject(new Error('input/output error'));
    await expect(cabinet.open({ disk: { ...disk, list } })).rejects.toThrow('input/output error');
    await (await cabinet.open()).close();
  });
});

describe('a journal that is closed', () => {
  test('keeps nothing any more, and says so', async () => {
    const { journal, close } = await cabinet.open();
    journal.append('a', intent);
    await close();
    journal.append('a', sent);
    journal.forget('a');
    await expect(journal.durable()).rejects.toThrow('the journal is closed');
    const again = await cabinet.open();
    expect(await linesOf(again.journal)).toEqual(['1 a intent']);
    await again.close();
  });

  test('has what was appended last, whatever the durability', async () => {
    const disk = watched(createNodeDisk());
    const { journal, close } = await cabinet.open({ disk, durability: 'os' });
    journal.append('a', intent);
    await close();
    expect(disk.calls).toEqual(['sync 00000001.log']);
  });
});

describe('a note of nonces', () => {
  test.each([
    ['fsync', 'sync 00000001.log'],
    ['os', 'flush 00000001.log'],
  ] as const)('waits for what a record waits for, with %s', async (durability, call) => {
    const disk = watched(createNodeDisk());
    const { journal, close } = await cabinet.open({ disk, durability });
    await journal.nonces.note(7);
    expect(disk.calls).toEqual([call]);
    await close();
  });

  test('waits for nothing with none', async () => {
    const { journal, close } = await cabinet.open({ durability: 'none' });
    expect(journal.nonces.note(7)).toBeUndefined();
    await close();
  });

  test('that a disk does not take rejects', async () => {
    const disk = createNodeDisk();
    const { journal, close } = await cabinet.open({ disk: { ...disk, sync: () => Promise.reject(new Error('full')) } });
    await expect(journal.nonces.note(7)).rejects.toThrow('full');
    await expect(journal.nonces.note(8)).rejects.toThrow('full');
    await close();
  });
});

describe('files', () => {
  test('follow each other, and a base takes the place of those whose records are mostly dead', async () => {
    const { journal, close } = await cabinet.open({ fileBytes: 1_000, durability: 'os' });
    for (let order = 1; order <= 60; order += 1) {
      journal.append(`hb${order}`, intent);
      journal.append(`hb${order}`, { kind: 'status', status: 'open', filled: decimal('1') });
      if (order > 3) journal.forget(`hb${order - 3}`);
      await journal.durable();
    }
    const alive = await readAll(journal);
    expect(alive.map(({ sequence }) => sequence)).toEqual([115, 116, 117, 118, 119, 120]);
    await close();
    expect(cabinet.names().filter((name) => name.endsWith('.base')).length).toBe(1);
    // Most of all files that there were are gone; how many, depends on how fast the disk is.
    const latest = Math.max(...cabinet.names().map((name) => parseInt(name, 10)));
    expect(latest).toBeGreaterThan(20);
    expect(cabinet.names().length).toBeLessThan(latest / 2);

    const again = await cabinet.open({ fileBytes: 1_000 });
    expect(again.recovered).toMatchObject({ records: 6, orders: 3, sequence: 120, lastAt: 1_000, damage: [] });
    expect(await readAll(again.journal)).toEqual(alive);
    await again.close();
    expect(cabinet.problems).toEqual([]);
  });

  test('keep the number of the last record when all are forgotten', async () => {
    const first = await cabinet.open({ fileBytes: 100 });
    for (const order of ['a', 'b', 'c']) first.journal.append(order, intent);
    for (const order of ['a', 'b', 'c', 'none']) first.journal.forget(order);
    await first.close();
    const second = await cabinet.open({ now: () => 2_000 });
    expect(second.recovered).toEqual({ records: 0, orders: 0, sequence: 3, lastAt: 1_000, damage: [], orphans: [] });
    expect(second.journal.append('d', intent).sequence).toBe(4);
    await second.close();
  });

  test('keep up to which number nonces were given out, though nothing else is left', async () => {
    const first = await cabinet.open({ fileBytes: 100 });
    expect(first.journal.nonces.upTo()).toBe(0);
    await first.journal.nonces.note(1_700_000_000_000);
    for (const order of ['a', 'b', 'c']) first.journal.append(order, intent);
    for (const order of ['a', 'b', 'c', 'none']) first.journal.forget(order);
    await first.close();
    expect(cabinet.names().some((name) => name.endsWith('.base'))).toBe(true);
    const second = await cabinet.open();
    expect(second.journal.nonces.upTo()).toBe(1_700_000_000_000);
    await second.journal.nonces.note(1_700_000_060_000);
    await second.close();
    const third = await cabinet.open();
    expect(third.journal.nonces.upTo()).toBe(1_700_000_060_000);
    await third.close();
  });

  test('keep since when it is open what the venue did, until that is settled', async () => {
    const first = await cabinet.open({ fileBytes: 100 });
    expect(first.journal.missing.since()).toBeUndefined();
    first.journal.missing.note(1_700_000_000_000);
    for (const order of ['a', 'b', 'c']) first.journal.append(order, intent);
    for (const order of ['a', 'b', 'c', 'none']) first.journal.forget(order);
    await first.close();
    expect(cabinet.names().some((name) => name.endsWith('.base'))).toBe(true);
    const second = await cabinet.open();
    expect(second.journal.missing.since()).toBe(1_700_000_000_000);
    second.journal.missing.note(1_600_000_000_000);
    await second.close();
    const third = await cabinet.open();
    expect(third.journal.missing.since()).toBe(1_600_000_000_000);
    third.journal.missing.note(undefined);
    await third.close();
    const fourth = await cabinet.open();
    expect(fourth.journal.missing.since()).toBeUndefined();
    await fourth.close();
  });

  test('that could not be cleared away are reported and stay valid', async () => {
    const disk = createNodeDisk();
    let isBroken = true;
    const rename: Disk['rename'] = (from, to) =>
      isBroken ? Promise.reject(new Error('read-only')) : disk.rename(from, to);
    const { journal, close } = await cabinet.open({ disk: { ...disk, rename }, fileBytes: 300, durability: 'os' });
    const rounds = async (count: number): Promise<void> => {
      for (let round = 0; round < count; round += 1) {
        journal.append(`hb${round}`, intent);
        journal.forget(`hb${round}`);
        await journal.durable();
      }
    };
    journal.append('kept', intent);
    await rounds(20);
    expect(cabinet.problems.map(({ message, cause }) => [message, String(cause)])).toContainEqual([
      `${cabinet.folder}: dead records could not be cleared away`,
      'Error: read-only',
    ]);
    expect(cabinet.names().some((name) => name.endsWith('.base'))).toBe(false);
    isBroken = false;
    await rounds(20);
    await close();
    expect(
      cabinet
        .names()
        .filter((name) => !name.endsWith('.log'))
        .map((name) => name.slice(8)),
    ).toEqual(['.base']);
    const again = await cabinet.open();
    expect(await linesOf(again.journal)).toEqual(['1 kept intent']);
    await again.close();
  });

  test('lets those go on first who wait for the disk, in their order, and keeps what they have told', async () => {
    const ends: (() => void)[] = [];
    const disk = createNodeDisk();
    const slow = { ...disk, sync: (file: string) => Promise.all([disk.sync(file), held(ends)]).then(() => undefined) };
    const { journal, close } = await cabinet.open({ disk: slow });
    const order: string[] = [];
    const wait = async (name: string, sequence: number): Promise<void> => {
      await journal.durable();
      journal.told.note(sequence);
      order.push(name);
    };
    journal.append('a', intent);
    const first = wait('first', 1);
    journal.append('b', intent);
    const second = wait('second', 2);
    const closing = close().then(() => order.push('closed'));
    // The disk is done with the later one first.
    for (let at = ends.length - 1; at >= 0; at -= 1) ends[at]?.();
    await Promise.all([first, second]);
    while (order.length < 3) {
      for (const end of ends.splice(0)) end();
      await readAll(journal);
      await disk.list(cabinet.folder);
    }
    await closing;
    expect(order).toEqual(['first', 'second', 'closed']);
    const again = await cabinet.open();
    expect(again.journal.told.upTo()).toBe(2);
    await again.close();
  });
});

function held(ends: (() => void)[]): Promise<void> {
  return new Promise((resolve) => {
    ends.push(resolve);
  });
}
