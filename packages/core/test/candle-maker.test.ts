import { expect, test } from 'vitest';

import { createCandleMaker, type CandleMaker } from '../src/connector/candle-maker.js';
import type { Candle } from '../src/model/trade.js';

const open = (closedBefore = 1_000): CandleMaker => createCandleMaker(10, (at) => at < closedBefore);

function rows(candles: readonly Candle[]): readonly string[] {
  return candles.map((candle) => {
    const { at, open: first, high, low, close, volume, quoteVolume, trades = 0, closed } = candle;
    const figures = [first, high, low, close, volume, quoteVolume].map((value) => value?.toFixed());
    return `${at}: ${figures.join(' ')}, ${trades}${closed ? '' : ', open'}`;
  });
}

test('a candle has the first, the highest, the lowest and the last price, and exact sums', () => {
  const maker = open();
  for (const [price, amount, quoteAmount] of [
    ['2000', '0.1', '200'],
    ['2100.000000000000000000000000000001', '0.000000000000000001', '0.000000000000002101'],
    ['1900', '0.2', '380'],
    ['1950', '0.3', '585'],
  ] as const)
    maker.add(20, { price, amount, quoteAmount });
  expect(rows(maker.take(30))).toEqual([
    '20: 2000 2100.000000000000000000000000000001 1900 1950 0.600000000000000001 1165.000000000000002101, 4',
  ]);
});

test('what was not traded in stays at the close before; before the first trade there is nothing', () => {
  const maker = open(50);
  expect(maker.take(20)).toEqual([]);
  maker.add(20, { price: '7', amount: '1', quoteAmount: '7' });
  maker.add(40, { price: '8', amount: '1', quoteAmount: '8' });
  expect(rows(maker.take(61))).toEqual([
    ...['20: 7 7 7 7 1 7, 1', '30: 7 7 7 7 0 0, 0', '40: 8 8 8 8 1 8, 1'],
    ...['50: 8 8 8 8 0 0, 0, open', '60: 8 8 8 8 0 0, 0, open'],
  ]);
});

test('each candle is taken once, however often it is asked', () => {
  const maker = open();
  maker.add(0, { price: '7', amount: '1', quoteAmount: '7' });
  expect(rows(maker.take(10))).toEqual(['0: 7 7 7 7 1 7, 1']);
  expect(maker.take(10)).toEqual([]);
  maker.add(10, { price: '9', amount: '1', quoteAmount: '9' });
  expect(rows(maker.take(20))).toEqual(['10: 9 9 9 9 1 9, 1']);
});
