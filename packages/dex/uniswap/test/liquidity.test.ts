import {
  decimal,
  fromUnits,
  type DexConnector,
  type Liquidity,
  type LiquidityRequest,
  type Operation,
} from '@hb/connector-core';
import { numberToHex } from 'viem';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { openLab, type Lab } from './support/lab.js';

const pair = 'WETH-USDC';
let lab: Lab;
let snapshot: unknown;
let connector: DexConnector;

beforeAll(async () => {
  lab = await openLab();
}, 60_000);
afterAll(() => lab.anvil.stop());
beforeEach(async () => {
  snapshot = await lab.anvil.rpc('evm_snapshot');
  connector = lab.connect();
  await connector.start({ pairs: [pair] });
});
afterEach(async () => {
  await connector.stop();
  await lab.anvil.rpc('evm_revert', snapshot);
});

function liquidity(): Liquidity {
  if (connector.liquidity === undefined) throw new Error('no liquidity');
  return connector.liquidity;
}

/** What an operation did, beside what the account's balances did by it; both in tokens, positive when something came. */
async function run(request: LiquidityRequest): Promise<{
  readonly operation: Operation;
  readonly base: string;
  readonly quote: string;
}> {
  const before = [await lab.balanceOf(lab.weth), await lab.balanceOf(lab.usdc)] as const;
  const { operationId } = await liquidity().submit(request);
  const operation = await liquidity().done(operationId);
  return {
    operation,
    base: fromUnits((await lab.balanceOf(lab.weth)) - before[0], 18).toFixed(),
    quote: fromUnits((await lab.balanceOf(lab.usdc)) - before[1], 6).toFixed(),
  };
}

/** In and out, fees included. */
function came({ moved }: Operation): { readonly base: string | undefined; readonly quote: string | undefined } {
  return { base: moved?.base.plus(moved.baseFees).toFixed(), quote: moved?.quote.plus(moved.quoteFees).toFixed() };
}

function went({ moved }: Operation): { readonly base: string | undefined; readonly quote: string | undefined } {
  return { base: moved?.base.neg().toFixed(), quote: moved?.quote.neg().toFixed() };
}

async function trade(): Promise<void> {
  const order = await connector.place({ pair, side: 'sell', type: 'market', amount: '20', maxSlippage: '0.2' });
  await connector.closed(order.clientOrderId);
}

test('pools tell their prices and fees', async () => {
  const pools = await liquidity().pools(pair);
  expect(pools.map(({ pool, shape, fee }) => [pool, shape, fee.toFixed()])).toEqual([
    ['v2', 'amm', '0.003'],
    ['v3:500', 'clmm', '0.0005'],
    ['v4:3000', 'clmm', '0.003'],
  ]);
  expect(new Set(pools.map(({ price }) => price.toFixed(6)))).toEqual(new Set(['2000.000000']));
});

const range = { action: 'open', pair, lower: '1800', upper: '2200', base: '10', quote: '25000' } as const;

describe.each([
  ['V3', 'v3:500', 'v3:2'],
  ['V4', 'v4:3000', 'v4:3'],
])('a range on %s', (version, pool, id) => {
  const open = { ...range, pool };

  beforeEach(async () => {
    if (version !== 'V4') return;
    // So that orders trade in its pool.
    await connector.stop();
    connector = lab.connect({}, lab.v4);
    await connector.start({ pairs: [pair] });
  });

  test('lives from its opening to its closing, each amount as the chain moved it', async () => {
    const opened = await run(open);
    const { positionId = '' } = opened.operation;
    expect(opened).toMatchObject({ operation: { state: 'done', positionId: id }, ...went(opened.operation) });
    const [position] = (await liquidity().positions(pair)).filter((each) => each.positionId === positionId);
    // Within half a step of the pool, of 10 or of 60 ticks.
    expect(position?.lower?.div('1800').minus('1').abs().lt('0.00301')).toBe(true);
    expect(position?.upper?.div('2200').minus('1').abs().lt('0.00301')).toBe(true);
    // Rounded to the pool's favour, one unit at most.
    expect(
      decimal(opened.base)
        .neg()
        .minus(position?.base ?? '0')
        .times('1e18')
        .lte('1'),
    ).toBe(true);

    const added = await run({ action: 'add', pair, positionId, base: '5', quote: '12500' });
    expect(added).toMatchObject({ operation: { state: 'done' }, ...went(added.operation) });
    await trade();

    const [earning] = (await liquidity().positions(pair)).filter((each) => each.positionId === positionId);
    expect(earning?.baseFees?.gt('0')).toBe(true);
    const collected = await run({ action: 'collect', pair, positionId });
    expect(collected).toMatchObject({
      operation: { moved: { base: decimal('0'), quote: decimal('0'), baseFees: earning?.baseFees } },
      ...came(collected.operation),
    });

    const [whole] = (await liquidity().positions(pair)).filter((each) => each.positionId === positionId);
    const part = await run({ action: 'remove', pair, positionId, share: '0.25' });
    expect(part).toMatchObject({ operation: { state: 'done' }, ...came(part.operation) });
    expect(part.operation.moved?.base.toFixed(12)).toBe(whole?.base.times('0.25').toFixed(12));
    const [rest] = (await liquidity().positions(pair)).filter((each) => each.positionId === positionId);
    expect(rest?.base.toFixed(12)).toBe(whole?.base.times('0.75').toFixed(12));

    await trade();
    const [last] = (await liquidity().positions(pair)).filter((each) => each.positionId === positionId);
    const closed = await run({ action: 'close', pair, positionId });
    expect(closed).toMatchObject({ operation: { state: 'done' }, ...came(closed.operation) });
    expect(closed.operation.moved).toEqual({
      ...{ base: last?.base, quote: last?.quote, baseFees: last?.baseFees, quoteFees: last?.quoteFees },
    });
    expect((await liquidity().positions(pair)).some((each) => each.positionId === positionId)).toBe(false);
  }, 30_000);

  test('beside the price takes one token', async () => {
    const opened = await run({ ...open, lower: '2100', upper: '2400', quote: '0' });
    expect(opened.quote).toBe('0');
    expect(decimal(opened.base).plus('10').abs().lt('1e-6')).toBe(true);
    expect(opened.operation.moved?.base.toFixed()).toBe(decimal(opened.base).neg().toFixed());
  });

  test('around the price is refused with one token alone', async () => {
    await expect(liquidity().submit({ ...open, quote: '0' })).rejects.toMatchObject({ outcome: 'not-sent' });
    expect(liquidity().operations()).toMatchObject([{ state: 'not-sent' }]);
  });
});

test('a range of which the price has left what slippage allows is reverted, and costs its gas', async () => {
  await lab.anvil.rpc('evm_setAutomine', false);
  const submitting = liquidity().submit({ ...range, pool: 'v3:500', maxSlippage: '0.001' });
  // Of each token.
  for (let approval = 0; approval < 2; approval += 1) {
    await pending();
    await lab.anvil.rpc('evm_mine');
  }
  const { operationId } = await submitting;
  await lab.disturb(50n * 10n ** 18n);
  await lab.anvil.rpc('evm_setAutomine', true);
  await lab.anvil.rpc('evm_mine');
  const operation = await liquidity().done(operationId);
  expect(operation).toMatchObject({ state: 'failed', error: { message: expect.stringContaining('reverted') } });
  expect(operation.moved).toBeUndefined();
  expect(operation.fees).toEqual([{ asset: 'ETH', amount: expect.anything() }]);
});

test('a range that is included after its time is reverted, and costs its gas', async () => {
  await lab.anvil.rpc('evm_setAutomine', false);
  const submitting = liquidity().submit({ ...range, pool: 'v3:500', sendWithinMs: 45_000 });
  // Of each token.
  for (let approval = 0; approval < 2; approval += 1) {
    await pending();
    await lab.anvil.rpc('evm_mine');
  }
  const { operationId, createdAt } = await submitting;
  await pending();
  const before = [await lab.balanceOf(lab.weth), await lab.balanceOf(lab.usdc)];
  // Contracts count in seconds.
  const late = Math.floor((createdAt + 45_000) / 1_000) + 2;
  await lab.anvil.rpc('evm_setNextBlockTimestamp', numberToHex(late));
  await lab.anvil.rpc('evm_mine');
  await lab.anvil.rpc('evm_setAutomine', true);
  const operation = await liquidity().done(operationId);
  expect(operation).toMatchObject({ state: 'failed', error: { message: expect.stringContaining('reverted') } });
  expect(operation.moved).toBeUndefined();
  expect(operation.fees).toEqual([{ asset: 'ETH', amount: expect.anything() }]);
  expect([await lab.balanceOf(lab.weth), await lab.balanceOf(lab.usdc)]).toEqual(before);
});

describe('shares of V2', () => {
  test('live from the first to the last, each amount as the chain moved it', async () => {
    const [before] = await liquidity().positions(pair);
    const opened = await run({ action: 'open', pair, pool: 'v2', base: '10' });
    expect(opened).toMatchObject({ operation: { state: 'done', positionId: 'v2' }, ...went(opened.operation) });
    expect(opened.quote).toBe('-20000');
    const added = await run({ action: 'add', pair, positionId: 'v2', base: '5' });
    expect(added).toMatchObject({ operation: { state: 'done' }, ...went(added.operation) });
    expect([added.base, added.quote]).toEqual(['-5', '-10000']);
    const part = await run({ action: 'remove', pair, positionId: 'v2', share: '0.5' });
    expect(part).toMatchObject({ operation: { state: 'done' }, ...came(part.operation) });
    const [held] = await liquidity().positions(pair);
    expect(held?.base.toFixed(9)).toBe(before?.base.plus('15').times('0.5').toFixed(9));
    const closed = await run({ action: 'close', pair, positionId: 'v2' });
    expect(closed.operation.moved?.quote).toEqual(held?.quote);
    expect((await liquidity().positions(pair)).some(({ positionId }) => positionId === 'v2')).toBe(false);
  });

  test('have no fees to collect', async () => {
    await expect(liquidity().submit({ action: 'collect', pair, positionId: 'v2' })).rejects.toMatchObject({
      message: expect.stringContaining('fees stay in pools of V2'),
    });
  });
});

/** Until a transaction waits to be included. */
async function pending(): Promise<void> {
  for (;;) {
    const status: unknown = await lab.anvil.rpc('txpool_status');
    if (Number(Reflect.get(Object(status), 'pending')) === 1) return;
  }
}
