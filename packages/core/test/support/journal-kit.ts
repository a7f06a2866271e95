import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { openDiskJournal, type DiskJournal, type DiskJournalOptions } from '../../src/journal/disk-journal.js';
import type { Journal } from '../../src/orders/journal.js';
import type { JournalRecord } from '../../src/orders/record.js';
import { createNodeDisk } from '../../src/ports/node-disk.js';
import type { Disk } from '../../src/ports/ports.js';

/** A folder of its own with a journal in it, on the real disk. */
export type Cabinet = {
  readonly folder: string;
  readonly problems: Error[];
  readonly open: (change?: Partial<DiskJournalOptions>) => Promise<DiskJournal>;
  /** `00000001.log`, …: what lies there beside locks. */
  readonly names: () => readonly string[];
  readonly bytes: (name: string) => Buffer;
  readonly path: (name: string) => string;
  readonly remove: () => void;
};

export function createCabinet(): Cabinet {
  const root = mkdtempSync(join(tmpdir(), 'hb-journal-'));
  const folder = join(root, 'venue', 'live', 'main');
  const problems: Error[] = [];
  const path = (name: string): string => join(folder, name);
  return {
    folder,
    problems,
    open: (change = {}) =>
      openDiskJournal({
        disk: createNodeDisk(),
        folder,
        now: () => 1_000,
        onProblem: (error) => problems.push(error),
        ...change,
      }),
    names: () =>
      readdirSync(folder)
        .filter((name) => !name.startsWith('.'))
        .sort(),
    bytes: (name) => readFileSync(path(name)),
    path,
    remove: () => rmSync(root, { recursive: true }),
  };
}

export async function readAll(journal: Journal, from?: number): Promise<readonly JournalRecord[]> {
  const records: JournalRecord[] = [];
  for await (const record of journal.read(from === undefined ? {} : { from })) records.push(record);
  return records;
}

/** `['1 a sent', …]` */
export async function linesOf(journal: Journal, from?: number): Promise<readonly string[]> {
  const records = await readAll(journal, from);
  return records.map(({ sequence, clientOrderId, kind }) => `${sequence} ${clientOrderId} ${kind}`);
}

/** The disk, with the names of the files that were flushed and synced, oldest first. */
export function watched(disk: Disk): Disk & { readonly calls: string[] } {
  const calls: string[] = [];
  const note = (call: string, file: string): void => void calls.push(`${call} ${file.split('/').at(-1) ?? ''}`);
  return {
    ...disk,
    calls,
    flush: (file) => {
      note('flush', file);
      return disk.flush(file);
    },
    sync: (file) => {
      note('sync', file);
      return disk.sync(file);
    },
  };
}
