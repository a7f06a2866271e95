import { expect, test } from 'vitest';

import type { Status } from '../src/model/event.js';
import { tiny } from './support/connector-venue.js';
import { createWorld, failing, limitOrder, type World } from './support/connector-world.js';

/** `ready, account, what is missing` of each status told. */
function statuses({ eventsOf }: World): readonly string[] {
  return eventsOf('status').map(({ status }) => describe(status));
}

function describe({ ready, account, missing }: Status): string {
  return `${ready ? 'ready' : 'not ready'}, ${account}, ${missing.join(' + ')}`;
}

test('before the start nothing has been sent, and the status says what is missing', async () => {
  const { connector, server, clock } = createWorld();
  await clock.advance(60_000);
  expect(describe(connector.status)).toBe('not ready, none, start() has not been called');
  expect([server.requests, connector.markets.size, clock.timers()]).toEqual([[], 0, 0]);
});

test('a start loads markets, balances and orders, and resolves when the book and the account are live', async () => {
  const world = createWorld();
  const { connector, server } = world;
  server.put({ clientOrderId: 'theirs' });
  await world.start();
  expect(describe(connector.status)).toBe('ready, ready, ');
  expect([...connector.markets.keys()]).toEqual(['BTC-USDT', 'ETH-USDT']);
  expect(connector.book('BTC-USDT')?.state).toBe('live');
  expect(connector.balances().get('USDT')).toMatchObject({ stale: false });
  expect(connector.orders().map(({ clientOrderId, origin }) => [clientOrderId, origin])).toEqual([
    ['theirs', 'external'],
  ]);
  await world.finish();
});

test('a connector is not ready before its start is over, and each status is told once', async () => {
  const world = createWorld();
  await world.start();
  expect(statuses(world)).toEqual([
    'not ready, none, the start is under way',
    'not ready, none, the start is under way + book of BTC-USDT is syncing',
    'not ready, reconciling, the start is under way + account is reconciling + book of BTC-USDT is syncing',
    'not ready, reconciling, the start is under way + account is reconciling',
    'not ready, ready, the start is under way',
    'ready, ready, ',
  ]);
  await world.finish();
});

test('a started connector is started again for more markets, and its account is left as it is', async () => {
  const world = createWorld();
  await world.start({});
  const asked = world.server.requestsFor('GET /balances').length;
  await world.start({ pairs: ['ETH-USDT'] });
  expect(world.connector.book('ETH-USDT')?.state).toBe('live');
  expect(world.server.requestsFor('GET /balances').length).toBe(asked);
  await world.finish();
});

test('a start for more markets can be aborted, and the connector goes on', async () => {
  const world = createWorld();
  await world.start();
  const controller = new AbortController();
  world.server.always('GET /book', 'silence');
  const starting = failing(world.connector.start({ pairs: ['ETH-USDT'], signal: controller.signal }));
  controller.abort();
  expect(await starting).toMatchObject({ kind: 'aborted', message: 'tiny start: aborted' });
  expect(world.connector.book('BTC-USDT')?.state).toBe('live');
  await world.finish();
});

test('a start during a start is refused', async () => {
  const world = createWorld();
  const starting = world.connector.start();
  expect(await world.failure(world.connector.start())).toEqual({
    kind: 'invalid-request',
    outcome: 'not-sent',
    message: 'tiny start: a connector that is starting cannot be started',
  });
  await world.settle(starting);
  await world.finish();
});

test('a start that is aborted rejects and leaves nothing behind', async () => {
  const world = createWorld();
  const { connector, clock, server } = world;
  const controller = new AbortController();
  const starting = failing(connector.start({ pairs: ['BTC-USDT'], signal: controller.signal }));
  await clock.advance(27);
  controller.abort();
  expect(await starting).toMatchObject({ kind: 'aborted', outcome: 'not-sent' });
  const sent = server.requests.length;
  await clock.advance(60_000);
  expect([clock.timers(), server.openPeers(), server.requests.length]).toEqual([0, 0, sent]);
  expect(describe(connector.status)).toBe('not ready, none, the connector has been stopped');
});

test('a start with a signal that is aborted already sends nothing, and may be tried again', async () => {
  const world = createWorld();
  expect(await world.failure(world.connector.start({ signal: AbortSignal.abort() }))).toMatchObject({
    kind: 'aborted',
  });
  expect(world.server.requests).toEqual([]);
  await world.start();
  await world.finish();
});

test('wrong credentials fail the start, in the words of the venue', async () => {
  const world = createWorld();
  world.server.always('GET /balances', { status: 401, body: { code: 'bad-key', message: 'no such key' } });
  expect(await world.failure(world.connector.start())).toEqual({
    kind: 'auth',
    outcome: 'refused',
    message: 'tiny GET /balances: no such key (bad-key)',
  });
  const sent = world.server.requests.length;
  await world.clock.advance(120_000);
  expect([world.clock.timers(), world.server.openPeers(), world.server.requests.length]).toEqual([0, 0, sent]);
});

test('a login that is refused fails the start, in the words of the venue', async () => {
  const world = createWorld();
  world.server.refusals.set('login', 'bad-key');
  expect(await world.failure(world.connector.start())).toEqual({
    kind: 'auth',
    outcome: 'refused',
    message: 'account login: the venue says no',
  });
  await world.clock.advance(60_000);
  expect([world.clock.timers(), world.server.openPeers()]).toEqual([0, 0]);
});

test('a login that is refused for a passing reason is tried again', async () => {
  const world = createWorld();
  world.server.refusals.set('login', 'busy');
  const starting = world.connector.start();
  await world.clock.advance(3_000);
  world.server.refusals.delete('login');
  await world.settle(starting);
  expect(world.connector.status.account).toBe('ready');
  await world.finish();
});

test('a venue that is down fails the start', async () => {
  const world = createWorld();
  world.server.always('GET /markets', 'refused');
  expect(await world.failure(world.connector.start())).toMatchObject({ kind: 'network', outcome: 'not-sent' });
  expect([world.clock.timers(), world.server.openPeers()]).toEqual([0, 0]);
});

test('an unknown pair fails the start and is named', async () => {
  const world = createWorld();
  expect(await world.failure(world.connector.start({ pairs: ['BTC-USD'] }))).toEqual({
    kind: 'invalid-request',
    outcome: 'not-sent',
    message: 'tiny: no market "BTC-USD"; pairs are written BASE-QUOTE',
  });
  await world.clock.advance(1_000);
  expect([world.clock.timers(), world.server.openPeers()]).toEqual([0, 0]);
});

test('needs that the venue does not meet are refused in one line before anything is sent', async () => {
  const { market, trading, orders } = tiny;
  const { candles: _candles, fetchTickers: _fetchTickers, ...bare } = market;
  const { amend: _amend, fetchFees: _fetchFees, ...bareTrading } = trading;
  const world = createWorld({
    spec: {
      ...tiny,
      market: { ...bare, feed: {} },
      trading: bareTrading,
      orders: { ...orders, market: 'quote' },
    },
  });
  const needs = {
    limit: ['gtc', 'fok', 'gtd'],
    market: 'base',
    amend: true,
    book: true,
    tickers: true,
    candles: true,
    fees: true,
  } as const;
  expect(await world.failure(world.connector.start({ needs }))).toEqual({
    kind: 'unsupported',
    outcome: 'not-sent',
    message:
      'tiny start: the script needs what this venue lacks: limit orders fok, limit orders gtd, market orders in base, amending orders, an order book, last prices of all markets, candles, the fees of the account',
  });
  expect(world.server.requests).toEqual([]);
  expect('amend' in world.connector).toBe(false);
});

test('what the venue can do is read off its spec', () => {
  expect(createWorld().connector.capabilities).toEqual({
    limit: ['gtc', 'ioc', 'post-only'],
    market: 'base',
    amend: true,
    batch: 1,
    deadman: false,
    book: true,
    tickers: true,
    candles: true,
    fees: true,
    positions: false,
    hedge: false,
  });
});

test('without credentials there is market data, nothing of the account is asked for, and no order leaves', async () => {
  const world = createWorld({ credentials: 'none' });
  const { connector, server } = world;
  await world.start();
  expect(describe(connector.status)).toBe('ready, none, ');
  expect(connector.book('BTC-USDT')?.state).toBe('live');
  expect(await world.failure(connector.place(limitOrder))).toMatchObject({
    kind: 'auth',
    outcome: 'not-sent',
    message: 'tiny place: orders need credentials; without them there is market data only',
  });
  for (const ask of [() => connector.fees?.('BTC-USDT'), () => connector.refresh('balances')]) {
    expect(await world.failure(ask())).toEqual({
      kind: 'auth',
      outcome: 'not-sent',
      message: 'tiny: this needs credentials; without them there is market data only',
    });
  }
  await world.clock.advance(120_000);
  expect(server.requests.filter(({ headers }) => headers['x-key'] !== undefined)).toEqual([]);
  expect(server.peers('account')).toEqual([]);
  await world.finish();
});

test('rights of the key that are missing or dangerous are warned of, and the start goes on', async () => {
  const world = createWorld();
  world.server.always('GET /key', { body: { trade: 'no', withdraw: 'yes', bound: 'no' } });
  await world.start();
  expect(world.warnings()).toEqual([
    'tiny: this key may not trade',
    'tiny: this key may withdraw; trading needs no such right',
    'tiny: this key works from any address; bind it to yours',
  ]);
  await world.finish();
});

test('a check of the key that fails is only warned of', async () => {
  const world = createWorld();
  world.server.always('GET /key', { status: 403, body: { code: 'refused', message: 'not for this key' } });
  await world.start();
  expect(world.warnings()).toEqual(['tiny GET /key: not for this key (refused)']);
  expect(world.connector.status.ready).toBe(true);
  await world.finish();
});

test('a venue that tells nothing of its keys is not asked', async () => {
  const { fetchKeyRights: _fetchKeyRights, ...trading } = tiny.trading;
  const world = createWorld({ spec: { ...tiny, trading } });
  await world.start();
  expect(world.server.requestsFor('GET /key')).toEqual([]);
  await world.finish();
});

test('a stop leaves orders at the venue and says which are open and which are uncertain', async () => {
  const world = createWorld();
  await world.start();
  world.server.put({ clientOrderId: 'theirs' });
  world.server.tellOrder('theirs');
  const kept = await world.place();
  world.server.next('POST /place', 'lost');
  world.server.always('GET /order', 'lost');
  const lost = await world.place({ price: '80' });
  const left = await world.settle(world.connector.stop());
  expect(left.open.map(({ clientOrderId }) => clientOrderId)).toEqual([kept.clientOrderId, lost.clientOrderId]);
  expect(left.uncertain.map(({ clientOrderId, state }) => [clientOrderId, state])).toEqual([
    [lost.clientOrderId, 'unknown'],
  ]);
  expect(world.server.orders.get(kept.clientOrderId)?.status).toBe('open');
  await world.finish();
});

test('a stop that cancels leaves nothing of ours open', async () => {
  const world = createWorld();
  await world.start();
  world.server.put({ clientOrderId: 'theirs' });
  world.server.tellOrder('theirs');
  const { clientOrderId } = await world.place();
  expect(await world.settle(world.connector.stop({ orders: 'cancel' }))).toEqual({ open: [], uncertain: [] });
  expect(world.server.orders.get(clientOrderId)?.status).toBe('canceled');
  expect(world.server.orders.get('theirs')?.status).toBe('open');
  await world.finish();
});

test('a stop that cannot cancel in time says what is left', async () => {
  const world = createWorld();
  await world.start();
  const { clientOrderId } = await world.place();
  world.server.always('POST /cancel', 'silence');
  const before = world.clock.mono();
  const left = await world.settle(world.connector.stop({ orders: 'cancel', withinMs: 2_000 }));
  expect(left.open.map((order) => order.clientOrderId)).toEqual([clientOrderId]);
  expect(world.clock.mono() - before).toBe(2_000);
  await world.finish();
});

test('a stop waits for the answer to an order on its way, and places no other', async () => {
  const world = createWorld();
  await world.start();
  const placing = world.connector.place(limitOrder);
  await world.clock.advance(1);
  const stopping = world.connector.stop();
  expect(await world.failure(world.connector.place(limitOrder))).toMatchObject({
    outcome: 'not-sent',
    message: 'tiny place: the connector is being stopped',
  });
  const { open, uncertain } = await world.settle(stopping);
  expect([open.map(({ state }) => state), uncertain]).toEqual([['open'], []]);
  expect(await placing).toEqual(open[0]);
  expect(world.server.requestsFor('POST /place')).toHaveLength(1);
  await world.finish();
});

test('an order that is not answered in time when the connector stops is left as unknown', async () => {
  const world = createWorld();
  await world.start();
  world.server.always('POST /place', 'silence');
  const placing = world.connector.place(limitOrder);
  await world.clock.advance(1);
  const { open, uncertain } = await world.settle(world.connector.stop({ withinMs: 1_000 }));
  expect((await placing).state).toBe('unknown');
  expect([open.length, uncertain.length]).toEqual([1, 1]);
  await world.finish();
});

test('a stop in the middle of a start ends the start and leaves nothing', async () => {
  for (const ms of [0, 7, 12, 17, 22, 27, 32, 37, 42]) {
    const world = createWorld();
    const starting = failing(world.connector.start({ pairs: ['BTC-USDT'] }));
    await world.clock.advance(ms);
    const stopped = await world.settle(world.connector.stop());
    expect([stopped, await starting]).toMatchObject([
      { open: [], uncertain: [] },
      { kind: 'aborted', outcome: 'not-sent' },
    ]);
    await world.clock.advance(10);
    expect([ms, world.clock.timers(), world.server.openPeers()]).toEqual([ms, 0, 0]);
    await world.clock.advance(60_000);
    expect([describe(world.connector.status), world.warnings()]).toEqual([
      'not ready, none, the connector has been stopped',
      [],
    ]);
  }
});

test('a stop in the middle of a reconciliation leaves the account stopped, without a timer', async () => {
  for (const what of ['GET /open-orders', 'GET /balances']) {
    for (const reply of ['silence', 'lost'] as const) {
      const world = createWorld();
      await world.start();
      world.server.always(what, reply);
      world.server.drop('account');
      await world.clock.advance(2_000);
      await world.finish();
      await world.clock.advance(60_000);
      expect(describe(world.connector.status)).toBe('not ready, none, the connector has been stopped');
    }
  }
});

test('a second stop tells the same, and a stop without a start does nothing', async () => {
  const world = createWorld();
  await world.start();
  const [first, second] = await world.settle(Promise.all([world.connector.stop(), world.connector.stop()]));
  expect(second).toBe(first);
  const never = createWorld();
  expect(await never.connector.stop()).toEqual({ open: [], uncertain: [] });
  expect(never.server.requests).toEqual([]);
});

test('a connector that has been stopped is not started again, and says so', async () => {
  const world = createWorld();
  await world.start();
  await world.finish();
  const { connector } = world;
  expect(await world.failure(connector.start())).toMatchObject({
    message: 'tiny start: a connector that is stopped cannot be started',
  });
  const sent = world.server.requests.length;
  const refusals = [
    () => connector.watch('ETH-USDT'),
    () => connector.tickers?.(),
    () => connector.refresh('markets'),
    () => connector.raw.call({ at: 'GET /time' }, {}),
  ];
  for (const ask of refusals) {
    expect(await world.failure(ask())).toMatchObject({ kind: 'aborted', outcome: 'not-sent' });
  }
  expect(await world.failure(connector.place(limitOrder))).toMatchObject({
    outcome: 'not-sent',
    message: 'tiny place: the connector has been stopped',
  });
  await world.clock.advance(1_000);
  expect([world.server.requests.length, world.server.openPeers(), world.clock.timers()]).toEqual([sent, 0, 0]);
});

test('what is asked before the start is refused and sends nothing', async () => {
  const world = createWorld();
  const { connector } = world;
  expect(await world.failure(connector.watch('BTC-USDT'))).toMatchObject({
    kind: 'invalid-request',
    message: 'tiny watch: call start() first',
  });
  expect(await world.failure(connector.tickers?.())).toMatchObject({
    message: 'tiny GET /tickers: call start() first',
  });
  expect(await world.failure(connector.refresh('markets'))).toMatchObject({
    message: 'tiny GET /markets: call start() first',
  });
  expect(await world.failure(connector.place(limitOrder))).toMatchObject({
    outcome: 'not-sent',
    message: 'tiny: markets are not loaded: call start() before using BTC-USDT',
  });
  expect(await world.failure(connector.cancel('a'))).toMatchObject({
    message: 'tiny order: no order "a" is known here',
  });
  expect(await connector.cancelAll({ scope: 'account' })).toEqual([]);
  expect(world.server.requests).toEqual([]);
});

test('a connector in an await using block is stopped at its end', async () => {
  const world = createWorld();
  await world.start();
  await world.settle(Promise.resolve(world.connector[Symbol.asyncDispose]()));
  await world.clock.advance(10);
  expect([world.clock.timers(), world.server.openPeers()]).toEqual([0, 0]);
});

test('the list of markets is read again every half an hour, and changes are told', async () => {
  const world = createWorld();
  await world.start();
  const order = await world.place();
  const { markets } = world.server;
  markets.splice(0, 1, { ...markets[0], priceStep: '0.1' });
  await world.clock.advance(30 * 60_000 + 1_000);
  expect(world.eventsOf('market-changed').map(({ change, market }) => `${change} ${market.pair}`)).toEqual([
    'rules BTC-USDT',
  ]);
  expect(world.connector.markets.get('BTC-USDT')?.price.step.toFixed()).toBe('0.1');
  markets.splice(0, 1);
  await world.settle(world.connector.refresh('markets'));
  expect(world.eventsOf('market-changed').at(-1)).toMatchObject({ change: 'delisted', market: { pair: 'BTC-USDT' } });
  // An order on a market whose rules changed, or that is gone, can still be cancelled.
  expect((await world.settle(world.connector.cancel(order.clientOrderId))).state).toBe('canceled');
  await world.finish();
});

test('a list of markets that cannot be read is warned of, and the one before stays', async () => {
  const world = createWorld();
  await world.start();
  world.server.always('GET /markets', { status: 500, body: {} });
  await world.clock.advance(31 * 60_000);
  expect(world.warnings()).toEqual(['tiny GET /markets: HTTP 500']);
  expect(world.connector.markets.size).toBe(2);
  await world.finish();
});
