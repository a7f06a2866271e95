import { createDexConnector, type Clock, type DexConnector, type Event, type Ports } from '@hb/connector-core';
import {
  createMemoryDisk,
  createVirtualClock,
  createRandom,
  virtualPorts,
  type MemoryDisk,
  type Random,
  type TraceLine,
  type VirtualClock,
} from '@hb/connector-testkit';

import type { Transaction } from '../emulator/index.js';
import { ethereum } from '../src/index.js';
import { poolDex } from './dex.js';
import { blockMs, createSimulatedNetwork, owner, stable, wrapped, type SimulatedNetwork } from './network.js';

// The first account of https://getfoundry.sh/anvil/reference, which anybody may use.
const privateKey = 'ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80';

/** What does not hold, by the oracle that says so. */
export type Violation = { readonly oracle: string; readonly at: number; readonly what: string };

/** An event, and which process told it, counted from 1. */
type Told = { readonly process: number; readonly event: Event };

/** A chain, a connector on it and what it told; its process may end at any time. */
export type World = {
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly network: SimulatedNetwork;
  readonly connector: () => DexConnector;
  readonly told: readonly Told[];
  /** Processes after which the next one may tell again what they told. */
  readonly crashed: ReadonlySet<number>;
  readonly strikes: ReadonlyMap<string, number>;
  readonly strike: (kind: string) => void;
  readonly violations: Violation[];
  readonly violate: (oracle: string, what: string) => void;
  readonly start: () => Promise<void>;
  /** The process ends without a word, or the machine does; the next one starts after a while. */
  readonly crash: (what: 'process' | 'machine') => void;
  /** The process is to end when the next transaction reaches a node. */
  readonly crashAtSend: () => void;
  readonly restart: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

const types = [
  ...['order-opened', 'order-filled', 'order-closed', 'order-uncertain', 'order-reopened', 'fill-voided'],
] as const satisfies readonly Event['type'][];

type Chain = typeof ethereum;

const chain: Chain = {
  ...ethereum,
  networks: {
    avalanche: {
      ...{ chainId: 43_114, blockMs, finalDepth: 5, wrapped, tokens: [stable] },
      native: { id: 'native', symbol: 'AVAX', decimals: 18 },
    },
  },
};

/** `plant` puts a bug into the chain's functions, to show that the oracles find it. */
export type WorldOptions = { readonly trace: (line: TraceLine) => void; readonly plant?: (chain: Chain) => Chain };

export function createWorld(seed: number, { trace, plant = (sound) => sound }: WorldOptions): World {
  const clock = createVirtualClock({ shuffle: seed });
  const random = createRandom(seed);
  const told: Told[] = [];
  const crashed = new Set<number>();
  const strikes = new Map<string, number>();
  const violations: Violation[] = [];
  let disk: MemoryDisk = createMemoryDisk();
  let process = 0;
  let lives = 0;
  let isAlive = false;
  let endsAtSend = false;
  let starting: Promise<void> = Promise.resolve();
  let connector: DexConnector | undefined;

  const strike = (kind: string): void => {
    strikes.set(kind, (strikes.get(kind) ?? 0) + 1);
  };
  const violate = (oracle: string, what: string): void => {
    violations.push({ oracle, at: clock.mono(), what });
  };

  const onArrival = ({ hash, from }: Transaction): void => {
    if (from !== owner) return;
    const isOnRecord = [...disk.files().values()].some((bytes) => new TextDecoder().decode(bytes).includes(hash));
    if (!isOnRecord) violate('JNL', `transaction ${hash} reached a node before it was on record`);
    if (!endsAtSend) return;
    endsAtSend = false;
    strike('crash-at-send');
    crash('process');
  };
  const network = createSimulatedNetwork({ clock, random: random.fork('network'), strike, onArrival });

  /** Ports of one process: when it is over nothing of it runs, and nothing that it does reaches anybody. */
  const openPorts = (): Ports => {
    process += 1;
    const own = process;
    const isOwn = (): boolean => isAlive && own === process;
    const { http, ...ports } = virtualPorts({ seed: `${seed} ${own}`, clock, venues: network.venues, trace });
    const ifOwn = (run: () => void) => (): void => {
      if (isOwn()) run();
    };
    const guarded: Clock = {
      now: () => clock.now(),
      mono: () => clock.mono(),
      at: (mono, run) => clock.at(mono, ifOwn(run)),
      soon: (run) => {
        clock.soon(ifOwn(run));
      },
    };
    const send: Ports['http']['send'] = (...sent) =>
      new Promise((resolve, reject) => {
        if (!isOwn()) return;
        http.send(...sent).then(
          (answer) => {
            if (isOwn()) resolve(answer);
          },
          (error: unknown) => {
            if (isOwn()) reject(error instanceof Error ? error : new Error(String(error)));
          },
        );
      });
    return { ...ports, clock: guarded, disk, http: { send } };
  };

  const start = async (): Promise<void> => {
    isAlive = true;
    const made = createDexConnector(
      { dex: poolDex, chain: plant({ ...chain, environments: { avalanche: toHosts() } }) },
      { credentials: { privateKey }, ports: openPorts(), data: 'data' },
    );
    const own = process;
    connector = made;
    for (const type of types) made.on(type, (event) => told.push({ process: own, event }));
    // What cannot be had now is asked for again: a start that fails leaves nothing behind but its records.
    await made.start({ pairs: ['WAVAX-USDC'] });
  };

  /** Goes on until it has started, or another life has begun. */
  const again = async (): Promise<void> => {
    lives += 1;
    const own = lives;
    for (let attempt = 0; attempt < 100 && own === lives; attempt += 1) {
      try {
        await start();
        return;
      } catch {
        if (own !== lives) return;
        await connector?.stop();
        await new Promise<void>((resolve) => void clock.at(clock.mono() + 500, resolve));
      }
    }
    if (own === lives) violate('LIV', 'the connector could not be started again');
  };

  const crash = (what: 'process' | 'machine'): void => {
    if (!isAlive) return;
    isAlive = false;
    lives += 1;
    crashed.add(process);
    const drawn = random.fork(`disk ${process}`);
    disk = what === 'process' ? disk.kill(() => drawn.next()) : disk.crash(() => drawn.next());
    clock.at(clock.mono() + random.integer(50, 6_000), () => {
      starting = again();
    });
  };

  return {
    ...{ clock, random, network, told, crashed, strikes, strike, violations, violate, start, crash },
    connector: () => {
      if (connector === undefined) throw new Error('the connector has not been started');
      return connector;
    },
    crashAtSend: () => {
      endsAtSend = true;
    },
    restart: async () => {
      const own = lives;
      await starting;
      if (!isAlive || own !== lives) return;
      await connector?.stop();
      if (own === lives) starting = again();
    },
    stop: async () => {
      await connector?.stop();
      network.stop();
    },
  };
}

function toHosts(): Readonly<Record<string, string>> {
  return { rpc: 'https://one.example', rpc2: 'https://two.example', rpc3: 'https://three.example' };
}
