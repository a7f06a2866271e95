import { expect, test } from 'vitest';

import { defaultMarkets } from '../emulator/index.js';
import { createBench, type Bench } from './emulator-client.js';

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** A trade of bob with alice: she buys what he offers. */
function trade(bench: Bench, price: bigint, amount: bigint): void {
  const terms = { market: 'BTCUSDT', type: 'limit', price, amount } as const;
  bench.venue.engine.place('bob', { ...terms, side: 'sell' });
  bench.venue.engine.place('alice', { ...terms, side: 'buy' });
}

test('exchangeInfo shows every market with the filters that orders must pass', async () => {
  const bench = createBench();
  const { body } = await bench.get('/api/v3/exchangeInfo');
  expect(body).toMatchObject({
    ...{ timezone: 'UTC', serverTime: String(bench.clock.now()), exchangeFilters: [] },
    rateLimits: [
      { rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: '1', limit: '6000' },
      { rateLimitType: 'ORDERS', interval: 'SECOND', intervalNum: '10', limit: '100' },
      { rateLimitType: 'ORDERS', interval: 'DAY', intervalNum: '1', limit: '200000' },
      { rateLimitType: 'RAW_REQUESTS', interval: 'MINUTE', intervalNum: '5', limit: '300000' },
    ],
    symbols: [
      {
        ...{ symbol: 'BTCUSDT', status: 'TRADING', baseAsset: 'BTC', quoteAsset: 'USDT', permissionSets: [['SPOT']] },
        filters: [
          {
            ...{ filterType: 'PRICE_FILTER', minPrice: '0.01000000', maxPrice: '1000000.00000000' },
            tickSize: '0.01000000',
          },
          { filterType: 'LOT_SIZE', minQty: '0.00001000', maxQty: '9000.00000000', stepSize: '0.00001000' },
          { filterType: 'MARKET_LOT_SIZE', minQty: '0.00000000', maxQty: '120.00000000', stepSize: '0.00000000' },
          { filterType: 'PERCENT_PRICE_BY_SIDE', bidMultiplierUp: '5', bidMultiplierDown: '0.2', avgPriceMins: '5' },
          { filterType: 'NOTIONAL', minNotional: '5.00000000', applyMinToMarket: true, avgPriceMins: '5' },
          { filterType: 'MAX_NUM_ORDERS', maxNumOrders: '200' },
          { filterType: 'MAX_NUM_ORDER_AMENDS', maxNumOrderAmends: '10' },
        ],
      },
      { symbol: 'ETHUSDT' },
      { symbol: 'ETHBTC' },
      { symbol: 'BNBUSDT' },
    ],
  });
});

test.each([
  ['symbol=ETHBTC', ['ETHBTC']],
  ['symbols=%5B%22ETHBTC%22,%22BTCUSDT%22%5D', ['ETHBTC', 'BTCUSDT']],
  ['permissions=SPOT', ['BTCUSDT', 'ETHUSDT', 'ETHBTC', 'BNBUSDT']],
  ['permissions=MARGIN', []],
  ['symbolStatus=HALT', ['ETHUSDT']],
])('exchangeInfo?%s shows %o', async (query, expected) => {
  const bench = createBench();
  bench.venue.engine.setStatus('ETHUSDT', query.includes('HALT') ? 'halted' : 'trading');
  const { body } = await bench.get('/api/v3/exchangeInfo', query);
  expect(body).toMatchObject({ symbols: expected.map((symbol) => ({ symbol })) });
});

test('a market can be listed and its filters changed while the venue runs', async () => {
  const bench = createBench();
  const [market] = defaultMarkets;
  if (market === undefined) throw new Error('no market to start from');
  bench.venue.setMarket({ ...market, symbol: 'BTCBNB', quote: 'BNB' });
  bench.venue.setMarket({ ...market, minNotional: '10.00000000' });
  const { body } = await bench.get('/api/v3/exchangeInfo', 'symbols=["BTCBNB","BTCUSDT"]');
  expect(JSON.stringify(body)).toMatch(/BTCBNB.*"5\.00000000".*BTCUSDT.*"10\.00000000"/);
});

test('candles run from the first trade without a hole, and stay flat where nothing traded', async () => {
  const bench = createBench();
  trade(bench, 6_000_000n, 100n);
  trade(bench, 6_100_000n, 50n);
  await bench.clock.advance(2 * minuteMs);
  trade(bench, 5_900_000n, 10n);
  const at = bench.clock.now() - 2 * minuteMs;
  const { body } = await bench.get('/api/v3/klines', 'symbol=BTCUSDT&interval=1m');
  const flat = '61000.00000000';
  expect(body).toEqual([
    [
      ...[String(at), '60000.00000000', '61000.00000000', '60000.00000000', '61000.00000000', '0.00150000'],
      ...[String(at + minuteMs - 1), '90.50000000', '2', '0.00150000', '90.50000000', '0'],
    ],
    [
      ...[String(at + minuteMs), flat, flat, flat, flat, '0.00000000', String(at + 2 * minuteMs - 1), '0.00000000'],
      ...['0', '0.00000000', '0.00000000', '0'],
    ],
    [
      ...[String(at + 2 * minuteMs), '59000.00000000', '59000.00000000', '59000.00000000', '59000.00000000'],
      ...['0.00010000', String(at + 3 * minuteMs - 1), '5.90000000', '1', '0.00010000', '5.90000000', '0'],
    ],
  ]);
});

test('candles are chosen by time and limit: the oldest from a start, else the latest', async () => {
  const bench = createBench();
  for (let n = 0; n < 5; n += 1) {
    trade(bench, 6_000_000n, 10n);
    await bench.clock.advance(minuteMs);
  }
  const at = bench.clock.now() - 5 * minuteMs;
  const opens = async (query: string) => {
    const { body } = await bench.get('/api/v3/klines', `symbol=BTCUSDT&interval=1m&${query}`);
    return Array.isArray(body) ? body.map((candle: readonly unknown[]) => (Number(candle[0]) - at) / minuteMs) : body;
  };
  expect(await opens('limit=2')).toEqual([4, 5]);
  expect(await opens(`startTime=${at + 1}&limit=2`)).toEqual([1, 2]);
  expect(await opens(`endTime=${at + 3 * minuteMs}&limit=2`)).toEqual([2, 3]);
  expect(await opens(`startTime=${at}&endTime=${at + minuteMs}`)).toEqual([0, 1]);
});

test.each([
  // In days from 2026-01-01, a Thursday.
  ['1w', -3, 4],
  ['1M', 0, 31],
  ['1d', 0, 1],
])('a candle of %s opens with its calendar', async (interval, openDay, endDay) => {
  const bench = createBench();
  trade(bench, 6_000_000n, 10n);
  const { body } = await bench.get('/api/v3/klines', `symbol=BTCUSDT&interval=${interval}`);
  const now = bench.clock.now();
  expect(body).toMatchObject([{ 0: String(now + openDay * dayMs), 6: String(now + endDay * dayMs - 1) }]);
});

test('the last 24 hours forget what is older', async () => {
  const bench = createBench();
  trade(bench, 5_000_000n, 10n);
  await bench.clock.advance(86_400_001);
  trade(bench, 6_000_000n, 20n);
  trade(bench, 6_600_000n, 10n);
  const { body } = await bench.get('/api/v3/ticker/24hr', 'symbol=BTCUSDT');
  expect(body).toEqual({
    ...{ symbol: 'BTCUSDT', priceChange: '6000.00000000', priceChangePercent: '10.000' },
    ...{ weightedAvgPrice: '62000.00000000', prevClosePrice: '50000.00000000', lastPrice: '66000.00000000' },
    ...{ lastQty: '0.00010000', bidPrice: '0.00000000', bidQty: '0.00000000', askPrice: '0.00000000' },
    ...{ askQty: '0.00000000', openPrice: '60000.00000000', highPrice: '66000.00000000' },
    ...{ lowPrice: '60000.00000000', volume: '0.00030000', quoteVolume: '18.60000000' },
    ...{ openTime: String(bench.clock.now() - 86_400_000), closeTime: String(bench.clock.now()) },
    ...{ firstId: '2', lastId: '3', count: '2' },
  });
  expect((await bench.get('/api/v3/ticker/24hr', 'symbols=["BTCUSDT"]&type=MINI')).body).toMatchObject([
    { symbol: 'BTCUSDT', openPrice: '60000.00000000', lastPrice: '66000.00000000', count: '2' },
  ]);
});

test('the average price weighs five minutes by volume', async () => {
  const bench = createBench();
  trade(bench, 5_000_000n, 10n);
  await bench.clock.advance(5 * minuteMs + 1);
  const at = String(bench.clock.now() - 5 * minuteMs - 1);
  const ask = async () => (await bench.get('/api/v3/avgPrice', 'symbol=BTCUSDT')).body;
  expect(await ask()).toEqual({ mins: '5', price: '50000.00000000', closeTime: at });
  trade(bench, 6_000_000n, 10n);
  trade(bench, 6_300_000n, 20n);
  expect(await ask()).toMatchObject({ price: '62000.00000000' });
});

test('trades are listed oldest first, the latest or from an id', async () => {
  const bench = createBench();
  for (const amount of [1n, 2n, 3n]) trade(bench, 6_000_000n, amount * 10n);
  const ids = async (path: string) => {
    const { body } = await bench.get(path);
    return Array.isArray(body) ? body.map((each: { id: string }) => each.id) : body;
  };
  expect(await ids('/api/v3/trades')).toMatchObject({ code: '-1102' });
  const { body } = await bench.get('/api/v3/trades', 'symbol=BTCUSDT&limit=1');
  expect(body).toEqual([
    {
      ...{ id: '3', price: '60000.00000000', qty: '0.00030000', quoteQty: '18.00000000' },
      ...{ time: String(bench.clock.now()), isBuyerMaker: false, isBestMatch: true },
    },
  ]);
  const old = await bench.get('/api/v3/historicalTrades', 'symbol=BTCUSDT&fromId=1&limit=2');
  expect(old.body).toMatchObject([{ id: '1' }, { id: '2' }]);
});
