import { expect, test } from 'vitest';

import type { Order } from '../src/model/order.js';
import { tiny, type TinySpec } from './support/connector-venue.js';
import { createWorld, limitOrder, type World, type WorldOptions } from './support/connector-world.js';

async function startedWorld(options: WorldOptions = {}): Promise<World> {
  const world = createWorld(options);
  await world.start();
  return world;
}

type Change = { readonly amount?: string; readonly price?: string };

function amend({ connector }: World, clientOrderId: string, to: Change): Promise<Order> {
  return connector.amend?.(clientOrderId, to) ?? Promise.reject(new Error('there is no amend'));
}

function sent({ server }: World): readonly unknown[] {
  return server.requestsFor('POST /amend').map(({ params }) => params);
}

test('an amendment is rounded, sent once, and changes the order', async () => {
  const world = await startedWorld();
  await world.place({ clientOrderId: 'mine' });
  const order = await world.settle(amend(world, 'mine', { amount: '2.0009', price: '80.009' }));
  expect([order.amount.toFixed(), order.price?.toFixed(), order.state]).toEqual(['2', '80', 'open']);
  expect(sent(world)).toEqual([{ clientOrderId: 'mine', amount: '2', price: '80' }]);
  expect(world.eventsOf('order-amended').map((event) => event.order)).toEqual([order]);
  await world.finish();
});

test('what is left out of an amendment stays, and is not sent', async () => {
  const world = await startedWorld();
  await world.place({ clientOrderId: 'mine' });
  await world.settle(amend(world, 'mine', { price: '80' }));
  await world.settle(amend(world, 'mine', { amount: '3' }));
  expect(sent(world)).toEqual([
    { clientOrderId: 'mine', price: '80' },
    { clientOrderId: 'mine', amount: '3' },
  ]);
  await world.finish();
});

test('an amendment that cannot be right is refused, unsent', async () => {
  const world = await startedWorld({ orderLimits: { maxNotional: '200', priceBand: '0.5' } });
  await world.place({ clientOrderId: 'mine' });
  await world.place({ clientOrderId: 'over' });
  await world.settle(world.connector.cancel('over'));
  const market = { pair: 'BTC-USDT', side: 'buy', type: 'market', amount: '1', clientOrderId: 'market' } as const;
  await world.settle(world.connector.place(market));
  const refusals: readonly (readonly [string, Change, string])[] = [
    ['nobody', { amount: '2' }, 'tiny order: no order "nobody" is known here'],
    ['mine', {}, 'tiny amend: nothing to change'],
    ['over', { amount: '2' }, 'tiny amend: order over is canceled, not open'],
    ['market', { amount: '2' }, 'tiny amend: order market is a market order'],
    ['mine', { amount: '0.0001' }, 'tiny amend: amount 0.0001 BTC is below the smallest, 0.001, in steps of 0.001'],
    ['mine', { amount: 'two' }, 'tiny amend: amount: not a decimal number: "two"'],
    ['mine', { amount: '3' }, 'tiny amend: 270 USDT is above orderLimits.maxNotional, 200 USDT'],
    ['mine', { price: '40' }, 'tiny amend: price 40 is more than orderLimits.priceBand 0.5 away from the mid, 100'],
  ];
  for (const [clientOrderId, to, message] of refusals) {
    expect(await world.failure(amend(world, clientOrderId, to))).toMatchObject({ outcome: 'not-sent', message });
  }
  await world.settle(world.connector.kill('enough'));
  expect(sent(world)).toEqual([]);
  await world.finish();
});

test('what the venue cannot amend is refused, unsent', async () => {
  const { amend: rule } = tiny.trading;
  if (rule === undefined) throw new Error('the venue amends');
  const lowersOnly: TinySpec = {
    ...tiny,
    trading: { ...tiny.trading, amend: { ...rule, can: 'amount', lowersOnly: true } },
  };
  const world = await startedWorld({ spec: lowersOnly });
  await world.place({ clientOrderId: 'mine' });
  expect(await world.failure(amend(world, 'mine', { price: '80' }))).toMatchObject({
    kind: 'unsupported',
    outcome: 'not-sent',
    message: 'tiny amend: this venue amends amounts only: cancel, then place at the new price',
  });
  expect(await world.failure(amend(world, 'mine', { amount: '1.0005' }))).toMatchObject({
    kind: 'unsupported',
    message: 'tiny amend: this venue lowers amounts only: 1 to 1 is not lower',
  });
  expect(sent(world)).toEqual([]);
  expect((await world.settle(amend(world, 'mine', { amount: '0.5' }))).amount.toFixed()).toBe('0.5');
  await world.finish();
});

test('a kill refuses amendments too', async () => {
  const world = await startedWorld();
  await world.place({ clientOrderId: 'mine' });
  world.server.always('POST /cancel', { status: 500, body: {} });
  await world.settle(world.connector.kill('enough'));
  expect(await world.failure(amend(world, 'mine', { amount: '2' }))).toMatchObject({
    kind: 'aborted',
    outcome: 'not-sent',
    message: 'tiny amend: new orders are refused: enough',
  });
  await world.finish();
});

test('an amendment that the venue refuses rejects, and the order stays as it was', async () => {
  const world = await startedWorld();
  const order = await world.place({ clientOrderId: 'mine' });
  world.server.next('POST /amend', { status: 400, body: { code: 'refused', message: 'not now' } });
  expect(await world.failure(amend(world, 'mine', { amount: '2' }))).toEqual({
    kind: 'order-rejected',
    outcome: 'refused',
    message: 'tiny POST /amend: not now (refused)',
    clientOrderId: 'mine',
  });
  expect(world.connector.order('mine')).toEqual(order);
  await world.finish();
});

test('an amendment whose answer is lost rejects as unknown, and the order is asked about until it is clear', async () => {
  const world = await startedWorld();
  await world.place({ clientOrderId: 'mine' });
  world.server.next('POST /amend', () => {
    world.server.change('mine', { amount: '2' });
    return 'lost';
  });
  expect(await world.failure(amend(world, 'mine', { amount: '2' }))).toMatchObject({
    kind: 'network',
    outcome: 'unknown',
  });
  await world.clock.advance(1_000);
  expect(world.connector.order('mine')?.amount.toFixed()).toBe('2');
  expect(world.server.requestsFor('GET /order')).toHaveLength(1);
  await world.finish();
});

test('an order that has not been answered is not amended', async () => {
  const world = await startedWorld();
  const placing = world.connector.place({ ...limitOrder, clientOrderId: 'mine' });
  await world.clock.settle();
  expect(await world.failure(amend(world, 'mine', { amount: '2' }))).toMatchObject({
    outcome: 'not-sent',
    message: 'tiny amend: order mine is sent, not open',
  });
  await world.settle(placing);
  await world.finish();
});

test('where an amended order keeps its id, an answer about another id is not believed', async () => {
  const world = await startedWorld();
  const { orderId } = await world.place({ clientOrderId: 'mine' });
  world.server.next('POST /amend', () => ({
    body: { order: { ...world.server.change('mine', {}), orderId: 'other' } },
  }));
  expect(await world.failure(amend(world, 'mine', { amount: '2' }))).toMatchObject({
    kind: 'bad-response',
    outcome: 'unknown',
    message: `amend mine: the venue answered about order other in place of ${orderId ?? ''}`,
  });
  const { amount, orderId: after } = world.connector.order('mine') ?? {};
  expect([amount?.toFixed(), after]).toEqual(['1', orderId]);
  await world.finish();
});

/** The venue, where an amendment makes a new order, and each is asked for by its own id. */
function replacing(): TinySpec {
  const { trading } = tiny;
  if (trading.amend === undefined) throw new Error('the venue amends');
  const amend = { ...trading.amend, id: 'new' } as const;
  const fetchOrder: TinySpec['trading']['fetchOrder'] = (p, { orderId, ...ref }) =>
    trading.fetchOrder(p, { ...ref, clientOrderId: [orderId, ref.replacedBy].filter(Boolean).join(' then ') });
  return { ...tiny, trading: { ...trading, amend, fetchOrder } };
}

test('what an order was before an amendment without an answer is asked for too, with its fills', async () => {
  const world = await startedWorld({ spec: replacing() });
  const { server } = world;
  await world.place({ clientOrderId: 'mine', amount: '3' });
  server.trade('mine', '1');
  const former = server.change('mine', { status: 'canceled' });
  server.next('POST /amend', 'lost');
  expect(await world.failure(amend(world, 'mine', { amount: '2.5' }))).toMatchObject({ outcome: 'unknown' });
  const latter = server.change('mine', { orderId: 'v9', status: 'open', amount: '1.5', filled: '0' });
  server.next('GET /order', { body: { order: former } }, { body: { order: latter } });
  server.tellOrder('mine');
  await world.clock.advance(2_000);
  expect(server.requestsFor('GET /order').map(({ params }) => params['clientOrderId'])).toEqual(['v1 then v9', 'v9']);
  expect(server.requestsFor('GET /fills').map(({ params }) => params['orderId'])).toEqual(['v1']);
  const { amount, filled, ...order } = world.connector.order('mine') ?? {};
  expect([amount?.toFixed(), filled?.toFixed()]).toEqual(['2.5', '1']);
  expect(order).toMatchObject({ orderId: 'v9', state: 'open', fillsComplete: true });
  expect((await world.settle(world.connector.stop())).uncertain).toEqual([]);
});
