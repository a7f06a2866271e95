import { expect, test } from 'vitest';

import { answer, createRestWorld, type RestWorld } from './support/rest-world.js';

const place = { at: 'POST /order', lane: 'order', cost: { orders: 1 } } as const;

/** Orders at once whose records are safe after `recordMs`. */
function order({ rest, clock }: RestWorld, times: number, recordMs: number): Promise<unknown> {
  const safe = new Promise<void>((resolve) => {
    clock.at(clock.mono() + recordMs, resolve);
  });
  return Promise.all(Array.from({ length: times }, () => rest.call(place, {}, () => undefined, { safe })));
}

/** The most that left within any second. */
function mostInASecond({ sent }: RestWorld): number {
  return Math.max(...sent.map(({ at }) => sent.filter((other) => other.at >= at && other.at < at + 1_000).length));
}

test('a request leaves when it is safe on record, and no sooner', async () => {
  const world = createRestWorld(() => answer('{}'));
  const start = world.clock.mono();
  const ordering = order(world, 3, 5);
  await world.clock.advance(4);
  expect(world.sent).toEqual([]);
  await world.clock.advance(1);
  await ordering;
  expect(world.sent.map(({ at }) => at - start)).toEqual([5, 5, 5]);
});

test('one that cannot be put on record does not leave', async () => {
  const world = createRestWorld(() => answer('{}'));
  const safe = Promise.reject(new Error('the disk is full'));
  await expect(world.rest.call(place, {}, () => undefined, { safe })).rejects.toThrow('the disk is full');
  expect(world.sent).toEqual([]);
});

test('what is on record soon is charged once', async () => {
  const world = createRestWorld(() => answer('{}'));
  const [first, second] = [order(world, 5, 20), order(world, 5, 0)];
  await world.clock.advance(20);
  await Promise.all([first, second]);
  expect(world.sent).toHaveLength(10);
});

test.each([30, 400, 900])('a record of %i ms makes no limit be exceeded', async (recordMs) => {
  const world = createRestWorld(() => answer('{}'));
  const first = order(world, 10, recordMs);
  await world.clock.advance(1_000);
  const second = order(world, 10, 0);
  await world.clock.advance(5_000);
  await Promise.all([first, second]);
  expect(world.sent).toHaveLength(20);
  expect(mostInASecond(world)).toBe(10);
});
