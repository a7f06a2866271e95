import type { UnixMs } from '../model/market.js';
import type { NonceMark } from '../orders/journal.js';

/** Numbers that rise strictly, from one run to the next too, whatever the clock does in between. */
export type Nonces = {
  /** Venue time in ms where it has moved on, else one more than the last. */
  readonly next: () => number;
  /** Resolves when no later run can give out again what was given out; `undefined` when that is so already. Never rejects. */
  readonly kept: () => Promise<void> | undefined;
};

/** How far ahead nonces are noted: so that the journal is written to now and then, and is not waited for in between. */
const aheadMs = 60_000;

export function createNonces(now: () => UnixMs, mark: NonceMark): Nonces {
  let last: number | undefined;
  let noted = 0;
  let safe = 0;
  let noting: Promise<void> | undefined;

  const note = (upTo: number): void => {
    noted = upTo;
    const done = (): void => {
      safe = Math.max(safe, upTo);
    };
    // A journal that has failed keeps nothing any more, and that must not hold back a cancel.
    noting = mark.note(upTo)?.then(done, done);
    if (noting === undefined) done();
  };

  return {
    next: () => {
      last = Math.max((last ?? mark.upTo()) + 1, Math.floor(now()));
      if (last + aheadMs / 2 > noted) note(last + aheadMs);
      return last;
    },
    kept: () => (last === undefined || last <= safe ? undefined : noting),
  };
}
