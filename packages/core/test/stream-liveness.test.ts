import { describe, expect, test } from 'vitest';

import { ConnectorError } from '../src/errors/connector-error.js';
import { createTimers } from '../src/stream/timers.js';
import { createWorld, received } from './support/stream-world.js';
import { createVirtualClock } from './support/virtual-clock.js';

const login = (_: undefined, id: string): object => ({ op: 'login', id });

describe('a public stream', () => {
  test('is stale after its silence and connects again', async () => {
    const { clock, venue, stream, told } = createWorld({ stream: { silentMs: 20_000 } });
    stream.add(['a']);
    await clock.advance(15);
    await clock.advance(19_999);
    expect(told).toEqual([['up', 'a']]);
    await clock.advance(1);
    expect(told).toEqual([
      ['up', 'a'],
      ['down', 'a', 'no message for 20000 ms'],
    ]);
    await clock.advance(1_000);
    expect(venue.peers.length).toBe(2);
    expect(told.at(-1)).toEqual(['up', 'a']);
  });

  test('any message, even a malformed one, breaks the silence', async () => {
    const { clock, venue, stream, toldOf } = createWorld({ stream: { silentMs: 20_000 } });
    stream.add(['a']);
    await clock.advance(15_000);
    for (let round = 0; round < 5; round += 1) {
      venue.peer(0).send(round % 2 === 0 ? '<html>' : { type: 'note' });
      await clock.advance(15_000);
    }
    expect(toldOf('down')).toEqual([]);
  });

  test('is stale after its silence at a time whose sums are rounded', async () => {
    const { clock, venue, stream, toldOf } = createWorld({ stream: { silentMs: 60_000 } });
    stream.add(['a']);
    // This and 60,000, less this again, is a little less than 60,000.
    const odd = 5_536.400000000001;
    clock.at(odd, () => {
      venue.peer(0).send({ type: 'note' });
    });
    await clock.advance(odd + 60_100);
    expect(toldOf('down')).toEqual([['down', 'a', 'no message for 60000 ms']]);
  });

  test('a pong does not break the silence', async () => {
    const { clock, venue, stream, toldOf } = createWorld({ stream: { silentMs: 20_000 } });
    stream.add(['a']);
    await clock.advance(15_000);
    venue.peer(0).pong();
    await clock.advance(6_000);
    expect(toldOf('down')).toEqual([['down', 'a', 'no message for 20000 ms']]);
  });

  test('a ping that the venue sends breaks the silence', async () => {
    const { clock, venue, stream, toldOf } = createWorld({ stream: { silentMs: 30_000 } });
    stream.add(['a']);
    for (let round = 0; round < 5; round += 1) {
      await clock.advance(20_000);
      venue.peer(0).ping();
    }
    await clock.advance(29_000);
    expect(toldOf('down')).toEqual([]);
  });

  test('silence means nothing while no topic is up', async () => {
    const { clock, venue, stream, told, toldOf } = createWorld({ stream: { silentMs: 20_000 } });
    stream.hold();
    await clock.advance(100_000);
    expect(told).toEqual([['up', '']]);
    stream.add(['a']);
    await clock.advance(19_000);
    expect(venue.peers.length).toBe(1);
    await clock.advance(2_000);
    expect(toldOf('down')).toEqual([['down', 'a', 'no message for 20000 ms']]);
  });

  test("the venue's own ping is sent at its pace, under the rate limit", async () => {
    const { clock, venue, stream } = createWorld({
      stream: { ping: { everyMs: 10_000, message: () => 'ping' }, cost: { message: { messages: 1 } } },
      pools: { messages: { scope: 'connection', windows: [{ limit: 1, perMs: 15_000 }] } },
    });
    stream.add(['a']);
    await clock.advance(50_000);
    expect(venue.peer(0).received.map(({ at, text }) => [at - 1_010, text])).toEqual([
      [0, '{"op":"subscribe","topics":["a"],"id":"1"}'],
      [15_000, 'ping'],
      [30_000, 'ping'],
      [45_000, 'ping'],
    ]);
  });
});

test("the venue's own ping is made anew each time", async () => {
  let count = 0;
  const { clock, venue, stream } = createWorld({
    stream: { ping: { everyMs: 10_000, message: () => ({ ping: (count += 1) }) } },
  });
  stream.add(['a']);
  await clock.advance(25_000);
  expect(
    venue
      .peer(0)
      .received.slice(1)
      .map(({ text }) => text),
  ).toEqual(['{"ping":1}', '{"ping":2}']);
});

describe('a private stream', () => {
  test('lives on in silence as long as its pings are answered', async () => {
    const { clock, venue, stream, told } = createWorld({ probe: 'answer', stream: { login, silentMs: 20_000 } });
    stream.hold();
    await clock.advance(100_000);
    expect(told).toEqual([['up', '']]);
    expect(received(venue.peer(0)).slice(1)).toEqual(['<ping>', '<ping>', '<ping>', '<ping>']);
  });

  test('is down when a ping is not answered within 10 s', async () => {
    const { clock, stream, told } = createWorld({
      probe: 'answer',
      stream: { login, silentMs: 20_000 },
      venue: { ping: () => undefined },
    });
    stream.hold();
    await clock.advance(15 + 20_000 + 9_990);
    expect(told).toEqual([['up', '']]);
    await clock.advance(20);
    expect(told).toEqual([
      ['up', ''],
      ['down', '', 'a ping was not answered within 10000 ms'],
    ]);
  });

  test('a message answers a ping as well as a pong does', async () => {
    const { clock, venue, stream, toldOf } = createWorld({
      probe: 'answer',
      stream: { login, silentMs: 20_000 },
      venue: { ping: () => undefined },
    });
    stream.hold();
    await clock.advance(25_000);
    venue.peer(0).send({ type: 'note' });
    await clock.advance(10_000);
    expect(toldOf('down')).toEqual([]);
  });

  test("the venue's own ping is the probe where there is one", async () => {
    const { clock, venue, stream, told } = createWorld({
      probe: 'answer',
      stream: { login, silentMs: 20_000, ping: { everyMs: 5_000, message: () => ({ op: 'ping' }) } },
      venue: { message: (peer, text) => text.includes('login') && peer.send({ type: 'ack' }) },
    });
    stream.hold();
    await clock.advance(14_000);
    expect(received(venue.peer(0))).toEqual([{ op: 'login', id: '1' }, { op: 'ping' }, { op: 'ping' }]);
    await clock.advance(1_100);
    expect(told.at(-1)).toEqual(['down', '', 'a ping was not answered within 10000 ms']);
  });

  test('a ping that waits for the rate limit is not missed before it is sent', async () => {
    const { clock, venue, stream, toldOf } = createWorld({
      probe: 'answer',
      stream: { silentMs: 5_000, cost: { message: { messages: 1 } } },
      pools: { messages: { scope: 'connection', windows: [{ limit: 1, perMs: 30_000 }] } },
    });
    stream.add(['a']);
    await clock.advance(29_000);
    expect(received(venue.peer(0))).toEqual([{ op: 'subscribe', topics: ['a'], id: '1' }]);
    expect(toldOf('down')).toEqual([]);
  });
});

describe('keeping a session alive', () => {
  test('it runs at its pace and sooner after a failure', async () => {
    const runs: number[] = [];
    const { clock, stream, counts, toldOf } = createWorld({
      stream: {
        keepAlive: {
          everyMs: 40_000,
          run: async () => {
            runs.push(clock.mono() - 1_000);
            if (runs.length === 2) throw new Error('timeout');
          },
        },
      },
    });
    stream.hold();
    await clock.advance(150_000);
    expect(runs).toEqual([40_005, 80_005, 90_005, 130_005]);
    expect(counts.get('stream.keep-alive-failed')).toBe(1);
    expect(toldOf('down')).toEqual([]);
  });

  test('a refusal means that the session is gone', async () => {
    const { clock, venue, stream, told } = createWorld({
      stream: {
        keepAlive: {
          everyMs: 40_000,
          run: async () => {
            throw new ConnectorError('no such key', { kind: 'auth', outcome: 'refused', operation: 'PUT /key' });
          },
        },
      },
    });
    stream.hold();
    await clock.advance(40_020);
    expect(told.slice(0, 2)).toEqual([
      ['up', ''],
      ['down', '', 'keeping it alive: PUT /key: no such key'],
    ]);
    expect(venue.peers.length).toBe(2);
  });
});

describe('timers', () => {
  test('a deadline that comes late, since the process stood still, gives one more second', async () => {
    const virtual = createVirtualClock();
    let stallMs = 0;
    const clock = {
      ...virtual,
      mono: () => virtual.mono() + stallMs,
      at: (mono: number, run: () => void) => virtual.at(mono - stallMs, run),
    };
    const ran: number[] = [];
    const timers = createTimers(clock);
    timers.deadline(1_000, () => ran.push(clock.mono()));
    timers.deadline(3_000, () => ran.push(clock.mono()));
    const cancel = timers.deadline(1_000, () => ran.push(0));
    stallMs = 10_000;
    await virtual.advance(1_000);
    cancel();
    expect(ran).toEqual([]);
    await virtual.advance(1_000);
    expect(ran).toEqual([13_000]);
    timers.close();
    timers.after(1, () => ran.push(0))();
    await virtual.advance(100_000);
    expect(ran).toEqual([13_000]);
    expect(virtual.timers()).toBe(0);
  });
});
