import { expect, test } from 'vitest';

import { createNonces } from '../src/connector/nonces.js';
import { createMemoryJournal, type NonceMark } from '../src/orders/journal.js';
import { tiny, type TinySpec } from './support/connector-venue.js';
import { createWorld, type World, type WorldOptions } from './support/connector-world.js';

/** Notes that are safe when the test says so. */
function slowMark(): NonceMark & { readonly notes: number[]; readonly end: (failure?: Error) => Promise<void> } {
  const notes: number[] = [];
  const ends: ((failure?: Error) => void)[] = [];
  return {
    notes,
    upTo: () => 0,
    note: (upTo) => {
      notes.push(upTo);
      return new Promise((resolve, reject) => {
        ends.push((failure) => {
          if (failure === undefined) resolve();
          else reject(failure);
        });
      });
    },
    end: async (failure) => {
      ends.shift()?.(failure);
      await Promise.resolve();
      await Promise.resolve();
    },
  };
}

test('a nonce is the time, and rises when the time stands still or falls', () => {
  const times = [1_000, 1_000.7, 1_000, 900, 5_000, 4_000];
  const { next, kept } = createNonces(() => times.shift() ?? 0, createMemoryJournal({ now: () => 0 }).nonces);
  expect(Array.from({ length: 6 }, next)).toEqual([1_000, 1_001, 1_002, 1_003, 5_000, 5_001]);
  expect(kept()).toBeUndefined();
});

test('nonces are noted a minute ahead, and again when half of it is used', () => {
  let now = 1_000_000;
  const mark = slowMark();
  const { next } = createNonces(() => now, mark);
  for (; now < 1_100_000; now += 10_000) next();
  expect(mark.notes).toEqual([1_060_000, 1_100_000, 1_140_000]);
});

test('what was given out beyond what is safe is waited for, and nothing else', async () => {
  let now = 1_000_000;
  const mark = slowMark();
  const { next, kept } = createNonces(() => now, mark);
  expect(kept()).toBeUndefined();
  next();
  expect(kept()).toBeInstanceOf(Promise);
  await mark.end();
  expect(kept()).toBeUndefined();
  now += 40_000;
  next();
  expect([mark.notes.length, kept()]).toEqual([2, undefined]);
  now += 40_000;
  next();
  expect([mark.notes.length, kept()]).toEqual([3, expect.any(Promise)]);
});

test('a journal that has failed holds nothing back', async () => {
  const mark = slowMark();
  const { next, kept } = createNonces(() => 1_000_000, mark);
  next();
  await mark.end(new Error('the disk is full'));
  expect(kept()).toBeUndefined();
});

const { fetchTime: _fetchTime, ...timeless } = tiny;

/** Signs with a nonce, as a venue may want it of every request, and does not tell its time. */
const numbered: TinySpec = {
  ...timeless,
  sign: async (p, request) => {
    const signed = await tiny.sign(p, request);
    return { ...signed, headers: { ...signed.headers, 'x-nonce': String(p.nonce()) } };
  },
};

async function started(options: WorldOptions): Promise<World> {
  const world = createWorld({ spec: numbered, ...options });
  await world.start();
  return world;
}

/** The nonces that the venue has seen, in their order. */
function nonces({ server }: Pick<World, 'server'>): readonly number[] {
  return server.requests.flatMap(({ headers }) =>
    headers['x-nonce'] === undefined ? [] : [Number(headers['x-nonce'])],
  );
}

test('the next run goes on above, though its clock is an hour behind', async () => {
  const first = await started({});
  const files = first.files();
  await first.finish();
  const before = nonces(first);
  const clock = { ...first.clock, now: () => first.clock.now() - 3_600_000 };
  // Another process has counts of its own, as its way out is another one.
  const server = { ...first.server, http: { ...first.server.http } };
  const second = await started({ after: { world: { clock, server }, files } });
  const all = nonces(second);
  expect(all.length).toBeGreaterThan(before.length);
  expect(all).toEqual([...new Set(all)].sort((one, other) => one - other));
  await second.finish();
});

test('a journal of the caller’s keeps them as well', async () => {
  const journal = createMemoryJournal({ now: () => 0 });
  const world = await started({ journal });
  await world.finish();
  expect(journal.nonces.upTo()).toBeGreaterThan(Math.max(...nonces(world)));
});

test('the first of them leaves when it is on record', async () => {
  const mark = slowMark();
  const journal = { ...createMemoryJournal({ now: () => 0 }), nonces: mark };
  const world = createWorld({ spec: numbered, journal });
  const starting = world.connector.start();
  await world.clock.advance(1_000);
  expect([mark.notes.length, nonces(world)]).toEqual([1, []]);
  await mark.end();
  await world.settle(starting);
  expect(nonces(world).length).toBeGreaterThan(0);
  await world.finish();
});
