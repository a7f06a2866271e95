import { expect, test } from 'vitest';

import { createMemoryJournal, type Journal } from '../src/orders/journal.js';
import type { JournalRecord } from '../src/orders/record.js';

const sent = { kind: 'sent' } as const;

async function readAll(journal: Journal, from?: number): Promise<readonly JournalRecord[]> {
  const records: JournalRecord[] = [];
  for await (const record of journal.read(from === undefined ? {} : { from })) records.push(record);
  return records;
}

test('records are numbered, dated and read in the order in which they were written', async () => {
  let now = 5;
  const journal = createMemoryJournal({ now: () => now });
  const first = journal.append('a', sent);
  now = 6;
  journal.append('b', { kind: 'ack', orderId: '7' });
  expect(first).toEqual({ sequence: 1, clientOrderId: 'a', at: 5, kind: 'sent' });
  expect(await readAll(journal)).toEqual([
    first,
    { sequence: 2, clientOrderId: 'b', at: 6, kind: 'ack', orderId: '7' },
  ]);
  expect((await readAll(journal, 2)).map(({ sequence }) => sequence)).toEqual([2]);
  expect(journal.durable()).toBeUndefined();
});

test('a reader gets what is written while it reads', async () => {
  const journal = createMemoryJournal({ now: () => 1 });
  journal.append('a', sent);
  const sequences: number[] = [];
  for await (const { sequence } of journal.read()) {
    sequences.push(sequence);
    if (sequence < 3) journal.append('a', sent);
  }
  expect(sequences).toEqual([1, 2, 3]);
});

test('the records of a forgotten order go, and numbers go on', async () => {
  const journal = createMemoryJournal({ now: () => 1 });
  for (const clientOrderId of ['a', 'b', 'a']) journal.append(clientOrderId, sent);
  journal.forget('a');
  journal.forget('x');
  journal.append('a', sent);
  expect((await readAll(journal)).map(({ sequence, clientOrderId }) => [sequence, clientOrderId])).toEqual([
    [2, 'b'],
    [4, 'a'],
  ]);
});
