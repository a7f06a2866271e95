import { max, zero, type Decimal } from '../model/decimal.js';
import type { UnixMs } from '../model/market.js';
import type { Order, OrderState, OrderStatus } from '../model/order.js';
import type { SignedTransaction } from '../spec/chain.js';
import { isOver, joinEnding, wasAccepted, type Ending, type Leg } from './leg.js';
import type { Failure, OrderTerms, SignedFor } from './record.js';

/** All that the journal says of one order. */
export type OrderFacts = {
  readonly clientOrderId: string;
  readonly origin: Order['origin'];
  readonly createdAt: UnixMs;
  /** The venue must not accept the order after this time. */
  readonly deadline: UnixMs | undefined;
  readonly terms: OrderTerms;
  /** Which of the venue's words on the terms is the last one taken over. */
  readonly termsAt: Rank;
  /** The id under which the venue said so; `undefined` as long as nothing but an amendment's answer speaks for the id that it brought. */
  readonly termsOf: string | undefined;
  /** How often the terms changed. */
  readonly changes: number;
  /** What is known here of the sending; it counts until the venue shows the order. */
  readonly stage: 'queued' | 'sent' | 'unknown';
  readonly verdict: 'rejected' | 'not-placed' | 'not-sent' | undefined;
  /** Why it is unknown, or behind the verdict. */
  readonly failure: Failure | undefined;
  /** At least one, in the order in which they became known. */
  readonly legs: readonly [Leg, ...Leg[]];
  readonly voided: ReadonlySet<string>;
  /** What was signed for it, on a chain; steps before it have names. Oldest first. */
  readonly signed: readonly Signed[];
  readonly canceling: boolean;
  /** While an amendment is under way, a cancelled leg may be about to be replaced. */
  readonly amending: boolean;
  /** The venue accepted the order at some time. */
  readonly opened: boolean;
  /** It was over and all its fills were in. Stays when a fill comes even later. */
  readonly closed: boolean;
  /** How often it turned out not to be closed after all. */
  readonly reopenings: number;
  /** Derived from the above, once. */
  readonly state: OrderState;
  readonly fillsComplete: boolean;
};

/** One transaction. Of those with the same nonce at most one is ever included. */
export type Signed = SignedFor & {
  readonly transaction: SignedTransaction;
  /** Nothing can happen to it any more: its nonce is used for good, or nobody has it. */
  readonly settled?: 'used' | 'unused';
};

type Underived = Omit<OrderFacts, 'state' | 'fillsComplete'>;

/** By the venue's version, then by its time; -1 where it does not say. */
export type Rank = { readonly version: number; readonly at: UnixMs };

export const noRank: Rank = { version: -1, at: -1 };

export function compareRanks(first: Rank, second: Rank): number {
  return first.version - second.version || first.at - second.at;
}

export function stateOf(facts: Underived): OrderState {
  const { legs, verdict, stage } = facts;
  if (!legs.some((leg) => leg.ending !== undefined || wasAccepted(leg))) return verdict ?? stage;
  const status = endingOf(facts)?.status ?? 'open';
  return status === 'canceled' && facts.amending ? 'open' : status;
}

/** Whether an order in this state is over. */
export function isFinal(state: OrderState): state is Exclude<OrderStatus, 'open'> | 'not-sent' | 'not-placed' {
  return state !== 'queued' && state !== 'sent' && state !== 'unknown' && state !== 'open';
}

/** Whether the venue ever accepted the order. */
export function isAccepted({ legs }: Underived): boolean {
  return legs.some(wasAccepted);
}

/** The leg that is now the order: the latest that none took the place of and that is not over, or that ended as the order did. */
export function currentLeg(facts: Underived): Leg {
  const legs = currentLegs(facts);
  const status = endingOf(facts)?.status;
  const alive = legs.findLast((leg) => !isOver(leg));
  return alive ?? lastEnded(legs.filter(({ ending }) => ending?.status === status)) ?? legs.at(-1) ?? facts.legs[0];
}

/** By the venue's time: where records were lost, a former id may become known after the one that took its place. */
function lastEnded(legs: readonly Leg[]): Leg | undefined {
  const last = Math.max(...legs.map(({ ending }) => ending?.at ?? -1));
  return legs.findLast(({ ending }) => (ending?.at ?? -1) === last);
}

/** The venue's ids of what an order was before it was amended, as long as the venue has not said how that ended. */
export function unendedIds(facts: OrderFacts | undefined): readonly string[] {
  if (facts === undefined || facts.legs.length === 1) return [];
  const current = currentLeg(facts);
  return idsOf(facts.legs.filter((leg) => leg !== current && !isOver(leg)));
}

/** Whether an order is over under an id of the venue that nobody has told: what comes later by that id alone would have no owner. */
export function isNameless(facts: OrderFacts): boolean {
  const { origin, state, legs } = facts;
  return origin !== 'external' && isFinal(state) && isAccepted(facts) && legs.every(isUnnamed);
}

const isUnnamed = ({ orderId }: Leg): boolean => orderId === undefined;

/** The venue's ids under which fills or their fees are missing. */
export function idsLackingFills(facts: OrderFacts | undefined): readonly string[] {
  if (facts === undefined) return [];
  return idsOf(facts.legs.filter((leg) => leg.sums.withoutFees > 0 || !hasItsFills(leg, facts, facts.state)));
}

/** Ids of the fills that count, and how many were taken back. */
export function fillsOf(facts: OrderFacts | undefined): {
  readonly booked: readonly string[];
  readonly voided: number;
} {
  const booked = facts?.legs.flatMap(({ fills }) => [...fills.keys()]) ?? [];
  return { booked, voided: facts?.voided.size ?? 0 };
}

function idsOf(legs: readonly Leg[]): readonly string[] {
  return legs.flatMap(({ orderId }) => (orderId === undefined ? [] : [orderId]));
}

/** What the legs add up to, from fills where all are in, else from what the venue counts. */
export function filledOf({ legs: [first, ...others] }: OrderFacts): Filled {
  let { filled, base, quote } = filledIn(first);
  for (const leg of others) {
    const more = filledIn(leg);
    filled = filled.plus(more.filled);
    base = base.plus(more.base);
    quote = quote.plus(more.quote);
  }
  return { filled, base, quote };
}

function filledIn(leg: Leg): Filled {
  const { base, quote } = tradedBy(leg);
  return { filled: max(leg.sums.base, leg.reported?.filled ?? zero), base, quote };
}

/** `base` and `quote` belong together, so that their quotient is a price; `filled` may be more than `base`. */
type Filled = { readonly filled: Decimal; readonly base: Decimal; readonly quote: Decimal };

/** Whether every fill that the venue speaks of has arrived, and for an order that is over: exactly those. */
export function hasAllFills(facts: Underived, state: OrderState): boolean {
  return facts.legs.every((leg) => hasItsFills(leg, facts, state));
}

function hasItsFills(leg: Leg, facts: Underived, state: OrderState): boolean {
  const counted = leg.reported?.filled ?? zero;
  const isEnded = isFinal(state) && facts.legs.some(({ ending }) => ending !== undefined);
  if (!isEnded || !currentLegs(facts).includes(leg)) {
    // What a leg was filled with before another took its place is known when its end is.
    if (isEnded && !isOver(leg)) return false;
    return counted === leg.sums.base || leg.sums.base.gte(counted);
  }
  const last = finalFilled(leg, facts);
  return last !== undefined && leg.sums.base.eq(max(last, counted));
}

/** Whether the fills of a leg are the better source for its sums. */
export function isCovered({ sums, reported }: Leg): boolean {
  return reported === undefined || sums.base.gte(reported.filled);
}

function tradedBy(leg: Leg): { readonly base: Decimal; readonly quote: Decimal } {
  const { reported, sums } = leg;
  if (isCovered(leg) || reported?.filledQuote === undefined) return sums;
  return { base: reported.filled, quote: reported.filledQuote };
}

/** What was filled when it ended; `undefined` as long as the venue has not said. */
function finalFilled({ ending, reported }: Leg, { terms, legs }: Underived): Decimal | undefined {
  if (ending === undefined) return reported?.filled;
  if (ending.filled !== undefined) return ending.filled;
  if (ending.status === 'rejected') return zero;
  if (ending.status === 'filled' && terms.amountIn === 'base' && legs.length === 1) return terms.amount;
  return undefined;
}

/** How the order ended; `undefined` while it has not. */
export function endingOf(facts: Underived): Ending | undefined {
  let last: Ending | undefined;
  for (const leg of currentLegs(facts)) {
    if (leg.ending === undefined || !isOver(leg)) return undefined;
    last = last === undefined ? leg.ending : endingOfBoth(last, leg.ending);
  }
  return last;
}

// Where the venue does not say which took the place of which: what is replaced is cancelled, and a replacement that is rejected ends nothing.
const finality = ['rejected', 'canceled', 'expired', 'filled'];

/** Counts of different orders cannot be compared. */
function endingOfBoth(first: Ending, second: Ending): Ending {
  const later = finality.indexOf(first.status) - finality.indexOf(second.status);
  if (later === 0) return joinEnding(first, second);
  return later > 0 ? first : second;
}

function currentLegs({ legs }: Underived): readonly Leg[] {
  if (legs.length === 1) return legs;
  const current = legs.filter(
    ({ orderId }) => orderId === undefined || !legs.some(({ replaces }) => replaces === orderId),
  );
  return current.length > 0 ? current : legs;
}
