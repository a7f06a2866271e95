import { expect, test } from 'vitest';

import { aggregate, startOf, summarize, summarizeDay, toCandles, weightedAverage } from '../../src/index.js';
import { createTestEngine, limit } from '../engine/market.js';

const minuteMs = 60_000;

/** Trades of `[at, price, amount]`, each taken by a buy. */
function trade(rows: readonly (readonly [at: number, price: bigint, amount: bigint])[]) {
  let now = 0;
  const engine = createTestEngine({ now: () => now });
  for (const [at, price, amount] of rows) {
    now = at;
    engine.place('ann', limit('sell', { price, amount }));
    engine.place('bob', limit('buy', { price, amount }));
  }
  return { engine, trades: engine.trades('BTCUSDT') };
}

test('what one order took at one price is one aggregate trade', () => {
  const engine = createTestEngine();
  for (const price of [100n, 100n, 101n]) engine.place('ann', limit('sell', { price, amount: 5n }));
  engine.place('bob', limit('buy', { price: 101n, amount: 12n }));
  engine.place('cyd', limit('buy', { price: 101n, amount: 3n }));
  const told = aggregate(engine.trades('BTCUSDT')).map(({ id, price, amount, first, last }) => {
    return [id, price, amount, first.tradeId, last.tradeId];
  });
  expect(told).toEqual([
    [0, 100n, 10n, 1, 2],
    [1, 101n, 2n, 3, 3],
    [2, 101n, 3n, 4, 4],
  ]);
});

test('candles run from the first trade on and stay at the last close where nothing was traded', () => {
  const { trades } = trade([
    [minuteMs, 100n, 1n],
    [minuteMs + 5, 105n, 2n],
    [4 * minuteMs - 1, 90n, 1n],
  ]);
  const candles = toCandles(trades, minuteMs, { to: 4 * minuteMs, limit: 10 });
  expect(
    candles.map(({ openAt, open, high, low, close, summary }) => [openAt, open, high, low, close, summary?.count]),
  ).toEqual([
    [minuteMs, 100n, 105n, 100n, 105n, 2],
    [2 * minuteMs, 105n, 105n, 105n, 105n, undefined],
    [3 * minuteMs, 90n, 90n, 90n, 90n, 1],
    [4 * minuteMs, 90n, 90n, 90n, 90n, undefined],
  ]);
  const forward = toCandles(trades, minuteMs, { from: 2 * minuteMs, to: 4 * minuteMs, limit: 2 });
  expect(forward.map(({ openAt }) => openAt)).toEqual([2 * minuteMs, 3 * minuteMs]);
});

test('weeks open on Mondays and months on the first, in UTC', () => {
  const onLeapDay = 1_709_251_140_000;
  const firstOfMarch = 1_709_251_200_000;
  expect(startOf(onLeapDay, 'week')).toBe(1_708_905_600_000);
  expect(startOf(onLeapDay, 'month')).toBe(1_706_745_600_000);
  expect(startOf(firstOfMarch, 'month')).toBe(firstOfMarch);
});

test('a day knows its first and last price, and the price before it', () => {
  const dayMs = 86_400_000;
  const { engine, trades } = trade([
    [10, 90n, 1n],
    [dayMs, 100n, 1n],
    [dayMs + 5, 110n, 3n],
  ]);
  const day = summarizeDay(trades, dayMs + 20);
  expect([day.before, day.open, day.last, day.change, day.trades?.amount]).toEqual([90n, 100n, 110n, 10n, 4n]);
  const market = engine.market('BTCUSDT');
  const summary = summarize(trades.slice(1));
  if (market === undefined || summary === undefined) throw new Error('nothing traded');
  expect(weightedAverage(market, summary, 4)).toBe('107.5000');
  const quiet = summarizeDay(trades, 3 * dayMs);
  expect([quiet.before, quiet.open, quiet.last, quiet.change, quiet.trades]).toEqual([110n, 0n, 110n, 0n, undefined]);
});
