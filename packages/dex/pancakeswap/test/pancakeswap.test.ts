import {
  decimal,
  fromUnits,
  sum,
  type DexConnector,
  type LiquidityRequest,
  type Operation,
  type PublicTrade,
} from '@hb/connector-core';
import { trade } from '@hb/lab/swaps';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { pancakeswap } from '../src/index.js';
import { openLab, type Lab } from './support/lab.js';

const pair = 'WBNB-USDT';
let lab: Lab;
let snapshot: unknown;
let connector: DexConnector;

beforeAll(async () => {
  lab = await openLab();
}, 60_000);
afterAll(() => lab.anvil.stop());
beforeEach(async () => {
  snapshot = await lab.anvil.rpc('evm_snapshot');
});
afterEach(async () => {
  await connector.stop();
  await lab.anvil.rpc('evm_revert', snapshot);
});

async function connect(only?: 'v2' | 'v3'): Promise<void> {
  connector = lab.connect(only);
  await connector.start({ pairs: [pair, 'USDT-WBNB'] });
}

async function holdings(): Promise<readonly [bigint, bigint]> {
  return [await lab.balanceOf(lab.wbnb), await lab.balanceOf(lab.usdt)];
}

describe.each(['v2', 'v3'] as const)('two pools of %s after each other', (version) => {
  test.each([
    ['buy', 'base', '1.5'],
    ['buy', 'quote', '900'],
    ['sell', 'base', '1.5'],
    ['sell', 'quote', '900'],
  ] as const)('fill an order to %s in %s as it was quoted, to the last unit', async (side, amountIn, amount) => {
    const way = 'CAKE-USDT';
    connector = lab.connect(version);
    await connector.start({ pairs: [way] });
    const quote = await connector.quote(way, side, amountIn === 'base' ? { base: amount } : { quote: amount });
    const before = [await lab.balanceOf(lab.cake), await lab.balanceOf(lab.usdt), await lab.balanceOf(lab.wbnb)];
    const placed = await connector.place({ pair: way, side, type: 'market', amount, amountIn });
    const order = await connector.closed(placed.clientOrderId);
    const after = [await lab.balanceOf(lab.cake), await lab.balanceOf(lab.usdt), await lab.balanceOf(lab.wbnb)];
    const moved = after.map((each, index) =>
      fromUnits(each - (before[index] ?? 0n), 18)
        .abs()
        .toFixed(),
    );
    expect(moved).toEqual([quote.base.toFixed(), quote.quote.toFixed(), '0']);
    expect(order).toMatchObject({ state: 'filled', filled: quote.base });
    expect(quote.impact?.gt('0.005')).toBe(true);
  });
});

test.each(['v2', 'v3'] as const)('a swap in a pool of %s is told at its price', async (version) => {
  await connect(version);
  const first = new Promise<PublicTrade>((resolve) => {
    connector.onTrade(pair, resolve);
  });
  const placed = await connector.place({ pair, side: 'buy', type: 'market', amount: '1.5', maxSlippage: '0.1' });
  const order = await connector.closed(placed.clientOrderId);
  const { side, amount, price } = await first;
  expect([side, amount, price.toFixed(12)]).toEqual(['buy', order.filled, order.averagePrice?.toFixed(12)]);
});

test.each(['v2', 'v3'] as const)('candles are made of the swaps in a pool of %s', async (version) => {
  await connect(version);
  const orders = [];
  for (const [side, amount] of [
    ['sell', '1.5'],
    ['buy', '0.25'],
  ] as const) {
    const { clientOrderId } = await connector.place({ pair, side, type: 'market', amount });
    orders.push(await connector.closed(clientOrderId));
  }
  const candles = (await connector.candles?.(pair, { interval: '1m', limit: 10 })) ?? [];
  const [first, last] = orders.map(({ averagePrice }) => averagePrice?.toFixed(12));
  expect(sum(candles.map(({ volume }) => volume)).toFixed()).toBe('1.75');
  expect(candles[0]?.open.toFixed(12)).toBe(first);
  expect(candles.at(-1)?.close.toFixed(12)).toBe(last);
});

test('pools have fees of their own, and are read whatever part of them they give away', async () => {
  await connect();
  await lab.shareFees();
  const pools = (await connector.liquidity?.pools(pair)) ?? [];
  expect(pools.map(({ pool, fee, price }) => [pool, fee.toFixed(), price.toFixed(9)])).toEqual([
    ['v2', '0.0025', '600.000000000'],
    ['v3:2500', '0.0025', '600.000000000'],
  ]);
});

test.each([
  [100, '0.0001'],
  [500, '0.0005'],
])('an order goes through the pool of the lowest fee, of %s', async (tier, fee) => {
  const pool = await lab.openTier(tier);
  await connect('v3');
  expect(((await connector.liquidity?.pools(pair)) ?? []).map((each) => [each.pool, each.fee.toFixed()])).toEqual([
    [`v3:${tier}`, fee],
    ['v3:2500', '0.0025'],
  ]);
  const order = { pair, side: 'sell', type: 'market', amount: '0.01' } as const;
  const quoted = await connector.quote(pair, 'sell', { base: order.amount });
  const traded = await trade(lab, [lab.wbnb, lab.usdt], connector, order);
  expect(traded.pools).toEqual([pool]);
  expect(traded.change).toEqual({ WBNB: quoted.base.neg(), USDT: quoted.quote });
});

test('a pool of one hundredth is known, and left where another one is cheaper', async () => {
  const pool = await lab.openTier(10_000);
  await connect('v3');
  expect(((await connector.liquidity?.pools(pair)) ?? []).map((each) => [each.pool, each.fee.toFixed()])).toEqual([
    ['v3:2500', '0.0025'],
    ['v3:10000', '0.01'],
  ]);
  const order = { pair, side: 'sell', type: 'market', amount: '0.01' } as const;
  expect((await trade(lab, [lab.wbnb, lab.usdt], connector, order)).pools).not.toContain(pool);
});

describe('liquidity', () => {
  beforeEach(() => connect('v3'));

  async function run(
    request: LiquidityRequest,
  ): Promise<{ readonly operation: Operation; readonly moved: readonly string[] }> {
    const before = await holdings();
    const submitted = await connector.liquidity?.submit(request);
    const operation = await connector.liquidity?.done(submitted?.operationId ?? '');
    if (operation === undefined) throw new Error('no liquidity');
    const after = await holdings();
    return { operation, moved: after.map((each, index) => fromUnits(each - (before[index] ?? 0n), 18).toFixed()) };
  }

  function cameOf({ moved }: Operation): readonly (string | undefined)[] {
    return [moved?.base.plus(moved.baseFees).toFixed(), moved?.quote.plus(moved.quoteFees).toFixed()];
  }

  function wentOf({ moved }: Operation): readonly (string | undefined)[] {
    return [moved?.base.neg().toFixed(), moved?.quote.neg().toFixed()];
  }

  test('of V3 lives from its opening to its closing, each amount as the chain moved it', async () => {
    const range = { pool: 'v3:2500', lower: '500', upper: '700' };
    const opened = await run({ action: 'open', pair, ...range, base: '10', quote: '9000' });
    expect(opened.operation).toMatchObject({ state: 'done', positionId: 'v3:3' });
    const { moved, positionId = '' } = opened.operation;
    expect(opened.moved).toEqual(wentOf(opened.operation));
    const added = await run({ action: 'add', pair, positionId, base: '5', quote: '4500' });
    expect(added.operation.state).toBe('done');
    expect(added.moved).toEqual(wentOf(added.operation));
    expect(added.operation.moved?.base.toFixed(6)).toBe(moved?.base.times('0.5').toFixed(6));
    const order = await connector.place({ pair, side: 'sell', type: 'market', amount: '5', maxSlippage: '0.1' });
    await connector.closed(order.clientOrderId);
    const [earning] = ((await connector.liquidity?.positions(pair)) ?? []).filter(
      (each) => each.positionId === positionId,
    );
    const collected = await run({ action: 'collect', pair, positionId });
    expect(collected.moved).toEqual(cameOf(collected.operation));
    expect(collected.operation.moved).toMatchObject({ base: decimal('0'), baseFees: earning?.baseFees });
    expect(earning?.baseFees?.gt('0')).toBe(true);
    const again = await connector.place({ pair, side: 'sell', type: 'market', amount: '5', maxSlippage: '0.1' });
    await connector.closed(again.clientOrderId);
    const [whole] = ((await connector.liquidity?.positions(pair)) ?? []).filter(
      (each) => each.positionId === positionId,
    );
    const part = await run({ action: 'remove', pair, positionId, share: '0.25' });
    expect(part.moved).toEqual(cameOf(part.operation));
    expect(part.operation.moved?.baseFees.gt('0')).toBe(true);
    expect(part.operation.moved?.base.toFixed(12)).toBe(whole?.base.times('0.25').toFixed(12));
    const [held] = ((await connector.liquidity?.positions(pair)) ?? []).filter(
      (each) => each.positionId === positionId,
    );
    const closed = await run({ action: 'close', pair, positionId });
    expect(closed.moved).toEqual(cameOf(closed.operation));
    expect(closed.operation.moved).toMatchObject({ base: held?.base, quote: held?.quote, baseFees: decimal('0') });
  });

  test('of V2 lives from its opening to its closing', async () => {
    await connector.stop();
    await connect('v2');
    const opened = await run({ action: 'open', pair, pool: 'v2', base: '5' });
    expect(opened.moved).toEqual(['-5', '-3000']);
    const added = await run({ action: 'add', pair, positionId: 'v2', base: '2' });
    expect(added.moved).toEqual(['-2', '-1200']);
    const [whole] = (await connector.liquidity?.positions(pair)) ?? [];
    const part = await run({ action: 'remove', pair, positionId: 'v2', share: '0.25' });
    expect(part.moved).toEqual(cameOf(part.operation));
    const [rest] = (await connector.liquidity?.positions(pair)) ?? [];
    expect(rest?.base.toFixed(9)).toBe(whole?.base.times('0.75').toFixed(9));
    const closed = await run({ action: 'close', pair, positionId: 'v2' });
    expect(closed.moved).toEqual(cameOf(closed.operation));
  });
});

test('is on BSC and three other networks, each contract at an address', () => {
  expect(pancakeswap.networks).toEqual(['bsc', 'mainnet', 'arbitrum', 'base']);
});
