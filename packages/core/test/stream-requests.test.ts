import { getEventListeners } from 'node:events';

import { describe, expect, test } from 'vitest';

import { decimal } from '../src/model/decimal.js';
import { ask, createLive } from './support/stream-request.js';
import { bare, createWorld, received, silent } from './support/stream-world.js';

describe('a request that is answered', () => {
  test('resolves with the answer to its id, whatever its status', async () => {
    const { clock, venue, stream } = await createLive();
    await clock.advance(20_000);
    const idle = clock.timers();
    const first = ask(stream);
    const second = ask(stream);
    await clock.advance(10);
    expect(received(venue.peer(0))).toEqual([
      { op: 'order.place', params: { symbol: 'X' }, id: '1' },
      { op: 'order.place', params: { symbol: 'X' }, id: '2' },
    ]);
    venue.peer(0).send({ type: 'response', id: '2', status: '400', body: 'refused' });
    venue.peer(0).send({ type: 'response', id: '1', status: '200', body: 'placed' });
    venue.peer(0).send({ type: 'response', id: '1', status: '200', body: 'twice' });
    venue.peer(0).send({ type: 'response', id: '77', status: '500', body: 'nobody asked' });
    await clock.advance(10);
    expect([first, second]).toEqual([{ body: 'placed' }, { body: 'refused' }]);
    await clock.advance(10_000);
    expect(clock.timers()).toBe(idle);
  });

  test('runs onSend once, right before it is written', async () => {
    const { clock, venue, stream } = await createLive({
      stream: { cost: { message: { messages: 1 } } },
      pools: { messages: { scope: 'connection', windows: [{ limit: 1, perMs: 1_000 }] } },
    });
    const sentAt: number[] = [];
    ask(stream);
    ask(stream, { onSend: () => sentAt.push(clock.mono()) });
    await clock.advance(999);
    expect(sentAt).toEqual([]);
    await clock.advance(10);
    expect(sentAt).toEqual([2_010]);
    expect(venue.peer(0).received.map(({ at }) => at)).toEqual([1_015, 2_015]);
  });

  test('goes out ahead of subscriptions that wait, and a cancel ahead of an order', async () => {
    const { clock, venue, stream } = await createLive({
      stream: { topicsPerMessage: 1, cost: { message: { messages: 1 } } },
      pools: { messages: { scope: 'connection', windows: [{ limit: 1, perMs: 1_000 }] } },
    });
    stream.add(['a', 'b', 'c']);
    await clock.advance(10);
    ask(stream);
    void stream.request('order.cancel', {}, { deadlineMs: 5_000, lane: 'cancel' }).catch(() => undefined);
    await clock.advance(3_500);
    expect(venue.peer(0).received.map(({ text }) => /order\.\w+|subscribe/.exec(text)?.[0])).toEqual([
      'subscribe',
      'order.cancel',
      'order.place',
      'subscribe',
    ]);
  });
});

test('a request leaves no listener on the signal that could have ended it', async () => {
  const { clock, venue, stream } = await createLive();
  const { signal } = new AbortController();
  ask(stream, { signal });
  await clock.advance(10);
  venue.peer(0).send({ type: 'response', id: '1', status: '200' });
  await clock.advance(10);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

describe('a request that was not written', () => {
  test('is not sent without a live connection', async () => {
    const { clock, stream } = createWorld({ venue: silent });
    const before = ask(stream);
    stream.hold();
    const connecting = ask(stream);
    await clock.advance(1);
    const failure = {
      kind: 'network',
      outcome: 'not-sent',
      message: 'ticks order.place: not connected; nothing was sent',
    };
    expect([before, connecting]).toEqual([failure, failure]);
  });

  test('is not sent where the stream takes none', async () => {
    const { clock, stream } = await createLive({ protocol: bare });
    const outcome = ask(stream);
    await clock.settle();
    expect(outcome).toEqual({
      kind: 'unsupported',
      outcome: 'not-sent',
      message: 'ticks order.place: this stream takes no requests',
    });
  });

  test('is not sent when it cannot be built', async () => {
    const request = (): never => {
      throw new TypeError('parameter price is object: pass its text');
    };
    const { clock, venue, stream } = await createLive({ stream: { request } });
    const outcome = ask(stream);
    await clock.advance(10);
    expect(outcome).toEqual({
      kind: 'invalid-request',
      outcome: 'not-sent',
      message: 'ticks order.place: parameter price is object: pass its text',
    });
    expect(received(venue.peer(0))).toEqual([]);
  });

  test('is not sent when JSON cannot hold it, and the connection goes on', async () => {
    const { clock, venue, stream, told } = await createLive({ stream: { request: () => ({ price: decimal('1') }) } });
    const outcome = ask(stream);
    await clock.advance(10);
    expect(outcome).toMatchObject({ kind: 'invalid-request', outcome: 'not-sent' });
    expect(outcome.message).toContain('.price');
    expect([received(venue.peer(0)), told]).toEqual([[], [['up', '']]]);
  });

  test('is not sent when onSend throws', async () => {
    const { clock, venue, stream } = await createLive();
    const outcome = ask(stream, {
      onSend: () => {
        throw new Error('the journal is full');
      },
    });
    await clock.advance(10);
    expect(outcome).toMatchObject({ outcome: 'not-sent', message: 'ticks order.place: the journal is full' });
    expect(received(venue.peer(0))).toEqual([]);
  });

  test('is not sent when its time is over while it waits for the rate limit', async () => {
    const { clock, venue, stream } = await createLive({
      stream: { cost: { message: { messages: 1 } } },
      pools: { messages: { scope: 'connection', windows: [{ limit: 1, perMs: 60_000 }] } },
    });
    ask(stream, { deadlineMs: 100_000 });
    const late = ask(stream);
    const aborter = new AbortController();
    const aborted = ask(stream, { signal: aborter.signal });
    const dropped = ask(stream, { deadlineMs: 100_000 });
    aborter.abort();
    await clock.advance(5_000);
    venue.peer(0).close(1006, '');
    await clock.advance(10);
    expect(late).toMatchObject({
      outcome: 'not-sent',
      message: 'ticks order.place: no answer within 5000 ms; nothing was sent',
    });
    expect(aborted).toMatchObject({ kind: 'aborted', outcome: 'not-sent' });
    expect(dropped).toMatchObject({ kind: 'network', outcome: 'not-sent' });
    expect(venue.peer(0).received.length).toBe(1);
  });

  test('is not sent when it was aborted before', async () => {
    const { clock, stream } = await createLive();
    const outcome = ask(stream, { signal: AbortSignal.abort() });
    await clock.settle();
    expect(outcome).toEqual({
      kind: 'aborted',
      outcome: 'not-sent',
      message: 'ticks order.place: aborted; nothing was sent',
    });
  });

  test('is not sent when it is aborted while it is being built', async () => {
    const aborter = new AbortController();
    const request = async (): Promise<object> => {
      aborter.abort();
      return { op: 'order.place' };
    };
    const { clock, venue, stream } = await createLive({ stream: { request } });
    const outcome = ask(stream, { signal: aborter.signal });
    await clock.advance(10);
    expect(outcome).toMatchObject({ kind: 'aborted', outcome: 'not-sent' });
    expect(received(venue.peer(0))).toEqual([]);
  });

  test('is not sent beyond 256 unanswered ones', async () => {
    const { clock, venue, stream } = await createLive();
    const outcomes = Array.from({ length: 257 }, () => ask(stream));
    await clock.advance(10);
    expect(venue.peer(0).received.length).toBe(256);
    expect(outcomes.at(-1)).toEqual({
      kind: 'rate-limited',
      outcome: 'not-sent',
      message: 'ticks order.place: 256 requests are unanswered',
    });
  });
});
