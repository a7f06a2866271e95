import { expect, test } from 'vitest';

import { waitMs } from '../src/connector/backoff.js';
import { createEnding, firstOf, orAborted, withSignal } from '../src/connector/ends.js';
import { repeat } from '../src/connector/repeat.js';
import { createRuns } from '../src/connector/runs.js';
import { atMost, wait } from '../src/connector/wait.js';
import { failureOf } from './support/rest-world.js';
import { createVirtualClock } from './support/virtual-clock.js';

/** A promise with what settles it. */
function pending(): {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
} {
  let resolve = (): void => undefined;
  let reject = (_error: Error): void => undefined;
  const promise = new Promise<void>((onDone, onError) => {
    resolve = onDone;
    reject = onError;
  });
  return { promise, resolve, reject };
}

/** A signal that counts who listens to it. */
function counted(): { readonly controller: AbortController; readonly listeners: () => number } {
  const controller = new AbortController();
  const { signal } = controller;
  const listening = new Set<() => void>();
  const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)];
  Object.defineProperties(signal, {
    addEventListener: {
      value: (type: 'abort', listener: () => void) => {
        listening.add(listener);
        add(type, listener);
      },
    },
    removeEventListener: {
      value: (type: 'abort', listener: () => void) => {
        listening.delete(listener);
        remove(type, listener);
      },
    },
  });
  return { controller, listeners: () => listening.size };
}

test('waits grow to the longest, each between half and all of its step', () => {
  const backoff = { firstMs: 100, mostMs: 1_000 };
  expect([0, 1, 2, 3, 4, 500].map((attempt) => waitMs(backoff, attempt, () => 0))).toEqual([
    50, 100, 200, 400, 500, 500,
  ]);
  expect([0, 1, 4].map((attempt) => waitMs(backoff, attempt, () => 1))).toEqual([100, 200, 1_000]);
});

test('a wait ends at its time, or at once when it is cancelled, and leaves no timer', async () => {
  const clock = createVirtualClock();
  const ended: string[] = [];
  const [first, second] = [wait(clock, 100), wait(clock, 100)];
  void first.over.then(() => ended.push(`first at ${clock.mono()}`));
  void second.over.then(() => ended.push(`second at ${clock.mono()}`));
  second.cancel();
  await clock.advance(200);
  expect(ended).toEqual(['second at 1000', 'first at 1100']);
  expect(clock.timers()).toBe(0);
});

test('work is waited for no longer than it may take, however it ends', async () => {
  const clock = createVirtualClock();
  const ended: string[] = [];
  void atMost(clock, 100, Promise.reject(new Error('failed'))).then(() => ended.push(`failed at ${clock.mono()}`));
  void atMost(clock, 100, Promise.resolve()).then(() => ended.push(`done at ${clock.mono()}`));
  void atMost(clock, 100, new Promise(() => undefined)).then(() => ended.push(`never at ${clock.mono()}`));
  await clock.advance(200);
  expect(ended.sort()).toEqual(['done at 1000', 'failed at 1000', 'never at 1100']);
  expect(clock.timers()).toBe(0);
});

test('a task is repeated, a long run delays the next, and nothing runs after the end', async () => {
  const clock = createVirtualClock();
  const runs: number[] = [];
  const first = pending();
  const stop = repeat(clock, 100, () => {
    runs.push(clock.mono());
    return runs.length === 1 ? first.promise : Promise.resolve();
  });
  await clock.advance(350);
  first.resolve();
  await clock.advance(250);
  stop();
  await clock.advance(1_000);
  expect(runs).toEqual([1_100, 1_450, 1_550]);
  expect(clock.timers()).toBe(0);
});

test('a repeated task that is ended during a run is not armed again', async () => {
  const clock = createVirtualClock();
  const first = pending();
  const stop = repeat(clock, 100, () => first.promise);
  await clock.advance(100);
  stop();
  first.resolve();
  await clock.advance(1_000);
  expect(clock.timers()).toBe(0);
});

test('what is asked for during a run runs once after it, and all who asked wait for that', async () => {
  const clock = createVirtualClock();
  const before: number[] = [];
  const ended: string[] = [];
  const gates = [pending(), pending()];
  const run = createRuns({
    clock,
    calmMs: 1_000,
    task: async (runsBefore) => {
      before.push(runsBefore);
      await gates[runsBefore]?.promise;
    },
  });
  void run().then(() => ended.push('first'));
  await clock.settle();
  void run().then(() => ended.push('second'));
  void run().then(() => ended.push('third'));
  gates[0]?.resolve();
  await clock.settle();
  expect([before, ended]).toEqual([[0, 1], []]);
  gates[1]?.resolve();
  await clock.settle();
  expect(ended).toEqual(['first', 'second', 'third']);
});

test('runs count as runs in a row until there was calm', async () => {
  const clock = createVirtualClock();
  const before: number[] = [];
  const task = async (runsBefore: number): Promise<void> => {
    before.push(runsBefore);
  };
  const run = createRuns({ clock, calmMs: 1_000, task });
  for (const ms of [0, 500, 1_000, 1_001, 10]) {
    await clock.advance(ms);
    await run();
  }
  expect(before).toEqual([0, 1, 2, 0, 1]);
});

test('nothing stays attached to a signal once the work is over', async () => {
  const { controller, listeners } = counted();
  const end = firstOf(controller.signal, undefined, createEnding());
  await withSignal(end, async (signal) => {
    expect([signal.aborted, listeners()]).toEqual([false, 1]);
  });
  await orAborted(Promise.resolve(), end, 'venue start');
  await expect(withSignal(end, () => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
  expect(listeners()).toBe(0);
});

test('a joined end comes with either of its ends', async () => {
  const { controller, listeners } = counted();
  const [first, second] = [createEnding(), createEnding()];
  const ended: string[] = [];
  firstOf(first, second).on(() => ended.push('of two endings'));
  firstOf(first, controller.signal).on(() => ended.push('of an ending and a signal'));
  second.end();
  controller.abort();
  expect(ended).toEqual(['of two endings', 'of an ending and a signal']);
  expect([firstOf(first, second).isOver(), firstOf(first).isOver(), firstOf(controller.signal).isOver()]).toEqual([
    true,
    false,
    true,
  ]);
  expect(listeners()).toBe(1);
});

test('an ending calls each who waits once, one function as often as it waits, and nobody who left', () => {
  const ending = createEnding();
  const called: string[] = [];
  const listener = (): void => {
    called.push('twice');
  };
  ending.on(listener);
  ending.on(listener);
  ending.on(() => called.push('left'))();
  ending.end();
  ending.end();
  expect([called, ending.isOver()]).toEqual([['twice', 'twice'], true]);
});

test('work with an end sees its signal abort, also when the end came before', async () => {
  const ending = createEnding();
  const working = withSignal(
    ending,
    (signal) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => {
          resolve('aborted');
        });
      }),
  );
  ending.end();
  expect(await working).toBe('aborted');
  expect(await withSignal(ending, (signal) => Promise.resolve(signal.aborted))).toBe(true);
});

test('what is aborted rejects as aborted, at once, whatever becomes of it', async () => {
  const { controller, listeners } = counted();
  const { promise, reject } = pending();
  const waiting = failureOf(orAborted(promise, firstOf(controller.signal), 'venue start'));
  controller.abort();
  expect(await waiting).toMatchObject({ kind: 'aborted', outcome: 'not-sent', message: 'venue start: aborted' });
  reject(new Error('too late to matter'));
  await promise.catch(() => undefined);
  expect(
    await failureOf(orAborted(new Promise(() => undefined), firstOf(AbortSignal.abort()), 'venue start')),
  ).toMatchObject({
    kind: 'aborted',
  });
  await Promise.resolve();
  expect(listeners()).toBe(0);
});
