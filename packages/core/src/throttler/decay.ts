import { tolerance, type Counter } from './counter.js';

/** Counts units that decay by `refillPerMs`, down to zero. */
export function createDecay(refillPerMs: number): Counter {
  let level = 0;
  let at = 0;

  const settle = (now: number): void => {
    level = Math.max(0, level - (now - at) * refillPerMs);
    at = now;
  };

  return {
    used: (now) => {
      settle(now);
      return level;
    },
    add: (now, units) => {
      settle(now);
      level += units;
    },
    fitsAt: (now, units, ceiling, extra = 0) => {
      settle(now);
      const over = level + extra + units - ceiling;
      return over <= tolerance ? now : now + over / refillPerMs;
    },
  };
}
