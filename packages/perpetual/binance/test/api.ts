import { createSecret, decimal, type Market } from '@hb/connector-core';
import { handOut, type Handed, type HandOutOptions } from '@hb/connector-testkit';

import { binancePerpetual, type Credentials, type Options } from '../src/index.js';

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

/** What core hands to the functions of an account, and what they asked for. */
export function account(world: Partial<HandOutOptions<Options, Credentials>> = {}): Handed<Options, Credentials> {
  return handOut({
    spec: binancePerpetual,
    credentials: { apiKey, apiSecret: secret },
    now: 1_591_702_613_943,
    ...world,
  });
}
