import { expect, test } from 'vitest';

import { isConnectorError, type ConnectorOptions } from '../../src/index.js';
import { breakOff, refusal } from './support/server.js';
import { tiny, type Key } from './support/venue.js';
import { buy, createWorld, credentials, failureOf, gate, type World } from './support/world.js';

async function ready(options: Partial<ConnectorOptions<Key>> = {}, spec = tiny): Promise<World> {
  const world = createWorld({ credentials, ...options }, spec);
  await world.start({ pairs: ['BTC-USDT'] });
  return world;
}

test('an accepted order is open under the id of the venue', async () => {
  const { connector, server, run, news } = await ready();
  const { state, orderId, amount, price, origin } = await run(connector.place(buy('a', { price: '100.019' })));
  expect([state, orderId, amount.toFixed(), price?.toFixed(), origin]).toEqual(['open', '1', '1', '100.01', 'ours']);
  expect(news()).toEqual(['order-opened a']);
  expect(server.requests.at(-1)).toEqual({
    at: 'POST /order',
    params: { cid: 'a', symbol: 'BTCUSDT', side: 'buy', amount: '1', price: '100.01', timeInForce: 'gtc' },
  });
});

test('an order without an id gets one, with the prefix that was chosen', async () => {
  const { connector, run } = await ready({ clientIdPrefix: 'desk' });
  const { clientOrderId: _clientOrderId, ...request } = buy('a');
  const { clientOrderId } = await run(connector.place(request));
  expect([clientOrderId.slice(0, 4), connector.newClientOrderId() === clientOrderId]).toEqual(['desk', false]);
});

test('a refused order rejects with the words of the venue and is over', async () => {
  const { connector, server, run, news } = await ready();
  server.on('POST /order', () => refusal('rejected', 'too expensive'));
  const error: unknown = await run(connector.place(buy('a'))).catch((reason: unknown) => reason);
  expect(isConnectorError(error, 'order-rejected') && [error.outcome, error.clientOrderId, error.code]).toEqual([
    'refused',
    'a',
    'rejected',
  ]);
  expect([connector.order('a')?.state, news()]).toEqual(['rejected', ['order-closed a']]);
});

test('an order that did not leave is not sent', async () => {
  const { connector, server, run } = await ready();
  server.on('POST /order', () => breakOff('not-sent'));
  expect(await failureOf(run(connector.place(buy('a'))))).toBe(
    'network not-sent: tiny POST /order: the connection broke',
  );
  expect(connector.order('a')?.state).toBe('not-sent');
});

test('a fault before an order left is no doubt about it', async () => {
  const place = (): never => {
    throw new TypeError('no such field');
  };
  const { connector, run } = await ready({}, { ...tiny, trading: { ...tiny.trading, place } });
  expect(await failureOf(run(connector.place(buy('a'))))).toBe(
    'invalid-request not-sent: tiny place BTC-USDT: no such field',
  );
});

test('an order whose answer was lost is unknown until the venue is asked', async () => {
  const { connector, server, clock, run, news } = await ready();
  server.on('POST /order', ({ cid = '' }) => {
    server.orders.set(cid, { id: '7', cid, status: 'open', filled: '0' });
    return breakOff();
  });
  const { state } = await run(connector.place(buy('a')));
  expect([state, connector.orders({ open: true }).length]).toEqual(['unknown', 1]);
  await clock.advance(1_000);
  expect([connector.order('a')?.state, connector.order('a')?.orderId]).toEqual(['open', '7']);
  expect(news()).toEqual(['order-uncertain a', 'order-opened a']);
});

test('an order that no source knows after the bounds was not placed', async () => {
  const { connector, server, clock, run, news } = await ready();
  server.on('POST /order', () => breakOff());
  await run(connector.place(buy('a')));
  await clock.advance(6_900);
  const early = connector.order('a')?.state;
  await clock.advance(10_000);
  expect([early, connector.order('a')?.state]).toEqual(['unknown', 'not-placed']);
  expect(news()).toEqual(['order-uncertain a', 'order-closed a']);
  expect((await run(connector.closed('a'))).error?.message).toBe(
    'place BTC-USDT: not among the open orders, the closed orders or the fills of the venue',
  );
});

test('an unknown order that is among the closed ones is found there', async () => {
  const { connector, server, clock, run } = await ready();
  server.on('POST /order', () => breakOff());
  server.on('GET /closed', () => [{ id: '7', cid: 'a', status: 'canceled', filled: '0' }]);
  await run(connector.place(buy('a')));
  await clock.advance(20_000);
  expect(connector.order('a')?.state).toBe('canceled');
});

test('a fill of nobody known keeps an unknown order unknown, page after page, with a warning each minute', async () => {
  const { connector, server, clock, run, news, count } = await ready();
  server.on('POST /order', () => breakOff());
  server.on('GET /fills', ({ cursor }) =>
    cursor === undefined ? [{ cursor: '2' }] : [{}, { fillId: 'f', id: '9', price: '100', amount: '1', at: '5' }],
  );
  await run(connector.place(buy('a')));
  await clock.advance(130_000);
  expect([connector.order('a')?.state, count('GET /fills') % 2]).toEqual(['unknown', 0]);
  expect(news()).toEqual([
    'order-uncertain a',
    'warning order a: its outcome is unknown for over 60000 ms',
    'warning order a: its outcome is unknown for over 60000 ms',
  ]);
});

test.each([
  ['lists no closed orders', toBlind()],
  ['lets no request expire', { ...tiny, orders: { ...tiny.orders, settle: { engineMs: 0, lagMs: 0 } } }],
])('an unknown order stays unknown at a venue that %s', async (_, spec) => {
  const { connector, server, clock, run } = await ready({}, spec);
  server.on('POST /order', () => breakOff());
  await run(connector.place(buy('a')));
  await clock.advance(30_000);
  expect(connector.order('a')?.state).toBe('unknown');
});

function toBlind(): typeof tiny {
  const { fetchClosedOrders: _fetchClosedOrders, ...trading } = tiny.trading;
  return { ...tiny, trading };
}

test('an order whose id the venue has already is looked up', async () => {
  const { connector, server, clock, run } = await ready();
  server.on('POST /order', ({ cid = '' }) => {
    server.orders.set(cid, { id: '7', cid, status: 'open', filled: '0' });
    return refusal('duplicate', 'id is taken');
  });
  expect((await run(connector.place(buy('a')))).state).toBe('unknown');
  await clock.advance(1_000);
  expect(connector.order('a')?.state).toBe('open');
});

test('a look that fails is counted and comes again', async () => {
  const { connector, server, clock, run, news } = await ready();
  let failures = 1;
  server.on('POST /order', () => breakOff());
  server.on('GET /order', () => {
    failures -= 1;
    return failures < 0 ? { id: '7', cid: 'a', status: 'open', filled: '0' } : breakOff();
  });
  await run(connector.place(buy('a')));
  await clock.advance(3_000);
  expect(connector.order('a')?.state).toBe('open');
  expect(news().map((line) => line.split('\n')[0])).toEqual([
    'order-uncertain a',
    'warning tiny GET /order: the connection broke',
    'order-opened a',
  ]);
  expect(connector.metrics().counts['account.look-failed']).toBe(1);
});

test('a market order with maxSlippage leaves as an ioc limit at its bound', async () => {
  const { connector, server, run } = await ready();
  const request = { pair: 'BTC-USDT', type: 'market', amount: '1', maxSlippage: '0.02' } as const;
  await run(connector.place({ ...request, side: 'buy' }));
  await run(connector.place({ ...request, side: 'sell' }));
  await run(connector.place({ ...request, side: 'buy', amount: '202', amountIn: 'quote' }));
  const sent = server.requests.filter(({ at }) => at === 'POST /order').map(({ params }) => params);
  expect(sent.map(({ side, amount, price, timeInForce }) => [side, amount, price, timeInForce].join(' '))).toEqual([
    'buy 1 103.02 ioc',
    'sell 1 97.02 ioc',
    'buy 2 103.02 ioc',
  ]);
});

test('a plain market order is valued at the best price of the book', async () => {
  const { connector, run } = await ready();
  const request = { pair: 'BTC-USDT', side: 'buy', type: 'market' } as const;
  expect(await failureOf(run(connector.place({ ...request, amount: '0.049' })))).toBe(
    'invalid-request not-sent: place BTC-USDT: the order is worth 4.949 USDT, below the smallest, 5',
  );
  expect((await run(connector.place({ ...request, amount: '0.05', checkFunds: true }))).type).toBe('market');
});

test('what cannot be right is refused and never leaves', async () => {
  const { connector, run, count } = await ready({
    orderLimits: { maxNotional: '600', priceBand: '0.5', maxOpenOrders: 1 },
  });
  const eth = { pair: 'ETH-USDT', side: 'buy', type: 'market', amount: '1', maxSlippage: '0.1' } as const;
  const inQuote = { pair: 'BTC-USDT', side: 'buy', type: 'market', amountIn: 'quote' } as const;
  await run(connector.place(buy('a')));
  const refusals: string[] = [];
  for (const request of [
    buy('b', { pair: 'XRP-USDT' }),
    buy('b', { exact: true, price: '100.001' }),
    buy('a'),
    buy('not an id'),
    buy('b', { timeInForce: 'fok' }),
    { ...inQuote, amount: '10' },
    { ...inQuote, amount: '99999', maxSlippage: '0.1' },
    eth,
    buy('b'),
  ]) {
    refusals.push(await failureOf(run(connector.place(request))));
  }
  await run(connector.cancel('a'));
  for (const request of [
    buy('c', { amount: '10' }),
    buy('d', { price: '10', amount: '1' }),
    { ...buy('e'), side: 'sell', checkFunds: true } as const,
  ]) {
    refusals.push(await failureOf(run(connector.place(request))));
  }
  expect(refusals).toEqual([
    'invalid-request not-sent: tiny: no market "XRP-USDT"; pairs are written BASE-QUOTE',
    'invalid-request not-sent: place BTC-USDT: price 100.001 USDT is not in steps of 0.01',
    'invalid-request not-sent: tiny place: client order id "a" was used before',
    expect.stringContaining('client order id "not an id" has characters other than'),
    'unsupported not-sent: tiny place: this venue has no limit orders fok',
    'unsupported not-sent: tiny place: this venue has no market orders to buy in quote',
    'invalid-request not-sent: place BTC-USDT: the book is too thin for 99999 USDT',
    'invalid-request not-sent: place ETH-USDT: maxSlippage 0.1 needs a live book: watch ETH-USDT first',
    expect.stringContaining('maxOpenOrders'),
    expect.stringContaining('maxNotional'),
    expect.stringContaining('priceBand'),
    'insufficient-balance not-sent: place BTC-USDT: needs 1 BTC, and 0 BTC is available',
  ]);
  expect(count('POST /order')).toBe(1);
});

test('nothing is placed before the account is ready', async () => {
  const { connector, start, run } = createWorld({});
  await start();
  expect(await failureOf(run(connector.place(buy('a'))))).toBe(
    'auth not-sent: tiny place: orders need credentials; without them there is market data only',
  );
});

test('each of many orders is placed by itself', async () => {
  const { connector, server, run } = await ready();
  server.on('POST /order', ({ cid = '', price }) =>
    price === '90' ? refusal('rejected', 'no') : { id: cid, cid, status: 'open', filled: '0' },
  );
  const placed = await run(
    connector.placeMany([buy('a'), buy('b', { price: '90' }), buy('c', { pair: 'XRP-USDT' }), buy('d')]),
  );
  expect(placed.map((one) => ('state' in one ? one.state : one.kind))).toEqual([
    'open',
    'order-rejected',
    'invalid-request',
    'open',
  ]);
});

test('a book that is not live bounds no order', async () => {
  const { connector, sockets, clock, run } = await ready();
  sockets.peers.find(({ url }) => url.includes('//p.'))?.close(1006, 'gone');
  await clock.advance(10);
  const request = { pair: 'BTC-USDT', side: 'buy', type: 'market', amount: '1', maxSlippage: '0.1' } as const;
  expect(await failureOf(run(connector.place(request)))).toBe(
    'invalid-request not-sent: place BTC-USDT: maxSlippage 0.1 needs a live book: watch BTC-USDT first',
  );
});

test('two orders at once under one id are one order and one refusal', async () => {
  const { connector, run, count } = await ready();
  const both = Promise.all([failureOf(connector.place(buy('a'))), failureOf(connector.place(buy('a')))]);
  expect([await run(both), count('POST /order')]).toEqual([
    ['resolved', 'invalid-request not-sent: tiny place: client order id "a" was used before'],
    1,
  ]);
});

test('an answer that comes after the stop is still taken in', async () => {
  const { connector, server, clock, run } = await ready();
  const hold = gate();
  server.on('POST /order', ({ cid }) => hold.opened.then(() => ({ id: '7', cid, status: 'open', filled: '0' })));
  const placing = connector.place(buy('a'));
  await clock.settle();
  const stopping = connector.stop();
  await clock.advance(100);
  hold.open();
  const { open } = await run(stopping);
  expect([(await placing).state, open.map(({ clientOrderId }) => clientOrderId)]).toEqual(['open', ['a']]);
});
