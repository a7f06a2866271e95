import { fstatSync } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { makeFolder, syncFolder } from './node-folder.js';

/** Adds to one file. After a failed write or sync it takes no more, because what was lost stays lost. */
export type Writer = {
  readonly append: (bytes: Uint8Array) => void;
  /** `flush`: the operating system has it all. `sync`: the disk has. */
  readonly wait: (until: 'flush' | 'sync') => Promise<void>;
  /** Resolves when nothing is left to write. */
  readonly idle: () => Promise<void>;
  /** Resolves when nothing is left to write and the file is no longer held open. */
  readonly close: () => Promise<void>;
};

/** Opening and closing costs a tenth of a sync, so a file stays open while it is written to. */
const keepOpenMs = 1_000;

/**
 * Writes in order. All that comes in while the disk is busy goes out together, with one sync for all who wait.
 * `listed` are the files whose names are known to survive a power cut.
 * `onClosed` is told when nothing has been written for a while; not after a failure.
 */
export function createWriter(file: string, listed: Set<string>, onClosed: () => void): Writer {
  let chunks: Uint8Array[] = [];
  let waiters: Waiter[] = [];
  let running: Promise<void> | undefined;
  let handle: FileHandle | undefined;
  let failure: Error | undefined;
  let closing: NodeJS.Timeout | undefined;

  async function run(): Promise<void> {
    clearTimeout(closing);
    while (failure === undefined && (chunks.length > 0 || waiters.length > 0)) {
      // The caller may have more to append, and before a sync so may everybody else.
      await Promise.resolve();
      if (waiters.some(wantsSync)) await nextTurn();
      const batch = { chunks, waiters };
      chunks = [];
      waiters = [];
      try {
        await write(batch.chunks, batch.waiters.some(wantsSync));
        for (const { resolve } of batch.waiters) resolve();
      } catch (cause) {
        failure = new Error(`cannot write ${file}: ${cause instanceof Error ? cause.message : 'failed'}`, { cause });
        waiters.unshift(...batch.waiters);
      }
    }
    settle();
  }
  async function write(batch: readonly Uint8Array[], isSynced: boolean): Promise<void> {
    handle ??= await openToAppend(file, listed);
    if (batch.length > 0) await handle.appendFile(Buffer.concat(batch));
    // What goes to a file without a name is gone with the process.
    if (fstatSync(handle.fd).nlink === 0) throw new Error('somebody removed it');
    if (isSynced) await handle.datasync();
  }
  function settle(): void {
    running = undefined;
    if (failure !== undefined) {
      for (const { reject } of waiters) reject(failure);
      chunks = [];
      waiters = [];
      void release();
    } else if (chunks.length > 0 || waiters.length > 0) start();
    else closing = setTimeout(() => void close(), keepOpenMs).unref();
  }
  function start(): void {
    running ??= run();
  }
  async function idle(): Promise<void> {
    while (running !== undefined) await running;
  }
  async function close(): Promise<void> {
    await idle();
    clearTimeout(closing);
    if (failure === undefined) onClosed();
    await release();
  }
  async function release(): Promise<void> {
    const released = handle;
    handle = undefined;
    await released?.close().catch(() => undefined);
  }

  return {
    append: (bytes) => {
      if (failure !== undefined) return;
      // The caller may use its buffer again.
      chunks.push(bytes.slice());
      start();
    },
    wait: (until) =>
      new Promise((resolve, reject) => {
        if (failure !== undefined) {
          reject(failure);
          return;
        }
        waiters.push({ until, resolve, reject });
        start();
      }),
    idle,
    close,
  };
}

type Waiter = {
  readonly until: 'flush' | 'sync';
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
};

function wantsSync({ until }: Waiter): boolean {
  return until === 'sync';
}

async function openToAppend(file: string, listed: Set<string>): Promise<FileHandle> {
  await makeFolder(dirname(file));
  const handle = await open(file, 'a', 0o600);
  if (listed.has(file)) return handle;
  try {
    // Whoever made the file may have ended before its name was safe.
    await syncFolder(dirname(file));
  } catch (error) {
    await handle.close();
    throw error;
  }
  listed.add(file);
  return handle;
}
