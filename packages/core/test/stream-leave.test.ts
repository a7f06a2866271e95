import { describe, expect, test } from 'vitest';

import { createWorld, oneMessage, received, silent } from './support/stream-world.js';

describe('leaving', () => {
  test('a topic that is left is unsubscribed, and one that never was asked for is not', async () => {
    const { clock, venue, stream } = createWorld();
    stream.add(['a', 'b']);
    await clock.advance(100);
    stream.remove(['a']);
    stream.add(['c']);
    stream.remove(['c']);
    stream.remove(['unknown']);
    await clock.advance(100);
    expect(received(venue.peer(0)).slice(1)).toEqual([{ op: 'unsubscribe', topics: ['a'], id: '2' }]);
  });

  test('a topic that is left and taken again at once is asked for anew', async () => {
    const { clock, venue, stream, told } = createWorld();
    stream.add(['a']);
    await clock.advance(100);
    stream.remove(['a']);
    stream.add(['a']);
    await clock.advance(100);
    expect(received(venue.peer(0)).slice(1)).toEqual([
      { op: 'unsubscribe', topics: ['a'], id: '2' },
      { op: 'subscribe', topics: ['a'], id: '3' },
    ]);
    expect(told).toEqual([
      ['up', 'a'],
      ['up', 'a'],
    ]);
  });

  test('an acknowledgement of a topic that was left meanwhile is ignored', async () => {
    const { clock, venue, stream, told } = createWorld({ venue: silent });
    stream.add(['a', 'b']);
    await clock.advance(100);
    stream.remove(['a']);
    venue.peer(0).send({ type: 'ack', id: '1' });
    await clock.advance(100);
    expect(told).toEqual([['up', 'b']]);
  });

  test('an acknowledgement of the first time does not confirm a topic that was left and taken again', async () => {
    const { clock, venue, stream, told } = createWorld({ venue: silent });
    stream.add(['a']);
    await clock.advance(20);
    stream.remove(['a']);
    stream.add(['a']);
    await clock.advance(20);
    venue.peer(0).send({ type: 'ack', id: '1' });
    await clock.advance(20);
    expect(told).toEqual([]);
    venue.peer(0).send({ type: 'ack', id: '3' });
    await clock.advance(20);
    expect(told).toEqual([['up', 'a']]);
  });

  test('what was left right before the connection dropped is not left again on the next one', async () => {
    const { clock, venue, stream } = createWorld(oneMessage(30_000));
    stream.add(['a', 'b', 'c']);
    await clock.advance(100);
    stream.remove(['a']);
    await clock.advance(100);
    stream.remove(['b']);
    await clock.advance(100);
    venue.peer(0).close(1006, '');
    await clock.advance(1_000);
    expect(venue.peers.map(received)).toEqual([
      [{ op: 'subscribe', topics: ['a', 'b', 'c'], id: '1' }],
      [{ op: 'subscribe', topics: ['c'], id: '1' }],
    ]);
  });

  test('a connection that is held outlives its last topic', async () => {
    const { clock, venue, stream } = createWorld();
    stream.hold();
    stream.add(['a']);
    await clock.advance(100);
    stream.remove(['a']);
    await clock.advance(100);
    expect(stream.status()).toMatchObject([{ status: 'live', topics: 0 }]);
    expect(venue.openPeers()).toBe(1);
  });

  test('close leaves nothing of what waits for the rate limit', async () => {
    const { clock, stream } = createWorld({ ...oneMessage(30_000), probe: 'answer' });
    stream.add(['a']);
    await clock.advance(100);
    stream.add(['b']);
    void stream.request('order.place', {}, { deadlineMs: 60_000 }).catch(() => undefined);
    await clock.advance(100);
    stream.close();
    await clock.advance(10);
    expect(clock.timers()).toBe(0);
  });

  test('the connection ends with its last topic', async () => {
    const { clock, venue, stream } = createWorld();
    stream.add(['a']);
    await clock.advance(100);
    stream.remove(['a']);
    await clock.advance(100);
    expect(stream.status()).toEqual([]);
    expect([venue.openPeers(), clock.timers()]).toEqual([0, 0]);
  });

  test.each(['connecting', 'logging in', 'live', 'waiting'])('close leaves nothing behind while %s', async (moment) => {
    const { clock, venue, stream, told } = createWorld({
      stream: {
        ...(moment !== 'live' && { login: (_: undefined, id: string) => ({ op: 'login', id }) }),
        ping: { everyMs: 5_000, message: () => 'ping' },
        keepAlive: { everyMs: 7_000, run: async () => undefined },
        maxAgeMs: 100_000,
      },
      venue: moment === 'logging in' ? silent : {},
    });
    stream.add(['a']);
    stream.hold();
    await clock.advance(moment === 'connecting' ? 1 : 30);
    if (moment === 'waiting') {
      venue.peer(0).close(1006, '');
      await clock.advance(10);
    }
    const before = [...told];
    stream.close();
    stream.close();
    stream.add(['b']);
    stream.remove(['a']);
    stream.hold();
    await clock.advance(10);
    expect({ timers: clock.timers(), sockets: venue.openPeers(), status: stream.status() }).toEqual({
      timers: 0,
      sockets: 0,
      status: [],
    });
    await clock.advance(200_000);
    expect(told).toEqual(before);
    expect(venue.peers.length).toBe(1);
  });

  test('a listener may close the stream', async () => {
    const { clock, venue, stream, told } = createWorld({ onUp: (handle) => handle.close() });
    stream.add(['a']);
    await clock.advance(1_000);
    expect(told).toEqual([['up', 'a']]);
    expect([venue.openPeers(), clock.timers()]).toEqual([0, 0]);
  });
});
