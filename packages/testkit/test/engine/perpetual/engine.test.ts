import { describe, expect, test } from 'vitest';

import { brief } from '../market.js';
import { createPerpetuals, limit, market, positions, trade, wallet } from './market.js';

describe('positions', () => {
  test('open, grow, shrink and turn, with the profit of what was closed in the wallet', () => {
    const engine = createPerpetuals();
    trade(engine, ['ann', 'bob'], [1000n, 1000n]);
    trade(engine, ['ann', 'bob'], [1100n, 1000n]);
    expect(positions(engine, 'ann')).toEqual(['BTCUSDT net 2 for 2100']);
    expect(positions(engine, 'bob')).toEqual(['BTCUSDT net -2 for 2100']);
    expect([wallet(engine, 'ann'), wallet(engine, 'bob')]).toEqual(['1000', '1000']);
    trade(engine, ['bob', 'ann'], [1150n, 500n]);
    expect(positions(engine, 'ann')).toEqual(['BTCUSDT net 1.5 for 1575']);
    expect([wallet(engine, 'ann'), wallet(engine, 'bob')]).toEqual(['1050', '950']);
    trade(engine, ['cyd', 'ann'], [1050n, 2000n]);
    expect(positions(engine, 'ann')).toEqual(['BTCUSDT net -0.5 for 525']);
    expect(wallet(engine, 'ann')).toBe('1050');
    engine.audit();
  });

  test('tell their profit at the mark price, and what they need', () => {
    const engine = createPerpetuals();
    trade(engine, ['ann', 'bob'], [1000n, 2000n]);
    engine.setPrices('BTCUSDT', { mark: 1100n });
    const [position] = engine.positions('ann');
    expect(position === undefined ? undefined : engine.figures(position)).toEqual({
      worth: 2_200_000n,
      unrealized: 200_000n,
      initialMargin: 220_000n,
      maintenanceMargin: 22_000n,
      // 1000 + 2 (p - 1000) = 0.01 × 2 p
      liquidationPrice: 505n,
    });
    expect(engine.marginOf('ann', 'USDT')).toEqual({
      ...{ wallet: 1_000_000n, isolated: 0n, unrealized: 200_000n, equity: 1_200_000n },
      ...{ positionMargin: 220_000n, orderMargin: 0n, maintenanceMargin: 22_000n, available: 980_000n },
    });
    expect(engine.free('ann', 'USDT')).toBe(980_000n);
    expect(() => engine.deposit('ann', 'USDT', '-980.001')).toThrow(RangeError);
    engine.deposit('ann', 'USDT', '-980');
    expect(engine.marginOf('ann', 'USDT').available).toBe(0n);
  });

  test('of inverse contracts are worth coins, and a long gains what the price gains in coins', () => {
    const engine = createPerpetuals();
    const inverse = { market: 'BTCUSD' } as const;
    trade(engine, ['ann', 'bob'], [1000n, 10n], inverse);
    expect(positions(engine, 'ann')).toEqual(['BTCUSD net 10 for 1']);
    engine.setPrices('BTCUSD', { mark: 1250n });
    expect(engine.marginOf('ann', 'BTC').unrealized).toBe(20_000_000n);
    expect(engine.marginOf('bob', 'BTC').unrealized).toBe(-20_000_000n);
    const [short] = engine.positions('bob');
    // 10 + 1 ... - 1000 / p + 1 = 0.01 × 1000 / p has no price above zero: ten coins outweigh one.
    expect(short === undefined ? undefined : engine.figures(short).liquidationPrice).toBeUndefined();
    trade(engine, ['bob', 'ann'], [1250n, 10n], inverse);
    expect([wallet(engine, 'ann', 'BTC'), wallet(engine, 'bob', 'BTC')]).toEqual(['10.2', '9.8']);
    expect(positions(engine, 'ann')).toEqual([]);
    engine.audit();
  });

  test('are told after the trade, the orders and the wallets', () => {
    const engine = createPerpetuals();
    engine.place('bob', limit('sell', 1000n, 5n));
    const from = engine.log.length;
    engine.place('ann', market('buy', 5n));
    expect(engine.log.slice(from).map(brief)).toEqual([
      'placed ann 2 open',
      'depth 2: sell 0 at 1000',
      'trade 1: 5 at 1000',
      'filled bob 1 filled',
      'filled ann 2 filled',
      'position bob BTCUSDT net -5',
      'position ann BTCUSDT net 5',
    ]);
  });

  test('pay fees in the settle asset, cut to its last digit', () => {
    const engine = createPerpetuals({ fees: { maker: '-0.0001', taker: '0.0005', taken: 'received' } });
    trade(engine, ['ann', 'bob'], [1000n, 1000n]);
    expect([wallet(engine, 'ann'), wallet(engine, 'bob')]).toEqual(['999.5', '1000.1']);
    expect(engine.executions('ann')[0]).toMatchObject({ fee: { asset: 'USDT', amount: 500n }, realized: 0n });
    expect(engine.feesTaken('USDT')).toBe(400n);
    engine.audit();
  });
});

describe('margin', () => {
  test('is asked for what the larger side of the orders would come to', () => {
    const engine = createPerpetuals({ balance: '100' });
    expect(engine.place('ann', limit('buy', 1000n, 1001n))).toMatchObject({ refusal: 'insufficient-balance' });
    expect(engine.place('ann', limit('buy', 1000n, 1000n)).type).toBe('accepted');
    expect(engine.marginOf('ann', 'USDT')).toMatchObject({ orderMargin: 100_000n, available: 0n });
    expect(engine.place('ann', limit('sell', 1001n, 999n)).type).toBe('accepted');
    expect(engine.place('ann', limit('sell', 1001n, 2n))).toMatchObject({ refusal: 'insufficient-balance' });
    expect(engine.place('ann', limit('buy', 999n, 1n))).toMatchObject({ refusal: 'insufficient-balance' });
  });

  test('is asked for what an order loses at once beside the mark price', () => {
    const engine = createPerpetuals({ balance: '100' });
    expect(engine.place('ann', limit('buy', 1100n, 477n))).toMatchObject({ refusal: 'insufficient-balance' });
    // 0.476 × 1100 ÷ 10 + 0.476 × 100
    expect(engine.place('ann', limit('buy', 1100n, 476n)).type).toBe('accepted');
    expect(engine.marginOf('ann', 'USDT').available).toBe(40n);
  });

  test('is not asked of orders that close', () => {
    const engine = createPerpetuals({ balance: '100' });
    trade(engine, ['ann', 'bob'], [1000n, 1000n]);
    expect(engine.marginOf('ann', 'USDT').available).toBe(0n);
    expect(engine.place('ann', limit('sell', 1050n, 1000n, { reduceOnly: true })).type).toBe('accepted');
    expect(engine.place('ann', limit('sell', 1050n, 1000n)).type).toBe('accepted');
    expect(engine.place('ann', limit('buy', 900n, 1n))).toMatchObject({ refusal: 'insufficient-balance' });
  });

  test('follows the leverage, which lies within the limits of the market and of the account', () => {
    const engine = createPerpetuals({ balance: '100' });
    expect(engine.leverage('ann', 'BTCUSDT')).toEqual({ leverage: '10', margin: 'cross' });
    const set = (leverage: string, margin: 'cross' | 'isolated' = 'cross') =>
      engine.setLeverage('ann', 'BTCUSDT', { leverage, margin });
    expect([set('0.5'), set('126'), set('125'), set('10')]).toEqual([
      'invalid-leverage',
      'invalid-leverage',
      undefined,
      undefined,
    ]);
    trade(engine, ['ann', 'bob'], [1000n, 500n]);
    expect([set('4'), set('5'), set('5', 'isolated')]).toEqual(['insufficient-balance', undefined, 'has-position']);
    trade(engine, ['bob', 'ann'], [1000n, 500n]);
    engine.place('ann', limit('buy', 900n, 1n));
    expect(set('5', 'isolated')).toBe('has-orders');
    engine.cancelAll('ann');
    expect(set('5', 'isolated')).toBeUndefined();
    expect(engine.setLeverage('ann', 'XRPUSDT', { leverage: '1', margin: 'cross' })).toBe('unknown-market');
    expect(engine.leverage('ann', 'BTCUSDT')).toEqual({ leverage: '5', margin: 'isolated' });
  });

  test('of an isolated position lies beside the wallet and comes back in parts', () => {
    const engine = createPerpetuals();
    engine.setLeverage('ann', 'BTCUSDT', { leverage: '4', margin: 'isolated' });
    trade(engine, ['ann', 'bob'], [1000n, 1000n]);
    expect(engine.balances('ann')[0]).toEqual({ asset: 'USDT', free: 750_000n, locked: 250_000n });
    expect(engine.positions('ann')[0]).toMatchObject({ collateral: 250_000n, margin: 'isolated', leverage: '4' });
    trade(engine, ['bob', 'ann'], [1100n, 500n]);
    expect(engine.balances('ann')[0]).toEqual({ asset: 'USDT', free: 925_000n, locked: 125_000n });
    expect(engine.setLeverage('ann', 'BTCUSDT', { leverage: '2', margin: 'isolated' })).toBe('has-position');
    expect(engine.setLeverage('ann', 'BTCUSDT', { leverage: '8', margin: 'isolated' })).toBeUndefined();
    engine.audit();
  });
});

test('an order that is moved needs margin for its new terms, and may open and close what it meets', () => {
  const engine = createPerpetuals({ balance: '100' });
  engine.place('bob', limit('sell', 1000n, 400n));
  engine.place('ann', limit('buy', 900n, 400n));
  expect(engine.move('ann', { market: 'BTCUSDT', orderId: 2 }, { amount: 1200n })).toMatchObject({
    refusal: 'insufficient-balance',
  });
  expect(engine.marginOf('ann', 'USDT').orderMargin).toBe(36_000n);
  expect(engine.move('ann', { market: 'BTCUSDT', orderId: 2 }, { price: 1000n, amount: 500n })).toMatchObject({
    order: { filled: 400n, status: 'open' },
  });
  expect(positions(engine, 'ann')).toEqual(['BTCUSDT net 0.4 for 400']);
  expect(engine.marginOf('ann', 'USDT')).toMatchObject({ positionMargin: 40_000n, orderMargin: 10_000n });
  engine.audit();
});

describe('reduce-only orders', () => {
  test('are refused when there is nothing to reduce, or when they would rest and ask for more', () => {
    const engine = createPerpetuals();
    const reduceOnly = true;
    expect(engine.place('ann', limit('sell', 1000n, 1n, { reduceOnly }))).toMatchObject({ refusal: 'reduce-only' });
    trade(engine, ['ann', 'bob'], [1000n, 10n]);
    expect(engine.place('ann', limit('buy', 900n, 1n, { reduceOnly }))).toMatchObject({ refusal: 'reduce-only' });
    expect(engine.place('ann', limit('sell', 1001n, 11n, { reduceOnly }))).toMatchObject({ refusal: 'reduce-only' });
    expect(engine.place('ann', limit('sell', 1001n, 10n, { reduceOnly }))).toMatchObject({
      order: { reduceOnly: true, positionSide: 'net' },
    });
  });

  test('that take trade what the position has, and the rest expires', () => {
    const engine = createPerpetuals();
    trade(engine, ['ann', 'bob'], [1000n, 10n]);
    engine.place('bob', limit('buy', 1000n, 50n));
    const placed = engine.place('ann', market('sell', 30n, { reduceOnly: true }));
    expect(placed).toMatchObject({ order: { status: 'expired', reason: 'unfilled', amount: 30n, filled: 10n } });
    expect(positions(engine, 'ann')).toEqual([]);
    engine.audit();
  });

  test('that rest never turn a position, and end when it has become smaller than they are', () => {
    const engine = createPerpetuals();
    trade(engine, ['ann', 'bob'], [1000n, 10n]);
    engine.place('ann', limit('sell', 1001n, 6n));
    engine.place('ann', limit('sell', 1002n, 10n, { reduceOnly: true }));
    engine.place('ann', limit('sell', 1003n, 3n, { reduceOnly: true }));
    const taken = engine.place('cyd', market('buy', 100n));
    expect(taken).toMatchObject({ order: { filled: 10n, status: 'expired' } });
    expect(engine.orders('ann').map(({ filled, status, reason }) => [filled, status, reason])).toEqual([
      [10n, 'filled', undefined],
      [6n, 'filled', undefined],
      [4n, 'expired', 'reduce-only'],
      [0n, 'expired', 'reduce-only'],
    ]);
    expect(positions(engine, 'ann')).toEqual([]);
    engine.audit();
  });
});

describe('hedge mode', () => {
  test('keeps a long and a short side by side', () => {
    const engine = createPerpetuals();
    expect(engine.setPositionMode('ann', 'hedge')).toBeUndefined();
    engine.place('bob', limit('sell', 1000n, 10n));
    engine.place('bob', limit('buy', 990n, 10n));
    engine.place('ann', market('buy', 5n, { positionSide: 'long' }));
    engine.place('ann', market('sell', 3n, { positionSide: 'short' }));
    expect(positions(engine, 'ann')).toEqual(['BTCUSDT long 0.005 for 5', 'BTCUSDT short -0.003 for 2.97']);
    engine.place('ann', market('sell', 9n, { positionSide: 'long' }));
    expect(positions(engine, 'ann')).toEqual(['BTCUSDT short -0.003 for 2.97']);
    expect(wallet(engine, 'ann')).toBe('999.95');
    engine.audit();
  });

  test('asks every order for its side, and one-way mode takes none', () => {
    const engine = createPerpetuals();
    expect(engine.place('ann', market('buy', 5n, { positionSide: 'long' }))).toMatchObject({
      refusal: 'position-side',
    });
    engine.setPositionMode('ann', 'hedge');
    expect(engine.place('ann', limit('buy', 900n, 5n))).toMatchObject({ refusal: 'position-side' });
    expect(engine.place('ann', market('sell', 5n, { positionSide: 'long' }))).toMatchObject({ refusal: 'reduce-only' });
  });

  test('is entered and left without positions and orders', () => {
    const engine = createPerpetuals();
    engine.place('ann', limit('buy', 900n, 5n));
    expect(engine.setPositionMode('ann', 'hedge')).toBe('has-orders');
    engine.cancelAll('ann');
    trade(engine, ['ann', 'bob'], [1000n, 10n]);
    expect(engine.setPositionMode('ann', 'hedge')).toBe('has-position');
    expect([engine.setPositionMode('cyd', 'hedge'), engine.positionMode('cyd')]).toEqual([undefined, 'hedge']);
  });
});

describe('funding', () => {
  test('is paid by longs to shorts at the mark price, each payment with an id of its own', () => {
    const engine = createPerpetuals({ now: () => 5000 });
    trade(engine, ['ann', 'bob'], [1000n, 1000n]);
    engine.setPrices('BTCUSDT', { mark: 1100n, fundingRate: '0.0001' });
    const paid = engine.payFunding('BTCUSDT');
    const common = { market: 'BTCUSDT', side: 'net', asset: 'USDT', rate: '0.0001', at: 5000 };
    expect(paid).toEqual([
      { ...common, paymentId: 1, account: 'bob', amount: 110n },
      { ...common, paymentId: 2, account: 'ann', amount: -110n },
    ]);
    expect([wallet(engine, 'ann'), wallet(engine, 'bob')]).toEqual(['999.89', '1000.11']);
    engine.setPrices('BTCUSDT', { fundingRate: '-0.0002' });
    engine.payFunding('BTCUSDT');
    expect(engine.fundingPayments('ann').map(({ paymentId, amount }) => [paymentId, amount])).toEqual([
      [2, -110n],
      [4, 220n],
    ]);
    expect(engine.log.slice(-4).map(brief)).toEqual([
      'funding bob -220',
      'funding ann 220',
      'balance bob USDT',
      'balance ann USDT',
    ]);
    engine.audit();
  });

  test('leaves what cannot be divided to the insurance fund, and comes out of isolated collateral', () => {
    const engine = createPerpetuals();
    engine.setLeverage('ann', 'BTCUSDT', { leverage: '10', margin: 'isolated' });
    trade(engine, ['ann', 'bob'], [1000n, 15n]);
    trade(engine, ['ann', 'cyd'], [1000n, 15n]);
    engine.setPrices('BTCUSDT', { fundingRate: '0.0001' });
    engine.payFunding('BTCUSDT');
    // 30 × 0.0001 is 3 thousandths, each short gets 1 and a half.
    expect(engine.fundingPayments('ann')[0]?.amount).toBe(-3n);
    expect(engine.fundingPayments('bob')[0]?.amount).toBe(1n);
    expect(engine.insurance('USDT')).toBe(1n);
    expect(engine.positions('ann')[0]?.collateral).toBe(2_997n);
    engine.audit();
  });
});

describe('liquidation', () => {
  test('closes the position in the market once equity is below the maintenance margin, not before', () => {
    const engine = createPerpetuals({ balance: '100' });
    trade(engine, ['ann', 'bob'], [1000n, 1000n]);
    engine.deposit('cyd', 'USDT', '10000');
    engine.place('cyd', limit('buy', 905n, 5000n));
    engine.place('ann', limit('sell', 1200n, 5n));
    // 100 + p - 1000 = 0.01 p at 909.09
    engine.setPrices('BTCUSDT', { mark: 910n });
    expect(positions(engine, 'ann')).toEqual(['BTCUSDT net 1 for 1000']);
    const from = engine.log.length;
    engine.setPrices('BTCUSDT', { mark: 909n });
    expect(engine.log.slice(from).map(brief)).toEqual([
      'prices BTCUSDT 909',
      'depth 5: sell 0 at 1200',
      'expired ann 4 expired',
      'liquidation ann BTCUSDT net',
      'placed ann 5 open',
      'depth 6: buy 4000 at 905',
      'trade 2: 1000 at 905',
      'filled cyd 3 open',
      'filled ann 5 filled',
      'balance ann USDT',
      'position cyd BTCUSDT net 1000',
      'position ann BTCUSDT net 0',
    ]);
    expect(engine.orders('ann').at(-1)).toMatchObject({ liquidation: true, reduceOnly: true, type: 'market' });
    expect(engine.orders('ann')[1]).toMatchObject({ status: 'expired', reason: 'liquidation' });
    expect(wallet(engine, 'ann')).toBe('5');
    engine.audit();
  });

  test('hands to the insurance fund what the book does not take, and the fund pays what the account cannot', () => {
    const engine = createPerpetuals({ balance: '100' });
    trade(engine, ['ann', 'bob'], [1000n, 1000n]);
    engine.deposit('bob', 'USDT', '10000');
    engine.place('cyd', limit('buy', 890n, 400n));
    engine.setPrices('BTCUSDT', { mark: 880n });
    expect(positions(engine, 'ann')).toEqual([]);
    expect(wallet(engine, 'ann')).toBe('0');
    // 0.4 × 110 + 0.6 × 120 - 100
    expect(engine.log.map(brief)).toContain('bankruptcy ann 16000 USDT');
    expect(engine.insurance('USDT')).toBe(-16_000n);
    expect(positions(engine, '@insurance')).toEqual(['BTCUSDT net 0.6 for 528']);
    engine.audit();
  });

  test('of an isolated position costs no more than its collateral', () => {
    const engine = createPerpetuals({ balance: '1000' });
    engine.setLeverage('ann', 'BTCUSDT', { leverage: '10', margin: 'isolated' });
    trade(engine, ['ann', 'bob'], [1000n, 1000n]);
    engine.deposit('bob', 'USDT', '10000');
    engine.setPrices('BTCUSDT', { mark: 850n });
    expect(positions(engine, 'ann')).toEqual([]);
    expect(engine.balances('ann')[0]).toEqual({ asset: 'USDT', free: 900_000n, locked: 0n });
    engine.audit();
  });

  test('on cross margin begins with the position that needs most and stops when that is enough', () => {
    const engine = createPerpetuals({ balance: '300' });
    for (const account of ['bob', 'cyd']) engine.deposit(account, 'USDT', '10000');
    trade(engine, ['ann', 'bob'], [1000n, 2000n]);
    trade(engine, ['ann', 'bob'], [1000n, 900n], { market: 'ETHUSDT' });
    engine.place('cyd', limit('buy', 862n, 2000n));
    engine.setPrices('ETHUSDT', { mark: 999n });
    engine.setPrices('BTCUSDT', { mark: 863n });
    expect(positions(engine, 'ann')).toEqual(['ETHUSDT net 0.9 for 900']);
    engine.audit();
  });

  test('of one account may bring the next one down, and all is well in the end', () => {
    const engine = createPerpetuals({ balance: '100' });
    engine.deposit('bob', 'USDT', '100000');
    trade(engine, ['ann', 'bob'], [1000n, 900n]);
    trade(engine, ['cyd', 'bob'], [1000n, 900n]);
    engine.place('cyd', limit('buy', 880n, 40n));
    engine.setPrices('BTCUSDT', { mark: 893n });
    expect([...positions(engine, 'ann'), ...positions(engine, 'cyd')]).toEqual([]);
    engine.audit();
  });

  test('counts profits of other positions, and inverse ones in their coins', () => {
    const engine = createPerpetuals();
    engine.deposit('ann', 'BTC', '-9.9');
    engine.setLeverage('ann', 'BTCUSD', { leverage: '20', margin: 'cross' });
    trade(engine, ['ann', 'bob'], [1000n, 10n], { market: 'BTCUSD' });
    const [long] = engine.positions('ann');
    // 0.1 + 1 - 1000 / p = 0.01 × 1000 / p
    expect(long === undefined ? undefined : engine.figures(long).liquidationPrice).toBe(918n);
    engine.setPrices('BTCUSD', { mark: 919n });
    expect(engine.positions('ann')).toHaveLength(1);
    engine.setPrices('BTCUSD', { mark: 918n });
    expect(engine.positions('ann')).toHaveLength(0);
    engine.audit();
  });
});

test('markets of the wrong kind, off the grid or without a price are refused', () => {
  const engine = createPerpetuals();
  const definition = { symbol: 'X', base: 'X', quote: 'USDT', priceStep: '1', amountStep: '1' };
  expect(() => engine.addMarket(definition)).toThrow('X is no perpetual');
  expect(() =>
    engine.addMarket({ ...definition, perpetual: { shape: 'linear', settle: 'USDT', price: '0.5' } }),
  ).toThrow('X: price 0.5 is off the grid');
  expect(() => engine.setPrices('BTCUSDT', { mark: 0n })).toThrow(RangeError);
  expect(() => engine.setPrices('BTCUSDT', { fundingRate: 'x' })).toThrow(RangeError);
  expect(engine.place('ann', { market: 'BTCUSDT', side: 'buy', type: 'market', quoteAmount: 5n })).toMatchObject({
    refusal: 'invalid-amount',
  });
});
