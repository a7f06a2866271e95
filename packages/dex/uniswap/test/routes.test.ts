import { fromUnits, type DexConnector, type Fill } from '@hb/connector-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { openLab, type Lab } from './support/lab.js';
import { deployOddTokens, type OddTokens } from './support/odd-tokens.js';

let lab: Lab;
let tokens: OddTokens;
let snapshot: unknown;
let connector: DexConnector;

beforeAll(async () => {
  lab = await openLab();
  tokens = await deployOddTokens(lab);
}, 60_000);
afterAll(() => lab.anvil.stop());
beforeEach(async () => {
  snapshot = await lab.anvil.rpc('evm_snapshot');
  connector = lab.connect();
});
afterEach(async () => {
  await connector.stop();
  await lab.anvil.rpc('evm_revert', snapshot);
});

const amounts = [
  ['sell', 'base'],
  ['sell', 'quote'],
  ['buy', 'base'],
  ['buy', 'quote'],
] as const;

// Neither has a pool with USDC: one has one of V2 with WETH, the other one of V3.
describe.each([
  ['V2', 'base', 'short', 6, '1', '200'],
  ['V2', 'quote', 'short', 6, '1', '200'],
  ['V3', 'base', 'rare', 18, '0.5', '900'],
  ['V3', 'quote', 'rare', 18, '0.5', '900'],
] as const)(
  'tokens that have pools of %s with WETH alone, the odd one as %s',
  (_, place, name, places, odd, dollars) => {
    test.each(amounts)('are swapped by way of it, as quoted and to the last unit: %s in %s', async (side, amountIn) => {
      const [pair, base, quoted, decimals] =
        place === 'base'
          ? ([`${tokens[name]}-USDC`, odd, dollars, [places, 6]] as const)
          : ([`USDC-${tokens[name]}`, dollars, odd, [6, places]] as const);
      await connector.start({ pairs: [pair] });
      const amount = amountIn === 'base' ? base : quoted;
      const quote = await connector.quote(pair, side, amountIn === 'base' ? { base } : { quote: quoted });
      const holdings = async (): Promise<readonly [bigint, bigint]> => {
        const [ofOdd, ofDollars] = [await tokens.balanceOf(tokens[name]), await tokens.balanceOf(lab.usdc.id)];
        return place === 'base' ? [ofOdd, ofDollars] : [ofDollars, ofOdd];
      };
      const [baseBefore, quoteBefore] = await holdings();
      const fills: Fill[] = [];
      connector.on('order-filled', ({ fill }) => fills.push(fill));
      const placed = await connector.place({ pair, side, type: 'market', amount, amountIn });
      const order = await connector.closed(placed.clientOrderId);
      const [baseAfter, quoteAfter] = await holdings();
      const sign = side === 'buy' ? 1n : -1n;
      const moved = {
        base: fromUnits(sign * (baseAfter - baseBefore), decimals[0]),
        quote: fromUnits(sign * (quoteBefore - quoteAfter), decimals[1]),
      };
      expect(order).toMatchObject({ state: 'filled', filled: moved.base });
      expect(fills.map((fill) => [fill.amount, fill.amount.times(fill.price).toFixed(decimals[1])])).toEqual([
        [moved.base, moved.quote.toFixed(decimals[1])],
      ]);
      expect(moved).toEqual({ base: quote.base, quote: quote.quote });
      expect(quote.impact?.gt('0')).toBe(true);
      expect(await lab.leftover()).toBe(0n);
    });
  },
);

test('what both of its tokens take on the way counts as impact', async () => {
  const pair = `${tokens.short}-USDC`;
  await connector.start({ pairs: [pair] });
  const [small, large] = [
    await connector.quote(pair, 'sell', { base: '1' }),
    await connector.quote(pair, 'sell', { base: '100' }),
  ];
  expect(small.impact?.lt('0.002')).toBe(true);
  expect(large.impact?.gt('0.08')).toBe(true);
  expect(large.atWorst?.quote.toFixed(6)).toBe(large.quote.times('0.995').round(6, 0).toFixed(6));
});

test('a pool of its own that gives less is passed by', async () => {
  const pair = `${tokens.short}-USDC`;
  await connector.start({ pairs: [pair] });
  const byWay = await connector.quote(pair, 'sell', { base: '1' });
  await tokens.openDear(tokens.short, 250_000_000n);
  await connector.refresh('markets');
  expect(await connector.quote(pair, 'sell', { base: '1' })).toMatchObject({ quote: byWay.quote });
});

test('the swap with less gas is taken where gas costs more than the price gains', async () => {
  const pair = `${tokens.short}-USDC`;
  await connector.start({ pairs: [pair] });
  const byWay = await connector.quote(pair, 'sell', { base: '1' });
  // It gives a hundredth less than the two pools on the way.
  await tokens.openDear(tokens.short, 50_500_000n);
  await connector.refresh('markets');
  expect(await connector.quote(pair, 'sell', { base: '1' })).toMatchObject({ quote: byWay.quote });
  await lab.anvil.rpc('anvil_setNextBlockBaseFeePerGas', `0x${(400n * 10n ** 9n).toString(16)}`);
  await lab.anvil.rpc('evm_mine');
  const direct = await connector.quote(pair, 'sell', { base: '1' });
  expect(direct.quote.lt(byWay.quote)).toBe(true);
});

test('there is no market of tokens that have no pool in common', async () => {
  await connector.start();
  await expect(connector.quote(`${tokens.taxed}-${tokens.rare}`, 'sell', { base: '1' })).rejects.toMatchObject({
    kind: 'invalid-request',
  });
});
