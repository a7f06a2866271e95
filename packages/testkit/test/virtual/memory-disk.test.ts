import { expect, test } from 'vitest';

import { createMemoryDisk } from '../../src/virtual/memory-disk.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

async function read(disk: ReturnType<typeof createMemoryDisk>, file: string): Promise<string> {
  let text = '';
  for await (const chunk of disk.read(file)) text += new TextDecoder().decode(chunk);
  return text;
}

test('keeps what is appended, as it was then', async () => {
  const disk = createMemoryDisk();
  const first = bytes('one ');
  disk.append('data/a', first);
  first.fill(0);
  disk.append('data/a', bytes('two'));
  await disk.sync('data/a');
  expect(await read(disk, 'data/a')).toBe('one two');
  expect(await read(disk, 'data/missing')).toBe('');
});

test('lists a folder and renames over a file', async () => {
  const disk = createMemoryDisk();
  for (const file of ['data/b', 'data/a', 'data/deep/c', 'other/d']) disk.append(file, bytes(file));
  expect(await disk.list('data')).toEqual(['a', 'b', 'deep']);
  await disk.rename('data/a', 'data/b');
  expect([await disk.list('data'), await read(disk, 'data/b')]).toEqual([['b', 'deep'], 'data/a']);
  await expect(disk.rename('data/a', 'data/c')).rejects.toThrow('there is no file data/a');
});

test('locks a folder for one at a time', async () => {
  const disk = createMemoryDisk();
  const release = await disk.lock('data');
  await expect(disk.lock('data')).rejects.toThrow('data is in use');
  await release();
  await disk.lock('data');
});
