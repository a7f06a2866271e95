import { expect, test } from 'vitest';

import { createVirtualClock, endIdle } from '../../src/index.js';

test('an idle connection ends in time, also at a time whose sums are rounded', async () => {
  const clock = createVirtualClock();
  const closed: [number, number][] = [];
  const socket = {
    ...{ send: () => undefined, ping: () => undefined, pong: () => undefined },
    close: (code: number) => void closed.push([clock.mono(), code]),
  };
  // This and 60,000, less this again, is a little less than 60,000.
  await clock.advance(5_536.400000000001);
  endIdle(
    { clock, socket },
    { message: () => undefined, closed: () => undefined },
    { afterMs: 60_000, code: 1000, reason: 'idle' },
  );
  await clock.advance(59_999);
  expect(closed).toEqual([]);
  await clock.advance(2);
  expect(closed).toEqual([[65_536.4, 1000]]);
});
