import { isConnectorError } from '@hb/connector-core';
import { describe, expect, test } from 'vitest';

import type { Fault } from '../../src/faults/fault.js';
import { createVirtualClock, type VirtualClock } from '../../src/virtual/clock.js';
import { virtualPorts, type VirtualPorts } from '../../src/virtual/ports.js';
import { listenTo, send, toText, type Listening } from '../client.js';
import { createToyVenue, type ToyVenue } from '../toy-venue.js';

const base = 'https://api.toy.example';

type World = { readonly clock: VirtualClock; readonly venue: ToyVenue; readonly ports: VirtualPorts };

/** A latency of 10 ms each way. */
function createWorld(...faults: readonly Fault[]): World {
  const clock = createVirtualClock();
  const venue = createToyVenue(() => clock.now());
  const venues = { 'api.toy.example': venue };
  return { clock, venue, ports: virtualPorts({ seed: 1, clock, venues, faults, latencyMs: [10, 10] }) };
}

describe('a request', () => {
  const order = 'POST /order?side=buy&price=10&amount=1';

  /** What becomes of three orders: the answer or the outcome, and when; then how many the venue has. */
  async function three(...faults: readonly Fault[]): Promise<readonly unknown[]> {
    const { clock, ports, venue } = createWorld(...faults);
    const seen: unknown[] = [];
    for (let count = 0; count < 3; count += 1) {
      const start = clock.mono();
      await clock.run(
        send(ports, base, order, { deadlineMs: 1000 }).then(
          (answer) => seen.push(toText(answer)),
          (error: unknown) => {
            seen.push(isConnectorError(error) ? error.outcome : error);
          },
        ),
      );
      seen.push(clock.mono() - start);
    }
    await clock.advance(5000);
    return [...seen, venue.engine.orders('me').length, ports.strikes().length];
  }
  const done = (id: number) => `200 {"orderId":${id},"status":"open","filled":"0"}`;

  test('that is lost never reaches the venue', async () => {
    expect(await three({ kind: 'http.request.lost', nth: 2 })).toEqual([
      done(1),
      20,
      'unknown',
      1000,
      done(2),
      20,
      2,
      1,
    ]);
  });

  test('whose answer is lost was carried out', async () => {
    expect(await three({ kind: 'http.response.lost', nth: 2 })).toEqual([
      done(1),
      20,
      'unknown',
      1000,
      done(3),
      20,
      3,
      1,
    ]);
  });

  test('that is refused was not sent', async () => {
    expect(await three({ kind: 'http.refused', match: 'POST /order' })).toEqual([
      'not-sent',
      20,
      done(1),
      20,
      done(2),
      20,
      2,
      1,
    ]);
  });

  test('that is reset on the way there was not carried out, on the way back it was', async () => {
    const reset = (leg: 'request' | 'response') => three({ kind: 'http.reset', leg });
    expect(await reset('request')).toEqual(['unknown', 20, done(1), 20, done(2), 20, 2, 1]);
    expect(await reset('response')).toEqual(['unknown', 20, done(2), 20, done(3), 20, 3, 1]);
  });

  test('that is delayed arrives even when the client has given up', async () => {
    const delay = (leg: 'request' | 'response', ms: number) => three({ kind: 'http.delay', leg, ms });
    expect(await delay('request', 500)).toEqual([done(1), 520, done(2), 20, done(3), 20, 3, 1]);
    expect(await delay('response', 500)).toEqual([done(1), 520, done(2), 20, done(3), 20, 3, 1]);
    expect(await delay('request', 2000)).toEqual(['unknown', 1000, done(1), 20, done(2), 20, 3, 1]);
  });

  test('may be answered by somebody else, whether the venue acted or not', async () => {
    const status = (acted: boolean) => three({ kind: 'http.status', status: 503, body: 'busy', acted, times: 2 });
    expect(await status(false)).toEqual(['503 busy', 20, '503 busy', 20, done(1), 20, 1, 2]);
    expect(await status(true)).toEqual(['503 busy', 20, '503 busy', 20, done(3), 20, 3, 2]);
  });

  test('may get half an answer, or nonsense', async () => {
    const [half] = await three({ kind: 'http.garbage' });
    expect(half).toBe('200 {"orderId":1,"status"');
    const [html] = await three({ kind: 'http.garbage', body: '<html>' });
    expect(html).toBe('200 <html>');
  });

  test('is struck within a window of time, every time', async () => {
    const window = await three({ kind: 'http.refused', at: 20, forMs: 40 });
    expect(window).toEqual([done(1), 20, 'not-sent', 20, 'not-sent', 20, 1, 2]);
  });

  test('counts only what matches', async () => {
    expect(await three({ kind: 'http.refused', match: 'side=sell' })).toEqual([
      done(1),
      20,
      done(2),
      20,
      done(3),
      20,
      3,
      0,
    ]);
  });
});

describe('a message', () => {
  /** What is heard of five echoes, sent 100 ms apart, and when. */
  async function five(...faults: readonly Fault[]): Promise<World & Listening & { readonly times: readonly string[] }> {
    const world = createWorld(...faults);
    const { clock, ports } = world;
    const listening = listenTo(ports, 'wss://api.toy.example/ws');
    await clock.advance(100);
    const times: string[] = [];
    for (let count = 1; count <= 5; count += 1) {
      if (ports.connections() > 0) listening.connection.send(String(count));
      const before = listening.heard.length;
      await clock.advance(100);
      times.push(listening.heard.slice(before).join(', '));
    }
    return { ...world, ...listening, times };
  }
  const echo = (fault: Fault) => five({ match: 'echo', nth: 2, ...fault }).then(({ times }) => times);

  test('may be lost, come twice, or after the next', async () => {
    expect(await echo({ kind: 'ws.lose' })).toEqual(['echo 1', '', 'echo 3', 'echo 4', 'echo 5']);
    expect(await echo({ kind: 'ws.duplicate' })).toEqual(['echo 1', 'echo 2, echo 2', 'echo 3', 'echo 4', 'echo 5']);
    expect(await echo({ kind: 'ws.reorder' })).toEqual(['echo 1', '', 'echo 3, echo 2', 'echo 4', 'echo 5']);
  });

  test('may be late, and what follows is not earlier', async () => {
    expect(await echo({ kind: 'ws.delay', ms: 250 })).toEqual(['echo 1', '', '', 'echo 2, echo 3, echo 4', 'echo 5']);
  });

  test('may be cut or replaced', async () => {
    expect(await echo({ kind: 'ws.garbage' })).toEqual(['echo 1', 'ech', 'echo 3', 'echo 4', 'echo 5']);
    expect(await echo({ kind: 'ws.garbage', text: '{' })).toEqual(['echo 1', '{', 'echo 3', 'echo 4', 'echo 5']);
  });

  test('to the venue may be struck too', async () => {
    const { times } = await five({ kind: 'ws.duplicate', to: 'venue', nth: 3 });
    expect(times).toEqual(['echo 1', 'echo 2', 'echo 3, echo 3', 'echo 4', 'echo 5']);
    const late = await five({ kind: 'ws.delay', to: 'venue', nth: 3, ms: 150 });
    expect(late.times).toEqual(['echo 1', 'echo 2', '', 'echo 3, echo 4', 'echo 5']);
  });

  test('may find the connection broken, or closed with a code', async () => {
    const broken = await five({ kind: 'ws.drop', match: 'echo', nth: 2 });
    expect(broken.times).toEqual(['echo 1', 'close 1006', '', '', '']);
    expect(broken.venue.closed).toEqual([1006]);
    expect(await echo({ kind: 'ws.drop', code: 1012 })).toEqual(['echo 1', 'close 1012', '', '', '']);
  });

  test('may find the line silent: nothing passes, pings neither, and nobody is told', async () => {
    const { times, clock, connection, heard, ports, venue } = await five({ kind: 'ws.silent', match: 'echo', nth: 2 });
    expect(times).toEqual(['echo 1', '', '', '', '']);
    connection.ping();
    venue.engine.deposit('me', 'A', '1');
    await clock.advance(1000);
    expect([heard.length, ports.connections(), venue.closed]).toEqual([3, 1, []]);
    connection.close();
    await clock.advance(100);
    expect([heard.at(-1), venue.closed]).toEqual(['close 1000', [1000]]);
  });
});

test('every connection may be dropped or silenced at a time, and faults may be added later', async () => {
  const { clock, ports, venue } = createWorld({ kind: 'ws.drop', at: 200 });
  const [first, second] = [listenTo(ports, 'wss://api.toy.example/ws'), listenTo(ports, 'wss://api.toy.example/ws')];
  await clock.advance(300);
  expect([first.heard, second.heard]).toEqual([
    ['open', 'welcome ', 'close 1006'],
    ['open', 'welcome ', 'close 1006'],
  ]);
  expect(ports.strikes()).toMatchObject([{ at: 200 }, { at: 200 }]);
  ports.disturb({ kind: 'ws.silent', at: 400 });
  const third = listenTo(ports, 'wss://api.toy.example/ws');
  await clock.advance(200);
  venue.engine.deposit('me', 'A', '1');
  await clock.advance(100);
  expect(third.heard).toEqual(['open', 'welcome ']);
});

test('a connection may be declined, with a status or without an answer', async () => {
  const { clock, ports } = createWorld({ kind: 'ws.refused', status: 429 }, { kind: 'ws.refused', nth: 2 });
  const [first, second, third] = [1, 2, 3].map(() => listenTo(ports, 'wss://api.toy.example/ws'));
  await clock.advance(100);
  expect([first?.heard, second?.heard, third?.heard]).toEqual([
    ['close 1006 HTTP 429'],
    ['close 1006 api.toy.example closed the connection'],
    ['open', 'welcome '],
  ]);
});
