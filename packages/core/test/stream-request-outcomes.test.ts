import { describe, expect, test } from 'vitest';

import { ConnectorError } from '../src/errors/connector-error.js';
import { ask, createLive } from './support/stream-request.js';

describe('a request whose outcome is unknown', () => {
  test('is one that is not answered in time; a late answer is ignored', async () => {
    const { clock, venue, stream, told } = await createLive();
    const outcome = ask(stream);
    await clock.advance(5_000);
    expect(outcome).toEqual({
      kind: 'network',
      outcome: 'unknown',
      message: 'ticks order.place: no answer within 5000 ms; the venue may have acted',
    });
    venue.peer(0).send({ type: 'response', id: '1', status: '400' });
    await clock.advance(10);
    expect(told).toEqual([['up', '']]);
  });

  test('is one that was written when the connection dropped', async () => {
    const { clock, venue, stream } = await createLive();
    const outcome = ask(stream);
    await clock.advance(1);
    venue.peer(0).close(1006, '');
    await clock.advance(10);
    expect(outcome).toEqual({
      kind: 'network',
      outcome: 'unknown',
      message: 'ticks order.place: the connection ended (closed with 1006); the venue may have acted',
    });
  });

  test('is one that was written when the stream was closed or the caller gave up', async () => {
    const { clock, stream } = await createLive();
    const aborter = new AbortController();
    const aborted = ask(stream, { signal: aborter.signal });
    const closed = ask(stream);
    await clock.advance(1);
    aborter.abort();
    stream.close();
    const after = ask(stream);
    await clock.advance(10);
    expect(aborted).toMatchObject({ kind: 'aborted', outcome: 'unknown' });
    expect(closed).toMatchObject({ kind: 'network', outcome: 'unknown' });
    expect(after).toMatchObject({ kind: 'network', outcome: 'not-sent' });
    expect(clock.timers()).toBe(0);
  });
});

describe('a socket that refuses a message', () => {
  test('ends the connection, and a request that met it is not sent if the socket says so', async () => {
    const full = new ConnectorError('17 MB wait', {
      kind: 'network',
      outcome: 'not-sent',
      operation: 'SEND wss://venue.test',
    });
    const { clock, stream, told } = await createLive({ sendFails: full });
    const outcome = ask(stream);
    await clock.advance(1);
    expect(outcome).toEqual({ kind: 'network', outcome: 'not-sent', message: 'SEND wss://venue.test: 17 MB wait' });
    expect(told.at(-1)).toEqual(['down', '', 'a message could not be sent: SEND wss://venue.test: 17 MB wait']);
  });

  test('leaves the outcome of a request unknown if it says nothing', async () => {
    const { clock, stream } = await createLive({ sendFails: new Error('oops') });
    const outcome = ask(stream);
    await clock.advance(1);
    expect(outcome).toEqual({
      kind: 'network',
      outcome: 'unknown',
      message: 'ticks order.place: oops; the venue may have acted',
    });
  });
});

describe('a planned replacement', () => {
  test('waits for the answers under way and takes no request meanwhile', async () => {
    const { clock, venue, stream, told } = await createLive();
    await clock.advance(40_000);
    const pending = ask(stream);
    await clock.advance(10);
    venue.peer(0).send({ type: 'bye' });
    venue.peer(0).send({ type: 'bye' });
    await clock.advance(1_000);
    const refused = ask(stream);
    venue.peer(0).send({ type: 'response', id: '1', status: '200', body: 'placed' });
    await clock.advance(20);
    expect(pending).toEqual({ body: 'placed' });
    expect(refused).toMatchObject({ outcome: 'not-sent' });
    expect(told).toEqual([
      ['up', ''],
      ['down', '', 'the venue restarts'],
      ['up', ''],
    ]);
    expect(venue.peers.length).toBe(2);
  });

  test('waits 5 s at most', async () => {
    const { clock, venue, stream, told } = await createLive();
    await clock.advance(40_000);
    const pending = ask(stream, { deadlineMs: 60_000 });
    await clock.advance(10);
    venue.peer(0).send({ type: 'bye' });
    await clock.advance(5_005);
    expect(pending).toMatchObject({ outcome: 'unknown' });
    expect(told.at(-1)).toEqual(['down', '', 'the venue restarts']);
  });
});
