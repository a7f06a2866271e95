import type { UnixMs } from '../model/market.js';
import type { JournalEntry, JournalRecord } from './record.js';

/** Where the records of an account's orders are kept, in the order in which they were written. */
export type Journal = {
  readonly append: (clientOrderId: string, entry: JournalEntry) => JournalRecord;
  /** When all that was appended is safe: `undefined` when it is so already. Rejects when it never will be. */
  readonly durable: () => Promise<void> | undefined;
  /** Oldest first; `from` is a sequence, inclusive. Ends with the newest record, those written meanwhile included. */
  readonly read: (options?: { readonly from?: number }) => AsyncIterable<JournalRecord>;
  /** The order is over and will not be asked for again: its records may go. */
  readonly forget: (clientOrderId: string) => void;
  readonly told: Told;
  readonly nonces: NonceMark;
  readonly missing: MissingMark;
};

/** Up to which record the events have been told, from one run to the next. A crash may set it back: then some are told again. */
export type Told = { readonly upTo: () => number; readonly note: (sequence: number) => void };

/**
 * Up to which number nonces may have been given out, by this run and all before it; 0 for none.
 * `note` resolves when that is safe: `undefined` when it is so already. Rejects when it never will be.
 */
export type NonceMark = { readonly upTo: () => number; readonly note: (upTo: number) => Promise<void> | undefined };

/**
 * Since when it is open what the venue did, because nobody listened and nobody has asked since; `undefined` when nothing is. A crash keeps
 * at least what was noted before the last record that it kept: whoever goes on asks from there, however many records came after.
 */
export type MissingMark = {
  readonly since: () => UnixMs | undefined;
  readonly note: (since: UnixMs | undefined) => void;
};

/** A journal that lasts as long as the process. It stays as large as the orders that have not been forgotten. */
export function createMemoryJournal(options: { readonly now: () => UnixMs }): Journal {
  const records = new Map<number, JournalRecord>();
  const sequences = new Map<string, number[]>();
  let sequence = 0;
  let told = 0;
  let nonces = 0;
  let missing: UnixMs | undefined;

  return {
    append: (clientOrderId, entry) => {
      sequence += 1;
      const record: JournalRecord = { sequence, clientOrderId, at: options.now(), ...entry };
      records.set(sequence, record);
      const ofOrder = sequences.get(clientOrderId);
      if (ofOrder === undefined) sequences.set(clientOrderId, [sequence]);
      else ofOrder.push(sequence);
      return record;
    },
    durable: () => undefined,
    read: async function* ({ from = 1 } = {}) {
      // By number, so that a reader that goes on pays for what is new alone.
      for (let number = Math.max(from, 1); number <= sequence; number += 1) {
        const record = records.get(number);
        if (record !== undefined) yield record;
      }
    },
    forget: (clientOrderId) => {
      for (const number of sequences.get(clientOrderId) ?? []) records.delete(number);
      sequences.delete(clientOrderId);
    },
    told: {
      upTo: () => told,
      note: (upTo) => {
        told = upTo;
      },
    },
    nonces: {
      upTo: () => nonces,
      note: (upTo) => {
        nonces = upTo;
        return undefined;
      },
    },
    missing: {
      since: () => missing,
      note: (since) => {
        missing = since;
      },
    },
  };
}
