import { plain } from '@hb/connector-testkit';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';

import { binancePerpetual } from '../src/index.js';
import * as venue from '../src/market.js';
import { account, market } from './api.js';
import { fields, payload } from './wire-fixture.js';

const look = { options: binancePerpetual.options({}), market: () => undefined };
const parse = (message: unknown): unknown => plain(venue.parse(message, look));

function symbolsOf(changed: Readonly<Record<string, unknown>> = {}): readonly Record<string, unknown>[] {
  const { symbols } = v.parse(
    v.object({ symbols: v.array(v.record(v.string(), v.unknown())) }),
    payload('rest.exchange-info'),
  );
  return symbols.map((each) => ({ ...each, ...changed }));
}

test('markets are the perpetuals, with their rules', async () => {
  const p = account({ answers: { 'GET /fapi/v1/exchangeInfo': payload('rest.exchange-info') } });
  expect(plain(await venue.fetchMarkets(p))).toEqual([
    {
      ...{ pair: 'BLZ-USDT', symbol: 'BLZUSDT', base: 'BLZ', quote: 'USDT', settle: 'USDT', shape: 'linear' },
      ...{ status: 'trading', contractSize: '1', price: { step: '0.0001', min: '0.0001', max: '300' } },
      amount: { step: '1', min: '1', max: '10000000', marketStep: '1', marketMax: '590119' },
      ...{ minNotional: '5', wire: undefined },
    },
  ]);
});

test.each([
  ['a future with a delivery date is left out', { contractType: 'CURRENT_QUARTER' }, []],
  ['a stock perpetual is in', { contractType: 'TRADIFI_PERPETUAL' }, ['trading']],
  ['a market that does not trade is halted', { status: 'SETTLING' }, ['halted']],
  ['a status that every object has as a member is no status', { status: 'toString' }, ['halted']],
  ['a market without rules is left out', { filters: [] }, []],
])('%s', async (_, changed, expected) => {
  const symbols = [{ ...symbolsOf()[0], ...changed }];
  const p = account({ answers: { 'GET /fapi/v1/exchangeInfo': { symbols } } });
  expect((await venue.fetchMarkets(p)).map(({ status }) => status)).toEqual(expected);
});

test('a list in which no market can be read is refused', async () => {
  const symbols = symbolsOf({ baseAsset: '' });
  const p = account({ answers: { 'GET /fapi/v1/exchangeInfo': { symbols } } });
  await expect(venue.fetchMarkets(p)).rejects.toThrow('Invalid length');
});

test('a snapshot stands where its last update stands', async () => {
  const p = account({ answers: { 'GET /fapi/v1/depth': payload('rest.depth') } });
  expect(await venue.fetchBook(p, market)).toEqual({
    ...{
      type: 'book',
      symbol: 'BTCUSDT',
      snapshot: true,
      sequence: { by: 'chain', first: 1_027_024, last: 1_027_024 },
    },
    ...{ bids: [['4.00000000', '431.00000000']], asks: [['4.00000200', '12.00000000']] },
    ...{ at: 1_589_436_922_959, depth: 1_000 },
  });
  expect(p.asked).toEqual([{ at: 'GET /fapi/v1/depth', params: { symbol: 'BTCUSDT', limit: 1_000 } }]);
});

test('the answer with a book is scanned as it is parsed', async () => {
  const p = account({ answers: { 'GET /fapi/v1/depth': payload('rest.depth') } });
  expect([await venue.fetchBook(p, market)]).toEqual(p.scanned);
});

test('tickers have the best prices where there are any', async () => {
  const bookTickers = [{ symbol: 'BTCUSDT', bidPrice: '4.00', askPrice: '0' }];
  const answers = {
    'GET /fapi/v1/ticker/24hr': payload('rest.ticker-24hr'),
    'GET /fapi/v1/ticker/bookTicker': bookTickers,
  };
  expect(plain(await venue.fetchTickers(account({ answers })))).toEqual([
    {
      ...{ symbol: 'BTCUSDT', at: 1_499_869_899_040, last: '4.000002', bid: '4' },
      ...{ volume: '8913.3', quoteVolume: '15.3' },
    },
  ]);
});

test('trades have the side of the taker', async () => {
  const p = account({ answers: { 'GET /fapi/v1/trades': payload('rest.trades') } });
  expect(await venue.fetchTrades(p, market)).toEqual([
    {
      ...{ type: 'trade', symbol: 'BTCUSDT', id: '28457', side: 'sell' },
      ...{ price: '4.00000100', amount: '12.00000000', at: 1_499_865_549_590 },
    },
  ]);
});

test('a candle is closed when its last millisecond is over', async () => {
  const row = (opens: number) =>
    [opens, '1', '2', '0.5', '1.5', '10', opens + 59_999, '15', 3].map((value) => String(value));
  const p = account({ now: 60_000, answers: { 'GET /fapi/v1/klines': [row(0), row(60_000)] } });
  const candles = await venue.candles.fetch(p, market, { interval: '1m', from: 0 });
  expect(candles.map(({ at, closed }) => [at, closed])).toEqual([
    [0, true],
    [60_000, false],
  ]);
});

test('books have the public socket, trades and funding the market socket', () => {
  const channels = ['book', 'trades', 'funding', 'ticker', 'candles:1m'] as const;
  expect(channels.map((channel) => venue.topic(channel, market))).toEqual([
    { stream: 'public', topic: 'btcusdt@depth@100ms' },
    { stream: 'market', topic: 'btcusdt@aggTrade' },
    { stream: 'market', topic: 'btcusdt@markPrice@1s' },
    ...[undefined, undefined],
  ]);
});

describe('a frame', () => {
  test.each([
    ['is data', payload('ws.agg-trade'), { type: 'data', payload: payload('ws.agg-trade') }],
    ['of another event is ignored', { e: 'kline' }, { type: 'ignore' }],
    ['acknowledges', { result: null, id: '3' }, { type: 'ack', id: '3' }],
    ['answers a probe', { result: [], id: '0' }, { type: 'ignore' }],
    ['refuses', { error: { code: '2', msg: 'bad' }, id: '3' }, { type: 'refused', message: 'bad', id: '3' }],
    ['refuses what had no id', { error: { code: '2', msg: 'bad' } }, { type: 'refused', message: 'bad' }],
  ])('%s', (_, message, expected) => {
    expect(venue.frame(message)).toEqual(expected);
  });
});

test('a change of the book names the one before it', () => {
  const update = { b: [['0.0024', '10']], a: [['0.0026', '100']] };
  const message = {
    e: 'depthUpdate',
    E: '123456789',
    T: '123456788',
    s: 'BNBUSDT',
    U: '157',
    u: '160',
    pu: '149',
    ...update,
  };
  expect(parse(message)).toEqual([
    {
      ...{ type: 'book', symbol: 'BNBUSDT', snapshot: false, sequence: { by: 'chain', first: 149, last: 160 } },
      ...{ bids: [['0.0024', '10']], asks: [['0.0026', '100']], at: 123_456_788 },
    },
  ]);
});

test('a trade is that of one taker at one price', () => {
  expect(parse(payload('ws.agg-trade'))).toEqual([
    { type: 'trade', symbol: 'BNBUSDT', id: '5933014', side: 'sell', price: '0.001', amount: '100', at: 123_456_785 },
  ]);
});

test('a mark price brings the funding with it', () => {
  expect(parse(payload('ws.mark-price'))).toEqual([
    {
      ...{
        type: 'funding',
        symbol: 'BTCUSDT',
        rate: '0.00038167',
        markPrice: '11794.15',
        indexPrice: '11784.62659091',
      },
      ...{ nextAt: 1_562_306_400_000, at: 1_562_305_380_000 },
    },
  ]);
  expect(parse(fields('ws.mark-price', { T: '0' }))).toMatchObject([{ at: 1_562_305_380_000 }]);
});

test('what is no event is refused', () => {
  expect(() => parse({ e: 'kline' })).toThrow('Invalid type');
});

test('both sockets subscribe with numbers and are probed', () => {
  const p = account();
  const { public: books, market: others } = venue.feed.streams ?? {};
  expect([books?.url(p), others?.url(p)]).toEqual(['wss://public.test', 'wss://market.test']);
  expect(books?.subscribe?.(p, ['a@depth'], '7')).toEqual([{ method: 'SUBSCRIBE', params: ['a@depth'], id: 7 }]);
  expect(books?.unsubscribe?.(p, ['a@depth'], '8')).toEqual([{ method: 'UNSUBSCRIBE', params: ['a@depth'], id: 8 }]);
  expect(books?.ping?.message(p)).toEqual({ method: 'LIST_SUBSCRIPTIONS', id: 0 });
});

test('the time is the venue’s', async () => {
  const p = account({ answers: { 'GET /fapi/v1/time': payload('rest.time') } });
  expect(await venue.fetchTime(p)).toBe(1_499_827_319_559);
});
