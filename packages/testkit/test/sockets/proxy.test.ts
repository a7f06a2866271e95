import { nodePorts } from '@hb/connector-core';
import { afterEach, expect, test } from 'vitest';

import type { Trouble } from '../../src/sockets/pipe.js';
import { startProxy, type FaultProxy } from '../../src/sockets/proxy.js';
import { serveVenue, type ServedVenue } from '../../src/sockets/serve.js';
import { listenTo, send, toText } from '../client.js';
import { createToyVenue } from '../toy-venue.js';

const ports = nodePorts();
const running: (ServedVenue | FaultProxy)[] = [];

afterEach(async () => {
  for (const each of running.splice(0).reverse()) await each.close();
});

async function startToy(
  trouble?: Trouble,
): Promise<{ readonly proxy: FaultProxy; readonly http: string; readonly ws: string }> {
  const served = await serveVenue(createToyVenue(() => 0));
  const proxy = await startProxy({ target: served.host, seed: 1, ...(trouble === undefined ? {} : { trouble }) });
  running.push(served, proxy);
  return { proxy, http: `http://${proxy.host}`, ws: `ws://${proxy.host}/ws` };
}

const elapsed = async (work: Promise<unknown>): Promise<number> => {
  const start = ports.clock.mono();
  await work;
  return ports.clock.mono() - start;
};

test('without trouble everything passes', async () => {
  const { http, ws, proxy } = await startToy();
  expect(toText(await send(ports, http, 'GET /nothing'))).toBe('404 {"path":"/nothing"}');
  const { connection, heard, until } = listenTo(ports, ws);
  await until(2);
  connection.send('x'.repeat(60_000));
  await until(3);
  expect(heard[2]?.length).toBe(60_005);
  expect(proxy.connections()).toBe(2);
});

test('latency delays both ways', async () => {
  const { http } = await startToy({ latencyMs: 40, jitterMs: 10 });
  const took = await elapsed(send(ports, http, 'GET /nothing'));
  expect(took).toBeGreaterThanOrEqual(79);
  expect(took).toBeLessThan(1000);
});

test('a slow line drips, but brings everything', async () => {
  const { http } = await startToy({ direction: 'down', bytesPerSecond: 2000 });
  const answer = send(ports, http, 'GET /nothing');
  expect(await elapsed(answer)).toBeGreaterThan(30);
  expect(toText(await answer)).toBe('404 {"path":"/nothing"}');
});

test('a cut in the middle of an answer is an unknown outcome', async () => {
  const { http, proxy } = await startToy({ direction: 'down', cutAfterBytes: 40 });
  await expect(send(ports, http, 'GET /nothing')).rejects.toMatchObject({ kind: 'network', outcome: 'unknown' });
  proxy.trouble({ direction: 'down', cutAfterBytes: 40, cutWith: 'end' });
  await expect(send(ports, http, 'GET /nothing')).rejects.toMatchObject({ kind: 'network', outcome: 'unknown' });
});

test('a black hole swallows what is sent, a deaf line keeps it until it hears again', async () => {
  const { ws, proxy } = await startToy();
  const { connection, heard, until } = listenTo(ports, ws);
  await until(2);
  proxy.trouble({ blackhole: true });
  connection.send('lost');
  await elapsed(send(ports, `http://${proxy.host}`, 'GET /nothing', { deadlineMs: 60 }).catch(() => undefined));
  proxy.trouble({ deaf: true });
  connection.send('kept');
  await elapsed(send(ports, `http://${proxy.host}`, 'GET /nothing', { deadlineMs: 60 }).catch(() => undefined));
  expect(heard.length).toBe(2);
  proxy.trouble();
  await until(3);
  expect(heard.slice(2)).toEqual(['echo kept']);
});

test('a reset breaks every connection', async () => {
  const { ws, proxy } = await startToy();
  const { heard, until } = listenTo(ports, ws);
  await until(2);
  proxy.reset();
  await until(3);
  expect(heard[2]).toMatch(/^close 1006/);
  expect(proxy.connections()).toBe(0);
});
