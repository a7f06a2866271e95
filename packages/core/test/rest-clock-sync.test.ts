import { describe, expect, test } from 'vitest';

import { createCollector } from '../src/connector/meter.js';
import type { Metrics } from '../src/model/metrics.js';
import type { Clock } from '../src/ports/ports.js';
import { createClockSync } from '../src/rest/clock-sync.js';
import type { ClockSync } from '../src/rest/clock-sync.js';

type World = {
  readonly sync: ClockSync;
  /** How the venue answers the next question. Times in ms. */
  readonly venue: { aheadMs: number; outMs: number; backMs: number; broken: boolean };
  readonly pass: (ms: number) => Promise<void>;
  readonly setWallClock: (byMs: number) => void;
  readonly metrics: () => Metrics;
  readonly timers: () => number;
};

const epoch = 1_700_000_000_000;

/** A machine whose wall clock is right until it is set, and a venue some way ahead of it. */
function createWorld(): World {
  const venue = { aheadMs: 0, outMs: 10, backMs: 10, broken: false };
  const timers = new Map<object, { at: number; run: () => void }>();
  const { meter, read } = createCollector();
  let mono = 50;
  let wall = epoch;
  const clock: Clock = {
    now: () => wall + mono,
    mono: () => mono,
    soon: (run) => run(),
    at: (at, run) => {
      const id = {};
      timers.set(id, { at, run });
      return () => timers.delete(id);
    },
  };
  const fetchTime = async (): Promise<number> => {
    await Promise.resolve();
    if (venue.broken) throw new Error('HTTP 503');
    mono += venue.outMs;
    const time = Math.floor(epoch + mono + venue.aheadMs);
    mono += venue.backMs;
    return time;
  };
  const pass = async (ms: number): Promise<void> => {
    const until = mono + ms;
    for (const [id, { at, run }] of timers) {
      if (at > until) continue;
      timers.delete(id);
      mono = Math.max(mono, at);
      run();
      await settle();
    }
    mono = Math.max(mono, until);
  };
  return {
    sync: createClockSync({ clock, fetchTime, meter, random: () => 0.5 }),
    venue,
    pass,
    setWallClock: (byMs) => (wall += byMs),
    metrics: () => read([]),
    timers: () => timers.size,
  };
}

/** A measurement takes a few turns. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}

describe('venue time', () => {
  test('is this machine’s before the first measurement', () => {
    const { sync } = createWorld();
    expect([sync.now() - epoch, sync.offsetMs()]).toEqual([50, 0]);
  });

  test('is the venue’s after one, as a whole number', async () => {
    const { sync, venue, metrics } = createWorld();
    venue.aheadMs = 1_234;
    await sync.measure();
    expect(sync.offsetMs()).toBe(1_234);
    expect(sync.now()).toBe(epoch + 70 + 1_234);
    expect(metrics().gauges).toEqual({ 'clock.offset': 1_234 });
    expect(metrics().timings['clock.round-trip']?.last).toBe(20);
  });

  test('is as wrong as half the round trip when one way is slower', async () => {
    const { sync, venue } = createWorld();
    Object.assign(venue, { outMs: 5, backMs: 45 });
    await sync.measure();
    expect(sync.offsetMs()).toBe(-20);
  });

  test('is not taken from a slow round trip while a quick one is recent', async () => {
    const { sync, venue, pass } = createWorld();
    await sync.measure();
    Object.assign(venue, { outMs: 4_000, backMs: 0 });
    await sync.measure();
    expect(sync.offsetMs()).toBe(0);
    Object.assign(venue, { outMs: 10, backMs: 12 });
    await pass(600_000);
    await sync.measure();
    expect(sync.offsetMs()).toBe(-1);
  });

  test('is taken from a slow round trip when there is nothing better', async () => {
    const { sync, venue } = createWorld();
    Object.assign(venue, { outMs: 1_000, backMs: 1_000, aheadMs: 700 });
    await sync.measure();
    expect(sync.offsetMs()).toBe(700);
  });

  test('forgets old samples in favour of one that contradicts them', async () => {
    const { sync, venue, metrics } = createWorld();
    await sync.measure();
    Object.assign(venue, { aheadMs: 5_000, outMs: 100, backMs: 100 });
    await sync.measure();
    expect(sync.offsetMs()).toBe(5_000);
    expect(metrics().counts).toEqual({ 'clock.step': 1 });
    expect(metrics().gauges).toEqual({ 'clock.offset': 5_000, 'clock.drift': 5_000 });
  });

  test('does not move when this machine’s clock is set, which is counted and measured at once', async () => {
    const { sync, setWallClock, metrics } = createWorld();
    await sync.measure();
    sync.start(300_000);
    const before = sync.now();
    setWallClock(-3_600_000 + 1);
    expect(sync.now()).toBe(before);
    expect(metrics().counts).toEqual({ 'clock.jump': 1 });
    await settle();
    expect(metrics().timings['clock.round-trip']?.count).toBe(2);
    expect(sync.offsetMs()).toBe(3_600_000 - 1);
    sync.stop();
  });

  test('stands still after a small correction backwards, and takes a large one at once', async () => {
    const { sync, venue, pass } = createWorld();
    venue.aheadMs = 400;
    await sync.measure();
    const first = sync.now();
    venue.aheadMs = 0;
    await sync.measure();
    expect(sync.now()).toBe(first);
    await pass(379);
    expect(sync.now()).toBe(first);
    await pass(10);
    expect(sync.now()).toBe(first + 9);
    venue.aheadMs = -600;
    await sync.measure();
    expect(sync.now()).toBe(first + 9 + 20 - 600);
  });
});

describe('a measurement', () => {
  test('that is under way serves all who ask', async () => {
    const { sync, metrics } = createWorld();
    await Promise.all([sync.measure(), sync.measure()]);
    await sync.measure();
    expect(metrics().timings['clock.round-trip']?.count).toBe(2);
  });

  test('rejects when the venue does not answer, and changes nothing', async () => {
    const { sync, venue } = createWorld();
    venue.aheadMs = 5;
    await sync.measure();
    venue.broken = true;
    await expect(sync.measure()).rejects.toThrow('HTTP 503');
    expect(sync.offsetMs()).toBe(5);
  });

  test('rejects a time that is hours away, or none at all', async () => {
    const { sync, venue } = createWorld();
    venue.aheadMs = -3 * 3_600_000;
    await expect(sync.measure()).rejects.toThrow(
      "clock: the venue's time is -180 minutes from this machine's: set this machine's clock",
    );
    venue.aheadMs = Number.NaN;
    await expect(sync.measure()).rejects.toMatchObject({ kind: 'clock-skew', outcome: 'not-sent' });
    expect(sync.offsetMs()).toBe(0);
  });
});

describe('measuring from time to time', () => {
  test('goes on until it is stopped, failures included', async () => {
    const { sync, venue, pass, metrics, timers } = createWorld();
    sync.start(1_000);
    expect(metrics().timings).toEqual({});
    await pass(1_000);
    venue.broken = true;
    await pass(1_100);
    venue.broken = false;
    await pass(1_100);
    expect(metrics().timings['clock.round-trip']?.count).toBe(2);
    expect(metrics().counts).toEqual({ 'clock.unmeasured': 1 });
    sync.stop();
    sync.stop();
    expect(timers()).toBe(0);
  });

  test('is not doubled by a second start', () => {
    const { sync, timers } = createWorld();
    sync.start(1_000);
    sync.start(2_000);
    expect(timers()).toBe(1);
  });
});
