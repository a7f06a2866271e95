import { defineSpotConnector, type SpotSpec } from '@hb/connector-core';
import * as v from 'valibot';

import { sign, type Credentials } from './auth.js';
import { limits, Options, usage } from './endpoints.js';
import { judge } from './errors.js';
import * as market from './market.js';
import * as trading from './trading.js';

/** KuCoin spot: REST and the two sockets, orders by the high-frequency API or the one before it. @see https://www.kucoin.com/docs-new */
export const kucoin: SpotSpec<Options, Credentials, market.Wire> = defineSpotConnector({
  specVersion: 'spot/1',
  id: 'kucoin',
  docs: 'https://www.kucoin.com/docs-new',
  environments: { live: { rest: 'https://api.kucoin.com' } }, // sockets are where a token says
  options: v.parser(Options),
  credentials: {
    apiKey: { label: 'API key', secret: false },
    apiSecret: { label: 'Secret of the key', secret: true },
    passphrase: { label: 'Passphrase that was chosen for the key', secret: true },
  },
  limits,
  usage,
  fetchTime: market.fetchTime,
  sign,
  judge,
  orders: {
    limit: ['gtc', 'gtd', 'ioc', 'fok', 'post-only'],
    market: 'either',
    clientId: { form: 'text', max: 40, alphabet: /^[a-zA-Z0-9_-]+$/, unique: 'among-open', echoed: true }, // https://www.kucoin.com/docs-new/api-3470188, https://github.com/Kucoin/kucoin-api-docs/issues/468
    settle: { expiryMs: 5_000, engineMs: 10_000, lagMs: 30_000 },
  },
  market,
  trading,
});

export type { Credentials, Options };
