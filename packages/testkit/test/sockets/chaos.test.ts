import { expect, test } from 'vitest';

import { createRandom } from '../../src/random.js';
import { drawTroubles } from '../../src/sockets/chaos.js';
import { createScaledClock } from '../../src/sockets/scaled-clock.js';

test('the same seed makes the same trouble, and every kind of it', () => {
  const troubles = drawTroubles(createRandom(1), 20);
  expect(drawTroubles(createRandom(1), 20)).toEqual(troubles);
  expect(drawTroubles(createRandom(2), 20)).not.toEqual(troubles);
  const kinds = troubles.map((planned) => (planned.kind === 'reset' ? 'reset' : Object.keys(planned.trouble).at(-1)));
  expect(new Set(kinds)).toEqual(new Set(['reset', 'jitterMs', 'bytesPerSecond', 'cutWith', 'deaf', 'blackhole']));
});

test('a scaled clock runs what is due, never early, and nothing once it is closed', async () => {
  const clock = createScaledClock(100);
  const ran: number[] = [];
  const due = clock.mono() + 500;
  clock.at(due, () => ran.push(clock.mono()));
  clock.at(due + 1_000, () => ran.push(0))();
  await clock.runUntil(() => ran.length > 0);
  expect(ran[0]).toBeGreaterThanOrEqual(due);
  clock.at(clock.mono(), () => ran.push(0));
  expect(clock.pending).toBe(1);
  clock.close();
  await clock.advance(2_000);
  expect(ran.length).toBe(1);
});

test('what an event of a scaled clock throws ends the wait', async () => {
  const clock = createScaledClock(100);
  clock.at(clock.mono() + 100, () => {
    throw new Error('a mistake in the venue');
  });
  await expect(clock.advance(2_000)).rejects.toThrow('a mistake in the venue');
  clock.close();
});
