import type { BookScratch } from '../model/book-scratch.js';
import type { BookUpdate } from '../model/book.js';
import { readInteger, readLevels, readNamedLevels } from './frame-numbers.js';
import {
  colon,
  decline,
  enter,
  expect,
  hasNext,
  openList,
  openObject,
  passRun,
  passText,
  passValue,
  type Frame,
} from './frame.js';
import { createReadName, readText } from './names.js';
import { readBook, toSnapshot, type BookAnswer } from './read-book.js';
import { toUtf8 } from './text.js';

/**
 * Reads one value of a frame from its bytes into `book`, without making texts or objects of it; `false`: this is a
 * message of another kind. Whatever is unusual ends the reading by an exception that core catches: then the same bytes
 * go the way of `decode`, `frame` and `parse`. So it never has to take all that is JSON. It takes nothing that is not,
 * no member twice, and no number that would change.
 */
export type Scan = (frame: Frame, book: BookScratch) => boolean;

/**
 * An object with all these members, in any order; others are passed over, and one without all of them is something else.
 * So is one that has one of the members `without`. Members in their usual order are read fastest.
 * `object({ e: is('depthUpdate'), s: symbol, U: first, u: last, b: bids, a: asks })`
 */
export function object(members: Readonly<Record<string, Scan>>, without: readonly string[] = []): Scan {
  const keys = [...Object.keys(members), ...without];
  const scans = [...Object.values(members), ...without.map(() => () => false)];
  const runs = keys.map((key) => toUtf8(`${JSON.stringify(key)}:`));
  if (keys.length > mostMembers) throw new TypeError(`more than ${mostMembers} members`);
  const all = 2 ** (keys.length - without.length) - 1;
  return (frame, book) => {
    if (!enter(frame, openObject)) decline();
    let seen = 0;
    let usual = 0;
    do {
      const run = runs[usual];
      const index = run !== undefined && passRun(frame, run) ? usual : readKey(frame, keys);
      const scan = scans[index];
      if (scan === undefined) {
        passValue(frame);
        continue;
      }
      if ((seen & (1 << index)) !== 0) decline();
      seen |= 1 << index;
      usual = index + 1;
      if (!scan(frame, book)) return false;
    } while (hasNext(frame, openObject));
    return seen === all;
  };
}

/** A list of just these. */
export function list(...entries: readonly Scan[]): Scan {
  return (frame, book) => {
    let at = 0;
    if (!enter(frame, openList)) decline();
    do {
      const scan = entries[at] ?? decline;
      if (!scan(frame, book)) return false;
      at += 1;
    } while (hasNext(frame, openList));
    if (at < entries.length) decline();
    return true;
  };
}

/** Reads the answer that is the book of a market: a `Read` of it. What `scan` does not take is decoded and goes to `read`. */
export function answer(symbol: string, book: BookAnswer): ReadBook {
  return Object.assign((json: unknown) => toSnapshot(symbol, book, book.read(json)), {
    scan: (bytes: Uint8Array) => readBook(bytes, symbol, book),
  });
}
type ReadBook = ((json: unknown) => BookUpdate) & { readonly scan: (bytes: Uint8Array) => BookUpdate | undefined };

/** What `scan` reads is a whole book, of which the best `depth` levels a side are complete; without numbers where `sequence` says so. */
export function snapshot(
  scan: Scan,
  { depth, sequence }: { readonly depth: number; readonly sequence?: 'none' },
): Scan {
  return (frame, book) => {
    book.snapshot = true;
    book.depth = depth;
    if (sequence !== undefined) book.sequence.by = sequence;
    return scan(frame, book);
  };
}

/** This text. */
export function is(text: string): Scan {
  const run = toUtf8(JSON.stringify(text));
  return (frame) => passRun(frame, run) || readText(frame, text);
}

/** First and last number of the update. */
export const first: Scan = (frame, { sequence }) => {
  sequence.first = readInteger(frame);
  return true;
};
export const last: Scan = (frame, { sequence }) => {
  sequence.last = readInteger(frame);
  return true;
};

/** The one number of a snapshot. */
export const number: Scan = (frame, { sequence }) => {
  sequence.last = readInteger(frame);
  sequence.first = sequence.last;
  return true;
};

/** In a chain, the number of the update before; its own is `last`. */
export const previous: Scan = (frame, { sequence }) => {
  sequence.by = 'chain';
  sequence.first = readInteger(frame);
  return true;
};

/** A whole number that is not wanted. */
export const integer: Scan = (frame) => {
  readInteger(frame);
  return true;
};

/** A time in ms. */
export const at: Scan = (frame, book) => {
  book.at = readInteger(frame);
  return true;
};

const readName = createReadName();
export const symbol: Scan = (frame, book) => {
  book.symbol = readName(frame);
  return true;
};

/** Rows `["60000.01", "0.5", …]`; what follows the amount is passed over. */
export const bids: Scan = (frame, book) => {
  readLevels(frame, book.bids);
  return true;
};
export const asks: Scan = (frame, book) => {
  readLevels(frame, book.asks);
  return true;
};

/** Rows `{ "px": "60000.01", "sz": "0.5", … }`, price and amount first; what follows is passed over. */
export function namedBids(price: string, amount: string): Scan {
  return (frame, book) => {
    readNamedLevels(frame, book.bids, { price, amount });
    return true;
  };
}
export function namedAsks(price: string, amount: string): Scan {
  return (frame, book) => {
    readNamedLevels(frame, book.asks, { price, amount });
    return true;
  };
}

const mostMembers = 30;

/** Reads a key; its index, or -1 for one of no interest. */
function readKey(frame: Frame, keys: readonly string[]): number {
  let index = 0;
  // Not by findIndex: that would make a function for each key.
  for (const key of keys) {
    if (readText(frame, key)) break;
    index += 1;
  }
  if (index === keys.length) {
    index = -1;
    passText(frame);
  }
  expect(frame, colon);
  return index;
}
