import { binance } from '@hb/connector-binance';
import { createBinanceEmulator } from '@hb/connector-binance/emulator';
import { binancePerpetual } from '@hb/connector-binance-perpetual';
import { createBinancePerpetualEmulator } from '@hb/connector-binance-perpetual/emulator';
import { createConnector, nodePorts, type Connector } from '@hb/connector-core';
import type { EmulatedVenue, Engine, PerpetualEngine, ServedVenue } from '@hb/connector-testkit';

const { clock, crypto } = nodePorts();
const credentials = { apiKey: 'demo', apiSecret: 'a key of the emulator, good for nothing else' };

export const [traderAccount, ladderAccount] = ['trader', 'ladder'];
const ladder = { apiKey: 'ladder', apiSecret: 'ladder', name: ladderAccount };

/** What both emulators have. */
type Emulator = EmulatedVenue & {
  readonly engine: Engine | PerpetualEngine;
  readonly usage: () => {
    readonly weights: readonly { readonly count: number; readonly limit: number }[];
    readonly refusals: number;
  };
};

/** One emulated venue, and the lines of configuration with which a script comes to it. */
export type Venue = {
  readonly name: string;
  readonly symbol: string;
  /** In steps of its prices, where spot has cents and futures dimes. */
  readonly stepsPerDollar: number;
  readonly cancels: string;
  readonly emulator: Emulator;
  /** Breaks every connection. */
  readonly breakAll: () => void;
  readonly connect: (served: ServedVenue) => Connector;
};

type Balances = Readonly<Record<string, string>>;

export function openSpot(balances: Balances = { BTC: '1', USDT: '60000' }): Venue {
  const emulator = createBinanceEmulator({
    ...{ clock, crypto },
    accounts: [
      { ...credentials, name: traderAccount, balances },
      { ...ladder, balances: { BTC: '1000', USDT: '60000000' } },
    ],
  });
  return {
    ...{ name: 'spot', symbol: 'BTCUSDT', stepsPerDollar: 100, cancels: '/api/v3/order', emulator },
    breakAll: () => {
      emulator.dropStreams();
      emulator.dropApi();
    },
    connect: ({ url, wsUrl }) =>
      createConnector(binance, {
        ...{ credentials, sandbox: true },
        hosts: { rest: url, public: `${wsUrl}/ws`, account: `${wsUrl}/ws-api/v3` },
      }),
  };
}

export function openFutures(): Venue {
  const emulator = createBinancePerpetualEmulator({
    ...{ clock, crypto },
    accounts: [
      { ...credentials, name: traderAccount, balances: { USDT: '60000' } },
      { ...ladder, balances: { USDT: '60000000' } },
    ],
  });
  return {
    ...{ name: 'perp', symbol: 'BTCUSDT', stepsPerDollar: 10, cancels: '/fapi/v1/order', emulator },
    breakAll: () => {
      emulator.dropStreams();
      emulator.dropUserStreams();
    },
    connect: ({ url, wsUrl }) =>
      createConnector(binancePerpetual, {
        ...{ credentials, sandbox: true },
        hosts: {
          ...{ rest: url, public: `${wsUrl}/public/ws` },
          ...{ market: `${wsUrl}/market/ws`, private: `${wsUrl}/private/ws` },
        },
      }),
  };
}
