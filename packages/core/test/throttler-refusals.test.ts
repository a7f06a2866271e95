import { describe, expect, test } from 'vitest';

import type { Charge, Pool } from '../src/spec/endpoint.js';
import { createAsk, createDesk } from './support/throttler-desk.js';

describe('what never goes', () => {
  test('a charge above a limit is refused at once', () => {
    const { throttler } = createDesk({ share: 0.5 });
    const acquire = (charge: Charge) => () => throttler.acquire(charge, { lane: 'order' });
    expect(acquire({ weight: 101 })).toThrow(
      expect.objectContaining({
        kind: 'invalid-request',
        outcome: 'not-sent',
        message: 'throttler: 101 units are above what pool weight ever holds: 100 per 60000 ms',
      }),
    );
    expect(acquire({ weight: 51 })).toThrow(
      '51 units are above what pool weight ever holds: 50 per 60000 ms, our share',
    );
  });

  test('a pool that is not there is named, as are amounts that are none', () => {
    const { throttler } = createDesk();
    const acquire = (charge: Charge) => () => throttler.acquire(charge, { lane: 'order' });
    expect(acquire({ wieght: 1 })).toThrow(new TypeError('unknown pool wieght; there are: weight, orders'));
    expect(acquire({ constructor: 1 })).toThrow(new TypeError('unknown pool constructor; there are: weight, orders'));
    expect(acquire({ weight: NaN })).toThrow(new TypeError('pool weight is charged NaN'));
    expect(acquire({ weight: -1 })).toThrow(new TypeError('pool weight is charged -1'));
    expect(() => throttler.freeze(1, { wieght: 1 })).toThrow('unknown pool wieght');
  });

  test.each<[problem: string, pool: Pool]>([
    ['limit is 0', { scope: 'ip', windows: [{ limit: 0, perMs: 1 }] }],
    ['perMs is NaN', { scope: 'ip', windows: [{ limit: 1, perMs: NaN }] }],
    ['refillPerMs is -1', { scope: 'ip', capacity: 1, refillPerMs: -1 }],
  ])('a pool that limits nothing is refused: %s', (problem, pool) => {
    expect(() => createDesk({ pools: { odd: pool } })).toThrow(new TypeError(`pool odd: ${problem}`));
  });
});

describe('giving up', () => {
  test('an aborted request leaves the queue, and those behind it move up', async () => {
    const { clock, log, ask } = createDesk();
    const controller = new AbortController();
    ask('fill', { orders: 4 }, { lane: 'order' });
    ask('heavy', { orders: 5 }, { lane: 'order', signal: controller.signal });
    ask('light', { orders: 1 }, { lane: 'order' });
    await clock.advance(1_000);
    controller.abort(new Error('enough'));
    await clock.settle();
    expect(log.toSorted()).toEqual(['fill @ 0', 'heavy aborted not-sent 1000', 'light @ 1000']);
    expect(clock.timers()).toBe(0);
  });

  test('the error of an aborted request carries the reason', async () => {
    const { throttler } = createDesk();
    const reason = new Error('enough');
    await expect(throttler.acquire({}, { lane: 'data', signal: AbortSignal.abort(reason) })).rejects.toMatchObject({
      kind: 'aborted',
      cause: reason,
    });
  });

  test('one that waits in the middle of its queue can be aborted', async () => {
    const { clock, log, ask } = createDesk();
    const controller = new AbortController();
    ask('fill', { orders: 5 }, { lane: 'order' });
    ask('one', { orders: 1 }, { lane: 'order' });
    ask('two', { orders: 1 }, { lane: 'order', signal: controller.signal });
    ask('three', { orders: 1 }, { lane: 'order' });
    controller.abort();
    await clock.advance(10_000);
    expect(log).toEqual(['fill @ 0', 'two aborted not-sent 0', 'one @ 10000', 'three @ 10000']);
  });

  test('a request that cannot go before its deadline is refused at once, one that is overtaken at its deadline', async () => {
    const { clock, log, ask, throttler } = createDesk();
    ask('fill', { orders: 5 }, { lane: 'order' });
    const turn = throttler.acquire({ orders: 1 }, { lane: 'order', deadline: clock.mono() + 9_999 });
    await expect(turn).rejects.toMatchObject({ kind: 'rate-limited', outcome: 'not-sent', retryAfterMs: 10_000 });
    ask('in time', { orders: 5 }, { lane: 'order', deadline: clock.mono() + 10_000 });
    ask('overtaken', { orders: 5 }, { lane: 'order', deadline: clock.mono() + 15_000 });
    await clock.advance(12_000);
    ask('after its deadline', {}, { deadline: clock.mono() - 1 });
    await clock.advance(20_000);
    expect(log).toEqual([
      'fill @ 0',
      'in time rate-limited not-sent 10000',
      'overtaken @ 10000',
      'after its deadline rate-limited not-sent 12000',
    ]);
  });

  test('closing rejects all that wait, and all that come, and leaves no timer', async () => {
    const { clock, log, ask, throttler } = createDesk();
    const view = throttler.forConnection();
    ask('fill', { orders: 5 }, { lane: 'order' });
    ask('waits', { orders: 1 }, { lane: 'order' });
    createAsk(clock, view, log)('waits in a view', { orders: 1 }, { lane: 'order' });
    throttler.close();
    ask('late', {}, { lane: 'cancel' });
    await clock.settle();
    expect(log.slice(1)).toEqual([
      'waits in a view aborted not-sent 0',
      'waits aborted not-sent 0',
      'late aborted not-sent 0',
    ]);
    expect(clock.timers()).toBe(0);
  });
});
