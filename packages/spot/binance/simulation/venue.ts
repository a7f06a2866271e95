import type { FixtureMarket, SimulatedRequest, SimulationVenue, VenueParts } from '@hb/connector-testkit';

import { createBinanceEmulator, type MarketRules } from '../emulator/index.js';

/** A market at the other end of the scale: the finest price step of the venue, amounts in the millions. */
export const fine: MarketRules = {
  symbol: 'SHIBFDUSD',
  base: 'SHIB',
  quote: 'FDUSD',
  minPrice: '0.00000001',
  maxPrice: '1.00000000',
  tickSize: '0.00000001',
  minQty: '1.00000000',
  maxQty: '46116860414.00000000',
  stepSize: '1.00000000',
  maxMarketQty: '8000000000.00000000',
  minNotional: '1.00000000',
  maxNotional: '9000000.00000000',
  maxNumOrders: 200,
  maxNumOrderAmends: 10,
  bidMultipliers: ['0.2', '5'],
  askMultipliers: ['0.2', '5'],
};

/** Where scripts trade: one market at each end of the scale. */
export const traded: readonly [FixtureMarket, FixtureMarket] = [
  { pair: 'BTC-USDT', price: '60000', minAmount: '0.00001', minNotional: '5' },
  { pair: 'SHIB-FDUSD', price: '0.00001234', minAmount: '1', minNotional: '1' },
];

/** The beginning of each request's line. */
export const requests: Readonly<Record<SimulatedRequest, string>> = {
  place: 'POST /api/v3/order?',
  cancel: 'DELETE /api/v3/order?',
  amend: 'PUT /api/v3/order/amend/keepPriority?',
  fetchOrder: 'GET /api/v3/order?',
  fetchOpenOrders: 'GET /api/v3/openOrders?',
  fetchFills: 'GET /api/v3/myTrades?',
  fetchBalances: 'GET /api/v3/account?',
  fetchBook: 'GET /api/v3/depth?',
  fetchMarkets: 'GET /api/v3/exchangeInfo',
  fetchTime: 'GET /api/v3/time',
};

type Account = {
  readonly credentials: { readonly apiKey: string; readonly apiSecret: string };
  readonly markets: readonly MarketRules[];
};

/** The emulator with one empty account, reached by names of its own. */
export function createVenue({ clock, crypto }: VenueParts, { credentials, markets }: Account): SimulationVenue {
  const venue = createBinanceEmulator({
    clock,
    crypto,
    markets,
    accounts: [{ ...credentials, name: 'trader', balances: {} }],
  });
  return {
    venue,
    engine: venue.engine,
    account: 'trader',
    hosts: {
      rest: 'http://binance.localhost',
      public: 'ws://binance.localhost/ws',
      account: 'ws://binance.localhost/ws-api/v3',
    },
    limitRefusals: () => venue.usage().refusals,
    setMinAmount: (pair, minQty) => {
      const rules = markets.find(({ base, quote }) => `${base}-${quote}` === pair);
      if (rules !== undefined) venue.setMarket({ ...rules, minQty });
    },
    endSession: () => {
      venue.terminateUserStreams();
    },
    lag: (request, lagMs) => venue.behave({ at: requests[request].replace('?', ''), lagMs }),
    loseBookUpdate: (symbol) => {
      venue.gap(symbol);
    },
    shutDown: (afterMs) => {
      venue.shutDown(afterMs);
    },
  };
}
