import { createSecret, decimal, type Market } from '@hb/connector-core';
import { handOut, type Handed, type HandOutOptions } from '@hb/connector-testkit';

import { kucoin, type Credentials, type Options } from '../src/index.js';

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

/** What core hands to the functions of an account, and what they asked for; `answers` may list those of several requests. */
export function account({ answers, ...world }: Partial<HandOutOptions<Options, Credentials>> = {}): Handed<
  Options,
  Credentials
> {
  const left = new Map<string, unknown[]>();
  return handOut({
    spec: kucoin,
    credentials,
    now: 1_547_015_186_532.7,
    ...world,
    answer: ({ at }) => {
      const answer = answers?.[at];
      if (!Array.isArray(answer)) return answer;
      const rest = left.get(at) ?? Array.from<unknown>(answer);
      left.set(at, rest);
      return rest.shift();
    },
  });
}
