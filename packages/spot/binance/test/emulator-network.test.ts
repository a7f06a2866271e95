import { expect, test } from 'vitest';

import { decodeJson, nodePorts, toText, type Clock, type Ports } from '@hb/connector-core';
import { createMemoryNetwork, createRandom, createVirtualClock, serveVenue } from '@hb/connector-testkit';

import { createBinanceEmulator, type BinanceEmulator } from '../emulator/index.js';
import { alice, aliceAccount, bobAccount, limitOrder } from './emulator-client.js';

type Line = { readonly ports: Pick<Ports, 'http' | 'ws'>; readonly rest: string; readonly stream: string };

function createVenue(clock: Clock): BinanceEmulator {
  return createBinanceEmulator({ clock, crypto: nodePorts().crypto, accounts: [aliceAccount, bobAccount] });
}

/** Listens to the user stream, then places an order: what came back, in the order of its kind. */
async function trade({ ports, rest, stream }: Line, clock: Clock): Promise<readonly unknown[]> {
  const received: unknown[] = [];
  const isComplete = createGate();
  const timestamp = clock.now();
  const text = `apiKey=${alice.apiKey}&timestamp=${timestamp}`;
  const params = { apiKey: alice.apiKey, timestamp, signature: alice.signature(text) };
  const subscribed = createGate();
  const connection = ports.ws.open(
    new URL(`${stream}/ws-api/v3`),
    {
      open: () => connection.send(JSON.stringify({ id: 1, method: 'userDataStream.subscribe.signature', params })),
      frame: (bytes) => {
        received.push(decodeJson(toText(bytes)));
        subscribed.open();
        if (received.length === 3) isComplete.open();
      },
      pong: () => undefined,
      close: () => undefined,
    },
    { maxBytes: 100_000 },
  );
  await subscribed.isOpen;
  const query = Object.entries({ ...limitOrder, timestamp })
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  const url = new URL(`${rest}/api/v3/order?${query}&signature=${alice.signature(query)}`);
  const request = { method: 'POST', url, body: '', headers: { 'X-MBX-APIKEY': alice.apiKey } };
  const answer = await ports.http.send(request, { deadlineMs: 5_000, maxBytes: 100_000, pool: 'orders' });
  await isComplete.isOpen;
  connection.close();
  return [answer.status, answer.headers.get('x-mbx-order-count-10s'), decodeJson(toText(answer.body)), ...received];
}

function createGate() {
  let open: () => void = () => undefined;
  const isOpen = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { isOpen, open: () => open() };
}

const expected = [
  200,
  '1',
  expect.objectContaining({ orderId: '1', clientOrderId: 'mine', status: 'NEW' }),
  expect.objectContaining({ id: '1', status: '200', result: { subscriptionId: '0' } }),
  { subscriptionId: '0', event: expect.objectContaining({ e: 'executionReport', x: 'NEW', c: 'mine' }) },
  { subscriptionId: '0', event: expect.objectContaining({ e: 'outboundAccountPosition' }) },
];

test('the venue answers in memory', async () => {
  const clock = createVirtualClock();
  const venue = createVenue(clock);
  const venues = { 'api.binance.example': venue, 'ws-api.binance.example': venue };
  const ports = createMemoryNetwork({ clock, venues, random: createRandom(1) });
  let result: readonly unknown[] | undefined;
  const line = { ports, rest: 'https://api.binance.example', stream: 'wss://ws-api.binance.example' };
  void trade(line, clock).then((received) => (result = received));
  await clock.runUntil(() => result !== undefined);
  expect(result).toEqual(expected);
  venue.stop();
});

test('the same venue answers on sockets', async () => {
  const ports = nodePorts({ sandbox: true });
  const venue = createVenue(ports.clock);
  const served = await serveVenue(venue);
  try {
    expect(await trade({ ports, rest: served.url, stream: served.wsUrl }, ports.clock)).toEqual(expected);
  } finally {
    venue.stop();
    await served.close();
  }
});
