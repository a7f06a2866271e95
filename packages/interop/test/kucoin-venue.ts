import { createKucoinEmulator, type KucoinEmulator } from '@hb/connector-kucoin/emulator';
import { nodePorts } from '@hb/connector-core';
import { serveVenue, type ServedVenue } from '@hb/connector-testkit';

/** An emulated KuCoin on sockets, with an account for the client and a maker whose orders rest around 60000. */
export type Venue = {
  readonly emulator: KucoinEmulator;
  readonly served: ServedVenue;
  /** Ends every order and lets the maker rest two levels a side again, the best at 59999 and 60001. */
  readonly reset: () => void;
  /** The maker sells or buys this much more at a price: `make('sell', '60001', '0.5')`. */
  readonly make: (side: 'buy' | 'sell', price: string, amount: string) => void;
  /** Somebody sells this much at the best price. */
  readonly sell: (amount: string) => void;
  readonly stop: () => Promise<void>;
};

const ladder = [
  ['59999', '60001', '1'],
  ['59998', '60002', '2'],
] as const;

export const credentials = {
  apiKey: '6720aaaa0000000000000001',
  apiSecret: 'interop-secret',
  passphrase: 'interopPassphrase',
} as const;

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
  const { engine } = emulator;
  const market = 'BTC-USDT';
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
