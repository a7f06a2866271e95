import { expect } from 'vitest';

import { createBookKeeper, type BookKeeper, type BookKeeperOptions } from '../../src/book/keeper.js';
import type { BookUpdate, LevelText, Sequence } from '../../src/model/book.js';
import { createCounts } from './counts.js';
import { market } from './market.js';
import { createVirtualClock, type VirtualClock } from './virtual-clock.js';

type Answer = { readonly resolve: (snapshot: BookUpdate) => void; readonly reject: (error: Error) => void };

export type World = {
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

type WorldOptions = Pick<BookKeeperOptions, 'checksum'> & { readonly isFetched?: boolean };

export function createWorld({ isFetched = true, ...options }: WorldOptions = {}): World {
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
    ...options,
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

export const ask: LevelText = ['9999', '1'];

export function book(
  snapshot: boolean,
  sequence: Sequence,
  bids: readonly LevelText[],
  asks: readonly LevelText[] = [],
): BookUpdate {
  return { type: 'book', symbol: 'BTCUSDT', snapshot, sequence, bids, asks };
}

export function snapshot(last: number, price: string): BookUpdate {
  return book(true, { by: 'range', first: last, last }, [[price, '1']], [ask]);
}

/** Tells of one bid, whose price says which update it was: update 5 to 6 sets `6`. */
export function diff(first: number, last: number = first): BookUpdate {
  return book(false, { by: 'range', first, last }, [[String(last), '1']]);
}

export function link(previous: number, last: number): BookUpdate {
  return book(false, { by: 'chain', first: previous, last }, [[String(last), '1']]);
}

export async function createLive(last = 10): Promise<World> {
  const world = createWorld();
  world.keeper.up();
  await world.answer(snapshot(last, '1'));
  expect(world.keeper.book.state).toBe('live');
  return world;
}
