import type { Clock, Crypto } from '@hb/connector-core';
import * as kit from '@hb/connector-testkit';

import { findKey } from './access.js';
import { accountRoutes } from './account.js';
import { classicRoutes } from './classic.js';
import { createLimits, type Pool } from './limits.js';
import { marketRoutes } from './market-data.js';
import { defaultMarkets, digits, toDefinition, type MarketRules } from './markets.js';
import { orderRoutes, toProblem } from './orders.js';
import { createConnection, type Connection } from './socket.js';
import { createSources } from './sources.js';
import { createUserEvents, tellCancelled } from './user-events.js';
import type { Route, Venue } from './venue.js';

export type KucoinEmulatorOptions = {
  readonly clock: Clock;
  /** Checks signatures: `nodePorts().crypto`. */
  readonly crypto: Crypto;
  /** With a passphrase each. Fees are 0.1 % of what is traded, in the quote asset, when left out. */
  readonly accounts: readonly kit.VenueAccount[];
  /** BTC-USDT, ETH-USDT and ETH-BTC when left out. */
  readonly markets?: readonly MarketRules[];
  /** Of the ids that the venue makes up. */
  readonly seed?: number | string;
};

/** KuCoin spot on a matching engine: REST, and the sockets that its tokens open. */
export interface KucoinEmulator extends kit.EmulatedVenue {
  /** Books, orders and balances; its log is the truth about everything that happened. */
  readonly engine: kit.Engine;
  /** Requests, messages and connections that were turned away because of a limit. */
  limitRefusals(): number;
  /** Lists a market, or changes the rules of one. */
  setMarket(rules: MarketRules): void;
  /** Returns what ends it. */
  behave(behaviour: kit.Behaviour): () => void;
  /** Loses the next change of a market's book inside the venue: the sequence then has a hole. */
  gap(symbol: string): void;
  /** Breaks every connection. */
  dropSockets(): void;
  /** Ends the sockets of accounts, and the tokens that opened them. */
  endSessions(): void;
}

const usualFees: kit.FeePlan = { maker: '0.001', taker: '0.001', taken: 'quote' };
const router = kit.createRouter<Route>([...marketRoutes, ...accountRoutes, ...orderRoutes, ...classicRoutes]);

/** A venue that answers as the documentation of KuCoin says. Throws a `RangeError` for markets, balances or fees that are malformed. */
export function createKucoinEmulator(options: KucoinEmulatorOptions): KucoinEmulator {
  const rules = new Map((options.markets ?? defaultMarkets).map((each) => [each.symbol, each]));
  const markets = [...rules.values()].map(toDefinition);
  const exchange = kit.openExchange({ ...options, markets, fees: usualFees, digits: () => digits });
  const { engine, clock } = exchange;
  const sockets = kit.createSockets<Connection>();
  const publisher = kit.createPublisher(createSources(exchange));
  const behaviours = kit.createBehaviours(exchange);
  const alarms = kit.createAlarms(clock);
  const venue: Venue = {
    ...exchange,
    ...{ limits: createLimits(clock), rules, tokens: new Map(), cancelled: [], lives: new Map(), deadmen: new Map() },
    newId: kit.createIds(options.seed ?? 'kucoin', 24),
    after: alarms.after,
    tellCancelled: (order) => {
      clock.soon(() => tellAll(order.account, tellCancelled(venue, order)));
    },
  };
  const toUserEvents = createUserEvents(venue);
  const owners = new Set(Array.from(exchange.keys.values(), ({ account }) => account));
  const off = kit.tellOwners(engine, owners, (account, event) => tellAll(account, toUserEvents(event)));

  function tellAll(account: string, messages: ReturnType<typeof toUserEvents>): void {
    for (const { topic, message } of messages)
      for (const [, each] of sockets.open()) each.tell(account, topic, message);
  }
  function connect(upgrade: kit.VenueUpgrade, socket: kit.VenueSocket): kit.VenueConnection | kit.Declined {
    if (upgrade.path !== '/public' && upgrade.path !== '/private') return { refused: 404 };
    if (!venue.limits.admitConnection(upgrade.address)) return { refused: 429 };
    const name = kit.readQuery(upgrade.query)?.find(([each]) => each === 'token')?.[1];
    const token = venue.tokens.get(name ?? '');
    if (token === undefined || token.endsAt <= clock.now()) {
      socket.send(JSON.stringify({ id: name ?? '', type: 'error', code: 401, data: 'token is invalid' }));
      socket.close(1008, 'token is invalid');
      return { message: () => undefined, closed: () => undefined };
    }
    return sockets.add(socket, createConnection({ venue, publisher, token }, upgrade, socket));
  }
  return {
    engine,
    http: (request) => answer(venue, behaviours, request),
    connect,
    limitRefusals: () => venue.limits.refusals,
    setMarket(changed) {
      if (!rules.has(changed.symbol)) engine.addMarket(toDefinition(changed, rules.size));
      rules.set(changed.symbol, changed);
    },
    behave: (behaviour) => behaviours.behave(behaviour),
    gap: (symbol) => publisher.skip((topic) => topic === `/market/level2:${symbol}`),
    dropSockets: () => sockets.drop(1006, ''),
    endSessions() {
      for (const [name, { account }] of venue.tokens) if (account !== undefined) venue.tokens.delete(name);
      for (const [socket, { isPrivate }] of sockets.open()) if (isPrivate) socket.close(1001, 'session ended');
    },
    stop() {
      off();
      alarms.stop();
      publisher.stop();
      sockets.drop(1001, 'stopped');
    },
  };
}

/** `{ "code": "200000", "data": … }`, with the quota that is left. */
function answer(venue: Venue, behaviours: kit.Behaviours, request: kit.VenueRequest): kit.VenueAnswer {
  const found = router.find(`${request.method} ${request.path}`);
  if (found === undefined) return kit.toJsonAnswer(404, { code: '404000', msg: 'Url Not Found' });
  const { pool } = found.route;
  let owner = request.address;
  const result = kit.attempt(() => {
    const key = found.route.access === 'anyone' ? undefined : findKey({ ...venue, now: venue.clock.now() }, request);
    owner = ownerOf(pool, key, request);
    venue.limits.charge(pool, owner, found.route.weight);
    return behaviours.perform(found.route.names, (reads) => run(found, { venue, reads, request, key }));
  });
  const headers = venue.limits.headers(pool, owner);
  if (!kit.isRefusal(result)) return kit.toJsonAnswer(200, { code: '200000', data: result }, headers);
  return kit.toJsonAnswer(result.status, { code: String(result.code), msg: result.message }, headers);
}

type Given = {
  readonly venue: Venue;
  readonly reads: kit.EngineReads;
  readonly request: kit.VenueRequest;
  readonly key: kit.ApiKey | undefined;
};

function run({ route, inPath }: kit.Routed<Route>, { venue, reads, request, key }: Given): unknown {
  const { query, body } = request;
  // The venue's own client sends what was not given as `startAt=undefined`.
  const asked = (kit.readQuery(query) ?? []).filter(([, value]) => value !== 'undefined');
  const pairs = [...inPath, ...asked, ...(body === '' ? [] : (kit.readJson(body) ?? []))];
  const parameters = kit.createParameters(pairs, toProblem);
  const call = { venue, reads, parameters, host: request.headers.get('host') ?? request.address };
  if (route.access === 'anyone') return route.run(call);
  if (key === undefined || (route.access === 'trader' && !key.canTrade)) {
    throw kit.refuse('400007', 'Access denied, require more permission.', 403);
  }
  return route.run({ ...call, key });
}

function ownerOf(pool: Pool, key: kit.ApiKey | undefined, { address }: kit.VenueRequest): string {
  return pool === 'public' || key === undefined ? address : key.account;
}
