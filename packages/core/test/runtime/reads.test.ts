import { expect, test } from 'vitest';

import { tiny } from './support/venue.js';
import { createWorld, credentials, failureOf } from './support/world.js';

test('tickers come by pair, those of unknown markets left out', async () => {
  const { connector, start, run } = createWorld({});
  await start();
  const tickers = await run(connector.tickers?.());
  expect([...tickers].map(([pair, { last }]) => [pair, last?.toFixed()])).toEqual([['BTC-USDT', '100']]);
});

test('the latest trades of a market that is not watched come when asked for', async () => {
  const { connector, server, start, run } = createWorld({});
  await start();
  server.on('GET /trades', () => [{ price: '100.50', amount: '0.2', at: '7' }]);
  const trades = await run(connector.recentTrades?.('BTC-USDT'));
  expect(trades.map(({ pair, price, amount, at }) => [pair, price.toFixed(), amount.toFixed(), at])).toEqual([
    ['BTC-USDT', '100.5', '0.2', 7],
  ]);
});

test('what a venue does not offer is an absent member', () => {
  const { fetchTickers: _fetchTickers, candles: _candles, ...market } = tiny.market;
  const { fetchFees: _fetchFees, fetchClosedOrders: _fetchClosedOrders, ...trading } = tiny.trading;
  const { connector } = createWorld({ credentials }, { ...tiny, market, trading });
  const members = ['closedOrders', 'tickers', 'fees', 'candles'] as const;
  expect(members.filter((member) => member in connector)).toEqual([]);
  expect(members.filter((member) => member in createWorld().connector)).toEqual(members);
});

test('candles are paged oldest first, and each comes once', async () => {
  const { connector, server, start, run, count } = createWorld({});
  await start();
  server.on('GET /candles', ({ from, to }) => {
    const first = Math.ceil(Number(from) / 60_000) * 60_000;
    const opens = [0, 1, 2].map((index) => first + index * 60_000).filter((at) => at <= Number(to));
    return opens.map((at) => ({ at: String(at), price: '100' }));
  });
  const ranged = await run(connector.candles?.('BTC-USDT', { interval: '1m', from: 60_000, to: 420_000 }));
  expect(ranged.map(({ at }) => at / 60_000)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(count('GET /candles')).toBe(3);
  const limited = await run(connector.candles?.('BTC-USDT', { interval: '1m', from: 60_000, to: 420_000, limit: 2 }));
  expect(limited.map(({ at }) => at / 60_000)).toEqual([1, 2]);
  const latest = await run(connector.candles?.('BTC-USDT', { interval: '1m', to: 420_000, limit: 2 }));
  expect(latest.map(({ at }) => at / 60_000)).toEqual([6, 7]);
});

test('months are asked for from far enough back, up to now', async () => {
  const { connector, server, clock, start, run } = createWorld({});
  await start();
  const asked: number[] = [];
  server.on('GET /candles', ({ from }) => {
    asked.push(Number(from));
    return [];
  });
  expect(await run(connector.candles?.('BTC-USDT', { interval: '1M', limit: 1 }))).toEqual([]);
  expect(asked).toEqual([clock.now() - 2_678_400_000]);
});

test('an interval that the venue lacks is refused with those it has', async () => {
  const { connector, start, run } = createWorld({});
  await start();
  expect(await failureOf(run(connector.candles?.('BTC-USDT', { interval: '5m' })))).toBe(
    'unsupported not-sent: tiny candles: no candles of 5m; the venue has 1m, 1M',
  );
});

test('fees are asked for once in twelve hours', async () => {
  const quiet = { ...tiny, trading: { ...tiny.trading, feed: {} } };
  const { connector, clock, start, run, count } = createWorld({ credentials, auditEveryMs: 86_400_000 }, quiet);
  await start();
  const { maker, taker, taken } = await run(connector.fees?.('BTC-USDT'));
  await run(connector.fees?.('BTC-USDT'));
  expect([maker.toFixed(), taker.toFixed(), taken, count('GET /fees')]).toEqual(['0.001', '0.002', 'quote', 1]);
  await clock.advance(12 * 3_600_000);
  await run(connector.fees?.('BTC-USDT'));
  expect(count('GET /fees')).toBe(2);
});

test.each([
  ['quote', 'buy', 'USDT 0.404'],
  ['received', 'buy', 'BTC 0.004'],
  ['received', 'sell', 'USDT 0.396'],
  ['BNB', 'buy', 'USDT 0.404'],
] as const)('a quote with fees taken in %s prices a %s with %s', async (asset, side, expected) => {
  const { connector, server, start, run } = createWorld();
  server.on('GET /fees', () => ({ maker: '0.001', taker: '0.002', asset }));
  await start({ pairs: ['BTC-USDT'] });
  const { base, fees } = await run(connector.quote('BTC-USDT', side, { base: '2' }));
  expect([base.toFixed(), fees.map((fee) => `${fee.asset} ${fee.amount.toFixed()}`)]).toEqual(['2', [expected]]);
});

test('a quote needs a live book that has the other side', async () => {
  const { connector, server, start, run } = createWorld();
  await start();
  const unwatched = await failureOf(run(connector.quote('BTC-USDT', 'buy', { base: '1' })));
  server.on('GET /book', ({ symbol }) => ({ type: 'book', symbol, snapshot: 'yes', first: '1', last: '10' }));
  await run(connector.watch('BTC-USDT'));
  expect([unwatched, await failureOf(run(connector.quote('BTC-USDT', 'buy', { base: '1' })))]).toEqual([
    'venue-unavailable not-sent: quote BTC-USDT: the book is not watched',
    'venue-unavailable not-sent: quote BTC-USDT: nobody offers to sell',
  ]);
  expect(await failureOf(run(connector.quote('BTC-USDT', 'sell', { base: '1' })))).toBe(
    'venue-unavailable not-sent: quote BTC-USDT: nobody offers to buy',
  );
});

test('closed orders are what the venue describes, untracked', async () => {
  const { connector, server, start, run } = createWorld();
  await start();
  server.orders.set('a', { id: '1', cid: 'a', status: 'filled', filled: '2', side: 'buy', amount: '2', price: '100' });
  server.orders.set('b', { id: '2', status: 'canceled', side: 'sell', amount: '3' });
  server.orders.set('c', { id: '3', status: 'canceled' });
  const closed = await run(connector.closedOrders?.('BTC-USDT', 5));
  const plain = closed.map(({ clientOrderId, type, state, filled, averagePrice }) =>
    [clientOrderId, type, state, filled.toFixed(), averagePrice?.toFixed()].join(' '),
  );
  expect(plain).toEqual(['a limit filled 2 100', '2 market canceled 0 ']);
  expect(server.requests.at(-1)).toEqual({ at: 'GET /closed', params: { symbol: 'BTCUSDT', from: '5' } });
  expect((await run(connector.closedOrders?.('BTC-USDT'))).length).toBe(2);
  expect(connector.orders()).toEqual([]);
});

test('raw calls reach the venue, signed where asked, but never place or cancel', async () => {
  const { connector, start, run } = createWorld();
  await start();
  expect(await run(connector.raw.call({ at: 'GET /fees', signed: true }, {}))).toEqual({
    maker: '0.001',
    taker: '0.002',
    asset: 'quote',
  });
  expect(await run(connector.raw.call({ at: 'GET /poll' }, {}))).toEqual([{ cursor: 'end' }]);
  const refused = 'orders go through place, amend and cancel, where they are tracked';
  expect([
    await failureOf(run(connector.raw.call({ at: 'POST /order', lane: 'order' }, {}))),
    await failureOf(run(connector.raw.call({ at: 'DELETE /order', lane: 'cancel' }, {}))),
    await failureOf(run(connector.raw.call({ at: 'RPC x', host: 'public' }, {}))),
  ]).toEqual([
    `unsupported not-sent: POST /order: ${refused}`,
    `unsupported not-sent: DELETE /order: ${refused}`,
    "venue-unavailable not-sent: tiny RPC x: no stream 'public' is open",
  ]);
});
