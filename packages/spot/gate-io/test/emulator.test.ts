import { createHash, createHmac } from 'node:crypto';

import { nodePorts } from '@hb/connector-core';
import { createVirtualClock, type VenueAnswer, type VenueSocket, type VirtualClock } from '@hb/connector-testkit';
import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { createGateIoEmulator, defaultMarkets, type GateIoEmulator } from '../emulator/index.js';

const startedAt = 1_767_225_600_000;
const keys = { apiKey: 'key', apiSecret: 'secret' };
const order = { currency_pair: 'BTC_USDT', side: 'buy', amount: '0.01', price: '50000', text: 't-one' };

let clock: VirtualClock;
let venue: GateIoEmulator;

beforeEach(() => {
  clock = createVirtualClock({ start: startedAt });
  venue = createGateIoEmulator({
    ...{ clock, crypto: nodePorts({ sandbox: true }).crypto },
    accounts: [
      { ...keys, name: 'trader', balances: { BTC: '1', USDT: '100000' } },
      { apiKey: 'reader', apiSecret: 'secret', canTrade: false, balances: {} },
      { apiKey: 'maker', apiSecret: 'maker', name: 'maker', balances: { BTC: '10', USDT: '1000000' } },
    ],
  });
});

afterEach(() => venue.stop());

type Ask = { readonly body?: unknown; readonly headers?: Readonly<Record<string, string>>; readonly apiKey?: string };

function ask(line: string, { body: sent, headers = {}, apiKey = 'key' }: Ask = {}) {
  const [method = '', target = ''] = line.split(' ');
  const [path = '', query = ''] = `/api/v4/spot${target}`.split('?');
  const body = sent === undefined ? '' : JSON.stringify(sent);
  const time = String(Math.floor(clock.now() / 1_000));
  const text = [method, path, query, createHash('sha512').update(body).digest('hex'), time].join('\n');
  const SIGN = createHmac('sha512', 'secret').update(text).digest('hex');
  const all = Object.entries({ key: apiKey, timestamp: time, sign: SIGN, ...headers });
  const answer = venue.http({ method, path, query, body, headers: new Map(all), address: '127.0.0.1' });
  return read(answer);
}

function read(answer: ReturnType<GateIoEmulator['http']>) {
  const { status, headers, body } = v.parse(
    v.custom<VenueAnswer>((value) => value instanceof Object),
    answer,
  );
  const json: unknown = JSON.parse(typeof body === 'string' ? body : '');
  return { status, headers, json };
}

function idOf({ json }: { readonly json: unknown }): string {
  return v.parse(v.object({ id: v.string() }), json).id;
}

describe('a signed request is refused', () => {
  test.each([
    ['without a signature', { headers: { sign: undefined } }, 'MISSING_REQUIRED_HEADER', 401],
    ['of an unknown key', { headers: { key: 'nobody' } }, 'INVALID_KEY', 401],
    ['with another signature', { headers: { sign: '00' } }, 'INVALID_SIGNATURE', 401],
    ['with an old time', { headers: { timestamp: String(startedAt / 1_000 - 61) } }, 'REQUEST_EXPIRED', 403],
    ['after its deadline', { headers: { 'x-gate-exptime': String(startedAt - 1) } }, 'REQUEST_EXPIRED', 403],
    ['from a key that may only read', { apiKey: 'reader' }, 'READ_ONLY', 403],
  ])('%s', (_, given, label, status) => {
    const headers = Object.entries('headers' in given ? given.headers : {});
    const sent = Object.fromEntries(headers.filter((pair): pair is [string, string] => pair[1] !== undefined));
    const isMissing = headers.some(([, value]) => value === undefined);
    const answer = isMissing ? unsigned() : ask('POST /orders', { ...given, body: order, headers: sent });
    expect(answer).toMatchObject({ status, json: { label } });
  });

  function unsigned() {
    const request = { method: 'POST', path: '/api/v4/spot/orders', query: '', body: '{}', address: '127.0.0.1' };
    return read(venue.http({ ...request, headers: new Map() }));
  }
});

test('the eleventh order of a market within a second is refused, and headers tell what is left', () => {
  const answers = Array.from({ length: 11 }, (_, at) => ask('POST /orders', { body: { ...order, text: `t-${at}` } }));
  expect(answers.map(({ status }) => status)).toEqual([...Array.from({ length: 10 }, () => 201), 429]);
  expect(answers[0]?.headers).toMatchObject({
    'x-gate-ratelimit-requests-remain': '9',
    'x-gate-ratelimit-limit': '10',
  });
  expect(answers[10]).toMatchObject({
    json: { label: 'TOO_MANY_REQUESTS' },
    headers: { 'x-gate-ratelimit-requests-remain': '0' },
  });
  expect(ask('POST /orders', { body: { ...order, currency_pair: 'ETH_USDT', price: '3000' } }).status).toBe(201);
  expect(venue.refusals()).toBe(1);
});

describe('an order', () => {
  test('that was cancelled without a fill is forgotten after a minute, its name at once', async () => {
    const id = idOf(ask('POST /orders', { body: order }));
    ask(`DELETE /orders/${id}?currency_pair=BTC_USDT`);
    expect(ask('GET /orders/t-one?currency_pair=BTC_USDT').json).toMatchObject({ label: 'CLIENT_ID_NOT_FOUND' });
    expect(ask(`GET /orders/${id}?currency_pair=BTC_USDT`).json).toMatchObject({ status: 'cancelled' });
    await clock.advance(60_000);
    expect(ask(`GET /orders/${id}?currency_pair=BTC_USDT`).json).toMatchObject({ label: 'ORDER_NOT_FOUND' });
    expect(ask('GET /orders?currency_pair=BTC_USDT&status=finished').json).toEqual([]);
  });

  test('keeps its place when its amount is lowered, not when its price changes, and ends below what it filled', () => {
    const id = idOf(ask('POST /orders', { body: order }));
    const amend = (to: object) => ask(`PATCH /orders/${id}`, { body: { currency_pair: 'BTC_USDT', ...to } }).json;
    const make = (amount: bigint) =>
      venue.engine.place('maker', { market: 'BTC_USDT', side: 'buy', type: 'limit', price: 500_000n, amount });
    make(1_000n);
    const ahead = () => venue.engine.ahead('trader', { market: 'BTC_USDT', orderId: Number(id) });
    expect(amend({ amount: '0.008' })).toMatchObject({ id, amount: '0.008', status: 'open' });
    expect(ahead()).toBe(0n);
    expect(amend({ amount: '0.009' })).toMatchObject({ id, amount: '0.009' });
    expect(ahead()).toBe(1_000n);
    expect(amend({ amount: '0.009' })).toMatchObject({ label: 'NO_CHANGE' });
    venue.engine.place('maker', { market: 'BTC_USDT', side: 'sell', type: 'market', amount: 6_000n });
    expect(amend({ amount: '0.004' })).toMatchObject({
      id,
      status: 'cancelled',
      left: '0.004',
      filled_amount: '0.005',
    });
  });

  test('ends when a countdown is not renewed', async () => {
    ask('POST /orders', { body: order });
    expect(ask('POST /countdown_cancel_all', { body: { timeout: 4 } }).json).toMatchObject({
      label: 'INVALID_PARAM_VALUE',
    });
    ask('POST /countdown_cancel_all', { body: { timeout: 5 } });
    await clock.advance(4_000);
    ask('POST /countdown_cancel_all', { body: { timeout: 5 } });
    await clock.advance(4_000);
    expect(venue.engine.openOrders('trader')).toHaveLength(1);
    await clock.advance(1_000);
    expect(venue.engine.openOrders('trader')).toEqual([]);
  });

  test.each([
    ['a precision', { price: '50000.01' }, 'INVALID_PRECISION'],
    ['a size', { amount: '0.00001' }, 'INVALID_PARAM_VALUE'],
    ['a price that is none', { price: '0' }, 'INVALID_PARAM_VALUE'],
    ['a name', { text: 'one' }, 'INVALID_CLIENT_ORDER_ID'],
    ['a name that an open order has', { text: 't-taken' }, 'REPEATED_CREATION'],
    ['a market', { currency_pair: 'NO_SUCH' }, 'INVALID_CURRENCY_PAIR'],
    ['a market order that may rest', { type: 'market' }, 'INVALID_PARAM_VALUE'],
    ['no side', { side: undefined }, 'MISSING_REQUIRED_PARAM'],
    ['more than there is', { amount: '1', price: '200000' }, 'BALANCE_NOT_ENOUGH'],
  ])('is refused for %s', (_, changed, label) => {
    ask('POST /orders', { body: { ...order, text: 't-taken' } });
    expect(ask('POST /orders', { body: { ...order, ...changed } })).toMatchObject({ status: 400, json: { label } });
  });
});

test('a batch holds ten orders of a market and says of each how it went', () => {
  const orders = Array.from({ length: 11 }, (_, at) => ({ ...order, text: `t-${at}` }));
  expect(ask('POST /batch_orders', { body: orders }).json).toMatchObject({ label: 'TOO_MANY_ORDERS' });
  const mixed = [order, { ...order, text: 't-two', amount: '5' }];
  expect(ask('POST /batch_orders', { body: mixed }).json).toMatchObject([
    { succeeded: true, text: 't-one', status: 'open' },
    { succeeded: false, text: 't-two', label: 'BALANCE_NOT_ENOUGH' },
  ]);
});

test('fees in GT are told apart from fees in what was received', () => {
  venue.engine.setFees('trader', { maker: '0.001', taker: '0.002', taken: { asset: 'GT', price: { USDT: '10' } } });
  venue.engine.deposit('trader', 'GT', '1');
  venue.engine.place('maker', { market: 'BTC_USDT', side: 'sell', type: 'limit', price: 500_000n, amount: 10_000n });
  expect(ask('POST /orders', { body: order }).json).toMatchObject({
    ...{ status: 'closed', fee: '0', fee_currency: 'BTC', gt_fee: '0.1', gt_discount: true },
  });
  expect(ask('GET /batch_fee?currency_pairs=BTC_USDT').json).toMatchObject({ BTC_USDT: { gt_taker_fee: '0.002' } });
});

test('candles take a span or a number, never both', () => {
  const line = (more: string) => ask(`GET /candlesticks?currency_pair=BTC_USDT&interval=1m${more}`);
  expect(line('&from=1767225000&limit=5').json).toMatchObject({ label: 'INVALID_PARAM_VALUE' });
  expect(line('&limit=5').status).toBe(200);
});

describe('a socket', () => {
  function open(path = '/ws/v4/') {
    const told: unknown[] = [];
    const socket: VenueSocket = {
      send: (message) => void told.push(JSON.parse(typeof message === 'string' ? message : '')),
      ...{ ping: () => undefined, pong: () => undefined, close: (code) => void told.push(code) },
    };
    const connection = venue.connect({ path, query: '', headers: new Map(), address: '127.0.0.1' }, socket);
    const say = (message: object) => {
      if ('message' in connection) connection.message(new TextEncoder().encode(JSON.stringify(message)));
      return told.at(-1);
    };
    return { told, connection, say };
  }
  const time = startedAt / 1_000;

  test('is there at two paths alone', () => {
    expect(open('/elsewhere').connection).toEqual({ refused: 404 });
    expect(open('/v4/ws/spot').say({ time, channel: 'spot.ping' })).toMatchObject({ channel: 'spot.pong', event: '' });
  });

  test.each([
    ['an unknown market', { channel: 'spot.trades', payload: ['NO_SUCH'] }, 2],
    ['an unknown channel', { channel: 'spot.gossip', payload: ['BTC_USDT'] }, 2],
    ['a channel without a signature', { channel: 'spot.orders', payload: ['!all'] }, 4],
    ['a wrong signature', { channel: 'spot.balances', auth: { method: 'api_key', KEY: 'key', SIGN: '00' } }, 4],
    ['no time', { channel: 'spot.trades', payload: ['BTC_USDT'], time: 'now' }, 1],
  ])('refuses %s', (_, request, code) => {
    expect(open().say({ time, id: 7, event: 'subscribe', ...request })).toMatchObject({
      ...{ id: 7, event: 'subscribe', error: { code }, result: { status: 'fail' } },
    });
  });

  test('takes requests after a login alone, and acknowledges orders first', () => {
    const { say, told } = open();
    const call = (channel: string, payload: object) => say({ time, channel, event: 'api', payload });
    expect(call('spot.order_place', { req_id: '1', req_param: order })).toMatchObject({
      ...{ request_id: '1', header: { status: '401' }, data: { errs: { label: 'INVALID_KEY' } } },
    });
    const signature = createHmac('sha512', 'secret').update(`api\nspot.login\n\n${time}`).digest('hex');
    call('spot.login', { req_id: '2', api_key: 'key', timestamp: String(time), signature });
    call('spot.order_place', { req_id: '3', req_param: order });
    expect(told.slice(-3)).toMatchObject([
      { request_id: '2', data: { result: { api_key: 'key' } } },
      { request_id: '3', ack: true, data: { result: { req_param: order } } },
      { request_id: '3', header: { status: '200', x_gate_ratelimit_limit: 10 }, data: { result: { text: 't-one' } } },
    ]);
    expect(call('spot.order_list', { req_id: '4' })).toMatchObject({ header: { status: '404' } });
  });

  test('announces an upgrade before it ends', async () => {
    const { told } = open();
    venue.shutDown(5_000);
    expect(told).toMatchObject([{ type: 'upgrade' }]);
    await clock.advance(5_000);
    expect(told).toHaveLength(2);
  });

  test('tells a book as numbered changes, less the one that is lost inside the venue', async () => {
    const { told, say } = open();
    say({ time, channel: 'spot.order_book_update', event: 'subscribe', payload: ['BTC_USDT', '100ms'] });
    const rest = (price: bigint) =>
      venue.engine.place('maker', { market: 'BTC_USDT', side: 'buy', type: 'limit', price, amount: 100n });
    for (const price of [100n, 200n, 300n]) {
      if (price === 200n) venue.gap('BTC_USDT');
      rest(price);
      await clock.advance(100);
    }
    expect(told.slice(1)).toMatchObject([
      { channel: 'spot.order_book_update', result: { s: 'BTC_USDT', U: 1, u: 1, b: [['10', '0.0001']], a: [] } },
      { result: { U: 3, u: 3, b: [['30', '0.0001']] } },
    ]);
  });
});

test('a market that is listed later trades', () => {
  const [, , , gt] = defaultMarkets;
  if (gt === undefined) throw new Error('there are four markets');
  expect(ask('GET /currency_pairs/NEW_BTC').json).toMatchObject({ label: 'INVALID_CURRENCY_PAIR' });
  venue.setMarket({ ...gt, id: 'GT_BTC', base: 'GT', quote: 'BTC' });
  venue.engine.setStatus('GT_BTC', 'halted');
  expect(ask('GET /currency_pairs/GT_BTC').json).toMatchObject({ id: 'GT_BTC', trade_status: 'untradable' });
});
