import { describe, expect, test } from 'vitest';

import { ConnectorError } from '../src/errors/connector-error.js';
import { book, createLive, createWorld, diff, snapshot } from './support/keeper-world.js';

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

test('updates that pile up before a snapshot are dropped, and another one is asked for', async () => {
  const { keeper, requests, answer, clock, counts, bids } = createWorld();
  keeper.up();
  for (let number = 1; number <= 2_001; number += 1) keeper.apply(diff(number));
  expect([requests[0]?.signal.aborted, counts['book.overflow']]).toEqual([true, 1]);
  await clock.advance(500);
  await answer(snapshot(2_000, '1'));
  expect([keeper.book.state, bids()]).toEqual(['live', '2001×1 1×1']);
});
