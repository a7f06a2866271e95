import {
  createStreamConnection,
  type CountedLimit,
  type RateLimit,
  type StreamConnection,
} from '@hb/binance-emulation';
import { decimal, type Clock, type Crypto } from '@hb/connector-core';
import {
  accountName,
  createIds,
  createPublisher,
  createSockets,
  isEncoded,
  isRefusal,
  keepAlive,
  openExchange,
  tellOwners,
  type Behaviour,
  type Declined,
  type EmulatedVenue,
  type Engine,
  type Exchange,
  type FeePlan,
  type KeepAlive,
  type VenueAccount,
  type VenueConnection,
  type VenueSocket,
  type VenueUpgrade,
} from '@hb/connector-testkit';

import { createExecutor } from './execute.js';
import { createLimits, defaultRateLimits } from './limits.js';
import { defaultMarkets, digits, toDefinition, type MarketRules } from './markets.js';
import { answerRest } from './rest.js';
import { parseStream } from './stream-names.js';
import { createSources } from './stream-sources.js';
import { createUserEvents, toRejectedReport } from './user-events.js';
import type { AccountSettings, Venue } from './venue.js';
import { createApiConnection, type ApiConnection } from './websocket-api.js';

/** Which markets, accounts and limits the venue has. */
export type BinanceEmulatorOptions = {
  readonly clock: Clock;
  /** Checks signatures: `nodePorts().crypto`. */
  readonly crypto: Crypto;
  /** Fees are 0.1 % of what is received when left out. */
  readonly accounts: readonly VenueAccount[];
  /** BTCUSDT, ETHUSDT, ETHBTC and BNBUSDT when left out. */
  readonly markets?: readonly MarketRules[];
  /** The documented limits when left out. */
  readonly rateLimits?: readonly RateLimit[];
  /** Refusals of an address in a minute after which it is banned: 10 when left out. */
  readonly refusalsBeforeBan?: number;
  /** Of the ids that the venue makes up. */
  readonly seed?: number | string;
  /** Ids of the first order and trade of each market. */
  readonly firstIds?: FirstIds;
};

type FirstIds = { readonly orderId: number; readonly tradeId: number };

/** What the venue has counted against its limits. */
export type Usage = {
  /** `REQUEST_WEIGHT` of an address. */
  readonly weights: readonly CountedLimit[];
  readonly rawRequests: number;
  /** Requests, orders, messages and connections that were turned away because of a limit, of all addresses. */
  readonly refusals: number;
};

/** Binance spot on a matching engine: REST under `/api/v3`, market streams under `/ws` and `/stream`, the WebSocket API at `/ws-api/v3`. */
export interface BinanceEmulator extends EmulatedVenue {
  /** Books, orders and balances; its log is the truth about everything that happened. */
  readonly engine: Engine;
  /** What the venue counted for an address, `127.0.0.1` when left out. */
  usage(address?: string): Usage;
  /** Lists a market, or changes the filters of one. */
  setMarket(rules: MarketRules): void;
  /** Returns what ends it. */
  behave(behaviour: Behaviour): () => void;
  /** Loses the next diff of a market inside the venue: its update ids then have a hole. */
  gap(symbol: string): void;
  /** Breaks every connection to the market streams. */
  dropStreams(): void;
  /** Breaks every connection to the WebSocket API. */
  dropApi(): void;
  /** Ends every user stream; the connections stay open. */
  terminateUserStreams(): void;
  /** Announces a shutdown to every connection, then ends them all after `afterMs`. */
  shutDown(afterMs: number): void;
}

const usualFees: FeePlan = { maker: '0.001', taker: '0.001', taken: 'received' };
const usualIds: FirstIds = { orderId: 1, tradeId: 1 };

/** https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams#general-wss-information */
const alive: KeepAlive = {
  pingMs: 20_000,
  silent: { afterMs: 60_000, code: 1008, reason: 'Pong timeout' },
  longest: { afterMs: 86_400_000, code: 1001, reason: 'Connection has been open for 24 hours' },
};

/** https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams#websocket-limits */
const streamRules = { messagesPerSecond: 5, isStream: (name: string) => parseStream(name) !== undefined } as const;

/** A venue that answers as the documentation of Binance says. Throws a `RangeError` for markets, balances or fees that are malformed. */
export function createBinanceEmulator(options: BinanceEmulatorOptions): BinanceEmulator {
  const { clock, firstIds = usualIds, rateLimits = defaultRateLimits, refusalsBeforeBan = 10 } = options;
  const rules = new Map((options.markets ?? defaultMarkets).map((each) => [each.symbol, each]));
  const exchange = open(options, [...rules.values()], firstIds);
  const { engine } = exchange;
  const limits = createLimits({ clock, rateLimits, refusalsBeforeBan });
  const apis = createSockets<ApiConnection>();
  const streams = createSockets<StreamConnection>();
  const tell = (account: string, event: object) => {
    for (const [, api] of apis.open()) api.tell(account, event);
  };
  const venue: Venue = {
    ...exchange,
    limits,
    rules,
    accounts: new Map(options.accounts.map((account, index) => [accountName(account), toSettings(account, index)])),
    cancelIds: new Map(),
    newId: createIds(options.seed ?? 'binance', 22),
    tellRejected: (account, placement, refusal) => tell(account, toRejectedReport(venue, placement, refusal)),
  };
  const executor = createExecutor(venue);
  const publisher = createPublisher(createSources(exchange));
  const toUserEvent = createUserEvents(venue);
  const offOwners = tellOwners(engine, venue.accounts, (account, event) => {
    const told = toUserEvent(event);
    if (told !== undefined) tell(account, told);
  });
  const offOrders = engine.on((event) => {
    const isFirstFill = event.type === 'order' && event.execution?.amount === event.order.filled;
    if (isFirstFill) limits.releaseOrder(event.order.account);
  });
  let cancelShutdown: (() => void) | undefined;

  function connect(upgrade: VenueUpgrade, socket: VenueSocket): VenueConnection | Declined {
    const isApi = upgrade.path === '/ws-api/v3';
    if (!isApi && !/^\/(?:ws|stream)(?:\/|$)/.test(upgrade.path)) return { refused: 404 };
    if (!isEncoded(upgrade.path + upgrade.query)) return { refused: 400 };
    if (!limits.admitConnection(upgrade.address)) return { refused: 429 };
    if (isApi) return connectApi(upgrade, socket);
    const parts = { ...streamRules, clock, publisher, noteRefusal: () => limits.noteRefusal() };
    return kept(socket, streams.add(socket, createStreamConnection(parts, upgrade, socket)));
  }
  function connectApi(upgrade: VenueUpgrade, socket: VenueSocket): VenueConnection | Declined {
    try {
      limits.admit(upgrade.address, 2);
    } catch (error) {
      if (isRefusal(error)) return { refused: error.status };
      throw error;
    }
    return kept(socket, apis.add(socket, createApiConnection({ venue, executor }, upgrade, socket)));
  }
  function kept(socket: VenueSocket, connection: VenueConnection): VenueConnection {
    return keepAlive({ clock, socket }, connection, alive);
  }
  function dropAll(reason: string): void {
    for (const sockets of [apis, streams]) sockets.drop(1001, reason);
  }
  return {
    engine,
    http: (request) => answerRest({ executor, limits, now: () => clock.now() }, request),
    connect,
    usage: (address = '127.0.0.1') => ({
      weights: limits.weights(address),
      rawRequests: limits.rawRequests(address),
      refusals: limits.refusals,
    }),
    setMarket(changed) {
      if (!rules.has(changed.symbol)) engine.addMarket(toDefinition(changed, firstIds));
      rules.set(changed.symbol, changed);
    },
    behave: (behaviour) => executor.behave(behaviour),
    gap: (symbol) => publisher.skip((name) => name.startsWith(`${symbol.toLowerCase()}@`)),
    dropStreams: () => streams.drop(1006, ''),
    dropApi: () => apis.drop(1006, ''),
    terminateUserStreams() {
      for (const [, api] of apis.open()) api.terminate();
    },
    shutDown(afterMs) {
      const event = { e: 'serverShutdown', E: clock.now() };
      for (const [socket] of apis.open()) socket.send(JSON.stringify({ event }));
      for (const [, stream] of streams.open()) stream.announce('!serverShutdown', JSON.stringify(event));
      cancelShutdown = clock.at(clock.mono() + afterMs, () => dropAll('Server shutdown'));
    },
    stop() {
      offOwners();
      offOrders();
      cancelShutdown?.();
      publisher.stop();
      dropAll('Server stopped');
    },
  };
}

function open(options: BinanceEmulatorOptions, rules: readonly MarketRules[], firstIds: FirstIds): Exchange {
  return openExchange({
    clock: options.clock,
    crypto: options.crypto,
    accounts: options.accounts,
    markets: rules.map((each) => toDefinition(each, firstIds)),
    digits: () => digits,
    otherAssets: ['BNB'],
    fees: usualFees,
    selfTrade: 'expire-maker',
    clientIds: 'among-open',
  });
}

function toSettings({ fees = usualFees }: VenueAccount, index: number): AccountSettings {
  return {
    uid: 354_937_868 + index,
    maker: decimal(fees.maker).toFixed(digits),
    taker: decimal(fees.taker).toFixed(digits),
    paysInBnb: typeof fees.taken !== 'string',
  };
}
