import fc from 'fast-check';
import { expect, test } from 'vitest';

import { createEngine } from '../../src/engine/engine.js';
import type { Engine, EngineLevel, EngineRequest } from '../../src/engine/types.js';
import { createModel, type Model, type ModelRequest, type Side } from './model.js';

const accounts = ['ann', 'bob', 'cyd'];
const deposit = 4000n;
const seed = 20_261_122;

type Operation =
  | { readonly type: 'place'; readonly request: ModelRequest }
  | { readonly type: 'cancel'; readonly pick: number }
  | { readonly type: 'amend'; readonly pick: number; readonly amount: bigint };

const request = fc.record({
  account: fc.constantFrom(...accounts),
  side: fc.constantFrom<Side[]>('buy', 'sell'),
  price: fc.option(fc.bigInt(95n, 105n), { nil: undefined, freq: 8 }),
  amount: fc.bigInt(1n, 20n),
  timeInForce: fc.constantFrom('gtc' as const, 'gtc', 'gtc', 'ioc', 'fok', 'post-only'),
  selfTrade: fc.constantFrom('none' as const, 'expire-taker', 'expire-maker', 'expire-both'),
});

const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 6, arbitrary: request.map((asked) => ({ type: 'place' as const, request: toMarket(asked) })) },
  { weight: 2, arbitrary: fc.nat(1000).map((pick) => ({ type: 'cancel' as const, pick })) },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant('amend' as const), pick: fc.nat(1000), amount: fc.bigInt(1n, 20n) }),
  },
);

/** Market orders are neither all-or-nothing nor post-only. */
function toMarket(asked: ModelRequest): ModelRequest {
  return asked.price === undefined ? { ...asked, timeInForce: 'ioc' } : asked;
}

function toEngine({ side, price, amount, timeInForce, selfTrade }: ModelRequest): EngineRequest {
  const common = { market: 'AB', side, amount, selfTrade };
  return price === undefined ? { ...common, type: 'market' } : { ...common, type: 'limit', price, timeInForce };
}

/** One unit of quote per price × amount, no fees: as the model counts. */
function createPlainEngine(): Engine {
  const market = { symbol: 'AB', base: 'A', quote: 'B', priceStep: '1', amountStep: '1' };
  const engine = createEngine({ now: () => 0, assets: { A: 0, B: 0 }, markets: [market] });
  for (const account of accounts) for (const asset of ['A', 'B']) engine.deposit(account, asset, String(deposit));
  return engine;
}

function run(operations: readonly Operation[]) {
  const engine = createPlainEngine();
  const model = createModel(accounts, deposit);
  const book = followDepth(engine);
  for (const each of operations) {
    if (each.type === 'place') {
      const placed = engine.place(each.request.account, toEngine(each.request));
      expect(placed.type).toBe(model.place(each.request));
    } else {
      const order = model.orders[each.pick % (model.orders.length || 1)];
      if (order === undefined) continue;
      const ref = { market: 'AB', orderId: order.id };
      if (each.type === 'cancel') {
        model.cancel(order.id);
        engine.cancel(order.account, ref);
      } else {
        model.amend(order.id, each.amount);
        engine.amend(order.account, ref, { amount: each.amount });
      }
    }
    engine.audit();
    compare(engine, model);
    expect(book()).toEqual(engine.depth('AB'));
  }
}

function compare(engine: Engine, model: Model): void {
  const orders = accounts.flatMap((account) => engine.orders(account)).sort((a, b) => a.orderId - b.orderId);
  expect(orders.map(({ orderId, amount, filled, status }) => ({ id: orderId, amount, filled, status }))).toEqual(
    model.orders.map(({ id, amount, filled, status }) => ({ id, amount, filled, status })),
  );
  const trades = engine.trades('AB').map(({ amount, price, buyOrderId, sellOrderId, taker }) => {
    return `${amount} at ${price} with ${taker === 'buy' ? sellOrderId : buyOrderId}`;
  });
  expect(trades).toEqual(model.trades);
  for (const account of accounts) {
    const { base, quote } = model.holds(account);
    const [inBase, inQuote] = [model.locked(account, 'sell'), model.locked(account, 'buy')];
    expect(engine.balances(account)).toEqual([
      { asset: 'A', free: base - inBase, locked: inBase },
      { asset: 'B', free: quote - inQuote, locked: inQuote },
    ]);
  }
}

/** A book kept from depth events alone. */
function followDepth(engine: Engine) {
  const levels = { buy: new Map<bigint, bigint>(), sell: new Map<bigint, bigint>() };
  let updateId = 0;
  engine.on((event) => {
    if (event.type !== 'depth') return;
    expect(event.updateId).toBe(updateId + 1);
    updateId = event.updateId;
    if (event.amount === 0n) expect(levels[event.side].delete(event.price)).toBe(true);
    else levels[event.side].set(event.price, event.amount);
  });
  const sorted = (side: Side): readonly EngineLevel[] =>
    [...levels[side]].sort(([a], [b]) => Number(side === 'buy' ? b - a : a - b));
  return () => ({ updateId, bids: sorted('buy'), asks: sorted('sell') });
}

test('does what a plain list of orders does, step by step', () => {
  fc.assert(fc.property(fc.array(operation, { minLength: 1, maxLength: 80, size: 'max' }), run), {
    seed,
    numRuns: 100,
  });
});

test('conserves every asset through fees of any kind', () => {
  const fees = fc.record({
    maker: fc.constantFrom('0', '0.001', '-0.0005', '0.3'),
    taker: fc.constantFrom('0', '0.00075', '0.3'),
    taken: fc.constantFrom('received' as const, 'quote' as const, {
      asset: 'T',
      price: { B: '0.37' },
      discount: '0.25',
    }),
  });
  const some = fc.array(request.map(toMarket), { minLength: 1, maxLength: 40, size: 'max' });
  fc.assert(
    fc.property(some, fees, (requests, plan) => {
      const market = { symbol: 'AB', base: 'A', quote: 'B', priceStep: '0.07', amountStep: '0.3' };
      const engine = createEngine({ now: () => 0, assets: { A: 1, B: 1, T: 3 }, markets: [market], fees: plan });
      for (const account of accounts) for (const asset of ['A', 'B', 'T']) engine.deposit(account, asset, '150');
      for (const each of requests) {
        engine.place(each.account, toEngine(each));
        engine.audit();
      }
      for (const account of accounts) engine.cancelAll(account);
      engine.audit();
    }),
    { seed, numRuns: 100 },
  );
});
