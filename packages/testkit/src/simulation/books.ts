import type { Book, Pair } from '@hb/connector-core';

import type { Exchange } from '../conformance/exchange.js';
import type { Engine } from '../engine/types.js';

const levels = 10;
/** A book that was not live for this long may start again from what a lagging replica says. */
const forgivenMs = 30_000;

/** Compares books with the venue's, whenever they change. */
export type BookWatch = {
  /** What is wrong with a book, if anything is. */
  readonly check: (pair: Pair, book: Book) => string | undefined;
  /** The same when nothing is under way: the book must be the venue's as it is now, to the last level. */
  readonly checkAtRest: (pair: Pair, book: Book) => string | undefined;
  /** A market is watched anew: nothing is known of it. */
  readonly begin: (pair: Pair) => void;
  readonly stop: () => void;
};

export type BookWatchParts = {
  readonly engine: Engine;
  readonly exchanges: readonly Exchange[];
  readonly mono: () => number;
  /** How many levels there are to know of; 5,000 when left out. */
  readonly deepest?: number | undefined;
};

/** A live book must look as the venue's did at some time, and never at an earlier time than before. */
export function watchBooks({ engine, exchanges, mono, deepest = 5_000 }: BookWatchParts): BookWatch {
  const watched = new Map(
    exchanges.map((exchange) => [exchange.pair, createTruth({ engine, exchange, mono, deepest })]),
  );
  const bySymbol = new Map(exchanges.map((exchange) => [exchange.symbol, watched.get(exchange.pair)]));
  const off = engine.on((event) => {
    if (event.type === 'depth') bySymbol.get(event.market)?.note();
  });
  return {
    check: (pair, book) => watched.get(pair)?.check(book),
    begin: (pair) => watched.get(pair)?.begin(),
    checkAtRest: (pair, book) => watched.get(pair)?.checkAtRest(book),
    stop: off,
  };
}

type TruthParts = Pick<BookWatchParts, 'engine' | 'mono'> & { readonly exchange: Exchange; readonly deepest: number };

function createTruth({ engine, exchange, mono, deepest }: TruthParts) {
  /** When the venue's book looked so, by update ids. */
  const seen = new Map<string, number[]>();
  let noted = -1;
  let reached = -1;
  let liveAt = -Infinity;

  const note = (): void => {
    const { updateId } = engine.depth(exchange.symbol, 0);
    if (updateId === noted) return;
    noted = updateId;
    const text = toText(exchange.depth(levels));
    const times = seen.get(text);
    if (times === undefined) seen.set(text, [updateId]);
    else times.push(updateId);
  };
  note();

  function check(book: Book): string | undefined {
    if (book.state !== 'live') return undefined;
    if (mono() - liveAt > forgivenMs) reached = -1;
    liveAt = mono();
    const [bid, ask] = [book.best('buy')?.price, book.best('sell')?.price];
    if (bid !== undefined && ask !== undefined && bid.gte(ask))
      return `${bid.toFixed()} is bid and ${ask.toFixed()} asked`;
    const text = toText(book.depth(levels));
    const times = seen.get(text);
    if (times === undefined) return `it never was the venue's: ${text.slice(0, 300)}`;
    const updateId = times.find((time) => time >= reached);
    if (updateId === undefined) return `it went back from update ${reached} to ${times.at(-1) ?? 0}`;
    reached = updateId;
    return undefined;
  }
  function checkAtRest(book: Book): string | undefined {
    const [found, expected] = [toText(book.depth(deepest)), toText(exchange.depth(deepest))];
    return found === expected
      ? undefined
      : `at rest it is ${found.slice(0, 300)}, the venue's ${expected.slice(0, 300)}`;
  }
  const begin = (): void => {
    reached = -1;
  };
  return { note, check, checkAtRest, begin };
}

type Depth = { readonly bids: readonly (readonly string[])[]; readonly asks: readonly (readonly string[])[] };

function toText({ bids, asks }: Depth): string {
  const side = (rows: readonly (readonly string[])[]): string =>
    rows.map(([price = '', amount = '']) => `${plain(price)}x${plain(amount)}`).join(' ');
  return `${side(bids)} | ${side(asks)}`;
}

/** Zeros at the end are the venue's way to write. */
function plain(text: string): string {
  return text.endsWith('0') && text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}
