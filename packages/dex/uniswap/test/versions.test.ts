import { decimal, fromUnits, toUnits, type Decimal, type DexConnector } from '@hb/connector-core';
import { useLab } from '@hb/lab/stage';
import { amountOf, asks, impactOf, quoteOf, toTokens, trade } from '@hb/lab/swaps';
import { beforeAll, describe, expect, test } from 'vitest';

import { openLab, type Version } from './support/lab.js';
import { findPool } from './support/pools.js';

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

function decimalsOf(token: string): number {
  return token === 'WETH' ? 18 : 6;
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

  // One token is the first one of the pool, the other one the second: each of them is the base, and the quote.
  describe.each(['WETH-USDC', 'USDC-WETH'])('and is traded as %s', (pair) => {
    test.each(asks)('fills an order to %s in %s as it was quoted, to the last unit', async (side, amountIn) => {
      const ask = { pair, side, amountIn };
      const { base, quote, asked } = toTokens(ask);
      const { lab } = stage;
      const connector = await connect(version, pair);
      const quoted = await quoteOf(connector, ask, amounts);
      const order = { ...ask, type: 'market', amount: amountOf(amounts, asked) } as const;
      const traded = await trade(lab, [lab.weth, lab.usdc], connector, order);

      // Nothing but this pool was used, through the Universal Router, which gives everything on.
      expect(traded).toMatchObject({ called: lab.contracts.router, pools: [await findPool(lab, version)] });
      expect(await lab.leftover()).toBe(0n);

      const sign = side === 'buy' ? '1' : '-1';
      expect(traded.change).toEqual({ [base]: quoted.base.times(sign), [quote]: quoted.quote.times(sign).neg() });
      expect(traded.fills).toMatchObject([{ amount: quoted.base, side }]);
      expect(traded.fills.map(({ amount, price }) => amount.times(price).toFixed(decimalsOf(quote)))).toEqual([
        quoted.quote.toFixed(decimalsOf(quote)),
      ]);
      expect(traded.order).toMatchObject({ state: 'filled', fillsComplete: true, filled: quoted.base });
      expect(traded.order.fees).toEqual([{ asset: 'ETH', amount: traded.paid }]);
      const [fee] = quoted.fees;
      expect(fee?.asset).toBe('ETH');
      expect(isWithin(fee?.amount, traded.paid.times('0.85'), traded.paid.times('1.15'))).toBe(true);
    });

    test.each(asks)(
      'tells of an order to %s in %s what it moves, and what it gives at worst',
      async (side, amountIn) => {
        const ask = { pair, side, amountIn };
        const quoted = await quoteOf(await connect(version, pair), ask, amounts);
        const expected = impactOf(ask, terms, amounts);
        expect(isWithin(quoted.impact, expected.minus('0.000001'), expected.plus('0.000001'))).toBe(true);
        const { spent, asked, open } = toTokens(ask);
        const left = amountIn === 'base' ? 'quote' : 'base';
        const units = toUnits(quoted[left], decimalsOf(open));
        const worst = fromUnits((units * (open === spent ? 1_005n : 995n)) / 1_000n, decimalsOf(open));
        expect(quoted.atWorst).toEqual({ [amountIn]: decimal(amountOf(amounts, asked)), [left]: worst });
      },
    );
  });
});
