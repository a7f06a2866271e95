import { decimal, fromUnits, type Connector, type Event } from '@hb/connector-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { openLab, type Lab } from './support/lab.js';

let lab: Lab;
let snapshot: unknown;
let connector: Connector;

beforeAll(async () => {
  lab = await openLab();
}, 60_000);
afterAll(() => lab.anvil.stop());
beforeEach(async () => {
  snapshot = await lab.anvil.rpc('evm_snapshot');
  connector = lab.connect();
  await connector.start({ pairs: ['WETH-USDC'] });
});
afterEach(async () => {
  await connector.stop();
  await lab.anvil.rpc('evm_revert', snapshot);
});

describe.each([
  ['buy', 'base', '1.5'],
  ['buy', 'quote', '3000'],
  ['sell', 'base', '1.5'],
  ['sell', 'quote', '3000'],
] as const)('a market order to %s in %s', (side, amountIn, amount) => {
  test('fills what the chain moved, to the last unit', async () => {
    const quote = await connector.quote('WETH-USDC', side, amountIn === 'base' ? { base: amount } : { quote: amount });
    const before = await holdings();
    const placed = await connector.place({ pair: 'WETH-USDC', side, type: 'market', amount, amountIn });
    const order = await connector.closed(placed.clientOrderId);
    const after = await holdings();
    const sign = side === 'buy' ? 1n : -1n;
    expect(order.state).toBe('filled');
    expect(order.filled).toEqual(fromUnits(sign * (after.base - before.base), 18));
    const [fill] = await fillsOf(order.clientOrderId);
    expect(fill?.price.times(fill.amount).toFixed(6)).toBe(
      fromUnits(sign * (before.quote - after.quote), 6).toFixed(6),
    );
    expect(order.filled).toEqual(quote.base);
    expect(order.fees).toEqual([{ asset: 'ETH', amount: expect.anything() }]);
  });
});

test('a quote tells its impact, what a market order gives at worst, and its gas', async () => {
  const quote = await connector.quote('WETH-USDC', 'sell', { base: '10' });
  expect(quote.impact?.gt('0.015') && quote.impact.lt('0.025')).toBe(true);
  expect(quote.atWorst?.quote.toFixed(6)).toBe(quote.quote.times('0.995').round(6, 0).toFixed(6));
  expect(quote.atWorst?.base).toEqual(quote.base);
  expect(quote.fees).toEqual([{ asset: 'ETH', amount: expect.anything() }]);
});

test('an order of which the price has gone is not sent', async () => {
  await expect(
    connector.place({ pair: 'WETH-USDC', side: 'buy', type: 'limit', timeInForce: 'fok', amount: '1', price: '1900' }),
  ).rejects.toMatchObject({ kind: 'order-rejected', outcome: 'not-sent' });
});

test('a limit order is filled at its price or better', async () => {
  const placed = await connector.place({
    ...{ pair: 'WETH-USDC', side: 'sell', type: 'limit', timeInForce: 'fok', amount: '1', price: '1990' },
  });
  const order = await connector.closed(placed.clientOrderId);
  expect(order.averagePrice?.gte('1990')).toBe(true);
});

test('what another account trades in between shows in the fill, not in the quote', async () => {
  const quote = await connector.quote('WETH-USDC', 'sell', { base: '5' });
  await lab.anvil.rpc('evm_setAutomine', false);
  const placing = connector.place({ pair: 'WETH-USDC', side: 'sell', type: 'market', amount: '5', maxSlippage: '0.2' });
  // The token allows Permit2, and Permit2 the router.
  for (let approval = 0; approval < 2; approval += 1) {
    await waiting(1);
    await lab.anvil.rpc('evm_mine');
  }
  const { clientOrderId } = await placing;
  await lab.disturb(50n * 10n ** 18n);
  await lab.anvil.rpc('evm_setAutomine', true);
  await lab.anvil.rpc('evm_mine');
  const order = await connector.closed(clientOrderId);
  expect(order.filled).toEqual(decimal('5'));
  expect(order.averagePrice?.lt(quote.average)).toBe(true);
});

test('a swap under a legacy gas price is filled, and told what it cost', async () => {
  await connector.stop();
  connector = lab.connect({ options: { fees: 'legacy', maxFeeGwei: 50 } });
  await connector.start({ pairs: ['WETH-USDC'] });
  const { clientOrderId } = await connector.place({ pair: 'WETH-USDC', side: 'sell', type: 'market', amount: '1' });
  const { state, orderId = '', fees } = await connector.closed(clientOrderId);
  expect(state).toBe('filled');
  expect(await lab.anvil.rpc('eth_getTransactionByHash', orderId)).toMatchObject({ type: '0x0' });
  const receipt = await lab.anvil.rpc('eth_getTransactionReceipt', orderId);
  const [gas, price] = ['gasUsed', 'effectiveGasPrice'].map((name) =>
    BigInt(String(Reflect.get(Object(receipt), name))),
  );
  expect(fees).toEqual([{ asset: 'ETH', amount: fromUnits((gas ?? 0n) * (price ?? 0n), 18) }]);
});

test('fifty orders at once all land, once each', async () => {
  const before = await holdings();
  const orders = await connector.placeMany(
    Array.from(
      { length: 50 },
      () => ({ pair: 'WETH-USDC', side: 'sell', type: 'market', amount: '0.1', maxSlippage: '0.1' }) as const,
    ),
  );
  const closed = await Promise.all(
    orders.map((order) => (order instanceof Error ? Promise.reject(order) : connector.closed(order.clientOrderId))),
  );
  expect(closed.map(({ state }) => state)).toEqual(closed.map(() => 'filled'));
  expect(before.base - (await holdings()).base).toBe(5n * 10n ** 18n);
  expect(new Set(closed.map(({ orderId }) => orderId)).size).toBe(50);
}, 60_000);

async function holdings(): Promise<{ readonly base: bigint; readonly quote: bigint }> {
  return { base: await lab.balanceOf(lab.weth), quote: await lab.balanceOf(lab.usdc) };
}

async function fillsOf(clientOrderId: string): Promise<readonly Extract<Event, { type: 'order-filled' }>['fill'][]> {
  const fills: Extract<Event, { type: 'order-filled' }>['fill'][] = [];
  const reading = new AbortController();
  for await (const event of connector.events({ signal: reading.signal })) {
    if (event.type === 'order-filled' && event.order.clientOrderId === clientOrderId) fills.push(event.fill);
    if (event.type === 'order-closed' && event.order.clientOrderId === clientOrderId) reading.abort();
  }
  return fills;
}

/** Until so many transactions wait to be included. */
async function waiting(count: number): Promise<void> {
  for (;;) {
    const status: unknown = await lab.anvil.rpc('txpool_status');
    if (Number(Reflect.get(Object(status), 'pending')) >= count) return;
  }
}
