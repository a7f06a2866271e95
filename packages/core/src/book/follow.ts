import type { BookUpdate } from '../model/book.js';
import { fit, moveOn, snapshotPosition, type Position } from './sequence.js';

/** The updates to apply on top of a snapshot, and where they lead. */
export type Followed = { readonly updates: readonly BookUpdate[]; readonly position: Position };

/**
 * Which of `updates`, in the order they came, follow on `snapshot`; those that it contains are left out.
 * `undefined` when others are missing before one of them: it takes a newer snapshot.
 */
export function follow(snapshot: BookUpdate, updates: readonly BookUpdate[]): Followed | undefined {
  const next: BookUpdate[] = [];
  const position = snapshotPosition(snapshot.sequence);
  for (const update of updates) {
    const fits = fit(position, update.sequence);
    if (fits === 'gap') return undefined;
    if (fits === 'old') continue;
    next.push(update);
    moveOn(position, update.sequence);
  }
  return { updates: next, position };
}
