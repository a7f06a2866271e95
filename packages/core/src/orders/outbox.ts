import type { Journal } from './journal.js';
import type { JournalRecord } from './record.js';

/** Told of each happening once. Must not throw: a listener's fault is for the one who calls the listeners to catch. */
export type Emit<H> = (happening: H, record: JournalRecord) => void;

/**
 * Hands happenings on, in the order of their records and only when those are safe in the journal.
 * What a listener causes while it is called waits for its turn.
 */
export type Outbox<H> = {
  readonly push: (happenings: readonly H[], record: JournalRecord) => void;
};

export function createOutbox<H>(journal: Journal, emit: Emit<H>): Outbox<H> {
  const waiting: (readonly [H, JournalRecord])[] = [];
  let isDelivering = false;
  let isWaiting = false;

  const deliver = (count: number): void => {
    isDelivering = true;
    let last = journal.told.upTo();
    try {
      for (const [happening, record] of waiting.splice(0, count)) {
        emit(happening, record);
        last = record.sequence;
      }
      // Of one record there may be several: they count as told together.
      if (waiting[0]?.[1].sequence !== last) journal.told.note(last);
    } finally {
      isDelivering = false;
    }
  };

  const drain = (): void => {
    while (waiting.length > 0 && !isDelivering && !isWaiting) {
      const count = waiting.length;
      const durable = journal.durable();
      if (durable === undefined) deliver(count);
      else void resumeAfter(durable, count);
    }
  };

  const resumeAfter = async (durable: Promise<void>, count: number): Promise<void> => {
    isWaiting = true;
    try {
      await durable;
    } catch {
      // `intend` tells that the journal fails. What has happened at the venue has happened all the same.
    }
    isWaiting = false;
    deliver(count);
    drain();
  };

  return {
    push: (happenings, record) => {
      for (const happening of happenings) waiting.push([happening, record]);
      drain();
    },
  };
}
