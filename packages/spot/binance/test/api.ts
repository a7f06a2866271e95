import { createSecret, decimal, type Market } from '@hb/connector-core';
import { handOut, type Handed, type HandOutOptions } from '@hb/connector-testkit';

import { binance, type Credentials, type Options } from '../src/index.js';

/** The example key of Binance's documentation, as are the two below. */
export const apiKey = 'vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A';
export const secret = createSecret('NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j');
// https://developers.binance.com/docs/binance-spot-api-docs/fix-api
export const ed25519Pem = [
  '-----BEGIN PRIVATE KEY-----',
  'MC4CAQAwBQYDK2VwBCIEIIJEYWtGBrhACmb9Dvy+qa8WEf0lQOl1s4CLIAB9m89u',
  '-----END PRIVATE KEY-----',
].join('\n');
export const privateKey = createSecret(ed25519Pem);

export const market: Market<undefined> = {
  pair: 'BTC-USDT',
  symbol: 'BTCUSDT',
  base: 'BTC',
  quote: 'USDT',
  settle: 'USDT',
  shape: 'spot',
  status: 'trading',
  contractSize: decimal('1'),
  price: { step: decimal('0.01') },
  amount: { step: decimal('0.00001'), min: decimal('0.00001') },
  wire: undefined,
};

/** What core hands to the functions of an account, and what they asked for. */
export function account(world: Partial<HandOutOptions<Options, Credentials>> = {}): Handed<Options, Credentials> {
  return handOut({ spec: binance, credentials: { apiKey, apiSecret: secret }, now: 1_499_827_319_559, ...world });
}
