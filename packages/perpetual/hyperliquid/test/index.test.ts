import { expect, test } from 'vitest';

import { hyperliquidPerpetual } from '../src/index.js';

test('each environment has a host for requests and one for each stream', () => {
  expect(hyperliquidPerpetual.environments['live']).toEqual({
    ...{
      rest: 'https://api.hyperliquid.xyz',
      public: 'wss://api.hyperliquid.xyz/ws',
      private: 'wss://api.hyperliquid.xyz/ws',
    },
  });
  expect(Object.keys(hyperliquidPerpetual.environments)).toEqual(['live', 'testnet']);
});

test('nothing is chosen unless the user does', () => {
  expect(hyperliquidPerpetual.options({})).toEqual({ dexes: [], unified: false });
  expect(() => hyperliquidPerpetual.options({ builder: { address: '0x1', fee: 1 } })).toThrow();
  expect(() => hyperliquidPerpetual.options({ referral: 'x' })).toThrow();
});

test('client ids have 128 bits', () => {
  expect(hyperliquidPerpetual.orders.clientId).toEqual({ form: 'hex', bytes: 16, unique: 'among-open', echoed: true });
});
