import { generateKeyPairSync } from 'node:crypto';

import { Spot, SpotRestAPI, SpotWebsocketAPI, SpotWebsocketStreams } from '@binance/spot';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

import { credentials, startVenue, type Venue } from './binance-venue.js';

type Identity = { readonly apiKey: string; readonly apiSecret?: string; readonly privateKey?: string };

const { privateKey } = generateKeyPairSync('ed25519', {
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});
const ed25519 = { apiKey: 'ed25519Key', privateKey } as const;

let venue: Venue;
let client: Spot;

/** A client of which only base URLs and documented options are set. */
function connect({ served }: Venue, identity: Identity): Spot {
  const { url, wsUrl } = served;
  const rest = { ...identity, basePath: url, retries: 0 };
  const api = { ...identity, wsURL: `${wsUrl}/ws-api/v3` };
  return new Spot({
    configurationRestAPI: rest,
    configurationWebsocketAPI: api,
    configurationWebsocketStreams: { wsURL: wsUrl },
  });
}

const { NewOrderSideEnum, NewOrderTypeEnum, NewOrderTimeInForceEnum } = SpotRestAPI;
const order = {
  ...{ symbol: 'BTCUSDT', side: NewOrderSideEnum.BUY, type: NewOrderTypeEnum.LIMIT },
  ...{ timeInForce: NewOrderTimeInForceEnum.GTC, quantity: 0.01, price: 50_000 },
};

beforeAll(async () => {
  // The client tells each connection on the console otherwise.
  process.env['LOG_LEVEL'] = 'error';
  venue = await startVenue([{ ...ed25519, name: 'signer', balances: { USDT: '100000' } }]);
  client = connect(venue, credentials);
});

beforeEach(() => venue.reset());

afterAll(() => venue.stop());

test('markets load with their rules', async () => {
  const { symbols } = await (await client.restAPI.exchangeInfo({ symbols: ['BTCUSDT', 'ETHBTC'] })).data();
  expect(symbols?.map(({ symbol, baseAsset, filters }) => [symbol, baseAsset, filters?.slice(0, 2)])).toEqual([
    [
      ...['BTCUSDT', 'BTC'],
      [
        { filterType: 'PRICE_FILTER', minPrice: '0.01000000', maxPrice: '1000000.00000000', tickSize: '0.01000000' },
        { filterType: 'LOT_SIZE', minQty: '0.00001000', maxQty: '9000.00000000', stepSize: '0.00001000' },
      ],
    ],
    [
      ...['ETHBTC', 'ETH'],
      [
        { filterType: 'PRICE_FILTER', minPrice: '0.00001000', maxPrice: '922327.00000000', tickSize: '0.00001000' },
        { filterType: 'LOT_SIZE', minQty: '0.00100000', maxQty: '100000.00000000', stepSize: '0.00100000' },
      ],
    ],
  ]);
});

test('the book is read with the weight that it cost', async () => {
  const answer = await client.restAPI.depth({ symbol: 'BTCUSDT', limit: 2 });
  expect(await answer.data()).toMatchObject({
    bids: [
      ['59999.00000000', '1.00000000'],
      ['59998.00000000', '2.00000000'],
    ],
    asks: [
      ['60001.00000000', '1.00000000'],
      ['60002.00000000', '2.00000000'],
    ],
  });
  expect(answer.rateLimits).toMatchObject([
    { rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, count: 25 },
  ]);
});

test('the diffs of the book follow each other and the snapshot', async () => {
  const streams = await client.websocketStreams.connect();
  const diffs: { U: number; u: number }[] = [];
  const { DiffBookDepthUpdateSpeedEnum } = SpotWebsocketStreams;
  const speed = DiffBookDepthUpdateSpeedEnum.UPDATE_SPEED_100ms;
  streams.diffBookDepth({ symbol: 'btcusdt', updateSpeed: speed }).on('message', ({ U, u }) => {
    diffs.push({ U: Number(U), u: Number(u) });
  });
  while (diffs.length < 3) {
    venue.make('buy', '59990.00', '0.001');
    await sleep(40);
  }
  await streams.disconnect();
  expect(diffs.slice(1).map(({ U }) => U)).toEqual(diffs.slice(0, -1).map(({ u }) => u + 1));
});

test('trades are followed', async () => {
  const streams = await client.websocketStreams.connect();
  const trades: unknown[] = [];
  streams.trade({ symbol: 'btcusdt' }).on('message', (trade) => void trades.push(trade));
  while (trades.length === 0) {
    venue.sell('0.001');
    await sleep(20);
  }
  await streams.disconnect();
  expect(trades[0]).toMatchObject({ e: 'trade', s: 'BTCUSDT', p: '59999.00000000', q: '0.00100000', m: true });
});

test('an order is placed, queried, amended and cancelled', async () => {
  const placed = await (await client.restAPI.newOrder(order)).data();
  expect(placed).toMatchObject({ status: 'NEW', price: '50000.00000000', origQty: '0.01000000', fills: [] });
  const ref = { symbol: 'BTCUSDT', orderId: Number(placed.orderId) };
  expect(await (await client.restAPI.getOrder(ref)).data()).toMatchObject({ status: 'NEW' });
  expect(await (await client.restAPI.getOpenOrders({ symbol: 'BTCUSDT' })).data()).toHaveLength(1);
  const amended = await (await client.restAPI.orderAmendKeepPriority({ ...ref, newQty: 0.005 })).data();
  expect(amended).toMatchObject({ amendedOrder: { ...ref, qty: '0.00500000' } });
  const canceled = await (await client.restAPI.deleteOrder(ref)).data();
  expect(canceled).toMatchObject({ ...ref, status: 'CANCELED' });
  expect(await (await client.restAPI.allOrders({ symbol: 'BTCUSDT', limit: 1 })).data()).toMatchObject(
    [canceled.orderId].map((orderId) => ({ orderId, status: 'CANCELED' })),
  );
});

test('a market order fills, and its fills, balances and rates are read', async () => {
  const sold = { symbol: 'BTCUSDT', side: NewOrderSideEnum.SELL, type: NewOrderTypeEnum.MARKET, quantity: 0.001 };
  const { orderId, fills } = await (await client.restAPI.newOrder(sold)).data();
  expect(fills).toMatchObject([{ price: '59999.00000000', qty: '0.00100000', commission: '0.05999900' }]);
  const trades = await (await client.restAPI.myTrades({ symbol: 'BTCUSDT', orderId: Number(orderId) })).data();
  expect(trades).toMatchObject([{ commissionAsset: 'USDT', isBuyer: false, isMaker: false }]);
  const { balances } = await (await client.restAPI.getAccount({ omitZeroBalances: true })).data();
  expect(balances?.map(({ asset }) => asset)).toEqual(['BTC', 'USDT', 'BNB']);
  expect(await (await client.restAPI.accountCommission({ symbol: 'BTCUSDT' })).data()).toMatchObject({
    standardCommission: { maker: '0.00100000', taker: '0.00100000' },
  });
});

test('orders and balances are told on a user stream by signature', async () => {
  const api = await client.websocketAPI.connect();
  const { stream } = await api.userDataStreamSubscribeSignature();
  const events: Record<string, unknown>[] = [];
  stream.on('message', (event) => void events.push({ ...event }));
  const placed = await (await client.restAPI.newOrder(order)).data();
  await client.restAPI.deleteOrder({ symbol: 'BTCUSDT', orderId: Number(placed.orderId) });
  while (events.length < 4) await sleep(10);
  await api.disconnect();
  expect(events).toMatchObject([
    { e: 'executionReport', x: 'NEW', i: placed.orderId },
    { e: 'outboundAccountPosition', B: [{ a: 'USDT', l: '500.00000000' }] },
    { e: 'executionReport', x: 'CANCELED', C: placed.clientOrderId },
    { e: 'outboundAccountPosition', B: [{ a: 'USDT', l: '0.00000000' }] },
  ]);
});

test('an Ed25519 key logs on once, trades over the WebSocket API and follows its stream', async () => {
  const { OrderPlaceSideEnum, OrderPlaceTypeEnum, OrderPlaceTimeInForceEnum } = SpotWebsocketAPI;
  const api = await connect(venue, ed25519).websocketAPI.connect();
  await api.sessionLogon();
  const { stream } = await api.userDataStreamSubscribe();
  const events: Record<string, unknown>[] = [];
  stream.on('message', (event) => void events.push({ ...event }));
  const terms = { symbol: 'BTCUSDT', side: OrderPlaceSideEnum.BUY, type: OrderPlaceTypeEnum.LIMIT };
  const placed = await api.orderPlace({
    ...terms,
    timeInForce: OrderPlaceTimeInForceEnum.GTC,
    quantity: 0.01,
    price: 50_000,
  });
  const ref = { symbol: 'BTCUSDT', orderId: Number(placed.data.orderId) };
  expect((await api.orderStatus(ref)).data).toMatchObject({ status: 'NEW' });
  expect((await api.orderAmendKeepPriority({ ...ref, newQty: 0.005 })).data).toMatchObject({
    amendedOrder: { qty: '0.00500000' },
  });
  expect((await api.orderCancel(ref)).data).toMatchObject({ status: 'CANCELED' });
  expect((await api.accountStatus()).data).toMatchObject({ canTrade: true });
  await api.disconnect();
  expect(events.filter(({ e }) => e === 'executionReport')).toMatchObject([
    { x: 'NEW' },
    { x: 'REPLACED' },
    { x: 'CANCELED' },
  ]);
});

test.each<[string, Identity, number, string]>([
  ['a wrong secret', { ...credentials, apiSecret: 'wrong' }, -1022, 'Signature for this request is not valid.'],
  ['an unknown key', { ...credentials, apiKey: 'nobodyKey' }, -2015, 'Invalid API-key, IP, or permissions for action.'],
])('refuses %s', async (_, identity, code, message) => {
  const refused = connect(venue, identity).restAPI.getAccount();
  await expect(refused).rejects.toMatchObject({ message, code });
});

test.each<[string, () => Promise<unknown>, number, string]>([
  [
    'a filtered price',
    () => client.restAPI.newOrder({ ...order, price: 50_000.001 }),
    -1013,
    'Filter failure: PRICE_FILTER',
  ],
  [
    'a filtered amount',
    () => client.restAPI.newOrder({ ...order, quantity: 0.000001 }),
    -1013,
    'Filter failure: LOT_SIZE',
  ],
  [
    'an unknown order',
    () => client.restAPI.getOrder({ symbol: 'BTCUSDT', orderId: 999 }),
    -2013,
    'Order does not exist.',
  ],
  ['a stale timestamp', () => staleAccount(), -1021, 'Timestamp for this request is outside of the recvWindow.'],
])('refuses %s', async (_, run, code, message) => {
  await expect(run()).rejects.toMatchObject({ message, code });
});

/** The client stamps the time itself, so the window is what can be made too small: a millisecond of it passes on the way. */
async function staleAccount(): Promise<unknown> {
  for (;;) await client.restAPI.getAccount({ recvWindow: 0.001 });
}

test('no limit was ever touched', () => {
  expect(venue.emulator.usage().refusals).toBe(0);
});

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
