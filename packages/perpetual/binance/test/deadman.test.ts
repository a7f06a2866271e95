import { createConnector, nodePorts } from '@hb/connector-core';
import { createRandom, createVirtualClock, virtualPorts } from '@hb/connector-testkit';
import { expect, test } from 'vitest';

import { fixture } from '../simulation/fixture.js';

const deadmanMs = 8_000;
const pairs = ['BTC-USDT', 'BLZ-USDT'];

/** A connector with the switch on, a resting order in each market, and one that somebody placed by hand beside them in the first. */
async function trade() {
  const clock = createVirtualClock();
  const { crypto } = nodePorts();
  const { venue, engine, account, hosts } = fixture.createVenue({ clock, crypto, random: createRandom(1) });
  engine.deposit(account, 'USDT', '10000');
  const ports = virtualPorts({
    ...{ seed: 1, clock, latencyMs: [1, 3] },
    venues: Object.fromEntries(Object.values(hosts).map((address) => [new URL(address).host, venue])),
  });
  const { credentials, spec } = fixture;
  const connector = createConnector(spec, { ...{ credentials, hosts, ports, deadmanMs }, sandbox: true });
  await clock.run(connector.start({ pairs }));
  const open = (): readonly string[] => engine.openOrders(account).map(({ market }) => market);
  const place = (pair: string, price: string, amount: string) =>
    clock.run(connector.place({ pair, side: 'buy', type: 'limit', amount, price }));
  return { ...{ clock, connector, engine, account, venue, ports, open, place } };
}

test('orders stay while the connector is there, and are cancelled by the venue when it is gone', async () => {
  const { clock, connector, ports, venue, open, place } = await trade();
  await place('BTC-USDT', '59000', '0.005');
  await place('BLZ-USDT', '0.19', '100');
  await clock.advance(120_000);
  expect(open()).toEqual(['BTCUSDT', 'BLZUSDT']);
  // A single sign of life that is lost does no harm.
  ports.disturb({ kind: 'http.request.lost', match: 'countdownCancelAll' });
  await clock.advance(3 * deadmanMs);
  expect(open()).toEqual(['BTCUSDT', 'BLZUSDT']);
  // From here on nothing of what it sends arrives.
  ports.disturb({ kind: 'http.request.lost', match: '', times: Infinity });
  await clock.advance(deadmanMs / 2);
  expect(open()).toEqual(['BTCUSDT', 'BLZUSDT']);
  await clock.advance(deadmanMs / 2 + 100);
  expect(open()).toEqual([]);
  await clock.run(connector.stop());
  venue.stop();
});

test('only markets that it has traded in are watched over, and a stop takes the countdown back', async () => {
  const { clock, connector, engine, account, venue, open, place } = await trade();
  const byHand = { market: 'BLZUSDT', side: 'buy', type: 'limit', price: 1_900n, amount: 100n } as const;
  expect(engine.place(account, byHand).type).toBe('accepted');
  await place('BTC-USDT', '59000', '0.005');
  await clock.run(connector.stop());
  await clock.advance(10 * deadmanMs);
  expect(open()).toEqual(['BLZUSDT', 'BTCUSDT']);
  venue.stop();
});
