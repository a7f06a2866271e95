import { definePerpetualConnector, type PerpetualSpec } from '@hb/connector-core';
import * as v from 'valibot';

import { sign, type Credentials } from './auth.js';
import { Options, pools } from './endpoints.js';
import { judge } from './errors.js';
import * as market from './market.js';
import * as positions from './positions.js';
import * as trading from './trading.js';

/** Hyperliquid's perpetuals, with the key of an account or of its agent, for itself, a sub-account or a vault. @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api */
export const hyperliquidPerpetual: PerpetualSpec<Options, Credentials, market.Wire> = definePerpetualConnector({
  specVersion: 'perpetual/1',
  id: 'hyperliquid_perpetual',
  docs: 'https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api',
  // https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/websocket
  environments: { live: hosts('api.hyperliquid.xyz'), testnet: hosts('api.hyperliquid-testnet.xyz') },
  options: v.parser(Options),
  credentials: {
    privateKey: { label: 'Private key of the account or of an agent (API wallet)', secret: true },
    address: { label: 'Address of the account, for the key of an agent', secret: false, optional: true },
    vault: { label: 'Address of the vault or sub-account to trade for', secret: false, optional: true },
  },
  limits: () => pools,
  fetchTime: market.fetchTime,
  sign,
  judge,
  orders: {
    limit: ['gtc', 'ioc', 'post-only'],
    market: 'none',
    // https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/exchange-endpoint#place-an-order, and #expires-after
    clientId: { form: 'hex', bytes: 16, unique: 'among-open', echoed: true },
    settle: { expiryMs: 5_000, engineMs: 5_000, lagMs: 30_000 },
  },
  market,
  trading,
  positions,
});

function hosts(host: string): Readonly<Record<'rest' | 'public' | 'private', string>> {
  return { rest: `https://${host}`, public: `wss://${host}/ws`, private: `wss://${host}/ws` };
}

export type { Credentials, Options };
export type { Wire } from './market.js';
