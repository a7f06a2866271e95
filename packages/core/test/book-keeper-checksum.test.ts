import { expect, test } from 'vitest';

import type { BookUpdate, LevelText } from '../src/model/book.js';
import type { ChecksumRule } from '../src/spec/spot.js';
import { createWorld, diff, snapshot } from './support/keeper-world.js';

/** The sum of the best two prices a side. */
const sum: ChecksumRule = {
  levels: 2,
  of: (bids, asks) => [...bids, ...asks].reduce((total, [price]) => total + Number(price), 0),
};

function summed(update: BookUpdate, checksum: number): BookUpdate {
  return { ...update, checksum };
}

test('a book that adds up to the checksum of the venue stays live, from the snapshot on', async () => {
  const { keeper, answer, states, counts } = createWorld({ checksum: sum });
  keeper.up();
  keeper.apply(summed(diff(11), 11 + 1 + 9_999));
  await answer(summed(snapshot(10, '1'), 1 + 9_999));
  keeper.apply(summed(diff(12), 12 + 11 + 9_999));
  keeper.apply(diff(13));
  keeper.apply(summed(diff(14), 14 + 13 + 9_999));
  expect([states, counts['book.checksum']]).toEqual([['live'], undefined]);
});

test('a book that does not add up is stale and gets a snapshot', async () => {
  const { keeper, answer, clock, requests, states, counts, bids } = createWorld({ checksum: sum });
  keeper.up();
  await answer(summed(snapshot(10, '1'), 1 + 9_999));
  keeper.apply(summed(diff(11), 12_345));
  await clock.advance(500);
  expect([states, counts['book.checksum'], requests.length]).toEqual([
    ['live', 'stale: it does not add up to the checksum of the venue'],
    1,
    2,
  ]);
  await answer(summed(snapshot(11, '11'), 11 + 9_999));
  expect([keeper.book.state, bids()]).toEqual(['live', '11×1']);
});

test('a snapshot that does not add up with the updates after it is not used', async () => {
  const { keeper, answer, clock, requests, bids } = createWorld({ checksum: sum });
  keeper.up();
  await answer(summed(snapshot(10, '1'), 2));
  expect([keeper.book.state, bids()]).toEqual(['syncing', '']);
  keeper.apply(summed(diff(11), 3));
  await clock.advance(500);
  await answer(summed(snapshot(10, '1'), 1 + 9_999));
  expect([keeper.book.state, requests.length]).toEqual(['syncing', 2]);
});

test('the rule sees levels as sent, best first, as many as it takes', async () => {
  const seen: (readonly LevelText[])[] = [];
  const rule: ChecksumRule = {
    levels: 2,
    of: (bids, asks) => {
      seen.push(bids, asks);
      return 0;
    },
  };
  const { keeper, answer } = createWorld({ checksum: rule });
  keeper.up();
  const levels: readonly LevelText[] = [
    ['1.50', '1.000'],
    ['3.0', '2'],
    ['2.10', '05'],
  ];
  await answer(summed({ ...snapshot(10, '1'), bids: levels }, 0));
  expect(seen).toEqual([
    [
      ['3.0', '2'],
      ['2.10', '05'],
    ],
    [['9999', '1']],
  ]);
});

test('without a rule a checksum is not looked at', async () => {
  const { keeper, answer } = createWorld();
  keeper.up();
  await answer(summed(snapshot(10, '1'), 7));
  expect(keeper.book.state).toBe('live');
});
