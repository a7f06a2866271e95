import { defineSpotConnector, type SpotSpec } from '@hb/connector-core';
import * as v from 'valibot';

import { sign, type Credentials } from './auth.js';
import { Options, pools, usage } from './endpoints.js';
import { judge } from './errors.js';
import * as market from './market.js';
import * as trading from './trading.js';

/** Gate spot: REST and WebSockets of APIv4. @see https://www.gate.com/docs/developers/apiv4/en/ */
export const gateIo: SpotSpec<Options, Credentials, undefined> = defineSpotConnector({
  specVersion: 'spot/1',
  id: 'gate_io',
  docs: 'https://www.gate.com/docs/developers/apiv4/en/',
  environments: {
    live: toHosts('https://api.gateio.ws', 'wss://api.gateio.ws/ws/v4/'),
    testnet: toHosts('https://api-testnet.gateapi.io', 'wss://ws-testnet.gate.com/v4/ws/spot'),
  },
  options: v.parser(Options),
  credentials: {
    apiKey: { label: 'API key', secret: false },
    apiSecret: { label: 'Secret of the key', secret: true },
  },
  limits: () => pools,
  usage,
  fetchTime: market.fetchTime,
  sign,
  judge,
  orders: {
    limit: ['gtc', 'ioc', 'fok', 'post-only'],
    market: 'spent',
    // https://www.gate.com/docs/developers/apiv4/en/spot
    clientId: {
      form: 'text',
      max: 30,
      alphabet: /^[0-9A-Za-z_.-]+$/,
      prefix: 't-',
      unique: 'among-open',
      echoed: true,
    },
    // A new order may take up to 10 s to be found. https://github.com/gateio/gateapi-python/issues/61
    settle: { expiryMs: 5_000, engineMs: 10_000, lagMs: 30_000 },
  },
  market,
  trading,
});

export type { Credentials, Options };

/** Markets and the account have sockets of their own, at one address. */
function toHosts(rest: string, socket: string): Readonly<Record<'rest' | 'public' | 'account', string>> {
  return { rest, public: socket, account: socket };
}
