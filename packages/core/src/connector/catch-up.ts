import type { Market, Pair, UnixMs } from '../model/market.js';
import type { Journal } from '../orders/journal.js';
import type { Tracker } from '../orders/tracker.js';
import type { Private } from '../spec/api.js';
import type { TradingSpec } from '../spec/spot.js';
import type { Catalogue } from './catalogue.js';

/** How much is asked for again: what one of the venue's machines knew then, another may have told later. */
const overlapMs = 5 * 60_000;

/** How far to look back where nothing says since when. */
export const dayMs: number = 24 * 3_600_000;

/** By how much two measurements of the venue's clock may differ. */
const clockToleranceMs = 5_000;

export type CatchUpOptions<O, C, W> = {
  readonly spec: Pick<TradingSpec<O, C, W>, 'fetchFills' | 'fetchClosedOrders' | 'historyMs'>;
  readonly api: (context?: { readonly symbol?: string }) => Private<O, C>;
  readonly catalogue: Pick<Catalogue<W>, 'byPair'>;
  /** Pairs that the script has to do with. */
  readonly watched: () => Iterable<Pair>;
  readonly tracker: Tracker;
  readonly isOurs: (clientOrderId: string) => boolean;
  /** Where it is kept what is missed, for the next run. */
  readonly journal: Pick<Journal, 'missing'>;
  /** Venue time. */
  readonly now: () => UnixMs;
  readonly onProblem: (error: unknown) => void;
};

/**
 * Asks for all that happened while nobody listened, in every market that is watched or in which an order of ours is known.
 * That finds what looking at each open order does not: fills that came late to an order that is over, orders of ours that
 * the journal does not know because it was lost or is an old copy, and what the venue sent to close a position.
 */
export type CatchUp = {
  readonly missedSince: (at: UnixMs) => void;
  /** Does nothing when nothing was missed. When it rejects, the next call asks again. */
  readonly run: () => Promise<void>;
};

export function createCatchUp<O, C, W>({
  spec,
  api,
  catalogue,
  watched,
  tracker,
  isOurs,
  journal,
  now,
  onProblem,
}: CatchUpOptions<O, C, W>): CatchUp {
  let missed: UnixMs | undefined;
  /** What is being asked for now. */
  let asked: UnixMs | undefined;

  /** Others' orders that are over are none of our business, and there may be many. */
  const takeClosedOrders = async (where: Market<W>, from: UnixMs): Promise<void> => {
    const reports = await spec.fetchClosedOrders?.(api({ symbol: where.symbol }), { market: where, from });
    for (const report of reports ?? []) {
      const { clientOrderId, orderId, symbol, liquidation = false } = report;
      const isKnown = orderId !== undefined && tracker.byOrderId(symbol, orderId) !== undefined;
      const isOfOurs = clientOrderId !== undefined && isOurs(clientOrderId);
      if (isKnown || isOfOurs || liquidation) tracker.observe(report);
    }
  };

  const takeFills = async (where: Market<W>, from: UnixMs): Promise<void> => {
    let cursor: string | undefined;
    let before: string | undefined;
    do {
      const since = { market: where, from, ...(cursor !== undefined && { cursor }) };
      const page = await spec.fetchFills(api({ symbol: where.symbol }), since);
      for (const fill of page.fills) tracker.observe(fill);
      before = cursor;
      cursor = page.cursor;
    } while (cursor !== undefined && cursor !== before);
  };

  /** Where an order is in doubt first: some venues forget within a minute one that ended without a fill. */
  const takeAll = async (from: UnixMs): Promise<void> => {
    const ours = tracker.orders().filter(({ origin }) => origin !== 'external');
    const inDoubt = tracker.uncertain().map(({ pair }) => pair);
    for (const pair of new Set([...inDoubt, ...watched(), ...ours.map((order) => order.pair)])) {
      const market = catalogue.byPair.get(pair);
      // Gone from the venue since.
      if (market === undefined) continue;
      await takeClosedOrders(market, from);
      await takeFills(market, from);
    }
  };

  /** A time that is still to come was taken from a clock that was wrong, and says nothing. */
  const toPast = (at: UnixMs): UnixMs => (at > now() + clockToleranceMs ? now() - dayMs : at);

  const missedSince = (at: UnixMs): void => {
    missed = Math.min(missed ?? at, at);
    note();
  };

  /** Balances and positions are asked for as a whole, and are right all the same. */
  const warnOfGap = (since: UnixMs): void => {
    const { historyMs = Infinity } = spec;
    const missedMs = now() - since;
    if (missedMs <= historyMs) return;
    const [missedHours, toldHours] = [missedMs, historyMs].map((ms) => Math.floor(ms / 3_600_000));
    const what = `nobody listened for ${missedHours} hours, and the venue tells fills of the last ${toldHours} alone`;
    onProblem(new Error(`${what}: what was filled before that is missing here`));
  };

  const note = (): void => {
    const open = [missed, asked].filter((at) => at !== undefined);
    journal.missing.note(open.length === 0 ? undefined : Math.min(...open));
  };

  return {
    missedSince,
    run: async () => {
      const since = missed;
      if (since === undefined) return;
      // What is missed from here on is for the next run.
      [missed, asked] = [undefined, since];
      try {
        await takeAll(toPast(since) - overlapMs);
        warnOfGap(toPast(since));
      } catch (error) {
        missedSince(since);
        throw error;
      } finally {
        asked = undefined;
        note();
      }
    },
  };
}
