import { decimal, one, type DexMarket } from '@hb/connector-core';
import { describe, expect, test } from 'vitest';

import {
  slipped,
  sqrtPriceAt,
  tickAt,
  toAmounts,
  toCost,
  toLiquidity,
  toPrice,
  toSqrtPrice,
  usableTick,
} from '../src/ticks.js';

/** One whose base has the lower address, and one whose base has the higher one. */
const [first, second] = [market('0x1', '0x2'), market('0x2', '0x1')];

function market(base: string, quote: string): DexMarket<unknown> {
  return {
    ...{
      pair: 'WETH-USDC',
      symbol: 'x',
      base: 'WETH',
      quote: 'USDC',
      settle: 'USDC',
      shape: 'router',
      wire: undefined,
    },
    ...{ status: 'trading', contractSize: one, price: { step: one }, amount: { step: one, min: one } },
    baseToken: { id: base, symbol: 'WETH', decimals: 18 },
    quoteToken: { id: quote, symbol: 'USDC', decimals: 6 },
  };
}

// https://github.com/Uniswap/v3-core/blob/main/test/TickMath.spec.ts
test.each([
  [0, 79_228_162_514_264_337_593_543_950_336n],
  [-887_272, 4_295_128_739n],
  [887_272, 1_461_446_703_485_210_103_287_273_052_203_988_822_378_723_970_342n],
  [887_271, 1_461_373_636_630_004_318_706_518_188_784_493_106_690_254_656_249n],
  [-50, 79_030_349_367_926_598_376_800_521_322n],
  [250_000, 21_246_587_762_933_397_357_449_903_968_194_344n],
])('tick %d has the price of the contracts', (tick, price) => {
  expect(sqrtPriceAt(tick)).toBe(price);
  expect(tickAt(price)).toBe(tick);
  expect(tickAt(price + 1n)).toBe(tick);
});

describe.each([
  ['first', first],
  ['second', second],
])('a market whose base is the %s token', (_, of) => {
  test.each(['2000', '0.00000000123', '123456789.987654321', '1'])('keeps a price of %s', (price) => {
    const back = toPrice(of, toSqrtPrice(of, decimal(price)));
    expect(back.div(price).minus('1').abs().lt('1e-15')).toBe(true);
  });
});

test('a range ends at ticks that the pool knows', () => {
  expect(usableTick(sqrtPriceAt(1_004), 10)).toBe(1_000);
  expect(usableTick(sqrtPriceAt(-1_006), 10)).toBe(-1_010);
  expect(usableTick(sqrtPriceAt(887_272), 60)).toBe(887_220);
});

describe('liquidity', () => {
  const range = { price: sqrtPriceAt(0), lower: sqrtPriceAt(-1_000), upper: sqrtPriceAt(2_000) };
  const amounts = [10n ** 18n, 10n ** 18n] as const;

  test('never costs more than it was made for, nor gives more than it costs', () => {
    for (const tick of [-2_000, -999, 0, 1_500, 3_000]) {
      const at = { ...range, price: sqrtPriceAt(tick) };
      const liquidity = toLiquidity(at, amounts);
      const [cost, given] = [toCost(at, liquidity), toAmounts(at, liquidity)];
      expect(cost.every((each, index) => each <= (amounts[index] ?? 0n))).toBe(true);
      expect(given.every((each, index) => each <= (cost[index] ?? 0n))).toBe(true);
      expect(cost.some((each, index) => (amounts[index] ?? 0n) - each < 10n)).toBe(true);
    }
  });

  test('is worth nothing where the token that it lies in is missing', () => {
    expect(toLiquidity(range, [amounts[0], 0n])).toBe(0n);
    expect(toLiquidity({ ...range, price: sqrtPriceAt(-2_000) }, [amounts[0], 0n])).toBeGreaterThan(0n);
  });

  test('is slipped by prices, not by their roots', () => {
    const { down, up } = slipped(range, decimal('0.19'));
    expect(toPrice(first, down.price).div(toPrice(first, range.price)).toFixed(9)).toBe('0.810000000');
    expect(toPrice(first, up.price).div(toPrice(first, range.price)).toFixed(9)).toBe('1.190000000');
  });
});
