import { createBinanceEmulator, type BinanceEmulator } from '@hb/connector-binance/emulator';
import { nodePorts } from '@hb/connector-core';
import type { VenueAccount } from '@hb/connector-testkit';

import { serveMarket, type Venue as AnyVenue } from './venue.js';

export type Venue = AnyVenue<BinanceEmulator>;

export const credentials = { apiKey: 'interopKey', apiSecret: 'interopSecret' } as const;

const ladder = [
  ['59999.00', '60001.00', '1'],
  ['59998.00', '60002.00', '2'],
  ['59990.50', '60010.50', '3'],
] as const;

export async function startVenue(more: readonly VenueAccount[] = []): Promise<Venue> {
  const { clock, crypto } = nodePorts({ sandbox: true });
  const emulator = createBinanceEmulator({
    clock,
    crypto,
    accounts: [
      ...more,
      { ...credentials, name: 'client', balances: { BTC: '1', USDT: '100000', BNB: '1' } },
      { apiKey: 'takerKey', apiSecret: 'takerSecret', name: 'taker', balances: { BTC: '100' } },
      { apiKey: 'makerKey', apiSecret: 'makerSecret', name: 'maker', balances: { BTC: '100', USDT: '9000000' } },
    ],
  });
  return serveMarket(emulator, 'BTCUSDT', ladder);
}
