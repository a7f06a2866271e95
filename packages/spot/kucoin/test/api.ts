import { createSecret, createSigning, decimal, systemPorts } from '@hb/connector-core';
import type { Endpoint, Market, Params, Private } from '@hb/connector-core';

import { kucoin, type Credentials, type Options } from '../src/index.js';

type Account = Private<Options, Credentials>;
type Asked = { readonly at: string; readonly params: Params };

/** The secret of the example in KuCoin's documentation. https://github.com/Kucoin/kucoin-api-docs */
export const credentials: Credentials = {
  apiKey: '5c2db93503aa674c74a31734',
  apiSecret: createSecret('f03a5284-5c39-4aaa-9b20-dea10bdcf8e3'),
  passphrase: createSecret('QWIxMjM0NTY3OCkoKiZeJSQjQA'),
};

export const market: Market<{ readonly feeAsset: string }> = {
  pair: 'BTC-USDT',
  symbol: 'BTC-USDT',
  base: 'BTC',
  quote: 'USDT',
  settle: 'USDT',
  shape: 'spot',
  status: 'trading',
  contractSize: decimal('1'),
  price: { step: decimal('0.1') },
  amount: { step: decimal('0.00000001'), min: decimal('0.00001') },
  wire: { feeAsset: 'USDT' },
};

type World = {
  /** The body of the answer by endpoint, or those of several answers. */
  readonly answers?: Readonly<Record<string, unknown>>;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly now?: number;
};

/** What core hands to the functions of an account, and what they asked for. */
export function account(world: World = {}): Account & { readonly asked: readonly Asked[] } {
  const asked: Asked[] = [];
  const left = new Map<string, unknown[]>();
  return {
    asked,
    credentials,
    options: kucoin.options(world.options ?? {}),
    environment: 'live',
    host: (name) => `https://${name}.test`,
    market: () => undefined,
    height: () => undefined,
    now: () => world.now ?? 1_547_015_186_532.7,
    nonce: () => 1,
    crypto: createSigning(systemPorts().crypto),
    call: async (endpoint: Endpoint, params, read) => {
      asked.push({ at: endpoint.at, params });
      const answer = world.answers?.[endpoint.at];
      if (!Array.isArray(answer)) return read(answer);
      const rest = left.get(endpoint.at) ?? Array.from<unknown>(answer);
      left.set(endpoint.at, rest);
      return read(rest.shift());
    },
  };
}

/** A value with its decimals as text, and without what is undefined. */
export function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (_, member: unknown) => (isDecimal(member) ? member.toFixed() : member)));
}

function isDecimal(value: unknown): value is { toFixed: () => string } {
  return typeof value === 'object' && value !== null && 'toFixed' in value;
}
