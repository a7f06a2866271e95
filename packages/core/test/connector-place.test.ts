import { expect, test } from 'vitest';

import type { ConnectorError } from '../src/errors/connector-error.js';
import type { Order, OrderRequest } from '../src/model/order.js';
import { createMemoryJournal, type Journal } from '../src/orders/journal.js';
import { tiny } from './support/connector-venue.js';
import { createWorld, failing, limitOrder, type World, type WorldOptions } from './support/connector-world.js';

async function startedWorld(options: WorldOptions = {}): Promise<World> {
  const world = createWorld(options);
  await world.start();
  return world;
}

/** Orders that reached the venue. */
function sent({ server }: World): number {
  return server.requestsFor('POST /place').length;
}

const market = { pair: 'BTC-USDT', side: 'buy', type: 'market', amount: '1' } as const;

test('an order is rounded to the rules of its market, sent once, and open when the venue says so', async () => {
  const world = await startedWorld();
  const order = await world.place({ amount: '1.23456', price: '89.999' });
  expect(world.server.requestsFor('POST /place').map(({ params }) => params)).toEqual([
    {
      symbol: 'BTCUSDT',
      clientOrderId: order.clientOrderId,
      side: 'buy',
      amount: '1.234',
      price: '89.99',
      timeInForce: 'gtc',
    },
  ]);
  expect(order).toMatchObject({ state: 'open', orderId: 'v1', origin: 'ours', pair: 'BTC-USDT' });
  expect(world.connector.order(order.clientOrderId)).toBe(order);
  expect(world.eventsOf('order-opened').map((event) => event.order)).toEqual([order]);
  await world.finish();
});

test('an order that expires before it can be sent is refused here', async () => {
  const world = await startedWorld({ spec: { ...tiny, orders: { ...tiny.orders, limit: ['gtc', 'gtd'] } } });
  const expiresAt = world.clock.now();
  expect(await failing(world.place({ timeInForce: 'gtd', expiresAt }))).toMatchObject({
    ...{ kind: 'invalid-request', outcome: 'not-sent' },
    message: `tiny place: expiresAt ${expiresAt} has passed`,
  });
  expect(sent(world)).toBe(0);
  expect((await world.place({ timeInForce: 'gtd', expiresAt: expiresAt + 60_000 })).state).toBe('open');
  await world.finish();
});

test('an order over the stream is sent once, and its answer counts', async () => {
  const world = await startedWorld({ options: { orders: 'stream' } });
  const order = await world.place();
  expect([order.state, order.orderId]).toEqual(['open', 'v1']);
  expect(world.server.requestsFor('RPC place')).toHaveLength(1);
  expect(sent(world)).toBe(0);
  await world.finish();
});

test('an order over a stream that breaks under way is unknown', async () => {
  const world = await startedWorld({ options: { orders: 'stream' } });
  world.server.always('RPC place', 'silence');
  const placing = world.connector.place(limitOrder);
  await world.clock.advance(1);
  world.server.drop('account');
  expect((await world.settle(placing)).state).toBe('unknown');
  await world.finish();
});

test('an order that the venue refuses rejects with its client order id, in the venue’s words', async () => {
  const world = await startedWorld();
  world.server.next('POST /place', { status: 400, body: { code: 'refused', message: 'too dear' } });
  expect(await world.failure(world.connector.place({ ...limitOrder, clientOrderId: 'mine' }))).toEqual({
    kind: 'order-rejected',
    outcome: 'refused',
    message: 'tiny POST /place: too dear (refused)',
    clientOrderId: 'mine',
  });
  expect(world.connector.order('mine')).toMatchObject({ state: 'rejected', fillsComplete: true });
  await world.finish();
});

test('an order that provably did not leave rejects as not sent', async () => {
  const world = await startedWorld();
  world.server.next('POST /place', 'refused');
  expect(await world.failure(world.connector.place({ ...limitOrder, clientOrderId: 'mine' }))).toMatchObject({
    kind: 'network',
    outcome: 'not-sent',
    clientOrderId: 'mine',
  });
  expect(world.connector.order('mine')?.state).toBe('not-sent');
  await world.finish();
});

test('an order whose answer is lost resolves as unknown, is asked about, and turns out to be open', async () => {
  const world = await startedWorld();
  world.server.next('POST /place', (request) => {
    world.server.put({ clientOrderId: String(request.params['clientOrderId']) });
    return 'lost';
  });
  const order = await world.place();
  expect(order).toMatchObject({ state: 'unknown', error: { outcome: 'unknown', kind: 'network' } });
  expect(world.eventsOf('order-uncertain')).toHaveLength(1);
  await world.clock.advance(1_000);
  expect(world.connector.order(order.clientOrderId)).toMatchObject({ state: 'open', orderId: 'v1' });
  expect([sent(world), world.server.requestsFor('GET /order').length]).toEqual([1, 1]);
  await world.finish();
});

test('a client order id that is taken at the venue leaves the order unknown, and the venue is asked', async () => {
  const world = await startedWorld();
  world.server.put({ clientOrderId: 'mine', status: 'filled', filled: '0' });
  world.server.next('POST /place', { status: 400, body: { code: 'duplicate' } });
  world.server.always('GET /order', 'lost');
  expect((await world.place({ clientOrderId: 'mine' })).state).toBe('unknown');
  await world.finish();
});

test('an order that cannot leave in time is dropped, unsent', async () => {
  const world = await startedWorld();
  const requests = Array.from({ length: 8 }, () => world.connector.place({ ...limitOrder, sendWithinMs: 200 }));
  const outcomes = await world.settle(Promise.allSettled(requests));
  expect(outcomes.map(({ status }) => status).sort()).toEqual([
    ...Array.from({ length: 5 }, () => 'fulfilled'),
    ...Array.from({ length: 3 }, () => 'rejected'),
  ]);
  expect(sent(world)).toBe(5);
  const unsent = world.connector.orders().filter(({ state }) => state === 'not-sent');
  expect(unsent.map(({ error }) => error)).toMatchObject(
    unsent.map(() => ({ kind: 'rate-limited', outcome: 'not-sent' })),
  );
  await world.finish();
});

test('an order is refused, unsent, when it breaks a rule: of the market, the venue, the caller or time', async () => {
  const world = await startedWorld();
  await world.place({ clientOrderId: 'used' });
  const count = sent(world);
  const refusals: readonly (readonly [Partial<OrderRequest> & object, string])[] = [
    [{ pair: 'BTC/USDT' }, 'no market "BTC/USDT"'],
    [{ price: '0.001' }, 'rounds to nothing'],
    [{ amount: '0.0001' }, 'below the smallest, 0.001'],
    [{ amount: '0.01' }, 'the order is worth 0.9 USDT, below the smallest, 5'],
    [{ price: '90.001', exact: true }, 'is not in steps of 0.01'],
    [{ timeInForce: 'fok' }, 'this venue has no limit orders fok'],
    [{ clientOrderId: 'used' }, 'client order id "used" was used before'],
    [{ clientOrderId: 'NOT-FOR-THIS-VENUE' }, 'has characters other than'],
    [{ amount: '20', checkFunds: true }, 'needs 1800 USDT, and 1000 USDT is available'],
  ];
  for (const [change, words] of refusals) {
    const failure = await world.failure(world.connector.place({ ...limitOrder, ...change }));
    expect(failure).toMatchObject({ outcome: 'not-sent', message: expect.stringContaining(words) });
    expect(failure).toHaveProperty('clientOrderId', change.clientOrderId ?? expect.stringMatching(/^o[0-9a-z]{9,}$/));
  }
  expect(sent(world)).toBe(count);
  expect(world.connector.orders()).toHaveLength(1);
  await world.finish();
});

test('numbers in place of decimals are refused with a word on how to pass them', async () => {
  const world = await startedWorld();
  const request: unknown = { ...limitOrder, price: 90.5 };
  const failure = await world.failure(world.connector.place(believe(request)));
  expect(failure).toMatchObject({
    kind: 'invalid-request',
    outcome: 'not-sent',
    message: expect.stringContaining("pass 90.5 as text ('90.5')"),
  });
  expect(await world.failure(world.connector.place(believe({ ...market, maxSlippage: 0.1 })))).toMatchObject({
    kind: 'invalid-request',
    outcome: 'not-sent',
    clientOrderId: expect.any(String),
  });
  await world.finish();
});

test.each([
  [{ pair: 5 }, 'tiny place 5: pair: 5 is not text'],
  [{ side: 'hold' }, 'tiny place BTC-USDT: side: "hold" is not one of buy, sell'],
  [{ type: 'stop' }, 'tiny place BTC-USDT: type: "stop" is not one of limit, market'],
  [{ type: undefined }, 'tiny place BTC-USDT: type: undefined is not one of limit, market'],
  [{ clientOrderId: 7 }, 'tiny place BTC-USDT: clientOrderId: 7 is not text'],
  [{ sendWithinMs: 0 }, 'tiny place BTC-USDT: sendWithinMs: 0 is not above 0'],
  [{ sendWithinMs: '5000' }, 'tiny place BTC-USDT: sendWithinMs: "5000" is not above 0'],
  [{ maxSlippage: '0.01' }, 'tiny place BTC-USDT: a limit order has no maxSlippage'],
  [{ amountIn: 'quote' }, 'place BTC-USDT: a limit order is sized in base units'],
  [{ type: 'market' }, 'tiny place BTC-USDT: a market order has no price'],
  [{ type: 'market', price: undefined, timeInForce: 'fok' }, 'tiny place BTC-USDT: a market order has no timeInForce'],
  [
    { type: 'market', price: undefined, amountIn: 'EUR' },
    'tiny place BTC-USDT: amountIn: "EUR" is not one of base, quote',
  ],
])('a request that the types would not allow is refused, unsent: %o', async (change, message) => {
  const world = await startedWorld();
  const request: unknown = { ...limitOrder, ...change };
  expect(await world.failure(world.connector.place(believe(request)))).toMatchObject({
    kind: 'invalid-request',
    outcome: 'not-sent',
    message,
  });
  expect([sent(world), world.connector.orders()]).toEqual([0, []]);
  await world.finish();
});

test('while the account is behind, no order leaves, and cancels do', async () => {
  const world = await startedWorld();
  const { clientOrderId } = await world.place();
  world.server.isClosed.add('account');
  world.server.drop('account');
  await world.clock.advance(100);
  expect(world.connector.status.account).toBe('stale');
  expect(await world.failure(world.connector.place(limitOrder))).toMatchObject({
    kind: 'venue-unavailable',
    outcome: 'not-sent',
    message: 'tiny place: the account is stale',
  });
  expect((await world.settle(world.connector.cancel(clientOrderId))).state).toBe('canceled');
  await world.finish();
});

test('a book that is behind does not keep orders from being placed', async () => {
  const world = await startedWorld();
  world.server.isClosed.add('public');
  world.server.drop('public');
  await world.clock.advance(100);
  expect(world.connector.book('BTC-USDT')?.state).toBe('stale');
  expect((await world.place()).state).toBe('open');
  await world.finish();
});

test('a market order goes out as one, and in an asset that the venue does not take it is refused', async () => {
  const world = await startedWorld();
  const order = await world.settle(world.connector.place(market));
  expect(order.type).toBe('market');
  expect(world.server.requestsFor('POST /place').at(-1)?.params).toEqual({
    symbol: 'BTCUSDT',
    clientOrderId: order.clientOrderId,
    side: 'buy',
    amount: '1',
    timeInForce: 'market',
  });
  expect(await world.failure(world.connector.place({ ...market, amountIn: 'quote', amount: '50' }))).toMatchObject({
    kind: 'unsupported',
    outcome: 'not-sent',
    message: 'tiny place: this venue has no market orders to buy in quote',
  });
  await world.finish();
});

test('where market orders are sized in what they spend, buys are in quote and sells in base', async () => {
  const world = await startedWorld({ spec: { ...tiny, orders: { ...tiny.orders, market: 'spent' } } });
  const [buy, sell] = [market, { ...market, side: 'sell' } as const];
  const tried = [{ ...buy, amountIn: 'quote', amount: '50' } as const, sell];
  for (const request of tried) expect((await world.settle(world.connector.place(request))).type).toBe('market');
  for (const request of [buy, { ...sell, amountIn: 'quote', amount: '50' } as const]) {
    expect(await world.failure(world.connector.place(request))).toMatchObject({
      kind: 'unsupported',
      message: `tiny place: this venue has no market orders to ${request.side} in ${request.side === 'buy' ? 'base' : 'quote'}`,
    });
  }
  await world.finish();
});

test('a market order with a bound on its price is sent as an ioc limit at that bound', async () => {
  const world = await startedWorld();
  world.server.quote('BTCUSDT', { asks: [['102.00', '5']] });
  await world.clock.advance(20);
  await world.settle(world.connector.place({ ...market, maxSlippage: '0.005' }));
  await world.settle(world.connector.place({ ...market, side: 'sell', maxSlippage: '0.005' }));
  await world.settle(world.connector.place({ ...market, amountIn: 'quote', amount: '253', maxSlippage: '0.02' }));
  expect(
    world.server
      .requestsFor('POST /place')
      .map(({ params: { side, amount, price, timeInForce } }) => [side, amount, price, timeInForce]),
  ).toEqual([
    ['buy', '1', '101.5', 'ioc'],
    ['sell', '1', '98.51', 'ioc'],
    ['buy', '2.5', '103.02', 'ioc'],
  ]);
  await world.finish();
});

test('a market order without a bound is valued at the best price of the book', async () => {
  const world = await startedWorld();
  expect(await world.failure(world.connector.place({ ...market, amount: '0.049' }))).toMatchObject({
    outcome: 'not-sent',
    message: 'place BTC-USDT: the order is worth 4.949 USDT, below the smallest, 5',
  });
  expect((await world.settle(world.connector.place({ ...market, amount: '0.05', checkFunds: true }))).type).toBe(
    'market',
  );
  await world.finish();
});

test('a bound on the price needs a live book that is deep enough, and is not below zero', async () => {
  const world = await startedWorld();
  const bounded = { ...market, maxSlippage: '0.01' };
  const failures = [
    { ...bounded, pair: 'ETH-USDT' },
    { ...bounded, amountIn: 'quote' as const, amount: '1000' },
    { ...bounded, maxSlippage: '-0.01' },
  ].map((request) => failing(world.connector.place(request)));
  expect(await world.settle(Promise.all(failures))).toMatchObject([
    { message: 'place ETH-USDT: maxSlippage 0.01 needs a live book: watch ETH-USDT first' },
    { message: 'place BTC-USDT: the book is too thin for 1000 USDT' },
    { message: 'place BTC-USDT: maxSlippage -0.01 is below zero' },
  ]);
  world.server.drop('public');
  await world.clock.advance(10);
  expect(await world.failure(world.connector.place(bounded))).toMatchObject({
    message: 'place BTC-USDT: maxSlippage 0.01 needs a live book: watch BTC-USDT first',
  });
  expect(sent(world)).toBe(0);
  await world.finish();
});

test('limits that the user set are kept: notional, distance from the mid, open orders of ours', async () => {
  const world = await startedWorld({ orderLimits: { maxNotional: '100', priceBand: '0.2', maxOpenOrders: 1 } });
  world.server.put({ clientOrderId: 'theirs' });
  world.server.tellOrder('theirs');
  await world.clock.advance(10);
  const failures = [{ amount: '2' }, { price: '70' }].map((change) =>
    failing(world.connector.place({ ...limitOrder, ...change })),
  );
  expect(await world.settle(Promise.all(failures))).toMatchObject([
    { outcome: 'not-sent', message: 'place BTC-USDT: 180 USDT is above orderLimits.maxNotional, 100 USDT' },
    {
      outcome: 'not-sent',
      message: 'place BTC-USDT: price 70 is more than orderLimits.priceBand 0.2 away from the mid, 100',
    },
  ]);
  await world.place();
  expect(await world.failure(world.connector.place(limitOrder))).toMatchObject({
    outcome: 'not-sent',
    message: 'place BTC-USDT: 1 orders are open, and orderLimits.maxOpenOrders is 1',
  });
  await world.finish();
});

test('a band around the mid cannot be checked on a book that is behind', async () => {
  const world = await startedWorld({ orderLimits: { priceBand: '0.2' } });
  world.server.isClosed.add('public');
  world.server.drop('public');
  await world.clock.advance(20);
  expect(await world.failure(world.connector.place(limitOrder))).toMatchObject({
    outcome: 'not-sent',
    message: 'place BTC-USDT: without a mid price of the book, orderLimits.priceBand 0.2 cannot be checked',
  });
  await world.finish();
});

test('a kill cancels what is open, refuses new orders and shows in the status, until it is released', async () => {
  const world = await startedWorld();
  const { connector } = world;
  const { clientOrderId } = await world.place();
  const canceled = await world.settle(connector.kill('the model went mad'));
  expect(canceled.map((order) => order.clientOrderId)).toEqual([clientOrderId]);
  expect([connector.status.ready, connector.status.missing]).toEqual([
    false,
    ['orders are stopped: the model went mad'],
  ]);
  expect(await world.failure(connector.place(limitOrder))).toMatchObject({
    kind: 'aborted',
    outcome: 'not-sent',
    message: 'place BTC-USDT: new orders are refused: the model went mad',
  });
  connector.release();
  expect(connector.status.ready).toBe(true);
  expect((await world.place()).state).toBe('open');
  expect(
    world
      .eventsOf('status')
      .map(({ status }) => status.ready)
      .slice(-2),
  ).toEqual([false, true]);
  await world.finish();
});

test('a kill without a reason stops orders all the same', async () => {
  const world = await startedWorld();
  await world.settle(world.connector.kill());
  expect(world.connector.status.missing).toEqual(['orders are stopped: no reason was given']);
  expect(await world.failure(world.connector.place(limitOrder))).toMatchObject({
    kind: 'aborted',
    outcome: 'not-sent',
  });
  await world.finish();
});

test('a kill reaches an order that waits for the rate limit, and one that is on its way', async () => {
  const world = await startedWorld();
  const placing = Array.from({ length: 7 }, () => world.connector.place(limitOrder));
  const outcomes = Promise.allSettled(placing);
  await world.clock.advance(1);
  const canceled = await world.settle(world.connector.kill('enough'));
  await world.settle(outcomes);
  const states = world.connector.orders().map(({ state }) => state);
  expect(states.toSorted()).toEqual([...Array.from({ length: 5 }, () => 'canceled'), 'not-sent', 'not-sent']);
  expect(canceled).toHaveLength(5);
  expect([...world.server.orders.values()].map(({ status }) => status)).toEqual(
    states.filter((state) => state === 'canceled'),
  );
  await world.finish();
});

test('of several orders each is placed by itself, and what is refused stands in its place', async () => {
  const world = await startedWorld();
  const placed = await world.settle(
    world.connector.placeMany([limitOrder, { ...limitOrder, amount: '0' }, { ...limitOrder, price: '80' }]),
  );
  expect(placed.map(summary)).toEqual(['open', 'not-sent', 'open']);
  expect(sent(world)).toBe(2);
  await world.finish();
});

/** A journal that is slow: nothing is safe before `release`. */
function slowJournal(): { readonly journal: Journal; readonly slow: () => void; readonly release: () => void } {
  let safe: Promise<void> | undefined;
  let release = (): void => undefined;
  return {
    journal: { ...createMemoryJournal({ now: () => 0 }), durable: () => safe },
    slow: () => {
      safe = new Promise((resolve) => {
        release = resolve;
      });
    },
    release: () => {
      safe = undefined;
      release();
    },
  };
}

test('an order is built and signed while the journal writes it down, and leaves after that', async () => {
  const { journal, slow, release } = slowJournal();
  let signed = 0;
  const sign: (typeof tiny)['sign'] = (p, request) => {
    signed += 1;
    return tiny.sign(p, request);
  };
  const world = await startedWorld({ journal, spec: { ...tiny, sign } });
  slow();
  const before = signed;
  const placing = world.place();
  await world.clock.advance(100);
  expect([signed - before, sent(world)]).toEqual([1, 0]);
  release();
  expect((await placing).state).toBe('open');
  expect([signed - before, sent(world)]).toEqual([1, 1]);
  await world.finish();
});

test.each([{ orders: 'rest' }, { orders: 'stream' }] as const)(
  'an order that is cancelled while the journal writes it down does not leave ($orders)',
  async (options) => {
    const { journal, slow, release } = slowJournal();
    const world = await startedWorld({ journal, options });
    slow();
    const placing = failing(world.place({ clientOrderId: 'mine' }));
    await world.clock.advance(100);
    const cancelling = world.connector.cancel('mine');
    await world.clock.advance(100);
    release();
    expect(await placing).toMatchObject({ kind: 'aborted', outcome: 'not-sent' });
    await cancelling;
    expect([world.connector.order('mine')?.state, sent(world), world.server.requestsFor('RPC place')]).toEqual([
      'not-sent',
      0,
      [],
    ]);
    await world.finish();
  },
);

test('an order whose intent cannot be kept in the journal does not leave', async () => {
  const memory = createMemoryJournal({ now: () => 0 });
  const full = { ...memory, durable: () => Promise.reject(new Error('the disk is full')) };
  const world = await startedWorld({ journal: full });
  expect(await world.failure(world.connector.place(limitOrder))).toMatchObject({ outcome: 'not-sent' });
  expect(sent(world)).toBe(0);
  await world.finish();
});

test('two orders with one client order id at the same time: one is placed, the other is refused', async () => {
  const world = await startedWorld();
  const request = { ...limitOrder, clientOrderId: 'twice' };
  const [first, second] = [world.connector.place(request), failing(world.connector.place(request))];
  expect((await world.settle(first)).state).toBe('open');
  expect(await second).toMatchObject({ kind: 'invalid-request', outcome: 'not-sent', clientOrderId: 'twice' });
  expect(sent(world)).toBe(1);
  await world.finish();
});

test('client order ids are neutral unless the user sets a prefix', () => {
  const id = createWorld().connector.newClientOrderId();
  expect(id).toMatch(/^o[0-9a-z]+$/);
  expect(id).not.toMatch(/^(hb|hummingbot|x-)/);
  expect(createWorld({ clientIdPrefix: 'my-' }).connector.newClientOrderId()).toMatch(/^my-[0-9a-z]+$/);
});

test('what the spec throws before it sends anything leaves the order unsent', async () => {
  const place = (): Promise<never> => Promise.reject(new TypeError('no route for this order'));
  const world = await startedWorld({ spec: { ...tiny, trading: { ...tiny.trading, place } } });
  expect(await world.failure(world.connector.place({ ...limitOrder, clientOrderId: 'mine' }))).toMatchObject({
    outcome: 'not-sent',
    message: 'tiny place BTC-USDT: no route for this order',
    clientOrderId: 'mine',
  });
  await world.finish();
});

function summary(placed: Order | ConnectorError): string {
  return 'state' in placed ? placed.state : placed.outcome;
}

/** What a caller without types may pass. */
function believe(request: unknown): OrderRequest {
  const isRequest = (value: unknown): value is OrderRequest => typeof value === 'object';
  if (isRequest(request)) return request;
  throw new TypeError('not a request');
}
