import { ConnectorError } from '../errors/connector-error.js';
import { zero } from '../model/decimal.js';
import type { Fee, Fill } from '../model/fill.js';
import type { Order } from '../model/order.js';
import {
  compareRanks,
  currentLeg,
  endingOf,
  filledOf,
  hasAllFills,
  isAccepted,
  isCovered,
  isFinal,
  noRank,
  stateOf,
  type OrderFacts,
  type Rank,
  type Signed,
} from './facts.js';
import { fromFailure } from './failure.js';
import { addFees } from './fees.js';
import { comesAfter, joinFill, joinStatus, newLeg, undoLeg, voidFill, type Leg } from './leg.js';
import type { AmendEntry, Change, JournalEntry, JournalRecord, StatusEntry } from './record.js';

const noneVoided: ReadonlySet<string> = new Set();
const snapshots = new WeakMap<OrderFacts, Order>();

/** The state of an order after one more record; the same object when the record says nothing new. */
export function applyRecord(facts: OrderFacts | undefined, record: JournalRecord): OrderFacts {
  if (facts !== undefined) return applyEntry(facts, record);
  if (record.kind === 'intent') return toFacts(record);
  throw new RangeError(
    `journal record ${record.sequence} (${record.kind}): nothing before it says what order ${record.clientOrderId} is`,
  );
}

/** `applyRecord` for an order that is known: tells before anything is written whether it would be news. */
export function applyEntry(facts: OrderFacts, entry: JournalEntry): OrderFacts {
  if (entry.kind === 'sent') return toSent(facts);
  const next = change(facts, entry);
  if (next === facts) return facts;
  const state = stateOf(next);
  const fillsComplete = hasAllFills(next, state);
  const closed = isFinal(state) && (facts.closed || fillsComplete);
  const opened = facts.opened || isAccepted(next);
  const reopenings = facts.reopenings + (facts.closed && !closed ? 1 : 0);
  return inOneShape(next, { opened, closed, reopenings, state, fillsComplete });
}

/** Stands between every order and its socket. It ends nothing, so that little of what is derived can be another. */
function toSent(facts: OrderFacts): OrderFacts {
  if (facts.stage !== 'queued') return facts;
  return { ...facts, stage: 'sent', state: facts.state === 'queued' ? 'sent' : facts.state };
}

type Derived = Pick<OrderFacts, 'opened' | 'closed' | 'reopenings' | 'state' | 'fillsComplete'>;

/** Members one by one: spread objects come in many shapes, and reading those takes several times as long. */
function inOneShape(next: OrderFacts, derived: Derived): OrderFacts {
  return {
    clientOrderId: next.clientOrderId,
    origin: next.origin,
    createdAt: next.createdAt,
    deadline: next.deadline,
    terms: next.terms,
    termsAt: next.termsAt,
    termsOf: next.termsOf,
    changes: next.changes,
    stage: next.stage,
    verdict: next.verdict,
    failure: next.failure,
    legs: next.legs,
    voided: next.voided,
    signed: next.signed,
    canceling: next.canceling,
    amending: next.amending,
    opened: derived.opened,
    closed: derived.closed,
    reopenings: derived.reopenings,
    state: derived.state,
    fillsComplete: derived.fillsComplete,
  };
}

/** An order as a caller sees it. The same facts give the same object. */
export function toOrder(facts: OrderFacts): Order {
  const known = snapshots.get(facts);
  if (known !== undefined) return known;
  const order = Object.freeze(makeOrder(facts));
  snapshots.set(facts, order);
  return order;
}

function toFacts({
  clientOrderId,
  at,
  origin,
  terms,
  deadline,
}: Extract<JournalRecord, { kind: 'intent' }>): OrderFacts {
  return {
    clientOrderId,
    origin,
    createdAt: at,
    deadline,
    terms,
    termsAt: noRank,
    termsOf: undefined,
    changes: 0,
    stage: origin === 'ours' ? 'queued' : 'sent',
    verdict: undefined,
    failure: undefined,
    legs: [newLeg()],
    voided: noneVoided,
    signed: [],
    canceling: false,
    amending: false,
    opened: false,
    closed: false,
    reopenings: 0,
    state: origin === 'ours' ? 'queued' : 'sent',
    fillsComplete: true,
  };
}

function change(facts: OrderFacts, entry: JournalEntry): OrderFacts {
  switch (entry.kind) {
    case 'intent':
    case 'sent':
    case 'funding-since':
    case 'funding-paid':
    case 'operation':
      return facts;
    case 'prepared':
      return addLeg(facts, entry.orderId);
    case 'signed':
      return sign(facts, entry);
    case 'settled':
      return settle(facts, entry);
    case 'undone':
      return mapLegs(facts, undoLeg);
    case 'ack':
      return addLeg(facts, entry.orderId, entry.replaces);
    case 'status':
      return takeTerms(
        changeLeg(facts, entry.orderId, (leg) => joinStatus(leg, entry)),
        entry,
      );
    case 'fill':
      return bookFill(facts, entry.fill);
    case 'unknown':
      if (facts.verdict !== undefined || facts.stage === 'unknown' || isAccepted(facts)) return facts;
      return { ...facts, stage: 'unknown', failure: entry.failure };
    case 'verdict':
      return judge(facts, entry.verdict, entry.failure);
    case 'not-sent':
      return judge(facts, 'not-sent', entry.failure);
    case 'cancel':
      return facts.canceling === (entry.state === 'sent') ? facts : { ...facts, canceling: entry.state === 'sent' };
    case 'amend':
      return amend(facts, entry);
    case 'fill-voided':
      if (facts.voided.has(entry.fillId)) return facts;
      return {
        ...mapLegs(facts, (leg) => voidFill(leg, entry)),
        voided: new Set(facts.voided).add(entry.fillId),
      };
  }
}

function sign(
  facts: OrderFacts,
  { transaction, step, cancels }: Extract<JournalEntry, { kind: 'signed' }>,
): OrderFacts {
  if (facts.signed.some((each) => each.transaction.hash === transaction.hash)) return facts;
  const isTheOrder = step === undefined && cancels === undefined;
  const named = isTheOrder ? addLeg(facts, transaction.hash) : facts;
  const what = { ...(step !== undefined && { step }), ...(cancels !== undefined && { cancels }) };
  return { ...named, signed: [...facts.signed, { transaction, ...what }] };
}

function settle(facts: OrderFacts, { nonce, unused }: Extract<JournalEntry, { kind: 'settled' }>): OrderFacts {
  const isMeant = ({ transaction, settled }: Signed): boolean => transaction.nonce === nonce && settled === undefined;
  if (!facts.signed.some(isMeant)) return facts;
  const settled = unused === true ? 'unused' : 'used';
  return { ...facts, signed: facts.signed.map((each) => (isMeant(each) ? { ...each, settled } : each)) };
}

function judge(
  facts: OrderFacts,
  verdict: NonNullable<OrderFacts['verdict']> | 'revoked',
  failure: OrderFacts['failure'],
): OrderFacts {
  if (verdict === 'revoked') {
    return facts.verdict === undefined ? facts : { ...facts, verdict: undefined, failure: undefined, stage: 'unknown' };
  }
  // What the venue has shown outweighs any conclusion drawn from what it did not show.
  return facts.verdict === verdict || isAccepted(facts) ? facts : { ...facts, verdict, failure };
}

function amend(facts: OrderFacts, { state, to, orderId, venueAt, version }: AmendEntry): OrderFacts {
  if (state === 'sent') return facts.amending ? facts : { ...facts, amending: true };
  const answered = facts.amending ? { ...facts, amending: false } : facts;
  if (state !== 'done') return answered;
  const former = currentLeg(answered).orderId;
  const place = (id: string | undefined): number => answered.legs.findIndex((leg) => leg.orderId === id);
  // An id that the order had before this one: the answer is the one to an earlier amendment.
  if (orderId !== undefined && place(orderId) >= 0 && place(orderId) < place(former)) return answered;
  const replaces = former === orderId ? undefined : former;
  const ended = orderId === undefined ? answered : addLeg(answered, orderId, replaces);
  // Under a new id the venue's own word counts, whenever it comes: what was filled on the way may be on top.
  if (orderId !== undefined && ended.legs.length > 1) {
    return facts.termsOf === orderId ? ended : changeTerms(ended, to, noRank);
  }
  const told = { version: version ?? -1, at: venueAt ?? -1 };
  return changeTerms(ended, to, compareRanks(told, facts.termsAt) > 0 ? told : facts.termsAt);
}

/** The venue's own word on the terms; one about a former id is stale, or older than one that was taken over before. */
function takeTerms(facts: OrderFacts, { terms, orderId, version, venueAt }: StatusEntry): OrderFacts {
  if (terms === undefined || facts.legs.some(({ replaces }) => replaces !== undefined && replaces === orderId))
    return facts;
  const told = { version: version ?? -1, at: venueAt ?? -1 };
  if (compareRanks(told, facts.termsAt) <= 0) return facts;
  const taken = changeTerms(facts, terms, told);
  return taken.termsOf === orderId ? taken : { ...taken, termsOf: orderId };
}

function changeTerms(facts: OrderFacts, to: Change, termsAt: Rank): OrderFacts {
  const { amount, price } = facts.terms;
  const isSame = (to.amount ?? amount).eq(amount) && (to.price === undefined || price?.eq(to.price) === true);
  if (isSame) return facts;
  return { ...facts, terms: { ...facts.terms, ...to }, termsAt, changes: facts.changes + 1 };
}

function bookFill(facts: OrderFacts, fill: Fill): OrderFacts {
  if (facts.voided.has(fill.fillId)) return facts;
  const named = fill.orderId === undefined ? facts : addLeg(facts, fill.orderId);
  // A second telling may lack the order id that the first one had, or the other way round.
  const booked = named.legs.find(({ fills }) => fills.has(fill.fillId));
  if (booked !== undefined) return mapLegs(named, (leg) => (leg === booked ? joinFill(leg, fill) : leg));
  return changeLeg(named, fill.orderId, (leg) => joinFill(leg, fill));
}

function changeLeg(facts: OrderFacts, orderId: string | undefined, join: (leg: Leg) => Leg): OrderFacts {
  const named = orderId === undefined ? facts : addLeg(facts, orderId);
  const target = named.legs.find((leg) => leg.orderId === orderId) ?? currentLeg(named);
  return mapLegs(named, (leg) => (leg === target ? join(leg) : leg));
}

/** Knows the order under an id of the venue. The first id names the leg that had none. */
function addLeg(facts: OrderFacts, orderId: string, replaces?: string): OrderFacts {
  const known = facts.legs.find((leg) => leg.orderId === orderId);
  if (known !== undefined) {
    if (replaces === undefined || known.replaces === replaces || comesAfter(facts.legs, replaces, orderId))
      return facts;
    return mapLegs(facts, (leg) => (leg === known ? { ...leg, replaces } : leg));
  }
  const unnamed = facts.legs.find((leg) => leg.orderId === undefined);
  if (unnamed === undefined) return { ...facts, legs: [...facts.legs, newLeg(orderId, replaces)] };
  return mapLegs(facts, (leg) => (leg === unnamed ? { ...leg, orderId, replaces } : leg));
}

function mapLegs(facts: OrderFacts, map: (leg: Leg) => Leg): OrderFacts {
  const [first, ...others] = facts.legs;
  const legs: OrderFacts['legs'] = [map(first), ...others.map(map)];
  return legs.every((leg, index) => leg === facts.legs[index]) ? facts : { ...facts, legs };
}

function makeOrder(facts: OrderFacts): Order {
  const { terms, state } = facts;
  const { filled, base, quote } = filledOf(facts);
  const orderId = currentLeg(facts).orderId;
  const error = errorOf(facts);
  const reason = endingOf(facts)?.reason;
  return {
    clientOrderId: facts.clientOrderId,
    ...(orderId !== undefined && { orderId }),
    pair: terms.pair,
    side: terms.side,
    type: terms.type,
    ...(terms.timeInForce !== undefined && { timeInForce: terms.timeInForce }),
    ...(terms.effect !== undefined && { effect: terms.effect }),
    origin: facts.origin,
    canceling: facts.canceling && !isFinal(state),
    amount: terms.amount,
    amountIn: terms.amountIn,
    ...(terms.price !== undefined && { price: terms.price }),
    state,
    ...(reason !== undefined && { reason }),
    filled,
    ...(base.gt(zero) && { averagePrice: quote.div(base) }),
    fees: feesOf(facts),
    fillsComplete: facts.fillsComplete,
    createdAt: facts.createdAt,
    ...(error !== undefined && { error }),
  };
}

function feesOf({ legs }: OrderFacts): readonly Fee[] {
  return legs
    .map((leg) =>
      leg.fills.size > 0 && isCovered(leg) && leg.sums.withoutFees === 0
        ? leg.sums.fees
        : (leg.reported?.fees ?? leg.sums.fees),
    )
    .reduce(addFees, []);
}

function errorOf(facts: OrderFacts): ConnectorError | undefined {
  const { failure, clientOrderId, state } = facts;
  if (state === 'rejected' && failure === undefined) {
    const reason = endingOf(facts)?.reason;
    return new ConnectorError(`the venue rejected order ${clientOrderId}${reason === undefined ? '' : `: ${reason}`}`, {
      kind: 'order-rejected',
      outcome: 'refused',
      operation: `place ${facts.terms.pair}`,
      clientOrderId,
    });
  }
  const isFailed = state === 'unknown' || state === 'rejected' || state === 'not-placed' || state === 'not-sent';
  return isFailed && failure !== undefined ? fromFailure(failure, clientOrderId) : undefined;
}
