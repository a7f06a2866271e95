import { expect, test } from 'vitest';

import { renumber, toBinance } from '../src/feeds/binance-wire.mjs';
import { createFlow } from '../src/feeds/flow.mjs';
import { createMapBook } from '../src/peers/map-book.mjs';

const settings = { levels: 50, updates: 200, changes: 8, where: 'near', seed: 3 };
const pricesOf = (side) => [...side.keys()].map(Number);

test('a flow is the same for the same seed, and another for another', () => {
  expect(createFlow(settings)).toEqual(createFlow(settings));
  expect(createFlow({ ...settings, seed: 4 })).not.toEqual(createFlow(settings));
});

test.each(['near', 'uniform'])('a flow leads back to where it began and never crosses: %s', (where) => {
  const { frames, body } = toBinance(createFlow({ ...settings, where }));
  const snapshot = JSON.parse(body);
  const book = createMapBook();
  book.reset(snapshot);
  for (const frame of frames) {
    book.apply(JSON.parse(frame));
    expect(Math.max(...pricesOf(book.sides.bids))).toBeLessThan(Math.min(...pricesOf(book.sides.asks)));
  }
  expect(new Map([...book.sides.bids].sort())).toEqual(new Map(snapshot.bids.toSorted()));
  expect(new Map([...book.sides.asks].sort())).toEqual(new Map(snapshot.asks.toSorted()));
});

test('frames are numbered anew in place', () => {
  const { frames, firstNumber } = toBinance(createFlow(settings));
  const before = frames.map((frame) => JSON.parse(frame));
  expect(renumber(frames, firstNumber)).toBe(firstNumber + frames.length);
  expect(frames.map((frame) => JSON.parse(frame))).toEqual(
    before.map((frame, index) => ({ ...frame, U: firstNumber + index + 1, u: firstNumber + index + 1 })),
  );
});
