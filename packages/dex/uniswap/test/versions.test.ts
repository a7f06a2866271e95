import { decimal, fromUnits, toUnits, type Decimal, type DexConnector } from '@hb/connector-core';
import { useLab } from '@hb/lab/stage';
import { beforeAll, describe, expect, test } from 'vitest';

import { openLab, type Version } from './support/lab.js';
import { asks, decimals, impactOf, pairs, quoteOf, toTokens, trade } from './support/swap-table.js';
import { findPool, readSwaps } from './support/swapped.js';

const stage = useLab(openLab);

/** What is in the pool at all prices, its fee as a fraction, and what a swap takes or gives. */
const versions = [
  ['V2', { fee: '0.003', pool: { WETH: '500', USDC: '1000000' }, amounts: { WETH: '1.5', USDC: '3000' } }],
  ['V3', { fee: '0.0005', pool: { WETH: '500', USDC: '1000000' }, amounts: { WETH: '1.5', USDC: '3000' } }],
  ['V4', { fee: '0.003', pool: { WETH: '50', USDC: '100000' }, amounts: { WETH: '0.5', USDC: '1000' } }],
  // The last, as the other pool of V4 is emptied for it.
  ['V4, of the coin', { fee: '0.0005', pool: { WETH: '5', USDC: '10000' }, amounts: { WETH: '0.01', USDC: '20' } }],
] as const;

function connect(version: Version, ...named: readonly string[]): Promise<DexConnector> {
  return stage.connect(named, {}, stage.lab.alone(version));
}

function isWithin(value: Decimal | undefined, low: Decimal, high: Decimal): boolean {
  return value !== undefined && value.gte(low) && value.lte(high);
}

/** Pools are dearest when they are first traded in: from then on they write over what they have written before. */
async function warmUp(version: Version): Promise<void> {
  const pair = 'WETH-USDC';
  const connector = stage.lab.connect({}, stage.lab.alone(version));
  await connector.start({ pairs: [pair] });
  // The other pool of V4 is emptied: what the owner has put into it is all that it has.
  if (version === 'V4, of the coin') {
    const closing = await connector.liquidity?.submit({ action: 'close', pair, positionId: 'v4:1' });
    expect(await connector.liquidity?.done(closing?.operationId ?? '')).toMatchObject({ state: 'done' });
  }
  await stage.lab.anvil.rpc('evm_increaseTime', 10);
  for (const side of ['sell', 'buy'] as const) {
    const { clientOrderId } = await connector.place({ pair, side, type: 'market', amount: '0.000001' });
    await connector.closed(clientOrderId);
  }
  await stage.lab.anvil.rpc('evm_increaseTime', 10);
  await connector.stop();
}

describe.each(versions)('a pool of %s that stands alone', (version, terms) => {
  const { amounts } = terms;

  beforeAll(() => warmUp(version));

  describe.each(pairs)('and is traded as %s', (pair) => {
    test.each(asks)('fills an order to %s in %s as it was quoted, to the last unit', async (side, amountIn) => {
      const ask = { pair, side, amountIn };
      const { base, quote, spent, received, asked } = toTokens(ask);
      const connector = await connect(version, pair);
      const quoted = await quoteOf(connector, ask, amounts);
      const { order, fills, change, paid } = await trade(stage.lab, connector, {
        ...{ ...ask, type: 'market', amount: amounts[asked] },
      });

      // Nothing but this pool was used, through the Universal Router, which gives everything on.
      const pools = [await findPool(stage.lab, version)];
      expect(await readSwaps(stage.lab, order.orderId)).toEqual({ to: stage.lab.contracts.router, pools });
      expect(await stage.lab.leftover()).toBe(0n);

      const [fill] = fills;
      expect(fills).toHaveLength(1);
      expect(order).toMatchObject({ state: 'filled', fillsComplete: true, filled: change[base].abs() });
      expect(fill?.amount).toEqual(change[base].abs());
      expect(fill?.amount.times(fill.price).toFixed(decimals[quote])).toBe(
        change[quote].abs().toFixed(decimals[quote]),
      );
      const [takes, gives] = side === 'sell' ? [quoted.base, quoted.quote] : [quoted.quote, quoted.base];
      expect([change[spent].neg(), change[received]]).toEqual([takes, gives]);
      expect(order.fees).toEqual([{ asset: 'ETH', amount: paid }]);
      const [fee] = quoted.fees;
      expect(fee?.asset).toBe('ETH');
      expect(isWithin(fee?.amount, paid.times('0.9'), paid.times('1.1'))).toBe(true);
    });

    test.each(asks)(
      'tells of an order to %s in %s what it moves, and what it gives at worst',
      async (side, amountIn) => {
        const ask = { pair, side, amountIn };
        const quoted = await quoteOf(await connect(version, pair), ask, amounts);
        const expected = impactOf(ask, terms, amounts);
        expect(isWithin(quoted.impact, expected.minus('0.000001'), expected.plus('0.000001'))).toBe(true);
        const { base, quote, spent, asked } = toTokens(ask);
        const open = asked === base ? quote : base;
        const [exact, left] = asked === base ? (['base', 'quote'] as const) : (['quote', 'base'] as const);
        const units = toUnits(quoted[left], decimals[open]);
        const worst = (units * (open === spent ? 1_005n : 995n)) / 1_000n;
        expect(quoted.atWorst).toEqual({ [exact]: decimal(amounts[asked]), [left]: fromUnits(worst, decimals[open]) });
      },
    );
  });
});
