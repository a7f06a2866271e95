import { createSecret, createSigning, decimal, systemPorts } from '@hb/connector-core';
import type { Endpoint, Market, Params, Private } from '@hb/connector-core';

import { gateIo, type Credentials, type Options } from '../src/index.js';

export type Account = Private<Options, Credentials>;
export type Asked = { readonly at: string; readonly params: Params };

/** The example key of Gate's documentation. */
export const apiKey = 'key';

export const market: Market<undefined> = {
  pair: 'BTC-USDT',
  symbol: 'BTC_USDT',
  base: 'BTC',
  quote: 'USDT',
  settle: 'USDT',
  shape: 'spot',
  status: 'trading',
  contractSize: decimal('1'),
  price: { step: decimal('0.1') },
  amount: { step: decimal('0.000001'), min: decimal('0.000001') },
  wire: undefined,
};

type World = {
  /** The body of the answer by endpoint: `{ 'GET /api/v4/spot/time': … }`. */
  readonly answers?: Readonly<Record<string, unknown>>;
  /** The body of the answer by page. */
  readonly pages?: readonly unknown[];
  readonly secret?: string;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly now?: number;
};

/** What core hands to the functions of an account, and what they asked for. */
export function account(world: World = {}): Account & { readonly asked: readonly Asked[] } {
  const asked: Asked[] = [];
  return {
    asked,
    options: gateIo.options(world.options ?? {}),
    environment: 'live',
    host: (name) => `wss://${name}.test`,
    market: () => undefined,
    height: () => undefined,
    now: () => world.now ?? 1_541_993_715_999,
    nonce: () => 1,
    credentials: { apiKey, apiSecret: createSecret(world.secret ?? 'secret') },
    crypto: createSigning(systemPorts().crypto),
    call: async (endpoint: Endpoint, params, read) => {
      asked.push({ at: endpoint.at, params });
      return read(world.pages?.[Number(params['page']) - 1] ?? world.answers?.[endpoint.at]);
    },
  };
}
