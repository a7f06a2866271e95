import { describe, expect, test } from 'vitest';

import { ConnectorError } from '../src/errors/connector-error.js';
import { acknowledge, createWorld, field, silent } from './support/stream-world.js';

describe('what goes wrong on the way up', () => {
  test('an address that cannot be had is asked for again, not before the venue allows it', async () => {
    const asked: number[] = [];
    const url = async (): Promise<string> => {
      asked.push(clock.mono());
      if (asked.length > 1) return 'wss://venue.test/token';
      throw new ConnectorError('slow down', {
        kind: 'rate-limited',
        outcome: 'refused',
        operation: 'POST /token',
        retryAfterMs: 4_000,
      });
    };
    const { clock, venue, stream } = createWorld({ stream: { url } });
    stream.add(['a']);
    await clock.advance(3_999);
    expect(stream.status()).toEqual([
      { status: 'waiting', topics: 1, reason: 'could not connect: POST /token: slow down' },
    ]);
    await clock.advance(100);
    expect(asked).toEqual([1_000, 5_000]);
    expect(venue.peer(0).url).toBe('wss://venue.test/token');
  });

  test('an address that is refused is told for each topic', async () => {
    const url = (): never => {
      throw new ConnectorError('not your key', { kind: 'auth', outcome: 'refused', operation: 'POST /token' });
    };
    const { clock, stream, told } = createWorld({ stream: { url } });
    stream.add(['a', 'b']);
    await clock.advance(0);
    expect(told.map(([what, topic]) => [what, topic])).toEqual([
      ['refused', 'a'],
      ['refused', 'b'],
    ]);
  });

  test('an address that is none is a reason, not a crash', async () => {
    const { clock, venue, stream } = createWorld({ stream: { url: () => 'not an address' } });
    stream.add(['a']);
    await clock.advance(0);
    expect(stream.status()).toEqual([{ status: 'waiting', topics: 1, reason: 'could not connect: Invalid URL' }]);
    expect(venue.peers).toEqual([]);
  });

  test('a connection that does not open within 10 s is given up', async () => {
    const { clock, stream } = createWorld({ venue: { connected: () => undefined } });
    stream.add(['a']);
    await clock.advance(9_999);
    expect(stream.status()).toMatchObject([{ status: 'connecting' }]);
    await clock.advance(1);
    expect(stream.status()).toEqual([{ status: 'waiting', topics: 1, reason: 'not open within 10000 ms' }]);
  });

  test('a login that is not confirmed within 10 s ends the connection', async () => {
    const { clock, venue, stream } = createWorld({ stream: { login: () => 'login' }, venue: silent });
    stream.hold();
    await clock.advance(10_005);
    expect(stream.status()).toMatchObject([
      { status: 'waiting', reason: 'the login was not acknowledged within 10000 ms' },
    ]);
    await clock.advance(10);
    expect(venue.openPeers()).toBe(0);
  });

  test('a login that is refused is told, and tried again after a wait', async () => {
    const verdict = { code: '-2015', message: 'Invalid API-key', kind: 'auth', outcome: 'refused' } as const;
    const { clock, venue, stream, told } = createWorld({
      stream: { login: (_, id) => ({ op: 'login', id }) },
      venue: { message: (peer) => peer.send({ type: 'response', id: '1', status: '401' }) },
      judge: () => verdict,
    });
    stream.hold();
    await clock.advance(30);
    expect(told).toEqual([['refused', 'login', 'ticks login: Invalid API-key']]);
    expect(stream.status()).toEqual([
      { status: 'waiting', topics: 0, reason: 'the login was refused: ticks login: Invalid API-key' },
    ]);
    await clock.advance(120_000);
    expect(venue.peers.length).toBeGreaterThan(3);
    expect(venue.peers.length).toBeLessThan(30);
  });

  test('a login that cannot be made ends the connection', async () => {
    const login = async (): Promise<object> => {
      throw new Error('no token');
    };
    const { clock, stream } = createWorld({ stream: { login } });
    stream.hold();
    await clock.advance(10);
    expect(stream.status()).toMatchObject([{ status: 'waiting', reason: 'could not log in: no token' }]);
  });

  test('a topic that is refused is told once and asked for again on the next connection only', async () => {
    const { clock, venue, stream, told } = createWorld({
      stream: { topicsPerMessage: 1 },
      venue: {
        message: (peer, text) => {
          if (text.includes('bad')) peer.send({ type: 'refused', id: '2', message: 'no such market' });
          else acknowledge(peer, text);
        },
      },
    });
    stream.add(['a', 'bad']);
    await clock.advance(50_000);
    expect(told).toEqual([
      ['up', 'a'],
      ['refused', 'bad', 'ticks subscribe: no such market'],
    ]);
    expect(venue.peer(0).received.length).toBe(2);
    venue.peer(0).close(1006, '');
    await clock.advance(2_000);
    expect(told.slice(2)).toEqual([
      ['down', 'a', 'closed with 1006'],
      ['up', 'a'],
      ['refused', 'bad', 'ticks subscribe: no such market'],
    ]);
  });

  test('a refusal that names nothing is of the only subscription under way', async () => {
    const { clock, stream, told } = createWorld({ venue: { message: (peer) => peer.send({ type: 'refused' }) } });
    stream.add(['a']);
    await clock.advance(50);
    expect(told).toEqual([['refused', 'a', 'ticks subscribe: refused']]);
  });

  test('a refusal that names a live topic takes it off', async () => {
    const { clock, venue, stream, told } = createWorld();
    stream.add(['a', 'b']);
    await clock.advance(50);
    venue.peer(0).send({ type: 'refused', topic: 'b', message: 'delisted' });
    venue.peer(0).send({ type: 'ack', topic: 'b' });
    await clock.advance(50);
    expect(told).toEqual([
      ['up', 'a,b'],
      ['refused', 'b', 'ticks subscribe: delisted'],
    ]);
  });

  test('a refusal of nothing that was asked for is told all the same', async () => {
    const { clock, venue, stream, told } = createWorld();
    stream.add(['a', 'b']);
    await clock.advance(50);
    venue.peer(0).send({ type: 'refused', message: 'too many messages' });
    await clock.advance(50);
    expect(told.at(-1)).toEqual(['malformed', 'ticks subscribe: too many messages', 'any']);
  });

  test('a topic that is refused for a reason that passes is asked for again', async () => {
    let answers = 0;
    const { clock, stream, told } = createWorld({
      judge: ({ status }) =>
        status === 429
          ? { code: '429', message: 'too fast', kind: 'rate-limited', outcome: 'refused', retryAfterMs: 20_000 }
          : undefined,
      venue: {
        message: (peer, text) => {
          answers += 1;
          peer.send({ type: 'response', id: field(JSON.parse(text), 'id'), status: answers === 1 ? '429' : '200' });
        },
      },
    });
    stream.add(['a']);
    await clock.advance(20_000);
    expect(told).toEqual([['refused', 'a', 'ticks subscribe: too fast']]);
    await clock.advance(100);
    expect(told.slice(1)).toEqual([['up', 'a']]);
  });

  test('topics that are not confirmed within 10 s are asked for again while others are up', async () => {
    const { clock, venue, stream, told } = createWorld({
      stream: { topicsPerMessage: 1 },
      venue: {
        message: (peer, text) => {
          if (!text.includes('lost') || peer.received.length > 2) acknowledge(peer, text);
        },
      },
    });
    stream.add(['a', 'lost']);
    await clock.advance(11_000);
    expect(told).toEqual([
      ['up', 'a'],
      ['refused', 'lost', 'ticks subscribe: not confirmed within 10000 ms: lost'],
      ['up', 'lost'],
    ]);
    expect(venue.peers.length).toBe(1);
  });

  test('a connection on which no topic is confirmed within 10 s is given up', async () => {
    const { clock, stream, told } = createWorld({ venue: silent });
    stream.add(['a']);
    await clock.advance(10_005);
    expect(told).toEqual([['refused', 'a', 'ticks subscribe: not confirmed within 10000 ms: a']]);
    expect(stream.status()).toMatchObject([{ status: 'waiting', reason: 'no subscription was confirmed' }]);
  });

  test('a subscription that cannot be made ends the connection', async () => {
    const subscribe = async (): Promise<never> => {
      throw new Error('no signature');
    };
    const { clock, stream } = createWorld({ stream: { subscribe } });
    stream.add(['a']);
    await clock.advance(10);
    expect(stream.status()).toMatchObject([
      { status: 'waiting', reason: 'a subscription could not be sent: no signature' },
    ]);
  });
});
