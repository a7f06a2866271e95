import { createReadStream } from 'node:fs';
import { readdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

import { syncFolder } from './node-folder.js';
import { isLockFile, lockFolder } from './node-lock.js';
import { createWriter, type Writer } from './node-writer.js';
import type { Disk } from './ports.js';

/**
 * Files that only this user may read. Folders are made as needed; a missing file reads as empty and a missing folder lists nothing.
 * After a failed write or sync a file takes no more: every later `flush` and `sync` of it rejects, because what was lost stays lost.
 */
export function createNodeDisk(): Disk {
  const writers = new Map<string, Writer>();
  const listed = new Set<string>();

  function writerOf(file: string): Writer {
    const known = writers.get(file);
    if (known !== undefined) return known;
    const writer = createWriter(file, listed, () => writers.delete(file));
    writers.set(file, writer);
    return writer;
  }

  return {
    // Not the folder that a script happens to be started in: from another one it would not find its orders again.
    home: join(homedir(), '.hb', 'data'),
    lock: lockFolder,
    append: (file, bytes) => writerOf(file).append(bytes),
    flush: (file) => writerOf(file).wait('flush'),
    sync: (file) => writerOf(file).wait('sync'),
    read: async function* (file) {
      await writers.get(file)?.idle();
      yield* readChunks(file);
    },
    list: listFolder,
    rename: async (from, to) => {
      await Promise.all([writers.get(from)?.close(), writers.get(to)?.close()]);
      await rename(from, to);
      listed.delete(from);
      for (const folder of new Set([dirname(from), dirname(to)])) await syncFolder(folder);
      listed.add(to);
    },
    remove: async (file) => {
      await writers.get(file)?.close();
      listed.delete(file);
      await rm(file, { force: true });
    },
  };
}

async function* readChunks(file: string): AsyncGenerator<Uint8Array> {
  try {
    const stream: AsyncIterable<Buffer> = createReadStream(file);
    yield* stream;
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
  }
}

async function listFolder(folder: string): Promise<readonly string[]> {
  try {
    const names = await readdir(folder);
    return names.filter((name) => !isLockFile(name)).sort();
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
