import { setFlagsFromString } from 'node:v8';
import { runInThisContext } from 'node:vm';

import { createFlow } from '../feeds/flow.mjs';
import { toWire } from '../feeds/wire-forms.mjs';
import { digest, toNumbers } from '../harness/digest.mjs';
import { openVenue, toPair } from '../venues/memory-venue.mjs';

/** The one of which there is no more than the snapshot. */
export const flowOf = (levels) => ({ levels, updates: 0, changes: 1, where: 'near', seed: 1 });

const symbolsOf = (books) => Array.from({ length: books }, (_, index) => `C${index}USDT`);

/** Each holds books of the same snapshot, and tells what they take. */
export const variants = {
  ours: async ({ books: count, levels }) => {
    const body = snapshot(levels);
    const symbols = symbolsOf(count);
    const before = await inUse();
    const { connector } = await openVenue('binance', { symbols, fetchDepth: () => body });
    // Now, since nothing more is heard, which a book does not bear for long.
    const live = [...connector.status.books.values()].filter(({ state }) => state === 'live').length;
    const books = () => symbols.map((symbol) => connector.book(toPair(symbol)).depth(Infinity));
    const markets = [...connector.markets.values()];
    const held = markets.map(({ pair }) => connector.book(pair));
    const unlike = [markets, held, held.map(({ floats }) => floats)].flatMap(toUnlike).length;
    return measuring(before, { books: live, unlike }, books);
  },
  ccxt: async ({ books: count, levels }) => {
    const { default: ccxt } = await import('ccxt');
    const exchange = new ccxt.pro.binance();
    const parsed = JSON.parse(snapshot(levels));
    const before = await inUse();
    exchange.orderbooks = Object.fromEntries(
      symbolsOf(count).map((symbol) => {
        const book = exchange.orderBook({}, levels);
        book.reset(toNumbers(parsed));
        return [symbol, book];
      }),
    );
    return measuring(before, { books: count }, () => Object.values(exchange.orderbooks));
  },
};

const snapshot = (levels) => toWire('binance', createFlow(flowOf(levels))).body;

/** `books` reads all of them, which keeps them from being collected. */
async function measuring(before, counts, books) {
  const bytes = (await inUse()) - before;
  // Of some, for it takes a while; all that differ are told.
  const state = () =>
    [...new Set(books().flatMap((book, index) => (index % 40 === 0 ? [digest(book)] : [])))].join('\n');
  return { run: () => 1, state, measure: () => ({ bytes, ...counts }) };
}

/** Those that the engine keeps in another form than the last one, or by name: code that reads one after the other slows down. */
function toUnlike(objects) {
  setFlagsFromString('--allow-natives-syntax');
  const isLike = runInThisContext('(one, other) => %HaveSameMap(one, other) && %HasFastProperties(one)');
  return objects.filter((object) => !isLike(object, objects.at(-1)));
}

async function inUse() {
  // Twice, since the memory behind arrays is given back a little later than the arrays.
  for (let round = 0; round < 2; round += 1) {
    globalThis.gc();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
