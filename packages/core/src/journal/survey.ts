import { ConnectorError } from '../errors/connector-error.js';
import type { UnixMs } from '../model/market.js';
import type { Disk } from '../ports/ports.js';
import { baseName, logName, sortFiles, type Files } from './files.js';
import { createFrameReader, headerBytes, type Frame } from './frame.js';
import { toLine, version, type Line } from './line.js';
import { createStore, type Store } from './store.js';

/** A place in a file of the journal; `bytes` is 0 where records are missing between two that are fine. */
export type JournalPlace = { readonly file: string; readonly offset: number; readonly bytes: number };

/** A place in the middle where records are lost, though they had been written in full. */
export type JournalDamage = JournalPlace & {
  /** The number of the last record before it; 0 for none. */
  readonly after: number;
  /** The number of the first record after it. */
  readonly before: number | undefined;
};

/** What a journal's folder holds. */
export type Survey = {
  readonly files: Files;
  readonly store: Store;
  /** The highest number of a record, forgotten ones included. */
  readonly sequence: number;
  /** When that was written. */
  readonly lastAt: UnixMs | undefined;
  /** Up to which record events were told. */
  readonly told: number;
  /** Up to which number nonces may have been given out. */
  readonly nonce: number;
  /** Since when it is open what the venue did. */
  readonly missing: UnixMs | undefined;
  /** Where a crash left the last record unfinished. */
  readonly torn: JournalPlace | undefined;
  readonly damage: readonly JournalDamage[];
  /** What all the files take, and how much of the last log is fine. */
  readonly bytes: number;
  readonly lastBytes: number;
};

/** Reads a journal and changes nothing. Throws `unsupported` for what a later release has written. */
export async function surveyJournal(disk: Disk, folder: string): Promise<Survey> {
  const files = sortFiles(await disk.list(folder));
  const reading = createReading(folder);
  const base = files.base === undefined ? [] : [baseName(files.base)];
  for (const file of [...base, ...files.logs.map(logName)]) {
    const reader = createFrameReader({ frame: reading.frame, gap: reading.gap });
    reading.begin(file);
    for await (const chunk of disk.read(`${folder}/${file}`)) reader.push(chunk);
    reading.end(reader.end());
  }
  return { files, ...reading.result() };
}

type Reading = {
  readonly begin: (file: string) => void;
  readonly frame: (frame: Frame) => void;
  readonly gap: (gap: Omit<JournalPlace, 'file'>) => void;
  readonly end: (bytes: number) => void;
  readonly result: () => Omit<Survey, 'files'>;
};

function createReading(folder: string): Reading {
  const store = createStore();
  const damage: JournalDamage[] = [];
  let file = '';
  /** Whether nothing is lost in this file so far. */
  let isWhole = true;
  let sequence = 0;
  let lastAt: UnixMs | undefined;
  let told = 0;
  let nonce = 0;
  let missing: UnixMs | undefined;
  let bytes = 0;
  let lastBytes = 0;
  /** Where something is lost since the last record. */
  let gaps: readonly Omit<JournalDamage, 'before'>[] = [];
  /** The first line of the base that is being read, and how many of its records are still to come. */
  let base: { readonly sequence: number; missing: number } | undefined;

  const isBase = (): boolean => file.endsWith('.base');

  const noteGap = (offset: number, length: number): void => {
    isWhole = false;
    gaps = [...gaps, { file, offset, bytes: length, after: sequence }];
  };

  const lose = (before: number | undefined): void => {
    damage.push(...gaps.map((gap) => ({ ...gap, before })));
    gaps = [];
  };

  const take = (line: Line, { offset, payload }: Frame): void => {
    if (line.kind === 'base') {
      base = { sequence: line.sequence, missing: line.records };
      lastAt = line.lastAt;
      told = line.told ?? 0;
      nonce = line.nonce ?? 0;
      missing = line.missing;
      return;
    }
    if (line.kind === 'told') {
      told = Math.max(told, line.upTo);
      return;
    }
    if (line.kind === 'nonce') {
      nonce = Math.max(nonce, line.upTo);
      return;
    }
    if (line.kind === 'missing') {
      missing = line.since;
      if (missing === undefined) lastAt = line.at;
      return;
    }
    if (line.kind === 'forget') {
      store.forget(line.clientOrderId);
      return;
    }
    const isNext = isBase() ? line.sequence > sequence : line.sequence === sequence + 1;
    if (!isNext && gaps.length === 0) noteGap(offset, 0);
    lose(line.sequence);
    // A number that was there before: the first record that had it counts.
    if (line.sequence <= sequence) return;
    store.put(line, headerBytes + payload.length);
    sequence = line.sequence;
    if (base !== undefined) base.missing -= 1;
    // Not the latest of all times: a clock that was ahead for a while has been set right since.
    else lastAt = line.at;
  };

  const endBase = (size: number): void => {
    if (base?.missing !== 0 && isWhole) noteGap(size, 0);
    sequence = Math.max(sequence, base?.sequence ?? 0);
    base = undefined;
  };

  return {
    begin: (name) => {
      file = name;
      isWhole = true;
    },
    frame: (frame) => take(parse(folder, file, frame), frame),
    gap: (gap) => noteGap(gap.offset, gap.bytes),
    end: (size) => {
      bytes += size;
      lastBytes = size;
      if (isBase()) endBase(size);
    },
    result: () => {
      // A log is safe before the next one is begun, and a base before it has its name: only the last log can be torn.
      const last = gaps.at(-1);
      const isTorn = last?.file === file && !isBase() && last.offset + last.bytes === lastBytes;
      const torn = isTorn ? { file, offset: last.offset, bytes: last.bytes } : undefined;
      if (isTorn) gaps = gaps.slice(0, -1);
      lose(undefined);
      const lastWhole = torn?.offset ?? lastBytes;
      return { store, sequence, lastAt, told, nonce, missing, torn, damage, bytes, lastBytes: lastWhole };
    },
  };
}

function parse(folder: string, file: string, frame: Frame): Line {
  try {
    if (frame.version !== version) throw new RangeError(`version ${frame.version}`);
    return toLine(frame.sequence, frame.payload);
  } catch (cause) {
    const what = cause instanceof Error ? cause.message : 'unreadable';
    throw new ConnectorError(
      `${file} at byte ${frame.offset}, record ${frame.sequence}: ${what}; a later release wrote this journal`,
      { kind: 'unsupported', outcome: 'not-sent', operation: `open journal ${folder}`, cause },
    );
  }
}
