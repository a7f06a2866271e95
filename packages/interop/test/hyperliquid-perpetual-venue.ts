import {
  createHyperliquidPerpetualEmulator,
  type HyperliquidPerpetualEmulator,
} from '@hb/connector-hyperliquid-perpetual/emulator';
import { nodePorts } from '@hb/connector-core';
import { serveVenue, type ServedVenue } from '@hb/connector-testkit';

/** An emulated Hyperliquid on sockets, with an account for the client and a maker whose orders rest around 60000. */
export type Venue = {
  readonly emulator: HyperliquidPerpetualEmulator;
  readonly served: ServedVenue;
  /** Ends every order and lets the maker rest three levels a side again, the best at 59990 and 60010. */
  readonly reset: () => void;
  /** Somebody takes this much of what rests on a side at this price or better. */
  readonly take: (resting: 'buy' | 'sell', price: string, amount: string) => void;
  readonly stop: () => Promise<void>;
};

/** Made up for tests: the account's key, its agent's, and one that nobody knows. */
export const keys = {
  owner: `0x${'0123456789abcdef'.repeat(4)}`,
  agent: `0x${'fedcba9876543210'.repeat(4)}`,
  stranger: `0x${'00112233445566778899aabbccddeeff'.repeat(2)}`,
} as const;
export const owner = '0xfcad0b19bb29d4674531d6f115237e16afce377c';
/** A vault that the account leads. */
export const vault = `0x${'aa'.repeat(20)}` as const;

const ladder = [
  ['59990', '60010', '1'],
  ['59980', '60020', '2'],
  ['59900', '60100', '3'],
] as const;

export async function startVenue(): Promise<Venue> {
  const { clock, crypto } = nodePorts({ sandbox: true });
  const emulator = createHyperliquidPerpetualEmulator({
    ...{ clock, crypto },
    accounts: [
      { privateKey: keys.owner, agents: [keys.agent], name: 'client', balances: { USDC: '100000' } },
      { address: vault, leader: owner, name: 'vault', balances: { USDC: '5000' } },
      { address: `0x${'bb'.repeat(20)}`, leader: vault, name: 'maker', balances: { USDC: '9000000' } },
      { address: `0x${'cc'.repeat(20)}`, leader: vault, name: 'taker', balances: { USDC: '9000000' } },
    ],
  });
  const { engine } = emulator;
  const market = 'BTC';
  const steps = (kind: 'price' | 'amount', text: string) => engine.market(market)?.[kind].parse(text) ?? 0n;
  const make = (account: string, side: 'buy' | 'sell', price: string, amount: string) => {
    const terms = { price: steps('price', price), amount: steps('amount', amount) };
    engine.place(account, { market, side, type: 'limit', timeInForce: account === 'maker' ? 'gtc' : 'ioc', ...terms });
  };
  const served = await serveVenue(emulator);
  return {
    ...{ emulator, served },
    take: (resting, price, amount) => make('taker', resting === 'buy' ? 'sell' : 'buy', price, amount),
    reset: () => {
      for (const account of ['client', 'vault', 'maker']) engine.cancelAll(account);
      for (const [below, above, amount] of ladder) {
        make('maker', 'buy', below, amount);
        make('maker', 'sell', above, amount);
      }
    },
    stop: async () => {
      emulator.stop();
      await served.close();
    },
  };
}
