import { createSecret, createSigning, decimal, systemPorts } from '@hb/connector-core';
import type { Endpoint, Market, NewOrder, Params, Private } from '@hb/connector-core';
import { openFixtures } from '@hb/connector-testkit';
import * as v from 'valibot';

import { hyperliquidPerpetual, type Credentials, type Options, type Wire } from '../src/index.js';

type Account = Private<Options, Credentials>;

export const { payload } = openFixtures(new URL('./fixtures/', import.meta.url));

/** Made up for tests, with its address. */
export const privateKey = `0x${'0123456789abcdef'.repeat(4)}` as const;
export const address = '0xfcad0b19bb29d4674531d6f115237e16afce377c';
export const cloid = `0x${'12'.repeat(16)}`;

export const market: Market<Wire> = {
  ...{ pair: 'BTC-USD', symbol: 'BTC', base: 'BTC', quote: 'USD', settle: 'USDC', shape: 'linear', status: 'trading' },
  contractSize: decimal('1'),
  price: { step: decimal('0.1'), digits: 5 },
  amount: { step: decimal('0.00001'), min: decimal('0.00001') },
  minNotional: decimal('10'),
  wire: { asset: 0, dex: '' },
};

export const order: NewOrder<Wire> = {
  ...{ market, clientOrderId: cloid, amount: decimal('0.0147'), amountIn: 'base', price: decimal('1670.1') },
  request: { pair: 'BTC-USD', side: 'buy', type: 'limit', amount: '0.0147', price: '1670.1' },
  ...{ timeInForce: 'post-only', positionSide: 'net', deadline: 1_677_777_607_515 },
};

type World = {
  /** The answer by the type of the request or action: `{ orderStatus: … }`. */
  readonly answers?: Readonly<Record<string, unknown>>;
  readonly credentials?: Partial<Credentials>;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly environment?: string;
  readonly nonce?: number;
};

/** What core hands to the functions of an account, and what they asked for. */
export function account(world: World = {}): Account & { readonly asked: readonly Params[] } {
  const asked: Params[] = [];
  return {
    asked,
    options: hyperliquidPerpetual.options(world.options ?? {}),
    environment: world.environment ?? 'live',
    host: (name) => `wss://${name}.test`,
    market: (symbol) => (symbol === 'BTC' ? market : undefined),
    height: () => undefined,
    now: () => 1_677_777_606_040,
    nonce: () => world.nonce ?? 1_677_777_606_040,
    credentials: { privateKey: createSecret(privateKey), ...world.credentials },
    crypto: createSigning(systemPorts().crypto),
    call: async (_: Endpoint, params, read) => {
      asked.push(params);
      const { type, action } = v.parse(Typed, params);
      return read(world.answers?.[type ?? action?.type ?? '']);
    },
  };
}

const Typed = v.object({ type: v.optional(v.string()), action: v.optional(v.object({ type: v.string() })) });
