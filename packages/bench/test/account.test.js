import { decimal } from '@hb/connector-core';
import { expect, test } from 'vitest';

import { openAccount } from '../src/venues/account-binance.mjs';
import { toCancelled, toHalfFilled } from '../src/venues/order-messages.mjs';

const terms = { pair: 'BTC-USDT', side: 'buy', type: 'limit', amount: '0.002', price: '50000' };
const plain = ({ state, filled, fees }) => [state, filled.toFixed(), fees.map(({ amount }) => amount.toFixed())];

test('orders rest until the venue tells that all were cancelled', async () => {
  const { connector, cancelOpen } = await openAccount();
  for (let count = 0; count < 3; count += 1) await connector.place(terms);
  expect(connector.orders({ open: true }).map(({ amount }) => amount.toFixed())).toEqual(['0.002', '0.002', '0.002']);
  await cancelOpen();
  expect(connector.orders({ open: true })).toEqual([]);
  expect(connector.orders().map(plain)).toEqual(Array(3).fill(['canceled', '0', []]));
  await connector.stop();
});

test('half of an order is filled before the rest is cancelled', async () => {
  const { connector, tell } = await openAccount();
  const order = await connector.place(terms);
  tell(toHalfFilled(order, 1));
  tell(toCancelled(order, decimal('0.001')));
  expect(plain(await connector.closed(order.clientOrderId))).toEqual(['canceled', '0.001', ['0.000001']]);
  await connector.stop();
});
