import ccxt from 'ccxt';
import { expect, test } from 'vitest';

import { idOf, loaded, share } from './ccxt.js';
import { keys, owner, startVenue, type Venue } from './hyperliquid-perpetual-venue.js';

type Client = InstanceType<typeof ccxt.pro.hyperliquid>;

const symbol = 'BTC/USDC:USDC';

/** A client of which only base URLs and documented options are set. */
async function connect({ served }: Venue, privateKey: string): Promise<Client> {
  const { url, wsUrl } = served;
  const connected = new ccxt.pro.hyperliquid({
    ...{ walletAddress: owner, privateKey },
    urls: { api: { public: url, private: url, ws: { public: `${wsUrl}/ws` } } },
    options: { fetchMarkets: { types: ['swap'] }, builderFee: false, approvedBuilderFee: true, fetchCurrencies: false },
  });
  return loaded(connected);
}

const { venue, client } = await share(startVenue, (started) => connect(started, keys.agent));

test('markets load with their rules', async () => {
  const markets = await client.loadMarkets();
  expect(markets[symbol]).toMatchObject({
    ...{ base: 'BTC', quote: 'USDC', settle: 'USDC', swap: true, linear: true, active: true },
    precision: { amount: 0.00001 },
    limits: { cost: { min: 10 }, leverage: { max: 40 } },
  });
});

test('the book, candles and funding are read', async () => {
  const book = await client.fetchOrderBook(symbol);
  expect([book.bids[0], book.asks[0]]).toEqual([
    [59990, 1],
    [60010, 1],
  ]);
  venue.take('sell', '60010', '0.1');
  const [candle] = await client.fetchOHLCV(symbol, '1m', Date.now() - 120_000);
  expect(candle?.slice(1)).toEqual([60010, 60010, 60010, 60010, 0.1]);
  expect((await client.fetchFundingRates([symbol]))[symbol]).toMatchObject({ symbol, fundingRate: expect.any(Number) });
});

test('an order is placed, queried, edited and cancelled', async () => {
  const clientOrderId = `0x${'34'.repeat(16)}`;
  const placed = await client.createOrder(symbol, 'limit', 'buy', 0.01, 50_000, { clientOrderId });
  expect(await client.fetchOrder(idOf(placed), symbol)).toMatchObject({
    ...{ status: 'open', amount: 0.01, price: 50000, side: 'buy', filled: 0, clientOrderId },
  });
  const edited = await client.editOrder(idOf(placed), symbol, 'limit', 'buy', 0.02, 50_001);
  expect(await client.fetchOpenOrders(symbol)).toMatchObject([{ id: edited.id, amount: 0.02, price: 50001 }]);
  await client.cancelOrder(idOf(edited), symbol);
  expect(await client.fetchOpenOrders(symbol)).toEqual([]);
  expect(await client.fetchOrder(idOf(edited), symbol)).toMatchObject({ status: 'canceled' });
});

test('an order fills; its fills, the position and the balance are read', async () => {
  await client.setMarginMode('cross', symbol, { leverage: 10 });
  await client.createOrder(symbol, 'market', 'buy', 0.1, 60_010);
  expect((await client.fetchMyTrades(symbol)).at(-1)).toMatchObject({
    ...{ amount: 0.1, price: 60010, side: 'buy', takerOrMaker: 'taker', fee: { cost: 2.70045, currency: 'USDC' } },
  });
  expect(await client.fetchPositions([symbol])).toMatchObject([
    { symbol, contracts: 0.1, entryPrice: 60010, side: 'long' },
  ]);
  const balance = await client.fetchBalance();
  expect(balance['USDC']?.total).toBeGreaterThan(99_000);
  expect(balance['USDC']?.free).toBeLessThan(99_900);
  await client.createOrder(symbol, 'market', 'sell', 0.1, 59_990, { reduceOnly: true });
  expect(await client.fetchPositions([symbol])).toEqual([]);
});

test('the book, trades, orders and fills are followed', async () => {
  const book = await client.watchOrderBook(symbol);
  expect(book.bids[0]).toEqual([59990, 1]);
  const followed = Promise.all([client.watchOrders(symbol), client.watchMyTrades(symbol)]);
  await client.sleep(300);
  const placed = await client.createOrder(symbol, 'limit', 'buy', 0.01, 60_000);
  venue.take('buy', '60000', '0.01');
  const [orders, fills] = await followed;
  expect(orders.map(({ id }) => id)).toContain(placed.id);
  expect(fills.at(-1)).toMatchObject({ symbol, amount: expect.any(Number) });
});

test('refuses an order above the margin, one below the least notional, and a key that nobody knows', async () => {
  await expect(client.createOrder(symbol, 'limit', 'buy', 1_000, 50_000)).rejects.toThrow(ccxt.InsufficientFunds);
  await expect(client.createOrder(symbol, 'limit', 'buy', 0.0001, 50_000)).rejects.toThrow(ccxt.InvalidOrder);
  await expect(client.cancelOrder('1', symbol)).rejects.toThrow(ccxt.OrderNotFound);
  const stranger = await connect(venue, keys.stranger);
  await expect(stranger.createOrder(symbol, 'limit', 'buy', 0.01, 50_000)).rejects.toThrow('does not exist');
});
