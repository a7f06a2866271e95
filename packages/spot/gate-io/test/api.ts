import { createSecret, decimal, type Market } from '@hb/connector-core';
import { handOut, type Handed, type HandOutOptions } from '@hb/connector-testkit';

import { gateIo, type Credentials, type Options } from '../src/index.js';

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

type World = Partial<HandOutOptions<Options, Credentials>> & {
  /** The body of the answer by page. */
  readonly pages?: readonly unknown[];
  readonly secret?: string;
};

/** What core hands to the functions of an account, and what they asked for. */
export function account({ pages, secret = 'secret', ...world }: World = {}): Handed<Options, Credentials> {
  return handOut({
    spec: gateIo,
    credentials: { apiKey, apiSecret: createSecret(secret) },
    now: 1_541_993_715_999,
    answer: ({ params }) => pages?.[Number(params['page']) - 1],
    ...world,
  });
}
