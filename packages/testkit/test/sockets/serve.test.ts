import { request as httpRequest } from 'node:http';

import { nodePorts } from '@hb/connector-core';
import { afterEach, describe, expect, test } from 'vitest';

import { disturb } from '../../src/faults/disturb.js';
import type { Fault } from '../../src/faults/fault.js';
import { serveVenue, type ServedVenue } from '../../src/sockets/serve.js';
import type { EmulatedVenue } from '../../src/venue.js';
import { listenTo, send, toText } from '../client.js';
import { createToyVenue, type ToyVenue } from '../toy-venue.js';

const ports = nodePorts();
const served: ServedVenue[] = [];

afterEach(async () => {
  for (const each of served.splice(0)) await each.close();
});

async function serve(venue: EmulatedVenue): Promise<ServedVenue> {
  const running = await serveVenue(venue);
  served.push(running);
  return running;
}

async function serveToy(...faults: readonly Fault[]): Promise<ServedVenue & { readonly venue: ToyVenue }> {
  const venue = createToyVenue(() => 0);
  return { ...(await serve(disturb(venue, ports.clock, faults))), venue };
}

describe('a request on sockets', () => {
  test('reaches the venue as it was sent', async () => {
    const { url } = await serveToy();
    const answer = toText(await send(ports, url, 'POST /echo?a=1&b=%20 {"c":2}'));
    expect(answer).toBe('200 {"method":"POST","query":"a=1&b=%20","body":"{\\"c\\":2}","agent":"test","host":true}');
  });

  test('is cut by a reset, or gets no answer at all', async () => {
    const { url } = await serveToy({ kind: 'http.reset', leg: 'request' }, { kind: 'http.request.lost', nth: 2 });
    const first = send(ports, url, 'POST /order?side=buy&price=1&amount=1');
    await expect(first).rejects.toMatchObject({ kind: 'network', outcome: 'unknown' });
    const second = send(ports, url, 'POST /order?side=buy&price=1&amount=1', { deadlineMs: 100 });
    await expect(second).rejects.toMatchObject({ kind: 'network', outcome: 'unknown' });
  });

  test('with a body larger than any venue takes is cut off', async () => {
    const { host } = await serveToy();
    const [hostname = '', port = ''] = host.split(':');
    const failure = await new Promise((resolve) => {
      const request = httpRequest({ hostname, port, method: 'POST', path: '/order' });
      request.on('error', resolve);
      request.end('x'.repeat(2_000_000));
    });
    expect(failure).toBeInstanceOf(Error);
  });
});

describe('a WebSocket on sockets', () => {
  test('opens, carries messages both ways, answers pings, and closes', async () => {
    const { wsUrl, venue, connections } = await serveToy();
    const { connection, heard, until } = listenTo(ports, `${wsUrl}/ws?key=1`);
    await until(2);
    connection.send('text');
    connection.send(new TextEncoder().encode('bytes'));
    connection.ping();
    await until(5);
    expect(connections()).toBe(1);
    connection.close();
    await until(6);
    expect([...heard].sort()).toEqual(['close 1005', 'echo bytes', 'echo text', 'open', 'pong', 'welcome key=1']);
    expect(venue.closed).toEqual([1005]);
  });

  test('is declined with the status', async () => {
    const { wsUrl } = await serveToy({ kind: 'ws.refused', nth: 2 });
    const first = listenTo(ports, `${wsUrl}/other`);
    await first.until(1);
    expect(first.heard).toEqual(['close 1006 Unexpected server response: 404']);
    const second = listenTo(ports, `${wsUrl}/ws`);
    await second.until(1);
    expect(second.heard[0]).toMatch(/^close 1006/);
  });

  test('can be dropped by the one who serves, with a code or without', async () => {
    const { wsUrl, dropAll } = await serveToy();
    const first = listenTo(ports, `${wsUrl}/ws`);
    await first.until(2);
    dropAll(1012);
    await first.until(3);
    const second = listenTo(ports, `${wsUrl}/ws`);
    await second.until(2);
    dropAll();
    await second.until(3);
    expect([first.heard[2], second.heard[2]]).toEqual(['close 1012', 'close 1006']);
  });

  test('says nothing more once it is silent, and is ended with the server', async () => {
    const { wsUrl, venue, close } = await serveToy({ kind: 'ws.silent', match: 'hush', to: 'venue' });
    const { connection, heard, until } = listenTo(ports, `${wsUrl}/ws`);
    await until(2);
    connection.send('hush');
    connection.ping();
    connection.send('anybody?');
    await send(ports, wsUrl.replace('ws:', 'http:'), 'GET /echo');
    venue.engine.deposit('me', 'A', '1');
    await close();
    await until(3);
    expect(heard).toEqual(['open', 'welcome ', 'close 1006']);
  });
});
