import { expect, test } from 'vitest';

import { createVirtualClock } from '../../src/virtual/clock.js';
import { createMachine, type Moment } from '../../src/virtual/machine.js';
import { createMemoryDisk } from '../../src/virtual/memory-disk.js';
import { virtualPorts } from '../../src/virtual/ports.js';
import type { EmulatedVenue } from '../../src/venue.js';

const limits = { deadlineMs: 5_000, maxBytes: 1_000, pool: 'data' } as const;

function world(killAt?: Moment) {
  const clock = createVirtualClock();
  const arrived: string[] = [];
  const venue: EmulatedVenue = {
    http: async ({ path }) => {
      arrived.push(path);
      return { status: 200, headers: {}, body: 'ok' };
    },
    connect: () => ({
      message: () => undefined,
      ping: () => undefined,
      pong: () => undefined,
      closed: () => undefined,
    }),
    stop: () => undefined,
  };
  const ports = virtualPorts({ seed: 1, clock, venues: { 'venue.localhost': venue } });
  const moments: string[] = [];
  const machine = createMachine(
    { ...ports, disk: createMemoryDisk() },
    {
      reached: (moment, what) => {
        moments.push(`${moment} ${what}`);
        if (moment === killAt) machine.kill();
      },
    },
  );
  const outcomes: string[] = [];
  const note = (name: string, work: Promise<unknown>): void => {
    work.then(
      () => outcomes.push(`${name} done`),
      () => outcomes.push(`${name} failed`),
    );
  };
  const ask = (): void => {
    const request = { method: 'GET', url: new URL('http://venue.localhost/a'), body: '', headers: {} };
    note('request', machine.ports.http.send(request, limits));
  };
  const keep = (): void => {
    machine.ports.disk.append('data/log', new Uint8Array(1));
    note('sync', machine.ports.disk.sync('data/log'));
  };
  return { clock, ports, machine, arrived, moments, outcomes, ask, keep };
}

test('tells of each moment at which a process may end', async () => {
  const { clock, ask, keep, moments, outcomes } = world();
  ask();
  keep();
  await clock.advance(1_000);
  expect(moments.toSorted()).toEqual([
    'answered GET /a?',
    'keep data/log',
    'kept data/log',
    'send GET /a?',
    'sent GET /a?',
  ]);
  expect(outcomes.toSorted()).toEqual(['request done', 'sync done']);
});

test('a process that is killed hears of nothing any more, and leaves no timer and no socket', async () => {
  for (const [moment, requests] of [
    ['send', 0],
    ['sent', 1],
    ['answered', 1],
    ['keep', 1],
    ['kept', 1],
  ] as const) {
    const { clock, machine, ports, ask, keep, arrived, outcomes } = world(moment);
    machine.ports.clock.at(clock.mono() + 60_000, () => outcomes.push('timer'));
    machine.ports.ws.open(
      new URL('ws://venue.localhost/ws'),
      { open: () => undefined, frame: () => undefined, pong: () => undefined, close: () => outcomes.push('closed') },
      { maxBytes: 1_000 },
    );
    ask();
    await clock.advance(1_000);
    keep();
    machine.ports.clock.at(clock.mono() + 60_000, () => outcomes.push('later timer'));
    await clock.advance(1_000);
    const isAnswered = moment === 'keep' || moment === 'kept';
    expect([moment, arrived.length, outcomes]).toEqual([moment, requests, isAnswered ? ['request done'] : []]);
    expect([moment, ports.connections(), clock.pending]).toEqual([moment, 0, 0]);
  }
});

test('what came while the process was blocked is handled in the order in which it came, and first', async () => {
  const clock = createVirtualClock({ shuffle: 3 });
  const sent = Array.from({ length: 20 }, (_, index) => String(index));
  const venue: EmulatedVenue = {
    http: async () => ({ status: 404, headers: {}, body: '' }),
    connect: (_, socket) => {
      sent.forEach((text, index) => clock.at(500 + index * 50, () => socket.send(text)));
      return { message: () => undefined, closed: () => undefined };
    },
    stop: () => undefined,
  };
  const machine = createMachine(virtualPorts({ seed: 1, clock, venues: { 'venue.localhost': venue } }));
  const heard: string[] = [];
  const frame = (bytes: Uint8Array): void => void heard.push(new TextDecoder().decode(bytes));
  const on = { open: () => undefined, pong: () => undefined, close: () => undefined, frame };
  machine.ports.ws.open(new URL('ws://venue.localhost/'), on, { maxBytes: 1_000 });
  await clock.advance(450);
  machine.block(400);
  clock.at(700, () => machine.block(600));
  await clock.advance(5_000);
  expect(heard).toEqual(sent);
});
