import type { Disk } from '../../src/ports/ports.js';

export type Files = Map<string, Uint8Array[]>;

/** Files in memory that never fail. `files` are shared by the disks of one machine, as its processes would see them. */
export function createMemoryDisk(files: Files = new Map()): Disk {
  const locks = new Set<string>();
  return {
    home: 'home',
    lock: async (folder) => {
      if (locks.has(folder)) throw new Error(`${folder} is in use`);
      locks.add(folder);
      return async () => {
        locks.delete(folder);
      };
    },
    append: (file, bytes) => {
      files.set(file, [...(files.get(file) ?? []), bytes.slice()]);
    },
    flush: () => Promise.resolve(),
    sync: () => Promise.resolve(),
    read: async function* (file) {
      yield* files.get(file) ?? [];
    },
    list: async (folder) => [...files.keys()].flatMap((file) => nameIn(folder, file)).sort(),
    rename: async (from, to) => {
      files.set(to, files.get(from) ?? []);
      files.delete(from);
    },
    remove: async (file) => {
      files.delete(file);
    },
  };
}

function nameIn(folder: string, file: string): readonly string[] {
  return file.startsWith(`${folder}/`) ? [file.slice(folder.length + 1)] : [];
}
