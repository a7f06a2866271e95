import { zero, type Decimal } from '../model/decimal.js';
import type { Happening } from '../model/event.js';
import type { Pair, UnixMs } from '../model/market.js';
import type { Position, PositionFigures, PositionList, PositionReport } from '../model/position.js';

export type PositionsOptions = {
  /** Told of each position that a report changed, when all of the report has been taken in; a flat one has amount zero. */
  readonly emit: (happening: Extract<Happening, { readonly type: 'position' }>) => void;
  /** Venue time. */
  readonly now: () => UnixMs;
  readonly pairOf: (symbol: string) => Pair | undefined;
};

/** The positions of one account, from streams, polls and answers alike. */
export type PositionStore = {
  /**
   * Takes in a report. Each position keeps what is newest by the venue's time. Where a report has none, `askedAt` counts:
   * when the request for it was sent. Throws a `RangeError` for a negative size, with nothing changed.
   */
  readonly apply: (report: PositionReport | PositionList, askedAt?: UnixMs) => void;
  /** Without flat ones. The values in it never change. */
  readonly list: () => readonly Position[];
};

type Holding = { readonly at: UnixMs; readonly symbol: string; readonly figures: PositionFigures };

export function createPositions({ emit, now, pairOf }: PositionsOptions): PositionStore {
  // Flat ones are kept: older news of them must stay unwelcome.
  const holdings = new Map<string, Holding>();
  let list: readonly Position[] | undefined;

  const toPosition = ({ symbol, figures }: Holding): Position => ({ pair: pairOf(symbol) ?? symbol, ...figures });

  /** Returns the position when it is another one now. */
  const take = (report: PositionReport, at: UnixMs): Position | undefined => {
    const key = keyOf(report);
    const known = holdings.get(key);
    if (known !== undefined && known.at > at) return undefined;
    const holding = { at, symbol: report.symbol, figures: merge(known?.figures, report) };
    holdings.set(key, holding);
    list = undefined;
    if (known === undefined ? report.amount.eq(zero) : isSame(known.figures, holding.figures)) return undefined;
    return toPosition(holding);
  };

  /**
   * A flat one that the venue gives no time keeps that of its last change: ours is when it was asked about, and a change that
   * the venue stamps a little earlier, which an answer from a lagging machine did not know yet, must not be refused for ever.
   */
  const timeOf = (report: PositionReport, askedAt: UnixMs): UnixMs => {
    // Of one that was never held there is no change that could be older.
    const changedAt = holdings.get(keyOf(report))?.at ?? 0;
    return report.amount.eq(zero) ? Math.min(changedAt, askedAt) : askedAt;
  };

  /** What a complete list does not mention is flat. */
  const missing = (entries: readonly PositionReport[]): readonly PositionReport[] => {
    const listed = new Set(entries.map(keyOf));
    return [...holdings]
      .filter(([key, { figures }]) => !listed.has(key) && !figures.amount.eq(zero))
      .map(([, { symbol, figures }]) => ({ type: 'position', symbol, side: figures.side, amount: zero }));
  };

  return {
    apply: (report, askedAt) => {
      const entries = report.type === 'position' ? [report] : report.entries;
      for (const entry of entries) checkSize(entry);
      const at = report.at ?? askedAt ?? now();
      const flat = report.type === 'position' ? [] : missing(entries);
      const changed = [...entries, ...flat].map((entry) => take(entry, entry.at ?? timeOf(entry, at)));
      for (const position of changed) if (position !== undefined) emit({ type: 'position', position });
    },
    list: () => {
      list ??= [...holdings.values()].filter(({ figures }) => !figures.amount.eq(zero)).map(toPosition);
      return list;
    },
  };
}

function keyOf({ symbol, side }: PositionReport): string {
  return `${symbol} ${side}`;
}

function checkSize({ symbol, side, amount }: PositionReport): void {
  if (side === 'net' || amount.gte(zero)) return;
  throw new RangeError(`${symbol}: a ${side} position of ${amount.toFixed()}`);
}

/**
 * The figures after a report. Leverage and margin mode are settings and stay until told otherwise; what depends on the
 * size is dropped with the size that it was for.
 */
function merge(known: PositionFigures | undefined, report: PositionReport): PositionFigures {
  const { type: _type, symbol: _symbol, at: _at, ...told } = report;
  if (known === undefined) return told;
  if (known.amount.eq(told.amount)) return { ...known, ...told };
  const { leverage, margin } = known;
  return { ...(leverage !== undefined && { leverage }), ...(margin !== undefined && { margin }), ...told };
}

/** Whether nothing changed that is not in motion all the time, as the mark price and what follows from it are. */
function isSame(before: PositionFigures, after: PositionFigures): boolean {
  return (
    before.margin === after.margin &&
    isEqual(before.amount, after.amount) &&
    isEqual(before.entryPrice, after.entryPrice) &&
    isEqual(before.leverage, after.leverage) &&
    isEqual(before.liquidationPrice, after.liquidationPrice)
  );
}

function isEqual(first: Decimal | undefined, second: Decimal | undefined): boolean {
  if (first === undefined || second === undefined) return first === second;
  return first.eq(second);
}
