import { describe, expect, test } from 'vitest';

import { createBookKeeper, type BookKeeper, type BookKeeperOptions } from '../src/book/keeper.js';
import { ConnectorError } from '../src/errors/connector-error.js';
import type { BookUpdate, LevelText, Sequence } from '../src/model/book.js';
import { createCounts } from './support/counts.js';
import { market } from './support/market.js';
import { createVirtualClock, type VirtualClock } from './support/virtual-clock.js';

type Answer = { readonly resolve: (snapshot: BookUpdate) => void; readonly reject: (error: Error) => void };

type World = {
  readonly clock: VirtualClock;
  readonly keeper: BookKeeper;
  /** Snapshot requests so far: when they came, and how they are answered. */
  readonly requests: (Answer & { readonly at: number; readonly signal: AbortSignal })[];
  readonly states: string[];
  readonly counts: Readonly<Record<string, number>>;
  readonly answer: (snapshot: BookUpdate) => Promise<void>;
  /** The bids as `price×amount`. */
  readonly bids: () => string;
  readonly resubscribed: number[];
  readonly changes: () => number;
};

function createWorld({ isFetched = true }: { readonly isFetched?: boolean } = {}): World {
  const clock = createVirtualClock();
  const start = clock.mono();
  const requests: World['requests'] = [];
  const states: string[] = [];
  const resubscribed: number[] = [];
  const { meter, counts } = createCounts();
  let changes = 0;
  const fetchSnapshot: BookKeeperOptions['fetchSnapshot'] = (signal) =>
    new Promise((resolve, reject) => {
      requests.push({ at: clock.mono() - start, signal, resolve, reject });
    });
  const keeper = createBookKeeper({
    market,
    clock,
    random: () => 1,
    meter,
    ...(isFetched ? { fetchSnapshot } : { resubscribe: () => void resubscribed.push(clock.mono() - start) }),
    onChange: () => (changes += 1),
    onState: (state, reason) => void states.push(reason === undefined ? state : `${state}: ${reason}`),
  });
  return {
    clock,
    keeper,
    requests,
    states,
    counts,
    resubscribed,
    answer: async (snapshot) => {
      requests.at(-1)?.resolve(snapshot);
      await clock.settle();
    },
    bids: () =>
      keeper.book
        .depth(9)
        .bids.map((level) => level.join('×'))
        .join(' '),
    changes: () => changes,
  };
}

const ask: LevelText = ['9999', '1'];

function book(
  snapshot: boolean,
  sequence: Sequence,
  bids: readonly LevelText[],
  asks: readonly LevelText[] = [],
): BookUpdate {
  return { type: 'book', symbol: 'BTCUSDT', snapshot, sequence, bids, asks };
}

function snapshot(last: number, price: string): BookUpdate {
  return book(true, { by: 'range', first: last, last }, [[price, '1']], [ask]);
}

/** Tells of one bid, whose price says which update it was: update 5 to 6 sets `6`. */
function diff(first: number, last = first): BookUpdate {
  return book(false, { by: 'range', first, last }, [[String(last), '1']]);
}

function link(previous: number, last: number): BookUpdate {
  return book(false, { by: 'chain', first: previous, last }, [[String(last), '1']]);
}

async function createLive(last = 10): Promise<World> {
  const world = createWorld();
  world.keeper.up();
  await world.answer(snapshot(last, '1'));
  expect(world.keeper.book.state).toBe('live');
  return world;
}

describe('the first snapshot', () => {
  test('is asked for when the stream is up, and updates that came before it are applied on top', async () => {
    const { keeper, requests, answer, bids, states, clock } = createWorld();
    keeper.apply(diff(8, 9));
    expect(requests).toHaveLength(0);
    keeper.up();
    keeper.apply(diff(10, 12));
    keeper.apply(diff(13));
    expect([requests.length, keeper.book.state, bids()]).toEqual([1, 'syncing', '']);
    await answer(snapshot(11, '1'));
    expect([keeper.book.state, bids(), states]).toEqual(['live', '13×1 12×1 1×1', ['live']]);
    expect(clock.timers()).toBe(0);
  });

  test('that is older than the updates is fetched again, later each time', async () => {
    const { keeper, requests, answer, bids, clock, counts } = createWorld();
    keeper.up();
    keeper.apply(diff(10, 12));
    for (const waited of [500, 1_000, 2_000]) {
      await answer(snapshot(8, '1'));
      await clock.advance(waited);
    }
    await answer(snapshot(9, '2'));
    expect(requests.map(({ at }) => at)).toEqual([0, 500, 1_500, 3_500]);
    expect([keeper.book.state, bids(), counts['book.snapshot-old']]).toEqual(['live', '12×1 2×1', 3]);
  });

  test('that fails is fetched again, not before the venue allows it', async () => {
    const { keeper, requests, answer, clock, counts } = createWorld();
    keeper.up();
    requests[0]?.reject(new Error('503'));
    await clock.advance(500);
    const limited = new ConnectorError('limited', {
      kind: 'rate-limited',
      outcome: 'not-sent',
      operation: 'throttler',
      retryAfterMs: 7_000,
    });
    requests[1]?.reject(limited);
    await clock.advance(7_000);
    requests[2]?.reject(new ConnectorError('x', { kind: 'network', outcome: 'unknown', operation: 'x' }));
    await clock.advance(60_000);
    await answer(snapshot(1, '1'));
    expect(requests.map(({ at }) => at)).toEqual([0, 500, 7_500, 9_500]);
    expect([keeper.book.state, counts['book.snapshot-failed']]).toEqual(['live', 3]);
  });

  test('attempts are never more than half a minute apart, and begin anew after calm', async () => {
    const { keeper, requests, clock } = createWorld();
    keeper.up();
    const waits: number[] = [];
    for (let attempt = 0; attempt < 8; attempt += 1) {
      const failedAt = attempt * 30_000;
      requests.at(-1)?.reject(new Error('503'));
      await clock.advance(30_000);
      waits.push((requests.at(-1)?.at ?? 0) - failedAt);
    }
    expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    requests.at(-1)?.resolve(snapshot(1, '1'));
    await clock.advance(10_001);
    keeper.apply(diff(5));
    expect(requests.at(-1)?.at).toBe(8 * 30_000 + 10_001);
  });

  test('that makes no sense is fetched again', async () => {
    const { keeper, answer, clock, requests, counts, bids } = createWorld();
    keeper.up();
    await answer(snapshot(5, 'NaN'));
    await clock.advance(500);
    await answer(snapshot(5, '10000'));
    await clock.advance(1_000);
    await answer(snapshot(NaN, '1'));
    await clock.advance(2_000);
    await answer(snapshot(5, '2'));
    expect([keeper.book.state, bids(), requests.length]).toEqual(['live', '2×1', 4]);
    expect(counts).toMatchObject({ 'book.malformed': 2, 'book.crossed': 1 });
  });
});

describe('a live book', () => {
  test('applies what follows and drops what it has', async () => {
    const { keeper, bids, counts, changes } = await createLive(10);
    const before = changes();
    for (const update of [diff(11), diff(11), diff(12), diff(11, 12), diff(12, 13), diff(14)]) keeper.apply(update);
    expect([keeper.book.state, bids(), counts['book.duplicate'], changes() - before]).toEqual([
      'live',
      '14×1 13×1 12×1 11×1 1×1',
      2,
      4,
    ]);
  });

  test('goes stale at a gap, stays readable, and is rebuilt from a snapshot and the updates since', async () => {
    const { keeper, requests, answer, bids, states, counts, clock } = await createLive(10);
    keeper.apply(diff(11));
    keeper.apply(diff(13, 14));
    expect([keeper.book.state, bids(), requests.length]).toEqual(['stale', '11×1 1×1', 1]);
    keeper.apply(diff(15));
    await clock.advance(500);
    expect([keeper.book.state, requests.length]).toEqual(['stale', 2]);
    await answer(snapshot(12, '2'));
    expect([keeper.book.state, bids()]).toEqual(['live', '15×1 14×1 2×1']);
    expect(states).toEqual(['live', 'stale: update 13 to 14 came after 11', 'live']);
    expect(counts).toMatchObject({ 'book.gap': 1, 'book.resync': 1 });
  });

  test('goes stale when it is crossed, or an update makes no sense, or a message could not be read', async () => {
    const crossed = book(false, { by: 'range', first: 11, last: 11 }, [['9999.00', '1']]);
    const odd = book(false, { by: 'range', first: 11, last: 11 }, [['1', '1e1000000']]);
    const unnumbered = diff(11.5);
    const backwards = diff(12, 11);
    const reasons: (readonly string[])[] = [];
    for (const update of [crossed, odd, unnumbered, backwards]) {
      const { keeper, states } = await createLive(10);
      keeper.apply(update);
      reasons.push(states.slice(1));
      expect(keeper.book.state).toBe('stale');
    }
    const { keeper, states, counts } = await createLive(10);
    keeper.malformed('half a frame');
    expect([...reasons, states.slice(1)]).toEqual([
      ['stale: the best bid is not below the best ask'],
      ['stale: more than 64 digits or an exponent beyond ±64: "1e1000000"'],
      ['stale: an update numbered 11.5 to 11.5'],
      ['stale: an update numbered 12 to 11'],
      ['stale: half a frame'],
    ]);
    expect(counts['book.malformed']).toBe(1);
  });

  test('is not taken back by a snapshot older than what was heard', async () => {
    const { keeper, answer, clock, requests, bids } = await createLive(10);
    keeper.apply(diff(11));
    keeper.malformed(new Error('half a frame'));
    await clock.advance(500);
    await answer(snapshot(10, '2'));
    expect(keeper.book.state).toBe('stale');
    await clock.advance(1_000);
    await answer(snapshot(11, '3'));
    expect([keeper.book.state, bids(), requests.length]).toEqual(['live', '3×1', 3]);
  });

  test('notices at once that its venue numbers anew, when numbers fall below all that it heard', async () => {
    const { keeper, answer, clock, states, bids } = await createLive(1_000);
    keeper.apply(diff(1_001));
    keeper.apply(diff(3, 4));
    expect(states.at(-1)).toBe('stale: the numbers fell to update 3 to 4');
    await clock.advance(500);
    await answer(snapshot(3, '2'));
    expect([keeper.book.state, bids()]).toEqual(['live', '4×1 2×1']);
  });

  test('notices within seconds that its venue numbers anew, when all it hears is old', async () => {
    const { keeper, clock } = await createLive(1_000);
    for (const number of [900, 1_001, 950, 951]) keeper.apply(diff(number));
    await clock.advance(4_999);
    keeper.apply(diff(952));
    expect(keeper.book.state).toBe('live');
    await clock.advance(1);
    keeper.apply(diff(953));
    expect(keeper.book.state).toBe('stale');
  });

  test('is not disturbed when the stream is behind the snapshot for a while', async () => {
    const { keeper, clock, states } = await createLive(1_000);
    for (let number = 980; number <= 1_003; number += 1) {
      keeper.apply(diff(number));
      await clock.advance(100);
    }
    expect([keeper.book.state, states]).toEqual(['live', ['live']]);
  });
});

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

describe('ending', () => {
  test('a lost stream gives up the snapshot, forgets what came, and starts over when it is back', async () => {
    const { keeper, requests, answer, bids, clock, states } = await createLive(10);
    keeper.apply(diff(12));
    await clock.advance(500);
    keeper.down('the connection was lost');
    keeper.down('still lost');
    expect([requests[1]?.signal.aborted, clock.timers(), keeper.book.state, bids()]).toEqual([true, 0, 'stale', '1×1']);
    keeper.apply(diff(30));
    keeper.up();
    await clock.advance(1_000);
    requests[1]?.resolve(snapshot(40, '9'));
    requests[1]?.reject(new Error('aborted'));
    await clock.settle();
    expect(keeper.book.state).toBe('stale');
    await answer(snapshot(30, '2'));
    expect([keeper.book.state, bids(), states]).toEqual([
      'live',
      '2×1',
      ['live', 'stale: update 12 to 12 came after 10', 'live'],
    ]);
  });

  test('a venue that numbers anew while the stream is lost is followed at once', async () => {
    const { keeper, answer, bids, clock } = await createLive(1_000);
    keeper.apply(diff(1_001));
    keeper.down('maintenance');
    keeper.up();
    await clock.advance(500);
    await answer(snapshot(3, '2'));
    keeper.apply(diff(4));
    expect([keeper.book.state, bids()]).toEqual(['live', '4×1 2×1']);
  });

  test('a request that fails after it was given up changes nothing', async () => {
    const { keeper, requests, clock, counts } = createWorld();
    keeper.up();
    keeper.down('lost');
    requests[0]?.reject(new Error('aborted'));
    await clock.settle();
    expect([counts, clock.timers()]).toEqual([{}, 0]);
  });

  test('waiting for a live book ends when it is', async () => {
    const { keeper, answer } = createWorld();
    const ended: string[] = [];
    const note = (name: string, waiting: Promise<void>): void => {
      waiting.then(
        () => ended.push(`${name} resolved`),
        (error: unknown) => ended.push(`${name} ${error instanceof Error ? error.message : ''}`),
      );
    };
    const controller = new AbortController();
    note('one', keeper.live());
    note('two', keeper.live(controller.signal));
    note('three', keeper.live(AbortSignal.abort()));
    keeper.up();
    controller.abort();
    await answer(snapshot(1, '1'));
    note('four', keeper.live());
    await answer(snapshot(1, '1'));
    expect(ended.sort()).toEqual([
      'four resolved',
      'one resolved',
      'three BTC-USDT book: aborted',
      'two BTC-USDT book: aborted',
    ]);
  });

  test('a closed keeper leaves nothing behind and hears nothing more', async () => {
    const { keeper, requests, clock, states, bids } = await createLive(10);
    keeper.apply(diff(12));
    const waiting = keeper.live();
    keeper.close();
    keeper.close();
    keeper.up();
    keeper.apply(diff(13));
    keeper.malformed(new Error('late'));
    keeper.down('late');
    await expect(waiting).rejects.toMatchObject({ kind: 'aborted', outcome: 'not-sent' });
    await expect(keeper.live()).rejects.toThrow('BTC-USDT book: no longer watched');
    expect([clock.timers(), requests.length, bids(), states.length]).toEqual([0, 1, '1×1', 2]);
  });

  test('a live book that is closed says stale', async () => {
    const { keeper, states } = await createLive(10);
    keeper.close();
    expect([keeper.book.state, states.at(-1)]).toEqual(['stale', 'stale: no longer watched']);
  });
});

test('updates that pile up before a snapshot are dropped, and another one is asked for', async () => {
  const { keeper, requests, answer, clock, counts, bids } = createWorld();
  keeper.up();
  for (let number = 1; number <= 2_001; number += 1) keeper.apply(diff(number));
  expect([requests[0]?.signal.aborted, counts['book.overflow']]).toEqual([true, 1]);
  await clock.advance(500);
  await answer(snapshot(2_000, '1'));
  expect([keeper.book.state, bids()]).toEqual(['live', '2001×1 1×1']);
});
