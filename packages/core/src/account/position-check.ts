import { zero, type Decimal } from '../model/decimal.js';
import type { Pair, Side, UnixMs } from '../model/market.js';
import type { Position } from '../model/position.js';

/** Holds positions against fills: a position that no fill explains shows a fill that nobody told, of a liquidation say. */
export type PositionCheck = {
  /** Amounts in base units. */
  readonly filled: (pair: Pair, side: Side, amount: Decimal) => void;
  /**
   * Takes all positions as they stand at `at`. Returns since when fills are missing, once a difference has stayed the same for
   * a while: until then the two may just have come one before the other. What a search does not find is taken as it is.
   */
  readonly compare: (positions: readonly Position[], at: UnixMs) => UnixMs | undefined;
};

/** The difference between what is held and what was traded, per market. */
type Standing = {
  readonly agreed: Decimal;
  readonly agreedAt: UnixMs;
  /** Another one, since when, and whether fills were searched for because of it. */
  readonly other?: { readonly difference: Decimal; readonly since: UnixMs; readonly isSearched: boolean };
};

const calmMs = 10_000;

export function createPositionCheck(): PositionCheck {
  const traded = new Map<Pair, Decimal>();
  const standings = new Map<Pair, Standing>();
  let comparedAt: UnixMs | undefined;

  const look = (pair: Pair, difference: Decimal, at: UnixMs): UnixMs | undefined => {
    // What was held before the first look is nobody's business here.
    const known = standings.get(pair) ?? {
      agreed: comparedAt === undefined ? difference : zero,
      agreedAt: comparedAt ?? at,
    };
    const next = judge(known, difference, at);
    standings.set(pair, next);
    return next.other?.isSearched === true && known.other?.isSearched !== true ? known.agreedAt : undefined;
  };

  return {
    filled: (pair, side, amount) => {
      const before = traded.get(pair) ?? zero;
      traded.set(pair, side === 'buy' ? before.plus(amount) : before.minus(amount));
    },
    compare: (positions, at) => {
      const held = netOf(positions);
      const pairs = new Set([...standings.keys(), ...traded.keys(), ...held.keys()]);
      const missing = [...pairs].map((pair) => {
        return look(pair, (held.get(pair) ?? zero).minus(traded.get(pair) ?? zero), at);
      });
      comparedAt = at;
      const since = missing.filter((each) => each !== undefined);
      return since.length === 0 ? undefined : Math.min(...since);
    },
  };
}

function judge(known: Standing, difference: Decimal, at: UnixMs): Standing {
  const { agreed, agreedAt, other } = known;
  if (difference.eq(agreed)) return { agreed, agreedAt: at };
  if (!other?.difference.eq(difference))
    return { agreed, agreedAt, other: { difference, since: at, isSearched: false } };
  if (at - other.since < calmMs) return known;
  if (other.isSearched) return { agreed: difference, agreedAt: at };
  return { agreed, agreedAt, other: { difference, since: at, isSearched: true } };
}

/** What is long less what is short, per market. */
function netOf(positions: readonly Position[]): ReadonlyMap<Pair, Decimal> {
  const sums = new Map<Pair, Decimal>();
  for (const { pair, side, amount } of positions) {
    const before = sums.get(pair) ?? zero;
    sums.set(pair, side === 'short' ? before.minus(amount) : before.plus(amount));
  }
  return sums;
}
