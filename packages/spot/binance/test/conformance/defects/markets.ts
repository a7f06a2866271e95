import { createMemoryJournal } from '@hb/connector-core';

import { doubled, inConnector, inMarkets, inOptions, inSpec, inTrading, notRefused, type Planting } from '../defect.js';

/** Markets, prices, rules and readiness. One defect per case. */
export const marketDefects: Readonly<Record<string, Planting>> = {
  1: [
    inTrading(({ place }) => ({
      place: (p, order) => place(p, { ...order, ...(order.timeInForce === 'ioc' && { timeInForce: 'gtc' }) }),
    })),
    /an order ioc at the venue/,
  ],
  2: [inOptions(() => ({ journal: createMemoryJournal({ now: () => 0 }) })), /orders after the restart/],
  3: [inMarkets((market) => ({ ...market, pair: market.symbol })), /pairs/],
  4: [inMarkets((market) => ({ ...market, status: 'trading' })), /status of SHIB-FDUSD/],
  5: [
    inSpec((spec) => ({
      ...spec,
      market: { ...spec.market, fetchMarkets: (p) => spec.market.fetchMarkets(p).catch(() => []) },
    })),
    notRefused,
  ],
  6: [
    inSpec((spec) => ({
      ...spec,
      market: {
        ...spec.market,
        fetchTickers: async (p) =>
          ((await spec.market.fetchTickers?.(p)) ?? []).map((row) => ({ ...row, ...(row.bid && { last: row.bid }) })),
      },
    })),
    /last price of/,
  ],
  7: [
    inConnector((connector) => ({
      start: async (options) => {
        connector.start(options).catch(() => undefined);
      },
    })),
    /status/,
  ],
  8: [
    inConnector((connector) => ({
      get status() {
        return { ...connector.status, ready: true };
      },
    })),
    /the outage shows/,
  ],
  9: [inConnector((connector) => ({ start: () => connector.start() })), notRefused],
  10: [
    inConnector((connector) => {
      void connector.start();
      return {};
    }),
    /status/,
  ],
  11: [inMarkets((market) => ({ ...market, minNotional: doubled(market.minNotional) })), /rules of BTC-USDT/],
  12: [
    inSpec((spec) => ({
      ...spec,
      market: {
        ...spec.market,
        fetchMarkets: async (p) => {
          const markets = await spec.market.fetchMarkets(p);
          if (markets.length < 5) throw new Error('a market could not be read');
          return markets;
        },
      },
    })),
    /a market could not be read/,
  ],
};
