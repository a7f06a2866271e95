import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { decimal, toDecimal } from '../src/model/decimal.js';
import { ConnectorError } from '../src/errors/connector-error.js';
import type { Market } from '../src/model/market.js';
import type { OrderRequest } from '../src/model/order.js';
import { quantise } from '../src/orders/quantise.js';
import { market } from './support/order-kit.js';

const limit = (change: object = {}): OrderRequest => ({
  pair: 'BTC-USDT',
  side: 'buy',
  type: 'limit',
  amount: '1',
  price: '100',
  ...change,
});
const atMarket = (change: object = {}): OrderRequest => ({
  pair: 'BTC-USDT',
  side: 'buy',
  type: 'market',
  amount: '1',
  ...change,
});

function priceOf(side: 'buy' | 'sell', price: string, rules: Market['price']): string | undefined {
  return quantise({ ...market, price: rules, minNotional: decimal('0') }, limit({ side, price })).price?.toFixed();
}

/** What is wrong with a value that is no decimal. */
function faultOf(given: unknown): string {
  try {
    toDecimal(given);
  } catch (error) {
    if (error instanceof Error) return error.message;
  }
  return 'nothing';
}

function refusalOf(of: Market, request: OrderRequest, referencePrice?: string): string {
  try {
    quantise(of, request, () => (referencePrice === undefined ? undefined : decimal(referencePrice)));
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    expect([error.kind, error.outcome]).toEqual(['invalid-request', 'not-sent']);
    return error.message;
  }
  return 'nothing was refused';
}

describe('limit orders', () => {
  test('amounts round down, prices away from the market', () => {
    const asked = { amount: '1.23456789', price: '100.005' };
    expect(quantise(market, limit(asked))).toEqual({
      amount: decimal('1.234'),
      amountIn: 'base',
      price: decimal('100'),
      timeInForce: 'gtc',
    });
    expect(quantise(market, limit({ ...asked, side: 'sell', timeInForce: 'post-only' }))).toEqual({
      amount: decimal('1.234'),
      amountIn: 'base',
      price: decimal('100.01'),
      timeInForce: 'post-only',
    });
  });

  test('what fits stays as it is, however it is written', () => {
    expect(quantise(market, limit({ amount: decimal('1.5'), price: '1e2', exact: true }))).toEqual({
      amount: decimal('1.5'),
      amountIn: 'base',
      price: decimal('100'),
      timeInForce: 'gtc',
    });
  });

  test.each([
    ['buy', '0.3', '0.25', '0.25'],
    ['sell', '0.3', '0.25', '0.5'],
    ['buy', '99.9999', '5', '95'],
    ['sell', '95.0001', '5', '100'],
    ['sell', '0.00000000000000000012', '1e-19', '0.0000000000000000002'],
  ] as const)('a %s at %s in steps of %s is at %s', (side, price, step, rounded) => {
    expect(priceOf(side, price, { step: decimal(step) })).toBe(rounded);
  });

  test.each([
    ['buy', '1234.56', '1234.5'],
    ['sell', '1234.51', '1234.6'],
    ['buy', '123456.7', '123456'],
    ['sell', '123456.1', '123457'],
    ['buy', '123456', '123456'],
    ['sell', '99999.5', '100000'],
    ['buy', '0.0123456', '0.012345'],
    ['sell', '0.0999999', '0.1'],
  ] as const)('with five significant digits, a %s at %s is at %s: integers always pass', (side, price, rounded) => {
    expect(priceOf(side, price, { step: decimal('0.000001'), digits: 5 })).toBe(rounded);
  });

  test('a step that is no power of ten and a number of digits hold together', () => {
    const rules = { step: decimal('0.25'), digits: 4 };
    expect([priceOf('buy', '123.75', rules), priceOf('sell', '123.75', rules)]).toEqual(['123.5', '124']);
  });

  test('every result is in steps, on the right side and less than two steps away', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 1n, max: 10n ** 12n }),
        fc.constantFrom('buy' as const, 'sell' as const),
        fc.constantFrom('0.01', '0.025', '0.0005', '5'),
        (units, side, stepText) => {
          const asked = decimal(`${units}e-4`);
          const step = decimal(stepText);
          if (side === 'buy' && asked.lt(step)) return;
          const price = decimal(priceOf(side, asked.toFixed(), { step }) ?? '0');
          expect(price.mod(step).eq(decimal('0'))).toBe(true);
          expect(price.minus(asked).abs().lt(step)).toBe(true);
          expect(side === 'buy' ? price.lte(asked) : price.gte(asked)).toBe(true);
        },
      ),
      { seed: 1, numRuns: 500 },
    );
  });
});

describe('market orders', () => {
  const rules: Market = {
    ...market,
    amount: { ...market.amount, marketStep: decimal('0.01'), marketMax: decimal('5') },
  };

  test('steps and maximum of market orders apply', () => {
    expect(quantise(rules, atMarket({ amount: '1.239' }))).toEqual({ amount: decimal('1.23'), amountIn: 'base' });
    expect(refusalOf(rules, atMarket({ amount: '6' }))).toBe('place BTC-USDT: amount 6 BTC is above the largest, 5');
    expect(quantise(market, atMarket({ amount: '6.0001' })).amount.toFixed()).toBe('6');
  });

  test('an amount in quote units is rounded to the step that the market has for it', () => {
    const stepped = { ...rules, amount: { ...rules.amount, quoteStep: decimal('0.01') } };
    const amountIn = 'quote';
    expect(quantise(stepped, atMarket({ amount: '12.3456', amountIn })).amount).toEqual(decimal('12.34'));
    expect(refusalOf(stepped, atMarket({ amount: '12.3456', amountIn, exact: true }))).toBe(
      'place BTC-USDT: amount 12.3456 USDT is not in steps of 0.01',
    );
  });

  test('an amount in quote units is taken as it is where the market has no step for it', () => {
    expect(quantise(rules, atMarket({ amount: '12.3456', amountIn: 'quote' }))).toEqual({
      amount: decimal('12.3456'),
      amountIn: 'quote',
    });
    expect(refusalOf(rules, atMarket({ amount: '4', amountIn: 'quote' }))).toBe(
      'place BTC-USDT: the order is worth 4 USDT, below the smallest, 5',
    );
  });

  test('the smallest notional needs a price to be checked', () => {
    expect(refusalOf(market, atMarket({ amount: '0.01' }), '100')).toBe(
      'place BTC-USDT: the order is worth 1 USDT, below the smallest, 5',
    );
    expect(quantise(market, atMarket({ amount: '0.01' })).amount.toFixed()).toBe('0.01');
    expect(quantise(market, atMarket({ amount: '0.01' }), () => decimal('500')).amount.toFixed()).toBe('0.01');
  });
});

describe('refusals', () => {
  test.each<[object, string]>([
    [{ amount: '0.0009' }, 'amount 0.0009 BTC is below the smallest, 0.001, in steps of 0.001'],
    [{ amount: '1001' }, 'amount 1001 BTC is above the largest, 1000'],
    [{ amount: '0' }, 'amount 0 is not above zero'],
    [{ amount: '-1' }, 'amount -1 is not above zero'],
    [{ price: '0' }, 'price 0 is not above zero'],
    [{ price: '0.001' }, 'price 0.001 USDT rounds to nothing in steps of 0.01'],
    [{ price: '1000001' }, 'price 1000001 USDT is above the highest, 1000000'],
    [{ amount: '0.04', price: '100' }, 'the order is worth 4 USDT, below the smallest, 5'],
    [{ amount: '1.2345', exact: true }, 'amount 1.2345 BTC is not in steps of 0.001'],
    [{ price: '100.001', exact: true }, 'price 100.001 USDT is not in steps of 0.01'],
    [{ timeInForce: 'gtd' }, 'timeInForce gtd and expiresAt go together'],
    [{ expiresAt: 5 }, 'timeInForce gtd and expiresAt go together'],
  ])('%j', (change, message) => {
    expect(refusalOf(market, limit(change))).toBe(`place BTC-USDT: ${message}`);
  });

  test.each([0.1, Number.NaN, 'NaN', '1e1000000', '', ' 1', undefined, null, {}])('%j is no number', (given) => {
    expect(refusalOf(market, atMarket({ amount: given }))).toBe(`place BTC-USDT: amount: ${faultOf(given)}`);
    expect(refusalOf(market, limit({ price: given }))).toBe(`place BTC-USDT: price: ${faultOf(given)}`);
  });

  test('a price below the lowest, digits in the message, an amount that rounds to nothing', () => {
    const low: Market = { ...market, price: { step: decimal('0.01'), digits: 3, min: decimal('10') } };
    expect(refusalOf(low, limit({ price: '9.99' }))).toBe('place BTC-USDT: price 9.99 USDT is below the lowest, 10');
    expect(refusalOf(low, limit({ price: '99.99', exact: true }))).toBe(
      'place BTC-USDT: price 99.99 USDT is not in steps of 0.01 and 3 significant digits',
    );
    const free: Market = { ...market, amount: { step: decimal('1'), min: decimal('0') } };
    expect(refusalOf(free, limit({ amount: '0.5' }))).toBe(
      'place BTC-USDT: amount 0.5 BTC rounds to nothing in steps of 1',
    );
  });

  test('the order that was asked for is on the error', () => {
    expect(() => quantise(market, limit({ amount: '0', clientOrderId: 'mine' }))).toThrow(
      expect.objectContaining({ clientOrderId: 'mine' }),
    );
  });

  test('an order that is good until a time says which', () => {
    expect(quantise(market, limit({ timeInForce: 'gtd', expiresAt: 5 })).timeInForce).toBe('gtd');
  });
});
