import type {
  FixtureMarket,
  MarginRequest,
  PerpetualFixtureVenue,
  SimulatedRequest,
  SimulationVenue,
  VenueParts,
} from '@hb/connector-testkit';

import { createBinancePerpetualEmulator, type MarketRules } from '../emulator/index.js';

/** Where scripts trade: one market at each end of the scale. */
export const traded: readonly [FixtureMarket, FixtureMarket] = [
  { pair: 'BTC-USDT', price: '60000', minAmount: '0.001', minNotional: '100' },
  { pair: 'BLZ-USDT', price: '0.2', minAmount: '1', minNotional: '5' },
];

/** The beginning of each request's line. */
export const requests: Readonly<Record<SimulatedRequest | MarginRequest, string>> = {
  place: 'POST /fapi/v1/order?',
  cancel: 'DELETE /fapi/v1/order?',
  amend: 'PUT /fapi/v1/order?',
  fetchOrder: 'GET /fapi/v1/order?',
  fetchOpenOrders: 'GET /fapi/v1/openOrders?',
  fetchFills: 'GET /fapi/v1/userTrades?',
  fetchBalances: 'GET /fapi/v3/balance?',
  fetchBook: 'GET /fapi/v1/depth?',
  fetchMarkets: 'GET /fapi/v1/exchangeInfo',
  fetchTime: 'GET /fapi/v1/time',
  fetchPositions: 'GET /fapi/v3/positionRisk?',
  fetchPayments: 'GET /fapi/v1/income?',
  fetchFunding: 'GET /fapi/v1/premiumIndex?',
};

type Account = {
  readonly credentials: { readonly apiKey: string; readonly apiSecret: string };
  readonly markets: readonly MarketRules[];
};

/** The emulator with one empty account, reached by names of its own. */
export function createVenue(
  { clock, crypto }: VenueParts,
  { credentials, markets }: Account,
): PerpetualFixtureVenue & SimulationVenue {
  const venue = createBinancePerpetualEmulator({
    ...{ clock, crypto, markets, runsMarkets: false },
    accounts: [{ ...credentials, name: 'trader', balances: {} }],
  });
  const lag = (request: SimulatedRequest | MarginRequest, lagMs: number): (() => void) =>
    venue.behave({ at: requests[request].replace('?', ''), lagMs });
  return {
    ...{ venue, engine: venue.engine, account: 'trader' },
    hosts: {
      rest: 'http://binance.localhost',
      public: 'ws://binance.localhost/public/ws',
      market: 'ws://binance.localhost/market/ws',
      private: 'ws://binance.localhost/private/ws',
    },
    limitRefusals: () => venue.usage().refusals,
    setMinAmount: (pair: string, minQty: string) => {
      const rules = markets.find(({ base, quote }) => `${base}-${quote}` === pair);
      if (rules !== undefined) venue.setMarket({ ...rules, minQty });
    },
    endSession: () => {
      venue.expireListenKeys();
    },
    lag,
    lagMargin: lag,
    loseBookUpdate: (symbol) => {
      venue.gap(symbol);
    },
  };
}
