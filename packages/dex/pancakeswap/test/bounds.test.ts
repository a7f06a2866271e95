import { decimal, type Order } from '@hb/connector-core';
import { useLab } from '@hb/lab/stage';
import { otherKey } from '@hb/lab/uniswap';
import { encodeFunctionData, getAddress, numberToHex, parseAbi, parseEther, type Hex } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { beforeEach, describe, expect, test } from 'vitest';

import { openLab } from './support/lab.js';

const stage = useLab(openLab);
const other = privateKeyToAccount(otherKey).address;
const abi = parseAbi(['function deposit() payable', 'function approve(address, uint256)']);

/** The other account's key is one that the chain knows. */
async function send(to: string, data: Hex, value = 0n): Promise<void> {
  await stage.lab.anvil.rpc('eth_sendTransaction', { from: other, to, data, value: numberToHex(value) });
}

async function holdings(): Promise<readonly [wbnb: bigint, usdt: bigint]> {
  return [await stage.lab.balanceOf(stage.lab.wbnb), await stage.lab.balanceOf(stage.lab.usdt)];
}

type Sale = { readonly pair: string; readonly side: 'buy' | 'sell'; readonly amountIn: 'base' | 'quote' };

// The same tokens, each of them the base.
const sales: readonly Sale[] = [
  { pair: 'WBNB-USDT', side: 'sell', amountIn: 'base' },
  { pair: 'USDT-WBNB', side: 'buy', amountIn: 'quote' },
];

describe.each(['v2', 'v3'] as const)('when somebody else sells before an order in a pool of %s', (version) => {
  beforeEach(async () => {
    const { called } = await stage.lab.find(version);
    const { id } = stage.lab.wbnb;
    await send(id, encodeFunctionData({ abi, functionName: 'deposit' }), parseEther('100'));
    await send(id, encodeFunctionData({ abi, functionName: 'approve', args: [getAddress(called), parseEther('100')] }));
  });

  /** Of two sales that wait the other one is included first: its tip is higher. */
  async function overtaken(sale: Sale, maxSlippage: string): Promise<Order> {
    const others = { credentials: { privateKey: otherKey }, options: { minTipGwei: 10 } };
    const first = await stage.connect([sale.pair], version, others);
    const ours = await stage.connect([sale.pair], version);
    await stage.hold();
    const order = { ...sale, type: 'market' } as const;
    const { clientOrderId } = await stage.through(1, ours.place({ ...order, amount: '1', maxSlippage }));
    await stage.waiting(1);
    await first.place({ ...order, amount: '60', maxSlippage: '0.5' });
    await stage.waiting(2);
    await stage.mine();
    return ours.closed(clientOrderId);
  }

  test.each(sales)('it is filled within its bound, as the chain moved it: $pair', async (sale) => {
    const before = await holdings();
    const order = await overtaken(sale, '0.5');
    const [wbnb, usdt] = await holdings();
    expect([order.state, before[0] - wbnb]).toEqual(['filled', parseEther('1')]);
    const received = sale.side === 'sell' ? order.averagePrice?.times(order.filled) : order.filled;
    expect(received?.times('1e18').toFixed(0)).toBe((usdt - before[1]).toString());
    // One was worth 600 before the other sale of 60 in a pool of 500.
    expect(received?.lt('500')).toBe(true);
  });

  test.each(sales)('it is reverted beyond its bound, and costs its gas alone: $pair', async (sale) => {
    const before = await holdings();
    const order = await overtaken(sale, '0.002');
    expect(order).toMatchObject({
      ...{ state: 'rejected', reason: 'the transaction was reverted', filled: decimal('0') },
      fees: [{ asset: 'BNB' }],
    });
    expect(await holdings()).toEqual(before);
  });
});
