import { binance } from '@hb/connector-binance';
import { createBinanceEmulator } from '@hb/connector-binance/emulator';
import { binancePerpetual } from '@hb/connector-binance-perpetual';
import { createBinancePerpetualEmulator } from '@hb/connector-binance-perpetual/emulator';
import { createConnector, nodePorts, type Clock, type Connector, type Ports } from '@hb/connector-core';
import { gateIo } from '@hb/connector-gate-io';
import { createGateIoEmulator } from '@hb/connector-gate-io/emulator';
import { hyperliquidPerpetual } from '@hb/connector-hyperliquid-perpetual';
import { createHyperliquidPerpetualEmulator } from '@hb/connector-hyperliquid-perpetual/emulator';
import { kucoin } from '@hb/connector-kucoin';
import { createKucoinEmulator } from '@hb/connector-kucoin/emulator';
import type { EmulatedVenue, Engine, PerpetualEngine } from '@hb/connector-testkit';

export type Emulator = EmulatedVenue & { readonly engine: Engine | PerpetualEngine };
export type Venue = {
  readonly pair: string;
  /** The pair as the venue calls it. */
  readonly symbol: string;
  /** What purchases and losses are paid in. */
  readonly pays: string;
  readonly emulate: (clock: Clock) => Emulator;
  readonly connect: (options: { readonly sandbox: true; readonly ports: Ports }) => Connector;
};

export const address = 'venue.localhost';

const [rest, ws] = [`http://${address}`, `ws://${address}`];
const { crypto } = nodePorts();
const credentials = { apiKey: 'trader', apiSecret: 'a secret of the emulator' };
const passphrase = 'a word of the emulator';
const privateKey = `0x${'0123456789abcdef'.repeat(4)}`;
const accounts = [
  { ...credentials, passphrase, name: 'trader', balances: {} },
  { apiKey: 'ladder', apiSecret: 'ladder', passphrase, name: 'ladder', balances: {} },
];
const bitcoin = { pair: 'BTC-USDT', pays: 'USDT' };

/** Where the scripts run: the line in which their configurations differ. */
export const venues: Readonly<Record<string, Venue>> = {
  binance: {
    ...{ ...bitcoin, symbol: 'BTCUSDT' },
    emulate: (clock) => createBinanceEmulator({ clock, crypto, accounts }),
    connect: (options) =>
      createConnector(binance, {
        ...{ ...options, credentials },
        hosts: { rest, public: `${ws}/ws`, account: `${ws}/ws-api/v3` },
      }),
  },
  gate_io: {
    ...{ ...bitcoin, symbol: 'BTC_USDT' },
    emulate: (clock) => createGateIoEmulator({ clock, crypto, accounts }),
    connect: (options) =>
      createConnector(gateIo, {
        ...{ ...options, credentials },
        hosts: { rest, public: `${ws}/ws/v4/`, account: `${ws}/ws/v4/` },
      }),
  },
  kucoin: {
    ...{ ...bitcoin, symbol: 'BTC-USDT' },
    emulate: (clock) => createKucoinEmulator({ clock, crypto, accounts }),
    connect: (options) =>
      createConnector(kucoin, { ...options, credentials: { ...credentials, passphrase }, hosts: { rest } }),
  },
  binance_perpetual: {
    ...{ ...bitcoin, symbol: 'BTCUSDT' },
    emulate: (clock) => createBinancePerpetualEmulator({ clock, crypto, accounts }),
    connect: (options) =>
      createConnector(binancePerpetual, {
        ...{ ...options, credentials },
        hosts: { rest, public: `${ws}/public/ws`, market: `${ws}/market/ws`, private: `${ws}/private/ws` },
      }),
  },
  hyperliquid_perpetual: {
    ...{ pair: 'BTC-USD', symbol: 'BTC', pays: 'USDC' },
    emulate: (clock) =>
      createHyperliquidPerpetualEmulator({
        ...{ clock, crypto },
        accounts: [
          { privateKey, name: 'trader', balances: {} },
          { privateKey: `0x${'fedcba9876543210'.repeat(4)}`, name: 'ladder', balances: {} },
        ],
      }),
    connect: (options) =>
      createConnector(hyperliquidPerpetual, {
        ...{ ...options, credentials: { privateKey } },
        hosts: { rest, public: `${ws}/ws`, private: `${ws}/ws` },
      }),
  },
};
