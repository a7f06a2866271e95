import ccxt from 'ccxt';
import { expect, test } from 'vitest';

import { followBook, idOf, loaded, share } from './ccxt.js';
import { credentials, startVenue, type Venue } from './kucoin-venue.js';

// All of the client's, so that none leads out of this machine.
const hosts = [
  ...['public', 'private', 'futuresPrivate', 'futuresPublic', 'webExchange'],
  ...['broker', 'earn', 'uta', 'utaV2', 'utaPrivate'],
];

type Client = InstanceType<typeof ccxt.pro.kucoin>;

/** A client of which only base URLs and documented options are set. */
async function connect({ served }: Venue, identity: object = {}): Promise<Client> {
  const connected = new ccxt.pro.kucoin({
    apiKey: credentials.apiKey,
    secret: credentials.apiSecret,
    password: credentials.passphrase,
    urls: { api: Object.fromEntries(hosts.map((host) => [host, served.url])) },
    options: { fetchMarkets: { types: ['spot'] }, uta: false },
    ...identity,
  });
  return loaded(connected, { marginables: false });
}

const { venue, client } = await share(startVenue, connect);

async function whileNothingComes<T>(coming: Promise<T>, act: () => void): Promise<T> {
  const isOver = { now: false };
  void coming.finally(() => (isOver.now = true)).catch(() => undefined);
  while (!isOver.now) {
    act();
    await client.sleep(60);
  }
  return coming;
}

test('markets load with their rules', async () => {
  const markets = await client.loadMarkets();
  expect(markets['BTC/USDT']).toMatchObject({
    ...{ id: 'BTC-USDT', base: 'BTC', quote: 'USDT', spot: true, active: true },
    precision: { amount: 1e-8, price: 0.1 },
    limits: { amount: { min: 0.00001, max: 10000000000 }, cost: { min: 0.1 } },
  });
  expect(Object.keys(markets)).toEqual(['BTC/USDT', 'ETH/USDT', 'ETH/BTC']);
});

test('market data is read: time, book, trades, ticker, candles', async () => {
  venue.sell('0.01');
  expect(Math.abs(((await client.fetchTime()) ?? 0) - Date.now())).toBeLessThan(5_000);
  const book = await client.fetchOrderBook('BTC/USDT', 20);
  const [trade] = await client.fetchTrades('BTC/USDT');
  const [candle] = await client.fetchOHLCV('BTC/USDT', '1m');
  expect([book.bids[0], book.asks[0]]).toEqual([
    [59999, 0.99],
    [60001, 1],
  ]);
  expect(trade).toMatchObject({ price: 59999, amount: 0.01, side: 'sell', symbol: 'BTC/USDT' });
  expect(candle?.slice(1)).toEqual([59999, 59999, 59999, 59999, 0.01]);
  expect(await client.fetchTicker('BTC/USDT')).toMatchObject({ bid: 59999, ask: 60001, last: 59999, baseVolume: 0.01 });
  expect((await client.fetchTickers(['BTC/USDT']))['BTC/USDT']).toMatchObject({ last: 59999 });
});

test('the stream of the book leads to the book of the venue', async () => {
  // The client asks for a snapshot once some changes have come.
  await whileNothingComes(client.watchOrderBook('BTC/USDT'), () => venue.make('buy', '59990', '0.01'));
  venue.make('buy', '60000', '0.25');
  venue.make('sell', '60000.5', '0.75');
  const { followed, held } = await followBook(client, 'BTC/USDT', {
    engine: venue.emulator.engine,
    market: 'BTC-USDT',
  });
  expect(followed).toEqual(held);
});

test('trades and best prices are followed', async () => {
  const followed = Promise.all([client.watchTrades('BTC/USDT'), client.watchBidsAsks(['BTC/USDT'])]);
  const [[trade], best] = await whileNothingComes(followed, () => venue.sell('0.001'));
  expect(trade).toMatchObject({ symbol: 'BTC/USDT', price: 59999, amount: 0.001, side: 'sell' });
  expect(best['BTC/USDT']).toMatchObject({ bid: 59999, ask: 60001 });
});

test.each([true, false])('an order is placed, queried and cancelled, with hf %s', async (hf) => {
  const given = { hf, clientOid: `ccxt-${String(hf)}` };
  const placed = await client.createOrder('BTC/USDT', 'limit', 'buy', 0.01, 50_000, given);
  expect(await client.fetchOrder(idOf(placed), 'BTC/USDT', { hf })).toMatchObject({
    ...{ id: placed.id, clientOrderId: given.clientOid, status: 'open', side: 'buy' },
    ...{ amount: 0.01, price: 50000, filled: 0, remaining: 0.01 },
  });
  const byClientId = await client.fetchOrder('', 'BTC/USDT', { ...given });
  expect(byClientId).toMatchObject({ id: placed.id, status: 'open' });
  expect(await client.fetchOpenOrders('BTC/USDT', undefined, undefined, { hf })).toMatchObject([{ id: placed.id }]);
  await client.cancelOrder(idOf(placed), 'BTC/USDT', { hf });
  expect(await client.fetchOrder(idOf(placed), 'BTC/USDT', { hf })).toMatchObject({ status: 'canceled', filled: 0 });
  expect(await client.fetchOpenOrders('BTC/USDT', undefined, undefined, { hf })).toEqual([]);
  const closed = await client.fetchClosedOrders('BTC/USDT', undefined, undefined, { hf });
  expect(closed.find(({ id }) => id === placed.id)).toMatchObject({ status: 'canceled' });
});

test('an order is edited: a new one takes its place', async () => {
  const placed = await client.createOrder('BTC/USDT', 'limit', 'buy', 0.01, 50_000, { hf: true });
  const edited = await client.editOrder(idOf(placed), 'BTC/USDT', 'limit', 'buy', 0.02, 50_001, { hf: true });
  expect(edited.id).not.toBe(placed.id);
  expect(await client.fetchOpenOrders('BTC/USDT', undefined, undefined, { hf: true })).toMatchObject([
    { id: edited.id, amount: 0.02, price: 50001, clientOrderId: placed.clientOrderId },
  ]);
  await client.cancelAllOrders('BTC/USDT', { hf: true });
  expect(await client.fetchOpenOrders('BTC/USDT', undefined, undefined, { hf: true })).toEqual([]);
});

test('several orders are placed at once', async () => {
  const order = { symbol: 'BTC/USDT', type: 'limit', side: 'buy', amount: 0.01, price: 50_000 } as const;
  // The client looks for the answer where the older API has it; the documentation has a list. https://www.kucoin.com/docs-new/api-3470168
  await client.createOrders([order, { ...order, price: 50_001 }], { hf: true });
  const open = await client.fetchOpenOrders('BTC/USDT', undefined, undefined, { hf: true });
  expect(open.map(({ price }) => price).sort()).toEqual([50_000, 50_001]);
});

test.each([true, false])('a market order fills, and its fills and balances are read, with hf %s', async (hf) => {
  const before = await client.fetchBalance();
  const order = await client.createOrder('BTC/USDT', 'market', 'sell', 0.002, undefined, { hf });
  expect(await client.fetchOrder(idOf(order), 'BTC/USDT', { hf })).toMatchObject({
    ...{ status: 'closed', filled: 0.002, average: 59999, cost: 119.998 },
    fee: { cost: 0.119998, currency: 'USDT' },
  });
  const fills = await client.fetchMyTrades('BTC/USDT', undefined, undefined, { hf, orderId: order.id });
  expect(fills).toMatchObject([
    { amount: 0.002, price: 59999, side: 'sell', takerOrMaker: 'taker', fee: { cost: 0.119998, currency: 'USDT' } },
  ]);
  const after = await client.fetchBalance();
  expect(Number(before['BTC']?.free) - Number(after['BTC']?.free)).toBeCloseTo(0.002);
});

test('a market order spends quote', async () => {
  const order = await client.createOrder('BTC/USDT', 'market', 'buy', 0, undefined, { hf: true, funds: '60.001' });
  expect(await client.fetchOrder(idOf(order), 'BTC/USDT', { hf: true })).toMatchObject({
    ...{ status: 'closed', filled: 0.001, cost: 60.001 },
  });
});

test('fees are read', async () => {
  expect(await client.fetchTradingFee('BTC/USDT')).toMatchObject({ maker: 0.001, taker: 0.001 });
});

test('orders, fills and balances are told on the private stream', async () => {
  const first = Promise.all([client.watchOrders('BTC/USDT'), client.watchBalance()]);
  await client.sleep(300);
  const placed = await client.createOrder('BTC/USDT', 'limit', 'buy', 0.01, 50_000, { hf: true });
  const [[order], balance] = await first;
  expect(order).toMatchObject({ id: placed.id, status: 'open', clientOrderId: placed.clientOrderId });
  expect(balance['USDT']).toMatchObject({ used: 500.5 });
  const canceled = client.watchOrders('BTC/USDT');
  await client.cancelOrder(idOf(placed), 'BTC/USDT', { hf: true });
  expect((await canceled).find(({ id }) => id === placed.id)).toMatchObject({ status: 'canceled' });
  const filled = client.watchMyTrades('BTC/USDT');
  await client.sleep(300);
  await client.createOrder('BTC/USDT', 'market', 'sell', 0.001, undefined, { hf: true });
  expect((await filled).at(-1)).toMatchObject({ amount: 0.001, price: 59999, side: 'sell', takerOrMaker: 'taker' });
});

test.each([
  ['a wrong secret', { secret: 'wrong' }, ccxt.AuthenticationError],
  ['a wrong passphrase', { password: 'wrong' }, ccxt.AuthenticationError],
  ['an unknown key', { apiKey: 'nobodyKey' }, ccxt.AuthenticationError],
])('refuses %s', async (_, identity, kind) => {
  const stranger = await connect(venue, {
    ...identity,
    options: { fetchMarkets: { types: ['spot'] }, uta: false, hf: true },
  });
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
    () => client.createOrder('BTC/USDT', 'limit', 'buy', 0.01, 1, { hf: true, price: '50000.001' }),
    ccxt.BaseError,
  ],
  [
    'more than is free',
    () => client.createOrder('BTC/USDT', 'limit', 'buy', 100, 50_000, { hf: true }),
    ccxt.InsufficientFunds,
  ],
  [
    'an amount below the least',
    () => client.createOrder('BTC/USDT', 'limit', 'buy', 1, 50_000, { hf: true, size: '0.000001' }),
    ccxt.InvalidOrder,
  ],
  ['an unknown order to query', () => client.fetchOrder('999', 'BTC/USDT', { hf: true }), ccxt.OrderNotFound],
  ['an unknown order to cancel', () => client.cancelOrder('999', 'BTC/USDT', { hf: true }), ccxt.OrderNotFound],
])('refuses %s', async (_, run, kind) => {
  await expect(run()).rejects.toThrow(kind);
});

test('no limit was ever touched', () => {
  expect(venue.emulator.limitRefusals()).toBe(0);
});
