import { createDexConnector, decimal, type DexConnector, type Order } from '@hb/connector-core';
import { key } from '@hb/lab/uniswap';
import { decodeFunctionResult, encodeFunctionResult, multicall3Abi, numberToHex, size, slice, concatHex } from 'viem';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { toUniswap } from '../src/index.js';
import { openLab, type Lab } from './support/lab.js';
import { startProxy, type Alter, type Proxy } from './support/proxy.js';

const sell = { pair: 'WETH-USDC', side: 'sell', type: 'market', amount: '1', maxSlippage: '0.2' } as const;
const honest: Alter = (_, result) => ({ result });
let lab: Lab;
let snapshot: unknown;
let nodes: readonly Proxy[] = [];
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
  await Promise.all(nodes.map(({ stop }) => stop()));
  await lab.anvil.rpc('evm_setAutomine', true);
  await lab.anvil.rpc('evm_revert', snapshot);
});

/** Through two nodes, to pools of V3. */
async function connect(first: Alter, second: Alter): Promise<void> {
  nodes = await Promise.all([first, second].map((alter) => startProxy(lab.anvil.url, alter)));
  const [rpc = '', rpc2 = ''] = nodes.map(({ url }) => url);
  const { router, v3 } = lab.contracts;
  connector = lab.connect({ hosts: { rpc, rpc2 } }, { router, v3 });
  await connector.start({ pairs: [sell.pair] });
}

/** Through an honest node and one that is not, once it is told so; in both orders. */
const places = [
  ['the first', (lie: Alter) => connect(lie, honest)],
  ['the second', (lie: Alter) => connect(honest, lie)],
] as const;

let lies = false;
const lying =
  (lie: Alter): Alter =>
  (request, result) =>
    lies ? lie(request, result) : { result };

/** Of all that contracts are asked for, so many parts in a hundred. */
const tellOnly = (percent: bigint): Alter =>
  lying(({ method }, result) => {
    if (method !== 'eth_call') return { result };
    const told = decodeFunctionResult({
      abi: multicall3Abi,
      functionName: 'aggregate3',
      data: `0x${text(result).slice(2)}`,
    });
    const altered = told.map(({ success, returnData }) => {
      if (size(returnData) < 32) return { success, returnData };
      const amount = (BigInt(slice(returnData, 0, 32)) * percent) / 100n;
      const rest = size(returnData) > 32 ? [slice(returnData, 32)] : [];
      return { success, returnData: concatHex([numberToHex(amount, { size: 32 }), ...rest]) };
    });
    return { result: encodeFunctionResult({ abi: multicall3Abi, functionName: 'aggregate3', result: altered }) };
  });

function text(value: unknown): string {
  return String(value);
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await lab.anvil.rpc('eth_chainId');
}

async function pending(count: number): Promise<void> {
  await until(async () => {
    const status: unknown = await lab.anvil.rpc('txpool_status');
    return Number(Reflect.get(Object(status), 'pending')) === count;
  });
}

/** An order whose swap waits to be included. */
async function placeWaiting(): Promise<Order> {
  await lab.anvil.rpc('evm_setAutomine', false);
  const placing = connector.place(sell);
  for (let approval = 0; approval < 2; approval += 1) {
    await pending(1);
    await lab.anvil.rpc('evm_mine');
  }
  return placing;
}

beforeEach(() => {
  lies = false;
});

describe.each(places)('%s of two nodes', (_, connectWith) => {
  test('that says a hundredth of the price has no market order sent', async () => {
    await connectWith(tellOnly(1n));
    lies = true;
    await expect(connector.quote(sell.pair, 'sell', { base: '1' })).rejects.toThrow('nodes contradict each other');
    await expect(connector.place(sell)).rejects.toMatchObject({ kind: 'bad-response', outcome: 'not-sent' });
    expect(connector.orders({ open: true })).toEqual([]);
    lies = false;
    const { clientOrderId } = await connector.place(sell);
    expect((await connector.closed(clientOrderId)).state).toBe('filled');
  });

  test('that says a little less of the price has no less received', async () => {
    await connectWith(tellOnly(81n));
    lies = true;
    const { clientOrderId } = await placeWaiting();
    // The price falls by 30 parts in a hundred: beyond what the true quote allows, within what the other one would.
    await lab.disturb(98n * 10n ** 18n);
    await pending(2);
    await lab.anvil.rpc('evm_mine');
    lies = false;
    expect(await connector.closed(clientOrderId)).toMatchObject({ state: 'rejected', filled: decimal('0') });
  });

  test('that asks a lot for the next block is not paid', async () => {
    await connectWith(
      lying(({ method }, result) =>
        method === 'eth_feeHistory'
          ? { result: { ...Object(result), reward: Array.from({ length: 20 }, () => [numberToHex(10n ** 11n)]) } }
          : { result },
      ),
    );
    lies = true;
    const { clientOrderId } = await connector.place(sell);
    const { fees, orderId } = await connector.closed(clientOrderId);
    const sent: unknown = await lab.anvil.rpc('eth_getTransactionByHash', orderId);
    expect(BigInt(text(Reflect.get(Object(sent), 'maxPriorityFeePerGas')))).toBeLessThan(10n ** 10n);
    expect(fees[0]?.amount.lt('0.005')).toBe(true);
  });

  test('that says that a token has other decimals does not change what is sold', async () => {
    await connectWith(tellOnly(50n));
    lies = true;
    const pair = `WETH-${lab.usdc.id}`;
    await expect(connector.watch(pair)).rejects.toThrow('nodes contradict each other');
    lies = false;
    await connector.watch(pair);
  });

  test('that says another price has no liquidity put in at it', async () => {
    await connectWith(tellOnly(50n));
    lies = true;
    const range = { pool: 'v3:500', lower: '1500', upper: '2500' };
    const request = { action: 'open', pair: sell.pair, ...range, base: '1', quote: '2000' } as const;
    await expect(connector.liquidity?.submit(request)).rejects.toThrow('nodes contradict each other');
    expect(connector.liquidity?.operations()).toMatchObject([{ state: 'not-sent' }]);
  });

  test('that says that half of the balance is gone is not believed', async () => {
    await connectWith(tellOnly(50n));
    const before = connector.balances().get('WETH');
    lies = true;
    await expect(connector.refresh('balances')).rejects.toThrow('nodes contradict each other');
    expect(connector.balances().get('WETH')?.total).toEqual(before?.total);
  });

  test('that is down leaves quotes and cancels, and nothing else that is signed', async () => {
    await connectWith(lying(() => ({ error: { code: -32_603, message: 'internal error' } })));
    const { average } = await connector.quote(sell.pair, 'sell', { base: '1' });
    const waiting = await placeWaiting();
    lies = true;
    expect((await connector.quote(sell.pair, 'sell', { base: '1' })).average).toEqual(average);
    const { pair, side, amount } = sell;
    const limit = { pair, side, amount, type: 'limit', timeInForce: 'fok', price: average.times('0.99') } as const;
    for (const request of [sell, limit])
      await expect(connector.place(request)).rejects.toMatchObject({
        ...{ outcome: 'not-sent', message: expect.stringContaining('only one node answers') },
      });
    await expect(connector.speedUp(waiting.clientOrderId)).rejects.toThrow('only one node answers');
    expect(await connector.cancel(waiting.clientOrderId)).toMatchObject({ canceling: true });
    lies = false;
    await lab.anvil.rpc('evm_mine');
    expect((await connector.closed(waiting.clientOrderId)).state).toBe('canceled');
  });

  test('that lags behind the price has no order sent that could not be filled, and keeps no other from it', async () => {
    const seen = new Map<string, unknown>();
    const keyOf = (params: readonly unknown[]): string => JSON.stringify(params);
    await connectWith(({ method, params }, result) => {
      if (method !== 'eth_call') return { result };
      if (!lies) seen.set(keyOf(params), result);
      return { result: seen.get(keyOf(params)) ?? result };
    });
    await connector.quote(sell.pair, 'sell', { base: '1' });
    lies = true;
    const before = await lab.anvil.rpc('eth_blockNumber');
    await lab.disturb(2n * 10n ** 18n);
    await until(async () => (await lab.anvil.rpc('eth_blockNumber')) !== before);
    await expect(connector.place({ ...sell, maxSlippage: '0.001' })).rejects.toThrow('nodes contradict each other');
    const { clientOrderId } = await connector.place(sell);
    expect((await connector.closed(clientOrderId)).state).toBe('filled');
  });
});

test('the account is stale as long as the node that is asked for balances alone says what the other one does not', async () => {
  await connect(tellOnly(50n), honest);
  const before = connector.balances().get('WETH');
  lies = true;
  await until(() => connector.status.account === 'stale');
  expect(connector.balances().get('WETH')?.total).toEqual(before?.total);
  await expect(connector.place(sell)).rejects.toThrow('the account is stale');
  lies = false;
  await until(() => connector.status.account === 'ready');
});

test.each([
  ['is down', () => ({ error: { code: -32_603, message: 'internal error' } })],
  ['says that there is nothing', () => ({ result: '0x' })],
] as const)('of three nodes one that %s keeps nobody from trading', async (_, spoil) => {
  nodes = await Promise.all([lying(spoil), honest, honest].map((alter) => startProxy(lab.anvil.url, alter)));
  const [rpc = '', rpc2 = '', rpc3 = ''] = nodes.map(({ url }) => url);
  const chain = { ...lab.chain, environments: { mainnet: { rpc, rpc2, rpc3 } } };
  const dex = toUniswap({ mainnet: lab.contracts });
  connector = createDexConnector({ dex, chain }, { sandbox: true, credentials: { privateKey: key } });
  lies = true;
  await connector.start({ pairs: [sell.pair] });
  const { clientOrderId } = await connector.place(sell);
  expect((await connector.closed(clientOrderId)).state).toBe('filled');
});
