import { nodePorts } from '@hb/connector-core';
import {
  createBinancePerpetualEmulator,
  type BinancePerpetualEmulator,
} from '@hb/connector-binance-perpetual/emulator';
import { serveVenue, type ServedVenue } from '@hb/connector-testkit';

/** Emulated futures on sockets: an account for the client, and a maker whose orders rest around 60000. */
export type PerpetualVenue = {
  readonly emulator: BinancePerpetualEmulator;
  readonly served: ServedVenue;
  /** The maker buys or sells this much more at a price. */
  readonly make: (side: 'buy' | 'sell', price: string, amount: string) => void;
  /** Longs pay shorts this fraction now. */
  readonly payFunding: (rate: string) => void;
  readonly stop: () => Promise<void>;
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
  const steps = (kind: 'price' | 'amount', text: string) => engine.market(market)?.[kind].parse(text) ?? 0n;
  const make: PerpetualVenue['make'] = (side, price, amount) => {
    const terms = { price: steps('price', price), amount: steps('amount', amount) };
    engine.place('maker', { market, side, type: 'limit', ...terms });
  };
  make('buy', '59999.0', '5');
  make('sell', '60001.0', '5');
  const served = await serveVenue(emulator);
  return {
    ...{ emulator, served, make },
    payFunding: (fundingRate) => {
      engine.setPrices(market, { fundingRate });
      engine.payFunding(market);
    },
    stop: async () => {
      emulator.stop();
      await served.close();
    },
  };
}
