import type { Event } from '../model/event.js';
import { happenedAt, happenings } from '../orders/events.js';
import type { OrderFacts } from '../orders/facts.js';
import type { Journal } from '../orders/journal.js';
import { applyRecord } from '../orders/machine.js';

/** Wakes readers of the journal when it has grown. */
export type Bell = { readonly ring: () => void; readonly next: (signal: AbortSignal | undefined) => Promise<void> };

export function createBell(): Bell {
  let waiting: (() => void)[] = [];
  return {
    ring: () => {
      const woken = waiting;
      waiting = [];
      for (const wake of woken) wake();
    },
    next: (signal) =>
      new Promise((resolve) => {
        waiting.push(resolve);
        signal?.addEventListener('abort', () => resolve(), { once: true });
      }),
  };
}

/**
 * Order events derived from the journal, from the record `from` on, and those to come until `signal` aborts.
 * The journal is read again after each pause, so a slow reader costs no memory.
 */
export async function* replay(
  journal: Journal,
  bell: Bell,
  { from = 0, signal }: { readonly from?: number; readonly signal?: AbortSignal | undefined },
): AsyncGenerator<Event, void, undefined> {
  const orders = new Map<string, OrderFacts>();
  let read = 0;
  while (signal?.aborted !== true) {
    const grown = bell.next(signal);
    for await (const record of journal.read({ from: read + 1 })) {
      read = record.sequence;
      const before = orders.get(record.clientOrderId);
      const after = applyRecord(before, record);
      orders.set(record.clientOrderId, after);
      if (record.sequence < from) continue;
      const at = happenedAt(record);
      for (const happening of happenings(before, record, after)) {
        yield { ...happening, sequence: record.sequence, at, seenAt: record.at };
      }
    }
    await grown;
  }
}
