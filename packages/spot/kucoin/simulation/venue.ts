import type { FixtureMarket, SimulatedRequest, SimulationVenue, VenueParts } from '@hb/connector-testkit';

import { createKucoinEmulator, type MarketRules } from '../emulator/index.js';

/** A market at the other end of the scale: a fine price step, amounts in the millions. */
export const fine: MarketRules = {
  ...{ symbol: 'SHIB-DOGE', base: 'SHIB', quote: 'DOGE', priceIncrement: '0.0000000001' },
  ...{ baseMinSize: '100', baseMaxSize: '100000000000', baseIncrement: '0.01' },
  ...{ quoteMinSize: '1', quoteMaxSize: '10000000000', quoteIncrement: '0.0000000001', minFunds: '1' },
};

/** Where scripts trade: one market at each end of the scale. */
export const traded: readonly [FixtureMarket, FixtureMarket] = [
  { pair: 'BTC-USDT', price: '60000', minAmount: '0.00001', minNotional: '0.1' },
  { pair: 'SHIB-DOGE', price: '0.0000651234', minAmount: '100', minNotional: '1' },
];

/** As the text of each request begins. Orders are mostly asked for by their client ids, which are known when an answer is not. */
export const requests: Readonly<Record<SimulatedRequest, string>> = {
  place: 'POST /api/v1/hf/orders?',
  cancel: 'DELETE /api/v1/hf/orders/sync/',
  amend: 'POST /api/v1/hf/orders/alter?',
  fetchOrder: 'GET /api/v1/hf/orders/client-order/',
  fetchOpenOrders: 'GET /api/v1/hf/orders/active?',
  fetchFills: 'GET /api/v1/hf/fills?',
  fetchBalances: 'GET /api/v1/accounts?',
  fetchBook: 'GET /api/v1/market/orderbook/level2_100?',
  fetchMarkets: 'GET /api/v2/symbols?',
  fetchTime: 'GET /api/v1/timestamp?',
};

/** The routes of those that have ids in their paths. */
const routes: Readonly<Partial<Record<SimulatedRequest, readonly string[]>>> = {
  cancel: ['DELETE /api/v1/hf/orders/sync/{orderId}', 'DELETE /api/v1/hf/orders/sync/client-order/{clientOid}'],
  fetchOrder: ['GET /api/v1/hf/orders/{orderId}', 'GET /api/v1/hf/orders/client-order/{clientOid}'],
  fetchOpenOrders: ['GET /api/v1/hf/orders/active', 'GET /api/v1/hf/orders/active/symbols'],
};

type Account = {
  readonly credentials: { readonly apiKey: string; readonly apiSecret: string; readonly passphrase: string };
  readonly markets: readonly MarketRules[];
};

/** The emulator with one empty account, reached by a name of its own. */
export function createVenue({ clock, crypto }: VenueParts, { credentials, markets }: Account): SimulationVenue {
  const venue = createKucoinEmulator({
    ...{ clock, crypto, markets },
    accounts: [{ ...credentials, name: 'trader', balances: {} }],
  });
  return {
    ...{ venue, engine: venue.engine, account: 'trader' },
    hosts: { rest: 'http://kucoin.localhost' },
    toEnd: () => 'canceled',
    limitRefusals: () => venue.limitRefusals(),
    setMinAmount: (pair, baseMinSize) => {
      const rules = markets.find(({ symbol }) => symbol === pair);
      if (rules !== undefined) venue.setMarket({ ...rules, baseMinSize });
    },
    endSession: () => {
      venue.endSessions();
    },
    lag: (request, lagMs) => {
      const at = routes[request] ?? [requests[request].replace('?', '')];
      const ends = at.map((route) => venue.behave({ at: route, lagMs }));
      return () => {
        for (const end of ends) end();
      };
    },
    loseBookUpdate: (symbol) => {
      venue.gap(symbol);
    },
  };
}
