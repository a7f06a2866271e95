import { createKucoinEmulator, type KucoinEmulator } from '@hb/connector-kucoin/emulator';
import { nodePorts } from '@hb/connector-core';

import { serveMarket, type Venue as AnyVenue } from './venue.js';

export type Venue = AnyVenue<KucoinEmulator>;

export const credentials = {
  apiKey: '6720aaaa0000000000000001',
  apiSecret: 'interop-secret',
  passphrase: 'interopPassphrase',
} as const;

const ladder = [
  ['59999', '60001', '1'],
  ['59998', '60002', '2'],
] as const;

export async function startVenue(): Promise<Venue> {
  const { clock, crypto } = nodePorts({ sandbox: true });
  const others = { passphrase: 'other', apiSecret: 'other' };
  const emulator = createKucoinEmulator({
    clock,
    crypto,
    accounts: [
      { ...credentials, name: 'client', balances: { BTC: '1', USDT: '100000' } },
      { ...others, apiKey: 'takerKey', name: 'taker', balances: { BTC: '100', USDT: '1000' } },
      { ...others, apiKey: 'makerKey', name: 'maker', balances: { BTC: '100', USDT: '9000000' } },
    ],
  });
  return serveMarket(emulator, 'BTC-USDT', ladder);
}
