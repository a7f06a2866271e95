import { expect, test } from 'vitest';

import type { Endpoint } from '../src/spec/endpoint.js';
import { text, tiny, type TinySpec } from './support/connector-venue.js';
import { createWorld, type World, type WorldOptions } from './support/connector-world.js';

const endpoint: Endpoint = { at: 'POST /deadman', signed: true };

function withDeadman(scope: 'account' | 'symbol'): TinySpec {
  const arm: NonNullable<TinySpec['trading']['deadman']>['arm'] = ({ call }, ms, market) =>
    call(endpoint, { ms: String(ms), symbol: market?.symbol }, () => undefined);
  return { ...tiny, trading: { ...tiny.trading, deadman: { scope, maxMs: 60_000, arm } } };
}

async function startedWorld(options: WorldOptions): Promise<World> {
  const world = createWorld(options);
  world.server.always('POST /deadman', { body: {} });
  await world.start();
  return world;
}

function armed({ server }: World): readonly string[] {
  return server
    .requestsFor('POST /deadman')
    .map(({ params }) => `${text(params, 'ms')} ${text(params, 'symbol', '')}`.trim());
}

test('is armed with the first order, told again before it runs out, and taken back by a stop that keeps orders', async () => {
  const world = await startedWorld({ spec: withDeadman('account'), deadmanMs: 20_000 });
  await world.clock.advance(30_000);
  expect([world.connector.capabilities.deadman, armed(world)]).toEqual([true, []]);
  await world.place();
  await world.place();
  expect(armed(world)).toEqual(['20000']);
  await world.clock.advance(10_100);
  expect(armed(world)).toEqual(['20000', '20000', '20000']);
  await world.finish();
  expect(armed(world).at(-1)).toBe('0');
});

test('is armed for each market where the venue knows no other, and never for longer than it takes', async () => {
  const world = await startedWorld({ spec: withDeadman('symbol'), deadmanMs: 600_000 });
  await world.place();
  await world.place({ pair: 'ETH-USDT' });
  expect(armed(world)).toEqual(['60000 BTCUSDT', '60000 ETHUSDT']);
  await world.finish();
  expect(armed(world).slice(2).toSorted()).toEqual(['0 BTCUSDT', '0 ETHUSDT']);
});

test('is armed at the start for orders that an earlier run left', async () => {
  const first = await startedWorld({ spec: withDeadman('account'), deadmanMs: 20_000 });
  await first.place();
  const files = first.files();
  await first.settle(first.connector.stop());
  const before = armed(first).length;
  const second = await startedWorld({
    ...{ spec: withDeadman('account'), deadmanMs: 20_000 },
    after: { world: first, files },
  });
  await second.clock.advance(10);
  expect(armed(second).slice(before)).toEqual(['20000']);
  await second.finish();
});

test('stays armed when a stop could not cancel all that it was to cancel', async () => {
  const world = await startedWorld({ spec: withDeadman('account'), deadmanMs: 20_000 });
  await world.place();
  world.server.always('POST /cancel', { body: { code: 'refused' } });
  await world.settle(world.connector.stop({ orders: 'cancel', withinMs: 1_000 }));
  expect(armed(world)).toEqual(['20000']);
});

test('goes on while answers do not come, with no more of them than could arrive in time', async () => {
  const world = await startedWorld({ spec: withDeadman('account'), deadmanMs: 8_000 });
  await world.place();
  world.server.always('POST /deadman', 'silence');
  await world.clock.advance(4_100);
  expect(armed(world)).toHaveLength(3);
  await world.clock.advance(5_000);
  expect(armed(world)).toHaveLength(4);
  world.server.always('POST /deadman', { body: {} });
  await world.clock.advance(12_000);
  expect(armed(world).length).toBeGreaterThan(6);
  await world.finish();
});

test('is not asked for unless it is wanted', async () => {
  const world = await startedWorld({ spec: withDeadman('account') });
  await world.place();
  await world.finish();
  expect(armed(world)).toEqual([]);
});

test('a refusal is told, and orders go on', async () => {
  const world = await startedWorld({ spec: withDeadman('account'), deadmanMs: 20_000 });
  world.server.always('POST /deadman', { body: { code: 'refused' } });
  await world.place();
  await world.clock.advance(100);
  expect(world.warnings()).toEqual([expect.stringContaining('/deadman')]);
  await world.settle(world.connector.stop());
});
