import { expect, test } from 'vitest';

import { createAlarms } from '../../src/emulator/alarms.js';
import { createVirtualClock } from '../../src/virtual/clock.js';

test('what is set under a key takes the place of what was, and what has run is over', async () => {
  const clock = createVirtualClock();
  const alarms = createAlarms(clock);
  const ran: string[] = [];
  alarms.set('orders', 1_000, () => ran.push('first'));
  await clock.advance(500);
  alarms.set('orders', 1_000, () => ran.push('second'));
  await clock.advance(999);
  expect(ran).toEqual([]);
  await clock.advance(1);
  alarms.clear('orders');
  expect(ran).toEqual(['second']);
});

test('what is taken back or cleared does not run, and nothing is left after a stop', async () => {
  const clock = createVirtualClock();
  const alarms = createAlarms(clock);
  const ran: string[] = [];
  alarms.after(100, () => ran.push('taken back'))();
  alarms.set('key', 100, () => ran.push('cleared'));
  alarms.clear('key');
  alarms.after(50, () => ran.push('ran'));
  await clock.advance(60);
  alarms.after(100, () => ran.push('stopped'));
  alarms.set('key', 100, () => ran.push('stopped'));
  alarms.stop();
  expect([ran, clock.pending]).toEqual([['ran'], 0]);
});
