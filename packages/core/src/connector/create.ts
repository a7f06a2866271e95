import { createBalances } from '../account/balances.js';
import { ConnectorError } from '../errors/connector-error.js';
import type { Book } from '../model/book.js';
import type { AccountState, Status } from '../model/event.js';
import { createClientIds } from '../orders/client-id.js';
import { happenedAt } from '../orders/events.js';
import { createGuard } from '../orders/guard.js';
import { createMemoryJournal } from '../orders/journal.js';
import { createTracker } from '../orders/tracker.js';
import { guardPorts } from '../ports/guard.js';
import { systemPorts } from '../ports/node.js';
import type { Answer, Verdict } from '../spec/endpoint.js';
import type { SpotSpec } from '../spec/spot.js';
import { createAccountFeed } from './account-feed.js';
import { createApi, defaultEnvironment } from './api.js';
import { toCapabilities } from './capabilities.js';
import { createCatalogue, type Change } from './catalogue.js';
import { createCommands } from './commands.js';
import type { Connector } from './connector.js';
import { createHub } from './hub.js';
import { createLatest } from './latest.js';
import { createLifecycle } from './lifecycle.js';
import { createMarketData } from './market-data.js';
import { createCollector } from './meter.js';
import type { ConnectorOptions } from './options.js';
import { toQuote } from './quote.js';
import { createReads } from './reads.js';
import { createReconciler } from './reconciler.js';
import { createResolver } from './resolver.js';
import { createBell, replay } from './replay.js';
import { toStatus } from './status.js';
import { toError } from './wait.js';

const auditEveryMs = 60_000;

/**
 * One account at one venue, ready to be started. Nothing is sent before `start`.
 * Throws a `ConnectorError` for options or credentials that cannot be right.
 */
export function createConnector<O, C, W>(spec: SpotSpec<O, C, W>, given: ConnectorOptions<C> = {}): Connector {
  const { id } = spec;
  const account = given.account ?? 'main';
  const outer = given.ports ?? systemPorts();
  const ports = guardPorts(outer, { sandbox: given.sandbox ?? false });
  const { clock, log } = ports;
  const { meter, read: readMetrics } = createCollector();
  const catalogue = createCatalogue<W>(id);
  const api = createApi(spec, given, { ports, door: outer.http, catalogue, meter });
  const hub = createHub({ now: api.now, log, meter });
  const capabilities = toCapabilities(spec);
  const bell = createBell();
  const stopping = new AbortController();
  const judge = (answer: Answer): Verdict | undefined => spec.judge(answer, { at: 'RPC stream' });
  let accountState: AccountState = 'none';
  let told = '';

  const onProblem = (error: unknown): void => {
    meter.count('warnings');
    hub.emit({ type: 'warning', error: toError(error) });
  };

  const status = (): Status =>
    toStatus({
      started: lifecycle.isStarted(),
      account: accountState,
      killed: guard.killed(),
      clockOffsetMs: api.clockOffsetMs(),
      books: data.books(),
    });

  // Ages grow all the time; a listener hears only of what changes what can be done.
  const tellStatus = (): void => {
    const now = status();
    const summary = JSON.stringify([now.ready, now.account, now.missing]);
    if (summary === told) return;
    told = summary;
    hub.emit({ type: 'status', status: now });
  };

  const guard = createGuard(given.orderLimits ?? {});
  const journal = given.journal ?? createMemoryJournal({ now: api.now });
  const ids = createClientIds(spec.orders.clientId, {
    random: ports.random('client-id'),
    ...(given.clientIdPrefix !== undefined && { prefix: given.clientIdPrefix }),
  });
  const tracker = createTracker({
    journal,
    now: api.now,
    emit: ({ id: eventId, ...happening }, record) => {
      hub.emit(happening, { id: eventId, sequence: record.sequence, at: happenedAt(record) });
      bell.ring();
    },
    market: catalogue.bySymbol,
    isOurs: ids.isOurs,
    echoesClientId: spec.orders.clientId.echoed,
    meter,
  });
  const balances = createBalances({
    reserved: tracker.reserved,
    now: api.now,
    emit: hub.emit,
  });
  const data = createMarketData({
    id,
    spec: spec.market,
    api: api.public,
    look: api.look,
    ports,
    throttler: api.throttler,
    judge,
    meter,
    onBookState: tellStatus,
    onProblem,
  });
  const resolver = createResolver({
    spec: spec.trading,
    settle: spec.orders.settle,
    api: api.private,
    market: catalogue.get,
    now: api.now,
    tracker,
  });
  const reconciler = createReconciler({
    spec: spec.trading,
    api: api.private,
    market: catalogue.get,
    clock,
    now: api.now,
    random: ports.random('reconciler'),
    tracker,
    balances,
    resolver,
    meter,
    onProblem,
  });
  const feed = createAccountFeed({
    id,
    feed: spec.trading.feed,
    api: api.private,
    look: api.look,
    ports,
    throttler: api.throttler,
    tracker,
    balances,
    reconciler,
    judge,
    meter,
    auditEveryMs: given.auditEveryMs ?? auditEveryMs,
    onState: (state) => {
      accountState = state;
      tellStatus();
    },
    onProblem,
  });
  api.carryRequests(feed.stream);
  const commands = createCommands({
    id,
    spec: spec.trading,
    rules: spec.orders,
    api: api.private,
    market: catalogue.get,
    book: data.book,
    now: api.now,
    clock,
    tracker,
    balances,
    ids,
    guard,
    reconciler,
    checkReady: () => {
      if (accountState !== 'ready') throw notReady(id, accountState);
    },
  });
  const reads = createReads({ id, market: spec.market, trading: spec.trading, api, catalogue, clock });
  const lifecycle = createLifecycle({
    id,
    market: spec.market,
    trading: spec.trading,
    hasCredentials: given.credentials !== undefined,
    capabilities,
    api,
    catalogue,
    data,
    feed,
    reconciler,
    tracker,
    commands,
    clock,
    onMarketChanged: ({ market, change }: Change<W>) => {
      hub.emit({ type: 'market-changed', market, change });
    },
    onChanged: tellStatus,
    onStopped: () => {
      accountState = 'none';
      stopping.abort();
      tellStatus();
    },
    onProblem,
  });

  const { start, stop, watch, unwatch } = lifecycle;
  return {
    id,
    account,
    environment: given.environment ?? defaultEnvironment(spec),
    get status() {
      return status();
    },
    capabilities,
    markets: catalogue.byPair,
    start,
    stop,
    watch,
    unwatch,
    book: data.book,
    trades: data.trades,
    ...reads,
    quote: async (pair, side, amount) => {
      const market = catalogue.get(pair);
      return toQuote(market, data.book(pair), { side, amount, fees: await reads.fees(pair) });
    },
    newClientOrderId: ids.next,
    place: commands.place,
    placeMany: commands.placeMany,
    cancel: commands.cancel,
    cancelAll: commands.cancelAll,
    closed: tracker.closed,
    ...(spec.trading.amend !== undefined && { amend: commands.amend }),
    order: tracker.order,
    orders: tracker.orders,
    kill: (reason) => {
      guard.kill(reason);
      tellStatus();
      return commands.cancelAll();
    },
    release: () => {
      guard.release();
      tellStatus();
    },
    balances: balances.all,
    refresh: (what) => {
      if (what === 'markets') return lifecycle.refreshMarkets();
      if (what === 'balances') return reconciler.fetchBalances();
      return reconciler.look(what.clientOrderId);
    },
    on: hub.on,
    events: ({ from, signal } = {}) =>
      replay(journal, bell, {
        ...(from !== undefined && { from }),
        signal: signal === undefined ? stopping.signal : AbortSignal.any([signal, stopping.signal]),
      }),
    onBook: data.onBook,
    onTrade: data.onTrade,
    books: (pair, { signal } = {}) => {
      const off = data.onBook(pair, (book) => {
        latest.put(book);
      });
      const latest = createLatest<Book>(off);
      const book = data.book(pair);
      // The first one at once: in a quiet market the next change may be long in coming.
      if (book !== undefined && book.state !== 'syncing') latest.put(book);
      const ending = signal === undefined ? stopping.signal : AbortSignal.any([signal, stopping.signal]);
      if (ending.aborted) latest.end();
      ending.addEventListener('abort', latest.end, { once: true });
      return latest.values;
    },
    metrics: () => readMetrics(api.throttler.use()),
    [Symbol.asyncDispose]: async () => {
      await stop();
    },
  };
}

function notReady(id: string, state: AccountState): ConnectorError {
  const reason = state === 'none' ? 'start the connector with credentials first' : `the account is ${state}`;
  return new ConnectorError(reason, { kind: 'venue-unavailable', outcome: 'not-sent', operation: `${id} place` });
}
