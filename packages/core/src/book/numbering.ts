import type { Sequence } from '../model/book.js';
import type { Clock } from '../ports/ports.js';
import { numbersOf, type Position } from './sequence.js';

/** When a live book is told only what it knows for this long, its venue has begun to number anew. */
const oldNewsMs = 5_000;

/** The numbers heard on one connection, watched for a fall: something was late, or the venue began to number anew. */
type Numbering = {
  /** Takes note of an update that is applied or kept. */
  readonly hear: (sequence: Sequence) => void;
  /** Whether this update cannot come after the one heard last. */
  readonly falls: (sequence: Sequence) => boolean;
  /** Whether this update is not linked to the one heard last, so that a snapshot before it is of no use. */
  readonly breaks: (sequence: Sequence) => boolean;
  /** Whether an update that the book has already is more than a repetition. */
  readonly beginsAnew: (sequence: Sequence) => boolean;
  /** Whether more was heard than a book at this position has. */
  readonly isAheadOf: (position: Position) => boolean;
  /** Forgets everything but this. */
  readonly restart: (sequence?: Sequence) => void;
};

export function createNumbering(clock: Pick<Clock, 'mono'>): Numbering {
  // Copied, since the sequence of an update that was read from bytes is used again for the next one.
  const newest: { by: Sequence['by']; first: number; last: number } = { by: 'none', first: NaN, last: NaN };
  let lowest = Infinity;
  let oldNewsSince: number | undefined;

  const hear = (sequence: Sequence): void => {
    const numbers = numbersOf(sequence);
    newest.by = sequence.by;
    newest.first = numbers?.first ?? NaN;
    newest.last = numbers?.last ?? NaN;
    if (numbers !== undefined && numbers.first < lowest) lowest = numbers.first;
    oldNewsSince = undefined;
  };

  return {
    hear,
    falls: (sequence) => {
      const [before, after] = [numbersOf(newest), numbersOf(sequence)];
      if (before === undefined || after === undefined) return false;
      return after.by === 'range' ? after.last < before.first : after.last < after.first;
    },
    breaks: (sequence) => {
      const [before, after] = [numbersOf(newest), numbersOf(sequence)];
      return before !== undefined && after?.by === 'chain' && after.first !== before.last;
    },
    beginsAnew: (sequence) => {
      const { first = 0, last = 0 } = numbersOf(sequence) ?? {};
      const now = clock.mono();
      oldNewsSince ??= now;
      const isLowest = last < lowest && lowest !== Infinity;
      lowest = Math.min(lowest, first);
      return isLowest || now - oldNewsSince >= oldNewsMs;
    },
    isAheadOf: ({ last }) => {
      const heard = numbersOf(newest);
      return heard !== undefined && last < heard.last;
    },
    restart: (sequence) => {
      newest.by = 'none';
      lowest = Infinity;
      oldNewsSince = undefined;
      if (sequence !== undefined) hear(sequence);
    },
  };
}
