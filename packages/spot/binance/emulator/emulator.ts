import { decimal, type Clock, type Crypto } from '@hb/connector-core';
import {
  createEngine,
  createRandom,
  type Declined,
  type EmulatedVenue,
  type Engine,
  type EngineEvent,
  type FeePlan,
  type VenueConnection,
  type VenueSocket,
  type VenueUpgrade,
} from '@hb/connector-testkit';

import type { ApiKey } from './authority.js';
import { createExecutor, type Behaviour } from './execute.js';
import { keepAlive } from './keep-alive.js';
import { createLimits, defaultRateLimits, type CountedLimit, type RateLimit } from './limits.js';
import { defaultMarkets, digits, toDefinition, type MarketRules } from './markets.js';
import { createPublisher } from './publisher.js';
import { isEncoded } from './parameters.js';
import { isRefusal } from './refusal.js';
import { answerRest } from './rest.js';
import { createStreamConnection, type StreamConnection } from './streams.js';
import { createUserEvents, toRejectedReport } from './user-events.js';
import type { AccountSettings, Venue } from './venue.js';
import { createApiConnection, type ApiConnection } from './websocket-api.js';

export type BinanceEmulatorOptions = {
  readonly clock: Clock;
  /** Checks signatures: `nodePorts().crypto`. */
  readonly crypto: Crypto;
  readonly accounts: readonly EmulatedAccount[];
  /** BTCUSDT, ETHUSDT, ETHBTC and BNBUSDT when left out. */
  readonly markets?: readonly MarketRules[];
  /** The documented limits when left out. */
  readonly rateLimits?: readonly RateLimit[];
  /** Refusals of an address in a minute after which it is banned: 10 when left out. */
  readonly refusalsBeforeBan?: number;
  /** Of the ids that the venue makes up. */
  readonly seed?: number | string;
  /** Ids of the first order and trade of each market. */
  readonly firstIds?: { readonly orderId: number; readonly tradeId: number };
};

/** An account with one API key: HMAC with a secret, Ed25519 with a private key as PKCS#8 PEM. */
export type EmulatedAccount = {
  readonly apiKey: string;
  /** `{ BTC: '1', USDT: '60000' }`. */
  readonly balances: Readonly<Record<string, string>>;
  /** What the engine calls it; the key when left out. */
  readonly name?: string;
  /** True when left out. */
  readonly canTrade?: boolean;
  /** False when left out. */
  readonly canWithdraw?: boolean;
  /** 0.1 % of what is received when left out. */
  readonly fees?: FeePlan;
} & ({ readonly apiSecret: string } | { readonly privateKey: string });

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

const freeToTrade: FeePlan = { maker: '0.001', taker: '0.001', taken: 'received' };
const usualIds = { orderId: 1, tradeId: 1 };
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** A venue that answers as the documentation of Binance says. Throws a `RangeError` for markets, balances or fees that are malformed. */
export function createBinanceEmulator(options: BinanceEmulatorOptions): BinanceEmulator {
  const { clock, crypto, accounts } = options;
  const rules = new Map((options.markets ?? defaultMarkets).map((each) => [each.symbol, each]));
  const firstIds = options.firstIds ?? usualIds;
  const engine = openEngine(clock, [...rules.values()], firstIds);
  const rateLimits = options.rateLimits ?? defaultRateLimits;
  const limits = createLimits({ clock, rateLimits, refusalsBeforeBan: options.refusalsBeforeBan ?? 10 });
  const apis = new Map<VenueSocket, ApiConnection>();
  const streams = new Map<VenueSocket, StreamConnection>();
  const tell = (account: string, event: object) => {
    for (const api of apis.values()) api.tell(account, event);
  };
  const venue: Venue = {
    ...{ clock, crypto, engine, limits, rules },
    keys: new Map(accounts.map((account) => [account.apiKey, toKey(crypto, account)])),
    accounts: new Map(accounts.map((account, index) => [nameOf(account), toSettings(account, index)])),
    cancelIds: new Map(),
    newId: createIds(options.seed ?? 'binance'),
    tellRejected: (account, placement, refusal) => tell(account, toRejectedReport(venue, placement, refusal)),
  };
  const executor = createExecutor(venue);
  const publisher = createPublisher(venue);
  const toUserEvent = createUserEvents(venue);
  for (const account of accounts) openAccount(engine, account);
  const off = engine.on((event) => {
    const isFirstFill = event.type === 'order' && event.execution?.amount === event.order.filled;
    if (isFirstFill) limits.releaseOrder(event.order.account);
    // Accounts without a key have nobody to tell: the crowd of a simulation would cost most of its time here.
    const owner = ownerOf(event);
    if (owner === undefined || !venue.accounts.has(owner)) return;
    const told = toUserEvent(event);
    if (told !== undefined) tell(told.account, told.event);
  });
  let cancelShutdown: (() => void) | undefined;

  function connect(upgrade: VenueUpgrade, socket: VenueSocket): VenueConnection | Declined {
    const isApi = upgrade.path === '/ws-api/v3';
    if (!isApi && !/^\/(?:ws|stream)(?:\/|$)/.test(upgrade.path)) return { refused: 404 };
    if (!isEncoded(upgrade.path + upgrade.query)) return { refused: 400 };
    if (!limits.admitConnection(upgrade.address)) return { refused: 429 };
    return isApi ? connectApi(upgrade, socket) : connectStream(upgrade, socket);
  }
  function connectStream(upgrade: VenueUpgrade, socket: VenueSocket): VenueConnection {
    const connection = createStreamConnection(
      { clock, publisher, noteRefusal: () => limits.noteRefusal() },
      upgrade,
      socket,
    );
    streams.set(socket, connection);
    return kept(socket, connection, () => streams.delete(socket));
  }
  function connectApi(upgrade: VenueUpgrade, socket: VenueSocket): VenueConnection | Declined {
    try {
      limits.admit(upgrade.address, 2);
    } catch (error) {
      if (isRefusal(error)) return { refused: error.status };
      throw error;
    }
    const connection = createApiConnection({ venue, executor }, upgrade, socket);
    apis.set(socket, connection);
    return kept(socket, connection, () => apis.delete(socket));
  }
  function kept(socket: VenueSocket, connection: VenueConnection, forget: () => void): VenueConnection {
    const closed = (code: number) => {
      forget();
      connection.closed(code);
    };
    return keepAlive(clock, socket, { ...connection, closed });
  }
  function drop(sockets: Iterable<VenueSocket>, code: number, reason: string): void {
    for (const socket of [...sockets]) socket.close(code, reason);
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
    gap: (symbol) => publisher.gap(symbol),
    dropStreams: () => drop(streams.keys(), 1006, ''),
    dropApi: () => drop(apis.keys(), 1006, ''),
    terminateUserStreams() {
      for (const api of apis.values()) api.terminate();
    },
    shutDown(afterMs) {
      const event = { e: 'serverShutdown', E: clock.now() };
      for (const socket of apis.keys()) socket.send(JSON.stringify({ event }));
      for (const stream of streams.values()) stream.announce('!serverShutdown', JSON.stringify(event));
      cancelShutdown = clock.at(clock.mono() + afterMs, () =>
        drop([...apis.keys(), ...streams.keys()], 1001, 'Server shutdown'),
      );
    },
    stop() {
      off();
      cancelShutdown?.();
      publisher.stop();
      drop([...apis.keys(), ...streams.keys()], 1001, 'Server stopped');
    },
  };
}

function ownerOf(event: EngineEvent): string | undefined {
  if (event.type === 'order') return event.order.account;
  return event.type === 'balance' || event.type === 'deposit' ? event.account : undefined;
}

function openEngine(clock: Clock, rules: readonly MarketRules[], firstIds: typeof usualIds): Engine {
  const assets = rules.flatMap(({ base, quote }) => [base, quote]);
  return createEngine({
    now: () => clock.now(),
    assets: Object.fromEntries([...assets, 'BNB'].map((asset) => [asset, digits])),
    markets: rules.map((each) => toDefinition(each, firstIds)),
    selfTrade: 'expire-maker',
    clientIds: 'among-open',
  });
}

function openAccount(engine: Engine, account: EmulatedAccount): void {
  engine.setFees(nameOf(account), account.fees ?? freeToTrade);
  for (const [asset, amount] of Object.entries(account.balances)) engine.deposit(nameOf(account), asset, amount);
}

function toKey(crypto: Crypto, account: EmulatedAccount): ApiKey {
  const { apiKey, canTrade = true, canWithdraw = false } = account;
  const signer =
    'apiSecret' in account ? crypto.key('hmac', account.apiSecret) : crypto.key('ed25519', account.privateKey);
  return { apiKey, account: nameOf(account), canTrade, canWithdraw, signer };
}

function toSettings({ fees = freeToTrade }: EmulatedAccount, index: number): AccountSettings {
  return {
    uid: 354_937_868 + index,
    maker: decimal(fees.maker).toFixed(digits),
    taker: decimal(fees.taker).toFixed(digits),
    paysInBnb: typeof fees.taken !== 'string',
  };
}

function nameOf({ name, apiKey }: EmulatedAccount): string {
  return name ?? apiKey;
}

/** Ids of 22 letters and digits: `6gCrw2kRUAF9CvJDGP16IP`. */
function createIds(seed: number | string): () => string {
  const random = createRandom(seed);
  return () => Array.from({ length: 22 }, () => letters.charAt(random.integer(0, letters.length - 1))).join('');
}
