import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { createBookKeeper, type BookKeeper } from '../src/book/keeper.js';
import type { BookUpdate } from '../src/model/book.js';
import { createCounts } from './support/counts.js';
import { market } from './support/market.js';
import { createRandom } from './support/random.js';
import { createVenueBook, textOf, type VenueBook } from './support/venue-book.js';
import { createVirtualClock, type VirtualClock } from './support/virtual-clock.js';

/** What goes wrong with the update of this step. */
const streamFaults = [
  ...[
    'fine',
    'fine',
    'fine',
    'fine',
    'lost',
    'twice',
    'swapped',
    'old again',
    'unreadable',
    'NaN',
    'negative',
    'crossed',
  ],
  ...['renumbered', 'reconnected', 'reconnected and missed'],
] as const;
const snapshotFaults = ['fine', 'fine', 'slow', 'old', 'old and slow', 'failed', 'NaN', 'crossed'] as const;

type Fault = (typeof streamFaults)[number];
type SnapshotFault = (typeof snapshotFaults)[number];

type World = {
  readonly venue: VenueBook;
  readonly clock: VirtualClock;
  readonly keeper: BookKeeper;
  readonly heal: () => void;
  readonly step: (fault: Fault) => void;
};

function createWorld(seed: number, kind: Kind, snapshotPlan: readonly SnapshotFault[]): World {
  const random = createRandom(seed);
  const venue = createVenueBook(kind.by, random);
  const clock = createVirtualClock();
  let plan = [...snapshotPlan];
  let seen: BookUpdate[] = [];
  let swapped: BookUpdate | undefined;

  const fetchSnapshot = async (): Promise<BookUpdate> => {
    const fault = plan.shift() ?? 'fine';
    if (fault === 'failed') throw new Error('503');
    const snapshot = venue.snapshot(fault.startsWith('old') ? 15 : 0);
    if (fault.endsWith('slow')) await new Promise<void>((resolve) => clock.at(clock.mono() + 700, resolve));
    return spoil(snapshot, fault);
  };
  const sendSnapshot = (): void => {
    const fault = plan.shift() ?? 'fine';
    if (fault === 'failed') return;
    const snapshot = spoil(venue.snapshot(), fault);
    clock.at(clock.mono() + (fault.endsWith('slow') ? 700 : 10), () => {
      keeper.apply(fault === 'fine' ? venue.snapshot() : snapshot);
    });
  };

  const keeper = createBookKeeper({
    market,
    clock,
    random,
    ...(kind.isFetched ? { fetchSnapshot } : { resubscribe: sendSnapshot }),
    onChange: () => undefined,
    onState: () => undefined,
    meter: createCounts().meter,
  });
  const up = (): void => {
    keeper.up();
    if (!kind.isFetched) sendSnapshot();
  };
  const send = (...updates: readonly (BookUpdate | undefined)[]): void => {
    for (const update of updates) {
      if (update === undefined) continue;
      keeper.apply(update);
      seen = [...seen.slice(-6), update];
    }
  };
  up();

  return {
    venue,
    clock,
    keeper,
    heal: () => {
      plan = [];
      send(swapped);
      swapped = undefined;
    },
    step: (fault) => {
      if (fault === 'renumbered') venue.renumber();
      const update = venue.tick();
      const held = swapped;
      swapped = fault === 'swapped' ? update : undefined;
      if (fault === 'lost' || fault === 'swapped') send(held);
      else if (fault === 'unreadable') keeper.malformed(new Error('half a message'));
      else if (fault === 'reconnected' || fault === 'reconnected and missed') {
        keeper.down('the connection was lost');
        if (fault === 'reconnected and missed') venue.tick();
        up();
        send(held);
      } else {
        send(spoil(update, fault), held);
        if (fault === 'twice') send(update);
        if (fault === 'old again') send(seen[0]);
      }
    },
  };
}

type Kind = { readonly by: 'range' | 'chain'; readonly isFetched: boolean };

function spoil(update: BookUpdate, fault: Fault | SnapshotFault): BookUpdate {
  if (fault === 'NaN') return { ...update, bids: [...update.bids, ['NaN', '1']] };
  if (fault === 'negative') return { ...update, asks: [['10.00', '-1'], ...update.asks] };
  if (fault === 'crossed') return { ...update, bids: [...update.bids, ['99.00', '1']] };
  return update;
}

const kinds: readonly (Kind & { readonly name: string })[] = [
  { name: 'ranges with fetched snapshots', by: 'range', isFetched: true },
  { name: 'chains with fetched snapshots', by: 'chain', isFetched: true },
  { name: 'ranges with snapshots on the stream', by: 'range', isFetched: false },
  { name: 'chains with snapshots on the stream', by: 'chain', isFetched: false },
];

describe.each(kinds)('$name', (kind) => {
  test('a live book always is one that the venue had, and in the end the one that it has', async () => {
    const steps = fc.array(
      fc.record({ fault: fc.constantFrom(...streamFaults), waitMs: fc.constantFrom(0, 0, 20, 300, 1_500) }),
      { minLength: 5, maxLength: 60 },
    );
    const snapshots = fc.array(fc.constantFrom(...snapshotFaults), { maxLength: 12 });
    let lives = 0;
    await fc.assert(
      fc.asyncProperty(fc.nat(), steps, snapshots, async (seed, plan, snapshotPlan) => {
        const { venue, clock, keeper, heal, step } = createWorld(seed, kind, snapshotPlan);
        const check = (): void => {
          if (keeper.book.state !== 'live') return;
          lives += 1;
          const text = textOf(keeper.book.depth(Infinity));
          if (!venue.wasEver(text)) throw new Error(`never so at the venue: ${text}`);
        };
        for (const { fault, waitMs } of plan) {
          step(fault);
          check();
          await clock.advance(waitMs);
          check();
        }
        heal();
        check();
        for (let second = 0; second < 90; second += 1) {
          step('fine');
          await clock.advance(1_000);
          check();
        }
        expect({ state: keeper.book.state, text: textOf(keeper.book.depth(Infinity)) }).toEqual({
          state: 'live',
          text: venue.text(),
        });
        keeper.close();
        await clock.settle();
        expect(clock.timers() <= 12).toBe(true);
      }),
      { seed: 5, numRuns: 60 },
    );
    expect(lives).toBeGreaterThan(3_000);
  });
});
