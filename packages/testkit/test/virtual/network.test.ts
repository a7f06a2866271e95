import { describe, expect, test } from 'vitest';

import type { Fault } from '../../src/faults/fault.js';
import type { EmulatedVenue, VenueSocket } from '../../src/venue.js';
import { createVirtualClock, type VirtualClock } from '../../src/virtual/clock.js';
import type { TraceLine } from '../../src/virtual/network.js';
import { virtualPorts, type VirtualPorts } from '../../src/virtual/ports.js';
import { listenTo, send, toText } from '../client.js';
import { createToyVenue, type ToyVenue } from '../toy-venue.js';

const base = 'https://api.toy.example';
const stream = 'wss://api.toy.example/ws';

type World = {
  readonly clock: VirtualClock;
  readonly venue: ToyVenue;
  readonly ports: VirtualPorts;
  readonly trace: TraceLine[];
};

function createWorld(seed = 1, faults: readonly Fault[] = []): World {
  const clock = createVirtualClock({ shuffle: seed });
  const venue = createToyVenue(() => clock.now());
  const trace: TraceLine[] = [];
  const venues = { 'api.toy.example': venue };
  return {
    clock,
    venue,
    trace,
    ports: virtualPorts({ seed, clock, venues, faults, trace: (line) => trace.push(line) }),
  };
}

describe('a request in memory', () => {
  test('reaches the venue as it was sent, and its answer comes back after a latency each way', async () => {
    const { clock, ports } = createWorld();
    const answer = await clock.run(send(ports, base, 'POST /echo?a=1&b=%20 {"c":2}'));
    expect(toText(answer)).toBe(
      '200 {"method":"POST","query":"a=1&b=%20","body":"{\\"c\\":2}","agent":"test","host":true}',
    );
    expect(Object.fromEntries(answer.headers)).toEqual({ 'content-type': 'application/json', 'content-length': '83' });
    expect(clock.mono()).toBeGreaterThanOrEqual(2);
    expect(clock.mono()).toBeLessThanOrEqual(40);
    expect(clock.pending).toBe(0);
  });

  test('to an unknown host is not sent', async () => {
    const { clock, ports } = createWorld();
    await expect(clock.run(send(ports, 'https://nobody.example', 'GET /'))).rejects.toMatchObject({
      kind: 'network',
      outcome: 'not-sent',
      message: 'GET https://nobody.example/: no venue answers for nobody.example',
    });
  });

  test('may be aborted before it is sent and after', async () => {
    const { clock, ports, venue } = createWorld();
    const early = AbortSignal.abort();
    await expect(
      clock.run(send(ports, base, 'POST /order?side=buy&price=1&amount=1', { signal: early })),
    ).rejects.toMatchObject({ kind: 'aborted', outcome: 'not-sent' });
    const controller = new AbortController();
    const sent = send(ports, base, 'POST /order?side=buy&price=1&amount=1', { signal: controller.signal });
    clock.at(0.5, () => controller.abort());
    await expect(clock.run(sent)).rejects.toMatchObject({ kind: 'aborted', outcome: 'unknown' });
    await clock.advance(1000);
    expect(venue.engine.orders('me').length).toBe(1);
  });

  test('with an answer that is too large, before or after inflation, fails', async () => {
    const clock = createVirtualClock();
    const { gzipSync } = await import('node:zlib');
    const bomb = gzipSync(new Uint8Array(1_000_000));
    const venue: EmulatedVenue = {
      http: ({ path }) =>
        path === '/bomb'
          ? { status: 200, headers: { 'content-encoding': 'gzip' }, body: bomb }
          : { status: 200, headers: {}, body: 'x'.repeat(10_001) },
      connect: () => ({ refused: 404 }),
      stop: () => undefined,
    };
    const ports = virtualPorts({ seed: 1, clock, venues: { 'api.toy.example': venue } });
    const limits = { maxBytes: 10_000 };
    await expect(clock.run(send(ports, base, 'GET /large', limits))).rejects.toMatchObject({ kind: 'bad-response' });
    await expect(clock.run(send(ports, base, 'GET /bomb', limits))).rejects.toMatchObject({ kind: 'bad-response' });
    const answer = await clock.run(send(ports, base, 'GET /bomb', { maxBytes: 1_000_000 }));
    expect(answer.body.length).toBe(1_000_000);
  });

  test('to a venue that throws stops the clock with its mistake', async () => {
    const clock = createVirtualClock();
    const venue: EmulatedVenue = {
      http: () => {
        throw new Error('a mistake in the venue');
      },
      connect: () => ({ refused: 404 }),
      stop: () => undefined,
    };
    const ports = virtualPorts({ seed: 1, clock, venues: { 'api.toy.example': venue } });
    void send(ports, base, 'GET /').catch(() => undefined);
    await expect(clock.advance(100)).rejects.toThrow('a mistake in the venue');
  });
});

describe('a WebSocket in memory', () => {
  test('opens, carries messages in order both ways, and closes', async () => {
    const { clock, ports, venue } = createWorld();
    const { connection, heard } = listenTo(ports, `${stream}?key=1`);
    expect(() => connection.send('early')).toThrow('SEND wss://api.toy.example: the connection is not open');
    await clock.runUntil(() => heard.length === 2);
    expect(ports.connections()).toBe(1);
    for (let count = 0; count < 5; count += 1) connection.send(`hi ${count}`);
    connection.ping();
    await clock.advance(100);
    connection.close();
    await clock.advance(100);
    expect(heard).toEqual([
      ...['open', 'welcome key=1', 'echo hi 0', 'echo hi 1', 'echo hi 2', 'echo hi 3', 'echo hi 4'],
      ...['pong', 'close 1000'],
    ]);
    expect([ports.connections(), clock.pending, venue.closed]).toEqual([0, 0, [1000]]);
  });

  test('ends when the venue closes it, after what was sent before', async () => {
    const { clock, ports, venue } = createWorld();
    const { heard } = listenTo(ports, stream);
    await clock.advance(100);
    venue.engine.deposit('me', 'A', '1');
    venue.stop();
    venue.engine.deposit('me', 'A', '1');
    await clock.advance(100);
    expect(heard.map((text) => /"type":"(\w+)"/.exec(text)?.[1] ?? text)).toEqual([
      ...['open', 'welcome ', 'deposit', 'balance', 'close 1001 stopped'],
    ]);
    expect(venue.closed).toEqual([1001]);
  });

  test('is declined with the status, closes when it is given up early, and refuses what is too large', async () => {
    const { clock, ports, venue } = createWorld();
    const declined = listenTo(ports, 'wss://api.toy.example/other');
    const nobody = listenTo(ports, 'wss://nobody.example/ws');
    const hasty = listenTo(ports, stream);
    hasty.connection.close();
    const small = listenTo(ports, `${stream}?${'x'.repeat(100)}`, 50);
    await clock.advance(200);
    expect(declined.heard).toEqual(['close 1006 HTTP 404']);
    expect(nobody.heard).toEqual(['close 1006 no venue answers for nobody.example']);
    expect(hasty.heard).toEqual(['close 1006 closed before it was open']);
    expect(small.heard).toEqual(['open', 'close 1009 a message of more than 50 bytes']);
    expect(venue.closed).toEqual([1009]);
  });

  test('lends its bytes for the call alone', async () => {
    const { clock, ports } = createWorld();
    let kept: Uint8Array = new Uint8Array();
    const on = {
      open: () => undefined,
      frame: (bytes: Uint8Array) => (kept = bytes),
      pong: () => undefined,
    };
    ports.ws.open(new URL(stream), { ...on, close: () => undefined }, { maxBytes: 1000 });
    await clock.advance(100);
    expect([...kept]).toEqual(Array.from('welcome ', () => 0));
  });
});

describe('the same seed', () => {
  async function run(seed: number): Promise<readonly TraceLine[]> {
    const faults: readonly Fault[] = [
      { kind: 'http.response.lost', match: 'POST /order', nth: 3 },
      { kind: 'http.delay', leg: 'request', match: 'POST /order', nth: 5, ms: 400 },
      { kind: 'ws.duplicate', nth: 7 },
      { kind: 'ws.drop', at: 900 },
    ];
    const { clock, ports, trace } = createWorld(seed, faults);
    listenTo(ports, stream);
    await clock.advance(50);
    for (let count = 0; count < 12; count += 1) {
      const side = count % 2 === 0 ? 'buy' : 'sell';
      clock.at(50 + 10 * count, () => {
        send(ports, base, `POST /order?side=${side}&price=${100 - (count % 3)}&amount=${1 + count}`, {
          deadlineMs: 700,
        }).catch(() => undefined);
      });
    }
    await clock.advance(2000);
    return trace;
  }

  test('gives the same run, message for message', async () => {
    const first = await run(1);
    expect(first.length).toBeGreaterThan(60);
    expect(await run(1)).toEqual(first);
  });

  test('and another seed another run', async () => {
    expect(await run(2)).not.toEqual(await run(1));
  });
});

test('random streams, the log and the disk belong to the world', async () => {
  const [first, second] = [createWorld(4).ports, createWorld(4).ports];
  expect(first.random('ids')()).toBe(second.random('ids')());
  expect(first.random('ids')()).not.toBe(first.random('other')());
  first.log('warn', 'stream.gap', { pair: 'A-B' });
  expect(first.logged).toEqual([{ at: 0, level: 'warn', event: 'stream.gap', fields: { pair: 'A-B' } }]);
  expect(second.logged).toEqual([]);
});

test('a venue hears of pongs, and may answer pings itself', async () => {
  const clock = createVirtualClock();
  const told: string[] = [];
  let socket: VenueSocket | undefined;
  const venue: EmulatedVenue = {
    http: () => ({ cut: 'silence' }),
    connect: (_, opened) => {
      socket = opened;
      return {
        message: () => undefined,
        pong: () => told.push('pong'),
        ping: () => told.push('ping'),
        closed: () => undefined,
      };
    },
    stop: () => undefined,
  };
  const ports = virtualPorts({ seed: 1, clock, venues: { 'api.toy.example': venue } });
  const { connection, heard } = listenTo(ports, stream);
  await clock.advance(100);
  socket?.ping();
  connection.ping();
  await clock.advance(100);
  expect([told.sort(), heard]).toEqual([['ping', 'pong'], ['open']]);
  socket?.pong();
  await clock.advance(100);
  expect(heard).toEqual(['open', 'pong']);
});
