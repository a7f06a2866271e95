import { expect, test } from 'vitest';

import { breakOff, refusal } from './support/server.js';
import { tiny } from './support/venue.js';
import { buy, createWorld, credentials, failureOf, gate, type World } from './support/world.js';

async function ready(...ids: readonly string[]): Promise<World> {
  const world = createWorld();
  await world.start();
  for (const id of ids) await world.run(world.connector.place(buy(id)));
  world.news();
  return world;
}

const fill = { fillId: 'f', id: '1', price: '100', amount: '1', at: '5' };
const firstLines = (news: readonly string[]): readonly string[] => news.map((line) => line.split('\n')[0] ?? '');

test('an account whose stream is down is stale, takes no orders, and is compared before it is ready again', async () => {
  const { connector, server, sockets, clock, run } = await ready('a');
  const states: string[] = [];
  connector.on('status', ({ status }) => states.push(status.account));
  sockets.peer(0).close(1006, 'gone');
  await clock.advance(10);
  expect(await failureOf(run(connector.place(buy('b'))))).toBe(
    'venue-unavailable not-sent: tiny place: the account is stale',
  );
  expect([connector.status.missing, connector.balances().get('USDT')?.stale]).toEqual([['account is stale'], true]);
  server.orders.set('a', { id: '1', cid: 'a', status: 'filled', filled: '1' });
  server.fills.push(fill);
  await clock.advance(5_000);
  expect([states, connector.order('a')?.state]).toEqual([['stale', 'reconciling', 'ready'], 'filled']);
  expect(connector.balances().get('USDT')?.stale).toBe(false);
});

test('orders, fills and balances of the stream are told as they come', async () => {
  const { connector, tell, news } = await ready('a');
  const balances: string[] = [];
  connector.on('balance', ({ asset, available }) => balances.push(`${asset} ${available.toFixed()}`));
  await tell(
    'account',
    { type: 'fill', ...fill },
    { type: 'order', id: '1', cid: 'a', status: 'filled', filled: '1' },
    { type: 'balances', rows: [{ asset: 'BTC', total: '1', available: '1' }] },
  );
  expect(news()).toEqual(['order-filled a', 'order-closed a']);
  expect(balances).toEqual(['BTC 1', 'USDT 0']);
});

test('an order closes for those who wait when its last fill is in', async () => {
  const { connector, clock, server, tell } = await ready('a');
  const closing = connector.closed('a');
  await tell('account', { type: 'order', id: '1', cid: 'a', status: 'filled', filled: '1' });
  server.fills.push(fill);
  await clock.advance(2_000);
  expect((await closing).averagePrice?.toFixed()).toBe('100');
});

test('a hint that something changed is followed by a look', async () => {
  const { server, clock, tell, news, count } = await ready();
  const [orders, balances] = [count('GET /open'), count('GET /balances')];
  await tell('account', { what: 'balances' });
  expect([count('GET /open') - orders, count('GET /balances') - balances]).toEqual([0, 1]);
  const hold = gate();
  server.on('GET /open', () => hold.opened.then(() => []));
  await tell('account', { what: 'orders' }, { what: 'orders' }, { what: 'orders' });
  hold.open();
  await clock.advance(1_000);
  expect(count('GET /open') - orders).toBe(2);
  const failed = 'warning tiny GET /balances: the connection broke';
  server.on('GET /balances', () => breakOff());
  await tell('account', { what: 'balances' });
  await clock.advance(400);
  expect(firstLines(news())).toEqual([failed, failed]);
  expect(count('GET /open') - orders).toBe(3);
});

test.each([
  ['cannot be read', 'odd', 'no event of type odd', 'stream.malformed'],
  ['cannot be taken in', 'lazy', 'entry 0 has no asset', 'account.malformed'],
])('an event that %s is a warning, and the account is compared', async (_, type, message, counter) => {
  const { connector, tell, news, count } = await ready();
  const before = count('GET /open');
  await tell('account', { type });
  expect([news(), count('GET /open') - before]).toEqual([[`warning ${message}`], 1]);
  expect(connector.metrics().counts[counter]).toBe(1);
});

test('a topic of the account that is refused fails the start in the words of the venue', async () => {
  const { connector, refusedTopics, run, news } = createWorld();
  refusedTopics.add('orders');
  expect(await failureOf(run(connector.start()))).toContain('no such topic');
  expect(news()).toEqual([expect.stringContaining('no such topic')]);
});

test('a login that is refused fails the start', async () => {
  const { connector, clock, run } = createWorld({ credentials: { ...credentials, apiKey: 'bad' } });
  expect(await failureOf(run(connector.start()))).toContain('wrong key');
  await clock.advance(1_000);
  expect(clock.timers()).toBe(0);
});

test('one order that cannot be asked about keeps the account from nothing', async () => {
  const { connector, server, sockets, clock, news } = await ready('a');
  server.on('GET /order', () => refusal('rejected', 'no such page'));
  server.on('GET /open', () => []);
  sockets.peer(0).close(1006, 'gone');
  await clock.advance(3_000);
  expect([connector.status.account, connector.order('a')?.state]).toEqual(['ready', 'open']);
  expect(firstLines(news())).toContain('warning tiny GET /order: no such page (rejected)');
});

test('polls go on from their cursor, and the account is stale from one that fails to the next that works', async () => {
  const { connector, server, clock, news } = await ready('a');
  const cursors: (string | undefined)[] = [];
  server.on('GET /poll', ({ cursor }) => {
    cursors.push(cursor);
    if (cursors.length === 2) return breakOff();
    return [{ cursor: String(cursors.length) }, { type: 'order', id: '1', cid: 'a', status: 'canceled', filled: '0' }];
  });
  await clock.advance(60_100);
  const { account } = connector.status;
  await clock.advance(30_000);
  expect([account, connector.status.account]).toEqual(['stale', 'ready']);
  expect(cursors).toEqual([undefined, '1', '1']);
  expect(firstLines(news())).toEqual(['order-closed a', 'warning tiny GET /poll: the connection broke']);
  expect(connector.order('a')?.state).toBe('canceled');
});

test('a venue without an account stream is ready once it was compared', async () => {
  const { streams: _streams, topics: _topics, ...feed } = tiny.trading.feed;
  const trading = { ...tiny.trading, feed };
  const { connector, sockets, start } = createWorld({ credentials }, { ...tiny, trading });
  await start();
  expect([connector.status.account, sockets.peers.length]).toEqual(['ready', 0]);
});

test('what the streams did not tell is found by the regular look', async () => {
  const { connector, server, start, run, clock } = createWorld({ credentials, auditEveryMs: 5_000 });
  await start();
  await run(connector.place(buy('a')));
  server.orders.set('a', { id: '1', cid: 'a', status: 'expired', filled: '0' });
  await clock.advance(5_100);
  expect(connector.order('a')?.state).toBe('expired');
});

test('an open order that the venue knows no longer is uncertain until more is known', async () => {
  const { connector, server, clock, run, tell } = await ready('a');
  server.orders.clear();
  await tell('account', { what: 'orders' });
  const { uncertain } = await run(connector.stop());
  expect(uncertain.map(({ clientOrderId, state }) => [clientOrderId, state])).toEqual([['a', 'open']]);
  await clock.advance(100);
});

test('missing fills are asked for until they are there, with a warning each minute', async () => {
  const { connector, server, clock, tell, news } = await ready('a');
  await tell('account', { type: 'order', id: '1', cid: 'a', status: 'filled', filled: '1' });
  await clock.advance(80_000);
  expect([connector.order('a')?.fillsComplete, news()]).toEqual([
    false,
    ['warning order a: fills are missing for over 60000 ms'],
  ]);
  server.on('GET /fills', ({ cursor }) => (cursor === undefined ? [{ cursor: '2' }] : [{}, fill]));
  await clock.advance(15_000);
  expect([connector.order('a')?.fillsComplete, news()]).toEqual([true, ['order-filled a', 'order-closed a']]);
});

test('an adopted order without an id of the venue is asked for its fills since it is known', async () => {
  const { connector, server, clock, tell } = await ready();
  server.orders.set('x', { cid: 'x', status: 'filled', filled: '1', side: 'buy', amount: '1', price: '100' });
  await tell('account', { type: 'order', ...server.orders.get('x') });
  await clock.advance(1_000);
  const asked = server.requests.filter(({ at }) => at === 'GET /fills').at(-1)?.params;
  expect(asked).toEqual({ symbol: 'BTCUSDT', from: String((connector.order('x')?.createdAt ?? 0) - 5_000) });
});

test('a look at everything is tried again, later each time, until it works', async () => {
  const { connector, server, clock, tell, news } = await ready();
  const tries: number[] = [];
  server.on('GET /open', () => {
    tries.push(clock.mono());
    return tries.length < 4 ? breakOff() : [];
  });
  await tell('account', { what: 'orders' });
  await clock.advance(10_000);
  const waits = tries.slice(1).map((at, index) => at - (tries[index] ?? 0));
  expect(waits).toEqual([375, 750, 1_500]);
  expect(news().length).toBe(3);
  expect(connector.metrics().counts['account.reconcile-failed']).toBe(3);
});

test('a stop ends the pause between two looks', async () => {
  const { connector, server, clock, tell } = await ready();
  server.on('GET /open', () => breakOff());
  await tell('account', { what: 'orders' });
  await connector.stop();
  await clock.advance(1_000);
  expect(clock.timers()).toBe(0);
});

test('one order, the balances and the markets are refreshed when asked', async () => {
  const { connector, server, run, count } = await ready('a');
  server.orders.set('a', { id: '1', cid: 'a', status: 'canceled', filled: '0' });
  await run(connector.refresh({ clientOrderId: 'a' }));
  expect([connector.order('a')?.state, count('GET /order')]).toEqual(['canceled', 1]);
  expect(await failureOf(run(connector.refresh({ clientOrderId: 'nobody' })))).toBe(
    'invalid-request not-sent: tiny order: no order "nobody" is known here',
  );
  server.on('GET /balances', () => [{ asset: 'BTC', available: '3' }]);
  await run(connector.refresh('balances'));
  expect([...connector.balances()].map(([asset, { total }]) => [asset, total.toFixed()])).toEqual([['BTC', '3']]);
  server.on('GET /order', () => refusal('busy', 'later'));
  expect(await failureOf(run(connector.refresh({ clientOrderId: 'a' })))).toBe(
    'venue-unavailable unknown: tiny GET /order: later (busy)',
  );
});
