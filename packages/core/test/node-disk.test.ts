import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { createNodeDisk } from '../src/ports/node-disk.js';
import type { Disk } from '../src/ports/ports.js';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hb-disk-'));
});
afterEach(() => {
  chmodSync(folder, 0o700);
  rmSync(folder, { recursive: true });
});

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

async function textOf(disk: Disk, file: string): Promise<string> {
  let text = '';
  for await (const chunk of disk.read(file)) text += Buffer.from(chunk).toString();
  return text;
}

describe('a file', () => {
  test('holds what was appended, in order, though the caller reuses its buffer', async () => {
    const disk = createNodeDisk();
    const file = join(folder, 'deep', 'er', 'journal');
    const buffer = bytes('0');
    for (let digit = 0; digit < 10; digit += 1) {
      buffer[0] = 48 + digit;
      disk.append(file, buffer);
      if (digit === 4) await disk.sync(file);
    }
    expect(await textOf(disk, file)).toBe('0123456789');
    disk.append(file, bytes('a'));
    await disk.sync(file);
    expect(await textOf(createNodeDisk(), file)).toBe('0123456789a');
  });

  test('is shared by all who wait for it to be durable', async () => {
    const disk = createNodeDisk();
    const file = join(folder, 'journal');
    const lines = Array.from({ length: 200 }, (_, index) => `${index}\n`);
    const syncs = lines.map((line) => {
      disk.append(file, bytes(line));
      return disk.sync(file);
    });
    await Promise.all(syncs);
    expect(await textOf(disk, file)).toBe(lines.join(''));
  });

  test('and its folder are for this user alone', async () => {
    const disk = createNodeDisk();
    disk.append(join(folder, 'data', 'journal'), bytes('x'));
    await disk.sync(join(folder, 'data', 'journal'));
    expect(statSync(join(folder, 'data')).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, 'data', 'journal')).mode & 0o777).toBe(0o600);
  });

  test('that is missing reads as empty', async () => {
    expect(await textOf(createNodeDisk(), join(folder, 'none'))).toBe('');
  });

  test('that is a folder is an error', async () => {
    await expect(textOf(createNodeDisk(), folder)).rejects.toThrow('EISDIR');
  });

  test('that cannot be written rejects every sync from then on', async () => {
    writeFileSync(join(folder, 'plain'), '');
    const disk = createNodeDisk();
    const file = join(folder, 'plain', 'journal');
    disk.append(file, bytes('lost'));
    const both = await Promise.allSettled([disk.sync(file), disk.sync(file)]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    disk.append(file, bytes('more'));
    await expect(disk.sync(file)).rejects.toThrow(`cannot write ${file}`);
    await expect(textOf(disk, file)).rejects.toThrow('ENOTDIR');
  });

  test('that was removed meanwhile takes no more', async () => {
    const disk = createNodeDisk();
    const file = join(folder, 'journal');
    disk.append(file, bytes('kept'));
    await disk.flush(file);
    rmSync(file);
    disk.append(file, bytes('lost'));
    await expect(disk.flush(file)).rejects.toThrow(`cannot write ${file}: somebody removed it`);
    await expect(disk.sync(file)).rejects.toThrow('somebody removed it');
  });

  test('is at the operating system once it is flushed, and goes when it is removed', async () => {
    const disk = createNodeDisk();
    const file = join(folder, 'journal');
    disk.append(file, bytes('one'));
    await disk.flush(file);
    expect(readFileSync(file, 'utf8')).toBe('one');
    disk.append(file, bytes('two'));
    await disk.remove(file);
    await disk.remove(file);
    expect(await disk.list(folder)).toEqual([]);
    disk.append(file, bytes('new'));
    await disk.sync(file);
    expect(await textOf(disk, file)).toBe('new');
  });

  test.runIf(process.platform === 'linux')('is no longer held open a second after the last write', async () => {
    const disk = createNodeDisk();
    const file = join(folder, 'journal');
    const isOpen = (): boolean =>
      readdirSync('/proc/self/fd').some((descriptor) => {
        const path = `/proc/self/fd/${descriptor}`;
        return existsSync(path) && readlinkSync(path) === file;
      });
    disk.append(file, bytes('x'));
    await disk.sync(file);
    expect(isOpen()).toBe(true);
    await vi.waitUntil(() => !isOpen(), { timeout: 5_000 });
    disk.append(file, bytes('y'));
    await disk.sync(file);
    expect(await textOf(disk, file)).toBe('xy');
  });

  test('moves with all that was appended', async () => {
    const disk = createNodeDisk();
    const [from, to] = [join(folder, 'a'), join(folder, 'b')];
    disk.append(to, bytes('old'));
    await disk.sync(to);
    disk.append(from, bytes('new'));
    await disk.rename(from, to);
    disk.append(to, bytes('er'));
    expect(await textOf(disk, to)).toBe('newer');
    expect(await disk.list(folder)).toEqual(['b']);
  });
});

describe('a list', () => {
  test('has the names in order, without those of locks', async () => {
    const disk = createNodeDisk();
    for (const name of ['b', 'a']) disk.append(join(folder, name), bytes('x'));
    await Promise.all([disk.sync(join(folder, 'a')), disk.sync(join(folder, 'b'))]);
    const release = await disk.lock(folder);
    expect(await disk.list(folder)).toEqual(['a', 'b']);
    await release();
  });

  test('of a missing folder is empty, and of a file is an error', async () => {
    const disk = createNodeDisk();
    expect(await disk.list(join(folder, 'none'))).toEqual([]);
    writeFileSync(join(folder, 'plain'), '');
    await expect(disk.list(join(folder, 'plain'))).rejects.toThrow('ENOTDIR');
  });
});

describe('a lock', () => {
  const host = hostname().replace(/[^\w.-]/g, '_');

  function leave(pid: number, start: string, on = host): void {
    writeFileSync(join(folder, `.lock-${on}-${pid}-${start}`), '');
  }

  test('is held by one, until it is released', async () => {
    const release = await createNodeDisk().lock(folder);
    await expect(createNodeDisk().lock(folder)).rejects.toMatchObject({ kind: 'invalid-request', outcome: 'not-sent' });
    await release();
    await release();
    await (
      await createNodeDisk().lock(folder)
    )();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('is not taken from another process that lives', async () => {
    leave(process.ppid, '0');
    const locking = createNodeDisk().lock(folder);
    await expect(locking).rejects.toThrow(
      `lock ${folder}: process ${process.ppid} on ${host} uses this folder; if it is gone, remove .lock-${host}-${process.ppid}-0`,
    );
    expect(readdirSync(folder)).toEqual([`.lock-${host}-${process.ppid}-0`]);
  });

  test('of a process that has ended is taken over', async () => {
    const pid = Number(execFileSync(process.execPath, ['-p', 'process.pid']));
    leave(pid, '0');
    const release = await createNodeDisk().lock(folder);
    expect(readdirSync(folder).filter((name) => name.includes(`-${pid}-`))).toEqual([]);
    await release();
  });

  test.runIf(process.platform === 'linux')('of an earlier process with the same number is taken over', async () => {
    leave(process.pid, '1');
    leave(process.ppid, '1');
    await (
      await createNodeDisk().lock(folder)
    )();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('of another machine is not taken over, because nobody can tell', async () => {
    leave(1, '1', 'elsewhere');
    await expect(createNodeDisk().lock(folder)).rejects.toThrow('process 1 on elsewhere uses this folder');
  });

  test('goes to at most one of many who want it at once', async () => {
    const attempts = await Promise.allSettled(Array.from({ length: 20 }, () => createNodeDisk().lock(folder)));
    expect(attempts.filter(({ status }) => status === 'fulfilled').length).toBe(1);
  });
});
