import { tolerance, type Counter } from './counter.js';

/** Windows above this are kept in a coarse grain: a day of milliseconds would be 86 million entries. */
const fineUpToMs = 600_000;
const coarseGrains = 2_048;

/**
 * Counts units in a sliding window: at most those added in the last `perMs` are used.
 * An entry is stamped with its time rounded up to the grain (1 ms up to ten minutes, else a 2048th of the window), so it never leaves early.
 */
export function createWindow(perMs: number): Counter {
  const grainMs = perMs > fineUpToMs ? Math.ceil(perMs / coarseGrains) : 1;
  const stamp = (now: number): number => Math.ceil(now / grainMs) * grainMs;
  // A ring of entries, oldest at `head`; its size is a power of two, so that a mask wraps an index.
  let times = new Float64Array(16);
  let amounts = new Float64Array(16);
  let head = 0;
  let length = 0;
  let total = 0;

  const timeAt = (index: number): number => times[(head + index) & (times.length - 1)] ?? 0;
  const amountAt = (index: number): number => amounts[(head + index) & (amounts.length - 1)] ?? 0;

  const expire = (now: number): void => {
    while (length > 0 && timeAt(0) + perMs <= now) {
      total -= amountAt(0);
      head = (head + 1) & (times.length - 1);
      length -= 1;
    }
  };

  const grow = (): void => {
    const [wasTimes, wasAmounts, wasHead] = [times, amounts, head];
    times = new Float64Array(2 * length);
    amounts = new Float64Array(2 * length);
    head = 0;
    times.set(wasTimes.subarray(wasHead));
    times.set(wasTimes.subarray(0, wasHead), length - wasHead);
    amounts.set(wasAmounts.subarray(wasHead));
    amounts.set(wasAmounts.subarray(0, wasHead), length - wasHead);
  };

  return {
    used: (now) => {
      expire(now);
      return total;
    },
    add: (now, units) => {
      expire(now);
      const time = stamp(now);
      total += units;
      if (length > 0 && timeAt(length - 1) === time) {
        amounts[(head + length - 1) & (amounts.length - 1)] = amountAt(length - 1) + units;
        return;
      }
      if (length === times.length) grow();
      times[(head + length) & (times.length - 1)] = time;
      amounts[(head + length) & (amounts.length - 1)] = units;
      length += 1;
    },
    fitsAt: (now, units, ceiling, extra = 0) => {
      expire(now);
      let over = total + extra + units - ceiling;
      if (over <= tolerance) return now;
      for (let index = 0; index < length; index += 1) {
        over -= amountAt(index);
        if (over <= tolerance) return timeAt(index) + perMs;
      }
      return stamp(now) + perMs;
    },
  };
}
