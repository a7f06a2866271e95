import { ConnectorError } from '../errors/connector-error.js';
import type { UnixMs } from '../model/market.js';
import type { Journal } from '../orders/journal.js';
import type { JournalRecord } from '../orders/record.js';
import type { Clock, Disk } from '../ports/ports.js';
import { encode, writeBase, type Home } from './base.js';
import { createLog, type Durability } from './log.js';
import { removeStale, repairJournal, takeOrphans, type Start } from './repair.js';
import { surveyJournal, type JournalDamage, type JournalPlace, type Survey } from './survey.js';

/** Where a journal lies, and what it waits for. */
export type DiskJournalOptions = {
  readonly disk: Disk;
  /** For this journal alone; made when there is none. */
  readonly folder: string;
  /** Venue time. */
  readonly now: () => UnixMs;
  /** `fsync` when left out. */
  readonly durability?: Durability;
  /** Lets a journal with `none` write the records of some milliseconds together; one by one when left out. */
  readonly clock?: Pick<Clock, 'mono' | 'at'>;
  /** Opens a journal that has lost records in the middle, too. Then compare every order with the venue before you place one. */
  readonly acceptDamage?: boolean;
  /** The size from which a file is followed by the next one; 8 MiB when left out. */
  readonly fileBytes?: number;
  /** Told once when writing fails, from when on `durable` rejects, and each time that dead records could not be cleared away. */
  readonly onProblem: (error: Error) => void;
};

/** A journal in files, with what an earlier run left in it. */
export type DiskJournal = {
  readonly journal: Journal;
  readonly recovered: RecoveredJournal;
  /** Whether nothing that is appended from now on is kept; before `close` has resolved already. */
  readonly isClosed: () => boolean;
  /** Makes safe what was written and lets another process open the folder. Rejects when that failed. */
  readonly close: () => Promise<void>;
};

/** What an earlier run has left. */
export type RecoveredJournal = {
  /** What `read` gives. */
  readonly records: number;
  readonly orders: number;
  /** The number of the newest record, forgotten ones included; 0 when there was none. */
  readonly sequence: number;
  /** When that was written. */
  readonly lastAt?: UnixMs;
  /** An unfinished record that a crash left at the end; it was dropped. */
  readonly torn?: JournalPlace;
  /** Where records were lost. A copy of each damaged file is beside it, with `.damaged` at the end of its name. */
  readonly damage: readonly JournalDamage[];
  /** Records of orders whose first record is lost; they were taken out, for nothing says what order it was. */
  readonly orphans: readonly JournalRecord[];
};

const defaultFileBytes = 8 * 1_048_576;

/**
 * A journal in files that outlasts the process; one process at a time.
 * In memory it keeps the records of orders that are not forgotten. `read` gives no record that `durable` would still wait for.
 * Rejects with a `ConnectorError` when another process has the folder, when a later release wrote to it (`unsupported`),
 * and when records in the middle are lost (`aborted`) unless `acceptDamage`; then nothing is changed.
 */
export async function openDiskJournal(options: DiskJournalOptions): Promise<DiskJournal> {
  const { disk, folder } = options;
  const release = await disk.lock(folder);
  try {
    const survey = await surveyJournal(disk, folder);
    if (survey.damage.length > 0 && options.acceptDamage !== true) throw refusal(folder, survey.damage);
    const orphans = takeOrphans(survey);
    const start = await repairJournal(options, survey);
    const { journal, isClosed, close } = createDiskJournal(options, survey, start);
    return {
      journal,
      isClosed,
      recovered: toRecovered(survey, orphans),
      close: () => close().finally(release),
    };
  } catch (error) {
    await release();
    throw error;
  }
}

function createDiskJournal(
  options: DiskJournalOptions,
  { store, ...survey }: Survey,
  start: Start,
): Pick<DiskJournal, 'journal' | 'isClosed' | 'close'> {
  const { disk, folder, now, clock, onProblem, fileBytes = defaultFileBytes } = options;
  const home: Home = { disk, folder };
  let { sequence, lastAt, told, nonce, missing } = survey;
  let notedTold = told;
  const log = createLog({
    ...home,
    durability: options.durability ?? 'fsync',
    ...(clock !== undefined && { clock }),
    fullBytes: fileBytes,
    start: { ...start, sequence },
    onFailure: onProblem,
  });
  /** What the files take, without what the log has added. */
  let otherBytes = start.bytes;
  let compacting: Promise<void> | undefined;
  let compactFrom = 0;
  let isClosing = false;
  let isClosed = false;

  const compact = async (): Promise<void> => {
    for (let pause = log.completing(); pause !== undefined; pause = log.completing()) await pause;
    const before = log.written();
    const complete = log.rotate();
    const alive = { records: [...store.from(1)], sequence, lastAt, told, nonce, missing };
    const bytes = await writeBase(home, await complete, alive);
    otherBytes = bytes - before;
    await removeStale(home);
  };

  const tidy = async (): Promise<void> => {
    try {
      await compact();
    } catch (cause) {
      compactFrom = otherBytes + log.written() + fileBytes;
      onProblem(new Error(`${folder}: dead records could not be cleared away`, { cause }));
    }
    compacting = undefined;
  };

  /** Clears away what is dead once it is more than what is alive, so that each record is written twice on average at most. */
  const tidyIfDue = (): void => {
    if (compacting !== undefined || isClosing) return;
    const all = otherBytes + log.written();
    const { bytes } = store.size();
    if (all >= compactFrom && all - bytes > Math.max(bytes, fileBytes)) compacting = tidy();
  };

  /** Nobody waits for it: it goes along with the next record. */
  const noteTold = (): void => {
    if (told === notedTold) return;
    notedTold = told;
    log.append(encode({ kind: 'told', sequence, upTo: told }), sequence);
  };

  tidyIfDue();
  return {
    journal: {
      append: (clientOrderId, entry) => {
        noteTold();
        const at = now();
        const record: JournalRecord = { sequence: sequence + 1, clientOrderId, at, ...entry };
        const frame = encode(record);
        sequence += 1;
        lastAt = at;
        store.put(record, frame.length);
        log.append(frame, sequence);
        return record;
      },
      durable: log.durable,
      read: async function* ({ from = 0 } = {}) {
        for (const record of store.from(from)) {
          // A record that a crash may still take must not be seen: another one could get its number.
          if (!log.isSafe(record.sequence)) await log.durable()?.catch(() => undefined);
          yield record;
        }
      },
      forget: (clientOrderId) => {
        if (store.ofOrder(clientOrderId).length === 0) return;
        store.forget(clientOrderId);
        log.append(encode({ kind: 'forget', sequence, clientOrderId }), sequence);
        tidyIfDue();
      },
      told: {
        upTo: () => told,
        note: (upTo) => {
          told = upTo;
        },
      },
      nonces: {
        upTo: () => nonce,
        note: (upTo) => {
          nonce = upTo;
          log.append(encode({ kind: 'nonce', sequence, upTo }), sequence);
          return log.settle();
        },
      },
      missing: {
        since: () => missing,
        note: (since) => {
          if (since === missing) return;
          missing = since;
          const at = now();
          if (since === undefined) lastAt = at;
          // Nobody waits for it: it is there before any record that comes after.
          log.append(encode({ kind: 'missing', sequence, at, ...(since !== undefined && { since }) }), sequence);
        },
      },
    },
    isClosed: () => isClosed,
    close: async () => {
      isClosing = true;
      await compacting;
      // Whoever waits goes on first, and may have told something.
      let waited: Promise<void> | undefined;
      while (waited !== log.pending()) {
        waited = log.pending();
        await waited?.catch(() => undefined);
      }
      noteTold();
      isClosed = true;
      await log.close();
    },
  };
}

function toRecovered(survey: Survey, orphans: readonly JournalRecord[]): RecoveredJournal {
  const { store, sequence, lastAt, torn, damage } = survey;
  const { records, orders } = store.size();
  return {
    records,
    orders,
    sequence,
    ...(lastAt !== undefined && { lastAt }),
    ...(torn !== undefined && { torn }),
    damage,
    orphans,
  };
}

function refusal(folder: string, damage: readonly JournalDamage[]): ConnectorError {
  const places = damage.map(({ file, offset, bytes, after, before }) => {
    const what = bytes === 0 ? 'records are missing' : `${bytes} bytes cannot be read`;
    return `${file} at byte ${offset}: ${what} between record ${after} and ${before ?? 'the end'}`;
  });
  const shown = places.length > 3 ? [...places.slice(0, 3), `${places.length - 3} more places`] : places;
  return new ConnectorError(`${shown.join('; ')}. Pass acceptDamage to go on with the other records`, {
    kind: 'aborted',
    outcome: 'not-sent',
    operation: `open journal ${folder}`,
  });
}
