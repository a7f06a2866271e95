import { definePerpetualConnector, type PerpetualSpec } from '@hb/connector-core';
import * as v from 'valibot';

import { sign, type Credentials } from './auth.js';
import { Options, pools, usage } from './endpoints.js';
import { judge } from './errors.js';
import * as market from './market.js';
import * as positions from './positions.js';
import * as trading from './trading.js';

/** Binance USD-M futures: perpetuals with a stablecoin as collateral, with HMAC or Ed25519 keys. @see https://developers.binance.com/docs/derivatives/usds-margined-futures */
export const binancePerpetual: PerpetualSpec<Options, Credentials, undefined> = definePerpetualConnector({
  specVersion: 'perpetual/1',
  id: 'binance_perpetual',
  docs: 'https://developers.binance.com/docs/derivatives/usds-margined-futures',
  // Books, other market data and the account each have a route. https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams
  environments: {
    live: {
      rest: 'https://fapi.binance.com',
      public: 'wss://fstream.binance.com/public/ws',
      market: 'wss://fstream.binance.com/market/ws',
      private: 'wss://fstream.binance.com/private/ws',
    },
    testnet: {
      rest: 'https://testnet.binancefuture.com',
      public: 'wss://fstream.binancefuture.com/public/ws',
      market: 'wss://fstream.binancefuture.com/market/ws',
      private: 'wss://fstream.binancefuture.com/private/ws',
    },
  },
  options: v.parser(Options),
  credentials: {
    apiKey: { label: 'API key', secret: false },
    apiSecret: { label: 'Secret of an HMAC key', secret: true, optional: true },
    privateKey: { label: 'Private key of an Ed25519 key (PKCS#8 PEM)', secret: true, optional: true },
  },
  limits: () => pools,
  usage,
  fetchTime: market.fetchTime,
  sign,
  judge,
  orders: {
    limit: ['gtc', 'gtd', 'ioc', 'fok', 'post-only'],
    market: 'base',
    // https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/New-Order
    clientId: { form: 'text', max: 36, alphabet: /^[.A-Z:/a-z0-9_-]+$/, unique: 'among-open', echoed: true },
    // https://developers.binance.com/docs/derivatives/usds-margined-futures/general-info#http-return-codes
    settle: { expiryMs: 5_000, engineMs: 10_000, lagMs: 30_000 },
  },
  market,
  trading,
  positions,
});

export type { Credentials, Options };
