import type { Disk } from '@hb/connector-core';

/** What is on the disk from the start, and how slow it is. */
export type MemoryDiskOptions = {
  /** What is there from the start, by path. */
  readonly files?: ReadonlyMap<string, Uint8Array>;
  /** How long a flush, a sync, a rename or a removal takes; until the next microtask when left out. */
  readonly wait?: () => Promise<void>;
};

/** Files in memory. A missing file reads as empty; paths are parted by `/`. */
export type MemoryDisk = Disk & {
  /** What there is to read now, by path. */
  readonly files: () => ReadonlyMap<string, Uint8Array>;
  /**
   * The process ends, and this disk answers nothing any more. Returns the disk as the next process finds it:
   * with all that was flushed, and with as much as `random` says of what was appended after that.
   */
  readonly kill: (random: () => number) => MemoryDisk;
  /**
   * The machine ends: only what was synced is sure to be there. A file may end anywhere after that, with zeros behind it,
   * and a file that was never synced may be missing.
   */
  readonly crash: (random: () => number) => MemoryDisk;
};

/** A disk in memory. */
export function createMemoryDisk({ files, wait = () => Promise.resolve() }: MemoryDiskOptions = {}): MemoryDisk {
  return createDisk(new Map([...(files ?? [])].map(([path, bytes]) => [path, toFile(bytes)])), wait);
}

function createDisk(files: Map<string, MemoryFile>, wait: () => Promise<void>): MemoryDisk {
  const locks = new Set<string>();
  /** Renames and removals under way, oldest first. */
  let changes: readonly (() => void)[] = [];
  let isGone = false;

  function fileAt(path: string): MemoryFile {
    const file = files.get(path) ?? toFile();
    files.set(path, file);
    return file;
  }
  /** Whoever asked before the end hears nothing after it. */
  async function settle(): Promise<void> {
    await wait();
    if (isGone) await forEver();
  }
  async function keep(path: string, mark: 'flushed' | 'synced'): Promise<void> {
    if (isGone) await forEver();
    const file = fileAt(path);
    const { length } = file;
    await settle();
    file[mark] = Math.max(file[mark], length);
    if (mark === 'synced') file.isListed = true;
  }
  async function change(apply: () => void): Promise<void> {
    if (isGone) await forEver();
    changes = [...changes, apply];
    await settle();
    changes = changes.filter((other) => other !== apply);
    apply();
  }
  function move(from: string, to: string): void {
    const file = files.get(from);
    if (file === undefined) return;
    files.delete(from);
    files.set(to, file);
    file.isListed = true;
  }
  function end(remains: (file: MemoryFile) => MemoryFile | undefined, random: () => number): MemoryDisk {
    isGone = true;
    for (const apply of changes.slice(0, Math.floor(random() * (changes.length + 1)))) apply();
    const left = new Map<string, MemoryFile>();
    for (const [path, file] of files) {
      const rest = remains(file);
      if (rest !== undefined) left.set(path, rest);
    }
    return createDisk(left, wait);
  }

  return {
    home: 'data',
    lock: async (folder) => {
      if (isGone) await forEver();
      if (locks.has(folder)) throw new Error(`${folder} is in use`);
      locks.add(folder);
      return async () => {
        locks.delete(folder);
      };
    },
    append: (path, bytes) => {
      if (isGone) return;
      const file = fileAt(path);
      file.chunks.push(bytes.slice());
      file.length += bytes.length;
    },
    flush: (path) => keep(path, 'flushed'),
    sync: (path) => keep(path, 'synced'),
    read: async function* (path) {
      if (isGone) await forEver();
      yield* [...(files.get(path)?.chunks ?? [])];
    },
    list: async (folder) => {
      if (isGone) await forEver();
      const inside = [...files.keys()].filter((file) => file.startsWith(`${folder}/`));
      return [...new Set(inside.map((file) => file.slice(folder.length + 1).split('/')[0] ?? ''))].sort();
    },
    rename: async (from, to) => {
      if (!isGone && !files.has(from)) throw new Error(`there is no file ${from}`);
      await change(() => move(from, to));
    },
    remove: (path) =>
      change(() => {
        files.delete(path);
      }),
    files: () => new Map([...files].map(([path, file]) => [path, contentOf(file)])),
    kill: (random) => end((file) => afterKill(file, random), random),
    crash: (random) => end((file) => afterCrash(file, random), random),
  };
}

type MemoryFile = {
  readonly chunks: Uint8Array[];
  length: number;
  /** How much of it survives the end of the process, and of the machine. */
  flushed: number;
  synced: number;
  /** Whether its name survives the end of the machine. */
  isListed: boolean;
};

/** A promise of its own each time: one that lasts would keep all who ever waited for it. */
const forEver = (): Promise<never> => new Promise(() => undefined);

function toFile(bytes?: Uint8Array): MemoryFile {
  const length = bytes?.length ?? 0;
  const chunks = bytes === undefined ? [] : [bytes.slice()];
  return { chunks, length, flushed: length, synced: length, isListed: bytes !== undefined };
}

function contentOf({ chunks, length }: MemoryFile): Uint8Array {
  const content = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    content.set(chunk, at);
    at += chunk.length;
  }
  return content;
}

/** What the system has, a later crash may still take. */
function afterKill(file: MemoryFile, random: () => number): MemoryFile {
  const { synced, isListed } = file;
  const safe = Math.max(file.flushed, synced);
  const kept = random() < 0.5 ? file.length : between(safe, file.length, random);
  return { ...toFile(contentOf(file).subarray(0, kept)), synced, isListed };
}

function afterCrash(file: MemoryFile, random: () => number): MemoryFile | undefined {
  if (!file.isListed && random() < 0.5) return undefined;
  const kept = between(file.synced, file.length, random);
  const content = contentOf(file);
  // Some file systems note the new size of a file before they write what is in it.
  return toFile(random() < 0.25 ? content.fill(0, kept) : content.subarray(0, kept));
}

function between(low: number, high: number, random: () => number): number {
  return low + Math.floor(random() * (high - low + 1));
}
