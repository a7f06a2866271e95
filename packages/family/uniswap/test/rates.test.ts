import { encodeAbiParameters, parseAbiParameters } from 'viem/utils';
import { describe, expect, test } from 'vitest';

import { toRate, toRating } from '../src/rates.js';

const [first, second] = [
  '0x0000000000000000000000000000000000000001',
  '0x0000000000000000000000000000000000000002',
] as const;
const pair = { version: 'v2', name: 'v2', address: '0x0000000000000000000000000000000000000003', fee: 3_000 } as const;

/** 500 of a token of 18 decimals and 1,000,000 of one of 6. */
const reserves = encodeAbiParameters(parseAbiParameters('uint112, uint112, uint32'), [
  ...([500n * 10n ** 18n, 10n ** 12n, 0] as const),
]);

describe('a pair of V2', () => {
  // As Router02 answers. https://docs.uniswap.org/contracts/v2/reference/smart-contracts/library#getamountout
  test.each([
    ['its first token', first, second, 1_500_000_000_000_000_000n, 2_982_080_596n],
    ['its second token', second, first, 3_000_000_000n, 1_491_040_298_467_284_352n],
  ] as const)('gives for %s what its contracts give, to the last unit', (_, tokenIn, tokenOut, amount, gives) => {
    expect(toRating(pair, tokenIn, tokenOut).read(reserves).give?.(amount)).toBe(gives);
  });

  test('has the price of both amounts after its fee', () => {
    const [gives, takes] = toRating(pair, first, second).read(reserves).rate;
    expect((gives * 10n ** 24n) / takes).toBe(1_994_000_000_000_000n);
  });
});

describe('a price of V3', () => {
  // Twice as much of the second token as of the first one.
  const root = 112_045_541_949_572_279_837_463_876_454n;

  test.each([
    [true, 1_000_000n, 1_999_999n],
    [false, 1_000_000n, 500_000n],
  ])('is that of a swap in its direction: forward %s', (isForward, amount, expected) => {
    const [gives, takes] = toRate(root, isForward, 0);
    expect((amount * gives) / takes).toBe(expected);
  });

  test('is less by the fee', () => {
    const [[gives, takes], [all, whole]] = [toRate(root, true, 500), toRate(root, true, 0)];
    expect(gives * whole * 1_000_000n).toBe(all * takes * 999_500n);
  });
});
