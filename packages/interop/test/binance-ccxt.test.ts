import ccxt from 'ccxt';
import { expect, test } from 'vitest';

import { credentials, startVenue, type Venue } from './binance-venue.js';
import { followBook, idOf, loaded, share } from './ccxt.js';

type Client = InstanceType<typeof ccxt.pro.binance>;

/** A client of which only base URLs and documented options are set. */
async function connect({ served }: Venue, identity: object = {}): Promise<Client> {
  const { url, wsUrl } = served;
  const [rest, sapi] = [`${url}/api/v3`, `${url}/sapi/v1`];
  const connected = new ccxt.pro.binance({
    apiKey: credentials.apiKey,
    secret: credentials.apiSecret,
    urls: {
      api: {
        ...{ public: rest, private: rest, sapi },
        // The client takes streams for those of spot by the word in their URL.
        ws: { spot: `${wsUrl}/stream`, 'ws-api': { spot: `${wsUrl}/ws-api/v3` } },
      },
    },
    options: { defaultType: 'spot', fetchMarkets: { types: ['spot'] }, fetchMargins: false, fetchCurrencies: false },
    ...identity,
  });
  return loaded(connected);
}

const { venue, client } = await share(startVenue, connect);

test('markets load with their rules', async () => {
  const markets = await client.loadMarkets();
  expect(markets['BTC/USDT']).toMatchObject({
    ...{ id: 'BTCUSDT', base: 'BTC', quote: 'USDT', spot: true, active: true },
    precision: { amount: 0.00001, price: 0.01 },
    limits: { amount: { min: 0.00001, max: 9000 }, price: { min: 0.01, max: 1000000 }, cost: { min: 5 } },
  });
  expect(Object.keys(markets)).toEqual(['BTC/USDT', 'ETH/USDT', 'ETH/BTC', 'BNB/USDT']);
});

test('currencies load with a key', async () => {
  client.options['fetchCurrencies'] = true;
  expect(Object.keys(await client.fetchCurrencies())).toEqual(['BTC', 'USDT', 'ETH', 'BNB']);
});

test('market data is read: book, trades, ticker, candles', async () => {
  venue.emulator.engine.place('client', { market: 'BTCUSDT', side: 'buy', type: 'market', amount: 1_000n });
  const book = await client.fetchOrderBook('BTC/USDT', 5);
  const [trade] = await client.fetchTrades('BTC/USDT');
  const [candle] = await client.fetchOHLCV('BTC/USDT', '1m');
  expect([book.bids[0], book.asks[0]]).toEqual([
    [59999, 1],
    [60001, 0.99],
  ]);
  expect(trade).toMatchObject({ price: 60001, amount: 0.01, side: 'buy', symbol: 'BTC/USDT' });
  expect(candle?.slice(1)).toEqual([60001, 60001, 60001, 60001, 0.01]);
  expect(await client.fetchTicker('BTC/USDT')).toMatchObject({ bid: 59999, ask: 60001, last: 60001, baseVolume: 0.01 });
});

test('the stream of the book leads to the book of the venue', async () => {
  await client.watchOrderBook('BTC/USDT');
  venue.make('buy', '60000.00', '0.25');
  venue.make('sell', '60000.50', '0.75');
  const { followed, held } = await followBook(client, 'BTC/USDT', { engine: venue.emulator.engine, market: 'BTCUSDT' });
  expect(followed).toEqual(held);
});

test('trades and tickers are followed', async () => {
  const followed = Promise.all([
    client.watchTrades('BTC/USDT'),
    client.watchTicker('BTC/USDT'),
    client.watchBidsAsks(['BTC/USDT']),
    client.watchOHLCV('BTC/USDT', '1s'),
  ]);
  const isOver = { now: false };
  void followed.then(() => (isOver.now = true));
  while (!isOver.now) {
    venue.sell('0.001');
    await client.sleep(50);
  }
  const [[trade], ticker, best, [candle]] = await followed;
  expect(trade).toMatchObject({ symbol: 'BTC/USDT', price: 59999, amount: 0.001, side: 'sell' });
  expect(ticker).toMatchObject({ symbol: 'BTC/USDT', last: 59999, close: 59999 });
  expect(best['BTC/USDT']).toMatchObject({ bid: 59999, ask: 60001 });
  expect(candle?.[4]).toBe(59999);
});

test('an order is placed, queried, replaced and cancelled', async () => {
  const placed = await client.createOrder('BTC/USDT', 'limit', 'buy', 0.01, 50_000);
  expect(placed).toMatchObject({ status: 'open', amount: 0.01, price: 50000, filled: 0, side: 'buy' });
  expect(await client.fetchOrder(idOf(placed), 'BTC/USDT')).toMatchObject({ id: placed.id, status: 'open' });
  const edited = await client.editOrder(idOf(placed), 'BTC/USDT', 'limit', 'buy', 0.02, 50_001);
  expect(edited).toMatchObject({ status: 'open', amount: 0.02, price: 50001 });
  expect(await client.fetchOpenOrders('BTC/USDT')).toMatchObject([{ id: edited.id }]);
  expect(await client.cancelOrder(idOf(edited), 'BTC/USDT')).toMatchObject({ id: edited.id, status: 'canceled' });
  expect(await client.fetchOpenOrders('BTC/USDT')).toEqual([]);
});

test('an order keeps its place when its amount is lowered', async () => {
  const placed = await client.createOrder('BTC/USDT', 'limit', 'buy', 0.01, 50_000, { postOnly: true });
  const amended: unknown = await client.request('order/amend/keepPriority', 'private', 'PUT', {
    ...{ symbol: 'BTCUSDT', orderId: placed.id, newQty: '0.005' },
  });
  expect(amended).toMatchObject({
    amendedOrder: { orderId: Number(placed.id), qty: '0.00500000', type: 'LIMIT_MAKER' },
  });
  await client.cancelAllOrders('BTC/USDT');
});

test('a market order fills, and its fills and balances are read', async () => {
  const before = await client.fetchBalance();
  const order = await client.createOrder('BTC/USDT', 'market', 'sell', 0.002);
  expect(order).toMatchObject({ status: 'closed', filled: 0.002, average: 59999, cost: 119.998 });
  const fills = await client.fetchMyTrades('BTC/USDT', undefined, undefined, { orderId: order.id });
  expect(fills).toMatchObject([
    { amount: 0.002, price: 59999, side: 'sell', fee: { cost: 0.119998, currency: 'USDT' } },
  ]);
  const after = await client.fetchBalance();
  expect(Number(before['BTC']?.free) - Number(after['BTC']?.free)).toBeCloseTo(0.002);
});

test('orders, fills and balances are told on the user stream', async () => {
  const first = Promise.all([client.watchOrders('BTC/USDT'), client.watchBalance()]);
  await client.sleep(200);
  const placed = await client.createOrder('BTC/USDT', 'limit', 'buy', 0.01, 50_000);
  const [[order], balance] = await first;
  expect(order).toMatchObject({ id: placed.id, status: 'open', clientOrderId: placed.clientOrderId });
  expect(balance['USDT']).toMatchObject({ used: 500 });
  const canceled = client.watchOrders('BTC/USDT');
  await client.cancelOrder(idOf(placed), 'BTC/USDT');
  expect((await canceled).find(({ id }) => id === placed.id)).toMatchObject({
    ...{ status: 'canceled', clientOrderId: placed.clientOrderId },
  });
  const filled = client.watchMyTrades('BTC/USDT');
  await client.createOrder('BTC/USDT', 'market', 'sell', 0.001);
  expect((await filled).at(-1)).toMatchObject({ amount: 0.001, price: 59999, side: 'sell', takerOrMaker: 'taker' });
});

test('orders go over the WebSocket API too', async () => {
  const placed = await client.createOrderWs('BTC/USDT', 'limit', 'buy', 0.01, 50_000);
  expect(await client.fetchOrderWs(idOf(placed), 'BTC/USDT')).toMatchObject({ id: placed.id, status: 'open' });
  expect(await client.fetchOpenOrdersWs('BTC/USDT')).toMatchObject([{ id: placed.id }]);
  expect(await client.cancelOrderWs(idOf(placed), 'BTC/USDT')).toMatchObject({ id: placed.id, status: 'canceled' });
});

test.each([
  ['a wrong secret', { secret: 'wrong' }, ccxt.AuthenticationError],
  ['an unknown key', { apiKey: 'nobodyKey' }, ccxt.AuthenticationError],
])('refuses %s', async (_, identity, kind) => {
  const stranger = await connect(venue, identity);
  await expect(stranger.fetchBalance()).rejects.toThrow(kind);
});

test('refuses a stale timestamp', async () => {
  const stale = await connect(venue);
  stale.nonce = () => stale.milliseconds() - 20_000;
  await expect(stale.fetchBalance()).rejects.toThrow(ccxt.InvalidNonce);
});

test.each<[string, () => Promise<unknown>, new (...parts: never[]) => Error]>([
  [
    'a filtered price',
    () => client.createOrder('BTC/USDT', 'limit', 'buy', 0.01, 1, { price: '50000.001' }),
    ccxt.InvalidOrder,
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
  expect(venue.emulator.usage().refusals).toBe(0);
});
