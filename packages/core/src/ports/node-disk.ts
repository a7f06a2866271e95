import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

import { isLockFile, lockFolder } from './node-lock.js';
import type { Disk } from './ports.js';

/**
 * Files that only this user may read. Folders are made as needed; a missing file reads as empty and a missing folder lists nothing.
 * After a failed write or sync a file takes no more: every later `sync` of it rejects, because what was lost stays lost.
 */
export function createNodeDisk(): Disk {
  const writers = new Map<string, Writer>();

  function writerOf(file: string): Writer {
    const known = writers.get(file);
    if (known !== undefined) return known;
    const writer = createWriter(file, () => writers.delete(file));
    writers.set(file, writer);
    return writer;
  }

  return {
    lock: lockFolder,
    append: (file, bytes) => writerOf(file).append(bytes),
    sync: (file) => writerOf(file).sync(),
    read: async function* (file) {
      await writers.get(file)?.idle();
      yield* readChunks(file);
    },
    list: listFolder,
    rename: async (from, to) => {
      await Promise.all([writers.get(from)?.idle(), writers.get(to)?.idle()]);
      await rename(from, to);
      for (const folder of new Set([dirname(from), dirname(to)])) await syncFolder(folder);
    },
  };
}

type Writer = {
  readonly append: (bytes: Uint8Array) => void;
  readonly sync: () => Promise<void>;
  /** Resolves when nothing is left to write. */
  readonly idle: () => Promise<void>;
};

type Waiter = { readonly resolve: () => void; readonly reject: (error: unknown) => void };

/** Writes in order. All that comes in while the disk is busy goes out together, with one sync for all who wait. */
function createWriter(file: string, onIdle: () => void): Writer {
  let chunks: Uint8Array[] = [];
  let waiters: Waiter[] = [];
  let running: Promise<void> | undefined;
  let failure: Error | undefined;

  async function run(): Promise<void> {
    let handle: FileHandle | undefined;
    let created = false;
    // One turn later, so that all that the caller appends now is written together.
    await Promise.resolve();
    while (failure === undefined && (chunks.length > 0 || waiters.length > 0)) {
      const batch = { chunks, waiters };
      chunks = [];
      waiters = [];
      try {
        if (handle === undefined) ({ handle, created } = await openToAppend(file));
        if (batch.chunks.length > 0) await handle.appendFile(Buffer.concat(batch.chunks));
        if (batch.waiters.length > 0) {
          await handle.datasync();
          if (created) await syncFolder(dirname(file));
          created = false;
        }
        for (const { resolve } of batch.waiters) resolve();
      } catch (cause) {
        failure = new Error(`cannot write ${file}: ${cause instanceof Error ? cause.message : 'failed'}`, { cause });
        waiters.unshift(...batch.waiters);
      }
    }
    await handle?.close().catch(() => undefined);
    settle();
  }
  function settle(): void {
    running = undefined;
    if (failure === undefined && chunks.length === 0 && waiters.length === 0) {
      onIdle();
      return;
    }
    if (failure === undefined) {
      start();
      return;
    }
    for (const { reject } of waiters) reject(failure);
    chunks = [];
    waiters = [];
  }
  function start(): void {
    running ??= run();
  }

  return {
    append: (bytes) => {
      if (failure !== undefined) return;
      // The caller may use its buffer again.
      chunks.push(bytes.slice());
      start();
    },
    sync: () =>
      new Promise((resolve, reject) => {
        if (failure !== undefined) {
          reject(failure);
          return;
        }
        waiters.push({ resolve, reject });
        start();
      }),
    idle: async () => {
      while (running !== undefined) await running;
    },
  };
}

async function openToAppend(file: string): Promise<{ handle: FileHandle; created: boolean }> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  try {
    return { handle: await open(file, 'ax', 0o600), created: true };
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
    return { handle: await open(file, 'a', 0o600), created: false };
  }
}

/** Makes names of new and moved files last. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
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
