import { decimal, toUnits, type DexConnector, type LiquidityRequest, type Order } from '@hb/connector-core';
import { useLab } from '@hb/lab/stage';
import { amountOf, asks, quoteOf, toTokens, type Ask } from '@hb/lab/swaps';
import { otherKey } from '@hb/lab/uniswap';
import { decodeFunctionData, isHex, numberToHex, parseAbi } from 'viem';
import { beforeEach, describe, expect, test } from 'vitest';

import { openLab, type Version } from './support/lab.js';

const stage = useLab(openLab);
const pair = 'WETH-USDC';
const versions: readonly Version[] = ['V2', 'V3', 'V4'];

// What others do first, and how much of each token a swap is about.
const [others, amounts] = [
  { WETH: '2', USDC: '4000' },
  { WETH: '0.1', USDC: '200' },
] as const;

async function connect(version: Version): Promise<DexConnector> {
  return stage.connect([pair], {}, stage.lab.alone(version));
}

async function holdings(): Promise<readonly bigint[]> {
  return Promise.all([stage.lab.balanceOf(stage.lab.weth), stage.lab.balanceOf(stage.lab.usdc)]);
}

/** It cost its gas, and nothing else. */
async function expectReverted(order: Order, before: readonly bigint[]): Promise<void> {
  expect(await receiptOf(order)).toMatchObject({ status: '0x0' });
  expect(order).toMatchObject({
    ...{ state: 'rejected', reason: 'the transaction was reverted', filled: decimal('0'), fillsComplete: true },
    fees: [{ asset: 'ETH' }],
  });
  expect(order.fees[0]?.amount.gt('0')).toBe(true);
  expect(await holdings()).toEqual(before);
}

function receiptOf({ orderId }: Order): Promise<unknown> {
  return stage.lab.anvil.rpc('eth_getTransactionReceipt', orderId);
}

test.each(versions)('a limit order in a pool of %s is filled at its price or better, or not sent', async (version) => {
  const connector = await connect(version);
  const limit = { pair, side: 'buy', type: 'limit', timeInForce: 'fok', amount: '0.1' } as const;
  await expect(connector.place({ ...limit, price: '1990' })).rejects.toMatchObject({ outcome: 'not-sent' });
  const placed = await connector.place({ ...limit, price: '2030' });
  const order = await connector.closed(placed.clientOrderId);
  expect(order.state).toBe('filled');
  expect(order.averagePrice?.lte('2030')).toBe(true);
});

describe.each(versions)('when somebody else trades before a swap in a pool of %s', (version) => {
  beforeEach(async () => {
    for (const each of [stage.lab.owner, stage.lab.other]) await stage.lab.trust(each);
    await stage.lab.give(stage.lab.usdc, stage.lab.other, toUnits(decimal('10000'), 6));
  });

  /** The same trade, larger, by another account, which is quoted after it is and included before. */
  async function overtaken(ask: Ask, maxSlippage: string): Promise<Order> {
    const { asked } = toTokens(ask);
    const [first, ours] = [
      await stage.connect(
        [pair],
        { credentials: { privateKey: otherKey }, options: { minTipGwei: 10 } },
        stage.lab.alone(version),
      ),
      await connect(version),
    ];
    await stage.hold();
    const order = { ...ask, type: 'market' } as const;
    await first.place({ ...order, amount: amountOf(others, asked), maxSlippage: '0.5' });
    const { clientOrderId } = await ours.place({ ...order, amount: amountOf(amounts, asked), maxSlippage });
    await stage.waiting(2);
    await stage.mine();
    return ours.closed(clientOrderId);
  }

  test.each(asks)('an order to %s in %s is filled within its bound, as the chain moved it', async (side, amountIn) => {
    const ask = { pair, side, amountIn } as const;
    const { asked, spent } = toTokens(ask);
    const quoted = await quoteOf(await connect(version), ask, amounts);
    const before = await holdings();
    const order = await overtaken(ask, '0.3');
    expect(order.state).toBe('filled');
    const after = await holdings();
    const moved = { WETH: (after[0] ?? 0n) - (before[0] ?? 0n), USDC: (after[1] ?? 0n) - (before[1] ?? 0n) };
    expect(toUnits(order.filled, 18)).toBe(moved.WETH < 0n ? -moved.WETH : moved.WETH);
    const isWorse = side === 'sell' ? order.averagePrice?.lt(quoted.average) : order.averagePrice?.gt(quoted.average);
    expect(isWorse).toBe(true);
    const given = toUnits(decimal(amountOf(amounts, asked)), asked === 'WETH' ? 18 : 6);
    if (asked === spent) expect(asked === 'WETH' ? moved.WETH : moved.USDC).toBe(-given);
  });

  test.each(asks)('an order to %s in %s is reverted beyond its bound', async (side, amountIn) => {
    const before = await holdings();
    const order = await overtaken({ pair, side, amountIn }, '0.002');
    await expectReverted(order, before);
  });
});

const execute = parseAbi(['function execute(bytes commands, bytes[] inputs, uint256 deadline) payable']);

describe.each(versions)('the time that an order to swap in a pool of %s has', (version) => {
  /** Sent, and not included; `deadline` in seconds, as the router is told it. */
  async function placed(
    sendWithinMs?: number,
  ): Promise<{ readonly order: Order; readonly connector: DexConnector; readonly deadline: number }> {
    const connector = await connect(version);
    await stage.lab.trust(stage.lab.owner);
    await stage.hold();
    const order = await connector.place({
      ...{ pair, side: 'sell', type: 'market', amount: '0.1', maxSlippage: '0.1' },
      ...(sendWithinMs !== undefined && { sendWithinMs }),
    });
    await stage.waiting(1);
    const sent = await stage.lab.anvil.rpc('eth_getTransactionByHash', order.orderId);
    const data: unknown = Reflect.get(Object(sent), 'input');
    if (!isHex(data)) throw new TypeError('nothing was sent');
    return { order, connector, deadline: Number(decodeFunctionData({ abi: execute, data }).args[2]) };
  }

  async function mineAt(seconds: number): Promise<void> {
    await stage.lab.anvil.rpc('evm_setNextBlockTimestamp', numberToHex(seconds));
    await stage.mine();
  }

  test.each([
    ['the user gives it', 45_000, 45_000],
    ['nobody says', undefined, 120_000],
  ])('reaches the chain, where %s', async (_, given, expected) => {
    const { order, deadline } = await placed(given);
    const left = deadline * 1_000 - order.createdAt;
    // Contracts count in seconds.
    expect(left > expected - 1_000 && left <= expected + 1_000).toBe(true);
  });

  test('includes the last second of it', async () => {
    const { order, connector, deadline } = await placed(45_000);
    await mineAt(deadline);
    expect(await connector.closed(order.clientOrderId)).toMatchObject({ state: 'filled', filled: decimal('0.1') });
  });

  test('is over after it: the swap is reverted, costs its gas and moves nothing', async () => {
    const before = await holdings();
    const { order, connector, deadline } = await placed(45_000);
    await mineAt(deadline + 1);
    await expectReverted(await connector.closed(order.clientOrderId), before);
  });
});

test.each(['sell', 'buy'] as const)('an order to %s more than a range of V3 holds is not sent', async (side) => {
  const connector = await connect('V3');
  const change = async (request: LiquidityRequest): Promise<void> => {
    const { operationId = '' } = (await connector.liquidity?.submit(request)) ?? {};
    expect(await connector.liquidity?.done(operationId)).toMatchObject({ state: 'done' });
  };
  const range = { lower: '1800', upper: '2200', base: '1', quote: '2000' };
  await change({ action: 'open', pair, pool: 'v3:500', ...range });
  await change({ action: 'close', pair, positionId: 'v3:1' });
  const amount = side === 'sell' ? '20' : '40000';
  const order = { pair, side, type: 'market', amount, amountIn: side === 'sell' ? 'base' : 'quote' } as const;
  await expect(connector.place(order)).rejects.toMatchObject({ kind: 'order-rejected', outcome: 'not-sent' });
});
