import { expect, test } from 'vitest';

import { decimal } from '../src/model/decimal.js';
import type { Market } from '../src/model/market.js';
import type { OrderRequest } from '../src/model/order.js';
import { quantise } from '../src/orders/quantise.js';
import { market as spot } from './support/order-kit.js';

/** Contracts of 10 USD. */
const market: Market = {
  ...spot,
  shape: 'inverse',
  settle: 'BTC',
  quote: 'USD',
  contractSize: decimal('10'),
  price: { step: decimal('0.5') },
  amount: { step: decimal('10'), min: decimal('10'), max: decimal('1000'), marketMax: decimal('500') },
};
const limit = { pair: 'BTC-USD', side: 'buy', type: 'limit', price: '50000.3' } as const;
const atMarket = { pair: 'BTC-USD', side: 'buy', type: 'market' } as const;

function told(request: OrderRequest, referencePrice?: string): string {
  const { amount, amountIn, price } = quantise(market, request, () =>
    referencePrice === undefined ? undefined : decimal(referencePrice),
  );
  return `${amount.toFixed()} in ${amountIn} at ${price?.toFixed() ?? 'market'}`;
}

test.each<[string, OrderRequest, string]>([
  ['base is worth whole contracts at the price', { ...limit, amount: '0.001' }, '50 in quote at 50000'],
  ['what is left of a contract is dropped', { ...limit, amount: '0.00117' }, '50 in quote at 50000'],
  ['quote is taken as it is', { ...limit, amount: '130', amountIn: 'quote' }, '130 in quote at 50000'],
  ['and rounded down', { ...limit, amount: '139', amountIn: 'quote' }, '130 in quote at 50000'],
  ['at the market, at the price of the book', { ...atMarket, amount: '0.001' }, '40 in quote at market'],
  ['at the market in quote', { ...atMarket, amount: '500', amountIn: 'quote' }, '500 in quote at market'],
])('%s', (_, request, expected) => {
  expect(told(request, '49000')).toBe(expected);
});

test('an amount in base at the market needs a price', () => {
  expect(() => told({ ...atMarket, amount: '0.001' })).toThrow('an amount in BTC needs a price: watch the book');
});

test.each<[OrderRequest, string]>([
  [{ ...limit, amount: '0.0001' }, 'amount 5 USD is below the smallest, 10, in steps of 10'],
  [{ ...limit, amount: '1' }, 'amount 50000 USD is above the largest, 1000'],
  [{ ...atMarket, amount: '510', amountIn: 'quote' }, 'amount 510 USD is above the largest, 500'],
  [{ ...limit, price: '50000', amount: '0.0011', exact: true }, 'amount 55 USD is not in steps of 10'],
  [{ ...limit, amount: '-1' }, 'amount -1 is not above zero'],
])('what does not fit is refused in quote', (request, message) => {
  expect(() => told(request, '50000')).toThrow(message);
});
