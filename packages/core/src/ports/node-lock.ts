import { readFile, readdir, unlink, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

import { ConnectorError } from '../errors/connector-error.js';
import { makeFolder } from './node-folder.js';

/**
 * Takes a folder for this process; resolves with what releases it.
 * Every process that wants it leaves a file with its name and then looks for others: two can refuse each other, both can never hold it.
 * What a dead process of this machine left is removed. Of other machines (or containers) nobody can tell, so theirs count.
 * Rejects with a `ConnectorError` that names the holder.
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  await makeFolder(folder);
  const own = await ownHolder();
  const file = join(folder, nameOf(own));
  await writeFile(file, '', { flag: 'wx', mode: 0o600 }).catch((error: unknown) => {
    throw hasCode(error, 'EEXIST') ? taken(folder, own) : error;
  });
  for (const other of await holdersOf(folder)) {
    if (nameOf(other) === nameOf(own)) continue;
    if (await isAlive(other, own.host)) {
      await unlink(file);
      throw taken(folder, other);
    }
    await remove(join(folder, nameOf(other)));
  }
  return () => remove(file);
}

/** Whether a file of a folder tells who holds it. */
export function isLockFile(name: string): boolean {
  return lockFile.test(name);
}

/** `start`: when the process began, in the kernel's ticks, because process numbers are used again; '0' where nobody tells. */
type Holder = { readonly host: string; readonly pid: number; readonly start: string };

const lockFile = /^\.lock-(.+)-(\d+)-(\d+)$/;

function nameOf({ host, pid, start }: Holder): string {
  return `.lock-${host}-${pid}-${start}`;
}

async function ownHolder(): Promise<Holder> {
  const host = hostname().replace(/[^\w.-]/g, '_');
  return { host, pid: process.pid, start: await startOf(process.pid) };
}

async function holdersOf(folder: string): Promise<readonly Holder[]> {
  const names = await readdir(folder);
  return names.flatMap((name) => {
    const [, host, pid, start] = lockFile.exec(name) ?? [];
    return host === undefined || start === undefined ? [] : [{ host, pid: Number(pid), start }];
  });
}

async function isAlive(holder: Holder, ownHost: string): Promise<boolean> {
  if (holder.host !== ownHost) return true;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    // Without the right to signal it, it is there all the same.
    return hasCode(error, 'EPERM');
  }
  const start = await startOf(holder.pid);
  return start === holder.start || start === '0' || holder.start === '0';
}

/** The 22nd field of https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html; names in it may hold spaces and brackets. */
async function startOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
  const fromThird = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fromThird[19] ?? '0';
}

async function remove(file: string): Promise<void> {
  await unlink(file).catch((error: unknown) => {
    if (!hasCode(error, 'ENOENT')) throw error;
  });
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

function taken(folder: string, holder: Holder): ConnectorError {
  const message = `process ${holder.pid} on ${holder.host} uses this folder; if it is gone, remove ${nameOf(holder)}`;
  return new ConnectorError(message, { kind: 'invalid-request', outcome: 'not-sent', operation: `lock ${folder}` });
}
