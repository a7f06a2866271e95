import { afterEach, describe, expect, test } from 'vitest';

import type { Liquidity } from '../src/connector/connector.js';
import { decimal } from '../src/model/decimal.js';
import type { LiquidityRequest } from '../src/model/liquidity.js';
import { createDexWorld, type DexWorld } from './support/toy-dex.js';

const worlds: DexWorld[] = [];

afterEach(async () => {
  for (const { connector, settle, chain } of worlds.splice(0)) {
    chain.mine(true);
    await settle(connector.stop());
    chain.stop();
  }
});

async function start(given: Parameters<typeof createDexWorld>[0] = {}): Promise<DexWorld & { liquidity: Liquidity }> {
  const world = createDexWorld(given);
  worlds.push(world);
  await world.settle(world.connector.start({ pairs: ['WETH-USDC'] }));
  const { liquidity } = world.connector;
  if (liquidity === undefined) throw new Error('no liquidity');
  return { ...world, liquidity };
}

const open: LiquidityRequest = { action: 'open', pair: 'WETH-USDC', pool: 'pool', base: '2' };

describe('a change of liquidity', () => {
  test('tells what the chain moved, and every step of its way', async () => {
    const { connector, liquidity, chain, settle, events } = await start();
    const { operationId, state } = await settle(liquidity.submit(open));
    expect(state).toBe('open');
    const operation = await settle(liquidity.done(operationId));
    expect(operation).toMatchObject({
      ...{ state: 'done', positionId: '7', hash: expect.stringContaining('swap') },
      moved: { base: decimal('2'), quote: decimal('0') },
      fees: [{ asset: 'ETH', amount: decimal('0.001') }],
    });
    expect(chain.balanceOf('weth')).toBe(98n * 10n ** 18n);
    expect(events.flatMap((event) => (event.type === 'operation' ? [event.operation.state] : []))).toEqual([
      ...['queued', 'queued', 'queued', 'open', 'done'],
    ]);
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
    expect(await settle(liquidity.positions('WETH-USDC'))).toMatchObject([{ positionId: '7' }]);
    expect(connector.orders()).toEqual([]);
  });

  test('shares nonces and allowances with swaps at once', async () => {
    const { connector, liquidity, chain, settle } = await start();
    const swap = { pair: 'WETH-USDC', side: 'sell', type: 'market', amount: '2', maxSlippage: '0.1' } as const;
    const [operation, order] = await settle(Promise.all([liquidity.submit(open), connector.place(swap)]));
    await settle(liquidity.done(operation.operationId));
    await settle(connector.closed(order.clientOrderId));
    expect(chain.balanceOf('weth')).toBe(96n * 10n ** 18n);
  });

  test('is signed once, whatever a restart comes between', async () => {
    const first = await start({ data: 'data' });
    first.chain.mine(false);
    const submitting = first.liquidity.submit({ ...open, operationId: 'mine' });
    submitting.catch(() => undefined);
    await first.clock.advance(200);
    first.chain.mine(true);
    const { operationId } = await first.settle(submitting);
    first.chain.mine(false);
    first.kill();
    const second = await start({ data: 'data', after: first });
    expect(second.liquidity.operation('mine')).toMatchObject({ state: 'open' });
    second.chain.mine(true);
    expect(await second.settle(second.liquidity.done(operationId))).toMatchObject({ state: 'done', positionId: '7' });
    expect(new Set(second.chain.received).size).toBe(2);
    await expect(second.settle(second.liquidity.submit({ ...open, operationId: 'mine' }))).rejects.toMatchObject({
      ...{ outcome: 'not-sent', kind: 'invalid-request' },
    });
  });

  test('whose block is taken back is open again, and done anew', async () => {
    const { liquidity, chain, settle, clock, events } = await start();
    const { operationId } = await settle(liquidity.submit(open));
    await settle(liquidity.done(operationId));
    chain.mine(false);
    chain.reorganise(1);
    await clock.advance(2_500);
    expect(liquidity.operation(operationId)).toMatchObject({ state: 'open', fees: [] });
    expect(liquidity.operation(operationId)?.moved).toBeUndefined();
    chain.mine(true);
    expect(await settle(liquidity.done(operationId))).toMatchObject({ state: 'done', moved: { base: decimal('2') } });
    expect(events.flatMap((event) => (event.type === 'operation' ? [event.operation.state] : [])).slice(-3)).toEqual([
      ...['done', 'open', 'done'],
    ]);
  });

  test('that cannot be built never leaves, and says so', async () => {
    const { liquidity, chain, settle } = await start();
    const request = { action: 'close', pair: 'WETH-USDC', positionId: '7' } as const;
    await expect(settle(liquidity.submit(request))).rejects.toMatchObject({ outcome: 'not-sent' });
    expect(liquidity.operations()).toMatchObject([{ action: 'close', positionId: '7', state: 'not-sent' }]);
    expect(chain.received).toEqual([]);
  });

  test.each([
    ['share 0', { action: 'remove', pair: 'WETH-USDC', positionId: '7', share: '0' }],
    ['share 1.1', { action: 'remove', pair: 'WETH-USDC', positionId: '7', share: '1.1' }],
    ['amounts', { action: 'add', pair: 'WETH-USDC', positionId: '7' }],
    ['lower', { ...open, lower: '2', upper: '1' }],
    ['maxSlippage', { ...open, maxSlippage: '1' }],
    ['not above 0', { ...open, lower: '0', upper: '1' }],
  ] as const)('that cannot be meant is refused: %s', async (message, request) => {
    const { liquidity, settle } = await start();
    await expect(settle(liquidity.submit(request))).rejects.toMatchObject({
      ...{ kind: 'invalid-request', outcome: 'not-sent', message: expect.stringContaining(message) },
    });
    expect(liquidity.operations()).toEqual([]);
  });

  test('puts nothing in after a kill', async () => {
    const { connector, liquidity, settle } = await start();
    await settle(connector.kill('enough'));
    await expect(settle(liquidity.submit(open))).rejects.toMatchObject({ kind: 'aborted', outcome: 'not-sent' });
  });

  test('that nobody confirms is unknown, and then what the chain says', async () => {
    const { liquidity, chain, settle, clock } = await start();
    const submitting = liquidity.submit(open);
    while (!chain.received.some((hash) => hash.includes('approve'))) await clock.advance(5);
    await clock.advance(10);
    const heal = (['a', 'b'] as const).map((node) => chain.spoil(node, 'send', () => 'lost'));
    const { operationId, state } = await settle(submitting);
    expect(state).toBe('unknown');
    for (const each of heal) each();
    expect(await settle(liquidity.done(operationId))).toMatchObject({ state: 'done' });
  });

  test('that was refused leaves no nonce out for the next process', async () => {
    const first = await start({ data: 'data' });
    await first.settle(first.liquidity.done((await first.settle(first.liquidity.submit(open))).operationId));
    const refusing = (['a', 'b'] as const).map((node) =>
      first.chain.spoil(node, 'send', () => ({ body: { error: 'underpriced' } })),
    );
    await expect(first.settle(first.liquidity.submit(open))).rejects.toThrow('underpriced');
    for (const each of refusing) each();
    first.kill();
    const second = await start({ data: 'data', after: first });
    const { operationId } = await second.settle(second.liquidity.submit(open));
    expect(await second.settle(second.liquidity.done(operationId))).toMatchObject({ state: 'done' });
  });

  /** Until the chain has heard of such a transaction; from then on it asks for more. */
  async function submitStuck(
    { liquidity, chain, settle, clock }: Awaited<ReturnType<typeof start>>,
    { what, price, ...request }: { readonly what: string; readonly price: number; readonly sendWithinMs?: number },
  ): Promise<string> {
    const submitting = liquidity.submit({ ...open, ...request });
    while (!chain.received.some((hash) => hash.includes(what))) await clock.advance(5);
    chain.setPrice(price);
    return (await settle(submitting)).operationId;
  }

  test.each(['swap', 'approve'])('is signed again by itself where its %s offers less than is asked', async (what) => {
    const world = await start();
    const { liquidity, chain, settle } = world;
    const operationId = await submitStuck(world, { what, price: 5 });
    const operation = await settle(liquidity.done(operationId));
    expect(operation).toMatchObject({ state: 'done', moved: { base: decimal('2') }, positionId: '7' });
    expect(operation.hash).toMatch(/at5$/);
    const offers = new Set(chain.received.filter((hash) => hash.includes(what)).map((hash) => hash.slice(-3)));
    expect([...offers]).toEqual(['at1', 'at5']);
    expect(chain.balanceOf('weth')).toBe(98n * 10n ** 18n);
  });

  test('that waits is signed again by the next process too', async () => {
    const first = await start({ data: 'data' });
    const operationId = await submitStuck(first, { what: 'swap', price: 200 });
    first.kill();
    const second = await start({ data: 'data', after: first });
    second.chain.setPrice(5);
    const operation = await second.settle(second.liquidity.done(operationId));
    expect(operation).toMatchObject({ state: 'done', hash: expect.stringMatching(/at5$/) });
    expect(second.chain.balanceOf('weth')).toBe(98n * 10n ** 18n);
  });

  test('that is too late makes room for what comes after it', async () => {
    const world = await start();
    const { liquidity, chain, settle } = world;
    const operationId = await submitStuck(world, { what: 'swap', price: 200, sendWithinMs: 10_000 });
    const operation = await settle(liquidity.done(operationId));
    expect(operation).toMatchObject({ state: 'failed', fees: [{ asset: 'ETH' }] });
    expect(operation.error?.message).toContain('its time was over');
    expect(chain.balanceOf('weth')).toBe(100n * 10n ** 18n);
    chain.setPrice(1);
    const next = await settle(liquidity.submit(open));
    expect(await settle(liquidity.done(next.operationId))).toMatchObject({ state: 'done' });
  });

  test('is waited for no longer than the signal says', async () => {
    const { liquidity, chain, settle, clock } = await start();
    chain.mine(false);
    const submitting = liquidity.submit({ ...open, operationId: 'mine' });
    submitting.catch(() => undefined);
    await clock.advance(200);
    const waiting = new AbortController();
    const done = liquidity.done('mine', waiting.signal);
    waiting.abort();
    await expect(settle(done)).rejects.toMatchObject({ kind: 'aborted' });
    await expect(settle(liquidity.done('other'))).rejects.toMatchObject({ kind: 'invalid-request' });
    chain.mine(true);
    await settle(submitting);
  });
});
