import { describe, expect, test } from 'vitest';

import { createVirtualClock } from '../../src/virtual/clock.js';

describe('a virtual clock', () => {
  test('runs what is due in order of time, then in the order given', async () => {
    const clock = createVirtualClock({ start: 5000 });
    const ran: string[] = [];
    clock.at(30, () => ran.push(`c ${clock.mono()} ${clock.now()}`));
    clock.at(10, () => ran.push(`a ${clock.mono()} ${clock.now()}`));
    clock.at(10, () => ran.push('b'));
    await clock.advance(29);
    expect(ran).toEqual(['a 10 5010', 'b']);
    expect([clock.mono(), clock.now(), clock.pending]).toEqual([29, 5029, 1]);
    await clock.advance(1);
    expect(ran).toEqual(['a 10 5010', 'b', 'c 30 5030']);
  });

  test('lets everything that follows from an event settle before the next', async () => {
    const clock = createVirtualClock();
    const ran: string[] = [];
    const chain = async (depth: number): Promise<void> => {
      if (depth > 0) await chain(depth - 1);
      ran.push(`settled ${depth}`);
    };
    clock.at(1, () => void chain(2));
    clock.at(1, () => ran.push('next'));
    await clock.advance(1);
    expect(ran).toEqual(['settled 0', 'settled 1', 'settled 2', 'next']);
  });

  test('settles what was started before it runs', async () => {
    const clock = createVirtualClock();
    let ran = 0;
    clock.soon(() => clock.at(clock.mono(), () => (ran += 1)));
    await clock.advance(0);
    expect(ran).toBe(1);
  });

  test('what is cancelled never runs, and does not count as pending', async () => {
    const clock = createVirtualClock();
    const cancel = clock.at(10, () => {
      throw new Error('cancelled');
    });
    cancel();
    cancel();
    expect(clock.pending).toBe(0);
    await clock.advance(20);
    expect(clock.mono()).toBe(20);
  });

  test('runs until a condition holds and no further', async () => {
    const clock = createVirtualClock();
    let count = 0;
    const tick = (): void => {
      count += 1;
      clock.at(clock.mono() + 100, tick);
    };
    tick();
    await clock.runUntil(() => count === 5);
    expect(clock.mono()).toBe(400);
    await expect(clock.runUntil(() => count === 100, 1000)).rejects.toThrow(
      'the condition does not hold: 1000 ms of virtual time were not enough',
    );
  });

  test('says so when nothing is left to happen', async () => {
    await expect(createVirtualClock().runUntil(() => false)).rejects.toThrow('nothing is left to happen');
  });

  test('passes on what an event throws, and can go on afterwards', async () => {
    const clock = createVirtualClock();
    clock.at(5, () => {
      throw new Error('a mistake');
    });
    await expect(clock.advance(10)).rejects.toThrow('a mistake');
    await clock.advance(10);
    expect(clock.mono()).toBe(15);
  });

  test('a jump moves the wall clock alone', async () => {
    const clock = createVirtualClock({ start: 1000 });
    clock.jump(-300);
    await clock.advance(50);
    expect([clock.mono(), clock.now()]).toEqual([50, 750]);
  });

  test('is advanced by one at a time', async () => {
    const clock = createVirtualClock();
    const first = clock.advance(10);
    await expect(clock.advance(10)).rejects.toThrow('the clock is running already');
    await first;
  });

  test('shuffles what is due at one instant, the same way for the same seed', async () => {
    const run = async (shuffle: number): Promise<number[]> => {
      const clock = createVirtualClock({ shuffle });
      const ran: number[] = [];
      for (let index = 0; index < 8; index += 1) clock.at(10, () => ran.push(index));
      clock.at(5, () => ran.push(-1));
      await clock.advance(10);
      return ran;
    };
    const first = await run(1);
    expect(await run(1)).toEqual(first);
    expect(await run(2)).not.toEqual(first);
    expect(first[0]).toBe(-1);
    expect([...first].sort((a, b) => a - b)).toEqual([-1, 0, 1, 2, 3, 4, 5, 6, 7]);
  });

  test('keeps thousands of timers in order', async () => {
    const clock = createVirtualClock();
    const ran: number[] = [];
    for (let index = 0; index < 2000; index += 1) clock.at((index * 7919) % 500, () => ran.push(clock.mono()));
    await clock.advance(500);
    expect(ran).toEqual([...ran].sort((a, b) => a - b));
    expect(ran.length).toBe(2000);
  });

  test('says so when a timer that is due at once, again and again, lets no time pass', async () => {
    const clock = createVirtualClock();
    const again = (): void => void clock.at(clock.mono(), again);
    clock.at(10, again);
    await expect(clock.advance(20)).rejects.toThrow('time stands still at 10 ms');
  });
});
