import { describe, expect, test } from 'vitest';

import { ask, book, createWorld, diff } from './support/keeper-world.js';

const snapshot = (last: number, bid: string) => book(true, { by: 'range', first: last, last }, [[bid, '1']], [ask]);

describe('after the stream was lost', () => {
  test('a snapshot older than the book was is asked for again', async () => {
    const { keeper, answer, bids, clock, counts, requests } = createWorld();
    keeper.up();
    await answer(snapshot(10, '50'));
    keeper.apply(diff(11));
    keeper.down('the connection broke');
    keeper.up();
    await answer(snapshot(9, '49'));
    expect([keeper.book.state, counts['book.snapshot-old']]).toEqual(['stale', 1]);
    await clock.advance(1_000);
    await answer(snapshot(11, '50'));
    expect([keeper.book.state, bids(), requests.length]).toEqual(['live', '50×1', 3]);
  });

  test('it counts how far the book was when it went stale, for whatever reason', async () => {
    const { keeper, answer, counts } = createWorld();
    keeper.up();
    await answer(snapshot(10, '50'));
    keeper.malformed(new Error('half a message'));
    keeper.down('the connection broke');
    keeper.up();
    await answer(snapshot(9, '49'));
    expect([keeper.book.state, counts['book.snapshot-old']]).toEqual(['stale', 1]);
  });

  test('an older one is taken once no replica can lag that much', async () => {
    const { keeper, answer, bids, clock } = createWorld();
    keeper.up();
    await answer(snapshot(10, '50'));
    keeper.down('the connection broke');
    await clock.advance(31_000);
    keeper.up();
    await answer(snapshot(3, '49'));
    expect([keeper.book.state, bids()]).toEqual(['live', '49×1']);
  });

  test('updates that come out of their order do not make an older one good', async () => {
    const { keeper, answer, bids, clock, counts } = createWorld();
    keeper.up();
    await answer(snapshot(10, '50'));
    keeper.apply(diff(13));
    keeper.apply(diff(11));
    keeper.down('the connection broke');
    keeper.up();
    await answer(snapshot(9, '49'));
    expect([keeper.book.state, counts['book.snapshot-old']]).toEqual(['stale', 1]);
    await clock.advance(1_000);
    await answer(snapshot(13, '50'));
    expect([keeper.book.state, bids()]).toEqual(['live', '50×1']);
  });

  test('an older one is taken at once when the venue numbers anew', async () => {
    const { keeper, answer, bids } = createWorld();
    keeper.up();
    await answer(snapshot(10, '50'));
    keeper.down('the connection broke');
    keeper.up();
    keeper.apply(diff(3));
    await answer(snapshot(2, '49'));
    expect(keeper.book.state).toBe('live');
    expect(bids()).toContain('49×1');
  });
});
