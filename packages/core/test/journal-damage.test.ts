import { appendFileSync, existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { toFrame } from '../src/journal/frame.js';
import type { JournalEntry } from '../src/orders/record.js';
import { createCabinet, linesOf, type Cabinet } from './support/journal-kit.js';
import { terms } from './support/order-kit.js';

const intent: JournalEntry = { kind: 'intent', origin: 'ours', terms: terms() };
const sent: JournalEntry = { kind: 'sent' };
const first = '00000001.log';

let cabinet: Cabinet;

beforeEach(() => {
  cabinet = createCabinet();
});
afterEach(() => {
  cabinet.remove();
});

/** Writes `a` and `b`, three records each in turn, and returns where each record begins. */
async function write(fileBytes = 1_000_000): Promise<readonly number[]> {
  const { journal, close } = await cabinet.open({ fileBytes });
  const ends: number[] = [0];
  for (const entry of [intent, sent, { kind: 'ack', orderId: '7' } as const]) {
    for (const order of ['a', 'b']) {
      journal.append(order, entry);
      await journal.durable();
      if (existsSync(cabinet.path(first))) ends.push(cabinet.bytes(first).length);
    }
  }
  await close();
  return ends;
}

function flip(name: string, offset: number): void {
  const bytes = cabinet.bytes(name);
  bytes[offset] = (bytes[offset] ?? 0) ^ 4;
  writeFileSync(cabinet.path(name), bytes);
}

describe('an unfinished record at the end', () => {
  test('is cut off and reported, and nothing else', async () => {
    const starts = await write();
    const size = cabinet.bytes(first).length;
    truncateSync(cabinet.path(first), size - 3);
    const { journal, recovered, close } = await cabinet.open();
    const torn = { file: first, offset: starts[5], bytes: size - 3 - (starts[5] ?? 0) };
    expect(recovered).toMatchObject({ records: 5, sequence: 5, torn, damage: [], orphans: [] });
    expect(cabinet.bytes(first).length).toBe(starts[5]);
    journal.append('b', sent);
    await close();

    const again = await cabinet.open();
    expect(again.recovered).toEqual({ records: 6, orders: 2, sequence: 6, lastAt: 1_000, damage: [], orphans: [] });
    expect((await linesOf(again.journal)).at(-1)).toBe('6 b sent');
    await again.close();
  });

  test('that is all there is leaves an empty journal', async () => {
    await write();
    writeFileSync(cabinet.path(first), new Uint8Array(50));
    const { journal, recovered, close } = await cabinet.open();
    expect(recovered).toMatchObject({ records: 0, sequence: 0, torn: { file: first, offset: 0, bytes: 50 } });
    expect(cabinet.names()).toEqual([]);
    expect(journal.append('a', intent).sequence).toBe(1);
    await close();
  });

  test('of nothing but zeros is cut off too', async () => {
    await write();
    const size = cabinet.bytes(first).length;
    appendFileSync(cabinet.path(first), new Uint8Array(4_096));
    const { recovered, close } = await cabinet.open();
    expect(recovered).toMatchObject({ records: 6, torn: { file: first, offset: size, bytes: 4_096 }, damage: [] });
    await close();
  });
});

describe('damage in the middle', () => {
  test('is refused, with its place, and nothing is changed', async () => {
    const starts = await write();
    flip(first, (starts[3] ?? 0) + 30);
    const before = cabinet.bytes(first);
    const opening = cabinet.open();
    await expect(opening).rejects.toMatchObject({ kind: 'aborted', outcome: 'not-sent' });
    const bytes = (starts[4] ?? 0) - (starts[3] ?? 0);
    await expect(opening).rejects.toThrow(
      `open journal ${cabinet.folder}: ${first} at byte ${starts[3]}: ${bytes} bytes cannot be read ` +
        'between record 3 and 5. Pass acceptDamage to go on with the other records',
    );
    expect([cabinet.names(), cabinet.bytes(first)]).toEqual([[first], before]);
  });

  test('when it is accepted leaves all other records, a copy of the file, and a journal without damage', async () => {
    const starts = await write();
    flip(first, (starts[3] ?? 0) + 2);
    const damaged = cabinet.bytes(first);
    const { journal, recovered, close } = await cabinet.open({ acceptDamage: true });
    const [offset = 0, end = 0] = [starts[3], starts[4]];
    expect(recovered.damage).toEqual([{ file: first, offset, bytes: end - offset, after: 3, before: 5 }]);
    expect(await linesOf(journal)).toEqual(['1 a intent', '2 b intent', '3 a sent', '5 a ack', '6 b ack']);
    expect(journal.append('b', sent).sequence).toBe(7);
    await close();
    expect(cabinet.names()).toEqual(['00000001.base', '00000001.log.damaged', '00000002.log']);
    expect(cabinet.bytes('00000001.log.damaged')).toEqual(damaged);

    const again = await cabinet.open();
    expect(again.recovered).toMatchObject({ records: 6, sequence: 7, damage: [] });
    await again.close();
  });

  test('that takes the first record of an order takes out the others, which say nothing alone', async () => {
    const starts = await write();
    flip(first, (starts[1] ?? 0) + 20);
    const { journal, recovered, close } = await cabinet.open({ acceptDamage: true });
    expect(recovered.orphans.map(({ sequence, clientOrderId, kind }) => [sequence, clientOrderId, kind])).toEqual([
      [4, 'b', 'sent'],
      [6, 'b', 'ack'],
    ]);
    expect(recovered).toMatchObject({ records: 3, orders: 1, sequence: 6 });
    expect(await linesOf(journal)).toEqual(['1 a intent', '3 a sent', '5 a ack']);
    await close();
  });

  test('at several places is shortened to three of them', async () => {
    const { journal, close } = await cabinet.open();
    const starts = [0];
    for (let record = 0; record < 9; record += 1) {
      journal.append('a', intent);
      await journal.durable();
      starts.push(cabinet.bytes(first).length);
    }
    await close();
    for (const record of [1, 3, 5, 7]) flip(first, (starts[record] ?? 0) + 20);
    await expect(cabinet.open()).rejects.toThrow(/between record 5 and 7; 1 more places\. Pass acceptDamage/);
  });

  test('of a file that is not the last is never taken for a crash', async () => {
    await write(150);
    expect(cabinet.names().slice(0, 3)).toEqual([first, '00000002.log', '00000003.log']);
    truncateSync(cabinet.path(first), cabinet.bytes(first).length - 1);
    await expect(cabinet.open()).rejects.toThrow(
      /00000001\.log at byte \d+: \d+ bytes cannot be read between record 0 and 2/,
    );
    const { recovered, close } = await cabinet.open({ acceptDamage: true });
    expect(recovered).toMatchObject({ damage: [{ file: first, after: 0, before: 2 }], sequence: 6 });
    await close();
  });

  test('is also a file that is missing', async () => {
    await write(150);
    rmSync(cabinet.path('00000002.log'));
    await expect(cabinet.open()).rejects.toThrow(
      /00000003\.log at byte 0: records are missing between record \d and \d\. Pass/,
    );
  });

  test('is also a number that comes twice; the first record that has it counts', async () => {
    await write();
    appendFileSync(
      cabinet.path(first),
      toFrame({ version: 1, sequence: 3, payload: Buffer.from('{"kind":"sent","clientOrderId":"z","at":1}') }),
    );
    const { journal, recovered, close } = await cabinet.open({ acceptDamage: true });
    expect(recovered.damage).toMatchObject([{ file: first, bytes: 0, after: 6, before: 3 }]);
    expect((await linesOf(journal)).length).toBe(6);
    await close();
  });
});

describe('damage of a base', () => {
  async function writeBase(): Promise<string> {
    await write();
    flip(first, 20);
    await (await cabinet.open({ acceptDamage: true })).close();
    rmSync(cabinet.path('00000001.log.damaged'));
    return '00000001.base';
  }

  test.each([
    ['its first line', 0, (bytes: Buffer) => bytes.fill(1, 0, 20)],
    ['one of its records', 1, (bytes: Buffer) => bytes.fill(1, 100, 120)],
    ['its end', 1, (bytes: Buffer) => bytes.subarray(0, bytes.length - 1)],
    ['all of it', 3, () => Buffer.alloc(0)],
  ])('in %s is found', async (_name, lost, change) => {
    const base = await writeBase();
    writeFileSync(cabinet.path(base), change(cabinet.bytes(base)));
    await expect(cabinet.open()).rejects.toThrow(base);
    const { recovered, close } = await cabinet.open({ acceptDamage: true });
    expect(recovered.damage.length).toBe(1);
    expect(recovered.records + recovered.orphans.length).toBe(3 - lost);
    await close();
    const again = await cabinet.open();
    expect(again.recovered.damage).toEqual([]);
    await again.close();
  });
});

describe('what a later release wrote', () => {
  test.each([
    [2, '{"kind":"sent","clientOrderId":"a","at":1}', 'version 2'],
    [1, '{"kind":"margin-call","clientOrderId":"a","at":1}', 'a kind of record that is not known: "margin-call"'],
    [1, '{"kind":"sent","clientOrderId":"a","at":1,"by":"hand"}', 'a member that is not known: "by"'],
  ])('is refused, with or without damage, and nothing is changed', async (version, payload, message) => {
    await write();
    const size = cabinet.bytes(first).length;
    appendFileSync(cabinet.path(first), toFrame({ version, sequence: 7, payload: Buffer.from(payload) }));
    const before = readFileSync(cabinet.path(first));
    for (const acceptDamage of [false, true]) {
      const opening = cabinet.open({ acceptDamage });
      await expect(opening).rejects.toMatchObject({ kind: 'unsupported', outcome: 'not-sent' });
      await expect(opening).rejects.toThrow(
        `${first} at byte ${size}, record 7: ${message}; a later release wrote this journal`,
      );
    }
    expect([cabinet.names(), cabinet.bytes(first)]).toEqual([[first], before]);
  });
});

test('files that were never finished, and names that are not ours, are no part of a journal', async () => {
  await write();
  writeFileSync(cabinet.path('00000001.base.new'), 'half');
  for (const name of ['notes.txt', '1.log', '00000002.log.bak']) writeFileSync(cabinet.path(name), 'x');
  const { recovered, close } = await cabinet.open();
  expect(recovered).toMatchObject({ records: 6, damage: [] });
  await close();
  expect(cabinet.names()).toEqual([first, '00000002.log.bak', '1.log', 'notes.txt']);
});
