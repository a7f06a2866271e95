import { describe, expect, test } from 'vitest';

import { createEngine } from '../../src/engine/engine.js';
import { balances, brief, createTestEngine, limit } from './market.js';

const market = 'BTCUSDT';

describe('matching', () => {
  test('takes the best price first, then the order that came first', () => {
    const engine = createTestEngine();
    engine.place('ann', limit('sell', { price: 101n, amount: 5n }));
    engine.place('ann', limit('sell', { price: 100n, amount: 5n }));
    engine.place('bob', limit('sell', { price: 100n, amount: 5n }));
    const placed = engine.place('cyd', limit('buy', { price: 101n, amount: 12n }));
    expect(engine.trades(market).map(({ sellOrderId, price, amount }) => [sellOrderId, price, amount])).toEqual([
      [2, 100n, 5n],
      [3, 100n, 5n],
      [1, 101n, 2n],
    ]);
    expect(placed).toMatchObject({
      type: 'accepted',
      order: { status: 'filled', filled: 12n },
      executions: { length: 3 },
    });
    engine.audit();
  });

  test('trades at the price of the order that was there, and gives the difference back', () => {
    const engine = createTestEngine();
    engine.place('ann', limit('sell', { price: 100n, amount: 1000n }));
    engine.place('bob', limit('buy', { price: 110n, amount: 1500n }));
    expect(balances(engine, 'bob')).toEqual({ BTC: '101 + 0', USDT: '999845 + 55' });
    expect(balances(engine, 'ann')).toEqual({ BTC: '99 + 0', USDT: '1000100 + 0' });
    expect(engine.depth(market)).toEqual({ updateId: 3, bids: [[110n, 500n]], asks: [] });
    engine.audit();
  });

  test('tells what happened in the order in which it happened', () => {
    const engine = createTestEngine();
    const heard: string[] = [];
    engine.on((event) => heard.push(brief(event)));
    engine.place('ann', limit('sell', { price: 100n, amount: 5n }));
    engine.place('bob', limit('buy', { price: 100n, amount: 7n }));
    engine.cancel('bob', { market, orderId: 2 });
    expect(heard).toEqual([
      'placed ann 1 open',
      'balance ann BTC',
      'depth 1: sell 5 at 100',
      'placed bob 2 open',
      'balance bob USDT',
      'depth 2: sell 0 at 100',
      'trade 1: 5 at 100',
      'filled ann 1 filled',
      'filled bob 2 open',
      'balance ann BTC USDT',
      'balance bob BTC USDT',
      'depth 3: buy 2 at 100',
      'depth 4: buy 0 at 100',
      'canceled bob 2 canceled',
      'balance bob USDT',
    ]);
    expect(engine.log.map(({ sequence }) => sequence)).toEqual(engine.log.map((_, at) => at + 1));
  });

  test('a command from a listener is carried out at once, and heard of afterwards', () => {
    const engine = createTestEngine();
    const heard: string[] = [];
    engine.on((event) => {
      if (event.type === 'order' && event.change === 'placed' && event.order.account === 'ann')
        engine.place('bob', limit('buy', { price: 100n, amount: 1n }));
    });
    engine.on((event) => heard.push(brief(event)));
    engine.place('ann', limit('sell', { price: 100n, amount: 5n }));
    expect(heard.slice(0, 5)).toEqual([
      'placed ann 1 open',
      'balance ann BTC',
      'depth 1: sell 5 at 100',
      'placed bob 2 open',
      'balance bob USDT',
    ]);
    expect(engine.order('ann', { market, orderId: 1 })?.filled).toBe(1n);
  });
});

describe('order types', () => {
  const book = () => {
    const engine = createTestEngine();
    engine.place('ann', limit('sell', { price: 100n, amount: 5n }));
    engine.place('ann', limit('sell', { price: 102n, amount: 5n }));
    return engine;
  };
  const ended = (engine: ReturnType<typeof book>) => {
    const order = engine.order('bob', { market, orderId: 3 });
    return order && [order.status, order.reason, order.filled];
  };

  test('ioc takes what it can and ends', () => {
    const engine = book();
    engine.place('bob', limit('buy', { price: 101n, amount: 7n, timeInForce: 'ioc' }));
    expect(ended(engine)).toEqual(['expired', 'unfilled', 5n]);
    expect(engine.openOrders('bob')).toEqual([]);
    expect(balances(engine, 'bob')['USDT']).toBe('999999.5 + 0');
  });

  test('fok takes all or nothing', () => {
    const all = book();
    all.place('bob', limit('buy', { price: 102n, amount: 10n, timeInForce: 'fok' }));
    expect(ended(all)).toEqual(['filled', undefined, 10n]);
    const nothing = book();
    nothing.place('bob', limit('buy', { price: 102n, amount: 11n, timeInForce: 'fok' }));
    expect(ended(nothing)).toEqual(['expired', 'unfilled', 0n]);
    expect(nothing.depth(market).asks).toEqual([
      [100n, 5n],
      [102n, 5n],
    ]);
  });

  test('post-only is refused when it would take, and rests one step away', () => {
    const engine = book();
    const taking = limit('buy', { price: 100n, amount: 1n, timeInForce: 'post-only' });
    expect(engine.place('bob', taking)).toEqual({ type: 'refused', refusal: 'would-take' });
    engine.place('bob', limit('buy', { price: 99n, amount: 1n, timeInForce: 'post-only' }));
    expect(engine.depth(market).bids).toEqual([[99n, 1n]]);
  });

  test('a market order takes the amount at any price, and what the book lacks expires', () => {
    const engine = book();
    engine.place('bob', { market, side: 'buy', type: 'market', amount: 7n });
    expect(ended(engine)).toEqual(['filled', undefined, 7n]);
    const short = book();
    short.place('bob', { market, side: 'buy', type: 'market', amount: 11n });
    expect(ended(short)).toEqual(['expired', 'unfilled', 10n]);
    short.audit();
  });

  test('a market order by quote buys whole steps for no more than that', () => {
    const engine = book();
    const quoteAmount = engine.asset('USDT').parse('0.95') ?? 0n;
    engine.place('bob', { market, side: 'buy', type: 'market', quoteAmount });
    // 5 steps at 0.1 are 0.5; the remaining 0.45 buy 4 steps at 0.102.
    expect(engine.order('bob', { market, orderId: 3 })).toMatchObject({
      status: 'filled',
      amount: 9n,
      filled: 9n,
      filledQuote: 90_800_000n,
      quoteAmount,
    });
    expect(balances(engine, 'bob')).toEqual({ BTC: '100.009 + 0', USDT: '999999.092 + 0' });
    engine.audit();
  });

  test('a market order by quote that empties the book expires', () => {
    const engine = book();
    engine.place('bob', { market, side: 'buy', type: 'market', quoteAmount: 10n ** 10n });
    expect(ended(engine)).toEqual(['expired', 'unfilled', 10n]);
    expect(balances(engine, 'bob')['USDT']).toBe('999998.99 + 0');
  });

  test('a market sale by quote sells until that much has come in', () => {
    const engine = createTestEngine();
    engine.place('ann', limit('buy', { price: 100n, amount: 50n }));
    engine.place('bob', { market, side: 'sell', type: 'market', quoteAmount: 155_000_000n });
    expect(engine.order('bob', { market, orderId: 2 })).toMatchObject({ status: 'filled', filled: 15n });
    engine.audit();
  });
});

describe('refusals', () => {
  const engine = createTestEngine();
  engine.place('ann', limit('sell', { price: 100n, amount: 5n, id: 'mine' }));

  test.each([
    ['unknown-market', { ...limit('buy', { price: 1n, amount: 1n }), market: 'NOPE' }],
    ['invalid-price', limit('buy', { price: 0n, amount: 1n })],
    ['invalid-amount', limit('buy', { price: 1n, amount: 0n })],
    ['invalid-amount', { market, side: 'buy', type: 'market', quoteAmount: 0n }],
    ['insufficient-balance', limit('sell', { price: 200n, amount: 99_996n })],
    ['insufficient-balance', { market, side: 'buy', type: 'market', quoteAmount: 10n ** 14n + 1n }],
    ['duplicate-client-id', limit('buy', { price: 1n, amount: 1n, id: 'mine' })],
  ] as const)('%s changes nothing', (refusal, request) => {
    const before = engine.log.length;
    expect(engine.place('ann', request)).toMatchObject({ type: 'refused', refusal });
    expect(engine.log.length).toBe(before);
    engine.audit();
  });

  test('an order can be neither cancelled twice nor by somebody else', () => {
    const [order] = engine.openOrders('ann');
    expect(engine.cancel('bob', { market, orderId: 1 })).toEqual({ type: 'refused', refusal: 'unknown-order' });
    expect(engine.cancel('ann', { clientOrderId: 'mine' })).toMatchObject({
      type: 'accepted',
      order: { status: 'canceled' },
    });
    expect(engine.cancel('ann', { clientOrderId: 'mine' })).toMatchObject({
      refusal: 'order-closed',
      order: { orderId: order?.orderId, status: 'canceled', reason: 'canceled', version: 2 },
    });
  });
});

describe('client ids', () => {
  test('are free again once their order has ended, and then name the latest', () => {
    const engine = createTestEngine();
    engine.place('ann', limit('sell', { price: 100n, amount: 5n, id: 'a' }));
    engine.place('bob', limit('buy', { price: 100n, amount: 5n, id: 'a' }));
    engine.place('ann', limit('sell', { price: 105n, amount: 1n, id: 'a' }));
    expect(engine.order('ann', { clientOrderId: 'a' })?.orderId).toBe(3);
    expect(engine.orders('ann').map(({ orderId }) => orderId)).toEqual([1, 3]);
  });

  test('may be unique for ever', () => {
    const engine = createTestEngine({ clientIds: 'for-ever' });
    engine.place('ann', limit('sell', { price: 100n, amount: 5n, id: 'a' }));
    engine.cancel('ann', { clientOrderId: 'a' });
    const again = engine.place('ann', limit('sell', { price: 100n, amount: 5n, id: 'a' }));
    expect(again).toMatchObject({ refusal: 'duplicate-client-id', order: { orderId: 1 } });
  });
});

describe('amending', () => {
  test('lowers the amount and keeps the place in the queue', () => {
    const engine = createTestEngine();
    engine.place('ann', limit('sell', { price: 100n, amount: 8n }));
    engine.place('bob', limit('sell', { price: 100n, amount: 8n }));
    engine.amend('ann', { market, orderId: 1 }, { amount: 5n, clientOrderId: 'new' });
    engine.place('cyd', limit('buy', { price: 100n, amount: 6n }));
    expect(engine.order('ann', { clientOrderId: 'new' })).toMatchObject({ orderId: 1, status: 'filled', filled: 5n });
    expect(engine.order('bob', { market, orderId: 2 })?.filled).toBe(1n);
    engine.audit();
  });

  test.each([8n, 9n, 3n, 0n])('to %s of 8 with 3 filled is refused', (amount) => {
    const engine = createTestEngine();
    engine.place('ann', limit('sell', { price: 100n, amount: 8n }));
    engine.place('bob', limit('buy', { price: 100n, amount: 3n }));
    expect(engine.amend('ann', { market, orderId: 1 }, { amount })).toMatchObject({ refusal: 'invalid-amount' });
  });

  test('by replacing moves the order to the end of the queue under a new id', () => {
    const engine = createTestEngine();
    engine.place('ann', limit('sell', { price: 100n, amount: 8n }));
    engine.place('bob', limit('sell', { price: 100n, amount: 8n }));
    const moved = engine.replace('ann', { market, orderId: 1 }, limit('sell', { price: 100n, amount: 9n }));
    expect(moved).toMatchObject({
      canceled: { order: { orderId: 1, status: 'canceled' } },
      placed: { order: { orderId: 3, replaces: 1, amount: 9n } },
    });
    expect(engine.ahead('ann', { market, orderId: 3 })).toBe(8n);
    expect(engine.replace('ann', { market, orderId: 1 }, limit('sell', { price: 1n, amount: 1n }))).toMatchObject({
      canceled: { refusal: 'order-closed' },
    });
  });
});

describe('moving', () => {
  test('to another price or a higher amount keeps the id and loses the place', () => {
    const engine = createTestEngine();
    engine.place('ann', limit('sell', { price: 100n, amount: 8n }));
    engine.place('bob', limit('sell', { price: 100n, amount: 8n }));
    expect(engine.move('ann', { market, orderId: 1 }, { amount: 9n })).toMatchObject({
      order: { orderId: 1, amount: 9n },
    });
    expect(engine.ahead('ann', { market, orderId: 1 })).toBe(8n);
    engine.move('ann', { market, orderId: 1 }, { price: 99n });
    expect(engine.ahead('ann', { market, orderId: 1 })).toBe(0n);
    expect(engine.depth(market).asks).toEqual([
      [99n, 9n],
      [100n, 8n],
    ]);
    engine.audit();
  });

  test('across the book takes what it can and rests with what is left', () => {
    const engine = createTestEngine();
    engine.place('ann', limit('sell', { price: 100n, amount: 5n }));
    engine.place('bob', limit('buy', { price: 90n, amount: 8n }));
    const moved = engine.move('bob', { market, orderId: 2 }, { price: 100n });
    expect(moved).toMatchObject({ order: { status: 'open', filled: 5n }, executions: [{ amount: 5n, maker: false }] });
    expect(engine.depth(market)).toMatchObject({ bids: [[100n, 3n]], asks: [] });
    engine.audit();
  });

  test.each([
    ['a price of nothing', { price: 0n }, 'invalid-price'],
    ['an amount that is filled', { amount: 3n }, 'invalid-amount'],
    ['more than there is to spend', { price: 10_000_000n, amount: 1_000_000n }, 'insufficient-balance'],
  ])('to %s changes nothing', (_, to, refusal) => {
    const engine = createTestEngine();
    engine.place('ann', limit('buy', { price: 100n, amount: 8n }));
    engine.place('bob', limit('sell', { price: 100n, amount: 3n }));
    const before = engine.log.length;
    expect(engine.move('ann', { market, orderId: 1 }, to)).toMatchObject({ refusal });
    expect(engine.log.length).toBe(before);
    engine.audit();
  });

  test('a post-only order is not moved to where it would take', () => {
    const engine = createTestEngine();
    engine.place('ann', limit('sell', { price: 100n, amount: 5n }));
    engine.place('bob', limit('buy', { price: 90n, amount: 8n, timeInForce: 'post-only' }));
    expect(engine.move('bob', { market, orderId: 2 }, { price: 100n })).toMatchObject({ refusal: 'would-take' });
    engine.setStatus(market, 'cancel-only');
    expect(engine.move('bob', { market, orderId: 2 }, { price: 91n })).toMatchObject({ refusal: 'market-closed' });
    engine.setStatus(market, 'halted');
    expect(engine.move('bob', { market, orderId: 2 }, { price: 91n })).toMatchObject({ refusal: 'market-closed' });
  });
});

describe('self-trade prevention', () => {
  const meet = (selfTrade: 'none' | 'expire-taker' | 'expire-maker' | 'expire-both') => {
    const engine = createTestEngine();
    engine.place('bob', limit('sell', { price: 99n, amount: 1n }));
    engine.place('ann', limit('sell', { price: 100n, amount: 5n }));
    engine.place('bob', limit('sell', { price: 101n, amount: 5n }));
    engine.place('ann', limit('buy', { price: 101n, amount: 4n, selfTrade }));
    engine.audit();
    return engine.orders('ann').map(({ status, reason, filled, prevented }) => ({ status, reason, filled, prevented }));
  };

  test('none lets an account trade with itself', () => {
    expect(meet('none')).toEqual([
      { status: 'open', reason: undefined, filled: 3n, prevented: 0n },
      { status: 'filled', reason: undefined, filled: 4n, prevented: 0n },
    ]);
  });

  test('expire-taker ends the new order where it meets the old one', () => {
    expect(meet('expire-taker')).toEqual([
      { status: 'open', reason: undefined, filled: 0n, prevented: 0n },
      { status: 'expired', reason: 'self-trade', filled: 1n, prevented: 3n },
    ]);
  });

  test('expire-maker ends the old order, and the new one goes on', () => {
    expect(meet('expire-maker')).toEqual([
      { status: 'expired', reason: 'self-trade', filled: 0n, prevented: 3n },
      { status: 'filled', reason: undefined, filled: 4n, prevented: 3n },
    ]);
  });

  test('expire-both ends both', () => {
    expect(meet('expire-both')).toEqual([
      { status: 'expired', reason: 'self-trade', filled: 0n, prevented: 3n },
      { status: 'expired', reason: 'self-trade', filled: 1n, prevented: 3n },
    ]);
  });
});

describe('market status', () => {
  test('cancel-only takes cancels alone, halted takes nothing', () => {
    const engine = createTestEngine();
    engine.place('ann', limit('sell', { price: 100n, amount: 1n }));
    engine.place('ann', limit('sell', { price: 100n, amount: 1n }));
    engine.setStatus(market, 'cancel-only');
    expect(engine.place('bob', limit('buy', { price: 1n, amount: 1n }))).toEqual({
      type: 'refused',
      refusal: 'market-closed',
    });
    expect(engine.cancel('ann', { market, orderId: 1 }).type).toBe('accepted');
    engine.setStatus(market, 'halted');
    expect(engine.cancel('ann', { market, orderId: 2 })).toMatchObject({ refusal: 'market-closed' });
    expect(engine.cancelAll('ann')).toEqual([]);
    engine.setStatus(market, 'trading');
    expect(engine.cancelAll('ann').map(({ orderId }) => orderId)).toEqual([2]);
  });

  test('delisting ends every order and gives the money back', () => {
    const engine = createTestEngine();
    engine.place('ann', limit('sell', { price: 100n, amount: 1n }));
    engine.setStatus(market, 'delisted');
    expect(engine.orders('ann')).toMatchObject([{ status: 'expired', reason: 'venue' }]);
    expect(balances(engine, 'ann')['BTC']).toBe('100 + 0');
  });

  test('the venue may end an order, even of a halted market', () => {
    const engine = createTestEngine();
    engine.place('ann', limit('sell', { price: 100n, amount: 1n }));
    engine.setStatus(market, 'halted');
    expect(engine.expire('ann', { market, orderId: 1 })).toMatchObject({
      order: { status: 'expired', reason: 'venue' },
    });
    expect(engine.expire('ann', { market, orderId: 1 })).toMatchObject({ refusal: 'order-closed' });
  });
});

describe('fees', () => {
  const trade = (taken: 'received' | 'quote' | { asset: string; price: Record<string, string>; discount?: string }) => {
    const engine = createTestEngine({ fees: { maker: '0.001', taker: '0.002', taken } });
    engine.deposit('bob', 'BNB', '1');
    engine.place('ann', limit('sell', { price: 100n, amount: 1000n }));
    engine.place('bob', limit('buy', { price: 105n, amount: 2000n }));
    engine.audit();
    return engine;
  };

  test('come from what is received', () => {
    const engine = trade('received');
    expect(balances(engine, 'ann')).toEqual({ BTC: '99 + 0', USDT: '1000099.9 + 0' });
    expect(balances(engine, 'bob')).toEqual({ BTC: '100.998 + 0', USDT: '999795 + 105', BNB: '1 + 0' });
    expect([engine.feesTaken('BTC'), engine.feesTaken('USDT')]).toEqual([200_000n, 10_000_000n]);
  });

  test('come on top of a purchase when they are taken in quote, and are held back with the price', () => {
    const engine = trade('quote');
    // 100 and its 0.2 are paid; 105 and at most 0.21 are held for the rest.
    expect(balances(engine, 'bob')).toEqual({ BTC: '101 + 0', USDT: '999794.59 + 105.21', BNB: '1 + 0' });
    expect(balances(engine, 'ann')['USDT']).toBe('1000099.9 + 0');
  });

  test('come from a token at its price and discount, where there is enough of it', () => {
    const engine = trade({ asset: 'BNB', price: { USDT: '600' }, discount: '0.25' });
    // 100 × 0.002 × 0.75 / 600
    expect(balances(engine, 'bob')).toEqual({ BTC: '101 + 0', USDT: '999795 + 105', BNB: '0.99975 + 0' });
    expect(balances(engine, 'ann')['USDT']).toBe('1000099.9 + 0');
    expect(engine.executions('bob').map(({ fee, maker }) => [fee, maker])).toEqual([
      [{ asset: 'BNB', amount: 25_000n }, false],
    ]);
  });

  test('come from what is received where the token has no price in the quote asset', () => {
    expect(balances(trade({ asset: 'BNB', price: { EUR: '500' } }), 'bob')['BTC']).toBe('100.998 + 0');
  });

  test('below zero are a rebate', () => {
    const engine = createTestEngine({ fees: { maker: '-0.001', taker: '0.002', taken: 'quote' } });
    engine.place('ann', limit('buy', { price: 100n, amount: 1000n }));
    engine.place('bob', limit('sell', { price: 100n, amount: 1000n }));
    expect(balances(engine, 'ann')).toEqual({ BTC: '101 + 0', USDT: '999900.1 + 0' });
    expect(engine.feesTaken('USDT')).toBe(10_000_000n);
    engine.audit();
  });

  test('of one account apply to its later orders', () => {
    const engine = createTestEngine();
    engine.place('ann', limit('sell', { price: 100n, amount: 1000n }));
    engine.setFees('ann', { maker: '0.01', taker: '0.01', taken: 'received' });
    engine.place('ann', limit('sell', { price: 100n, amount: 1000n }));
    engine.place('bob', limit('buy', { price: 100n, amount: 2000n }));
    expect(engine.executions('ann').map(({ fee }) => fee.amount)).toEqual([0n, 100_000_000n]);
  });
});

describe('accounts and markets', () => {
  test('a withdrawal takes from what is free, never more', () => {
    const engine = createTestEngine();
    engine.place('ann', limit('sell', { price: 100n, amount: 60_000n }));
    engine.deposit('ann', 'BTC', '-40');
    expect(balances(engine, 'ann')['BTC']).toBe('0 + 60');
    expect(() => engine.deposit('ann', 'BTC', '-0.00000001')).toThrow('ann cannot be given -0.00000001 BTC');
    expect(() => engine.deposit('ann', 'BTC', '0.000000001')).toThrow('ann cannot be given 0.000000001 BTC');
    engine.audit();
  });

  test('names that the ledger uses are refused', () => {
    expect(() => createTestEngine().deposit('@fees', 'BTC', '1')).toThrow('names of accounts do not start with @');
  });

  test('executions can be read by market and by order, and ids start where the market says', () => {
    const engine = createTestEngine();
    const eth = { symbol: 'ETHBTC', base: 'BNB', quote: 'BTC', priceStep: '0.0001', amountStep: '0.01' };
    engine.addMarket({ ...eth, firstOrderId: 5000, firstTradeId: 700 });
    engine.deposit('ann', 'BNB', '10');
    engine.place('ann', { market: 'ETHBTC', side: 'sell', type: 'limit', price: 300n, amount: 10n });
    engine.place('ann', limit('sell', { price: 100n, amount: 1n }));
    engine.place('bob', { market: 'ETHBTC', side: 'buy', type: 'market', amount: 10n });
    engine.place('bob', limit('buy', { price: 100n, amount: 1n }));
    const ids = (filter: { market?: string; orderId?: number }) =>
      engine.executions('bob', filter).map(({ orderId, tradeId }) => [orderId, tradeId]);
    expect(ids({})).toEqual([
      [5001, 700],
      [2, 1],
    ]);
    expect(ids({ market })).toEqual([[2, 1]]);
    expect(ids({ orderId: 5001 })).toEqual([[5001, 700]]);
    engine.audit();
  });

  test('a market finer than its base asset is refused, one finer than its quote asset is cut', () => {
    const fine = { symbol: 'X', base: 'A', quote: 'B', priceStep: '0.01', amountStep: '0.01' };
    expect(() => createEngine({ now: () => 0, assets: { A: 1, B: 8 }, markets: [fine] })).toThrow(
      'X: amount step 0.01 is finer than A is kept',
    );
    const engine = createEngine({ now: () => 0, assets: { A: 2, B: 2 }, markets: [fine] });
    engine.deposit('ann', 'A', '1');
    engine.deposit('bob', 'B', '1');
    engine.place('ann', { market: 'X', side: 'sell', type: 'limit', price: 33n, amount: 33n });
    engine.place('bob', { market: 'X', side: 'buy', type: 'limit', price: 33n, amount: 40n });
    // 0.33 × 0.33 is 0.1089: 0.10 is paid, and 0.33 × 0.07 rounded up is held.
    expect(balances(engine, 'bob')).toEqual({ A: '0.33 + 0', B: '0.87 + 0.03' });
    engine.audit();
  });
});
