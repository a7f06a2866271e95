import { attribute } from '../errors/attribute.js';
import type { AccountState } from '../model/event.js';
import type { PerpetualSpec } from '../spec/perpetual.js';
import { createAccountFeed } from './account-feed.js';
import type { AnySpec } from './any-spec.js';
import { createBase } from './base.js';
import { toCapabilities } from './capabilities.js';
import { createCommands } from './commands.js';
import type { Connector, Positions } from './connector.js';
import { createDeadman } from './deadman.js';
import { createDesk } from './desk.js';
import { checkCalls } from './door.js';
import { defaultEnvironment } from './hosts.js';
import { createLifecycle } from './lifecycle.js';
import { createMarketData } from './market-data.js';
import type { ConnectorOptions } from './options.js';
import { createPerpetual } from './perpetual.js';
import { createFees, createReads } from './reads.js';
import { withinReach } from './reach.js';
import { createReconciler } from './reconciler.js';
import { createRecords } from './records.js';
import { show } from './request.js';
import { createResolver } from './resolver.js';
import { checkReady, createStatusBoard } from './status.js';
import { createWaits } from './waits.js';

const defaultAuditEveryMs = 60_000;

/**
 * One account at one venue, ready to be started. Nothing is sent before `start`.
 * Throws a `ConnectorError` for options or credentials that cannot be right.
 */
export function createConnector<O, C, W>(
  spec: PerpetualSpec<O, C, W>,
  given?: ConnectorOptions<C>,
): Connector & { readonly positions: Positions };
export function createConnector<O, C, W>(spec: AnySpec<O, C, W>, given?: ConnectorOptions<C>): Connector;
export function createConnector<O, C, W>(spec: AnySpec<O, C, W>, given: ConnectorOptions<C> = {}): Connector {
  try {
    checkDurations(given);
    return assemble(spec, given);
  } catch (error) {
    throw attribute(error, { operation: `${spec.id} options`, outcome: 'not-sent' });
  }
}

function assemble<O, C, W>(spec: AnySpec<O, C, W>, given: ConnectorOptions<C>): Connector {
  const { id, orders: rules } = spec;
  const hasCredentials = given.credentials !== undefined;
  const capabilities = toCapabilities(spec);
  const base = createBase<O, C, W>(spec, given);
  const { api, catalogue, hub, ports, stopped } = base;
  const trading = withinReach<O, C, W>(spec.trading, base.now);
  const environment = given.environment ?? defaultEnvironment(spec);
  const records = createRecords({ ...base, given, environment, hasCredentials });
  api.keepNonces(records.journal.nonces);
  const desk = createDesk(rules, { ...given, isOnMargin: capabilities.positions }, { ...base, records });
  const { ids, guard, tracker, balances } = desk;
  let account: AccountState = 'none';

  const status = createStatusBoard({
    hub,
    parts: () => ({
      phase: lifecycle.phase(),
      account,
      killed: guard.killed(),
      clockOffsetMs: api.clockOffsetMs(),
      books: data.books(),
    }),
  });

  const fees = createFees({ ...base, spec });
  const perpetual =
    spec.specVersion === 'perpetual/1'
      ? createPerpetual({
          ...base,
          ...desk,
          spec,
          fees,
          refetchPositions: () => reconciler.refetchPositions(),
          searchFills: (from) => {
            reconciler.missedSince(from);
            void reconciler.run();
          },
        })
      : undefined;

  const data = createMarketData({
    ...base,
    funding: perpetual?.funding,
    spec: spec.market,
    api: api.public,
    onChanged: () => status.tell(),
  });
  const reusesIds = rules.clientId.unique === 'among-open';
  const asking = { ...base, ...desk, spec: trading, api: api.private, market: catalogue.get, reusesIds };
  const resolver = createResolver({ ...asking, settle: rules.settle });
  const reconciler = createReconciler({
    ...asking,
    resolver,
    random: ports.random('reconciler'),
    watched: () => data.books().keys(),
    fetchPositions: perpetual?.fetchPositions,
  });
  const feed = createAccountFeed({
    ...asking,
    feed: trading.feed,
    reconciler,
    perpetual,
    auditEveryMs: given.auditEveryMs ?? defaultAuditEveryMs,
    onState: (state) => {
      account = state;
      status.tell();
    },
  });
  api.carryRequests(feed.stream);

  const deadman = createDeadman({ ...asking, afterMs: given.deadmanMs });
  const commands = createCommands({
    ...asking,
    deadman,
    rules,
    reconciler,
    margin: perpetual?.rules,
    book: data.liveBook,
    checkReady: () => {
      checkReady(`${id} place`, { phase: lifecycle.phase(), account, hasCredentials });
    },
  });
  const lifecycle = createLifecycle({
    ...base,
    spec,
    hasCredentials,
    capabilities,
    tracker,
    records,
    data,
    feed,
    reconciler,
    perpetual,
    commands,
    deadman,
    onPhase: (phase) => {
      if (phase === 'stopped') {
        account = 'none';
        stopped.end();
      }
      status.tell();
    },
  });
  const { start, stop, watch, unwatch, refreshMarkets } = lifecycle;
  const reads = createReads({
    ...base,
    spec,
    hasCredentials,
    tracker,
    reconciler,
    fees,
    refreshMarkets,
    book: data.book,
    fetchPositions: perpetual?.fetchPositions,
  });
  const waits = createWaits({ ...desk, data, stopped, recorded: records.closed });

  return {
    id,
    account: given.account ?? 'main',
    environment,
    capabilities,
    get status() {
      return status.read();
    },
    markets: catalogue.byPair,
    unwatch,
    book: data.book,
    trades: data.trades,
    onBook: data.onBook,
    onTrade: data.onTrade,
    ...reads,
    ...waits,
    ...checkCalls(id, {
      start,
      stop,
      watch,
      ...reads,
      place: commands.place,
      placeMany: commands.placeMany,
      cancelAll: commands.cancelAll,
      ...(trading.amend !== undefined && { amend: commands.amend }),
    }),
    newClientOrderId: ids.next,
    cancel: commands.cancel,
    ...(perpetual !== undefined && { positions: perpetual.positions }),
    kill: (reason = 'no reason was given') => {
      guard.kill(reason);
      status.tell();
      return commands.cancelAll();
    },
    release: () => {
      guard.release();
      status.tell();
    },
    order: tracker.order,
    orders: tracker.orders,
    balances: balances.all,
    on: hub.on,
    metrics: base.metrics,
    [Symbol.asyncDispose]: async () => {
      await stop();
    },
  };
}

/** A duration of nothing would ask the venue without a rest. */
function checkDurations<C>({ requestTimeoutMs, auditEveryMs, deadmanMs }: ConnectorOptions<C>): void {
  for (const [name, ms] of Object.entries<unknown>({ requestTimeoutMs, auditEveryMs, deadmanMs })) {
    if (ms !== undefined && !(typeof ms === 'number' && ms > 0))
      throw new RangeError(`${name}: ${show(ms)} is not above 0`);
  }
}
