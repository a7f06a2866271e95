import type { FixtureMarket, VenueParts } from '@hb/connector-testkit';

import { createHyperliquidPerpetualEmulator, type MarketRules } from '../emulator/index.js';

/** Where scripts trade: one market at each end of the scale, both where five digits and the decimal places end at one step. */
export const traded: readonly [FixtureMarket, FixtureMarket] = [
  { pair: 'BTC-USD', price: '8000', minAmount: '0.00001', minNotional: '10' },
  { pair: 'STRK-USD', price: '0.2', minAmount: '0.1', minNotional: '10' },
];

const markets: readonly MarketRules[] = [
  { name: 'BTC', szDecimals: 5, maxLeverage: 40, price: '8000' },
  { name: 'STRK', szDecimals: 1, maxLeverage: 5, price: '0.2' },
];

/** The emulator with one empty account, whose agent trades, reached by names of its own. */
export function createVenue({ clock, crypto }: VenueParts, keys: { readonly owner: string; readonly agent: string }) {
  const venue = createHyperliquidPerpetualEmulator({
    ...{ clock, crypto, markets, runsMarkets: false },
    accounts: [{ privateKey: keys.owner, agents: [keys.agent], name: 'trader', balances: {} }],
  });
  return {
    ...{ venue, engine: venue.engine, account: 'trader' },
    hosts: {
      rest: 'http://hyperliquid.localhost',
      public: 'ws://hyperliquid.localhost/ws',
      private: 'ws://account.hyperliquid.localhost/ws',
    },
    limitRefusals: () => venue.limitRefusals(),
    setMinAmount: (pair: string, least: string) => {
      venue.setDecimals(pair.replace('-USD', ''), placesOf(Number(least)));
    },
  };
}

/** The least amount is one step, and steps are tenths of each other: the next that is not below. */
function placesOf(least: number): number {
  return Math.max(0, Math.floor(-Math.log10(least) + 1e-9));
}
