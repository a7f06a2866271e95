import { describe, expect, test } from 'vitest';

import { createNodeClock } from '../src/ports/node-clock.js';
import { createNodeRandom } from '../src/ports/node-random.js';
import { nodePorts, systemPorts } from '../src/ports/node.js';

describe('the clock', () => {
  const clock = createNodeClock();

  test('tells wall time and a time that only rises', () => {
    expect(Math.abs(clock.now() - Date.now())).toBeLessThan(1_000);
    const first = clock.mono();
    expect(clock.mono()).toBeGreaterThanOrEqual(first);
  });

  test('runs what is due, not early, and microtasks before it', async () => {
    const events: string[] = [];
    const due = clock.mono() + 15;
    await new Promise<void>((resolve) => {
      clock.at(due, () => {
        events.push(clock.mono() >= due ? 'due' : 'early');
        resolve();
      });
      clock.at(clock.mono() - 5, () => events.push('past'));
      clock.soon(() => events.push('soon'));
    });
    expect(events).toEqual(['soon', 'past', 'due']);
  });

  test('does not run what was cancelled, or lies weeks ahead', async () => {
    const events: string[] = [];
    clock.at(clock.mono() + 5, () => events.push('cancelled'))();
    const cancel = clock.at(clock.mono() + 2 ** 33, () => events.push('weeks ahead'));
    await new Promise<void>((resolve) => {
      clock.at(clock.mono() + 10, resolve);
    });
    cancel();
    expect(events).toEqual([]);
  });
});

test('random numbers lie in [0, 1), are spread over it and differ', () => {
  const random = createNodeRandom();
  const values = Array.from({ length: 1_000 }, () => random());
  expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
  expect(new Set(values).size).toBe(1_000);
  const tenths = new Set(values.map((value) => Math.floor(value * 10)));
  expect(tenths.size).toBe(10);
});

describe('the ports of a process', () => {
  test('are the same for all who ask', () => {
    expect(systemPorts()).toBe(systemPorts());
  });

  test('write no log unless they are given one', () => {
    const lines: unknown[] = [];
    nodePorts().log('info', 'event', { a: 0 });
    nodePorts({ log: (...line) => lines.push(line) }).log('info', 'event', { a: 1 });
    expect(lines).toEqual([['info', 'event', { a: 1 }]]);
  });

  test('give a stream of numbers per name', () => {
    const { random } = nodePorts();
    expect(random('a')()).not.toBe(random('a')());
  });

  test('refuse a proxy that they cannot use', () => {
    expect(() => nodePorts({ proxy: 'socks5://127.0.0.1:1080' })).toThrow(TypeError);
  });

  test('guard hosts when they are told to', async () => {
    const request = { method: 'GET', url: new URL('http://127.0.0.1:1/'), body: '', headers: {} };
    const limits = { deadlineMs: 1_000, maxBytes: 1_000, pool: 'data' } as const;
    await expect(nodePorts({ sandbox: false }).http.send(request, limits)).rejects.toMatchObject({
      kind: 'invalid-request',
      outcome: 'not-sent',
    });
    await expect(nodePorts({ sandbox: true }).http.send(request, limits)).rejects.toMatchObject({ kind: 'network' });
  });
});
