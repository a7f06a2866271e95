import { createFlow } from '../feeds/flow.mjs';
import { createRandom } from '../feeds/random.mjs';
import { renumber, toBinance } from '../feeds/binance-wire.mjs';
import { openBinance } from '../venues/memory-binance.mjs';

const updates = 4;
const messages = 8_000;

const watching = async ({ markets, levels }) => {
  const flow = createFlow({ levels, updates, changes: 20, where: 'near', seed: 1 });
  const feeds = Array.from({ length: markets }, (_, index) =>
    toBinance(flow, `C${String(index).padStart(4, '0')}USDT`),
  );
  const bodies = new Map(feeds.map(({ symbol, body }) => [symbol, body]));
  const { connector, push } = await openBinance({
    symbols: [...bodies.keys()],
    fetchDepth: (symbol) => bodies.get(symbol),
  });
  const numbers = feeds.map(({ firstNumber }) => firstNumber);
  const random = createRandom(2);
  return {
    // In rounds over the frames of a market, which lead back to where they began.
    run: () => {
      let elapsed = 0;
      for (let sent = 0; sent < messages; sent += updates + 1) {
        const at = Math.floor(random() * markets);
        const { frames } = feeds[at];
        numbers[at] = renumber(frames, numbers[at]);
        const start = performance.now();
        for (const frame of frames.slice(0, -1)) push(frame);
        elapsed += performance.now() - start;
        push(frames.at(-1));
      }
      const operations = Math.ceil(messages / (updates + 1)) * updates;
      return { operations, ns: (1e6 * elapsed) / operations };
    },
    measure: () => ({ gaps: connector.metrics().counts['book.gap'] ?? 0 }),
  };
};

/** The same messages to a market at random, by how many markets there are. */
export const variants = {
  '1 market': (parameters) => watching({ ...parameters, markets: 1 }),
  '100 markets': (parameters) => watching({ ...parameters, markets: 100 }),
  '2000 markets': (parameters) => watching({ ...parameters, markets: 2_000 }),
};
