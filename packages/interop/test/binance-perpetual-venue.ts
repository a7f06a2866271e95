import { nodePorts } from '@hb/connector-core';
import {
  createBinancePerpetualEmulator,
  type BinancePerpetualEmulator,
} from '@hb/connector-binance-perpetual/emulator';

import { serveMarket, type Venue } from './venue.js';

/** Emulated futures on sockets: an account for the client, and a maker whose orders rest around 60000. */
export type PerpetualVenue = Omit<Venue<BinancePerpetualEmulator>, 'sell'> & {
  /** Longs pay shorts this fraction now. */
  readonly payFunding: (rate: string) => void;
};

export const market = 'BTCUSDT';
export const credentials = { apiKey: 'interopKey', apiSecret: 'interopSecret' } as const;

export async function startPerpetualVenue(): Promise<PerpetualVenue> {
  const { clock, crypto } = nodePorts({ sandbox: true });
  const emulator = createBinancePerpetualEmulator({
    ...{ clock, crypto, runsMarkets: false },
    accounts: [
      { ...credentials, name: 'client', balances: { USDT: '100000' } },
      { apiKey: 'makerKey', apiSecret: 'makerSecret', name: 'maker', balances: { USDT: '9000000' } },
    ],
  });
  const { engine } = emulator;
  const venue = await serveMarket(emulator, market, [['59999.0', '60001.0', '5']]);
  venue.reset();
  return {
    ...venue,
    payFunding: (fundingRate) => {
      engine.setPrices(market, { fundingRate });
      engine.payFunding(market);
    },
  };
}
