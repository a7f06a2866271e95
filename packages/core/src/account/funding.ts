import type { Market, Pair, UnixMs } from '../model/market.js';
import type { Funding, FundingFigures, FundingReport } from '../model/position.js';

/** The funding of the watched markets, from stream and answers alike. */
export type FundingStore = {
  /**
   * Takes in a report; what it leaves out stays as it was. An older one by the venue's time fills gaps alone; where it has
   * no time, `askedAt` counts. Returns the funding when something changed.
   */
  readonly apply: (market: Pick<Market, 'pair'>, report: FundingReport, askedAt?: UnixMs) => Funding | undefined;
  readonly get: (pair: Pair) => Funding | undefined;
  readonly forget: (pair: Pair) => void;
};

export function createFunding({ now }: { readonly now: () => UnixMs }): FundingStore {
  const held = new Map<Pair, { readonly at: UnixMs; readonly funding: Funding }>();

  return {
    apply: ({ pair }, report, askedAt) => {
      const { type: _type, symbol: _symbol, at = askedAt ?? now(), ...told } = report;
      const known = held.get(pair);
      const isOld = known !== undefined && known.at > at;
      const funding = isOld ? { ...told, ...known.funding } : { ...known?.funding, ...told, pair };
      if (known !== undefined && isSame(known.funding, funding)) return undefined;
      held.set(pair, { at: isOld ? known.at : at, funding });
      return funding;
    },
    get: (pair) => held.get(pair)?.funding,
    forget: (pair) => {
      held.delete(pair);
    },
  };
}

const decimals = ['rate', 'markPrice', 'indexPrice'] as const;

function isSame(before: FundingFigures, after: FundingFigures): boolean {
  if (before.intervalMs !== after.intervalMs || before.nextAt !== after.nextAt) return false;
  return decimals.every((name) => before[name]?.toFixed() === after[name]?.toFixed());
}
