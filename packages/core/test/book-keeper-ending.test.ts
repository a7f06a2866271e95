import { expect, test } from 'vitest';

import { createLive, createWorld, diff, snapshot } from './support/keeper-world.js';

test('a lost stream gives up the snapshot, forgets what came, and starts over when it is back', async () => {
  const { keeper, requests, answer, bids, clock, states } = await createLive(10);
  keeper.apply(diff(12));
  await clock.advance(500);
  keeper.down('the connection was lost');
  keeper.down('still lost');
  expect([requests[1]?.signal.aborted, clock.timers(), keeper.book.state, bids()]).toEqual([true, 0, 'stale', '1×1']);
  keeper.apply(diff(30));
  keeper.up();
  await clock.advance(1_000);
  requests[1]?.resolve(snapshot(40, '9'));
  requests[1]?.reject(new Error('aborted'));
  await clock.settle();
  expect(keeper.book.state).toBe('stale');
  await answer(snapshot(30, '2'));
  expect([keeper.book.state, bids(), states]).toEqual([
    'live',
    '2×1',
    ['live', 'stale: update 12 to 12 came after 10', 'live'],
  ]);
});

test('a venue that numbers anew while the stream is lost is followed at once', async () => {
  const { keeper, answer, bids, clock } = await createLive(1_000);
  keeper.apply(diff(1_001));
  keeper.down('maintenance');
  keeper.up();
  await clock.advance(500);
  await answer(snapshot(3, '2'));
  keeper.apply(diff(4));
  expect([keeper.book.state, bids()]).toEqual(['live', '4×1 2×1']);
});

test('a request that fails after it was given up changes nothing', async () => {
  const { keeper, requests, clock, counts } = createWorld();
  keeper.up();
  keeper.down('lost');
  requests[0]?.reject(new Error('aborted'));
  await clock.settle();
  expect([counts, clock.timers()]).toEqual([{}, 0]);
});

test('waiting for a live book ends when it is', async () => {
  const { keeper, answer } = createWorld();
  const ended: string[] = [];
  const note = (name: string, waiting: Promise<void>): void => {
    waiting.then(
      () => ended.push(`${name} resolved`),
      (error: unknown) => ended.push(`${name} ${error instanceof Error ? error.message : ''}`),
    );
  };
  const controller = new AbortController();
  note('one', keeper.live());
  note('two', keeper.live(controller.signal));
  note('three', keeper.live(AbortSignal.abort()));
  keeper.up();
  controller.abort();
  await answer(snapshot(1, '1'));
  note('four', keeper.live());
  await answer(snapshot(1, '1'));
  expect(ended.sort()).toEqual([
    'four resolved',
    'one resolved',
    'three BTC-USDT book: aborted',
    'two BTC-USDT book: aborted',
  ]);
});

test('a closed keeper leaves nothing behind and hears nothing more', async () => {
  const { keeper, requests, clock, states, bids } = await createLive(10);
  keeper.apply(diff(12));
  const waiting = keeper.live();
  keeper.close();
  keeper.close();
  keeper.up();
  keeper.apply(diff(13));
  keeper.malformed(new Error('late'));
  keeper.down('late');
  await expect(waiting).rejects.toMatchObject({ kind: 'aborted', outcome: 'not-sent' });
  await expect(keeper.live()).rejects.toThrow('BTC-USDT book: no longer watched');
  expect([clock.timers(), requests.length, bids(), states.length]).toEqual([0, 1, '1×1', 2]);
});

test('a live book that is closed says stale', async () => {
  const { keeper, states } = await createLive(10);
  keeper.close();
  expect([keeper.book.state, states.at(-1)]).toEqual(['stale', 'stale: no longer watched']);
});
