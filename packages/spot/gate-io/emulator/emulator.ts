import type { Clock, Crypto } from '@hb/connector-core';
import {
  accountName,
  createAlarms,
  createPublisher,
  createSockets,
  createVenueLimits,
  keepAlive,
  openExchange,
  tellOwners,
  type Behaviour,
  type EmulatedVenue,
  type Engine,
  type FeePlan,
  type KeepAlive,
  type VenueAccount,
} from '@hb/connector-testkit';

import { createExecutor } from './execute.js';
import { limitRules } from './limits.js';
import { defaultMarkets, digits, toDefinition, type MarketRules } from './markets.js';
import { createConnection, type Connection } from './socket.js';
import { createSources } from './topics.js';
import { createNews } from './user-events.js';
import { invalid, type LimitName, type Venue } from './venue.js';

export type GateIoEmulatorOptions = {
  readonly clock: Clock;
  /** Checks signatures: `nodePorts().crypto`. */
  readonly crypto: Crypto;
  /** Fees are 0.2 % of what is received when left out. */
  readonly accounts: readonly VenueAccount[];
  /** BTC_USDT, ETH_USDT, ETH_BTC and GT_USDT when left out. */
  readonly markets?: readonly MarketRules[];
};

/** Gate spot on a matching engine: REST under `/api/v4`, sockets at `/ws/v4/` and `/v4/ws/spot`. */
export interface GateIoEmulator extends EmulatedVenue {
  /** Books, orders and balances; its log is the truth about everything that happened. */
  readonly engine: Engine;
  /** Requests that a limit has turned away. */
  refusals(): number;
  /** Lists a market, or changes the rules of one. */
  setMarket(rules: MarketRules): void;
  /** Returns what ends it. */
  behave(behaviour: Behaviour): () => void;
  /** Loses the next change of a market's book inside the venue: its update ids then have a hole. */
  gap(symbol: string): void;
  /** Breaks every connection. */
  dropSockets(): void;
  /** Announces an upgrade to every connection, then ends them all after `afterMs`. */
  shutDown(afterMs: number): void;
}

const limitNames: readonly LimitName[] = ['public', 'private', 'orders', 'socketOrders', 'cancels'];
const usualFees: FeePlan = { maker: '0.002', taker: '0.002', taken: 'received' };

/** The venue pings too; how often, and how long it waits, is not documented. https://www.gate.com/docs/developers/apiv4/ws/en/#application-ping-pong */
const alive: KeepAlive = {
  pingMs: 20_000,
  silent: { afterMs: 60_000, code: 1006, reason: '' },
  longest: { afterMs: Infinity, code: 1000, reason: '' },
};

/** A venue that answers as the documentation of Gate says. Throws a `RangeError` for markets, balances or fees that are malformed. */
export function createGateIoEmulator(options: GateIoEmulatorOptions): GateIoEmulator {
  const { clock, crypto, accounts, markets = defaultMarkets } = options;
  const rules = new Map(markets.map((each) => [each.id, each]));
  const exchange = openExchange({
    ...{ clock, crypto, accounts, digits: () => digits, otherAssets: ['GT'], fees: usualFees },
    ...{ markets: markets.map(toDefinition), clientIds: 'among-open' },
  });
  const { engine } = exchange;
  const alarms = createAlarms(clock);
  const limits = createVenueLimits<LimitName>(limitRules, () => clock.now());
  const venue: Venue = {
    ...{ ...exchange, rules, limits },
    countDown(account, market, seconds) {
      if (market !== undefined && !rules.has(market)) throw invalid('Invalid parameter: currency_pair');
      const key = `${account} ${market ?? ''}`;
      if (seconds === 0) alarms.clear(key);
      else alarms.set(key, seconds * 1_000, () => engine.cancelAll(account, market));
    },
  };
  const executor = createExecutor(venue);
  const publisher = createPublisher(createSources(venue));
  const sockets = createSockets<Connection>();
  const toNews = createNews(venue);
  const off = tellOwners(engine, new Set(accounts.map(accountName)), (account, event) => {
    const news = toNews(event);
    for (const [, connection] of sockets.open()) connection.tell(account, news);
  });

  return {
    engine,
    http: (request) => executor.http(request),
    connect(upgrade, socket) {
      if (!['/ws/v4/', '/v4/ws/spot'].includes(upgrade.path)) return { refused: 404 };
      const connection = createConnection({ venue, executor, publisher }, upgrade, socket);
      return keepAlive({ clock, socket }, sockets.add(socket, connection), alive);
    },
    refusals: () => limitNames.reduce((sum, name) => sum + limits.report(name).refusals, 0),
    setMarket(changed) {
      if (!rules.has(changed.id)) engine.addMarket(toDefinition(changed, rules.size));
      rules.set(changed.id, changed);
    },
    behave: (behaviour) => executor.behave(behaviour),
    gap: (symbol) => publisher.skip((topic) => topic.startsWith(`spot.order_book_update ${symbol} `)),
    dropSockets: () => sockets.drop(1006, ''),
    shutDown(afterMs) {
      // https://www.gate.com/docs/developers/apiv4/ws/en/
      const msg = 'The connection will soon be closed for a service upgrade. Please reconnect.';
      for (const [socket] of sockets.open()) socket.send(JSON.stringify({ type: 'upgrade', msg }));
      alarms.after(afterMs, () => sockets.drop(1001, 'service upgrade'));
    },
    stop() {
      off();
      alarms.stop();
      publisher.stop();
      sockets.drop(1001, 'stopped');
    },
  };
}
