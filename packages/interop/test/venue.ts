import { serveVenue, type EmulatedVenue, type Engine, type ServedVenue } from '@hb/connector-testkit';

/** An emulated venue on sockets. Its accounts: `client`, `taker`, and `maker` whose orders rest around 60000. */
export type Venue<Emulator> = {
  readonly emulator: Emulator;
  readonly served: ServedVenue;
  /** Ends every order and lets the maker rest the ladder again. */
  readonly reset: () => void;
  /** The maker sells or buys this much more at a price: `make('sell', '60001.00', '0.5')`. */
  readonly make: (side: 'buy' | 'sell', price: string, amount: string) => void;
  /** Somebody sells this much at the best price. */
  readonly sell: (amount: string) => void;
  readonly stop: () => Promise<void>;
};

/** A level a side, best first: `['59999', '60001', '1']`. */
export type Ladder = readonly (readonly [below: string, above: string, amount: string])[];

export async function serveMarket<Emulator extends EmulatedVenue & { readonly engine: Engine }>(
  emulator: Emulator,
  market: string,
  ladder: Ladder,
): Promise<Venue<Emulator>> {
  const { engine } = emulator;
  const steps = (kind: 'price' | 'amount', text: string) => engine.market(market)?.[kind].parse(text) ?? 0n;
  const make: Venue<Emulator>['make'] = (side, price, amount) => {
    const terms = { price: steps('price', price), amount: steps('amount', amount) };
    engine.place('maker', { market, side, type: 'limit', ...terms });
  };
  const served = await serveVenue(emulator);
  return {
    emulator,
    served,
    make,
    sell: (amount) => {
      engine.place('taker', { market, side: 'sell', type: 'market', amount: steps('amount', amount) });
    },
    reset: () => {
      for (const account of ['client', 'maker']) engine.cancelAll(account);
      for (const [below, above, amount] of ladder) {
        make('buy', below, amount);
        make('sell', above, amount);
      }
    },
    stop: async () => {
      emulator.stop();
      await served.close();
    },
  };
}
