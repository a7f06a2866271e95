import { describe, expect, test } from 'vitest';

import type { BookUpdate, LevelText } from '../src/model/book.js';
import { ask, book, createWorld, diff, link } from './support/keeper-world.js';

describe('a book that the last snapshot covered only in part', () => {
  const deep = (last: number, from: number): BookUpdate => ({
    ...book(
      true,
      { by: 'range', first: last, last },
      Array.from({ length: 20 }, (_, index): LevelText => [String(from - index), '1']),
      [ask],
    ),
    depth: 20,
  });
  const emptied = (number: number, from: number): BookUpdate =>
    book(
      false,
      { by: 'range', first: number, last: number },
      Array.from({ length: 19 }, (_, index): LevelText => [String(from - index), '0']),
    );

  test('is refilled by a new one while it stays live', async () => {
    const { keeper, requests, answer, bids, states, clock, counts } = createWorld();
    keeper.up();
    await answer(deep(10, 50));
    keeper.apply(emptied(11, 50));
    expect([keeper.book.state, bids(), counts['book.refill']]).toEqual(['live', '31×1', 1]);
    await clock.advance(500);
    keeper.apply(diff(12));
    keeper.apply(book(false, { by: 'range', first: 13, last: 13 }, [['32', '5']]));
    expect([keeper.book.state, bids(), requests.length]).toEqual(['live', '32×5 31×1', 2]);
    await answer({ ...deep(12, 31), depth: 20 });
    expect([keeper.book.state, bids().slice(0, 14), states]).toEqual(['live', '32×5 31×1 30×1', ['live']]);
    keeper.apply(diff(14));
    expect(keeper.book.state).toBe('live');
  });

  test('is not refilled from a snapshot older than itself', async () => {
    const { keeper, answer, bids, clock, counts } = createWorld();
    keeper.up();
    await answer(deep(10, 50));
    keeper.apply(emptied(11, 50));
    await clock.advance(500);
    await answer(deep(10, 50));
    expect([keeper.book.state, bids(), counts['book.snapshot-old']]).toEqual(['live', '31×1', 1]);
  });

  test('that waits too long for its refill asks again', async () => {
    const { keeper, requests, answer, clock, counts } = createWorld();
    keeper.up();
    await answer(deep(10, 50));
    keeper.apply(emptied(11, 50));
    await clock.advance(500);
    for (let number = 12; number < 2_100; number += 1) keeper.apply(diff(number, number));
    expect([keeper.book.state, counts['book.refill'], requests[1]?.signal.aborted]).toEqual(['live', 2, true]);
  });
});

describe('a chain', () => {
  const chained = (last: number, price: string): BookUpdate =>
    book(true, { by: 'chain', first: -1, last }, [[price, '1']], [ask]);

  test('joins a fetched snapshot where it reaches over it, and may fall', async () => {
    const { keeper, answer, bids } = createWorld();
    keeper.up();
    for (const update of [link(2, 5), link(5, 9)]) keeper.apply(update);
    await answer(chained(7, '1'));
    for (const update of [link(9, 9), link(9, 12), link(9, 12), link(12, 3), link(3, 4)]) keeper.apply(update);
    expect([keeper.book.state, bids()]).toEqual(['live', '12×1 9×1 4×1 3×1 1×1']);
  });

  test('is broken by an update whose previous number is another', async () => {
    const { keeper, answer, states } = createWorld();
    keeper.up();
    await answer(chained(7, '1'));
    keeper.apply(link(7, 8));
    keeper.apply(link(9, 10));
    expect(states.at(-1)).toBe('stale: update 9 to 10 came after 8');
  });
});

describe('snapshots on the stream', () => {
  const first: BookUpdate = book(true, { by: 'chain', first: -1, last: 7 }, [['1', '1']], [ask]);

  test('start the book, and start it again at any time', async () => {
    const { keeper, bids, clock, resubscribed } = createWorld({ isFetched: false });
    keeper.up();
    keeper.apply(link(6, 7));
    keeper.apply(first);
    keeper.apply(link(7, 8));
    expect([keeper.book.state, bids()]).toEqual(['live', '8×1 1×1']);
    keeper.apply({ ...first, sequence: { by: 'chain', first: -1, last: 3 } });
    keeper.apply(link(3, 4));
    expect([keeper.book.state, bids(), clock.timers(), resubscribed]).toEqual(['live', '4×1 1×1', 0, []]);
  });

  test('may come before the subscription is confirmed', () => {
    const { keeper, bids } = createWorld({ isFetched: false });
    for (const update of [first, link(7, 8)]) keeper.apply(update);
    expect(keeper.book.state).toBe('syncing');
    keeper.up();
    expect([keeper.book.state, bids()]).toEqual(['live', '8×1 1×1']);
  });

  test('are asked for by subscribing again, at a gap and when they do not come', async () => {
    const { keeper, clock, resubscribed, counts } = createWorld({ isFetched: false });
    keeper.up();
    await clock.advance(10_000);
    expect(resubscribed).toEqual([10_000]);
    keeper.up();
    keeper.apply(first);
    keeper.apply(link(8, 9));
    keeper.apply(link(9, 10));
    await clock.advance(500);
    expect([keeper.book.state, resubscribed]).toEqual(['stale', [10_000, 10_500]]);
    keeper.apply(first);
    expect([keeper.book.state, clock.timers(), counts['book.snapshot-late']]).toEqual(['live', 0, 1]);
  });

  test('are not asked for again for want of room while they are under way', async () => {
    const { keeper, clock, resubscribed } = createWorld({ isFetched: false });
    keeper.up();
    for (let number = 1; number < 3_000; number += 1) keeper.apply(link(number, number + 1));
    await clock.advance(9_000);
    expect(resubscribed).toEqual([]);
  });

  test('are asked for when few levels are left of the last one', async () => {
    const { keeper, states, clock, resubscribed } = createWorld({ isFetched: false });
    keeper.up();
    keeper.apply({ ...first, depth: 1 });
    keeper.apply(book(false, { by: 'chain', first: 7, last: 8 }, [['1', '0']]));
    await clock.advance(0);
    expect([states.at(-1), resubscribed]).toEqual(['stale: few levels are left of the last snapshot', [0]]);
  });

  test('of a stream without numbers hold for all that comes after', () => {
    const { keeper, bids } = createWorld({ isFetched: false });
    keeper.up();
    keeper.apply(book(true, { by: 'connection' }, [['1', '1']], [ask]));
    keeper.apply(book(false, { by: 'none' }, [['2', '1']]));
    expect([keeper.book.state, bids()]).toEqual(['live', '2×1 1×1']);
  });
});
