import { afterEach, describe, expect, test } from 'vitest';

import { createDexConnector } from '../src/connector/dex.js';
import { decimal } from '../src/model/decimal.js';
import type { OrderRequest } from '../src/model/order.js';
import { createDexWorld, toyChain, toyDex, type DexWorld } from './support/toy-dex.js';

const worlds: DexWorld[] = [];

afterEach(async () => {
  for (const { connector, settle, chain } of worlds.splice(0)) {
    chain.mine(true);
    await settle(connector.stop());
    chain.stop();
  }
});

async function start(given: Parameters<typeof createDexWorld>[0] = {}): Promise<DexWorld> {
  const world = createDexWorld(given);
  worlds.push(world);
  await world.settle(world.connector.start({ pairs: ['WETH-USDC'] }));
  return world;
}

const sell: OrderRequest = { pair: 'WETH-USDC', side: 'sell', type: 'market', amount: '2' };

const wide: OrderRequest = { ...sell, maxSlippage: '0.1' };
const nodes = ['a', 'b'] as const;

/** Until the approval of the first order has been sent. */
async function approved({ chain, clock }: Pick<DexWorld, 'chain' | 'clock'>): Promise<void> {
  while (!chain.received.some((hash) => hash.includes('approve'))) await clock.advance(5);
  await clock.advance(10);
}

describe('a swap', () => {
  test.each([
    ['sell', 'base', '2'],
    ['buy', 'base', '2'],
    ['buy', 'quote', '4000'],
    ['sell', 'quote', '4000'],
  ] as const)('to %s in %s fills what the chain moved', async (side, amountIn, amount) => {
    const { connector, chain, settle, types } = await start();
    const before = [chain.balanceOf('weth'), chain.balanceOf('usdc')] as const;
    const placed = await settle(connector.place({ ...sell, side, amountIn, amount }));
    expect(placed).toMatchObject({ state: 'open', orderId: expect.stringContaining('swap') });
    const order = await settle(connector.closed(placed.clientOrderId));
    const moved = [chain.balanceOf('weth') - before[0], chain.balanceOf('usdc') - before[1]] as const;
    const sign = side === 'buy' ? '1' : '-1';
    expect(order.filled.times('1e18').times(sign).toFixed()).toBe(String(moved[0]));
    expect(order.averagePrice?.times(order.filled).times('1e6').times(sign).neg().toFixed(0)).toBe(String(moved[1]));
    expect(order).toMatchObject({
      state: 'filled',
      fillsComplete: true,
      fees: [{ asset: 'ETH', amount: decimal('0.001') }],
    });
    expect(types()).toEqual(['order-opened', 'order-filled', 'order-closed']);
    await settle(connector.refresh('balances'));
    expect(connector.balances().get('WETH')?.total.times('1e18').toFixed()).toBe(String(chain.balanceOf('weth')));
  });

  test('holds back what it may spend until it is over; then what it brought is available', async () => {
    const { connector, chain, settle } = await start();
    const available = (asset: string): string => connector.balances().get(asset)?.available.toFixed() ?? '';
    const placed = await settle(connector.place(sell));
    expect([available('WETH'), available('USDC')]).toEqual(['98', '200000']);
    await expect(settle(connector.place({ ...wide, amount: '98.5', checkFunds: true }))).rejects.toMatchObject({
      message: expect.stringContaining('98 WETH is available'),
    });
    await settle(connector.closed(placed.clientOrderId));
    await settle(connector.refresh('balances'));
    expect(connector.balances().get('USDC')?.available.times('1e6').toFixed()).toBe(String(chain.balanceOf('usdc')));
    expect(available('WETH')).toBe('98');
  });

  test('approves exactly what it takes, and writes that down before it leaves', async () => {
    const { connector, chain, settle } = await start();
    const order = await settle(connector.place(sell));
    await settle(connector.closed(order.clientOrderId));
    expect(chain.received.filter((hash) => hash.includes('approve'))).toEqual(
      expect.arrayContaining([expect.stringContaining(`approve${2n * 10n ** 18n}`)]),
    );
    expect(new Set(chain.received).size).toBe(2);
  });

  test('among others at once approves for all of them', async () => {
    const { connector, chain, settle } = await start();
    const orders = await settle(connector.placeMany([wide, wide, wide]));
    for (const order of orders) await settle(closedOf(connector, order));
    expect(connector.orders().map(({ state }) => state)).toEqual(['filled', 'filled', 'filled']);
    expect(chain.balanceOf('weth')).toBe(94n * 10n ** 18n);
  });

  test('that the chain reverts is rejected, and cost its fee', async () => {
    const { connector, chain, settle } = await start();
    const placed = await settle(connector.place(sell));
    chain.mine(false);
    chain.disturb(500n * 10n ** 18n);
    chain.mine(true);
    const order = await settle(connector.closed(placed.clientOrderId));
    expect([order.state, order.reason, order.filled.toFixed()]).toEqual([
      'rejected',
      'the transaction was reverted',
      '0',
    ]);
    expect(order.fees).toEqual([{ asset: 'ETH', amount: decimal('0.001') }]);
  });

  test('whose block is taken back is open again, and filled anew', async () => {
    const { connector, chain, settle, types, clock } = await start();
    const placed = await settle(connector.place(sell));
    const first = await settle(connector.closed(placed.clientOrderId));
    chain.mine(false);
    chain.disturb(-1n * 10n ** 18n);
    chain.reorganise(1);
    await clock.advance(2_500);
    expect(connector.order(placed.clientOrderId)).toMatchObject({ state: 'open', filled: decimal('0') });
    chain.mine(true);
    const second = await settle(connector.closed(placed.clientOrderId));
    expect(second.state).toBe('filled');
    expect(second.averagePrice?.gt(first.averagePrice ?? '0')).toBe(true);
    expect(types()).toEqual([
      ...['order-opened', 'order-filled', 'order-closed'],
      ...['order-reopened', 'fill-voided', 'order-filled', 'order-closed'],
    ]);
  });

  test('that nodes forget is sent to them again, the same', async () => {
    const { connector, chain, settle, clock } = await start();
    chain.mine(false);
    const placing = connector.place(sell);
    await clock.advance(500);
    chain.mine(true);
    const placed = await settle(placing);
    chain.mine(false);
    chain.forget();
    chain.mine(true);
    const order = await settle(connector.closed(placed.clientOrderId));
    expect(order.state).toBe('filled');
    expect(new Set(chain.received.filter((hash) => hash.includes('swap'))).size).toBe(1);
  });

  test('of which another transaction takes the nonce is cancelled', async () => {
    const { connector, chain, settle, clock } = await start();
    const first = await settle(connector.place({ ...sell, amount: '3' }));
    await settle(connector.closed(first.clientOrderId));
    chain.mine(false);
    const placing = connector.place({ ...sell, amount: '1' });
    await clock.advance(3_000);
    chain.mine(true);
    const placed = await settle(placing);
    chain.replace(Number(placed.orderId?.slice(2, 3)));
    const order = await settle(connector.closed(placed.clientOrderId));
    expect(order).toMatchObject({ state: 'canceled', reason: 'another transaction took its nonce' });
  });
});

describe('an order', () => {
  test('at a limit is filled at its price or better, or not sent', async () => {
    const { connector, settle } = await start();
    const limit = { pair: 'WETH-USDC', type: 'limit', timeInForce: 'fok', amount: '1' } as const;
    for (const [side, price] of [
      ['sell', '1990'],
      ['buy', '2010'],
    ] as const) {
      const placed = await settle(connector.place({ ...limit, side, price }));
      const order = await settle(connector.closed(placed.clientOrderId));
      expect(side === 'sell' ? order.averagePrice?.gte(price) : order.averagePrice?.lte(price)).toBe(true);
    }
    await expect(settle(connector.place({ ...limit, side: 'sell', price: '2100' }))).rejects.toMatchObject({
      ...{ kind: 'order-rejected', outcome: 'not-sent' },
    });
  });

  const refused: readonly (readonly [string, OrderRequest, string])[] = [
    ['of a token that is not listed', { ...sell, pair: 'DOGE-USDC' }, 'no token "DOGE" is listed'],
    ['of tokens without a market', { ...sell, pair: 'USDC-WETH' }, 'there is no market of USDC and WETH'],
    ['of a pair that is none', { ...sell, pair: 'WETH' }, 'pairs are written BASE-QUOTE'],
    ['of nothing', { ...sell, amount: '0' }, 'is not above zero'],
    [
      'that would rest',
      { pair: 'WETH-USDC', side: 'buy', type: 'limit', amount: '1', price: '1' },
      'no limit orders gtc',
    ],
  ];
  test.each(refused)('%s is refused', async (_, request, message) => {
    const { connector, settle, chain } = await start();
    await expect(settle(connector.place(request))).rejects.toMatchObject({
      outcome: 'not-sent',
      message: expect.stringContaining(message),
    });
    expect(chain.received).toEqual([]);
  });

  test('under an id that was used is refused', async () => {
    const { connector, settle } = await start();
    const { clientOrderId } = await settle(connector.place({ ...sell, clientOrderId: 'mine' }));
    await expect(settle(connector.place({ ...sell, clientOrderId }))).rejects.toMatchObject({ clientOrderId: 'mine' });
  });

  test('can be withheld before it is signed, and is returned as it is when it is over', async () => {
    const { connector, settle, clock } = await start();
    const placing = connector.place({ ...sell, clientOrderId: 'early' });
    await clock.advance(100);
    const canceling = connector.cancel('early');
    await expect(settle(placing)).rejects.toMatchObject({ kind: 'aborted', outcome: 'not-sent' });
    expect((await settle(canceling)).state).toBe('not-sent');
    const sent = await settle(connector.place(sell));
    const closed = await settle(connector.closed(sent.clientOrderId));
    expect(await connector.cancel(closed.clientOrderId)).toBe(closed);
  });

  test('is refused while orders are stopped', async () => {
    const { connector, settle } = await start();
    await settle(connector.kill('enough'));
    expect(connector.status.missing).toEqual(['orders are stopped: enough']);
    await expect(settle(connector.place(sell))).rejects.toThrow('new orders are refused: enough');
    connector.release();
    expect(connector.status.ready).toBe(true);
  });

  test('that a contract would revert is not sent, and the nonce is free again', async () => {
    const { connector, settle, chain } = await start();
    await expect(settle(connector.place({ ...sell, amount: '150' }))).rejects.toMatchObject({ outcome: 'not-sent' });
    const placed = await settle(connector.place(sell));
    await settle(connector.closed(placed.clientOrderId));
    expect(chain.balanceOf('weth')).toBe(98n * 10n ** 18n);
  });
});

describe('the native coin', () => {
  const wrap: OrderRequest = { pair: 'ETH-WETH', side: 'sell', type: 'market', amount: '1.5' };

  test.each([
    ['sell', 'base', '-1.5'],
    ['buy', 'base', '1.5'],
    ['sell', 'quote', '-1.5'],
    ['buy', 'quote', '1.5'],
  ] as const)('is wrapped and unwrapped one for one: %s in %s', async (side, amountIn, change) => {
    const { connector, settle, chain } = await start();
    const before = [chain.balanceOf('native'), chain.balanceOf('weth')] as const;
    const placed = await settle(connector.place({ ...wrap, side, amountIn }));
    const order = await settle(connector.closed(placed.clientOrderId));
    expect(order).toMatchObject({ state: 'filled', filled: decimal('1.5'), averagePrice: decimal('1') });
    const units = BigInt(decimal(change).times('1e18').toFixed());
    expect([chain.balanceOf('native'), chain.balanceOf('weth')]).toEqual([before[0] + units, before[1] - units]);
    expect(chain.received).toHaveLength(2);
  });

  test('is left for fees', async () => {
    const { connector, settle, chain } = await start({ gasReserve: '3.6' });
    await expect(settle(connector.place(wrap))).rejects.toMatchObject({
      ...{ kind: 'insufficient-balance', outcome: 'not-sent' },
      message: expect.stringContaining('it would leave 3.5 ETH, and gasReserve is 3.6'),
    });
    expect(chain.received).toEqual([]);
    await settle(connector.place({ ...wrap, side: 'buy' }));
    const quote = await settle(connector.quote('ETH-WETH', 'sell', { base: '2' }));
    expect([quote.base, quote.quote, quote.average]).toEqual([decimal('2'), decimal('2'), decimal('1')]);
  });

  test('is no token of other markets', async () => {
    const { connector, settle } = await start();
    await expect(settle(connector.place({ ...sell, pair: 'ETH-USDC' }))).rejects.toThrow(
      'wrap or unwrap it as ETH-WETH',
    );
    await expect(settle(connector.place({ ...sell, pair: 'WETH-ETH' }))).rejects.toThrow(
      'wrap or unwrap it as ETH-WETH',
    );
  });
});

describe('nodes', () => {
  test('that are down are passed by', async () => {
    const { connector, settle, chain } = await start();
    const heal = chain.spoil('a', '*', () => 'lost');
    await settle(connector.refresh('balances'));
    heal();
    const quote = await settle(connector.quote('WETH-USDC', 'sell', { quote: '4000' }));
    expect(quote).toMatchObject({ complete: true, fees: [{ asset: 'ETH', amount: decimal('1e-7') }] });
  });

  test('that lose an order leave it unknown until the chain tells', async () => {
    const { connector, settle, chain, types, clock } = await start();
    const placing = connector.place(sell);
    await approved({ chain, clock });
    const heals = nodes.map((node) => chain.spoil(node, 'send', () => 'lost'));
    const placed = await settle(placing);
    for (const heal of heals) heal();
    expect(placed.state).toBe('unknown');
    expect((await settle(connector.closed(placed.clientOrderId))).state).toBe('filled');
    expect(types()).toContain('order-uncertain');
  });

  test('that all refuse a transaction refuse the order', async () => {
    const { connector, settle, chain, clock } = await start();
    const placing = connector.place(sell);
    placing.catch(() => undefined);
    await approved({ chain, clock });
    const heals = nodes.map((node) => chain.spoil(node, 'send', () => ({ body: { error: 'underpriced' } })));
    await expect(settle(placing)).rejects.toMatchObject({ outcome: 'refused' });
    for (const heal of heals) heal();
    const placed = await settle(connector.place(sell));
    expect((await settle(connector.closed(placed.clientOrderId))).state).toBe('filled');
    expect(chain.balanceOf('weth')).toBe(98n * 10n ** 18n);
  });

  test('that disagree are not believed', async () => {
    const { connector, settle, chain, clock } = await start();
    const heal = chain.spoil('b', 'state', (own) => ({ body: { result: { ...Object(own), block: '0xlie' } } }));
    const placing = connector.place(sell);
    await clock.advance(20_000);
    expect(connector.orders({ open: true })).toHaveLength(1);
    heal();
    const order = await settle(connector.closed((await settle(placing)).clientOrderId));
    expect(order.state).toBe('filled');
    expect(connector.metrics().counts['node.disagreed']).toBeGreaterThan(0);
  });

  test('that are far from each other are not on one chain', async () => {
    const { connector, settle, chain } = await start();
    const say = (blocks: number) => (own: unknown) => ({ body: { result: String(Number(own) + blocks) } });
    chain.spoil('b', 'height', say(3));
    await settle(connector.refresh('balances'));
    const heal = chain.spoil('b', 'height', say(4));
    await expect(settle(connector.refresh('balances'))).rejects.toThrow('nodes contradict each other');
    heal();
  });

  test('that fail make the account stale', async () => {
    const { connector, settle, chain, clock } = await start();
    const heals = nodes.map((node) => chain.spoil(node, 'balances', () => 'lost'));
    await clock.advance(15_000);
    expect(connector.status.account).toBe('stale');
    await expect(settle(connector.place(sell))).rejects.toThrow('the account is stale');
    for (const heal of heals) heal();
    await clock.advance(5_000);
    expect(connector.status.account).toBe('ready');
  });
});

describe('the next process', () => {
  test('knows what was never signed, and follows what was sent', async () => {
    const first = await start({ data: 'data' });
    const { chain, clock, connector } = first;
    chain.mine(false);
    connector.place({ ...sell, clientOrderId: 'approving' }).catch(() => undefined);
    await approved({ chain, clock });
    first.kill();
    chain.mine(true);
    const second = await start({ data: 'data', after: first });
    expect(second.connector.order('approving')).toMatchObject({ state: 'not-placed' });
    const placed = await second.settle(second.connector.place({ ...sell, clientOrderId: 'sent' }));
    expect(placed.state).toBe('open');
    second.kill();
    const third = await start({ data: 'data', after: second });
    const order = await third.settle(third.connector.closed(placed.clientOrderId));
    expect([order.clientOrderId, order.state, order.filled.toFixed()]).toEqual(['sent', 'filled', '2']);
    expect(new Set(chain.received.filter((hash) => hash.includes('swap'))).size).toBe(1);
  });
});

describe('markets', () => {
  test('are named by symbols of the list or by addresses', async () => {
    const { connector, settle } = await start();
    const address = '0x0000000000000000000000000000000000usdc';
    await settle(connector.watch(`WETH-${address}`));
    expect([...connector.markets.keys()]).toEqual(['WETH-USDC', `WETH-${address}`]);
    await settle(connector.refresh('markets'));
    await settle(connector.unwatch('WETH-USDC'));
    expect([connector.book('WETH-USDC'), connector.trades('WETH-USDC')]).toEqual([undefined, []]);
  });

  test('can be quoted without credentials', async () => {
    const world = createDexWorld({ credentials: 'none' });
    worlds.push(world);
    const { connector, settle } = world;
    await settle(connector.start());
    const quote = await settle(connector.quote('WETH-USDC', 'buy', { base: '1' }));
    expect(quote.average.gt('2000')).toBe(true);
    const height = await settle(connector.raw.call({ at: 'POST /', lane: 'data' }, { method: 'height', params: [] }));
    expect(height).toEqual({ result: expect.stringMatching(/^\d+$/) });
    await expect(settle(connector.place(sell))).rejects.toMatchObject({ kind: 'auth' });
  });
});

test('what a call cannot mean is refused by its name and value', async () => {
  const world = createDexWorld();
  worlds.push(world);
  const { connector, settle } = world;
  // As a script may call that no compiler has checked.
  const unchecked: { start(options: object): Promise<void>; cancelAll(options: object): Promise<unknown> } = connector;
  await expect(settle(unchecked.start({ pairs: 'WETH-USDC' }))).rejects.toMatchObject({
    ...{ kind: 'invalid-request', outcome: 'not-sent' },
    message: expect.stringContaining('start: pairs: "WETH-USDC" is not a list'),
  });
  await settle(connector.start());
  await expect(settle(unchecked.cancelAll({ withinMs: Number.NaN }))).rejects.toMatchObject({
    ...{ kind: 'invalid-request', outcome: 'not-sent' },
    message: expect.stringContaining('cancelAll: withinMs: NaN is not a time in ms'),
  });
});

test('a DEX that is not on the network, or not on the chain, is refused', () => {
  expect(() => createDexConnector({ dex: { ...toyDex, networks: ['other'] }, chain: toyChain })).toThrow(
    'is not on mainnet',
  );
  expect(() => createDexConnector({ dex: { ...toyDex, chain: 'other' }, chain: toyChain })).toThrow('is on other');
});

test('a websocket of a node is refused, without its key', () => {
  const open = (): unknown =>
    createDexConnector({ dex: toyDex, chain: toyChain }, { hosts: { rpc: 'wss://chain.example/my-key' } });
  expect(open).toThrow('hosts.rpc: nodes are asked over https, not over a websocket');
  expect(open).not.toThrow('my-key');
});

function closedOf(
  connector: DexWorld['connector'],
  order: Awaited<ReturnType<DexWorld['connector']['placeMany']>>[number],
): ReturnType<DexWorld['connector']['closed']> {
  if (order instanceof Error) throw order;
  return connector.closed(order.clientOrderId);
}
