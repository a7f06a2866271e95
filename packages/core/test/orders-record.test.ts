import { expect, test } from 'vitest';

import { decimal } from '../src/model/decimal.js';
import { toTerms } from '../src/orders/record.js';
import { market, marketTerms, newOrder, terms } from './support/order-kit.js';

test('the terms of a limit order are those that were quantised', () => {
  const order = newOrder({ side: 'sell', amount: '10', price: '100', timeInForce: 'gtc' });
  expect(toTerms(order)).toEqual(terms({ side: 'sell' }));
});

test('a market order has no price', () => {
  expect(toTerms(newOrder({ amount: '500', amountIn: 'quote' }))).toEqual(marketTerms('buy', '500', 'quote'));
});

test('a market order with a price bound is a limit order, and the effect is kept', () => {
  const order = newOrder({ amount: '10' });
  const bounded = {
    ...order,
    request: { ...order.request, effect: 'close' as const },
    price: decimal('101'),
    timeInForce: 'ioc' as const,
  };
  expect(toTerms(bounded)).toEqual({
    ...terms({ price: '101', timeInForce: 'ioc' }),
    effect: 'close',
    pair: market.pair,
  });
});
