import type { Clock, Crypto } from '@hb/connector-core';
import {
  createAlarms,
  createPublisher,
  createSockets,
  endIdle,
  followMark,
  openPerpetualExchange,
  runFunding,
  type Behaviour,
  type Declined,
  type EmulatedVenue,
  type Ending,
  type FeePlan,
  type PerpetualEngine,
  type VenueConnection,
  type VenueSocket,
  type VenueUpgrade,
} from '@hb/connector-testkit';

import { createAuthority, type EmulatedAccount } from './authority.js';
import { createRest } from './http.js';
import { createLimits } from './limits.js';
import { defaultMarkets, digits, toDefinition, type MarketRules } from './markets.js';
import { createSources } from './stream-sources.js';
import { createConnection } from './streams.js';
import type { Venue } from './venue.js';

export type HyperliquidPerpetualEmulatorOptions = {
  readonly clock: Clock;
  /** Checks signatures: `nodePorts().crypto`. */
  readonly crypto: Crypto;
  /** Fees are 0.015 % for makers and 0.045 % for takers when left out. */
  readonly accounts: readonly EmulatedAccount[];
  /** BTC, ETH and STRK when left out. */
  readonly markets?: readonly MarketRules[];
  /** Whether marks follow the books; true when left out. Funding is paid each full hour. */
  readonly runsMarkets?: boolean;
  /** Which network signatures must be for; `live` when left out. */
  readonly environment?: 'live' | 'testnet';
};

/** Hyperliquid's perpetuals on an engine: `/info`, `/exchange` and `/ws`. */
export interface HyperliquidPerpetualEmulator extends EmulatedVenue {
  /** Books, orders, positions and wallets; its log is the truth about everything that happened. */
  readonly engine: PerpetualEngine;
  /** How many requests, actions, messages and connections a limit has turned away. */
  limitRefusals(): number;
  /** Changes how many decimal places amounts have. */
  setDecimals(name: string, szDecimals: number): void;
  /** By the type of a request, `orderStatus`, or of an action, `order`. Returns what ends it. */
  behave(behaviour: Behaviour): () => void;
  /** Breaks every connection. */
  dropStreams(): void;
}

/** https://hyperliquid.gitbook.io/hyperliquid-docs/trading/fees */
const usualFees: FeePlan = { maker: '0.00015', taker: '0.00045', taken: 'quote' };
/** https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/websocket/timeouts-and-heartbeats */
const idle: Ending = { afterMs: 60_000, code: 1000, reason: 'Inactive' };

/** A venue that answers as the documentation of Hyperliquid says. Throws a `RangeError` for markets, balances or fees that are malformed. */
export function createHyperliquidPerpetualEmulator(
  options: HyperliquidPerpetualEmulatorOptions,
): HyperliquidPerpetualEmulator {
  const { clock, crypto, environment = 'live' } = options;
  const rules = [...(options.markets ?? defaultMarkets)];
  const { engine } = openPerpetualExchange({
    ...{ clock, crypto, accounts: [], markets: rules.map(toDefinition), digits: () => digits },
    ...{ fees: usualFees, selfTrade: 'expire-maker', clientIds: 'among-open' },
  });
  const authority = createAuthority(crypto, options.accounts, environment === 'live');
  for (const [account, { fees = usualFees, balances }] of authority.accounts) {
    engine.setFees(account, fees);
    for (const [asset, amount] of Object.entries(balances)) engine.deposit(account, asset, amount);
  }
  const limits = createLimits(clock, engine);
  const alarms = createAlarms(clock);
  const venue: Venue = { clock, engine, authority, limits, rules, alarms };
  const rest = createRest(venue);
  const publisher = createPublisher(createSources(venue));
  const sockets = createSockets<VenueConnection>();
  const offs = rules.flatMap(({ name: market }) => [
    runFunding({ engine, clock }, { market, intervalMs: 3_600_000 }),
    ...(options.runsMarkets === false ? [] : [followMark({ engine, clock }, { market, everyMs: 3_000 })]),
  ]);

  function connect(upgrade: VenueUpgrade, socket: VenueSocket): VenueConnection | Declined {
    if (upgrade.path !== '/ws') return { refused: 404 };
    if (!limits.takes('connections', upgrade.address)) return { refused: 429 };
    const connection = createConnection({ clock, publisher, venue }, upgrade, socket);
    return endIdle({ clock, socket }, sockets.add(socket, connection), idle);
  }
  return {
    engine,
    http: rest.answer,
    connect,
    limitRefusals: limits.refusals,
    setDecimals(name, szDecimals) {
      const index = rules.findIndex((each) => each.name === name);
      const known = rules[index];
      if (known !== undefined) rules[index] = { ...known, szDecimals };
    },
    behave: rest.behave,
    dropStreams: () => sockets.drop(1006, ''),
    stop() {
      for (const off of offs) off();
      limits.stop();
      alarms.stop();
      publisher.stop();
      sockets.drop(1001, 'Server stopped');
    },
  };
}
