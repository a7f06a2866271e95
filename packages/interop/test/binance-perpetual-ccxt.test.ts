import ccxt from 'ccxt';
import { expect, test } from 'vitest';

import { credentials, startPerpetualVenue, type PerpetualVenue } from './binance-perpetual-venue.js';
import { idOf, loaded, share } from './ccxt.js';

const symbol = 'BTC/USDT:USDT';

/** A client of which only base URLs and documented options are set. */
async function connect({ served }: PerpetualVenue): Promise<InstanceType<typeof ccxt.pro.binanceusdm>> {
  const { url, wsUrl } = served;
  const of = (version: string) => `${url}/fapi/${version}`;
  const connected = new ccxt.pro.binanceusdm({
    apiKey: credentials.apiKey,
    secret: credentials.apiSecret,
    urls: {
      api: {
        ...{ fapiPublic: of('v1'), fapiPublicV2: of('v2'), fapiPublicV3: of('v3') },
        ...{ fapiPrivate: of('v1'), fapiPrivateV2: of('v2'), fapiPrivateV3: of('v3') },
        // The client puts the route before the end.
        ws: { future: `${wsUrl}/ws` },
      },
    },
    options: { fetchMarkets: { types: ['linear'] }, fetchMargins: false, fetchCurrencies: false },
  });
  return loaded(connected);
}

const { venue, client } = await share(startPerpetualVenue, connect);

test('markets load with their rules', () => {
  expect(client.market(symbol)).toMatchObject({
    ...{ id: 'BTCUSDT', base: 'BTC', quote: 'USDT', settle: 'USDT', swap: true, linear: true, active: true },
    ...{ contractSize: 1, limits: { amount: { min: 0.001 }, cost: { min: 100 } } },
  });
});

test('the book and the funding rate are read', async () => {
  const { bids, asks } = await client.fetchOrderBook(symbol, 5);
  expect([bids[0], asks[0]]).toEqual([
    [59999, 5],
    [60001, 5],
  ]);
  venue.emulator.engine.setPrices('BTCUSDT', { mark: 600_005n, index: 600_000n, fundingRate: '0.0002' });
  const rate = await client.fetchFundingRate(symbol);
  expect(rate).toMatchObject({ symbol, markPrice: 60000.5, indexPrice: 60000, fundingRate: 0.0002 });
});

test('an order is placed, queried, amended and cancelled', async () => {
  const placed = await client.createOrder(symbol, 'limit', 'buy', 0.01, 50_000, { timeInForce: 'GTX' });
  expect(placed).toMatchObject({ status: 'open', amount: 0.01, price: 50000, filled: 0, side: 'buy', postOnly: true });
  const edited = await client.editOrder(idOf(placed), symbol, 'limit', 'buy', 0.02, 50_001);
  expect(edited).toMatchObject({ id: placed.id, status: 'open', amount: 0.02, price: 50001 });
  expect(await client.fetchOpenOrders(symbol)).toMatchObject([{ id: placed.id }]);
  expect(await client.cancelOrder(idOf(placed), symbol)).toMatchObject({ id: placed.id, status: 'canceled' });
  expect(await client.fetchOpenOrders(symbol)).toEqual([]);
});

test('a position is opened with leverage, pays funding and is closed', async () => {
  await client.setLeverage(5, symbol);
  await client.createOrder(symbol, 'market', 'buy', 0.5);
  const [position] = await client.fetchPositions([symbol]);
  expect(position).toMatchObject({ symbol, side: 'long', contracts: 0.5, entryPrice: 60001 });
  venue.payFunding('0.0001');
  const [payment] = await client.fetchFundingHistory(symbol);
  expect(payment).toMatchObject({ symbol, code: 'USDT' });
  expect(payment?.amount).toBeLessThan(0);
  await client.createOrder(symbol, 'market', 'sell', 0.5, undefined, { reduceOnly: true });
  expect(await client.fetchPositions([symbol])).toEqual([]);
  expect((await client.fetchMyTrades(symbol)).map(({ side, price, amount }) => [side, price, amount])).toEqual([
    ['buy', 60001, 0.5],
    ['sell', 59999, 0.5],
  ]);
});

test('hedge mode holds a long and a short at a time', async () => {
  await client.setPositionMode(true);
  const order = async (side: 'buy' | 'sell', positionSide: 'LONG' | 'SHORT') =>
    client.createOrder(symbol, 'market', side, 0.1, undefined, { positionSide });
  await order('buy', 'LONG');
  await order('sell', 'SHORT');
  const sides = async () => (await client.fetchPositions([symbol])).map(({ side }) => side).toSorted();
  expect(await sides()).toEqual(['long', 'short']);
  await order('sell', 'LONG');
  await order('buy', 'SHORT');
  await client.setPositionMode(false);
  expect(await sides()).toEqual([]);
});

test('the book, orders, fills and positions are followed', async () => {
  const book = await client.watchOrderBook(symbol);
  expect(book.bids[0]).toEqual([59999, expect.any(Number)]);
  const followed = Promise.all([
    client.watchOrders(symbol),
    client.watchMyTrades(symbol),
    client.watchPositions([symbol], undefined, undefined, { fetchPositionsSnapshot: false }),
  ]);
  await client.sleep(300);
  const placed = await client.createOrder(symbol, 'market', 'buy', 0.1);
  const [orders, fills, positions] = await followed;
  expect(orders.map(({ id }) => id)).toContain(placed.id);
  expect(fills.at(-1)).toMatchObject({ symbol, side: 'buy', amount: 0.1, price: 60001 });
  expect(positions).toMatchObject([{ symbol, side: 'long', contracts: 0.1 }]);
  await client.createOrder(symbol, 'market', 'sell', 0.1, undefined, { reduceOnly: true });
});

test('refusals are understood', async () => {
  await expect(client.createOrder(symbol, 'limit', 'buy', 1_000, 60_000)).rejects.toThrow(/-2019/);
  await expect(client.fetchOrder('424242', symbol)).rejects.toThrow(ccxt.OrderNotFound);
  const crossing = client.createOrder(symbol, 'limit', 'buy', 0.01, 60_500, { timeInForce: 'GTX' });
  await expect(crossing).rejects.toThrow(/-5022/);
});

test('a signature that is wrong is refused', async () => {
  const { url } = venue.served;
  const stranger = new ccxt.binanceusdm({ apiKey: credentials.apiKey, secret: 'wrong' });
  stranger.urls.api = { fapiPrivate: `${url}/fapi/v1` };
  stranger.setMarkets(client.markets);
  await expect(stranger.fetchOpenOrders(symbol)).rejects.toThrow(/-1022/);
});
