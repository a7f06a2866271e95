import { deflateRawSync, gzipSync } from 'node:zlib';

import { describe, expect, test } from 'vitest';

import { asks, bids, object, symbol, type Scan } from '../src/codec/scanner.js';
import { createWorld, received, type World, type WorldOptions } from './support/stream-world.js';

/** A world in which the topic `a`, or what is given, is up. */
async function createLive(options: WorldOptions = {}, topics: readonly string[] = ['a']): Promise<World> {
  const world = createWorld(options);
  world.stream.add(topics);
  await world.clock.advance(20);
  return world;
}

describe('data', () => {
  test('arrives as events, with one flush per socket read', async () => {
    const { clock, venue, told } = await createLive();
    const [bytes] = [new TextEncoder().encode('{"topic":"a","value":"2"}')];
    venue.peer(0).send({ topic: 'a', value: '1' });
    await clock.advance(10);
    venue.peer(0).burst([bytes, bytes]);
    await clock.advance(10);
    expect(told.slice(1)).toEqual([['events', 'a=1'], ['flush'], ['events', 'a=2'], ['events', 'a=2'], ['flush']]);
  });

  test('that can be scanned is told from its bytes, and the rest goes the usual way', async () => {
    const read = object({ symbol, bids, asks });
    const scan: Scan = (frame, book) => {
      // Neither a tick nor an answer.
      if (frame.bytes[2] === 't'.charCodeAt(0)) return false;
      book.sequence.by = 'none';
      return read(frame, book);
    };
    const { clock, venue, told, counts } = await createLive({ stream: { scan } });
    const book = new TextEncoder().encode('{"symbol":"X","bids":[["1.5","2"]],"asks":[]}');
    venue.peer(0).burst([book, new TextEncoder().encode('{"topic":"a","value":"1"}'), book]);
    venue.peer(0).send('{"symbol":"X","bids":[["1.5e0","2"]],"asks":[]}');
    venue.peer(0).send('{"symbol":"X","bids":[],"asks":[]}}');
    await clock.advance(10);
    expect(told.slice(1)).toEqual([
      ...[['book', 'X 1.5'], ['events', 'a=1'], ['book', 'X 1.5'], ['flush']],
      ...[
        ['malformed', 'not a tick', 'a'],
        ['malformed', 'not JSON at offset 34', 'a'],
      ],
    ]);
    expect(counts.get('stream.unscanned')).toBe(2);
  });

  test('that is not used makes no event and no flush', async () => {
    const { clock, venue, told } = await createLive();
    venue.peer(0).send({ topic: 'unused', value: '1' });
    venue.peer(0).send({ type: 'note' });
    await clock.advance(10);
    expect(told.slice(1)).toEqual([]);
  });

  test("is read by the venue's own decoder where it has one", async () => {
    const decode = (bytes: Uint8Array): unknown => ({ topic: 'a', value: String(bytes.length) });
    const { clock, venue, told } = await createLive({ stream: { decode, acks: 'none' } });
    venue.peer(0).send(new Uint8Array(17));
    await clock.advance(10);
    expect(told.at(-2)).toEqual(['events', 'a=17']);
  });

  test('numbers keep their digits', async () => {
    const { clock, venue, told } = await createLive();
    venue.peer(0).send('{"topic":"a","value":8389765929445198309.10}');
    await clock.advance(10);
    expect(told.at(-2)).toEqual(['events', 'a=8389765929445198309.10']);
  });
});

describe('a malformed message', () => {
  test.each([
    ['half a message', '{"topic":"a","val', 'JSON ends early at offset 17'],
    ['a page', '<html><body>502</body></html>', 'not JSON at offset 0'],
    ['nothing', '', 'JSON ends early at offset 0'],
    ['bytes that are no text', Uint8Array.of(0xff, 0xfe, 0), '3 bytes that are not UTF-8'],
    ['a payload that is another', '{"topic":"a"}', 'not a tick'],
    ['a nest', '['.repeat(100_000), 'JSON deeper than 64 levels at offset 64'],
  ])('%s is counted, told and dropped, and the stream goes on', async (_, message, problem) => {
    const { clock, venue, told, counts } = await createLive();
    venue.peer(0).send(message);
    venue.peer(0).send({ topic: 'a', value: '1' });
    await clock.advance(10);
    expect(told.slice(1)).toEqual([['malformed', problem, 'a'], ['events', 'a=1'], ['flush']]);
    expect(counts.get('stream.malformed')).toBe(1);
    expect(venue.peers.length).toBe(1);
  });

  test('is of any topic when there are several', async () => {
    const { clock, venue, told } = await createLive({}, ['a', 'b']);
    venue.peer(0).send('{');
    await clock.advance(10);
    expect(told.at(-1)).toEqual(['malformed', 'JSON ends early at offset 1', 'any']);
  });

  test('ten thousand of them stop nothing', async () => {
    const { clock, venue, told, counts } = await createLive();
    venue.peer(0).burst(Array.from({ length: 10_000 }, (_, index) => Uint8Array.of(index % 256)));
    venue.peer(0).send({ topic: 'a', value: '1' });
    await clock.advance(10);
    // The digits are JSON, though no ticks.
    expect(counts.get('stream.malformed')).toBe(10_000);
    expect(told.slice(-2)).toEqual([['events', 'a=1'], ['flush']]);
  });
});

describe('compression', () => {
  const tick = JSON.stringify({ topic: 'a', value: '1' });

  test.each([
    ['gzip', gzipSync(tick)],
    ['deflate-raw', deflateRawSync(tick)],
  ] as const)('%s is undone, and short answers in the clear are read too', async (compression, bytes) => {
    const { clock, venue, told } = await createLive({ stream: { compression } });
    venue.peer(0).send(bytes);
    await clock.advance(10);
    expect(told).toEqual([['up', 'a'], ['events', 'a=1'], ['flush']]);
  });

  test('bytes that do not inflate are malformed', async () => {
    const { clock, venue, told } = await createLive({ stream: { compression: 'gzip' } });
    venue.peer(0).send(gzipSync(tick).subarray(0, 20));
    await clock.advance(10);
    expect(told.slice(1)).toEqual([['malformed', '20 bytes that are not UTF-8', 'a']]);
  });

  test('a bomb is cut at the cap and ends the connection', async () => {
    const { clock, venue, told, counts } = await createLive({ stream: { compression: 'gzip' }, maxBytes: 100_000 });
    expect(venue.peer(0).maxBytes).toBe(100_000);
    venue.peer(0).burst([gzipSync(new Uint8Array(50_000_000)), gzipSync(tick)]);
    await clock.advance(10);
    const reason = 'a message inflates to more than 100000 bytes';
    expect(told.slice(1)).toEqual([
      ['malformed', reason, 'a'],
      ['down', 'a', reason],
    ]);
    expect(counts.get('stream.malformed')).toBe(1);
    await clock.advance(1_000);
    expect(told.at(-1)).toEqual(['up', 'a']);
  });

  test('the cap is 4 MiB when left out', async () => {
    const { venue } = await createLive();
    expect(venue.peer(0).maxBytes).toBe(4_194_304);
  });
});

describe('the sequence of a connection', () => {
  test('without a hole changes nothing', async () => {
    const { clock, venue, toldOf } = await createLive({}, ['a', 'b']);
    for (const number of ['7', '8', '9']) venue.peer(0).send({ topic: 'a', value: '1', number });
    await clock.advance(10);
    expect(toldOf('down')).toEqual([]);
  });

  test.each(['11', '8', '9'])('a hole, a repeat or a step back to %s takes every topic down once', async (number) => {
    const { clock, venue, told, counts } = await createLive({}, ['a', 'b']);
    venue.peer(0).send({ topic: 'a', value: '1', number: '9' });
    venue.peer(0).send({ topic: 'a', value: '2', number });
    await clock.advance(5);
    expect(told.filter(([what]) => what !== 'events' && what !== 'flush')).toEqual([
      ['up', 'a,b'],
      ['down', 'a,b', `message ${number} came after 9`],
    ]);
    expect(counts.get('stream.gap')).toBe(1);
    await clock.advance(1_000);
    expect(told.at(-1)).toEqual(['up', 'a,b']);
    expect(venue.peers.length).toBe(2);
  });

  test('goes on through messages that are no data', async () => {
    const { clock, venue, toldOf } = await createLive({}, ['a', 'b']);
    const peer = venue.peer(0);
    peer.send({ topic: 'a', value: '1', number: '7' });
    peer.send({ type: 'ack', id: '9', number: '8' });
    peer.send({ type: 'note', number: '9' });
    peer.send({ topic: 'a', value: '1', number: '10' });
    await clock.advance(10);
    expect(toldOf('down')).toEqual([]);
    peer.send({ type: 'note', number: '12' });
    await clock.advance(10);
    expect(toldOf('down')).toEqual([['down', 'a,b', 'message 12 came after 10']]);
  });

  test('starts over with each connection', async () => {
    const { clock, venue, toldOf } = await createLive();
    venue.peer(0).send({ topic: 'a', value: '1', number: '50' });
    venue.peer(0).close(1006, '');
    await clock.advance(1_000);
    venue.peer(1).send({ topic: 'a', value: '1', number: '1' });
    venue.peer(1).send({ topic: 'a', value: '1', number: '2' });
    await clock.advance(10);
    expect(toldOf('down')).toEqual([['down', 'a', 'closed with 1006']]);
  });

  test('a hole while a request is under way takes topics down at once and waits for the answer', async () => {
    const { clock, venue, stream, told, toldOf } = await createLive();
    await clock.advance(40_000);
    const answer = stream.request('order.place', {}, { deadlineMs: 5_000 });
    venue.peer(0).send({ topic: 'a', value: '1', number: '1' });
    venue.peer(0).send({ topic: 'a', value: '1', number: '3' });
    venue.peer(0).send({ topic: 'a', value: '1', number: '5' });
    await clock.advance(10);
    expect(toldOf('down')).toEqual([['down', 'a', 'message 3 came after 1']]);
    venue.peer(0).send({ type: 'response', id: '2', status: '200', body: 'placed' });
    await clock.advance(50);
    expect((await answer).body).toBe('placed');
    expect(toldOf('down').length).toBe(1);
    expect(told.at(-1)).toEqual(['up', 'a']);
  });
});

describe('replies', () => {
  test('a ping of the venue is answered ahead of subscriptions that wait', async () => {
    const { clock, venue } = await createLive(
      {
        stream: { topicsPerMessage: 1, cost: { message: { messages: 1 } } },
        pools: { messages: { scope: 'connection', windows: [{ limit: 1, perMs: 1_000 }] } },
      },
      ['a', 'b', 'c'],
    );
    venue.peer(0).send({ type: 'ping' });
    await clock.advance(2_100);
    expect(received(venue.peer(0)).slice(1)).toEqual([{ op: 'pong' }, { op: 'subscribe', topics: ['b'], id: '2' }]);
  });

  test('a flood of pings is answered at the rate limit and no faster, and what is too much is dropped', async () => {
    const { clock, venue, counts } = await createLive({
      stream: { cost: { message: { messages: 1 } } },
      pools: { messages: { scope: 'connection', windows: [{ limit: 5, perMs: 1_000 }] } },
    });
    const ping = new TextEncoder().encode('{"type":"ping"}');
    venue.peer(0).burst(Array.from({ length: 2_000 }, () => ping));
    await clock.advance(10_000);
    expect(venue.peer(0).received.length).toBeLessThanOrEqual(51);
    expect(counts.get('stream.unsent')).toBe(2_000 - 512 - 4);
  });
});

describe('the message limit of a venue', () => {
  test('is never exceeded, with subscriptions, pings, replies and requests together', async () => {
    const { clock, venue, stream, toldOf } = createWorld({
      stream: {
        topicsPerMessage: 1,
        ping: { everyMs: 700, message: () => 'ping' },
        cost: { message: { messages: 1 }, connect: { connections: 1 } },
      },
      pools: {
        messages: { scope: 'connection', windows: [{ limit: 5, perMs: 1_000 }] },
        connections: { scope: 'ip', windows: [{ limit: 1, perMs: 2_000 }] },
      },
    });
    stream.add(Array.from({ length: 60 }, (_, index) => `topic-${index}`));
    for (let round = 0; round < 100; round += 1) {
      await clock.advance(400);
      const peer = venue.peers.at(-1);
      if (round % 7 === 0) peer?.send({ type: 'ping' });
      if (round % 5 === 0) void stream.request('order.place', {}, { deadlineMs: 900 }).catch(() => undefined);
      if (round === 30) peer?.close(1006, '');
    }
    for (const { received: messages } of venue.peers) {
      const times = messages.map(({ at }) => at);
      const mostInOneSecond = Math.max(
        ...times.map((at) => times.filter((other) => other >= at && other < at + 1_000).length),
      );
      expect(mostInOneSecond).toBeLessThanOrEqual(5);
    }
    expect(venue.peers.length).toBe(2);
    expect(
      new Set(
        toldOf('up')
          .slice(-60)
          .map(([, topic]) => topic),
      ).size,
    ).toBe(60);
  });

  test('holds within one subscription of several messages', async () => {
    const { clock, venue } = await createLive(
      {
        stream: {
          subscribe: (_, topics, id) => topics.map((topic) => ({ op: 'subscribe', topic, id })),
          cost: { message: { messages: 1 } },
        },
        pools: { messages: { scope: 'connection', windows: [{ limit: 1, perMs: 1_000 }] } },
      },
      ['a', 'b', 'c'],
    );
    await clock.advance(3_000);
    expect(venue.peer(0).received.map(({ at }) => at)).toEqual([1_010, 2_010, 3_010]);
  });

  test('holds for connections too', async () => {
    const { clock, venue, stream } = createWorld({
      stream: { topicsPerConnection: 1, cost: { connect: { connections: 1 } } },
      pools: { connections: { scope: 'ip', windows: [{ limit: 2, perMs: 30_000 }] } },
    });
    stream.add(['a', 'b', 'c']);
    await clock.advance(29_000);
    expect(venue.peers.length).toBe(2);
    await clock.advance(2_000);
    expect(venue.peers.length).toBe(3);
    stream.add(['d']);
    await clock.advance(10);
    stream.close();
    await clock.advance(10);
    expect([venue.openPeers(), clock.timers()]).toEqual([0, 0]);
  });
});
