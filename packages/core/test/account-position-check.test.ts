import { describe, expect, test } from 'vitest';

import { createPositionCheck } from '../src/account/position-check.js';
import { decimal } from '../src/model/decimal.js';
import type { Position } from '../src/model/position.js';

function held(amount: string, side: Position['side'] = 'net', pair = 'BTC-USDT'): Position {
  return { pair, side, amount: decimal(amount) };
}

test('fills and positions that agree say nothing, whichever comes first', () => {
  const check = createPositionCheck();
  expect(check.compare([], 0)).toBeUndefined();
  check.filled('BTC-USDT', 'buy', decimal('2'));
  expect(check.compare([held('2')], 30_000)).toBeUndefined();
  expect(check.compare([held('0.5')], 60_000)).toBeUndefined();
  check.filled('BTC-USDT', 'sell', decimal('1.5'));
  expect(check.compare([held('0.5')], 90_000)).toBeUndefined();
});

describe('a position that no fill explains', () => {
  test('shows since when fills are missing, once it has stayed so for a while', () => {
    const check = createPositionCheck();
    check.filled('BTC-USDT', 'buy', decimal('2'));
    expect([0, 30_000].map((at) => check.compare([held('2')], at))).toEqual([undefined, undefined]);
    expect([40_000, 45_000, 50_000].map((at) => check.compare([], at))).toEqual([undefined, undefined, 30_000]);
  });

  test('is taken as it is when nobody knows more', () => {
    const check = createPositionCheck();
    check.compare([held('2')], 0);
    expect([10, 20, 30, 40, 50].map((seconds) => check.compare([], seconds * 1_000))).toEqual([
      undefined,
      0,
      ...[undefined, undefined, undefined],
    ]);
    check.filled('BTC-USDT', 'buy', decimal('1'));
    expect([60, 70].map((seconds) => check.compare([held('1')], seconds * 1_000))).toEqual([undefined, undefined]);
  });

  test('is explained by fills that were found', () => {
    const check = createPositionCheck();
    expect([0, 10_000, 20_000].map((at) => check.compare([held(at === 0 ? '2' : '1')], at)).at(-1)).toBe(0);
    check.filled('BTC-USDT', 'sell', decimal('1'));
    expect([30_000, 40_000, 50_000].map((at) => check.compare([held('1')], at))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});

test('what was held before the first look, and a long beside a short, are no difference', () => {
  const check = createPositionCheck();
  check.compare([held('3', 'long'), held('1', 'short'), held('-4', 'net', 'ETH-USDT')], 0);
  check.filled('BTC-USDT', 'sell', decimal('2'));
  const now = [held('2', 'long'), held('2', 'short'), held('-4', 'net', 'ETH-USDT')];
  expect([10_000, 20_000, 30_000].map((at) => check.compare(now, at))).toEqual([undefined, undefined, undefined]);
});
