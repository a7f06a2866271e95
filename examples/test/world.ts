import { binance } from '@hb/connector-binance';
import { createBinanceEmulator, type BinanceEmulator } from '@hb/connector-binance/emulator';
import { createConnector, nodePorts, type Connector } from '@hb/connector-core';
import { createVirtualClock, placeLadder, virtualPorts, type VirtualClock } from '@hb/connector-testkit';

export type World = {
  readonly clock: VirtualClock;
  readonly emulator: BinanceEmulator;
  readonly connector: Connector;
  /** What the venue says that the trader owns, free and locked together. */
  readonly owned: (asset: string) => string;
};

const credentials = { apiKey: 'trader', apiSecret: 'a secret of the emulator' };
const address = 'venue.localhost';

/** A trader at an emulated venue with a quiet BTC-USDT market around 60,000; no real time passes. */
export function openWorld(balances: Readonly<Record<string, string>>): World {
  const clock = createVirtualClock();
  const emulator = createBinanceEmulator({
    clock,
    crypto: nodePorts().crypto,
    accounts: [
      { ...credentials, name: 'trader', balances },
      { apiKey: 'ladder', apiSecret: 'ladder', name: 'ladder', balances: { BTC: '1000', USDT: '60000000' } },
    ],
  });
  const { engine } = emulator;
  placeLadder(engine, { account: 'ladder', market: 'BTCUSDT', mid: '60000', levels: 50, step: '10', amount: '0.5' });
  const connector = createConnector(binance, {
    credentials,
    sandbox: true,
    hosts: { rest: `http://${address}`, public: `ws://${address}/ws`, account: `ws://${address}/ws-api/v3` },
    ports: virtualPorts({ seed: 1, clock, venues: { [address]: emulator } }),
  });
  const owned = (asset: string): string => {
    const held = engine.balances('trader').find((balance) => balance.asset === asset);
    return engine.asset(asset).format((held?.free ?? 0n) + (held?.locked ?? 0n));
  };
  return { clock, emulator, connector, owned };
}
