import fc from 'fast-check';
import { expect, test } from 'vitest';

import { clearBookScratch, createBookScratch, toBookUpdate } from '../src/codec/book-scratch.js';
import { decimalsOf } from '../src/codec/plain-number.js';
import type { BookScratch, LevelScratch } from '../src/model/book-scratch.js';
import type { BookUpdate, LevelText } from '../src/model/book.js';
import { ask, book, createWorld, snapshot, type World } from './support/keeper-world.js';

// One for all, as on a connection: what is kept of an update must be a copy.
const scratch = createBookScratch();

function toScratch(update: BookUpdate): BookScratch {
  clearBookScratch(scratch);
  scratch.symbol = update.symbol;
  scratch.snapshot = update.snapshot;
  Object.assign(scratch.sequence, update.sequence);
  if (update.depth !== undefined) scratch.depth = update.depth;
  fill(scratch.bids, update.bids);
  fill(scratch.asks, update.asks);
  return scratch;
}

function fill(into: LevelScratch, levels: readonly LevelText[]): void {
  into.count = levels.length;
  for (const [row, [price, amount]] of levels.entries()) {
    into.prices[row] = Number(price);
    into.amounts[row] = Number(amount);
    into.decimals[row] = decimalsOf(price) + 256 * decimalsOf(amount);
  }
}

test('what was scanned reads as the update that it is', () => {
  const update = book(false, { by: 'chain', first: 7, last: 8 }, [['1.50', '0.00']], [['2', '1.0']]);
  expect(toBookUpdate(toScratch({ ...update, depth: 5 }))).toEqual({ ...update, depth: 5 });
  expect(toBookUpdate(toScratch(book(true, { by: 'none' }, [])))).toEqual(book(true, { by: 'none' }, []));
});

type Step = { readonly skip: number; readonly length: number; readonly price: number; readonly amount: string };

const step: fc.Arbitrary<Step> = fc.record({
  // Now and then one is missing, or one comes twice.
  skip: fc.oneof({ weight: 20, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constantFrom(-2, -1, 1, 40) }),
  length: fc.integer({ min: 1, max: 3 }),
  price: fc.oneof(
    { weight: 30, arbitrary: fc.integer({ min: 1, max: 60 }) },
    { weight: 1, arbitrary: fc.constant(10_000) },
  ),
  amount: fc.constantFrom('0', '1', '2.50'),
});

async function play(world: World, steps: readonly Step[], by: 'range' | 'chain', isScanned: boolean) {
  const { keeper, clock, requests, answer } = world;
  let last = 100;
  keeper.up();
  for (const [index, { skip, length, price, amount }] of steps.entries()) {
    const first = last + skip + (by === 'range' ? 1 : 0);
    last = Math.max(1, last + skip + length);
    const update = book(false, { by, first, last }, [[String(price), amount]]);
    if (isScanned) keeper.applyScanned(toScratch(update));
    else keeper.apply(update);
    if (index % 7 === 3 && requests.length > 0) await answer(snapshot(last, '1'));
    await clock.advance(100);
  }
  return [keeper.book.state, keeper.book.depth(99), world.states, world.counts, world.changes(), requests.length];
}

test.each(['range', 'chain'] as const)('a book is the same by the short way, numbered by %s, whatever happens', (by) =>
  fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const [long, short] = [createWorld(), createWorld()];
      expect(await play(short, steps, by, true)).toEqual(await play(long, steps, by, false));
    }),
    { seed: 1, numRuns: 100 },
  ),
);

test('numbers that cannot be are taken for what they are', () => {
  const { keeper, counts } = createWorld({ isFetched: false });
  keeper.up();
  keeper.applyScanned(toScratch(book(true, { by: 'range', first: 5, last: 5 }, [['1', '1']], [ask])));
  expect(keeper.book.state).toBe('live');
  keeper.applyScanned(toScratch(book(false, { by: 'range', first: 9, last: 6 }, [['2', '1']])));
  expect([keeper.book.state, counts['book.malformed']]).toEqual(['stale', 1]);
});

test('a side that has lost most of its snapshot is filled again', async () => {
  const bids = Array.from({ length: 8 }, (_, index): LevelText => [String(10 + index), '1']);
  const { keeper, requests, answer, counts, clock } = createWorld();
  keeper.up();
  await answer({ ...book(true, { by: 'range', first: 5, last: 5 }, bids, [ask]), depth: 8 });
  const gone = bids.slice(0, 7).map(([price]): LevelText => [price, '0']);
  keeper.applyScanned(toScratch(book(false, { by: 'range', first: 6, last: 6 }, gone)));
  await clock.advance(1_000);
  expect([keeper.book.state, counts['book.refill'], requests.length]).toEqual(['live', 1, 2]);
});

test('a book that is closed hears nothing', () => {
  const { keeper, changes } = createWorld();
  keeper.close();
  const before = changes();
  keeper.applyScanned(toScratch(snapshot(5, '1')));
  expect(changes()).toBe(before);
});
