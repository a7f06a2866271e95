import { createScanner, toUtf8 } from '@hb/connector-core';
import { plain } from '@hb/connector-testkit';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';

import { binance } from '../src/index.js';
import * as venue from '../src/market.js';
import { account, market } from './api.js';
import { fields, payload } from './wire-fixture.js';

const look = { options: binance.options({}), market: () => undefined };
const Symbols = v.array(v.object({ filters: v.array(v.record(v.string(), v.unknown())) }));

test('the venue tells its time in ms', async () => {
  const p = account({ answers: { 'GET /api/v3/time': payload('rest.time') } });
  expect([await venue.fetchTime(p), p.asked]).toEqual([1_499_827_319_559, [{ at: 'GET /api/v3/time', params: {} }]]);
});

describe('markets', () => {
  const at = 'GET /api/v3/exchangeInfo';
  const [documented] = v.parse(v.array(v.unknown()), fields('rest.exchange-info')['symbols']);
  const listing = v.parse(v.looseObject({}), documented);
  const filters = v.parse(Symbols, [documented])[0]?.filters ?? [];
  const fetched = async (...symbols: readonly unknown[]) =>
    venue.fetchMarkets(account({ answers: { [at]: { symbols } } }));

  test('have the rules of their filters', async () => {
    const p = account({ answers: { [at]: payload('rest.exchange-info') } });
    expect([plain(await venue.fetchMarkets(p)), p.asked]).toEqual([
      [
        {
          pair: 'ETH-BTC',
          symbol: 'ETHBTC',
          base: 'ETH',
          quote: 'BTC',
          settle: 'BTC',
          shape: 'spot',
          status: 'trading',
          contractSize: '1',
          price: { step: '0.000001', min: '0.000001', max: '100000' },
          amount: { step: '0.001', min: '0.001', max: '100000', marketStep: '0.001', marketMax: '100000' },
          minNotional: '10',
          wire: undefined,
        },
      ],
      [{ at, params: { permissions: 'SPOT', showPermissionSets: false } }],
    ]);
  });

  test('have no bound where a filter switches it off with a zero', async () => {
    const off = { minPrice: '0.00000000', maxPrice: '0.00000000', maxQty: '0.00000000' };
    const lotOnly = filters.map((filter) => ({
      ...filter,
      ...off,
      ...(filter['filterType'] === 'MARKET_LOT_SIZE' && { stepSize: '0.00000000' }),
    }));
    const [told] = await fetched({ ...listing, filters: lotOnly });
    expect(plain([told?.price, told?.amount])).toEqual([{ step: '0.000001' }, { step: '0.001', min: '0.001' }]);
  });

  test('have the older filter of notionals where there is no newer one', async () => {
    const older = filters.map((filter) => ({
      ...filter,
      ...(filter['filterType'] === 'NOTIONAL' && { filterType: 'MIN_NOTIONAL', minNotional: '0.001' }),
    }));
    const [told] = await fetched({ ...listing, filters: older });
    expect(told?.minNotional?.toFixed()).toBe('0.001');
  });

  test('need no rules for market orders or notionals', async () => {
    const few = filters.filter(({ filterType }) => filterType === 'PRICE_FILTER' || filterType === 'LOT_SIZE');
    const [told] = await fetched({ ...listing, filters: few });
    expect(plain([told?.amount, told?.minNotional])).toEqual([
      { step: '0.001', min: '0.001', max: '100000' },
      undefined,
    ]);
  });

  test.each([
    ['TRADING', 'trading'],
    ['CANCEL_ONLY', 'cancel-only'],
    ['HALT', 'halted'],
    ['BREAK', 'halted'],
    ['END_OF_DAY', 'halted'],
    ['SOMETHING_NEW', 'halted'],
    ['toString', 'halted'],
  ])('that are %s are %s', async (status, expected) => {
    expect((await fetched({ ...listing, status })).map((each) => each.status)).toEqual([expected]);
  });

  test.each([
    ['without a price filter', { filters: filters.filter(({ filterType }) => filterType !== 'PRICE_FILTER') }],
    ['without a lot size', { filters: filters.filter(({ filterType }) => filterType !== 'LOT_SIZE') }],
    ['with a price filter that is no number', { filters: filters.map((filter) => ({ ...filter, tickSize: 'NaN' })) }],
    ['with too many digits', { filters: filters.map((filter) => ({ ...filter, stepSize: `0.${'0'.repeat(60)}1` })) }],
    ['without a base asset', { baseAsset: '' }],
    ['without filters', { filters: undefined }],
  ])('%s are left out and the others stay', async (_, changed) => {
    const symbols = await fetched({ ...listing, ...changed, symbol: 'BROKEN' }, listing);
    expect(symbols.map(({ symbol }) => symbol)).toEqual(['ETHBTC']);
  });

  test('are refused when none of them can be read', async () => {
    await expect(async () => fetched({ ...listing, baseAsset: 5 }, 'x')).rejects.toThrow('Invalid');
  });

  test('are none when the venue lists none', async () => {
    expect(await fetched()).toEqual([]);
  });
});

test('a book is a snapshot of 1,000 levels with its last update id', async () => {
  const p = account({ answers: { 'GET /api/v3/depth': payload('rest.depth') } });
  expect([await venue.fetchBook(p, market), p.asked]).toEqual([
    {
      type: 'book',
      symbol: 'BTCUSDT',
      snapshot: true,
      sequence: { by: 'range', first: 1_027_024, last: 1_027_024 },
      bids: [['4.00000000', '431.00000000']],
      asks: [['4.00000200', '12.00000000']],
      depth: 1_000,
    },
    [{ at: 'GET /api/v3/depth', params: { symbol: 'BTCUSDT', limit: 1_000 } }],
  ]);
});

test('the answer with a book is scanned as it is parsed', async () => {
  const p = account({ answers: { 'GET /api/v3/depth': payload('rest.depth') } });
  expect([await venue.fetchBook(p, market)]).toEqual(p.scanned);
});

test('a refusal in place of a book is not scanned', async () => {
  const p = account({ answers: { 'GET /api/v3/depth': { ...fields('rest.depth'), code: '-1121' } } });
  await venue.fetchBook(p, market);
  expect(p.scanned).toEqual([undefined]);
});

describe('tickers', () => {
  const [ticker] = v.parse(v.array(v.record(v.string(), v.unknown())), payload('rest.ticker-24hr'));
  const fetched = async (changed: object) =>
    plain(await venue.fetchTickers(account({ answers: { 'GET /api/v3/ticker/24hr': [{ ...ticker, ...changed }] } })));

  test('have the figures of 24 hours', async () => {
    expect(await fetched({})).toEqual([
      {
        symbol: 'BNBBTC',
        last: '4.000002',
        bid: '4',
        ask: '4.000002',
        volume: '8913.3',
        quoteVolume: '15.3',
        at: 1_499_869_899_040,
      },
    ]);
  });

  test('have no price where nothing traded or rests', async () => {
    const none = { lastPrice: '0.00000000', bidPrice: '0.00000000', askPrice: '0.00000000' };
    expect(await fetched(none)).toEqual([
      { symbol: 'BNBBTC', volume: '8913.3', quoteVolume: '15.3', at: 1_499_869_899_040 },
    ]);
  });
});

test('recent trades have the side of the taker', async () => {
  const p = account({ answers: { 'GET /api/v3/trades': payload('rest.trades') } });
  expect(await venue.fetchTrades(p, market)).toEqual([
    {
      type: 'trade',
      symbol: 'BTCUSDT',
      id: '28457',
      side: 'sell',
      price: '4.00000100',
      amount: '12.00000000',
      at: 1_499_865_549_590,
    },
  ]);
});

describe('candles', () => {
  const at = 'GET /api/v3/klines';

  test('are open until their closing time is over', async () => {
    const fetched = async (now: number) =>
      venue.candles.fetch(account({ now, answers: { [at]: payload('rest.klines') } }), market, { interval: '1w' });
    const closed = await Promise.all([1_499_644_799_999, 1_499_644_800_000].map(fetched));
    expect(plain(closed.map(([candle]) => candle?.closed))).toEqual([false, true]);
    expect(plain(closed[1])).toEqual([
      {
        at: 1_499_040_000_000,
        open: '0.0163479',
        high: '0.8',
        low: '0.015758',
        close: '0.015771',
        volume: '148976.11427815',
        quoteVolume: '2434.19055334',
        trades: 308,
        closed: true,
      },
    ]);
  });

  test('are asked for by opening times, 1,000 unless fewer are wanted', async () => {
    const p = account({ answers: { [at]: [] } });
    await venue.candles.fetch(p, market, { interval: '1m', from: 1, to: 2 });
    await venue.candles.fetch(p, market, { interval: '1M', limit: 7 });
    expect(p.asked.map(({ params }) => params)).toEqual([
      { symbol: 'BTCUSDT', interval: '1m', startTime: 1, endTime: 2, limit: 1_000 },
      { symbol: 'BTCUSDT', interval: '1M', startTime: undefined, endTime: undefined, limit: 7 },
    ]);
  });
});

test.each([
  ['book', { stream: 'public', topic: 'btcusdt@depth@100ms' }],
  ['trades', { stream: 'public', topic: 'btcusdt@trade' }],
  ['ticker', undefined],
  ['funding', undefined],
  ['candles:1m', undefined],
] as const)('the topic of %s is %o', (channel, expected) => {
  expect(venue.topic(channel, market)).toEqual(expected);
});

describe('a message on the market stream', () => {
  test.each([
    ['that answers a subscription acknowledges it', payload('ws.subscribed'), { type: 'ack', id: '1' }],
    [
      'that refuses a request says why',
      { code: '2', msg: 'Invalid request: too many parameters', id: '7' },
      { type: 'refused', id: '7', message: 'Invalid request: too many parameters' },
    ],
    [
      'that refuses what was no request has no id',
      { code: '3', msg: 'Invalid JSON: expected value at line 1 column 1' },
      { type: 'refused', message: 'Invalid JSON: expected value at line 1 column 1' },
    ],
    [
      'that announces a shutdown asks for a new connection',
      payload('ws.server-shutdown'),
      { type: 'reconnect', reason: 'serverShutdown' },
    ],
    ['of another kind is ignored', { e: 'kline', s: 'BTCUSDT' }, { type: 'ignore' }],
    ['without anything we know is ignored', {}, { type: 'ignore' }],
  ])('%s', (_, message, expected) => {
    expect(venue.frame(message)).toEqual(expected);
  });

  test.each(['ws.depth-update', 'ws.trade'])('such as %s is data as it is', (name) => {
    const message = payload(name);
    expect(venue.frame(message)).toEqual({ type: 'data', payload: message });
  });

  test.each([null, 'text', '5', [], { e: '' }, { id: {} }])('is never taken for data when it is %j', (message) => {
    expect(() => venue.parse(message, look)).toThrow('Invalid');
  });
});

test('a depth update has the ids that it covers and its levels as sent', () => {
  expect(venue.parse(payload('ws.depth-update'), look)).toEqual([
    {
      type: 'book',
      symbol: 'BNBBTC',
      snapshot: false,
      sequence: { by: 'range', first: 157, last: 160 },
      bids: [['0.0024', '10']],
      asks: [['0.0026', '100']],
      at: 1_672_515_782_136,
    },
  ]);
});

test.each([
  [true, 'sell'],
  [false, 'buy'],
])('a trade whose buyer was the maker: %s, is a taker that did %s', (m, side) => {
  expect(venue.parse(fields('ws.trade', { m }), look)).toEqual([
    { type: 'trade', symbol: 'BNBBTC', id: '12345', side, price: '0.001', amount: '100', at: 1_672_515_782_136 },
  ]);
});

const scan = createScanner(venue.scan);

test('a depth update is scanned as it is parsed', () => {
  const update = payload('ws.depth-update');
  expect([scan(toUtf8(JSON.stringify(update)))]).toEqual(venue.parse(update, look));
});

test.each(['ws.trade', 'ws.subscribed', 'ws.server-shutdown'])('%s is not scanned', (name) => {
  expect(scan(toUtf8(JSON.stringify(payload(name))))).toBe(undefined);
});

test.each(['e', 'E', 's', 'U', 'u', 'b', 'a'])('a depth update without %s is not scanned', (name) => {
  const rest = Object.entries(fields('ws.depth-update')).filter(([key]) => key !== name);
  expect(scan(toUtf8(JSON.stringify(Object.fromEntries(rest))))).toBe(undefined);
});

test('an id of 19 digits keeps them all', () => {
  expect(venue.parse(fields('ws.trade', { t: '9223372036854775807' }), look)).toEqual([
    expect.objectContaining({ id: '9223372036854775807' }),
  ]);
});

test.each([
  ['ws.depth-update', { U: '1.5' }],
  ['ws.depth-update', { u: undefined }],
  ['ws.depth-update', { b: [['0.0024']] }],
  ['ws.depth-update', { a: [['1e3', '10']] }],
  ['ws.depth-update', { s: '' }],
  ['ws.trade', { p: 'NaN' }],
  ['ws.trade', { q: '-1' }],
  ['ws.trade', { t: '-1' }],
  ['ws.trade', { m: 'true' }],
])('%s with %o is refused', (name, changed) => {
  expect(() => venue.parse(fields(name, changed), look)).toThrow('Invalid');
});

test('subscriptions name their topics and an id', () => {
  const p = account();
  const stream = venue.feed.streams?.['public'];
  const topics = ['btcusdt@trade', 'btcusdt@depth@100ms'];
  expect([stream?.url(p), stream?.subscribe?.(p, topics, '1'), stream?.unsubscribe?.(p, topics, '2')]).toEqual([
    'wss://public.test',
    [{ method: 'SUBSCRIBE', params: topics, id: '1' }],
    [{ method: 'UNSUBSCRIBE', params: topics, id: '2' }],
  ]);
});
