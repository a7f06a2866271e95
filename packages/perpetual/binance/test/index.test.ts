import { expect, test } from 'vitest';

import { binancePerpetual } from '../src/index.js';
import { modes } from '../src/positions.js';

test('each environment has a host for requests and one for each of the three routes', () => {
  expect(Object.keys(binancePerpetual.environments)).toEqual(['live', 'testnet']);
  expect(binancePerpetual.environments['live']).toEqual({
    rest: 'https://fapi.binance.com',
    public: 'wss://fstream.binance.com/public/ws',
    market: 'wss://fstream.binance.com/market/ws',
    private: 'wss://fstream.binance.com/private/ws',
  });
});

test('both position modes are offered, the one-way mode when nothing is known', () => {
  expect(binancePerpetual.positions.modes).toBe(modes);
  expect(modes).toEqual(['one-way', 'hedge']);
});

test('a client order id may have 36 of the documented characters', () => {
  expect(binancePerpetual.orders.clientId).toEqual({
    ...{ form: 'text', max: 36, alphabet: /^[.A-Z:/a-z0-9_-]+$/, unique: 'among-open', echoed: true },
  });
});
