import type { Disk } from '@hb/connector-core';

/** Files that last as long as the object does. A missing file reads as empty; paths are parted by `/`. */
export function createMemoryDisk(): Disk {
  const files = new Map<string, Uint8Array[]>();
  const locks = new Set<string>();

  async function lock(folder: string): Promise<() => Promise<void>> {
    if (locks.has(folder)) throw new Error(`${folder} is in use`);
    locks.add(folder);
    return async () => {
      locks.delete(folder);
    };
  }
  async function rename(from: string, to: string): Promise<void> {
    const chunks = files.get(from);
    if (chunks === undefined) throw new Error(`there is no file ${from}`);
    files.delete(from);
    files.set(to, chunks);
  }
  return {
    lock,
    rename,
    append: (file, bytes) => {
      const chunks = files.get(file);
      if (chunks === undefined) files.set(file, [bytes.slice()]);
      else chunks.push(bytes.slice());
    },
    sync: async () => undefined,
    read: async function* (file) {
      yield* [...(files.get(file) ?? [])];
    },
    list: async (folder) => {
      const inside = [...files.keys()].filter((file) => file.startsWith(`${folder}/`));
      return [...new Set(inside.map((file) => file.slice(folder.length + 1).split('/')[0] ?? ''))].sort();
    },
  };
}
