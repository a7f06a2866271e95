import { decimal, type Clock, type Crypto } from '@hb/connector-core';
import {
  accountName,
  createAlarms,
  createIds,
  createPublisher,
  createSockets,
  followMark,
  isEncoded,
  keepAlive,
  openPerpetualExchange,
  runFunding,
  type Behaviour,
  type Declined,
  type EmulatedVenue,
  type FeePlan,
  type KeepAlive,
  type PerpetualEngine,
  type VenueAccount,
  type VenueConnection,
  type VenueSocket,
  type VenueUpgrade,
} from '@hb/connector-testkit';

import { createRest } from './execute.js';
import { createGoodTill } from './good-till.js';
import { createLimits, defaultRateLimits, type CountedLimit, type RateLimit } from './limits.js';
import { createListenKeys } from './listen-keys.js';
import { defaultMarkets, digits, toDefinition, type MarketRules } from './markets.js';
import { createSources } from './stream-sources.js';
import { createRoutedConnection, routed } from './streams.js';
import { tellUsers } from './user-events.js';
import { createUserConnection, isPrivate, type UserConnection } from './user-streams.js';
import type { Fees, Venue } from './venue.js';

export type BinancePerpetualEmulatorOptions = {
  readonly clock: Clock;
  /** Checks signatures: `nodePorts().crypto`. */
  readonly crypto: Crypto;
  /** Fees are 0.02 % for makers and 0.05 % for takers when left out. */
  readonly accounts: readonly VenueAccount[];
  /** BTCUSDT, ETHUSDT and BLZUSDT when left out. */
  readonly markets?: readonly MarketRules[];
  /** The documented limits when left out. */
  readonly rateLimits?: readonly RateLimit[];
  /** Whether marks follow the books and funding is paid on time; true when left out. */
  readonly runsMarkets?: boolean;
  /** Of the ids that the venue makes up. */
  readonly seed?: number | string;
};

export type Usage = {
  /** `REQUEST_WEIGHT` of an address. */
  readonly weights: readonly CountedLimit[];
  /** Requests, orders and messages that were turned away because of a limit, of all addresses. */
  readonly refusals: number;
};

/** Binance USD-M futures on an engine of perpetuals: REST under `/fapi`, streams under `/public`, `/market` and `/private`. */
export interface BinancePerpetualEmulator extends EmulatedVenue {
  /** Books, orders, positions and wallets; its log is the truth about everything that happened. */
  readonly engine: PerpetualEngine;
  /** What the venue counted for an address, `127.0.0.1` when left out. */
  usage(address?: string): Usage;
  /** Lists a market, or changes the rules of one. */
  setMarket(rules: MarketRules): void;
  /** Returns what ends it. */
  behave(behaviour: Behaviour): () => void;
  /** Loses the next diff of a market inside the venue: the next one then names an update that nobody saw. */
  gap(symbol: string): void;
  /** Breaks every connection to the market streams. */
  dropStreams(): void;
  /** Breaks every user stream. */
  dropUserStreams(): void;
  /** Ends every listen key before its time. */
  expireListenKeys(): void;
}

const usualFees: FeePlan = { maker: '0.0002', taker: '0.0005', taken: 'quote' };
const hourMs = 3_600_000;

/** https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams */
const alive: KeepAlive = {
  pingMs: 180_000,
  silent: { afterMs: 600_000, code: 1008, reason: 'Pong timeout' },
  longest: { afterMs: 86_400_000, code: 1001, reason: 'Connection has been open for 24 hours' },
};

/** A venue that answers as the documentation of Binance says. Throws a `RangeError` for markets, balances or fees that are malformed. */
export function createBinancePerpetualEmulator(options: BinancePerpetualEmulatorOptions): BinancePerpetualEmulator {
  const { clock, seed = 'binance' } = options;
  const rules = new Map((options.markets ?? defaultMarkets).map((each) => [each.symbol, each]));
  const exchange = openPerpetualExchange({
    ...{ clock, crypto: options.crypto, accounts: options.accounts, markets: [...rules.values()].map(toDefinition) },
    ...{ digits: () => digits, fees: usualFees, selfTrade: 'expire-maker', clientIds: 'among-open' },
  });
  const { engine } = exchange;
  const names = new Set(options.accounts.map(accountName));
  const streams = createSockets<VenueConnection>();
  const users = createSockets<UserConnection>();
  const tell = (account: string, event: object): void => {
    for (const [, user] of users.open()) {
      for (const key of user.keys) if (venue.listenKeys.accountOf(key) === account) user.tell(key, event);
    }
  };
  const alarms = createAlarms(clock);
  const venue: Venue = {
    ...{ ...exchange, rules, limits: createLimits(clock, options.rateLimits ?? defaultRateLimits) },
    fees: new Map(options.accounts.map((account) => [accountName(account), toFees(account)])),
    alarms,
    goodTill: createGoodTill(clock, engine, alarms),
    listenKeys: createListenKeys(alarms, createIds(`${seed} keys`, 64), (_, key) => expire(key)),
    newId: createIds(seed, 22),
  };
  const rest = createRest(venue);
  const publisher = createPublisher(createSources(venue));
  const offs = [tellUsers(venue, names, tell), ...[...rules.values()].flatMap(runMarket)];

  function runMarket({ symbol: market, fundingIntervalHours }: MarketRules): readonly (() => void)[] {
    if (options.runsMarkets === false) return [];
    const parts = { engine, clock };
    return [
      runFunding(parts, { market, intervalMs: fundingIntervalHours * hourMs }),
      followMark(parts, { market, everyMs: 1_000 }),
    ];
  }
  function expire(key: string): void {
    for (const [, user] of users.open()) {
      if (user.keys.has(key)) user.tell(key, { e: 'listenKeyExpired', E: clock.now(), listenKey: key });
    }
  }
  function connectUser(upgrade: VenueUpgrade, socket: VenueSocket): VenueConnection | Declined {
    const connection = createUserConnection(upgrade, socket);
    const isKnown = (key: string): boolean => venue.listenKeys.accountOf(key) !== undefined;
    if (![...connection.keys].every(isKnown)) return { refused: 400 };
    return keepAlive({ clock, socket }, users.add(socket, connection), alive);
  }
  function connect(upgrade: VenueUpgrade, socket: VenueSocket): VenueConnection | Declined {
    if (!isEncoded(upgrade.path + upgrade.query)) return { refused: 400 };
    if (isPrivate(upgrade.path)) return connectUser(upgrade, socket);
    if (!routed.test(upgrade.path)) return { refused: 404 };
    const parts = { clock, publisher, noteRefusal: () => venue.limits.noteRefusal() };
    return keepAlive({ clock, socket }, streams.add(socket, createRoutedConnection(parts, upgrade, socket)), alive);
  }
  return {
    engine,
    http: rest.answer,
    connect,
    usage: (address = '127.0.0.1') => ({ weights: venue.limits.weights(address), refusals: venue.limits.refusals }),
    setMarket(changed) {
      const isNew = !rules.has(changed.symbol);
      rules.set(changed.symbol, changed);
      if (!isNew) return;
      engine.addMarket(toDefinition(changed));
      offs.push(...runMarket(changed));
    },
    behave: rest.behave,
    gap: (symbol) => publisher.skip((name) => name.startsWith(`${symbol.toLowerCase()}@`)),
    dropStreams: () => streams.drop(1006, ''),
    dropUserStreams: () => users.drop(1006, ''),
    expireListenKeys() {
      for (const account of names) venue.listenKeys.close(account);
    },
    stop() {
      for (const off of offs) off();
      alarms.stop();
      publisher.stop();
      for (const sockets of [streams, users]) sockets.drop(1001, 'Server stopped');
    },
  };
}

function toFees({ fees = usualFees }: VenueAccount): Fees {
  return { maker: decimal(fees.maker).toFixed(), taker: decimal(fees.taker).toFixed() };
}
