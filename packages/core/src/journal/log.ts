import type { Clock } from '../ports/ports.js';
import type { Home } from './base.js';
import { logName } from './files.js';
import { concat } from './frame.js';

/**
 * What an order and an event wait for, and so what can be lost of all that has left or was told:
 * - `fsync`: nothing.
 * - `os`: nothing when the process ends, however it ends; the last seconds when the machine does.
 * - `none`: the last milliseconds when the process ends, the last seconds when the machine does. Nothing waits.
 */
export type Durability = 'fsync' | 'os' | 'none';

/** The file that records are added to, and the next one when it is full. */
export type Log = {
  /** `sequence`: the number of the newest record, this one included. */
  readonly append: (frame: Uint8Array, sequence: number) => void;
  readonly durable: () => Promise<void> | undefined;
  /** As `durable`, for what took no number too. */
  readonly settle: () => Promise<void> | undefined;
  /** What somebody waited for last: whoever did goes on before whoever waits for it now, also when it is over. */
  readonly pending: () => Promise<void> | undefined;
  /** Whether a record is as safe as it will ever be. */
  readonly isSafe: (sequence: number) => boolean;
  /** Begins the next file, while none is being completed. Resolves with the number of the one before when all of it is safe. */
  readonly rotate: () => Promise<number>;
  /** Resolves when the file before is complete; `undefined` when it is so already. */
  readonly completing: () => Promise<unknown> | undefined;
  /** How many bytes were appended. */
  readonly written: () => number;
  /** Makes safe what was appended, whatever the durability; takes no more. */
  readonly close: () => Promise<void>;
};

/** A write costs as much as many records: with `none`, those of this time go out together. */
const togetherMs = 5;

export type LogOptions = Home & {
  readonly durability: Durability;
  /** Without it nothing is held back with `none` either. */
  readonly clock?: Pick<Clock, 'mono' | 'at'>;
  /** The size from which a file is full. */
  readonly fullBytes: number;
  readonly start: { readonly number: number; readonly size: number; readonly sequence: number };
  /** Told once: from then on nothing that is appended is kept. */
  readonly onFailure: (error: Error) => void;
};

export function createLog({ disk, folder, durability, clock, fullBytes, start, onFailure }: LogOptions): Log {
  let { number, size } = start;
  let written = 0;
  /** How far the records go that were appended, and those that are safe. */
  let appended = start.sequence;
  let safe = start.sequence;
  let committing: { readonly upTo: number; readonly done: Promise<void> } | undefined;
  let isWatched = false;
  let failure: Error | undefined;
  /** What nobody waits for, and what cancels that it goes out later. */
  const late: Uint8Array[] = [];
  let cancel: (() => void) | undefined;
  /** A file is safe before anything goes to the next one: so a crash takes the newest records and no others. */
  let completing: { readonly done: Promise<number>; readonly held: Uint8Array[] } | undefined;

  const file = (): string => `${folder}/${logName(number)}`;

  const fail = (cause: unknown): Error => {
    if (failure === undefined) {
      failure = cause instanceof Error ? cause : new Error(String(cause));
      cancel?.();
      late.length = 0;
      onFailure(failure);
    }
    return failure;
  };

  const put = (frame: Uint8Array): void => {
    if (completing === undefined) disk.append(file(), frame);
    else completing.held.push(frame);
  };

  const putLate = (): void => {
    cancel?.();
    cancel = undefined;
    const frames = late.splice(0);
    if (frames.length > 0) put(concat(frames));
  };

  const rotate = (): Promise<number> => {
    putLate();
    const full = number;
    const held: Uint8Array[] = [];
    const synced = size > 0 ? disk.sync(file()) : Promise.resolve();
    const done = synced.then(
      () => {
        for (const frame of held) disk.append(file(), frame);
        completing = undefined;
        return full;
      },
      (cause: unknown) => {
        throw fail(cause);
      },
    );
    number += 1;
    size = 0;
    completing = { done, held };
    // Whoever waits for a record hears of it.
    done.catch(() => undefined);
    return done;
  };

  /** Ends in the order in which it was asked for: what waits for an earlier record goes on first. */
  const commit = async (upTo: number, before?: Promise<void>): Promise<void> => {
    const path = file();
    if (completing !== undefined) await completing.done;
    try {
      await (durability === 'fsync' ? disk.sync(path) : disk.flush(path));
    } catch (cause) {
      throw fail(cause);
    }
    await before;
    safe = Math.max(safe, upTo);
  };

  /** Nobody waits, but somebody must notice when nothing is written. */
  const watch = async (): Promise<void> => {
    if (isWatched) return;
    isWatched = true;
    await commit(appended).catch(() => undefined);
    isWatched = false;
  };

  const putLater = (frame: Uint8Array): void => {
    late.push(frame);
    const goOn = (): void => {
      putLate();
      void watch();
    };
    if (clock === undefined) goOn();
    else cancel ??= clock.at(clock.mono() + togetherMs, goOn);
  };

  return {
    append: (frame, sequence) => {
      appended = sequence;
      if (failure !== undefined) return;
      written += frame.length;
      size += frame.length;
      if (durability === 'none') putLater(frame);
      else put(frame);
      if (size >= fullBytes && completing === undefined) void rotate();
    },
    durable: () => {
      if (failure !== undefined) return Promise.reject(failure);
      if (durability === 'none' || safe >= appended) return undefined;
      if (committing?.upTo !== appended) committing = { upTo: appended, done: commit(appended, committing?.done) };
      return committing.done;
    },
    settle: () => {
      if (failure !== undefined) return Promise.reject(failure);
      return durability === 'none' ? undefined : commit(appended, committing?.done);
    },
    pending: () => committing?.done,
    isSafe: (sequence) => sequence <= safe || durability === 'none' || failure !== undefined,
    rotate,
    completing: () => completing?.done,
    written: () => written,
    close: async () => {
      if (failure !== undefined) return;
      failure = new Error('the journal is closed');
      putLate();
      await completing?.done;
      if (size > 0) await disk.sync(file());
    },
  };
}
