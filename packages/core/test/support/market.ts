import { decimal } from '../../src/model/decimal.js';
import type { Market } from '../../src/model/market.js';

/** An ordinary spot market. */
export const market: Market = {
  pair: 'BTC-USDT',
  symbol: 'BTCUSDT',
  base: 'BTC',
  quote: 'USDT',
  settle: 'USDT',
  shape: 'spot',
  status: 'trading',
  contractSize: decimal('1'),
  price: { step: decimal('0.01') },
  amount: { step: decimal('0.01'), min: decimal('0.01') },
  wire: undefined,
};
