import type { FixtureMarket, SimulatedRequest, SimulationVenue, VenueParts } from '@hb/connector-testkit';

import { createGateIoEmulator, type MarketRules } from '../emulator/index.js';

/** A market at the other end of the scale: a fine price step, amounts in the millions. */
export const fine: MarketRules = {
  ...{ id: 'SHIB_USDC', base: 'SHIB', quote: 'USDC', precision: 9, amountPrecision: 0 },
  ...{ minBase: '1', minQuote: '1.0', maxBase: '46116860414' },
};

/** Where scripts trade: one market at each end of the scale. */
export const traded: readonly [FixtureMarket, FixtureMarket] = [
  { pair: 'BTC-USDT', price: '60000', minAmount: '0.000001', minNotional: '3' },
  { pair: 'SHIB-USDC', price: '0.000012345', minAmount: '1', minNotional: '1' },
];

/** The beginning of each request's line. */
export const requests: Readonly<Record<SimulatedRequest, string>> = {
  place: 'POST /api/v4/spot/orders',
  cancel: 'DELETE /api/v4/spot/orders/',
  amend: 'PATCH /api/v4/spot/orders/',
  fetchOrder: 'GET /api/v4/spot/orders/',
  fetchOpenOrders: 'GET /api/v4/spot/open_orders',
  fetchFills: 'GET /api/v4/spot/my_trades',
  fetchBalances: 'GET /api/v4/spot/accounts',
  fetchBook: 'GET /api/v4/spot/order_book',
  fetchMarkets: 'GET /api/v4/spot/currency_pairs',
  fetchTime: 'GET /api/v4/spot/time',
};

type Account = {
  readonly credentials: { readonly apiKey: string; readonly apiSecret: string };
  readonly markets: readonly MarketRules[];
};

/** The emulator with one empty account, reached by names of its own. */
export function createVenue({ clock, crypto }: VenueParts, { credentials, markets }: Account): SimulationVenue {
  const venue = createGateIoEmulator({
    ...{ clock, crypto, markets },
    accounts: [{ ...credentials, name: 'trader', balances: {} }],
  });
  return {
    ...{ venue, engine: venue.engine, account: 'trader' },
    // Two addresses of the venue, so that the two streams can be told apart.
    hosts: {
      rest: 'http://gate.localhost',
      public: 'ws://gate.localhost/ws/v4/',
      account: 'ws://gate.localhost/v4/ws/spot',
    },
    limitRefusals: () => venue.refusals(),
    // https://github.com/gateio/gateapi-go/issues/11
    forgottenMs: 60_000,
    setMinAmount: (pair, minBase) => {
      const rules = markets.find(({ base, quote }) => `${base}-${quote}` === pair);
      if (rules !== undefined) venue.setMarket({ ...rules, minBase });
    },
    // A login ends with its connection, never before.
    endSession: () => {
      venue.dropSockets();
    },
    lag: (request, lagMs) => venue.behave({ at: routes[request] ?? requests[request], lagMs }),
    loseBookUpdate: (symbol) => {
      venue.gap(symbol);
    },
    shutDown: (afterMs) => {
      venue.shutDown(afterMs);
    },
  };
}

/** What the emulator calls those with an id in their path. */
const routes: Readonly<Partial<Record<SimulatedRequest, string>>> = {
  cancel: 'DELETE /api/v4/spot/orders/{order_id}',
  amend: 'PATCH /api/v4/spot/orders/{order_id}',
  fetchOrder: 'GET /api/v4/spot/orders/{order_id}',
};
