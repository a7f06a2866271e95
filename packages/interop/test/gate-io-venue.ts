import { nodePorts } from '@hb/connector-core';
import { createGateIoEmulator, type GateIoEmulator } from '@hb/connector-gate-io/emulator';
import { serveVenue, type ServedVenue, type VenueAccount } from '@hb/connector-testkit';

/** An emulated Gate on sockets, with an account for the client and a maker whose orders rest around 60000. */
export type Venue = {
  readonly emulator: GateIoEmulator;
  readonly served: ServedVenue;
  /** Ends every order and lets the maker rest three levels a side again, the best at 59999 and 60001. */
  readonly reset: () => void;
  /** The maker sells or buys this much more at a price: `make('sell', '60001.00', '0.5')`. */
  readonly make: (side: 'buy' | 'sell', price: string, amount: string) => void;
  /** Somebody sells this much at the best price. */
  readonly sell: (amount: string) => void;
  readonly stop: () => Promise<void>;
};

const ladder = [
  ['59999.00', '60001.00', '1'],
  ['59998.00', '60002.00', '2'],
  ['59990.50', '60010.50', '3'],
] as const;

export const credentials = { apiKey: 'interopKey', apiSecret: 'interopSecret' } as const;

export async function startVenue(more: readonly VenueAccount[] = []): Promise<Venue> {
  const { clock, crypto } = nodePorts({ sandbox: true });
  const emulator = createGateIoEmulator({
    clock,
    crypto,
    accounts: [
      ...more,
      { ...credentials, name: 'client', balances: { BTC: '1', USDT: '100000' } },
      { apiKey: 'takerKey', apiSecret: 'takerSecret', name: 'taker', balances: { BTC: '100' } },
      { apiKey: 'makerKey', apiSecret: 'makerSecret', name: 'maker', balances: { BTC: '100', USDT: '9000000' } },
    ],
  });
  const { engine } = emulator;
  const market = 'BTC_USDT';
  const steps = (kind: 'price' | 'amount', text: string) => engine.market(market)?.[kind].parse(text) ?? 0n;
  const make: Venue['make'] = (side, price, amount) => {
    const terms = { price: steps('price', price), amount: steps('amount', amount) };
    engine.place('maker', { market, side, type: 'limit', ...terms });
  };
  const sell: Venue['sell'] = (amount) => {
    engine.place('taker', { market, side: 'sell', type: 'market', amount: steps('amount', amount) });
  };
  const reset = () => {
    for (const account of ['client', 'maker']) engine.cancelAll(account);
    for (const [below, above, amount] of ladder) {
      make('buy', below, amount);
      make('sell', above, amount);
    }
  };
  const served = await serveVenue(emulator);
  return {
    emulator,
    served,
    make,
    sell,
    reset,
    stop: async () => {
      emulator.stop();
      await served.close();
    },
  };
}
