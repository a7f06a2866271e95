import { nodePorts, type Ports } from '@hb/connector-core';
import { expect, test } from 'vitest';

import { createRandom } from '../../src/random.js';
import { serveVenue } from '../../src/sockets/serve.js';
import { createVirtualClock } from '../../src/virtual/clock.js';
import { virtualPorts } from '../../src/virtual/ports.js';
import { listenTo, send, toText } from '../client.js';
import { createToyVenue, describe as describeEvent, type ToyVenue } from '../toy-venue.js';

type Run = { readonly answers: readonly string[]; readonly heard: readonly string[]; readonly log: readonly string[] };

/** Sixty orders and cancels, one after the other, drawn from a seed. */
async function trade(
  ports: Pick<Ports, 'http' | 'ws'>,
  venue: ToyVenue,
  hosts: { http: string; ws: string },
): Promise<Run> {
  const random = createRandom('script');
  const { heard, until, connection } = listenTo(ports, `${hosts.ws}/ws`);
  await until(2);
  const start = venue.engine.log.length;
  const answers: string[] = [];
  for (let count = 1; count <= 60; count += 1) {
    const side = random.pick(['buy', 'sell']);
    const account = random.pick(['me', 'other']);
    const order = `POST /order?account=${account}&side=${side}&price=${random.integer(95, 105)}&amount=${random.integer(1, 9)}`;
    const cancel = `DELETE /order?id=${random.integer(1, count)}`;
    answers.push(toText(await send(ports, hosts.http, random.chance(0.3) ? cancel : order)));
  }
  await until(2 + venue.engine.log.length - start);
  connection.close();
  return { answers, heard: [...heard], log: venue.engine.log.map(describeEvent) };
}

test('the same script does the same in memory and on sockets', async () => {
  const clock = createVirtualClock();
  const inMemory = createToyVenue(() => clock.now());
  const ports = virtualPorts({ seed: 1, clock, venues: { 'api.toy.example': inMemory } });
  const memory = trade(ports, inMemory, { http: 'https://api.toy.example', ws: 'wss://api.toy.example' });
  const expected = await clock.run(memory);

  const onSockets = createToyVenue(() => 0);
  const served = await serveVenue(onSockets);
  const found = await trade(nodePorts(), onSockets, { http: served.url, ws: served.wsUrl });
  await served.close();

  expect(found).toEqual(expected);
  expect(found.log.filter((text) => text.includes('"type":"trade"')).length).toBeGreaterThan(10);
});
