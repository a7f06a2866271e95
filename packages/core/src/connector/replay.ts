import type { Event } from '../model/event.js';
import { happenedAt, happenings, toAsideHappenings } from '../orders/events.js';
import type { Journal } from '../orders/journal.js';
import { applyRecord } from '../orders/machine.js';
import { createOrderIndex } from '../orders/order-index.js';
import { isAsideRecord, type AsideRecord } from '../orders/record.js';
import { firstOf, type End } from './ends.js';

/** Wakes the readers of a journal when it has grown. */
export type Bell = {
  readonly ring: () => void;
  /** How often it has rung. */
  readonly rings: () => number;
  /** Resolves when it has rung more than `rings` times, and at the latest with `end`. */
  readonly after: (rings: number, end: End) => Promise<void>;
};

export function createBell(): Bell {
  const waiting = new Set<() => void>();
  let rings = 0;

  return {
    ring: () => {
      rings += 1;
      for (const wake of waiting) wake();
    },
    rings: () => rings,
    after: async (heard, end) => {
      if (rings > heard || end.isOver()) return;
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          waiting.delete(wake);
          forget();
          resolve();
        };
        const forget = end.on(wake);
        waiting.add(wake);
      });
    },
  };
}

export type ReplayOptions = {
  readonly journal: Journal;
  readonly bell: Bell;
  /** As the tracker has it, so that a reader forgets an order when the journal does. */
  readonly keepClosed: number;
  /** When the journal will not grow any more. */
  readonly stopped: End;
  /** The first record to tell of. */
  readonly from?: number | undefined;
  readonly signal?: AbortSignal | undefined;
};

/**
 * Events derived from the journal, and those to come, until `signal` aborts, or until all is told after the stop.
 * The journal is read again after each pause, so a slow reader costs no memory.
 */
export async function* replay(options: ReplayOptions): AsyncGenerator<Event, void, undefined> {
  const { journal, bell, keepClosed, stopped, from = 0, signal } = options;
  const orders = createOrderIndex({ keepClosed, onForget: () => undefined });
  let read = 0;
  while (signal?.aborted !== true) {
    const isLast = stopped.isOver();
    const heard = bell.rings();
    for await (const record of journal.read({ from: read + 1 })) {
      read = record.sequence;
      if (isAsideRecord(record)) {
        if (record.sequence >= from) yield* toAsideEvents(record);
        continue;
      }
      const before = orders.get(record.clientOrderId);
      const after = applyRecord(before, record);
      orders.set(after);
      if (record.sequence < from) continue;
      const at = happenedAt(record);
      for (const happening of happenings(before, record, after)) {
        yield { sequence: record.sequence, at, seenAt: record.at, ...happening };
      }
    }
    if (isLast) return;
    await bell.after(heard, firstOf(signal, stopped));
  }
}

function* toAsideEvents(record: AsideRecord): Iterable<Event> {
  const at = happenedAt(record);
  for (const happening of toAsideHappenings(record)) {
    yield { sequence: record.sequence, at, seenAt: record.at, ...happening };
  }
}
