import type { Tracker } from '../orders/tracker.js';
import { attribute } from '../errors/attribute.js';
import type { Pair } from '../model/market.js';
import type { Clock } from '../ports/ports.js';
import type { KeyRights, PublicMarketSpec, TradingSpec } from '../spec/spot.js';
import type { AccountFeed } from './account-feed.js';
import type { Api } from './api.js';
import { checkNeeds } from './capabilities.js';
import type { Catalogue, Change } from './catalogue.js';
import type { Commands } from './commands.js';
import type { Capabilities, Connector, Leftover, StartOptions, StopOptions } from './connector.js';
import type { MarketData } from './market-data.js';
import type { Reconciler } from './reconciler.js';
import { repeat } from './repeat.js';
import { orAborted } from './wait.js';

const refreshMarketsEveryMs = 30 * 60_000;

export type LifecycleOptions<O, C, W> = {
  readonly id: string;
  readonly market: PublicMarketSpec<O, W>;
  readonly trading: TradingSpec<O, C, W>;
  readonly hasCredentials: boolean;
  readonly capabilities: Capabilities;
  readonly api: Api<O, C>;
  readonly catalogue: Catalogue<W>;
  readonly data: MarketData<W>;
  readonly feed: AccountFeed;
  readonly reconciler: Reconciler;
  readonly tracker: Tracker;
  readonly commands: Commands;
  readonly clock: Clock;
  readonly onMarketChanged: (change: Change<W>) => void;
  /** What can be used has changed. */
  readonly onChanged: () => void;
  readonly onStopped: () => void;
  readonly onProblem: (error: unknown) => void;
};

/** Starts and stops the parts of a connector. */
export type Lifecycle = Pick<Connector, 'start' | 'stop' | 'watch' | 'unwatch'> & {
  readonly isStarted: () => boolean;
  readonly refreshMarkets: () => Promise<void>;
};

export function createLifecycle<O, C, W>(options: LifecycleOptions<O, C, W>): Lifecycle {
  const { id, api, catalogue, data, feed, tracker, clock, onProblem } = options;
  const stops: (() => void)[] = [];
  let state: 'new' | 'starting' | 'started' | 'stopped' = 'new';

  const refreshMarkets = async (): Promise<void> => {
    const markets = await options.market.fetchMarkets(api.public());
    for (const change of catalogue.replace(markets)) options.onMarketChanged(change);
  };

  const watch: Connector['watch'] = async (pair, channels = ['book', 'trades']) => {
    data.watch(catalogue.get(pair), channels);
    if (channels.includes('book')) await data.live(pair);
  };

  const checkKey = async (): Promise<void> => {
    const { fetchKeyRights } = options.trading;
    if (fetchKeyRights === undefined) return;
    const { withdraw, trade, addressBound } = await fetchKeyRights(api.private()).catch((error: unknown): KeyRights => {
      onProblem(error);
      return {};
    });
    if (trade === false) onProblem(new Error(`${id}: this key may not trade`));
    if (withdraw === true) onProblem(new Error(`${id}: this key may withdraw; trading needs no such right`));
    if (addressBound === false) onProblem(new Error(`${id}: this key works from any address; bind it to yours`));
  };

  // What was asked for before a stop may be answered after it: then nothing more may be opened.
  const checkGoing = (): void => {
    if (state === 'stopped') throw new Error('stopped while it was starting');
  };

  const startAccount = async (signal: AbortSignal | undefined): Promise<void> => {
    // Asked first, on its own, because a refused key must fail the start: a reconciliation would go on trying.
    await options.reconciler.fetchBalances();
    await checkKey();
    checkGoing();
    feed.start();
    await feed.ready(signal);
  };

  const open = async ({ pairs = [], needs = {}, signal }: StartOptions): Promise<void> => {
    checkNeeds(id, options.capabilities, needs);
    await api.startClock();
    await refreshMarkets();
    checkGoing();
    stops.push(repeat(clock, refreshMarketsEveryMs, () => refreshMarkets().catch(onProblem)));
    options.onChanged();
    const account = options.hasCredentials ? startAccount(signal) : undefined;
    await Promise.all([account, ...pairs.map((pair) => watch(pair))]);
  };

  const close = (): void => {
    if (state === 'stopped') return;
    state = 'stopped';
    for (const stop of stops) stop();
    data.close();
    feed.close();
    options.reconciler.close();
    api.close();
    options.onStopped();
  };

  const leftover = (): Leftover => ({
    open: tracker.orders({ open: true }).filter(({ origin }) => origin !== 'external'),
    uncertain: tracker.uncertain(),
  });

  return {
    isStarted: () => state === 'started' || (state === 'starting' && catalogue.byPair.size > 0),
    refreshMarkets,
    watch,
    unwatch: (pair: Pair) => {
      data.unwatch(pair);
      return Promise.resolve();
    },
    start: async (startOptions = {}) => {
      if (state === 'started') return openMore(startOptions);
      if (state !== 'new')
        throw attribute(new Error(`a connector that is ${state} cannot be started`), {
          operation: `${id} start`,
          outcome: 'not-sent',
        });
      state = 'starting';
      try {
        await orAborted(open(startOptions), startOptions.signal);
        state = 'started';
        options.onChanged();
      } catch (error) {
        close();
        throw attribute(error, { operation: `${id} start`, outcome: 'not-sent' });
      }
    },
    stop: async ({ orders = 'keep', withinMs }: StopOptions = {}) => {
      if (orders === 'cancel') await options.commands.cancelAll({ ...(withinMs !== undefined && { withinMs }) });
      const left = leftover();
      close();
      return left;
    },
  };

  async function openMore({ pairs = [], needs = {} }: StartOptions): Promise<void> {
    checkNeeds(id, options.capabilities, needs);
    await Promise.all(pairs.map((pair) => watch(pair)));
  }
}
