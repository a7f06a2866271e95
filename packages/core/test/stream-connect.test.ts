import { describe, expect, test } from 'vitest';

import type { Peer } from './support/memory-ws.js';
import { bare, createWorld, received, silent } from './support/stream-world.js';

describe('coming up', () => {
  test('topics added together are subscribed in one message and are up when it is confirmed', async () => {
    const { clock, venue, stream, told } = createWorld();
    stream.add(['a', 'b']);
    stream.add(['c']);
    await clock.advance(100);
    expect(venue.peer(0).url).toBe('wss://venue.test/stream');
    expect(received(venue.peer(0))).toEqual([{ op: 'subscribe', topics: ['a', 'b', 'c'], id: '1' }]);
    expect(told).toEqual([['up', 'a,b,c']]);
    expect(stream.status()).toEqual([{ status: 'live', topics: 3, silentForMs: 85 }]);
  });

  test('nothing is subscribed before the login is confirmed', async () => {
    const { clock, venue, stream, told } = createWorld({
      stream: { login: async (_, id) => ({ op: 'login', id }) },
      venue: silent,
    });
    stream.add(['a']);
    await clock.advance(1_000);
    expect(received(venue.peer(0))).toEqual([{ op: 'login', id: '1' }]);
    expect(stream.status()).toMatchObject([{ status: 'connecting' }]);
    venue.peer(0).send({ type: 'ack', id: '1' });
    await clock.advance(10);
    venue.peer(0).send({ type: 'ack', id: '2' });
    await clock.advance(10);
    expect(received(venue.peer(0)).slice(1)).toEqual([{ op: 'subscribe', topics: ['a'], id: '2' }]);
    expect(told).toEqual([['up', 'a']]);
  });

  test('a login is confirmed by a response and by an acknowledgement without an id too', async () => {
    for (const answer of [{ type: 'response', id: '1', status: '200' }, { type: 'ack' }]) {
      const { clock, stream, told } = createWorld({
        stream: { login: (_, id) => ({ op: 'login', id }) },
        venue: { message: (peer) => peer.send(answer) },
      });
      stream.hold();
      await clock.advance(100);
      expect(told).toEqual([['up', '']]);
    }
  });

  test('a connection that is held is up without topics', async () => {
    const { clock, venue, stream, told } = createWorld();
    stream.hold();
    stream.hold();
    await clock.advance(100);
    expect(told).toEqual([['up', '']]);
    venue.peer(0).close(1006, '');
    await clock.advance(1_000);
    expect(told).toEqual([
      ['up', ''],
      ['down', '', 'closed with 1006'],
      ['up', ''],
    ]);
  });

  test('a held connection is told down once, however often it fails to come back', async () => {
    let attempts = 0;
    const connected = (peer: Peer): void => {
      attempts += 1;
      if (attempts === 1) peer.accept();
      else peer.close(1006, '503');
    };
    const { clock, venue, stream, told } = createWorld({ venue: { connected } });
    stream.hold();
    await clock.advance(100);
    venue.peer(0).close(1006, '');
    await clock.advance(60_000);
    expect(attempts).toBeGreaterThan(3);
    expect(told).toEqual([
      ['up', ''],
      ['down', '', 'closed with 1006'],
    ]);
  });

  test('a held connection that has topics is up when they are', async () => {
    const { clock, stream, told } = createWorld();
    stream.hold();
    stream.add(['orders']);
    await clock.advance(100);
    expect(told).toEqual([['up', 'orders']]);
  });

  test('a stream without subscriptions is up for its topics when it is live', async () => {
    const { clock, venue, told, stream } = createWorld({ protocol: bare });
    stream.add(['a']);
    await clock.advance(100);
    expect(told).toEqual([['up', 'a']]);
    expect(received(venue.peer(0))).toEqual([]);
  });

  test('a venue that confirms nothing has its topics up when they are asked for', async () => {
    const { clock, told, stream } = createWorld({ stream: { acks: 'none' }, venue: silent });
    stream.add(['a', 'b']);
    await clock.advance(20);
    expect(told).toEqual([['up', 'a,b']]);
  });

  test('topics are confirmed one by one where the venue names them', async () => {
    const { clock, venue, told, stream } = createWorld({ stream: { acks: 'topics' }, venue: silent });
    stream.add(['a', 'b']);
    await clock.advance(20);
    venue.peer(0).send({ type: 'ack', topic: 'b' });
    venue.peer(0).send({ type: 'ack', topic: 'b' });
    venue.peer(0).send({ type: 'ack', topic: 'z' });
    await clock.advance(20);
    expect(told).toEqual([['up', 'b']]);
  });

  test('a subscription of two messages is up when both are confirmed', async () => {
    const subscribe = (_: undefined, topics: readonly string[], id: string): object[] =>
      topics.map((topic) => ({ op: 'subscribe', topic, id }));
    const { clock, venue, told, stream } = createWorld({ stream: { subscribe }, venue: silent });
    stream.add(['a', 'b']);
    await clock.advance(20);
    venue.peer(0).send({ type: 'ack', id: '1' });
    await clock.advance(20);
    expect(told).toEqual([]);
    venue.peer(0).send({ type: 'ack', id: '1' });
    await clock.advance(20);
    expect(told).toEqual([['up', 'a,b']]);
  });
});
