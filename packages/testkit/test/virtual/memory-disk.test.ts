import { expect, test } from 'vitest';

import { createMemoryDisk, type MemoryDisk } from '../../src/virtual/memory-disk.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

async function read(disk: MemoryDisk, file: string): Promise<string> {
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

/** Draws these numbers in turn, then 0. */
function draws(...numbers: readonly number[]): () => number {
  const left = [...numbers];
  return () => left.shift() ?? 0;
}

function texts(disk: MemoryDisk): Readonly<Record<string, string>> {
  const decoder = new TextDecoder();
  return Object.fromEntries([...disk.files()].map(([path, content]) => [path, decoder.decode(content)]));
}

async function written(): Promise<MemoryDisk> {
  const disk = createMemoryDisk({ files: new Map([['data/old', bytes('old')]]) });
  disk.append('data/a', bytes('synced '));
  await disk.sync('data/a');
  disk.append('data/a', bytes('flushed '));
  await disk.flush('data/a');
  disk.append('data/a', bytes('late'));
  disk.append('data/b', bytes('new'));
  return disk;
}

test('a process that ends loses only what was not flushed', async () => {
  const least = (await written()).kill(draws(0, 0.9, 0, 0.9, 0, 0.9, 0));
  expect(texts(least)).toEqual({ 'data/old': 'old', 'data/a': 'synced flushed ', 'data/b': '' });
  const most = (await written()).kill(draws());
  expect(texts(most)).toEqual({ 'data/old': 'old', 'data/a': 'synced flushed late', 'data/b': 'new' });
  // What the next process finds, the machine may still lose.
  expect(texts(most.crash(draws(0, 0, 0.9, 0, 0.9)))).toEqual({ 'data/old': 'old', 'data/a': 'synced ' });
});

test('a machine that ends loses what was not synced, and leaves zeros where more was to come', async () => {
  const half = draws(0, 0, 0.9, 0.5, 0.9, 0.9, 0.4, 0.1);
  expect(texts((await written()).crash(half))).toEqual({
    'data/old': 'old',
    'data/a': 'synced flushe',
    'data/b': 'n\0\0',
  });
});

test('a disk that is gone answers nothing and changes nothing', async () => {
  const disk = createMemoryDisk();
  const heard: string[] = [];
  const ask = (name: string, answer: Promise<unknown>): void => {
    void answer.then(() => heard.push(name));
  };
  disk.append('data/a', bytes('one'));
  ask('sync', disk.sync('data/a'));
  ask('rename', disk.rename('data/a', 'data/b'));
  const next = disk.kill(draws(0.9));
  disk.append('data/a', bytes('two'));
  for (const [name, answer] of [
    ['flush', disk.flush('data/a')],
    ['remove', disk.remove('data/a')],
    ['list', disk.list('data')],
    ['lock', disk.lock('data')],
    ['read', read(disk, 'data/a')],
  ] as const) {
    ask(name, answer);
  }
  expect(await read(next, 'data/b')).toBe('one');
  expect([heard, texts(next)]).toEqual([[], { 'data/b': 'one' }]);
  await next.lock('data');
});

test('renames and removals that had not resolved happen in turn or not at all', async () => {
  const start = new Map([
    ['data/a', bytes('a')],
    ['data/b', bytes('b')],
  ]);
  const after = [0, 0.4, 0.9].map((draw) => {
    const disk = createMemoryDisk({ files: start });
    void disk.remove('data/b');
    void disk.rename('data/a', 'data/c');
    return Object.keys(texts(disk.crash(draws(draw))));
  });
  expect(after).toEqual([['data/a', 'data/b'], ['data/a'], ['data/c']]);
});

test('a disk takes as long as it is told to', async () => {
  let release = (): void => undefined;
  const disk = createMemoryDisk({
    wait: () =>
      new Promise((resolve) => {
        release = resolve;
      }),
  });
  disk.append('data/a', bytes('one'));
  const syncing = disk.sync('data/a');
  expect(texts(disk)).toEqual({ 'data/a': 'one' });
  release();
  await syncing;
  const removing = disk.remove('data/a');
  expect(await read(disk, 'data/a')).toBe('one');
  release();
  await removing;
  expect(texts(disk)).toEqual({});
});
