import type { UnixMs } from '../model/market.js';
import type { Journal } from '../orders/journal.js';
import type { JournalRecord } from '../orders/record.js';
import type { Tracker } from '../orders/tracker.js';
import { dayMs } from './catch-up.js';
import type { Hub } from './hub.js';
import type { Reconciler } from './reconciler.js';
import type { Records } from './records.js';

export type TakeUpOptions = {
  readonly records: Records;
  readonly tracker: Tracker;
  readonly reconciler: Pick<Reconciler, 'missedSince'>;
  readonly hub: Pick<Hub, 'continueFrom'>;
  /** Venue time. */
  readonly now: () => UnixMs;
  /** Whether the connector is being stopped: then nothing more is told. */
  readonly isOver: () => boolean;
};

/**
 * Goes on where an earlier run ended, however it ended: every order is known again, and what was under way then is in doubt
 * until the venue has been asked. Events that were perhaps not told then are told again. Nothing is sent here. Rejects when the records cannot be had.
 */
export async function takeUp({ records, tracker, reconciler, hub, now, isOver }: TakeUpOptions): Promise<void> {
  const recovered = await records.open();
  if (isOver()) return;
  const lastWhole = Math.min(...(recovered?.damage ?? []).map(({ after }) => after));
  let knownUntil: UnixMs | undefined;
  const noted = async function* (journal: Journal): AsyncIterable<JournalRecord> {
    for await (const record of journal.read()) {
      if (record.sequence <= lastWhole || knownUntil === undefined) knownUntil = record.at;
      yield record;
    }
  };
  hub.continueFrom(records.journal.told.upTo());
  await tracker.replay(noted(records.journal));
  tracker.resume();
  // Of forgotten orders only the journal knows when the last record was written.
  const last = recovered?.damage.length === 0 ? recovered.lastAt : knownUntil;
  // Records may have been written since while it was open what the venue did.
  const from = records.journal.missing.since() ?? last;
  if (from !== undefined) reconciler.missedSince(Math.min(from, last ?? from));
  else if (recovered !== undefined && recovered.damage.length > 0) reconciler.missedSince(now() - dayMs);
}
