import { createFlow } from '../feeds/flow.mjs';
import { createRandom } from '../feeds/random.mjs';
import { renumber, toWire } from '../feeds/wire-forms.mjs';
import { digest } from '../harness/digest.mjs';
import { openVenue, toPair } from '../venues/memory-venue.mjs';

const updates = 4;
const messages = 8_000;

/** The same for each market. */
export const flowOf = (levels) => ({ levels, updates, changes: 20, where: 'near', seed: 1 });

const watching = async ({ markets, levels }) => {
  const flow = createFlow(flowOf(levels));
  const feeds = Array.from({ length: markets }, (_, index) =>
    toWire('binance', flow, `C${String(index).padStart(4, '0')}USDT`),
  );
  const bodies = new Map(feeds.map(({ symbol, body }) => [symbol, body]));
  const { connector, push } = await openVenue('binance', {
    symbols: [...bodies.keys()],
    fetchDepth: (symbol) => bodies.get(symbol),
  });
  const numbers = feeds.map(({ firstNumber }) => firstNumber);
  const random = createRandom(2);
  /** All frames of a market but the last, which leads back to where they began and is returned. */
  const play = (at) => {
    const { frames } = feeds[at];
    numbers[at] = renumber('binance', frames, numbers[at]);
    const start = performance.now();
    for (const frame of frames.slice(0, -1)) push(frame);
    return { elapsed: performance.now() - start, wayBack: frames.at(-1) };
  };
  return {
    // In rounds over the frames of a market, which lead back to where they began.
    run: () => {
      let elapsed = 0;
      for (let sent = 0; sent < messages; sent += updates + 1) {
        const played = play(Math.floor(random() * markets));
        elapsed += played.elapsed;
        push(played.wayBack);
      }
      const operations = Math.ceil(messages / (updates + 1)) * updates;
      return { operations, ns: (1e6 * elapsed) / operations };
    },
    // Of some of them.
    state: () => {
      const states = new Set();
      for (let at = 0; at < markets; at += 97) {
        const { wayBack } = play(at);
        states.add(digest(connector.book(toPair(feeds[at].symbol)).depth(Infinity)));
        push(wayBack);
      }
      return [...states].join('\n');
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
