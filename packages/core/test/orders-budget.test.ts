import { describe, expect, test } from 'vitest';

import { ConnectorError } from '../src/errors/connector-error.js';
import type { Balance } from '../src/model/balance.js';
import { decimal } from '../src/model/decimal.js';
import type { FeeRates } from '../src/model/fees.js';
import type { NewOrder } from '../src/model/order.js';
import { checkFunds, type FundsOptions } from '../src/orders/budget.js';
import { newOrder } from './support/order-kit.js';

function balances(amounts: Record<string, string>, stale = false): ReadonlyMap<string, Balance> {
  return new Map(
    Object.entries(amounts).map(([asset, text]) => [
      asset,
      { total: decimal('5000'), available: decimal(text), stale },
    ]),
  );
}

function refusalOf(order: NewOrder, held: ReadonlyMap<string, Balance>, options?: FundsOptions): string | undefined {
  try {
    checkFunds(order, held, options);
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    expect([error.kind, error.outcome, error.clientOrderId]).toEqual(['insufficient-balance', 'not-sent', 'a']);
    return error.message;
  }
  return undefined;
}

const fees = (taken: FeeRates['taken']): FundsOptions => ({
  fees: { maker: decimal('-0.001'), taker: decimal('0.01'), taken },
});

const buy = newOrder({ side: 'buy', amount: '10', price: '100' });
const sell = newOrder({ side: 'sell', amount: '10', price: '100' });

test('a buy needs amount × price of the quote asset', () => {
  expect(refusalOf(buy, balances({ USDT: '1000' }))).toBeUndefined();
  expect(refusalOf(buy, balances({ USDT: '999.99' }))).toBe(
    'place BTC-USDT: needs 1000 USDT, and 999.99 USDT is available',
  );
});

test('a sell needs the amount of the base asset', () => {
  expect(refusalOf(sell, balances({ BTC: '10', USDT: '0' }))).toBeUndefined();
  expect(refusalOf(sell, balances({ BTC: '9' }))).toBe('place BTC-USDT: needs 10 BTC, and 9 BTC is available');
});

describe('fees', () => {
  test('in the quote asset come on top of a buy, not of a sell', () => {
    expect(refusalOf(buy, balances({ USDT: '1009.99' }), fees('quote'))).toBe(
      'place BTC-USDT: needs 1010 USDT, and 1009.99 USDT is available',
    );
    expect(refusalOf(sell, balances({ BTC: '10' }), fees('quote'))).toBeUndefined();
  });

  test('taken from what is received, or in a third asset, do not', () => {
    expect(refusalOf(buy, balances({ USDT: '1000' }), fees('received'))).toBeUndefined();
    expect(refusalOf(buy, balances({ USDT: '1000' }), fees({ asset: 'BNB' }))).toBeUndefined();
    expect(refusalOf(sell, balances({ BTC: '10' }), fees({ asset: 'BTC' }))).toBe(
      'place BTC-USDT: needs 10.1 BTC, and 10 BTC is available',
    );
  });

  test('of a maker apply to post-only orders, and a rebate is not counted on', () => {
    const maker = newOrder({ side: 'buy', amount: '10', price: '100', timeInForce: 'post-only' });
    expect(refusalOf(maker, balances({ USDT: '1000' }), fees('quote'))).toBeUndefined();
    expect(refusalOf(maker, balances({ USDT: '999' }), fees('quote'))).toBe(
      'place BTC-USDT: needs 1000 USDT, and 999 USDT is available',
    );
  });
});

describe('market orders', () => {
  test('in what they spend need no price', () => {
    const spend = newOrder({ side: 'buy', amount: '500', amountIn: 'quote' });
    expect(refusalOf(spend, balances({ USDT: '499' }))).toBe(
      'place BTC-USDT: needs 500 USDT, and 499 USDT is available',
    );
  });

  test('in what they receive need one, and pass without', () => {
    const receive = newOrder({ side: 'buy', amount: '5' });
    expect(refusalOf(receive, balances({ USDT: '1' }))).toBeUndefined();
    expect(refusalOf(receive, balances({ USDT: '1' }), { referencePrice: decimal('100') })).toBe(
      'place BTC-USDT: needs 500 USDT, and 1 USDT is available',
    );
    const proceeds = newOrder({ side: 'sell', amount: '500', amountIn: 'quote' });
    expect(refusalOf(proceeds, balances({ BTC: '1' }), { referencePrice: decimal('100') })).toBe(
      'place BTC-USDT: needs 5 BTC, and 1 BTC is available',
    );
  });
});

test('orders that the venue has not confirmed are counted off', () => {
  const inFlight = new Map([['USDT', decimal('600')]]);
  expect(refusalOf(buy, balances({ USDT: '1500' }), { inFlight })).toBe(
    'place BTC-USDT: needs 1000 USDT, and 900 USDT is available',
  );
  expect(refusalOf(buy, balances({ USDT: '500' }), { inFlight })).toBe(
    'place BTC-USDT: needs 1000 USDT, and 0 USDT is available',
  );
});

test('only fresh balances refuse', () => {
  expect(refusalOf(buy, balances({ USDT: '1' }, true))).toBeUndefined();
  expect(refusalOf(buy, new Map())).toBeUndefined();
  expect(refusalOf(buy, balances({ BTC: '1' }, true))).toBeUndefined();
});

test('an asset that the venue does not list is one of which there is none', () => {
  expect(refusalOf(buy, balances({ BTC: '1' }))).toBe('place BTC-USDT: needs 1000 USDT, and 0 USDT is available');
});
