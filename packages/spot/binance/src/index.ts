import { defineSpotConnector, type SpotSpec } from '@hb/connector-core';
import * as v from 'valibot';

import { sign, type Credentials } from './auth.js';
import { Options, pools, usage } from './endpoints.js';
import { judge } from './errors.js';
import * as market from './market.js';
import * as trading from './trading.js';

/** Binance spot: REST, market streams and WebSocket API, with HMAC or Ed25519 keys. @see https://developers.binance.com/docs/binance-spot-api-docs */
export const binance: SpotSpec<Options, Credentials, undefined> = defineSpotConnector({
  specVersion: 'spot/1',
  id: 'binance',
  docs: 'https://developers.binance.com/docs/binance-spot-api-docs',
  environments: {
    live: {
      rest: 'https://api.binance.com',
      public: 'wss://stream.binance.com:9443/ws',
      account: 'wss://ws-api.binance.com:443/ws-api/v3',
    },
    testnet: {
      rest: 'https://testnet.binance.vision',
      public: 'wss://stream.testnet.binance.vision/ws',
      account: 'wss://ws-api.testnet.binance.vision/ws-api/v3',
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
    limit: ['gtc', 'ioc', 'fok', 'post-only'],
    market: 'either',
    // https://developers.binance.com/docs/binance-spot-api-docs/fix-api, which alone tells the alphabet
    clientId: { form: 'text', max: 36, alphabet: /^[a-zA-Z0-9_-]+$/, unique: 'among-open', echoed: true },
    // Queries may be answered by a database that lags. https://developers.binance.com/docs/binance-spot-api-docs/rest-api/general-api-information
    settle: { expiryMs: 5_000, engineMs: 10_000, lagMs: 30_000 },
  },
  market,
  trading,
});

export type { Credentials, Options };
