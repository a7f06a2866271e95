import { renumber, toBinance } from '../feeds/binance-wire.mjs';
import { createFlow } from '../feeds/flow.mjs';
import { createRandom } from '../feeds/random.mjs';
import { openBinance, toPair } from '../venues/memory-binance.mjs';

const updates = 40;

/** What a fault makes of the frames, and what of it a book must notice. */
const faults = {
  dropped: {
    strike: (frames, at) => frames.toSpliced(at, 1),
    noticed: ({ gap, state }) => gap === 1 && state === 'stale',
  },
  swapped: {
    strike: (frames, at) => frames.toSpliced(at, 2, frames[at + 1], frames[at]),
    noticed: ({ gap, state }) => gap === 1 && state === 'stale',
  },
  duplicated: {
    strike: (frames, at) => frames.toSpliced(at, 0, frames[at]),
    noticed: ({ gap, duplicate, state }) => gap === 0 && duplicate === 1 && state === 'live',
  },
};

/** Frames that are lost, that come twice and that overtake each other: each must be noticed at the next frame. */
export async function detection({ quick }) {
  const trials = quick ? 20 : 200;
  const random = createRandom(6);
  const rows = [];
  for (const [name, fault] of Object.entries(faults)) {
    let noticed = 0;
    for (let trial = 0; trial < trials; trial += 1)
      noticed += +(await strike(fault, trial, Math.floor(random() * (updates - 3))));
    rows.push({
      what: `${name} frames noticed`,
      figure: (100 * noticed) / trials,
      unit: '%',
      kind: 'count',
      atLeast: 100,
    });
  }
  return rows;
}

async function strike({ strike: disturb, noticed }, seed, at) {
  const flow = createFlow({ levels: 100, updates, changes: 5, where: 'near', seed });
  const { symbol, frames, body, firstNumber } = toBinance(flow);
  const { connector, push } = await openBinance({ symbols: [symbol], fetchDepth: () => body });
  renumber(frames, firstNumber);
  const { counts: before } = connector.metrics();
  // Only as far as the one after the fault: a book that was fetched again would hide what it had missed.
  for (const frame of disturb(frames.slice(0, -1), at).slice(0, at + 2)) push(frame);
  const { counts } = connector.metrics();
  const since = (name) => (counts[name] ?? 0) - (before[name] ?? 0);
  const { state } = connector.book(toPair(symbol));
  await connector.stop({ orders: 'keep' });
  return noticed({ gap: since('book.gap'), duplicate: since('book.duplicate'), state });
}
