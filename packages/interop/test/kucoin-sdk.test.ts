import {
  ClientOptionBuilder,
  DefaultClient,
  Spot,
  TransportOptionBuilder,
  WebSocketClientOptionBuilder,
} from 'kucoin-universal-sdk';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

import { credentials, startVenue, type Venue } from './kucoin-venue.js';

type Identity = { readonly apiKey: string; readonly apiSecret: string; readonly passphrase: string };

let venue: Venue;
let client: DefaultClient;

/** A client of which only base URLs and documented options are set. */
function connect({ served }: Venue, identity: Identity): DefaultClient {
  const option = new ClientOptionBuilder()
    .setKey(identity.apiKey)
    .setSecret(identity.apiSecret)
    .setPassphrase(identity.passphrase)
    .setSpotEndpoint(served.url)
    .setFuturesEndpoint(served.url)
    .setBrokerEndpoint(served.url)
    .setTransportOption(new TransportOptionBuilder().setKeepAlive(false).build())
    .setWebSocketClientOption(new WebSocketClientOptionBuilder().build())
    .build();
  return new DefaultClient(option);
}

const { Order, Market } = Spot;
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

beforeAll(async () => {
  venue = await startVenue();
  client = connect(venue, credentials);
});

beforeEach(() => venue.reset());

afterAll(() => venue.stop());

const market = () => client.restService().getSpotService().getMarketApi();
const orders = () => client.restService().getSpotService().getOrderApi();
const account = () => client.restService().getAccountService().getAccountApi();

const terms = {
  ...{ symbol: 'BTC-USDT', side: Order.AddOrderReq.SideEnum.BUY, type: Order.AddOrderReq.TypeEnum.LIMIT },
  ...{ price: '50000', size: '0.01' },
};

test('time and markets are read', async () => {
  const { data } = await market().getServerTime();
  expect(Math.abs(data - Date.now())).toBeLessThan(5_000);
  const symbols = await market().getAllSymbols(Market.GetAllSymbolsReq.create({}));
  expect(symbols.data.map(({ symbol, priceIncrement }) => [symbol, priceIncrement])).toEqual([
    ['BTC-USDT', '0.1'],
    ['ETH-USDT', '0.01'],
    ['ETH-BTC', '0.00001'],
  ]);
});

test('the book is read, with the quota that it left', async () => {
  const book = await market().getPartOrderBook(Market.GetPartOrderBookReq.create({ symbol: 'BTC-USDT', size: '20' }));
  expect([book.bids, book.asks]).toEqual([
    [
      ['59999', '1'],
      ['59998', '2'],
    ],
    [
      ['60001', '1'],
      ['60002', '2'],
    ],
  ]);
  expect(book.commonResponse?.rateLimit).toMatchObject({ limit: 2_000 });
});

test('an order is placed, queried and cancelled', async () => {
  const clientOid = 'sdk-1';
  const placed = await orders().addOrder(Order.AddOrderReq.create({ ...terms, clientOid }));
  expect(placed.clientOid).toBe(clientOid);
  const { symbol } = terms;
  const found = await orders().getOrderByOrderId(
    Order.GetOrderByOrderIdReq.create({ symbol, orderId: placed.orderId }),
  );
  expect(found).toMatchObject({
    clientOid,
    active: true,
    inOrderBook: true,
    size: '0.01',
    dealSize: '0',
    price: '50000',
  });
  const mine = await orders().getOrderByClientOid(Order.GetOrderByClientOidReq.create({ symbol, clientOid }));
  expect(mine.id).toBe(placed.orderId);
  const open = await orders().getOpenOrders(Order.GetOpenOrdersReq.create({ symbol }));
  expect(open.data.map(({ id }) => id)).toEqual([placed.orderId]);
  expect((await orders().getSymbolsWithOpenOrder()).symbols).toEqual(['BTC-USDT']);
  const cancelled = await orders().cancelOrderByOrderIdSync(
    Order.CancelOrderByOrderIdSyncReq.create({ symbol, orderId: placed.orderId }),
  );
  expect(cancelled).toMatchObject({ status: 'done', originSize: '0.01', dealSize: '0', canceledSize: '0.01' });
  const closed = await orders().getClosedOrders(Order.GetClosedOrdersReq.create({ symbol }));
  expect(closed.items[0]).toMatchObject({ id: placed.orderId, active: false, cancelExist: true });
});

test('an order is modified: a new one takes its place', async () => {
  const { symbol } = terms;
  const { orderId } = await orders().addOrder(Order.AddOrderReq.create(terms));
  const modified = await orders().modifyOrder(Order.ModifyOrderReq.create({ symbol, orderId, newPrice: '50001' }));
  expect(modified.newOrderId).not.toBe(orderId);
  const found = await orders().getOrderByOrderId(
    Order.GetOrderByOrderIdReq.create({ symbol, orderId: modified.newOrderId }),
  );
  expect(found).toMatchObject({ active: true, price: '50001', size: '0.01' });
});

test('several orders are placed at once, each with its own answer', async () => {
  const { LIMIT } = Order.BatchAddOrdersOrderList.TypeEnum;
  const { BUY } = Order.BatchAddOrdersOrderList.SideEnum;
  const one = { symbol: 'BTC-USDT', type: LIMIT, side: BUY, price: '50000', size: '0.01' };
  const orderList = [one, { ...one, size: '0.000001' }].map((each) => Order.BatchAddOrdersOrderList.create(each));
  const { data } = await orders().batchAddOrders(Order.BatchAddOrdersReq.create({ orderList }));
  expect(data.map(({ success, failMsg }) => [success, failMsg])).toEqual([
    [true, undefined],
    [false, 'Order size below the minimum requirement.'],
  ]);
});

test('a market order fills, and its fills, balances and fees are read', async () => {
  const { symbol } = terms;
  const { MARKET } = Order.AddOrderSyncReq.TypeEnum;
  const { SELL } = Order.AddOrderSyncReq.SideEnum;
  const sold = { symbol, type: MARKET, side: SELL, size: '0.001' };
  const placed = await orders().addOrderSync(Order.AddOrderSyncReq.create(sold));
  expect(placed).toMatchObject({ status: 'done', dealSize: '0.001', remainSize: '0' });
  const fills = await orders().getTradeHistory(Order.GetTradeHistoryReq.create({ symbol, orderId: placed.orderId }));
  expect(fills.items).toMatchObject([{ price: '59999', size: '0.001', fee: '0.059999', liquidity: 'taker' }]);
  const { data } = await account().getSpotAccountList({ toJson: () => '{}' });
  expect(data.map(({ currency, type }) => [currency, type])).toEqual([
    ['BTC', 'trade'],
    ['USDT', 'trade'],
  ]);
});

test('the switch that cancels everything is set and read', async () => {
  const set = await orders().setDCP(Order.SetDCPReq.create({ timeout: 60, symbols: 'BTC-USDT' }));
  expect(set.triggerTime - set.currentTime).toBe(60);
  expect(await orders().getDCP()).toMatchObject({ timeout: 60, symbols: 'BTC-USDT' });
  await orders().setDCP(Order.SetDCPReq.create({ timeout: -1 }));
});

test('changes of the book follow each other, and trades are told', async () => {
  const socket = client.wsService().newSpotPublicWS();
  const changes: { readonly start: number; readonly end: number }[] = [];
  const trades: string[] = [];
  await socket.start();
  await socket.orderbookIncrement(['BTC-USDT'], (_topic, _subject, { sequenceStart, sequenceEnd }) => {
    changes.push({ start: sequenceStart, end: sequenceEnd });
  });
  await socket.trade(['BTC-USDT'], (_topic, _subject, { price, size, side }) => {
    trades.push(`${side} ${size}@${price}`);
  });
  while (changes.length < 3 || trades.length === 0) {
    venue.sell('0.001');
    await sleep(60);
  }
  await socket.stop();
  expect(changes.slice(1).map(({ start }) => start)).toEqual(changes.slice(0, -1).map(({ end }) => end + 1));
  expect(trades[0]).toBe('sell 0.001@59999');
});

test('orders and balances are told on the private stream', async () => {
  const socket = client.wsService().newSpotPrivateWS();
  const told: string[] = [];
  await socket.start();
  await socket.orderV2((_topic, _subject, { type, status, filledSize }) => {
    told.push(`${type} ${status} ${filledSize}`);
  });
  await socket.account((_topic, _subject, { currency, hold }) => {
    told.push(`${currency} ${hold}`);
  });
  const { symbol } = terms;
  const { orderId } = await orders().addOrder(Order.AddOrderReq.create(terms));
  await orders().cancelOrderByOrderId(Order.CancelOrderByOrderIdReq.create({ symbol, orderId }));
  while (told.length < 5) await sleep(20);
  await socket.stop();
  expect(told).toEqual(['received new 0', 'open open 0', 'USDT 500.5', 'canceled done 0', 'USDT 0']);
});

test.each<[string, Identity, string]>([
  ['a wrong secret', { ...credentials, apiSecret: 'wrong' }, '400004'],
  ['a wrong passphrase', { ...credentials, passphrase: 'wrong' }, '400004'],
  ['an unknown key', { ...credentials, apiKey: 'nobodyKey' }, '400003'],
])('refuses %s', async (_, identity, code) => {
  const stranger = connect(venue, identity).restService().getSpotService().getOrderApi();
  const error: unknown = await stranger.getSymbolsWithOpenOrder().catch((reason: unknown) => reason);
  expect(bodyOf(error)).toMatchObject({ code });
});

test.each<[string, () => Promise<unknown>, string]>([
  ['a filtered price', () => orders().addOrder(Order.AddOrderReq.create({ ...terms, price: '50000.01' })), '400100'],
  ['more than is free', () => orders().addOrder(Order.AddOrderReq.create({ ...terms, size: '99' })), '200004'],
  [
    'an unknown order',
    () => orders().getOrderByOrderId(Order.GetOrderByOrderIdReq.create({ symbol: 'BTC-USDT', orderId: '999' })),
    '400100',
  ],
])('refuses %s', async (_, run, code) => {
  await expect(run()).rejects.toThrow(`code: {${code}}`);
});

/** What the venue answered with a status of its own, which the client leaves where its HTTP client put it. */
function bodyOf(error: unknown): unknown {
  const inner = error instanceof Error && 'err' in error ? error.err : undefined;
  const response = inner instanceof Error && 'response' in inner ? inner.response : undefined;
  return typeof response === 'object' && response !== null && 'data' in response ? response.data : undefined;
}
