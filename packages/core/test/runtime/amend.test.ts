import { expect, test } from 'vitest';

import { refusal } from './support/server.js';
import { tiny, type TinySpec } from './support/venue.js';
import { buy, createWorld, credentials, failureOf, gate, type World } from './support/world.js';

async function holding(spec: TinySpec = tiny): Promise<World> {
  const world = createWorld({ credentials }, spec);
  await world.start();
  await world.run(world.connector.place(buy('a')));
  world.news();
  return world;
}

async function amend(
  { connector, run }: World,
  to: { readonly amount?: string; readonly price?: string },
): Promise<string> {
  return failureOf(run(connector.amend?.('a', to) ?? Promise.reject(new Error('no amend'))));
}

test('an amended order has its new terms, over the stream that carries requests', async () => {
  const world = await holding();
  const { connector, server, news } = world;
  expect(await amend(world, { amount: '2', price: '99' })).toBe('resolved');
  const { amount, price, state } = connector.order('a') ?? {};
  expect([amount?.toFixed(), price?.toFixed(), state, news()]).toEqual(['2', '99', 'open', ['order-amended a']]);
  expect(server.requests.at(-1)).toEqual({
    at: 'RPC amend',
    params: { symbol: 'BTCUSDT', cid: 'a', id: '1', amount: '2', price: '99' },
  });
});

test('a refused amendment rejects and changes nothing', async () => {
  const world = await holding();
  world.server.on('RPC amend', () => refusal('rejected', 'too small'));
  expect(await amend(world, { amount: '0.5' })).toBe('order-rejected refused: tiny RPC amend: too small (rejected)');
  expect(world.connector.order('a')?.amount.toFixed()).toBe('1');
});

test('an amendment that the stream lost is followed up', async () => {
  const world = await holding();
  const { connector, server, sockets, clock } = world;
  const hold = gate();
  server.on('RPC amend', ({ cid = '', amount }) => {
    server.orders.set(cid, { ...server.orders.get(cid), amount, at: '1700000001000' });
    return hold.opened;
  });
  const amending = amend(world, { amount: '0.5' });
  await clock.advance(50);
  sockets.peers.at(-1)?.close(1006, 'gone');
  expect(await amending).toContain('network unknown: ');
  await clock.advance(5_000);
  expect(connector.order('a')?.amount.toFixed()).toBe('0.5');
});

test('an amendment that the venue cannot make is refused before it leaves', async () => {
  const { run } = tiny.trading.amend ?? {};
  const rule = { id: 'kept', can: 'amount', lowersOnly: true } as const;
  const world = await holding({ ...tiny, trading: { ...tiny.trading, ...(run && { amend: { ...rule, run } }) } });
  expect([
    await amend(world, { price: '99' }),
    await amend(world, { amount: '1' }),
    await amend(world, {}),
    await amend(world, { amount: 'much' }),
  ]).toEqual([
    'unsupported not-sent: tiny amend: this venue amends amounts only: cancel, then place at the new price',
    'unsupported not-sent: tiny amend: this venue lowers amounts only: 1 to 1 is not lower',
    'invalid-request not-sent: tiny amend: nothing to change',
    'invalid-request not-sent: tiny amend: amount: not a decimal number: "much"',
  ]);
  expect([await amend(world, { amount: '0.5' }), world.count('RPC amend')]).toEqual(['resolved', 1]);
});
