import ccxt from 'ccxt';
import { expect, test } from 'vitest';

import { followBook, idOf, loaded, share } from './ccxt.js';
import { credentials, startVenue, type Venue } from './gate-io-venue.js';

type Client = InstanceType<typeof ccxt.pro.gate>;

/** A client of which only base URLs and documented options are set. */
async function connect({ served }: Venue, identity: object = {}): Promise<Client> {
  const rest = `${served.url}/api/v4`;
  const hosts = Object.fromEntries(['wallet', 'margin', 'spot', 'account', 'unified'].map((name) => [name, rest]));
  const connected = new ccxt.pro.gate({
    apiKey: credentials.apiKey,
    secret: credentials.apiSecret,
    urls: { api: { public: hosts, private: hosts, spot: `${served.wsUrl}/ws/v4/` } },
    options: { defaultType: 'spot', fetchMarkets: { types: ['spot'] }, unifiedAccount: false },
    ...identity,
  });
  return loaded(connected);
}

const { venue, client } = await share(startVenue, connect);

test('markets and currencies load with their rules', async () => {
  const markets = await client.loadMarkets();
  expect(markets['BTC/USDT']).toMatchObject({
    ...{ id: 'BTC_USDT', base: 'BTC', quote: 'USDT', spot: true, active: true },
    precision: { amount: 0.000001, price: 0.1 },
    limits: { amount: { min: 0.000001 }, cost: { min: 3 } },
  });
  expect(Object.keys(markets)).toEqual(['BTC/USDT', 'ETH/USDT', 'ETH/BTC', 'GT/USDT']);
  expect(Object.keys(await client.fetchCurrencies())).toEqual(['BTC', 'USDT', 'ETH', 'GT']);
});

test('market data is read: book, trades, ticker, candles', async () => {
  venue.emulator.engine.place('client', { market: 'BTC_USDT', side: 'buy', type: 'market', amount: 10_000n });
  const book = await client.fetchOrderBook('BTC/USDT', 5);
  const [trade] = await client.fetchTrades('BTC/USDT');
  const candle = (await client.fetchOHLCV('BTC/USDT', '1m')).at(-1);
  expect([book.bids[0], book.asks[0]]).toEqual([
    [59999, 1],
    [60001, 0.99],
  ]);
  expect(trade).toMatchObject({ price: 60001, amount: 0.01, side: 'buy', symbol: 'BTC/USDT' });
  expect(candle?.slice(1)).toEqual([60001, 60001, 60001, 60001, 0.01]);
  expect(await client.fetchTicker('BTC/USDT')).toMatchObject({ bid: 59999, ask: 60001, last: 60001, baseVolume: 0.01 });
  expect(await client.fetchTime()).toBeGreaterThan(1_600_000_000_000);
});

test('the stream of the book leads to the book of the venue', async () => {
  await client.watchOrderBook('BTC/USDT');
  venue.make('buy', '60000.0', '0.25');
  venue.make('sell', '60000.5', '0.75');
  const { followed, held } = await followBook(client, 'BTC/USDT', {
    engine: venue.emulator.engine,
    market: 'BTC_USDT',
  });
  expect(followed).toEqual(held);
});

test('trades, tickers and candles are followed', async () => {
  const followed = Promise.all([
    client.watchTrades('BTC/USDT'),
    client.watchTicker('BTC/USDT'),
    client.watchOHLCV('BTC/USDT', '1m'),
  ]);
  const isOver = { now: false };
  void followed.then(() => (isOver.now = true));
  while (!isOver.now) {
    venue.sell('0.001');
    await client.sleep(50);
  }
  const [[trade], ticker, [candle]] = await followed;
  expect(trade).toMatchObject({ symbol: 'BTC/USDT', price: 59999, amount: 0.001, side: 'sell' });
  expect(ticker).toMatchObject({ symbol: 'BTC/USDT', last: 59999, bid: 59999, ask: 60001 });
  expect(candle?.[4]).toBe(59999);
});

test('an order is placed, queried, amended and cancelled', async () => {
  const placed = await client.createOrder('BTC/USDT', 'limit', 'buy', 0.01, 50_000, { text: 't-mine' });
  expect(placed).toMatchObject({ status: 'open', amount: 0.01, price: 50000, filled: 0, side: 'buy' });
  expect(await client.fetchOrder(idOf(placed), 'BTC/USDT')).toMatchObject({ id: placed.id, status: 'open' });
  expect(await client.fetchOrder('t-mine', 'BTC/USDT')).toMatchObject({ id: placed.id, clientOrderId: 't-mine' });
  const edited = await client.editOrder(idOf(placed), 'BTC/USDT', 'limit', 'buy', 0.02, 50_001);
  expect(edited).toMatchObject({ id: placed.id, status: 'open', amount: 0.02, price: 50001 });
  expect(await client.fetchOpenOrders('BTC/USDT')).toMatchObject([{ id: placed.id }]);
  expect(await client.cancelOrder(idOf(placed), 'BTC/USDT')).toMatchObject({ id: placed.id, status: 'canceled' });
  expect(await client.fetchOpenOrders('BTC/USDT')).toEqual([]);
  expect((await client.fetchClosedOrders('BTC/USDT')).map(({ id }) => id)).toContain(placed.id);
});

test('several orders go in one request and are cancelled in one', async () => {
  const terms = { symbol: 'BTC/USDT', type: 'limit', side: 'buy', amount: 0.01 } as const;
  const placed = await client.createOrders([
    { ...terms, price: 50_000 },
    { ...terms, price: 50_001 },
  ]);
  expect(placed.map(({ price, status }) => [price, status])).toEqual([
    [50000, 'open'],
    [50001, 'open'],
  ]);
  expect(await client.cancelAllOrders('BTC/USDT')).toHaveLength(2);
});

test('market orders fill, a buy by what it spends, and fills, fees and balances are read', async () => {
  const before = await client.fetchBalance();
  const order = await client.createOrder('BTC/USDT', 'market', 'sell', 0.002);
  expect(order).toMatchObject({ status: 'closed', filled: 0.002, average: 59999, cost: 119.998 });
  const fills = await client.fetchMyTrades('BTC/USDT', undefined, undefined, { order_id: order.id });
  expect(fills).toMatchObject([
    { amount: 0.002, price: 59999, side: 'sell', fee: { cost: 0.239996, currency: 'USDT' }, order: order.id },
  ]);
  const after = await client.fetchBalance();
  expect(Number(before['BTC']?.free) - Number(after['BTC']?.free)).toBeCloseTo(0.002);
  const bought = await client.createMarketBuyOrderWithCost('BTC/USDT', 60);
  expect(bought).toMatchObject({
    status: 'closed',
    filled: 0.000999,
    info: { fee: '0.000001998', fee_currency: 'BTC' },
  });

  expect(await client.fetchTradingFee('BTC/USDT')).toMatchObject({ maker: 0.002, taker: 0.002 });
});

test('an ioc order that fills in part is cancelled with what it filled', async () => {
  const order = await client.createOrder('BTC/USDT', 'limit', 'buy', 1.5, 60_001, { timeInForce: 'IOC' });
  expect(order).toMatchObject({ status: 'canceled', filled: 1, remaining: 0.5, info: { finish_as: 'ioc' } });
});

test('orders, fills and balances are told on the user stream', async () => {
  const first = Promise.all([client.watchOrders('BTC/USDT'), client.watchBalance()]);
  await client.sleep(200);
  const placed = await client.createOrder('BTC/USDT', 'limit', 'buy', 0.01, 50_000);
  const [[order], balance] = await first;
  expect(order).toMatchObject({ id: placed.id, status: 'open' });
  expect(balance['USDT']).toMatchObject({ used: 500 });
  const canceled = client.watchOrders('BTC/USDT');
  await client.cancelOrder(idOf(placed), 'BTC/USDT');
  expect((await canceled).find(({ id }) => id === placed.id)).toMatchObject({ status: 'canceled' });
  const filled = client.watchMyTrades('BTC/USDT');
  await client.sleep(100);
  await client.createOrder('BTC/USDT', 'market', 'sell', 0.001);
  expect((await filled).at(-1)).toMatchObject({ amount: 0.001, price: 59999, side: 'sell', takerOrMaker: 'taker' });
});

test('orders go over the socket too', async () => {
  const placed = await client.createOrderWs('BTC/USDT', 'limit', 'buy', 0.01, 50_000);
  const id = { id: placed.id };
  expect(await client.fetchOrderWs(idOf(placed), 'BTC/USDT')).toMatchObject({ ...id, status: 'open' });
  const edited = await client.editOrderWs(idOf(placed), 'BTC/USDT', 'limit', 'buy', 0.02, 50_000);
  expect(edited).toMatchObject({ ...id, amount: 0.02 });
  expect(await client.cancelOrderWs(idOf(placed), 'BTC/USDT')).toMatchObject({ ...id, status: 'canceled' });
});

test.each([
  ['a wrong secret', { secret: 'wrong' }, 'INVALID_SIGNATURE'],
  ['an unknown key', { apiKey: 'nobodyKey' }, 'INVALID_KEY'],
])('refuses %s', async (_, identity, label) => {
  const stranger = await connect(venue, identity);
  const refused = stranger.fetchBalance();
  await expect(refused).rejects.toThrow(ccxt.AuthenticationError);
  await expect(refused).rejects.toThrow(label);
});

test('refuses a stale timestamp', async () => {
  const stale = await connect(venue);
  stale.nonce = () => stale.milliseconds() - 62_000;
  await expect(stale.fetchBalance()).rejects.toThrow('REQUEST_EXPIRED');
});

test.each<[string, () => Promise<unknown>, new (...parts: never[]) => Error]>([
  [
    'a filtered price',
    () => client.createOrder('BTC/USDT', 'limit', 'buy', 0.01, 1, { price: '50000.01' }),
    ccxt.InvalidOrder,
  ],
  [
    'an order that is too small',
    () => client.createOrder('BTC/USDT', 'limit', 'buy', 0.00001, 50_000),
    ccxt.BadRequest,
  ],
  ['more than is free', () => client.createOrder('BTC/USDT', 'limit', 'buy', 100, 50_000), ccxt.InsufficientFunds],
  [
    'a post-only order that would take',
    () => client.createOrder('BTC/USDT', 'limit', 'buy', 0.01, 70_000, { postOnly: true }),
    ccxt.OrderImmediatelyFillable,
  ],
  ['an unknown order to query', () => client.fetchOrder('999', 'BTC/USDT'), ccxt.OrderNotFound],
  ['an unknown order to cancel', () => client.cancelOrder('999', 'BTC/USDT'), ccxt.OrderNotFound],
])('refuses %s', async (_, run, kind) => {
  await expect(run()).rejects.toThrow(kind);
});

test('no limit was ever touched', () => {
  expect(venue.emulator.refusals()).toBe(0);
});
