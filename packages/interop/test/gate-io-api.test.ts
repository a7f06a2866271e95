import { RestClient, WebsocketAPIClient, WebsocketClient } from 'gateio-api';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { setTimeout as sleep } from 'node:timers/promises';

import { credentials, startVenue, type Venue } from './gate-io-venue.js';

type Identity = { readonly apiKey: string; readonly apiSecret: string };

let venue: Venue;
let client: RestClient;
const quiet = { trace: () => undefined, info: () => undefined, error: () => undefined };

/** Clients of which only base URLs are set. */
function connect({ served }: Venue, identity: Identity = credentials): RestClient {
  return new RestClient({ ...identity, baseUrl: `${served.url}/api/v4` });
}
function listen({ served }: Venue): { readonly client: WebsocketClient; readonly events: Record<string, unknown>[] } {
  const events: Record<string, unknown>[] = [];
  const socket = new WebsocketClient({ ...credentials, wsUrl: `${served.wsUrl}/ws/v4/` }, quiet);
  for (const kind of ['update', 'response'] as const)
    socket.on(kind, (event: object) => void events.push({ ...event }));
  return { client: socket, events };
}

function toRange({ result }: Record<string, unknown>): { readonly U: number; readonly u: number } {
  const told = new Map<string, unknown>(typeof result === 'object' ? Object.entries(result ?? {}) : []);
  return { U: Number(told.get('U')), u: Number(told.get('u')) };
}

const currency_pair = 'BTC_USDT';
const order = { currency_pair, type: 'limit', side: 'buy', amount: '0.01', price: '50000' } as const;

beforeAll(async () => {
  venue = await startVenue();
  client = connect(venue);
});

beforeEach(async () => {
  venue.reset();
  // The client does not hold to 10 orders a second by itself.
  await sleep(120);
});

afterAll(() => venue.stop());

test('markets load with their rules', async () => {
  expect(await client.getSpotCurrencyPair({ currency_pair })).toMatchObject({
    ...{ id: 'BTC_USDT', base: 'BTC', quote: 'USDT', trade_status: 'tradable' },
    ...{ precision: 1, amount_precision: 6, min_base_amount: '0.000001', min_quote_amount: '3' },
  });
  expect((await client.getSpotCurrencyPairs()).map(({ id }) => id)).toEqual([
    ...['BTC_USDT', 'ETH_USDT', 'ETH_BTC', 'GT_USDT'],
  ]);
});

test('the book, a ticker, trades and candles are read', async () => {
  venue.sell('0.001');
  expect(await client.getSpotOrderBook({ currency_pair, limit: 2, with_id: true })).toMatchObject({
    id: venue.emulator.engine.depth(currency_pair, 1).updateId,
    bids: [
      ['59999', '0.999'],
      ['59998', '2'],
    ],
    asks: [
      ['60001', '1'],
      ['60002', '2'],
    ],
  });
  expect(await client.getSpotTicker({ currency_pair })).toMatchObject([{ last: '59999', highest_bid: '59999' }]);
  expect(await client.getSpotTrades({ currency_pair, limit: 1 })).toMatchObject([
    { side: 'sell', amount: '0.001', price: '59999' },
  ]);
  const candles = await client.getSpotCandles({ currency_pair, interval: '1m' });
  expect(candles.at(-1)?.slice(1, 7)).toEqual(['59.999', '59999', '59999', '59999', '59999', '0.001']);
});

test('changes of the book come without a gap, and trades are followed', async () => {
  const { client: socket, events } = listen(venue);
  socket.subscribe({ topic: 'spot.order_book_update', payload: [currency_pair, '100ms'] }, 'spotV4');
  socket.subscribe({ topic: 'spot.trades', payload: [currency_pair] }, 'spotV4');
  const of = (channel: string) => events.filter((event) => event['channel'] === channel && event['event'] === 'update');
  while (of('spot.order_book_update').length < 4) {
    venue.sell('0.001');
    await sleep(40);
  }
  socket.closeAll(true);
  const diffs = of('spot.order_book_update').map(toRange);
  expect(diffs.slice(1).map(({ U }) => U)).toEqual(diffs.slice(0, -1).map(({ u }) => u + 1));
  expect(of('spot.trades')[0]).toMatchObject({ result: { currency_pair, side: 'sell', price: '59999' } });
});

test('an order is placed, queried, amended and cancelled', async () => {
  const placed = await client.submitSpotOrder({ ...order, text: 't-mine' });
  expect(placed).toMatchObject({ text: 't-mine', status: 'open', price: '50000', amount: '0.01', left: '0.01' });
  const ref = { order_id: String(placed.id), currency_pair };
  expect(await client.getSpotOrder(ref)).toMatchObject({ id: placed.id, finish_as: 'open' });
  expect(await client.getSpotOrder({ ...ref, order_id: 't-mine' })).toMatchObject({ id: placed.id });
  expect(await client.getSpotOpenOrders()).toMatchObject([{ currency_pair, total: 1, orders: [{ id: placed.id }] }]);
  expect(await client.updateSpotOrder({ ...ref, amount: '0.005' })).toMatchObject({ id: placed.id, amount: '0.005' });
  const canceled = { id: placed.id, status: 'cancelled', finish_as: 'cancelled', left: '0.005' };
  expect(await client.cancelSpotOrder(ref)).toMatchObject(canceled);
  expect(await client.getSpotOrder(ref)).toMatchObject(canceled);
  const [last] = await client.getSpotOrders({ currency_pair, status: 'finished', limit: 1 });
  expect(last).toMatchObject(canceled);
});

test('a batch tells of each order how it went', async () => {
  const answers = await client.submitSpotBatchOrders([
    { ...order, text: 't-good' },
    { ...order, text: 't-bad', price: '50000.01' },
  ]);
  expect(answers).toMatchObject([
    { text: 't-good', succeeded: true, status: 'open' },
    { text: 't-bad', succeeded: false, label: 'INVALID_PRECISION' },
  ]);
  expect(await client.cancelSpotOpenOrders({ currency_pair })).toMatchObject([{ text: 't-good' }]);
});

test('a market order fills, and its fills, balances and rates are read', async () => {
  const sold = { currency_pair, type: 'market', side: 'sell', amount: '0.001', time_in_force: 'ioc' } as const;
  const { id } = await client.submitSpotOrder(sold);
  const fills = await client.getSpotTradingHistory({ currency_pair, order_id: String(id) });
  expect(fills).toMatchObject([
    { role: 'taker', side: 'sell', amount: '0.001', price: '59999', fee: '0.119998', fee_currency: 'USDT' },
  ]);
  expect((await client.getSpotAccounts()).map(({ currency, locked }) => [currency, locked])).toEqual([
    ['BTC', '0'],
    ['USDT', '0'],
  ]);
  expect(await client.getSpotBatchFeeRates({ currency_pairs: currency_pair })).toMatchObject({
    [currency_pair]: { maker_fee: '0.002', taker_fee: '0.002', gt_discount: false },
  });
});

test('orders end by themselves when the countdown is over', async () => {
  await client.submitSpotOrder(order);
  const { triggerTime } = await client.submitSpotCountdownOrders({ timeout: 5, currency_pair });
  expect(String(triggerTime)).toMatch(/^\d{13}$/);
  await client.submitSpotCountdownOrders({ timeout: 0, currency_pair });
  expect(await client.getSpotOpenOrders()).toHaveLength(1);
});

test('orders, fills and balances are told on signed channels', async () => {
  const { client: socket, events } = listen(venue);
  for (const topic of ['spot.orders', 'spot.usertrades']) socket.subscribe({ topic, payload: ['!all'] }, 'spotV4');
  socket.subscribe('spot.balances', 'spotV4');
  while (events.filter(({ event }) => event === 'subscribe').length < 3) await sleep(10);
  const placed = await client.submitSpotOrder(order);
  await client.cancelSpotOrder({ order_id: String(placed.id), currency_pair });
  await client.submitSpotOrder({ ...order, price: '60001' });
  while (!events.some(({ channel, event }) => channel === 'spot.usertrades' && event === 'update')) await sleep(10);
  socket.closeAll(true);
  const told = events.filter(({ event }) => event === 'update').map(({ channel, result }) => [channel, result]);
  expect(told).toMatchObject([
    ['spot.orders', [{ id: placed.id, event: 'put', finish_as: 'open' }]],
    ['spot.balances', [{ currency: 'USDT', freeze: '500' }]],
    ['spot.orders', [{ id: placed.id, event: 'finish', finish_as: 'cancelled' }]],
    ['spot.balances', [{ currency: 'USDT', freeze: '0' }]],
    ['spot.orders', [{ event: 'put', finish_as: 'open' }]],
    ['spot.balances', [{ currency: 'USDT', freeze: '600.01' }]],
    ['spot.orders', [{ event: 'finish', finish_as: 'filled', left: '0' }]],
    ['spot.usertrades', [{ currency_pair, role: 'taker', price: '60001', fee: '0.00002', fee_currency: 'BTC' }]],
    ...told.slice(8),
  ]);
});

test('a session places, amends, queries and cancels over the socket', async () => {
  const options = { ...credentials, wsUrl: `${venue.served.wsUrl}/ws/v4/`, attachEventListeners: false };
  const api = new WebsocketAPIClient(options, quiet);
  // The client takes the acknowledgement, which comes first, for the answer.
  expect(await api.submitNewSpotOrder(order)).toMatchObject({ ack: true, data: { result: { req_param: order } } });
  const [open] = await client.getSpotOrders({ currency_pair, status: 'open' });
  const ref = { order_id: open?.id ?? '', currency_pair };
  expect((await api.updateSpotOrder({ ...ref, price: '50001' })).data.result).toMatchObject({ price: '50001' });
  expect((await api.getSpotOrderStatus(ref)).data.result).toMatchObject({ status: 'open', price: '50001' });
  expect((await api.cancelSpotOrder(ref)).data.result).toMatchObject({ status: 'cancelled' });
  await expect(api.cancelSpotOrder({ ...ref, order_id: '999' })).rejects.toMatchObject({
    data: { errs: { label: 'ORDER_NOT_FOUND' } },
  });
  api.getWSClient().closeAll(true);
});

test.each<[string, Identity, string]>([
  ['a wrong secret', { ...credentials, apiSecret: 'wrong' }, 'INVALID_SIGNATURE'],
  ['an unknown key', { ...credentials, apiKey: 'nobodyKey' }, 'INVALID_KEY'],
])('refuses %s', async (_, identity, label) => {
  await expect(connect(venue, identity).getSpotAccounts()).rejects.toMatchObject({ code: 401, body: { label } });
});

test('refuses a stale timestamp', async () => {
  const stale = connect(venue);
  stale.getSignTimestampMs = () => Date.now() - 62_000;
  await expect(stale.getSpotAccounts()).rejects.toMatchObject({ body: { label: 'REQUEST_EXPIRED' } });
});

test.each<[string, () => Promise<unknown>, string]>([
  ['a filtered price', () => client.submitSpotOrder({ ...order, price: '50000.01' }), 'INVALID_PRECISION'],
  ['an order that is too small', () => client.submitSpotOrder({ ...order, amount: '0.00001' }), 'INVALID_PARAM_VALUE'],
  ['more than is free', () => client.submitSpotOrder({ ...order, amount: '100' }), 'BALANCE_NOT_ENOUGH'],
  ['a name without its prefix', () => client.submitSpotOrder({ ...order, text: 'mine' }), 'INVALID_CLIENT_ORDER_ID'],
  ['an unknown market', () => client.getSpotTrades({ currency_pair: 'NO_SUCH' }), 'INVALID_CURRENCY_PAIR'],
  ['an unknown order', () => client.getSpotOrder({ order_id: '999', currency_pair }), 'ORDER_NOT_FOUND'],
  ['an unknown name', () => client.getSpotOrder({ order_id: 't-no', currency_pair }), 'CLIENT_ID_NOT_FOUND'],
  [
    'a request that comes after its time',
    () => client.submitSpotOrder({ ...order, xGateExptime: Date.now() - 1_000 }),
    'REQUEST_EXPIRED',
  ],
])('refuses %s', async (_, run, label) => {
  await expect(run()).rejects.toMatchObject({ body: { label } });
});

test('no limit was ever touched', () => {
  expect(venue.emulator.refusals()).toBe(0);
});
