import type { Disk, Ports } from '@hb/connector-core';

import type { Random } from '../random.js';
import type { VirtualClock } from '../virtual/clock.js';
import { createMachine, type Machine, type Moment } from '../virtual/machine.js';
import { createMemoryDisk, type MemoryDisk } from '../virtual/memory-disk.js';

/** How a process ends without a word: alone, or with the whole machine, which loses what was not synced. */
export type Crash = 'kill' | 'power';

/** When something applies, in `mono()` of the clock. */
type Span = { readonly from: number; readonly until: number };

export type Host = {
  /** The one that runs, or ran last. */
  readonly machine: () => Machine;
  /** As the next process will find it; with what is not safe yet. */
  readonly files: () => ReadonlyMap<string, Uint8Array>;
  /** The ports of the next process. */
  readonly boot: () => Ports;
  readonly crash: (how: Crash) => void;
  /** Calls `run` at the next such moment within the span, when it is about `what`. Once. */
  readonly trap: (span: Span, moment: Moment, what: string, run: () => void) => void;
  /** Within the span the disk writes a part of what it is given and fails; that process can write nothing any more. */
  readonly failDisk: (span: Span, problem: string, struck: () => void) => void;
  /** Within the span the disk takes that long to make anything safe. */
  readonly slowDisk: (span: Span, ms: number, struck: () => void) => void;
  /** Within the span nothing can be written, nor a folder be taken. */
  readonly lockDisk: (span: Span, struck: () => void) => void;
  /** Puts other files in the place of those that are there; between two processes. */
  readonly replaceFiles: (files: ReadonlyMap<string, Uint8Array>) => void;
};

export type HostOptions = {
  readonly ports: Ports;
  readonly clock: VirtualClock;
  readonly random: Random;
  /** How long the disk takes to make something safe, at most. */
  readonly syncMs: number;
};

type Weather<T> = Span & T & { readonly struck: () => void };

/** A computer on which one process after another runs. */
export function createHost({ ports, clock, random, syncMs }: HostOptions): Host {
  const traps = new Set<Span & { readonly moment: Moment; readonly what: string; readonly run: () => void }>();
  const failures: Weather<{ readonly problem: string }>[] = [];
  const delays: Weather<{ readonly ms: number }>[] = [];
  const closures: Weather<object>[] = [];
  const chance = random.fork('disk');

  const now = <T extends Span>(all: Iterable<T>): T | undefined => {
    const mono = clock.mono();
    for (const one of all) if (mono >= one.from && mono < one.until) return one;
    return undefined;
  };
  const pause = async (): Promise<void> => {
    const slow = now(delays);
    slow?.struck();
    const ms = slow?.ms ?? (syncMs === 0 ? 0 : chance.next() * syncMs);
    if (ms > 0) await new Promise<void>((resolve) => clock.at(clock.mono() + ms, resolve));
  };
  let disk: MemoryDisk = createMemoryDisk({ wait: pause });

  const reached = (moment: Moment, what: string): void => {
    if (traps.size === 0) return;
    const trap = now([...traps].filter((one) => one.moment === moment && what.includes(one.what)));
    if (trap === undefined) return;
    traps.delete(trap);
    trap.run();
  };

  /** A disk as one process has it: what has failed once stays so until the next process. */
  const ofProcess = (given: MemoryDisk): Disk => {
    let failure: Error | undefined;
    const check = (): void => {
      const weather = failure === undefined ? now(failures) : undefined;
      if (weather === undefined) return;
      failure = new Error(weather.problem);
      weather.struck();
    };
    const keep = (run: (file: string) => Promise<void>) => async (file: string) => {
      check();
      if (failure !== undefined) throw failure;
      await run(file);
    };
    return {
      ...given,
      lock: async (folder) => {
        const closed = now(closures);
        closed?.struck();
        if (closed !== undefined) throw new Error(`EROFS: read-only file system, open '${folder}'`);
        return given.lock(folder);
      },
      append: (file, bytes) => {
        const wasWhole = failure === undefined;
        check();
        if (failure === undefined) given.append(file, bytes);
        else if (wasWhole) given.append(file, bytes.subarray(0, bytes.length >> 1));
      },
      flush: keep((file) => given.flush(file)),
      sync: keep((file) => given.sync(file)),
    };
  };

  const boot = (): Machine => createMachine({ ...ports, disk: ofProcess(disk) }, { reached });
  let machine = boot();

  return {
    machine: () => machine,
    files: () => disk.files(),
    boot: () => {
      machine = boot();
      return machine.ports;
    },
    crash: (how) => {
      machine.kill();
      const left = how === 'kill' ? disk.kill : disk.crash;
      disk = left(() => chance.next());
    },
    trap: (span, moment, what, run) => {
      traps.add({ ...span, moment, what, run });
    },
    failDisk: (span, problem, struck) => {
      failures.push({ ...span, problem, struck });
    },
    slowDisk: (span, ms, struck) => {
      delays.push({ ...span, ms, struck });
    },
    lockDisk: (span, struck) => {
      closures.push({ ...span, struck });
    },
    replaceFiles: (files) => {
      disk = createMemoryDisk({ files, wait: pause });
    },
  };
}
