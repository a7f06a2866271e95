import { describe, expect, test } from 'vitest';

import { ConnectorError } from '../src/errors/connector-error.js';
import { decimal } from '../src/model/decimal.js';
import type { NewOrder } from '../src/model/order.js';
import { createGuard, type Guard, type OrderLimits } from '../src/orders/guard.js';
import { market, newOrder } from './support/order-kit.js';

const now = { mid: () => decimal('100'), open: 0 };

function refusalOf(guard: Guard, order: NewOrder, at: Parameters<Guard['check']>[1] = now): string | undefined {
  try {
    guard.check(order, at);
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    expect([error.outcome, error.clientOrderId]).toEqual(['not-sent', 'a']);
    return `${error.kind} ${error.message}`;
  }
  return undefined;
}

test('without limits every order passes', () => {
  expect(refusalOf(createGuard(), newOrder({ price: '1' }), { mid: () => undefined, open: 1_000 })).toBeUndefined();
});

describe('the largest notional', () => {
  const guard = createGuard({ maxNotional: '1000' });

  test('holds for limit orders at their price', () => {
    expect(refusalOf(guard, newOrder({ amount: '10', price: '100' }))).toBeUndefined();
    expect(refusalOf(guard, newOrder({ amount: '10', price: '100.01' }))).toBe(
      'invalid-request place BTC-USDT: 1000.1 USDT is above orderLimits.maxNotional, 1000 USDT',
    );
  });

  test('holds for market orders at the mid, or in quote units', () => {
    expect(refusalOf(guard, newOrder({ amount: '10' }))).toBeUndefined();
    expect(refusalOf(guard, newOrder({ amount: '10.1' }))).toBe(
      'invalid-request place BTC-USDT: 1010 USDT is above orderLimits.maxNotional, 1000 USDT',
    );
    expect(refusalOf(guard, newOrder({ amount: '1001', amountIn: 'quote' }))).toBe(
      'invalid-request place BTC-USDT: 1001 USDT is above orderLimits.maxNotional, 1000 USDT',
    );
  });

  test('refuses what it cannot tell', () => {
    expect(refusalOf(guard, newOrder({ amount: '1' }), { mid: () => undefined, open: 0 })).toBe(
      'invalid-request place BTC-USDT: without a price in the book, orderLimits.maxNotional 1000 cannot be checked',
    );
  });
});

describe('the price band', () => {
  const guard = createGuard({ priceBand: '0.05' });

  test('holds on both sides of the mid', () => {
    expect(['95', '105'].map((price) => refusalOf(guard, newOrder({ price })))).toEqual([undefined, undefined]);
    expect(refusalOf(guard, newOrder({ price: '94.99' }))).toBe(
      'invalid-request place BTC-USDT: price 94.99 is more than orderLimits.priceBand 0.05 away from the mid, 100',
    );
    expect(refusalOf(guard, newOrder({ price: '105.01' }))).toBe(
      'invalid-request place BTC-USDT: price 105.01 is more than orderLimits.priceBand 0.05 away from the mid, 100',
    );
  });

  test('does not apply to market orders, and refuses without a mid', () => {
    expect(refusalOf(guard, newOrder())).toBeUndefined();
    expect(refusalOf(guard, newOrder({ price: '100' }), { mid: () => undefined, open: 0 })).toBe(
      'invalid-request place BTC-USDT: without a mid price of the book, orderLimits.priceBand 0.05 cannot be checked',
    );
  });
});

test('the number of open orders is limited', () => {
  const guard = createGuard({ maxOpenOrders: 2 });
  expect(refusalOf(guard, newOrder(), { ...now, open: 1 })).toBeUndefined();
  expect(refusalOf(guard, newOrder(), { ...now, open: 2 })).toBe(
    'invalid-request place BTC-USDT: 2 orders are open, and orderLimits.maxOpenOrders is 2',
  );
});

test('a market that does not trade takes no orders', () => {
  const halted = { ...newOrder(), market: { ...market, status: 'halted' as const } };
  expect(refusalOf(createGuard(), halted)).toBe('venue-unavailable place BTC-USDT: the market is halted');
});

test('the kill switch refuses everything until it is released', () => {
  const guard = createGuard();
  guard.kill('daily loss reached');
  expect([guard.killed(), refusalOf(guard, newOrder())]).toEqual([
    'daily loss reached',
    'aborted place BTC-USDT: new orders are refused: daily loss reached',
  ]);
  guard.release();
  expect([guard.killed(), refusalOf(guard, newOrder())]).toEqual([undefined, undefined]);
});

test.each<[OrderLimits, string]>([
  [{ maxNotional: 'lots' }, 'not a decimal number: "lots"'],
  [{ maxNotional: '-1' }, 'orderLimits.maxNotional: -1 is below zero'],
  [{ priceBand: '-0.1' }, 'orderLimits.priceBand: -0.1 is below zero'],
  [{ maxOpenOrders: 1.5 }, 'orderLimits.maxOpenOrders: 1.5 is not a number of orders'],
  [{ maxOpenOrders: -1 }, 'orderLimits.maxOpenOrders: -1 is not a number of orders'],
])('limits that are none are refused: %j', (limits, message) => {
  expect(() => createGuard(limits)).toThrow(message);
});
