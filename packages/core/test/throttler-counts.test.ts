import { describe, expect, test } from 'vitest';

import type { Pool } from '../src/spec/endpoint.js';
import { createThrottler, sharedPools, type Throttler } from '../src/throttler/throttler.js';
import { createAsk, createDesk, orders, pools, weight } from './support/throttler-desk.js';
import { createVirtualClock } from './support/virtual-clock.js';

describe('what the venue says', () => {
  test('headers raise a count and never lower it', async () => {
    const { clock, throttler, log, ask } = createDesk();
    ask('ours', { weight: 10 });
    throttler.observe([{ pool: 'weight', perMs: 60_000, used: 4 }]);
    expect(throttler.use()[0]?.used).toBe(10);
    await clock.advance(1_000);
    throttler.observe([{ pool: 'weight', perMs: 60_000, used: 100 }]);
    ask('next', { weight: 10 }, { lane: 'order' });
    await clock.advance(60_000);
    expect(log).toEqual(['ours @ 0', 'next @ 60000']);
  });

  test('what cannot be placed is ignored', () => {
    const placing = { scope: 'account', per: 'symbol', windows: [{ limit: 2, perMs: 2_000 }] } satisfies Pool;
    const { throttler } = createDesk({ pools: { weight, placing } });
    throttler.observe([
      { pool: 'weight', perMs: 1_000, used: 50 },
      { pool: 'unknown', perMs: 60_000, used: 50 },
      { pool: 'placing', perMs: 2_000, used: 50 },
      { pool: 'weight', perMs: 60_000, used: NaN },
      { pool: 'weight', perMs: 60_000, used: Infinity },
    ]);
    expect(throttler.use()).toEqual([{ pool: 'weight', used: 0, limit: 100, perMs: 60_000, frozenForMs: 0 }]);
  });

  test('of a pool by symbol, headers raise the count of the market that was asked about', async () => {
    const placing = { scope: 'account', per: 'symbol', windows: [{ limit: 2, perMs: 2_000 }] } satisfies Pool;
    const { throttler, ask, log, clock } = createDesk({ pools: { placing } });
    ask('ours', { placing: 1 }, { symbol: 'A' });
    ask('other', { placing: 1 }, { symbol: 'B' });
    throttler.observe([{ pool: 'placing', perMs: 2_000, used: 2 }], 'A');
    ask('next', { placing: 1 }, { symbol: 'A' });
    ask('free', { placing: 1 }, { symbol: 'B' });
    await clock.advance(2_000);
    expect(log).toEqual(['ours @ 0', 'other @ 0', 'free @ 0', 'next @ 2000']);
  });

  test('a frozen pool holds back what charges it, in every lane', async () => {
    const { clock, throttler, log, ask } = createDesk();
    throttler.freeze(5_000, { orders: 1 });
    throttler.freeze(2_000, { orders: 1 });
    ask('cancel', { orders: 1 }, { lane: 'cancel' });
    ask('free', { orders: 0 }, { lane: 'cancel' });
    ask('data', { weight: 1 });
    expect(throttler.use().map(({ frozenForMs }) => frozenForMs)).toEqual([0, 5_000]);
    await clock.advance(5_000);
    expect(log).toEqual(['data @ 0', 'cancel @ 5000', 'free @ 5000']);
  });

  test('a freeze of everything stops also what charges nothing', async () => {
    const { clock, throttler, log, ask } = createDesk();
    throttler.freeze(3_000);
    throttler.freeze(NaN);
    ask('nothing', {});
    await clock.advance(1_000);
    throttler.freeze(4_000);
    await clock.advance(10_000);
    expect(log).toEqual(['nothing @ 5000']);
  });
});

describe('who counts together', () => {
  test('address pools are shared by door and host, all others are not', async () => {
    const [door, otherDoor] = [{}, {}];
    const clock = createVirtualClock();
    const create = (owner: object, key: string): Throttler =>
      createThrottler({ clock, pools, shared: sharedPools(owner, key) });
    const [one, same, otherHost, elsewhere] = [
      create(door, 'a.venue'),
      create(door, 'a.venue'),
      create(door, 'b.venue'),
      create(otherDoor, 'a.venue'),
    ];
    void one.acquire({ weight: 7, orders: 2 }, { lane: 'order' });
    same.freeze(1_000);
    expect([one, same, otherHost, elsewhere].map((each) => each.use().map(({ used }) => used))).toEqual([
      [7, 2],
      [7, 0],
      [0, 0],
      [0, 0],
    ]);
    expect(one.use().map(({ frozenForMs }) => frozenForMs)).toEqual([1_000, 0]);
  });

  test('one closes without touching those who wait with it', async () => {
    const clock = createVirtualClock();
    const shared = sharedPools({}, 'venue');
    const [one, other] = [createThrottler({ clock, pools, shared }), createThrottler({ clock, pools, shared })];
    const log: string[] = [];
    createAsk(clock, one, log)('one', { weight: 100 }, { lane: 'order' });
    createAsk(clock, one, log)('one waits', { weight: 1 }, { lane: 'order' });
    createAsk(clock, other, log)('other waits', { weight: 1 }, { lane: 'order' });
    one.close();
    await clock.advance(60_000);
    expect(log).toEqual(['one @ 0', 'one waits aborted not-sent 0', 'other waits @ 60000']);
  });

  test('shared pools need one clock', () => {
    const shared = sharedPools({}, 'venue');
    createThrottler({ clock: createVirtualClock(), pools, shared });
    expect(() => createThrottler({ clock: createVirtualClock(), pools, shared })).toThrow(
      new TypeError('throttlers that share pools need the same clock'),
    );
  });

  test('a view for a connection has connection pools of its own', async () => {
    const messages = { scope: 'connection', windows: [{ limit: 5, perMs: 1_000 }] } satisfies Pool;
    const { throttler } = createDesk({ pools: { messages, orders } });
    const [one, two] = [throttler.forConnection(), throttler.forConnection()];
    void one.acquire({ messages: 5, orders: 2 }, { lane: 'order' });
    void two.acquire({ messages: 3 }, { lane: 'order' });
    expect([throttler, one, two].map((each) => each.use().map(({ used }) => used))).toEqual([
      [0, 2],
      [5, 2],
      [3, 2],
    ]);
    one.freeze(1_000);
    expect(two.use().map(({ frozenForMs }) => frozenForMs)).toEqual([0, 1_000]);
    one.close();
    await expect(one.acquire({}, { lane: 'data' })).rejects.toMatchObject({ kind: 'aborted' });
    const turn = two.acquire({ messages: 1 }, { lane: 'data' });
    throttler.close();
    await expect(turn).rejects.toMatchObject({ kind: 'aborted', outcome: 'not-sent' });
  });
});
