import { decimal, type Decimal, type DexConnector, type Fill } from '@hb/connector-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { openLab, type Lab } from './support/lab.js';
import { deployOddTokens, type OddTokens } from './support/odd-tokens.js';

let lab: Lab;
let tokens: OddTokens;
let snapshot: unknown;
let connector: DexConnector;
let fills: Fill[];

beforeAll(async () => {
  lab = await openLab();
  tokens = await deployOddTokens(lab);
}, 60_000);
afterAll(() => lab.anvil.stop());
beforeEach(async () => {
  snapshot = await lab.anvil.rpc('evm_snapshot');
  fills = [];
  connector = lab.connect();
  connector.on('order-filled', ({ fill }) => fills.push(fill));
  await connector.start({ pairs: [`${tokens.taxed}-WETH`, `${tokens.short}-WETH`] });
});
afterEach(async () => {
  await connector.stop();
  await lab.anvil.rpc('evm_setAutomine', true);
  await lab.anvil.rpc('evm_revert', snapshot);
});

/** What the owner has of a token and of WETH, in their smallest units. */
async function holdings(token: string): Promise<readonly [bigint, bigint]> {
  return [await tokens.balanceOf(token), await tokens.balanceOf(lab.weth.id)];
}

function unitsOf(amount: Decimal | undefined, decimals: number): string | undefined {
  return amount?.times(`1e${decimals}`).toFixed(0);
}

/** The fill says what the chain moved, to the last unit; so do the balances. */
async function checkFill(token: string, decimals: number, before: readonly [bigint, bigint]): Promise<void> {
  const after = await holdings(token);
  const [fill] = fills;
  const sign = fill?.side === 'buy' ? 1n : -1n;
  expect(fills).toHaveLength(1);
  expect(fill?.amount.times(`1e${decimals}`).toFixed()).toBe(String(sign * (after[0] - before[0])));
  expect(unitsOf(fill?.amount.times(fill.price), 18)).toBe(String(sign * (before[1] - after[1])));
  await connector.refresh('balances');
  expect(connector.balances().get(token)?.total.times(`1e${decimals}`).toFixed()).toBe(String(after[0]));
}

const market = { type: 'market', maxSlippage: '0.03' } as const;

describe('a token that is taxed when it moves', () => {
  test.each([
    ['sell', 'base', '10'],
    ['buy', 'quote', '1'],
  ] as const)('is filled with what is left after its tax: %s in %s', async (side, amountIn, amount) => {
    const before = await holdings(tokens.taxed);
    const pair = `${tokens.taxed}-WETH`;
    const { clientOrderId } = await connector.place({ ...market, pair, side, amountIn, amount });
    const order = await connector.closed(clientOrderId);
    expect(order).toMatchObject({ state: 'filled', fillsComplete: true });
    await checkFill(tokens.taxed, 18, before);
  });

  test('is not traded when its tax is above the bound', async () => {
    const order = {
      ...market,
      maxSlippage: '0.005',
      pair: `${tokens.taxed}-WETH`,
      side: 'sell',
      amount: '10',
    } as const;
    await expect(connector.place(order)).rejects.toMatchObject({ outcome: 'not-sent' });
    expect(fills).toEqual([]);
  });

  test('is filled at what another account left of the price', async () => {
    const pair = `${tokens.taxed}-WETH`;
    const before = await holdings(tokens.taxed);
    const quote = await connector.quote(pair, 'buy', { quote: '1' });
    await lab.anvil.rpc('evm_setAutomine', false);
    const placing = connector.place({
      ...market,
      maxSlippage: '0.2',
      pair,
      side: 'buy',
      amountIn: 'quote',
      amount: '1',
    });
    // The token allows Permit2, and Permit2 the router.
    for (let approval = 0; approval < 2; approval += 1) {
      await pending(1);
      await lab.anvil.rpc('evm_mine');
    }
    const { clientOrderId } = await placing;
    await tokens.disturb(tokens.taxed, 5n * 10n ** 18n);
    await pending(2);
    await lab.anvil.rpc('evm_mine');
    const order = await connector.closed(clientOrderId);
    expect(order.filled.lt(quote.base.times('0.95'))).toBe(true);
    await checkFill(tokens.taxed, 18, before);
  });
});

describe('a token of 6 decimals', () => {
  test('says so itself', () => {
    expect(connector.markets.get(`${tokens.short}-WETH`)?.amount.step).toEqual(decimal('0.000001'));
  });

  test.each([
    ['sell', 'base', '12.345678'],
    ['buy', 'base', '12.345678'],
    ['buy', 'quote', '0.123456789012345678'],
    ['sell', 'quote', '0.123456789012345678'],
  ] as const)('is filled to the last unit: %s in %s', async (side, amountIn, amount) => {
    const before = await holdings(tokens.short);
    const pair = `${tokens.short}-WETH`;
    const { clientOrderId } = await connector.place({ ...market, pair, side, amountIn, amount });
    expect((await connector.closed(clientOrderId)).state).toBe('filled');
    await checkFill(tokens.short, 6, before);
  });

  test('is rounded down to its last unit, and refused when it must not be', async () => {
    const before = await holdings(tokens.short);
    const order = { ...market, pair: `${tokens.short}-WETH`, side: 'sell', amount: '1.2345678' } as const;
    await expect(connector.place({ ...order, exact: true })).rejects.toMatchObject({ outcome: 'not-sent' });
    const { clientOrderId } = await connector.place(order);
    expect((await connector.closed(clientOrderId)).filled).toEqual(decimal('1.234567'));
    await checkFill(tokens.short, 6, before);
  });
});

describe('the native coin', () => {
  test.each(['sell', 'buy'] as const)('is wrapped and unwrapped as an order: %s', async (side) => {
    const coins = async (): Promise<bigint> =>
      BigInt(String(await lab.anvil.rpc('eth_getBalance', lab.owner, 'latest')));
    const before = [await coins(), await tokens.balanceOf(lab.weth.id)] as const;
    const { clientOrderId } = await connector.place({ pair: 'ETH-WETH', side, type: 'market', amount: '1.25' });
    const order = await connector.closed(clientOrderId);
    expect(order).toMatchObject({ state: 'filled', filled: decimal('1.25'), averagePrice: decimal('1') });
    const fee = BigInt(unitsOf(order.fees[0]?.amount, 18) ?? '0');
    const moved = (side === 'sell' ? 1n : -1n) * 1_250_000_000_000_000_000n;
    expect([await coins(), await tokens.balanceOf(lab.weth.id)]).toEqual([before[0] - moved - fee, before[1] + moved]);
  });
});

/** Until so many transactions wait to be included. */
async function pending(count: number): Promise<void> {
  for (;;) {
    const status: unknown = await lab.anvil.rpc('txpool_status');
    if (Number(Reflect.get(Object(status), 'pending')) === count) return;
  }
}
