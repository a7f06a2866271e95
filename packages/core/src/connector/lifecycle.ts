import { attribute } from '../errors/attribute.js';
import { ConnectorError, type ErrorKind } from '../errors/connector-error.js';
import type { UnixMs } from '../model/market.js';
import type { Order } from '../model/order.js';
import type { Tracker } from '../orders/tracker.js';
import type { Clock } from '../ports/ports.js';
import type { KeyRights } from '../spec/spot.js';
import type { AccountFeed } from './account-feed.js';
import type { AnyMarketSpec, AnyTradingSpec } from './any-spec.js';
import type { Api } from './api.js';
import { checkNeeds } from './capabilities.js';
import type { Catalogue } from './catalogue.js';
import type { Commands } from './commands.js';
import type { Capabilities, Connector, Leftover, StartOptions, StopOptions } from './connector.js';
import type { Deadman } from './deadman.js';
import { firstOf, orAborted } from './ends.js';
import type { Hub } from './hub.js';
import type { MarketData } from './market-data.js';
import type { Perpetual } from './perpetual.js';
import type { Reconciler } from './reconciler.js';
import type { Records } from './records.js';
import { repeat } from './repeat.js';
import type { Phase } from './status.js';
import { takeUp } from './take-up.js';
import { atMost, wait } from './wait.js';

const refreshMarketsEveryMs = 30 * 60_000;
const defaultStopMs = 10_000;

/** How long what was given up may take to end: it needs no answer. */
const settleMs = 1_000;

/** A disk that hangs must not keep a process from ending. */
const slowDiskMs = 15_000;

export type LifecycleOptions<O, C, W> = {
  readonly id: string;
  readonly spec: {
    readonly market: Pick<AnyMarketSpec<O, W>, 'fetchMarkets'>;
    readonly trading: Pick<AnyTradingSpec<O, C, W>, 'fetchKeyRights'>;
  };
  readonly hasCredentials: boolean;
  readonly capabilities: Capabilities;
  readonly api: Api<O, C>;
  readonly catalogue: Catalogue<W>;
  readonly data: Pick<MarketData<W>, 'watch' | 'unwatch' | 'close'>;
  readonly feed: Pick<AccountFeed, 'start' | 'close'>;
  readonly reconciler: Pick<Reconciler, 'fetchBalances' | 'missedSince' | 'close'>;
  readonly perpetual?: Pick<Perpetual<W>, 'start' | 'close'> | undefined;
  readonly tracker: Tracker;
  readonly records: Records;
  readonly commands: Pick<Commands, 'cancelAll' | 'settled' | 'close'>;
  readonly deadman?: Deadman | undefined;
  readonly clock: Clock;
  /** Venue time. */
  readonly now: () => UnixMs;
  readonly hub: Hub;
  /** Told of each phase that it enters. */
  readonly onPhase: (phase: Phase) => void;
  readonly onProblem: (error: unknown) => void;
};

/** Starts and stops the parts of a connector. */
export type Lifecycle = Pick<Connector, 'start' | 'stop' | 'watch' | 'unwatch'> & {
  readonly phase: () => Phase;
  readonly refreshMarkets: () => Promise<void>;
};

export function createLifecycle<O, C, W>(options: LifecycleOptions<O, C, W>): Lifecycle {
  const { id, spec, api, catalogue, commands, data, feed, tracker, clock, onProblem } = options;
  const stops: (() => void)[] = [];
  let phase: Phase = 'new';
  let stopping: Promise<Leftover> | undefined;
  let takingUp: Promise<void> | undefined;

  const enter = (next: Phase): void => {
    phase = next;
    options.onPhase(next);
  };
  const isOver = (): boolean => phase === 'stopping' || phase === 'stopped';
  // What was asked for before a stop may be answered after it: then nothing more may be opened.
  const checkGoing = (operation: string): void => {
    if (phase === 'new') throw failure(operation, 'invalid-request', 'call start() first');
    if (isOver()) throw stopped(operation);
  };

  const refreshMarkets = async (): Promise<void> => {
    const markets = await spec.market.fetchMarkets(api.public());
    for (const change of catalogue.replace(markets)) options.hub.emit({ type: 'market-changed', ...change });
  };

  const watch: Connector['watch'] = async (pair, channels) => {
    checkGoing(`${id} watch`);
    await data.watch(catalogue.get(pair), channels);
  };

  const checkKey = async (): Promise<void> => {
    const { fetchKeyRights } = spec.trading;
    if (fetchKeyRights === undefined) return;
    const { withdraw, trade, addressBound } = await fetchKeyRights(api.private()).catch((error: unknown): KeyRights => {
      onProblem(error);
      return {};
    });
    if (trade === false) onProblem(new Error(`${id}: this key may not trade`));
    if (withdraw === true) onProblem(new Error(`${id}: this key may withdraw; trading needs no such right`));
    if (addressBound === false) onProblem(new Error(`${id}: this key works from any address; bind it to yours`));
  };

  const startAccount = async (): Promise<void> => {
    // Asked first, on its own, because a refused key must fail the start: a reconciliation would go on trying.
    await options.reconciler.fetchBalances();
    await checkKey();
    await options.perpetual?.start();
    checkGoing(`${id} start`);
    await feed.start();
    options.deadman?.resume();
  };

  const open = async (pairs: readonly string[]): Promise<void> => {
    takingUp = takeUp({ ...options, isOver });
    await takingUp;
    checkGoing(`${id} start`);
    await api.open();
    await refreshMarkets();
    checkGoing(`${id} start`);
    stops.push(repeat(clock, refreshMarketsEveryMs, () => refreshMarkets().catch(onProblem)));
    const account = options.hasCredentials ? startAccount() : undefined;
    await Promise.all([account, ...pairs.map((pair) => watch(pair))]);
  };

  /** The records are closed last: what commands that are given up become belongs into them. */
  const close = async (): Promise<void> => {
    const { records } = options;
    closeParts();
    await atMost(clock, slowDiskMs, Promise.resolve(takingUp));
    await atMost(clock, settleMs, commands.settled());
    // An order that waits for the disk learns only then that it will not be sent.
    await atMost(clock, slowDiskMs, records.settled());
    await atMost(clock, settleMs, commands.settled());
    await orLate(records.close()).catch((error: unknown) => {
      // Not by `onProblem`: what is given up by a stop is none, but this is.
      options.hub.emit({ type: 'warning', error: attribute(error, { operation: `${id} stop`, outcome: 'unknown' }) });
    });
  };

  const orLate = async (closing: Promise<void>): Promise<void> => {
    const limit = wait(clock, slowDiskMs);
    try {
      await Promise.race([closing, limit.over.then(() => Promise.reject(tooLate(id)))]);
    } finally {
      limit.cancel();
    }
  };

  const closeParts = (): void => {
    if (phase === 'stopped') return;
    for (const stop of stops) stop();
    data.close();
    options.perpetual?.close();
    feed.close();
    options.reconciler.close();
    commands.close();
    options.deadman?.close();
    api.close();
    enter('stopped');
  };

  const startNew = async ({ pairs = [], needs = {}, signal }: StartOptions): Promise<void> => {
    const operation = `${id} start`;
    if (phase !== 'new') throw failure(operation, 'invalid-request', `a connector that is ${phase} cannot be started`);
    checkNeeds(id, options.capabilities, needs);
    if (signal?.aborted === true) throw failure(operation, 'aborted', 'aborted');
    enter('starting');
    try {
      await orAborted(open(pairs), firstOf(signal), operation);
      checkGoing(operation);
      enter('started');
    } catch (error) {
      const wasStopped = isOver();
      await close();
      throw wasStopped ? stopped(operation) : attribute(error, { operation, outcome: 'not-sent' });
    }
  };

  const startMore = async ({ pairs = [], needs = {}, signal }: StartOptions): Promise<void> => {
    checkNeeds(id, options.capabilities, needs);
    await orAborted(Promise.all(pairs.map((pair) => watch(pair))), firstOf(signal), `${id} start`);
  };

  const ours = (): readonly Order[] => tracker.orders({ open: true }).filter(({ origin }) => origin !== 'external');

  const stop = async ({ orders = 'keep', withinMs = defaultStopMs }: StopOptions): Promise<Leftover> => {
    if (phase === 'started') {
      enter('stopping');
      const endsAt = clock.mono() + withinMs;
      if (orders === 'cancel') await commands.cancelAll({ withinMs });
      // Commands that are on their way may still be answered: then it is known what is left.
      await atMost(clock, endsAt - clock.mono(), commands.settled());
      // What was to be cancelled and is not is left for the venue to cancel, after a while.
      if (orders === 'keep' || ours().length === 0)
        await atMost(clock, settleMs, Promise.resolve(options.deadman?.disarm()).catch(onProblem));
    }
    await close();
    return { open: ours(), uncertain: tracker.uncertain() };
  };

  return {
    phase: () => phase,
    refreshMarkets,
    watch,
    unwatch: async (pair) => {
      data.unwatch(pair);
    },
    start: (startOptions = {}) => (phase === 'started' ? startMore(startOptions) : startNew(startOptions)),
    stop: (stopOptions = {}) => {
      stopping ??= stop(stopOptions);
      return stopping;
    },
  };
}

function tooLate(id: string): ConnectorError {
  return failure(`${id} stop`, 'aborted', `the journal could not be made safe within ${slowDiskMs} ms`);
}

function stopped(operation: string): ConnectorError {
  return failure(operation, 'aborted', 'the connector has been stopped');
}

function failure(operation: string, kind: ErrorKind, message: string): ConnectorError {
  return new ConnectorError(message, { kind, outcome: 'not-sent', operation });
}
