import { describe, expect, test } from 'vitest';

import { createWorld, received } from './support/stream-world.js';

describe('coming back', () => {
  test('every topic is down when the connection drops and subscribed again on the next one', async () => {
    const { clock, venue, stream, told } = createWorld();
    stream.add(['a', 'b']);
    await clock.advance(100);
    venue.peer(0).close(1001, 'going away');
    await clock.advance(1_000);
    stream.add(['c']);
    await clock.advance(100);
    expect(told).toEqual([
      ['up', 'a,b'],
      ['down', 'a,b', 'closed with 1001 going away'],
      ['up', 'a,b'],
      ['up', 'c'],
    ]);
    expect(received(venue.peer(1))).toEqual([
      { op: 'subscribe', topics: ['a', 'b'], id: '1' },
      { op: 'subscribe', topics: ['c'], id: '2' },
    ]);
  });

  test('a subscription that was being made for the last connection counts for nothing on the next', async () => {
    const makings: (() => void)[] = [];
    const subscribe = (_: undefined, names: readonly string[], id: string): Promise<readonly object[]> =>
      new Promise((resolve) => {
        makings.push(() => {
          resolve([{ op: 'subscribe', topics: names, id }]);
        });
      });
    const { clock, venue, stream, told } = createWorld({ stream: { subscribe, acks: 'none' } });
    stream.add(['a']);
    await clock.advance(100);
    venue.peer(0).close(1006, '');
    await clock.advance(1_000);
    expect([venue.peers.length, makings.length]).toEqual([2, 2]);
    makings[0]?.();
    await clock.advance(10);
    expect(told).toEqual([]);
    makings[1]?.();
    await clock.advance(10);
    expect(told).toEqual([['up', 'a']]);
  });

  test('what was left while the connection was down stays off', async () => {
    const { clock, venue, stream, told } = createWorld();
    stream.add(['a', 'b']);
    await clock.advance(100);
    venue.peer(0).close(1006, '');
    await clock.advance(10);
    stream.remove(['a']);
    await clock.advance(1_000);
    expect(received(venue.peer(1))).toEqual([{ op: 'subscribe', topics: ['b'], id: '1' }]);
    expect(told.at(-1)).toEqual(['up', 'b']);
  });

  test('waits between attempts spread, grow to 30 s and never pass it', async () => {
    const { clock, venue, stream } = createWorld({ venue: { connected: (peer) => peer.close(1006, '503') } });
    const opened: number[] = [];
    stream.add(['a']);
    for (let second = 0; second < 900; second += 1) {
      await clock.advance(1_000);
      while (opened.length < venue.peers.length) opened.push(clock.mono());
    }
    const waits = opened.slice(1).map((at, index) => at - (opened[index] ?? 0));
    expect(Math.max(...waits)).toBeLessThanOrEqual(31_000);
    expect(Math.max(...waits)).toBeGreaterThan(15_000);
    expect(new Set(waits).size).toBeGreaterThan(10);
    expect(opened.length).toBeLessThan(120);
  });

  test('waits start small again only after a connection stayed up for 30 s', async () => {
    let attempts = 0;
    const { clock, venue, stream } = createWorld({
      venue: {
        connected: (peer) => {
          attempts += 1;
          if (attempts === 12) peer.accept();
          else peer.close(1006, '');
        },
      },
    });
    stream.add(['a']);
    for (let second = 0; attempts < 12 && second < 600; second += 1) await clock.advance(1_000);
    await clock.advance(31_000);
    venue.peer(11).close(1006, '');
    await clock.advance(5 + 750 + 5);
    expect(venue.peers.length).toBe(13);
  });

  test('a connection is replaced before its greatest age, at once and at a moment of its own', async () => {
    const ages = [1, 2, 3].map(async (seed) => {
      const { clock, venue, stream, told } = createWorld({ stream: { maxAgeMs: 100_000, acks: 'none' }, seed });
      stream.add(['a']);
      await clock.advance(50_000);
      venue.peer(0).send({ topic: 'a', value: '1' });
      await clock.advance(30_000);
      const { length } = told;
      while (told.length === length) await clock.advance(10);
      const age = clock.mono() - 1_000;
      expect(told.at(-1)).toEqual(['down', 'a', 'it neared its greatest age of 100000 ms']);
      await clock.advance(10);
      expect(told.at(-1)).toEqual(['up', 'a']);
      return age;
    });
    for (const age of await Promise.all(ages)) {
      expect(age).toBeGreaterThan(85_000);
      expect(age).toBeLessThan(95_100);
    }
    expect(new Set(await Promise.all(ages)).size).toBe(3);
  });

  test('a connection that the venue wants replaced is replaced, with a wait when it asks right away', async () => {
    const { clock, venue, stream, told } = createWorld();
    stream.add(['a']);
    await clock.advance(40_000);
    venue.peer(0).send({ type: 'bye' });
    await clock.advance(20);
    expect(told).toEqual(
      [
        ['up', 'a'],
        ['down', 'a', 'the venue restarts'],
        ['up', 'a'],
      ].slice(0, told.length),
    );
    await clock.advance(20);
    expect(venue.peers.length).toBe(2);
    venue.peer(1).send({ type: 'bye' });
    await clock.advance(20);
    expect(stream.status()).toMatchObject([{ status: 'waiting', reason: 'the venue restarts' }]);
    expect(venue.peers.length).toBe(2);
  });
});

describe('spreading topics', () => {
  test('topics are split over connections and messages', async () => {
    const { clock, venue, stream } = createWorld({ stream: { topicsPerConnection: 3, topicsPerMessage: 2 } });
    stream.add(['a', 'b', 'c', 'd']);
    await clock.advance(100);
    expect(venue.peers.map(received)).toEqual([
      [
        { op: 'subscribe', topics: ['a', 'b'], id: '1' },
        { op: 'subscribe', topics: ['c'], id: '2' },
      ],
      [{ op: 'subscribe', topics: ['d'], id: '1' }],
    ]);
    expect(stream.status()).toEqual([
      { status: 'live', topics: 3, silentForMs: 85 },
      { status: 'live', topics: 1, silentForMs: 85 },
    ]);
  });

  test('a place that became free is used again', async () => {
    const { clock, venue, stream } = createWorld({ stream: { topicsPerConnection: 2 } });
    stream.add(['a', 'b', 'c']);
    await clock.advance(100);
    stream.remove(['a']);
    stream.add(['d', 'd']);
    await clock.advance(100);
    expect(venue.peers.length).toBe(2);
    expect(received(venue.peer(0)).slice(1)).toEqual([
      { op: 'unsubscribe', topics: ['a'], id: '2' },
      { op: 'subscribe', topics: ['d'], id: '3' },
    ]);
  });

  test('one connection that drops takes only its own topics down', async () => {
    const { clock, venue, stream, told } = createWorld({ stream: { topicsPerConnection: 1 } });
    stream.add(['a', 'b']);
    await clock.advance(100);
    venue.peer(1).close(1006, '');
    await clock.advance(10);
    expect(told).toEqual([
      ['up', 'a'],
      ['up', 'b'],
      ['down', 'b', 'closed with 1006'],
    ]);
  });
});
