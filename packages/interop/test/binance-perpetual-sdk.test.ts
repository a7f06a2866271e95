import {
  DerivativesTradingUsdsFutures,
  DerivativesTradingUsdsFuturesRestAPI as rest,
  DerivativesTradingUsdsFuturesWebsocketStreams as streams,
} from '@binance/derivatives-trading-usds-futures';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { credentials, market as symbol, startPerpetualVenue, type PerpetualVenue } from './binance-perpetual-venue.js';

type Identity = { readonly apiKey: string; readonly apiSecret: string };

let venue: PerpetualVenue;
let client: DerivativesTradingUsdsFutures;

/** A client of which only base URLs and documented options are set. */
function connect({ served }: PerpetualVenue, identity: Identity): DerivativesTradingUsdsFutures {
  return new DerivativesTradingUsdsFutures({
    configurationRestAPI: { ...identity, basePath: served.url, retries: 0 },
    configurationWebsocketStreams: { wsURL: served.wsUrl },
  });
}

const { NewOrderSideEnum: Side, NewOrderTypeEnum: Type, NewOrderTimeInForceEnum: TimeInForce } = rest;
const order = {
  ...{ symbol, side: Side.BUY, type: Type.LIMIT, timeInForce: TimeInForce.GTC },
  ...{ quantity: 0.01, price: 50_000 },
};
const market = (side: rest.NewOrderSideEnum, quantity: number) => ({ symbol, side, type: Type.MARKET, quantity });

beforeAll(async () => {
  // The client tells each connection on the console otherwise.
  process.env['LOG_LEVEL'] = 'error';
  venue = await startPerpetualVenue();
  client = connect(venue, credentials);
});

afterAll(() => venue.stop());

test('markets load with their rules', async () => {
  const { symbols } = await (await client.restAPI.exchangeInformation()).data();
  const found = symbols?.find((each) => each.symbol === symbol);
  expect(found).toMatchObject({ contractType: 'PERPETUAL', baseAsset: 'BTC', marginAsset: 'USDT', status: 'TRADING' });
  expect(found?.filters?.filter(({ filterType }) => filterType === 'MIN_NOTIONAL')).toMatchObject([
    { notional: '100' },
  ]);
});

test('the book and what a market pays are read', async () => {
  expect(await (await client.restAPI.orderBook({ symbol, limit: 5 })).data()).toMatchObject({
    bids: [['59999.0', '5.000']],
    asks: [['60001.0', '5.000']],
  });
  venue.emulator.engine.setPrices(symbol, { mark: 600_005n, index: 600_000n, fundingRate: '0.0002' });
  expect(await (await client.restAPI.markPrice({ symbol })).data()).toMatchObject({
    ...{ symbol, markPrice: '60000.50000000', indexPrice: '60000.00000000', lastFundingRate: '0.00020000' },
  });
});

test('the diffs of the book follow each other', async () => {
  const connection = await client.websocketStreams.connect();
  const diffs: { pu: number; u: number }[] = [];
  const updateSpeed = streams.DiffBookDepthStreamsUpdateSpeedEnum.UPDATE_SPEED_100ms;
  connection.diffBookDepthStreams({ symbol: 'btcusdt', updateSpeed }).on('message', ({ pu, u }) => {
    diffs.push({ pu: Number(pu), u: Number(u) });
  });
  while (diffs.length < 3) {
    venue.make('buy', '59990.0', '0.001');
    await sleep(40);
  }
  await connection.disconnect();
  expect(diffs.slice(1).map(({ pu }) => pu)).toEqual(diffs.slice(0, -1).map(({ u }) => u));
});

test('an order is placed, queried, amended and cancelled', async () => {
  const placed = await (await client.restAPI.newOrder(order)).data();
  expect(placed).toMatchObject({ status: 'NEW', price: '50000.0', origQty: '0.010', positionSide: 'BOTH' });
  const ref = { symbol, orderId: Number(placed.orderId) };
  expect(await (await client.restAPI.queryOrder(ref)).data()).toMatchObject({ ...ref, status: 'NEW' });
  expect(await (await client.restAPI.currentAllOpenOrders({ symbol })).data()).toHaveLength(1);
  const change = { ...ref, side: rest.ModifyOrderSideEnum.BUY, quantity: 0.02, price: 50_001 };
  expect(await (await client.restAPI.modifyOrder(change)).data()).toMatchObject({ ...ref, origQty: '0.020' });
  expect(await (await client.restAPI.cancelOrder(ref)).data()).toMatchObject({ ...ref, status: 'CANCELED' });
  expect(await (await client.restAPI.allOrders({ symbol, limit: 1 })).data()).toMatchObject([
    { ...ref, status: 'CANCELED' },
  ]);
});

test('a position is opened with leverage, pays funding and is closed, and its fills are read', async () => {
  const { restAPI } = client;
  expect(await (await restAPI.changeInitialLeverage({ symbol, leverage: 5 })).data()).toMatchObject({ leverage: 5 });
  const { orderId } = await (await restAPI.newOrder(market(Side.BUY, 0.5))).data();
  expect(await (await restAPI.positionInformationV3({ symbol })).data()).toMatchObject([
    { symbol, positionSide: 'BOTH', positionAmt: '0.500', entryPrice: expect.stringMatching(/^60001\.0+$/) },
  ]);
  expect(await (await restAPI.accountTradeList({ symbol, orderId: Number(orderId) })).data()).toMatchObject([
    { side: 'BUY', price: '60001.0', qty: '0.500', maker: false, commissionAsset: 'USDT' },
  ]);
  venue.payFunding('0.0001');
  const [payment] = await (
    await restAPI.getIncomeHistory({ symbol, incomeType: rest.GetIncomeHistoryIncomeTypeEnum.FUNDING_FEE })
  ).data();
  expect(payment).toMatchObject({ symbol, asset: 'USDT', incomeType: 'FUNDING_FEE' });
  expect(Number(payment?.income)).toBeLessThan(0);
  await restAPI.newOrder({ ...market(Side.SELL, 0.5), reduceOnly: rest.NewOrderReduceOnlyEnum.TRUE });
  expect(await (await restAPI.positionInformationV3({ symbol })).data()).toEqual([]);
  const [balance] = await (await restAPI.futuresAccountBalanceV3()).data();
  expect(balance).toMatchObject({ asset: 'USDT', crossUnPnl: '0.00000000' });
});

test('hedge mode holds a long and a short at a time', async () => {
  const { restAPI } = client;
  const set = (dualSidePosition: string) => restAPI.changePositionMode({ dualSidePosition });
  const trade = (side: rest.NewOrderSideEnum, positionSide: string) =>
    restAPI.newOrder({ ...market(side, 0.1), positionSide });
  const sides = async () =>
    (await (await restAPI.positionInformationV3({ symbol })).data()).map(({ positionSide }) => positionSide).toSorted();
  await set('true');
  expect(await (await restAPI.getCurrentPositionMode()).data()).toEqual({ dualSidePosition: true });
  await trade(Side.BUY, 'LONG');
  await trade(Side.SELL, 'SHORT');
  expect(await sides()).toEqual(['LONG', 'SHORT']);
  await trade(Side.SELL, 'LONG');
  await trade(Side.BUY, 'SHORT');
  await set('false');
  expect(await sides()).toEqual([]);
});

test('orders, fills and positions are told on the user stream', async () => {
  const { listenKey } = await (await client.restAPI.startUserDataStream()).data();
  await client.restAPI.keepaliveUserDataStream();
  const connection = await client.websocketStreams.connect();
  const events: Record<string, unknown>[] = [];
  connection.userData(String(listenKey)).on('message', (event) => void events.push({ ...event }));
  // Subscribed once the venue tells of orders.
  while (events.length === 0) {
    const { orderId } = await (await client.restAPI.newOrder(order)).data();
    await client.restAPI.cancelOrder({ symbol, orderId: Number(orderId) });
    await sleep(20);
  }
  events.splice(0);
  await client.restAPI.newOrder(market(Side.BUY, 0.1));
  await client.restAPI.newOrder(market(Side.SELL, 0.1));
  const told = (kind: string) => events.filter(({ e }) => e === kind);
  while (told('ACCOUNT_UPDATE').length < 2) await sleep(10);
  await connection.disconnect();
  await client.restAPI.closeUserDataStream();
  const fills = told('ORDER_TRADE_UPDATE').filter(
    ({ o }) => typeof o === 'object' && o !== null && 'x' in o && o.x === 'TRADE',
  );
  expect(fills).toMatchObject([{ o: { S: 'BUY', X: 'FILLED' } }, { o: { S: 'SELL', X: 'FILLED' } }]);
  expect(told('ACCOUNT_UPDATE')).toMatchObject([
    { a: { P: [{ s: symbol, pa: '0.100' }] } },
    { a: { P: [{ s: symbol, pa: '0.000' }] } },
  ]);
});

test.each<[string, () => Promise<unknown>, number]>([
  ['more than the margin allows', () => client.restAPI.newOrder({ ...order, quantity: 999 }), -2019],
  ['a small order', () => client.restAPI.newOrder({ ...order, quantity: 0.001 }), -4164],
  ['a price off its steps', () => client.restAPI.newOrder({ ...order, price: 50_000.01 }), -4014],
  ['a query for nothing', () => client.restAPI.queryOrder({ symbol, orderId: 424_242 }), -2013],
  ['a cancel of nothing', () => client.restAPI.cancelOrder({ symbol, orderId: 424_242 }), -2011],
  [
    'a post-only order that would trade',
    () => client.restAPI.newOrder({ ...order, price: 60_500, timeInForce: TimeInForce.GTX }),
    -5022,
  ],
  [
    'a reduction of nothing',
    () => client.restAPI.newOrder({ ...market(Side.SELL, 0.1), reduceOnly: rest.NewOrderReduceOnlyEnum.TRUE }),
    -2022,
  ],
])('refuses %s', async (_, run, code) => {
  await expect(run()).rejects.toMatchObject({ code });
});

test.each<[string, Identity, number]>([
  ['a wrong secret', { ...credentials, apiSecret: 'wrong' }, -1022],
  ['an unknown key', { ...credentials, apiKey: 'nobodyKey' }, -2015],
])('refuses %s', async (_, identity, code) => {
  await expect(connect(venue, identity).restAPI.futuresAccountBalanceV3()).rejects.toMatchObject({ code });
});

test('no limit was ever touched', () => {
  expect(venue.emulator.usage().refusals).toBe(0);
});

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
