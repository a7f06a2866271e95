import type { SpotFixture } from '@hb/connector-testkit';

import { createBinanceEmulator, defaultMarkets, type MarketRules } from '../../emulator/index.js';
import { binance, type Credentials, type Options } from '../../src/index.js';

const credentials = {
  apiKey: 'conformanceKeyOfSixtyFourLettersAndDigits00112233445566778899AAB',
  apiSecret: 'canarySecretOfSixtyFourLettersAndDigits0011223344556677889900AAB',
};

/** A market at the other end of the scale: the finest price step of the venue, amounts in the millions. */
const fine: MarketRules = {
  ...{ symbol: 'SHIBFDUSD', base: 'SHIB', quote: 'FDUSD' },
  ...{ minPrice: '0.00000001', maxPrice: '1.00000000', tickSize: '0.00000001' },
  ...{
    minQty: '1.00000000',
    maxQty: '46116860414.00000000',
    stepSize: '1.00000000',
    maxMarketQty: '8000000000.00000000',
  },
  ...{ minNotional: '1.00000000', maxNotional: '9000000.00000000', maxNumOrders: 200, maxNumOrderAmends: 10 },
  ...{ bidMultipliers: ['0.2', '5'], askMultipliers: ['0.2', '5'] },
};

const markets = [...defaultMarkets, fine];

/** Binance against its emulator, orders by REST. */
export const fixture: SpotFixture<Options, Credentials, undefined> = {
  spec: binance,
  credentials,
  markets: [
    { pair: 'BTC-USDT', price: '60000', minAmount: '0.00001', minNotional: '5' },
    { pair: 'SHIB-FDUSD', price: '0.00001234', minAmount: '1', minNotional: '1' },
  ],
  createVenue: ({ clock, crypto }) => {
    const venue = createBinanceEmulator({
      ...{ clock, crypto, markets },
      accounts: [{ ...credentials, name: 'trader', balances: {} }],
    });
    return {
      ...{ venue, engine: venue.engine, account: 'trader' },
      hosts: {
        rest: 'http://binance.localhost',
        public: 'ws://binance.localhost/ws',
        account: 'ws://binance.localhost/ws-api/v3',
      },
      limitRefusals: () => venue.usage().refusals,
      setMinAmount: (pair, minAmount) => {
        const rules = markets.find(({ base, quote }) => `${base}-${quote}` === pair);
        if (rules !== undefined) venue.setMarket({ ...rules, minQty: minAmount });
      },
      endSession: () => venue.terminateUserStreams(),
    };
  },
};
