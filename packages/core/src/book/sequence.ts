import type { Sequence } from '../model/book.js';

/** Where a book stands in its venue's numbering. */
export type Position = {
  /** NaN: nothing numbered was applied yet. */
  last: number;
  /** The number before `last` in a chain; NaN when there is none. */
  previous: number;
  /** Whether a snapshot was applied last: the first update of a chain may reach over it. */
  isSnapshot: boolean;
};

/** What an update is to a book: the next one, one that it has already, or one with others missing before it. */
type Fit = 'next' | 'old' | 'gap';

type Numbered = Extract<Sequence, { readonly first: number }>;

/** Where a snapshot puts a book. */
export function snapshotPosition(sequence: Sequence): Position {
  return { last: numbersOf(sequence)?.last ?? NaN, previous: NaN, isSnapshot: true };
}

/** Moves a position, in place since it happens with every message, to where the next update puts it. */
export function moveOn(position: Position, sequence: Sequence): void {
  const numbers = numbersOf(sequence);
  if (numbers === undefined) return;
  position.last = numbers.last;
  position.previous = numbers.first;
  position.isSnapshot = false;
}

/**
 * How an update follows a position. Updates without numbers always do.
 * A chain that follows a snapshot from elsewhere may begin before it, since levels are absolute.
 */
export function fit({ last: ours, previous, isSnapshot }: Readonly<Position>, sequence: Sequence): Fit {
  const numbers = numbersOf(sequence);
  if (numbers === undefined || Number.isNaN(ours)) return 'next';
  const { by, first, last } = numbers;
  if (by === 'range') {
    if (last <= ours) return 'old';
    return first <= ours + 1 ? 'next' : 'gap';
  }
  if (first === ours) return 'next';
  if (isSnapshot && first < ours && ours < last) return 'next';
  // What came before the snapshot may have fallen to a number that it contains.
  if (isSnapshot && last <= ours && (first < ours || last < first)) return 'old';
  return first === previous && last === ours ? 'old' : 'gap';
}

/** First and last number, where there are any. */
export function numbersOf(sequence: Sequence): Numbered | undefined {
  return sequence.by === 'range' || sequence.by === 'chain' ? sequence : undefined;
}

/** Throws a `RangeError` for numbers that number nothing. */
export function checkSequence(sequence: Sequence): void {
  const numbers = numbersOf(sequence);
  if (numbers === undefined) return;
  const { by, first, last } = numbers;
  if (!Number.isSafeInteger(first) || !Number.isSafeInteger(last) || (by === 'range' && first > last)) {
    throw new RangeError(`an update numbered ${first} to ${last}`);
  }
}
