import { expect, test } from 'vitest';

import { breakOff, refusal } from './support/server.js';
import { tiny } from './support/venue.js';
import { buy, createWorld, credentials, failureOf, gate, type World } from './support/world.js';

async function holding(...ids: readonly string[]): Promise<World> {
  const world = createWorld();
  await world.start();
  for (const id of ids) await world.run(world.connector.place(buy(id)));
  world.news();
  return world;
}

const theirs = { id: '90', cid: 'theirs', status: 'open', filled: '0', side: 'sell', amount: '2', price: '120' };

test('a cancelled order is over, and cancelling it again asks nobody', async () => {
  const { connector, run, news, count } = await holding('a');
  expect((await run(connector.cancel('a'))).state).toBe('canceled');
  expect((await run(connector.cancel('a'))).state).toBe('canceled');
  expect([news(), count('DELETE /order')]).toEqual([['order-closed a'], 1]);
});

test('an order that is not known here cannot be cancelled', async () => {
  const { connector, run } = await holding();
  expect(await failureOf(run(connector.cancel('x')))).toBe(
    'invalid-request not-sent: tiny order: no order "x" is known here',
  );
});

test('an order that waits for the rate limit never leaves once it is cancelled', async () => {
  const { connector, clock, run, count } = await holding('a', 'b', 'c', 'd', 'e');
  const placing = failureOf(connector.place(buy('f')));
  await clock.settle();
  expect(connector.order('f')?.state).toBe('queued');
  expect((await run(connector.cancel('f'))).state).toBe('not-sent');
  await clock.advance(5_000);
  expect([await placing, count('POST /order')]).toEqual(['aborted not-sent: tiny POST /order: aborted', 5]);
});

test('a cancel that comes too late ends with the order filled', async () => {
  const { connector, server, run, news } = await holding('a');
  server.orders.set('a', { id: '1', cid: 'a', status: 'filled', filled: '1' });
  server.fills.push({ fillId: 'f', id: '1', price: '100', amount: '1', at: '5' });
  const { state, filled, fillsComplete } = await run(connector.cancel('a'));
  expect([state, filled.toFixed(), fillsComplete]).toEqual(['filled', '1', true]);
  expect(news()).toEqual(['order-filled a', 'order-closed a']);
});

test('a refused cancel of an order that is still open rejects', async () => {
  const { connector, server, run } = await holding('a');
  server.on('DELETE /order', () => refusal('rejected', 'not now'));
  expect(await failureOf(run(connector.cancel('a')))).toBe(
    'order-rejected refused: tiny DELETE /order: not now (rejected)',
  );
  expect([connector.order('a')?.state, connector.order('a')?.canceling]).toEqual(['open', false]);
});

test('a cancel that did not leave rejects and asks nobody', async () => {
  const { connector, server, run, count } = await holding('a');
  server.on('DELETE /order', () => breakOff('not-sent'));
  expect(await failureOf(run(connector.cancel('a')))).toBe(
    'network not-sent: tiny DELETE /order: the connection broke',
  );
  expect(count('GET /order')).toBe(0);
});

test('a cancel whose answer was lost ends as the venue says', async () => {
  const { connector, server, run } = await holding('a', 'b');
  server.on('DELETE /order', ({ cid }) => {
    if (cid === 'a') server.orders.set('a', { id: '1', cid: 'a', status: 'canceled', filled: '0' });
    return breakOff();
  });
  expect((await run(connector.cancel('a'))).state).toBe('canceled');
  expect(await failureOf(run(connector.cancel('b')))).toBe('network unknown: tiny DELETE /order: the connection broke');
  expect(connector.order('b')?.state).toBe('open');
});

test('cancelAll cancels ours, of one market or of all, and leaves what others placed', async () => {
  const { connector, server, clock, run, tell } = await holding('a', 'b');
  await run(connector.place(buy('c', { pair: 'ETH-USDT' })));
  server.orders.set('theirs', theirs);
  await tell('account', { type: 'order', ...theirs });
  await clock.advance(10);
  expect((await run(connector.cancelAll({ pair: 'ETH-USDT' }))).map(({ clientOrderId }) => clientOrderId)).toEqual([
    'c',
  ]);
  expect((await run(connector.cancelAll())).map(({ clientOrderId }) => clientOrderId)).toEqual(['a', 'b']);
  const [left] = connector.orders({ open: true });
  expect([left?.clientOrderId, left?.origin]).toEqual(['theirs', 'external']);
  expect(server.orders.get('theirs')?.['status']).toBe('open');
});

test('cancelAll of the account sweeps the orders of others too', async () => {
  const { connector, server, run, tell, count } = await holding('a');
  server.orders.set('theirs', theirs);
  await tell('account', { type: 'order', ...theirs });
  const canceled = await run(connector.cancelAll({ scope: 'account' }));
  expect(canceled.map(({ clientOrderId }) => clientOrderId)).toEqual(['a', 'theirs']);
  expect([count('DELETE /orders'), count('DELETE /order')]).toEqual([1, 0]);
});

test('a sweep that fails falls back to one cancel an order', async () => {
  const { connector, server, run, count } = await holding('a', 'b');
  server.on('DELETE /orders', () => refusal('rejected', 'not here'));
  const canceled = await run(connector.cancelAll({ scope: 'account' }));
  expect([canceled.length, count('DELETE /order')]).toEqual([2, 2]);
});

test('a venue without a sweep cancels the account one by one', async () => {
  const { cancelAll: _cancelAll, ...trading } = tiny.trading;
  const { connector, start, run, count } = createWorld({ credentials }, { ...tiny, trading });
  await start();
  await run(connector.place(buy('a')));
  expect([(await run(connector.cancelAll({ scope: 'account' }))).length, count('DELETE /order')]).toEqual([1, 1]);
});

test('cancelAll returns at its deadline, with what is cancelled by then', async () => {
  const { connector, server, clock, run } = await holding('a', 'b');
  const hold = gate();
  server.on('DELETE /order', ({ cid }) =>
    cid === 'a' ? { id: '1', cid, status: 'canceled', filled: '0' } : hold.opened.then(() => refusal('busy', 'later')),
  );
  const startedAt = clock.mono();
  const canceled = await run(connector.cancelAll({ withinMs: 500 }));
  expect([canceled.map(({ clientOrderId }) => clientOrderId), clock.mono() - startedAt]).toEqual([['a'], 500]);
  hold.open();
  await clock.advance(100);
  expect(connector.order('b')?.state).toBe('open');
});

test('kill cancels all and refuses new orders until release', async () => {
  const { connector, run } = await holding('a');
  const killed = await run(connector.kill('the strategy went mad'));
  expect(killed.map(({ clientOrderId }) => clientOrderId)).toEqual(['a']);
  expect([connector.status.ready, connector.status.missing]).toEqual([
    false,
    ['orders are stopped: the strategy went mad'],
  ]);
  expect(await failureOf(run(connector.place(buy('b'))))).toBe(
    'aborted not-sent: place BTC-USDT: new orders are refused: the strategy went mad',
  );
  connector.release();
  expect([connector.status.ready, (await run(connector.place(buy('c')))).state]).toEqual([true, 'open']);
});

test('a stop keeps orders or cancels them, and says what is left', async () => {
  const kept = await holding('a');
  const { open } = await kept.run(kept.connector.stop());
  const cancelled = await holding('a');
  const left = await cancelled.run(cancelled.connector.stop({ orders: 'cancel', withinMs: 1_000 }));
  const stuck = await holding('a');
  stuck.server.on('DELETE /order', () => breakOff('not-sent'));
  const { open: stillOpen } = await stuck.run(stuck.connector.stop({ orders: 'cancel' }));
  expect([open.length, left, stillOpen.length]).toEqual([1, { open: [], uncertain: [] }, 1]);
});

test('two cancels of one order are one request', async () => {
  const { connector, run, count } = await holding('a');
  const [first, second] = await run(Promise.all([connector.cancel('a'), connector.cancel('a')]));
  expect([first.state, second.state, count('DELETE /order')]).toEqual(['canceled', 'canceled', 1]);
});

test('a cancel that overtakes its order is sent again when the order has arrived', async () => {
  const { connector, server, clock, run, count } = await holding();
  const hold = gate();
  server.on('POST /order', async ({ cid = '' }) => {
    await hold.opened;
    const order = { id: '7', cid, status: 'open', filled: '0' };
    server.orders.set(cid, order);
    return order;
  });
  const placing = connector.place(buy('a'));
  await clock.settle();
  const cancelling = connector.cancel('a');
  await clock.advance(100);
  hold.open();
  expect([(await run(cancelling)).state, (await placing).clientOrderId, count('DELETE /order')]).toEqual([
    'canceled',
    'a',
    2,
  ]);
});
