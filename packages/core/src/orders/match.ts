import type { OrderReport } from '../model/order.js';
import type { OrderFacts } from './facts.js';

// The record's time is our estimate of the venue's clock.
const clockToleranceMs = 5_000;

/** What a report without a client order id, under an order id that nobody knows, may be about. */
export type Guess =
  /** None of ours: somebody else's order. */
  | { readonly type: 'foreign' }
  /** Surely this one. */
  | { readonly type: 'match'; readonly facts: OrderFacts }
  /** Perhaps one of ours: the answer that is under way, or a query, will tell. */
  | { readonly type: 'unclear' };

/**
 * Finds the order that a report is about by what it says: symbol, side, amount and price.
 * `others` are reports in the same position; two of the same content under different order ids are unclear,
 * and so are two orders of ours that either could be. Where the venue echoes client ids, an order of ours is never guessed.
 */
export function guess(
  report: OrderReport,
  among: {
    readonly orders: Iterable<OrderFacts>;
    readonly others: readonly OrderReport[];
    readonly echoesClientId: boolean;
  },
): Guess {
  const candidates = [...among.orders].filter((facts) => isLike(facts, report));
  const [facts, second] = candidates;
  if (facts === undefined) return { type: 'foreign' };
  const isOnly = second === undefined && !among.others.some((other) => isRival(other, report));
  // While the place request is under way its answer may still bring the id.
  const isAnswered = facts.state === 'unknown' && report.terms !== undefined;
  return isOnly && isAnswered && !among.echoesClientId ? { type: 'match', facts } : { type: 'unclear' };
}

function isLike(facts: OrderFacts, { symbol, terms, at }: OrderReport): boolean {
  const { state } = facts;
  if ((state !== 'sent' && state !== 'unknown') || facts.terms.symbol !== symbol) return false;
  if (at !== undefined && at < facts.createdAt - clockToleranceMs) return false;
  if (terms === undefined) return true;
  const own = facts.terms;
  return (
    own.side === terms.side &&
    (own.amountIn === 'quote' || own.amount.eq(terms.amount)) &&
    (own.price === undefined || terms.price === undefined || own.price.eq(terms.price))
  );
}

function isRival(other: OrderReport, report: OrderReport): boolean {
  if (other.symbol !== report.symbol || other.orderId === report.orderId) return false;
  if (other.terms === undefined || report.terms === undefined) return false;
  const { side, amount, price } = other.terms;
  const isSamePrice = price === undefined || report.terms.price === undefined || price.eq(report.terms.price);
  return side === report.terms.side && amount.eq(report.terms.amount) && isSamePrice;
}
