import { digest } from '../harness/digest.mjs';
import { createFlow } from '../feeds/flow.mjs';
import { toWire } from '../feeds/wire-forms.mjs';
import { startVenue, toPair } from '../venues/memory-venue.mjs';

/** Each makes a book of the bytes of a snapshot, again and again. The time of ours counts from when it is handed the bytes. */
export const variants = {
  ours: async (parameters) => {
    const { symbol, body, repeated } = prepare(parameters);
    let handedAt = 0;
    const fetchDepth = () => {
      handedAt = performance.now();
      return body;
    };
    const { connector } = await startVenue('binance', { symbols: [symbol], fetchDepth });
    const pair = toPair(symbol);
    let total = 0;
    const again = repeated(async () => {
      await connector.unwatch(pair);
      await connector.watch(pair, ['book']);
      total += performance.now() - handedAt;
    });
    return {
      run: async () => {
        total = 0;
        const operations = await again();
        return { operations, ns: (1e6 * total) / operations };
      },
      state: () => digest(connector.book(pair).depth(Infinity)),
    };
  },
  'JSON.parse': async (parameters) => {
    const { body, repeated } = prepare(parameters);
    let total = 0;
    return { run: repeated(() => (total += JSON.parse(body.latin1Slice(0, body.length)).lastUpdateId)) };
  },
  ccxt: async (parameters) => {
    const { body, repeated } = prepare(parameters);
    const { default: ccxt } = await import('ccxt');
    const exchange = new ccxt.pro.binance();
    const book = exchange.orderBook({}, 100_000);
    return {
      run: repeated(() => book.reset(exchange.parseOrderBook(JSON.parse(body.toString()), 'BTC/USDT'))),
      state: () => digest(book),
    };
  },
};

function prepare({ count, ...flow }) {
  const { symbol, body } = toWire('binance', createFlow(flow));
  const repeated = (once) => async () => {
    for (let index = 0; index < count; index += 1) await once();
    return count;
  };
  return { symbol, body, repeated };
}
