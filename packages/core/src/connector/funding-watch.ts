import type { FundingStore } from '../account/funding.js';
import type { Market, Pair, UnixMs } from '../model/market.js';
import type { Funding, FundingReport } from '../model/position.js';
import type { Clock } from '../ports/ports.js';
import { repeat } from './repeat.js';

// What a stream does not tell, such as the interval, changes seldom.
const withTopicMs = 600_000;
const withoutTopicMs = 30_000;

export type FundingWatchOptions<W> = {
  readonly store: FundingStore;
  readonly fetch: (market: Market<W>) => Promise<FundingReport>;
  /** Whether the venue streams the funding of a market. */
  readonly isStreamed: (market: Market<W>) => boolean;
  readonly clock: Clock;
  /** Venue time. */
  readonly now: () => UnixMs;
  readonly onFunding: (funding: Funding) => void;
  readonly onProblem: (error: unknown) => void;
};

/** Keeps the funding of watched markets up to date. */
export type FundingWatch<W> = {
  /** Resolves when the venue has been asked once, whatever it said: what failed is asked again. */
  readonly watch: (market: Market<W>) => Promise<void>;
  readonly unwatch: (pair: Pair) => void;
  readonly take: (market: Market<W>, report: FundingReport) => void;
  readonly close: () => void;
};

export function createFundingWatch<W>(options: FundingWatchOptions<W>): FundingWatch<W> {
  const { store, clock, now, onProblem } = options;
  const watched = new Map<Pair, { readonly first: Promise<void>; readonly stop: () => void }>();

  const apply = (market: Market<W>, report: FundingReport, askedAt?: UnixMs): void => {
    if (!watched.has(market.pair)) return;
    const funding = store.apply(market, report, askedAt);
    if (funding !== undefined) options.onFunding(funding);
  };

  const ask = async (market: Market<W>): Promise<void> => {
    const askedAt = now();
    try {
      apply(market, await options.fetch(market), askedAt);
    } catch (error) {
      onProblem(error);
    }
  };

  const unwatch = (pair: Pair): void => {
    watched.get(pair)?.stop();
    watched.delete(pair);
    store.forget(pair);
  };

  return {
    watch: (market) => {
      const known = watched.get(market.pair);
      if (known !== undefined) return known.first;
      const first = Promise.resolve().then(() => ask(market));
      const stop = repeat(clock, options.isStreamed(market) ? withTopicMs : withoutTopicMs, () => ask(market));
      watched.set(market.pair, { first, stop });
      return first;
    },
    unwatch,
    take: (market, report) => {
      apply(market, report);
    },
    close: () => {
      for (const pair of [...watched.keys()]) unwatch(pair);
    },
  };
}
