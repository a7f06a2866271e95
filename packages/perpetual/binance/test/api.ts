import { createSecret, createSigning, decimal, systemPorts } from '@hb/connector-core';
import type { Endpoint, Market, Params, Private } from '@hb/connector-core';

import { binancePerpetual, type Credentials, type Options } from '../src/index.js';

export type Account = Private<Options, Credentials>;
export type Asked = { readonly at: string; readonly params: Params };

/** The example key of the documentation. @see https://developers.binance.com/docs/derivatives/usds-margined-futures/general-info#signed-endpoint-examples-for-post-fapiv1order */
export const apiKey = 'dbefbc809e3e83c283a984c3a1459732ea7db1360ca80c5c2c8867408d28cc83';
export const secret = createSecret('2b5eb11e18796d12d88f13dc27dbbd02c2cc51ff7059765ed9821957d82bb4d9');

export const market: Market<undefined> = {
  pair: 'BTC-USDT',
  symbol: 'BTCUSDT',
  base: 'BTC',
  quote: 'USDT',
  settle: 'USDT',
  shape: 'linear',
  status: 'trading',
  contractSize: decimal('1'),
  price: { step: decimal('0.1') },
  amount: { step: decimal('0.001'), min: decimal('0.001') },
  wire: undefined,
};

type World = {
  /** The body of the answer by endpoint: `{ 'GET /api/v3/time': … }`. */
  readonly answers?: Readonly<Record<string, unknown>>;
  readonly credentials?: Credentials;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly environment?: string;
  readonly now?: number;
};

/** What core hands to the functions of an account, and what they asked for. */
export function account(world: World = {}): Account & { readonly asked: readonly Asked[] } {
  const asked: Asked[] = [];
  return {
    asked,
    options: binancePerpetual.options(world.options ?? {}),
    environment: world.environment ?? 'live',
    host: (name) => `wss://${name}.test`,
    market: () => undefined,
    height: () => undefined,
    now: () => world.now ?? 1_591_702_613_943,
    nonce: () => 1,
    credentials: world.credentials ?? { apiKey, apiSecret: secret },
    crypto: createSigning(systemPorts().crypto),
    call: async (endpoint: Endpoint, params, read) => {
      asked.push({ at: endpoint.at, params });
      return read(world.answers?.[endpoint.at]);
    },
  };
}
