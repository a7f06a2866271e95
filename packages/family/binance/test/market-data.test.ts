import { attempt, createEngine, createParameters, type Parameter } from '@hb/connector-testkit';
import { expect, test } from 'vitest';

import {
  bestOf,
  findAggregates,
  findKlines,
  invalidValues,
  periodOf,
  toAggregateJson,
  toKlineEvent,
  toParameterRefusal,
  type NumberForms,
} from '../emulator/index.js';

const forms: NumberForms = {
  price: (market, price) => market.price.format(price, 2),
  amount: (market, amount) => market.amount.format(amount, 1),
  quote: (market, quote) => market.quoteAsset.format(quote, 2),
};

/** Two buys of 1 and 0.5 in the first minute, one of 2 in the third; 0.3 is left in the book. */
function trade() {
  let now = 0;
  const market = { symbol: 'BTCUSDT', base: 'BTC', quote: 'USDT', priceStep: '0.01', amountStep: '0.1' };
  const engine = createEngine({ now: () => now, assets: { BTC: 8, USDT: 8 }, markets: [market] });
  engine.deposit('ann', 'BTC', '100');
  engine.deposit('bob', 'USDT', '100000');
  const limit = { market: 'BTCUSDT', type: 'limit', timeInForce: 'gtc' } as const;
  const rows = [
    [60_000, 10_000n, 10n],
    [60_005, 10_500n, 5n],
    [180_000, 9_000n, 20n],
  ] as const;
  for (const [at, price, amount] of rows) {
    now = at;
    engine.place('ann', { ...limit, side: 'sell', price, amount });
    engine.place('bob', { ...limit, side: 'buy', price, amount });
  }
  engine.place('ann', { ...limit, side: 'sell', price: 11_000n, amount: 3n });
  const found = engine.market('BTCUSDT');
  if (found === undefined) throw new Error('no market');
  return { engine, market: found, trades: engine.trades('BTCUSDT') };
}

const { engine, market, trades } = trade();
const parameters = (...pairs: Parameter[]) =>
  createParameters(pairs, (problem) => toParameterRefusal(problem, invalidValues));

test('intervals are those of the documentation, and no others', () => {
  expect(['1m', '12h', '1w', '1M'].map(periodOf)).toEqual([60_000, 43_200_000, 'week', 'month']);
  expect(['1s', '7m', '', 'constructor'].map(periodOf)).toEqual([undefined, undefined, undefined, undefined]);
});

test('the best of a side that is empty is zero', () => {
  expect(bestOf(forms, market, engine.depth('BTCUSDT', 1))).toEqual({
    ...{ bidPrice: '0.00', bidQty: '0.0', askPrice: '110.00', askQty: '0.3' },
  });
});

test('aggregate trades are found by id and by time', () => {
  const idsOf = (...pairs: Parameter[]) =>
    findAggregates({ trades, parameters: parameters(...pairs) }).map(({ id }) => id);
  expect(idsOf()).toEqual([0, 1, 2]);
  expect(idsOf(['fromId', '1'], ['limit', '1'])).toEqual([1]);
  expect(idsOf(['limit', '1'])).toEqual([2]);
  expect(idsOf(['startTime', '60001'], ['endTime', '179999'])).toEqual([1]);
  const [first] = findAggregates({ trades, parameters: parameters() });
  expect(first && toAggregateJson(forms, market, first)).toEqual({
    ...{ a: 0, p: '100.00', q: '1.0', f: 1, l: 1, T: 60_000, m: false },
  });
});

test('klines are rows of the interval that was asked for', () => {
  const ask = (...pairs: Parameter[]) =>
    findKlines(forms, { market, trades, parameters: parameters(...pairs), now: 180_000 }, { periodOf, most: 2 });
  expect(ask(['interval', '1m'], ['endTime', '119999'])).toEqual([
    [60_000, '100.00', '105.00', '100.00', '105.00', '1.5', 119_999, '152.50', 2, '1.5', '152.50', '0'],
  ]);
  expect(ask(['interval', '1m'], ['limit', '5'])).toHaveLength(2);
  expect(attempt(() => ask(['interval', '1s']))).toMatchObject({ code: -1120 });
  expect(attempt(() => ask())).toMatchObject({ code: -1102 });
});

test('a kline of the stream names its first and last trade, or none', () => {
  const candle = { openAt: 120_000, closeAt: 179_999, open: 1n, high: 1n, low: 1n, close: 1n, summary: undefined };
  expect(toKlineEvent(forms, market, { candle, i: '1m', x: true, at: 180_000 })).toEqual({
    ...{ e: 'kline', E: 180_000, s: 'BTCUSDT' },
    k: {
      ...{ t: 120_000, T: 179_999, s: 'BTCUSDT', i: '1m', f: -1, L: -1, o: '0.01', c: '0.01', h: '0.01', l: '0.01' },
      ...{ v: '0.0', n: 0, x: true, q: '0.00', V: '0.0', Q: '0.00', B: '0' },
    },
  });
});
