import fc from 'fast-check';
import { expect, test } from 'vitest';

import { createBlockTimes, type BlockTimes } from '../src/connector/block-times.js';

type Told = BlockTimes & { readonly asked: () => number };

function look(made: readonly number[], blockMs: number): Told {
  let asked = 0;
  const fetch = async (height: number): Promise<number> => {
    asked += 1;
    const at = made[height];
    if (at === undefined) throw new RangeError(`there is no block ${height}`);
    return at;
  };
  return { ...createBlockTimes({ fetch, head: made.length - 1, blockMs }), asked: () => asked };
}

test('the first block at or after a time is found, whatever the times between blocks', async () => {
  const gaps = fc.array(fc.nat({ max: 50 }), { minLength: 1, maxLength: 80 });
  await fc.assert(
    fc.asyncProperty(
      gaps,
      fc.integer({ min: -10, max: 3_000 }),
      fc.integer({ min: 1, max: 60 }),
      async (steps, at, ms) => {
        const made = steps.reduce<readonly number[]>((times, step) => [...times, (times.at(-1) ?? 0) + step], []);
        const wanted = made.filter((time) => time < at).length;
        expect(await look(made, ms).firstAt(at)).toBe(wanted);
      },
    ),
  );
});

test('it takes few questions, on chains of even and of uneven times', async () => {
  const even = Array.from({ length: 1_000_000 }, (_, index) => 1_000 + index * 12);
  const steady = look(even, 12);
  expect(await steady.firstAt(1_000 + 654_321 * 12)).toBe(654_321);
  expect(steady.asked()).toBeLessThanOrEqual(4);
  const uneven = look(
    even.map((at, index) => (index < 900_000 ? at : at * 50)),
    12,
  );
  expect(await uneven.firstAt(even[700_000] ?? 0)).toBe(700_000);
  expect(uneven.asked()).toBeLessThanOrEqual(30);
});

test('no block is asked for twice, and none of which a log told the time', async () => {
  const times = look([0, 10, 20, 30], 10);
  times.note([{ type: 'trade', symbol: '', id: '', block: 2, price: '1', amount: '1', quoteAmount: '1', at: 20 }]);
  expect([await times.of(2), await times.of(3), await times.of(3)]).toEqual([20, 30, 30]);
  expect(times.asked()).toBe(1);
});
