import { createFlow } from '../feeds/flow.mjs';
import { toBinance } from '../feeds/binance-wire.mjs';
import { openBinance } from '../venues/memory-binance.mjs';

const symbolsOf = (books) => Array.from({ length: books }, (_, index) => `C${index}USDT`);

/** Each holds books of the same snapshot, and tells what they take. */
export const variants = {
  ours: async ({ books, levels }) => {
    const body = snapshot(levels);
    const before = await inUse();
    const { connector } = await openBinance({ symbols: symbolsOf(books), fetchDepth: () => body });
    // Now, since nothing more is heard, which a book does not bear for long.
    const live = [...connector.status.books.values()].filter(({ state }) => state === 'live').length;
    return measuring(before, connector, live);
  },
  ccxt: async ({ books, levels }) => {
    const { default: ccxt } = await import('ccxt');
    const exchange = new ccxt.pro.binance();
    const { bids, asks } = JSON.parse(snapshot(levels));
    const before = await inUse();
    const toNumbers = (side) => side.map(([price, amount]) => [Number(price), Number(amount)]);
    exchange.orderbooks = Object.fromEntries(
      symbolsOf(books).map((symbol) => {
        const book = exchange.orderBook({}, levels);
        book.reset({ bids: toNumbers(bids), asks: toNumbers(asks), nonce: 1 });
        return [symbol, book];
      }),
    );
    return measuring(before, exchange, books);
  },
};

const snapshot = (levels) => toBinance(createFlow({ levels, updates: 0, changes: 1, where: 'near', seed: 1 })).body;

/** `holder` has the books and must not be collected. */
async function measuring(before, holder, books) {
  const bytes = (await inUse()) - before;
  return { run: () => 1, measure: () => ({ bytes, books, holder: typeof holder }) };
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
