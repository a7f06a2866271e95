import { decimal, fromUnits, toUnits, type Decimal } from '@hb/connector-core';
import { useLab } from '@hb/lab/stage';
import { amountOf, asks, impactOf, quoteOf, toTokens, trade } from '@hb/lab/swaps';
import { numberToHex } from 'viem';
import { beforeAll, describe, expect, test } from 'vitest';

import { openLab, type Version } from './support/lab.js';

const stage = useLab(openLab);

/** The fees of V2 and of this pool of V3 are the same, a quarter of a hundredth, and so is what was put in. */
const terms = { fee: '0.0025', pool: { WBNB: '500', USDT: '300000' } };
const amounts = { WBNB: '1.5', USDT: '900' };

/** Pools are dearest when they are first traded in: from then on they write over what they have written before. */
async function warmUp(version: Version): Promise<void> {
  const connector = stage.lab.connect(version);
  await connector.start({ pairs: ['WBNB-USDT'] });
  await stage.lab.anvil.rpc('evm_increaseTime', 10);
  for (const side of ['sell', 'buy'] as const) {
    const order = { pair: 'WBNB-USDT', side, type: 'market', amount: '0.000001' } as const;
    await connector.closed((await connector.place(order)).clientOrderId);
  }
  await stage.lab.anvil.rpc('evm_increaseTime', 10);
  await connector.stop();
}

function isWithin(value: Decimal | undefined, low: Decimal, high: Decimal): boolean {
  return value !== undefined && value.gte(low) && value.lte(high);
}

describe.each(['v2', 'v3'] as const)('a pool of %s that stands alone', (version) => {
  beforeAll(() => warmUp(version));

  // One token is the first one of the pool, the other one the second: each of them is the base, and the quote.
  describe.each(['WBNB-USDT', 'USDT-WBNB'])('and is traded as %s', (pair) => {
    test.each(asks)('fills an order to %s in %s as it was quoted, to the last unit', async (side, amountIn) => {
      const ask = { pair, side, amountIn };
      const { base, quote, asked } = toTokens(ask);
      const { lab } = stage;
      const connector = await stage.connect([pair], version);
      const quoted = await quoteOf(connector, ask, amounts);
      const order = { ...ask, type: 'market', amount: amountOf(amounts, asked) } as const;
      const traded = await trade(lab, [lab.wbnb, lab.usdt, lab.cake], connector, order);

      expect(traded).toMatchObject(await lab.find(version));
      const sign = side === 'buy' ? '1' : '-1';
      expect(traded.change).toEqual({ [base]: quoted.base.times(sign), [quote]: quoted.quote.times(sign).neg() });
      expect(traded.fills).toMatchObject([{ amount: quoted.base, side }]);
      expect(traded.fills.map(({ amount, price }) => amount.times(price).toFixed(18))).toEqual([
        quoted.quote.toFixed(18),
      ]);
      expect(traded.order).toMatchObject({ state: 'filled', fillsComplete: true, filled: quoted.base });
      expect(traded.order.fees).toEqual([{ asset: 'BNB', amount: traded.paid }]);
      const [fee] = quoted.fees;

      expect(fee?.asset).toBe('BNB');
      expect(isWithin(fee?.amount, traded.paid.times('0.85'), traded.paid.times('1.15'))).toBe(true);
    });

    test.each(asks)(
      'tells of an order to %s in %s what it moves, and what it gives at worst',
      async (side, amountIn) => {
        const ask = { pair, side, amountIn };
        const quoted = await quoteOf(await stage.connect([pair], version), ask, amounts);
        const expected = impactOf(ask, terms, amounts);
        expect(isWithin(quoted.impact, expected.minus('0.000001'), expected.plus('0.000001'))).toBe(true);
        const { spent, asked, open } = toTokens(ask);
        const left = amountIn === 'base' ? 'quote' : 'base';
        const worst = (toUnits(quoted[left], 18) * (open === spent ? 1_005n : 995n)) / 1_000n;
        expect(quoted.atWorst).toEqual({ [amountIn]: decimal(amountOf(amounts, asked)), [left]: fromUnits(worst, 18) });
      },
    );
  });

  test.each([
    [0, 'filled'],
    [1, 'rejected'],
  ] as const)('takes a swap up to its last second: %s s after it, it is %s', async (after, state) => {
    const { lab } = stage;
    const connector = await stage.connect(['WBNB-USDT'], version);
    await stage.hold();
    const order = { pair: 'WBNB-USDT', side: 'sell', type: 'market', amount: '1', sendWithinMs: 45_000 } as const;
    const { clientOrderId, createdAt } = await stage.through(1, connector.place(order));
    await stage.waiting(1);
    const before = [await lab.balanceOf(lab.wbnb), await lab.balanceOf(lab.usdt)];
    // Contracts count in seconds.
    const deadline = Math.floor((createdAt + order.sendWithinMs) / 1_000);
    await lab.anvil.rpc('evm_setNextBlockTimestamp', numberToHex(deadline + after));
    await stage.mine();
    const closed = await connector.closed(clientOrderId);
    expect(closed).toMatchObject({ state, filled: decimal(state === 'filled' ? '1' : '0'), fees: [{ asset: 'BNB' }] });
    const moved = [await lab.balanceOf(lab.wbnb), await lab.balanceOf(lab.usdt)];
    if (state === 'rejected') expect(moved).toEqual(before);
    else expect(moved).not.toEqual(before);
  });
});
