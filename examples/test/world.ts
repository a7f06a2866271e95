import { binance } from '@hb/connector-binance';
import { createBinanceEmulator } from '@hb/connector-binance/emulator';
import { createConnector, nodePorts, type Connector, type ConnectorOptions, type Clock } from '@hb/connector-core';
import { gateIo } from '@hb/connector-gate-io';
import { createGateIoEmulator } from '@hb/connector-gate-io/emulator';
import { kucoin } from '@hb/connector-kucoin';
import { createKucoinEmulator } from '@hb/connector-kucoin/emulator';
import {
  createVirtualClock,
  placeLadder,
  virtualPorts,
  type EmulatedVenue,
  type Engine,
  type VenueAccount,
  type VirtualClock,
} from '@hb/connector-testkit';

export type World = {
  readonly clock: VirtualClock;
  readonly engine: Engine;
  readonly connector: Connector;
  /** BTC-USDT as the venue calls it. */
  readonly symbol: string;
  /** What the venue says that the trader owns, free and locked together. */
  readonly owned: (asset: string) => string;
};

const credentials = { apiKey: 'trader', apiSecret: 'a secret of the emulator' };
const passphrase = 'a word of the emulator';
const address = 'venue.localhost';

type Emulator = EmulatedVenue & { readonly engine: Engine };
type Options = Pick<ConnectorOptions<typeof credentials>, 'credentials' | 'sandbox' | 'ports'>;
type Venue = {
  readonly symbol: string;
  readonly emulate: (clock: Clock, accounts: readonly VenueAccount[]) => Emulator;
  readonly connect: (options: Options) => Connector;
};

const { crypto } = nodePorts();
const rest = `http://${address}`;

/** Where the scripts run: the line in which their configurations differ. */
export const venues: Readonly<Record<string, Venue>> = {
  binance: {
    symbol: 'BTCUSDT',
    emulate: (clock, accounts) => createBinanceEmulator({ clock, crypto, accounts }),
    connect: (options) =>
      createConnector(binance, {
        ...options,
        hosts: { rest, public: `ws://${address}/ws`, account: `ws://${address}/ws-api/v3` },
      }),
  },
  gate_io: {
    symbol: 'BTC_USDT',
    emulate: (clock, accounts) => createGateIoEmulator({ clock, crypto, accounts }),
    connect: (options) =>
      createConnector(gateIo, {
        ...options,
        hosts: { rest, public: `ws://${address}/ws/v4/`, account: `ws://${address}/ws/v4/` },
      }),
  },
  kucoin: {
    symbol: 'BTC-USDT',
    emulate: (clock, accounts) => createKucoinEmulator({ clock, crypto, accounts }),
    connect: (options) =>
      createConnector(kucoin, { ...options, credentials: { ...credentials, passphrase }, hosts: { rest } }),
  },
};

/** A trader at an emulated venue with a quiet BTC-USDT market around 60,000; no real time passes. */
export function openWorld(id: string, balances: Readonly<Record<string, string>>): World {
  const venue = venues[id];
  if (venue === undefined) throw new RangeError(`there is no venue ${id}`);
  const { symbol } = venue;
  const clock = createVirtualClock();
  const emulator = venue.emulate(clock, [
    { ...credentials, passphrase, name: 'trader', balances },
    { apiKey: 'ladder', apiSecret: 'ladder', name: 'ladder', balances: { BTC: '1000', USDT: '60000000' } },
  ]);
  const { engine } = emulator;
  placeLadder(engine, { account: 'ladder', market: symbol, mid: '60000', levels: 50, step: '10', amount: '0.5' });
  const ports = virtualPorts({ seed: 1, clock, venues: { [address]: emulator } });
  const connector = venue.connect({ credentials, sandbox: true, ports });
  const owned = (asset: string): string => {
    const held = engine.balances('trader').find((balance) => balance.asset === asset);
    return engine.asset(asset).format((held?.free ?? 0n) + (held?.locked ?? 0n));
  };
  return { clock, engine, connector, symbol, owned };
}
