import { max, min, zero, type Decimal } from '../model/decimal.js';
import type { Fee, Fill } from '../model/fill.js';
import type { UnixMs } from '../model/market.js';
import type { OrderStatus } from '../model/order.js';
import { addFees, joinFees } from './fees.js';
import type { StatusEntry } from './record.js';

/**
 * What is known of an order under one order id of the venue. An amendment may give an order a second one, with counts of its own.
 * Every field only grows, by joins that are commutative, associative and idempotent: the same observations
 * in any order, told any number of times, make the same leg.
 */
export type Leg = {
  readonly orderId: string | undefined;
  /** The order id that this one took the place of. */
  readonly replaces: string | undefined;
  readonly seenOpen: boolean;
  /** The most that was filled in a report that called the order open. */
  readonly openFilled: Decimal | undefined;
  readonly ending: Ending | undefined;
  readonly reported: Cumulative | undefined;
  readonly fills: ReadonlyMap<string, Fill>;
  /** Of `fills`. */
  readonly sums: Sums;
};

export type Ending = {
  readonly status: Exclude<OrderStatus, 'open'>;
  readonly reason: string | undefined;
  readonly filled: Decimal | undefined;
  readonly version: number;
  readonly at: UnixMs;
};

type Cumulative = {
  readonly filled: Decimal;
  readonly filledQuote: Decimal | undefined;
  readonly fees: readonly Fee[] | undefined;
};

type Sums = {
  readonly base: Decimal;
  readonly quote: Decimal;
  readonly fees: readonly Fee[];
  /** How many fills wait for their fees. */
  readonly withoutFees: number;
};

const noFills: ReadonlyMap<string, Fill> = new Map();
const noSums: Sums = { base: zero, quote: zero, fees: [], withoutFees: 0 };

export function newLeg(orderId?: string, replaces?: string): Leg {
  return {
    orderId,
    replaces,
    seenOpen: false,
    openFilled: undefined,
    ending: undefined,
    reported: undefined,
    fills: noFills,
    sums: noSums,
  };
}

const undone = { seenOpen: true, openFilled: undefined, ending: undefined, reported: undefined } as const;

/** The leg with a report taken in; the same object when that was known. */
export function joinStatus(leg: Leg, entry: StatusEntry): Leg {
  const reported = joinCumulative(leg.reported, entry);
  if (entry.status === 'open') {
    const openFilled = joinMax(leg.openFilled, entry.filled);
    if (leg.seenOpen && reported === leg.reported && openFilled === leg.openFilled) return leg;
    return { ...leg, reported, openFilled, seenOpen: true };
  }
  const ending = joinEnding(leg.ending, {
    status: entry.status,
    reason: entry.reason,
    filled: entry.filled,
    version: entry.version ?? -1,
    at: entry.venueAt ?? -1,
  });
  if (reported === leg.reported && ending === leg.ending) return leg;
  return { ...leg, reported, ending };
}

/** The leg with a fill booked, or with what a second telling adds to it; the same object when all of it was known. */
export function joinFill(leg: Leg, fill: Fill): Leg {
  const known = leg.fills.get(fill.fillId);
  if (known === undefined) {
    return { ...leg, fills: new Map(leg.fills).set(fill.fillId, fill), sums: addFill(leg.sums, fill) };
  }
  const joined = mergeFills(known, fill);
  return joined === known ? leg : withFills(leg, new Map(leg.fills).set(fill.fillId, joined));
}

/** The leg without a fill that the venue took back. One that is to be done again is open again. */
export function voidFill(leg: Leg, { fillId, pending }: { readonly fillId: string; readonly pending?: true }): Leg {
  const voided = leg.fills.get(fillId);
  if (voided === undefined) return leg;
  const fills = new Map(leg.fills);
  fills.delete(fillId);
  const { reported } = leg;
  const filled = reported && max(reported.filled.minus(voided.amount), zero);
  if (pending === true) return { ...withFills(leg, fills), ...undone };
  return {
    ...withFills(leg, fills),
    reported: filled && { filled, filledQuote: undefined, fees: undefined },
    openFilled: leg.openFilled && filled && min(leg.openFilled, filled),
    ending: leg.ending && { ...leg.ending, filled },
  };
}

/** The leg as it was before it ended. */
export function undoLeg(leg: Leg): Leg {
  return leg.ending === undefined ? leg : { ...leg, ...undone };
}

/** Whether the venue holds this leg no longer. An open report that has seen more filled than the ending is newer. */
export function isOver({ ending, openFilled }: Leg): boolean {
  if (ending === undefined) return false;
  const filled = ending.filled ?? (ending.status === 'rejected' ? zero : undefined);
  return openFilled === undefined || filled === undefined || openFilled.lte(filled);
}

/** Whether the venue accepted this leg at some time. */
export function wasAccepted({ seenOpen, ending, reported, fills }: Leg): boolean {
  if (seenOpen || fills.size > 0) return true;
  return (ending !== undefined && ending.status !== 'rejected') || reported?.filled.gt(zero) === true;
}

/** The later of two endings by what they say was filled, then by the venue's own order; any choice will do that is always the same. */
export function joinEnding(first: Ending | undefined, second: Ending): Ending {
  if (first === undefined) return second;
  return compareEndings(first, second) >= 0 ? first : second;
}

const certainty = ['rejected', 'expired', 'canceled', 'filled'];

function compareEndings(first: Ending, second: Ending): number {
  return (
    compareFilled(first, second) ||
    first.version - second.version ||
    first.at - second.at ||
    certainty.indexOf(first.status) - certainty.indexOf(second.status) ||
    compareText(first.reason ?? '', second.reason ?? '')
  );
}

/** `filled` without a number is everything; any other ending without one says less than one with it. */
function compareFilled(first: Ending, second: Ending): number {
  if (first.filled !== undefined && second.filled !== undefined) return first.filled.cmp(second.filled);
  return certaintyOfFilled(first) - certaintyOfFilled(second);
}

function certaintyOfFilled({ filled, status }: Ending): number {
  if (filled !== undefined) return 1;
  return status === 'filled' ? 2 : 0;
}

function joinCumulative(
  known: Cumulative | undefined,
  { filled, filledQuote, fees }: StatusEntry,
): Cumulative | undefined {
  if (filled === undefined || known?.filled.gt(filled) === true) return known;
  if (known === undefined || known.filled.lt(filled)) return { filled, filledQuote, fees };
  const quote = joinMax(known.filledQuote, filledQuote);
  const paid = joinFees(known.fees, fees);
  if (quote === known.filledQuote && paid === known.fees) return known;
  return { filled: known.filled, filledQuote: quote, fees: paid };
}

function joinMax(known: Decimal | undefined, value: Decimal | undefined): Decimal | undefined {
  if (value === undefined) return known;
  return known === undefined || value.gt(known) ? value : known;
}

/** One trade told twice. Fees often come later; where two tellings contradict each other, any choice will do that is always the same. */
function mergeFills(known: Fill, told: Fill): Fill {
  const larger = told.amount.cmp(known.amount) || told.price.cmp(known.price);
  const fees = joinFees(known.fees, told.fees);
  if (larger <= 0 && fees === known.fees) return known;
  const { price, amount } = larger > 0 ? told : known;
  const liquidity = known.liquidity ?? told.liquidity;
  return { ...known, price, amount, ...(fees && { fees }), ...(liquidity && { liquidity }) };
}

function withFills(leg: Leg, fills: ReadonlyMap<string, Fill>): Leg {
  let sums = noSums;
  for (const fill of fills.values()) sums = addFill(sums, fill);
  return { ...leg, fills, sums };
}

function addFill(sums: Sums, { amount, price, fees }: Fill): Sums {
  return {
    base: sums.base.plus(amount),
    quote: sums.quote.plus(amount.times(price)),
    fees: fees === undefined ? sums.fees : addFees(sums.fees, fees),
    withoutFees: sums.withoutFees + (fees === undefined ? 1 : 0),
  };
}

function compareText(first: string, second: string): number {
  if (first === second) return 0;
  return first < second ? -1 : 1;
}

/** Whether one id is another, or took its place, by any number of steps. */
export function comesAfter(legs: readonly Leg[], orderId: string, other: string): boolean {
  let id: string | undefined = orderId;
  for (let steps = 0; steps <= legs.length && id !== undefined; steps += 1) {
    if (id === other) return true;
    id = formerOf(legs, id);
  }
  return false;
}

function formerOf(legs: readonly Leg[], orderId: string): string | undefined {
  return legs.find((leg) => leg.orderId === orderId)?.replaces;
}
