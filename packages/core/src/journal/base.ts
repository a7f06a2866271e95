import type { UnixMs } from '../model/market.js';
import type { JournalRecord } from '../orders/record.js';
import type { Disk } from '../ports/ports.js';
import { baseName } from './files.js';
import { concat, toFrame } from './frame.js';
import { toPayload, version, type BaseLine, type Line } from './line.js';

/** Where the files of one journal are. */
export type Home = { readonly disk: Disk; readonly folder: string };

/** What a base stands for: the records that are alive, and how far they go. */
export type Alive = {
  readonly records: readonly JournalRecord[];
  readonly sequence: number;
  readonly lastAt: number | undefined;
  /** Up to which record events have been told. */
  readonly told: number;
  /** Up to which number nonces may have been given out. */
  readonly nonce: number;
  /** Since when it is open what the venue did. */
  readonly missing: UnixMs | undefined;
};

/** About 2 ms of work, after which others have their turn. */
const recordsAtOnce = 256;

export function encode(line: Line): Uint8Array {
  return toFrame({ version, sequence: line.sequence, payload: toPayload(line) });
}

/**
 * Writes the base of this number; resolves with its size. Its name is the last step:
 * until then the files that it stands for are valid, from then on it is.
 */
export async function writeBase({ disk, folder }: Home, number: number, alive: Alive): Promise<number> {
  const { records, sequence, lastAt, told, nonce, missing } = alive;
  const file = `${folder}/${baseName(number)}`;
  const first: BaseLine = {
    kind: 'base',
    sequence,
    records: records.length,
    told,
    nonce,
    ...(lastAt !== undefined && { lastAt }),
    ...(missing !== undefined && { missing }),
  };
  let bytes = 0;
  const append = (lines: readonly Line[]): void => {
    const part = concat(lines.map(encode));
    bytes += part.length;
    disk.append(`${file}.new`, part);
  };
  append([first]);
  for (let at = 0; at < records.length; at += recordsAtOnce) {
    append(records.slice(at, at + recordsAtOnce));
    await disk.flush(`${file}.new`);
  }
  await disk.sync(`${file}.new`);
  await disk.rename(`${file}.new`, file);
  return bytes;
}
