import type { ErrorKind, Outcome } from '../errors/connector-error.js';
import type { Decimal } from '../model/decimal.js';
import type { Fee, Fill } from '../model/fill.js';
import type { Pair, Side, UnixMs } from '../model/market.js';
import type { Operation } from '../model/liquidity.js';
import type { NewOrder, Order, OrderStatus, TimeInForce } from '../model/order.js';
import type { FundingPaymentReport } from '../model/position.js';
import type { SignedTransaction } from '../spec/chain.js';

/** One line of the journal. The state of an order is a fold over its records; nothing else changes it. */
export type JournalRecord = {
  /** Rises by one per record of a journal. */
  readonly sequence: number;
  /** The order, or what else the record is filed and forgotten under. */
  readonly clientOrderId: string;
  /** When it was written, venue time. */
  readonly at: UnixMs;
} & JournalEntry;

/** What a record says. */
export type JournalEntry =
  /** An order is known: placed here, or adopted from what the venue shows. Always an order's first record. */
  | {
      readonly kind: 'intent';
      readonly origin: Order['origin'];
      readonly terms: OrderTerms;
      /** The venue must not accept the order after this time. */
      readonly deadline?: UnixMs;
    }
  | { readonly kind: 'sent' }
  /** What is about to be sent, in hexadecimal digits, and the id that the venue will know it by. */
  | { readonly kind: 'prepared'; readonly orderId: string; readonly bytes: string }
  /** A transaction of the order, or of a step before it, was signed and is about to be sent. */
  | ({ readonly kind: 'signed'; readonly transaction: SignedTransaction } & SignedFor)
  /** Nothing can happen any more to what was signed under this nonce. `unused`: nobody has it, and another may take the nonce. */
  | { readonly kind: 'settled'; readonly nonce: number; readonly unused?: true }
  /** A chain took back the block that ended the order: its transaction waits again. */
  | { readonly kind: 'undone' }
  /** The venue's id of the order; another one after an amendment that makes a new order. */
  | { readonly kind: 'ack'; readonly orderId: string; readonly replaces?: string }
  | StatusEntry
  | { readonly kind: 'fill'; readonly fill: Fill }
  /** The order may live at the venue: nobody knows. */
  | { readonly kind: 'unknown'; readonly failure: Failure }
  /** The evidence is in: the venue refused the order, or never had it. Revoked when it shows up after all. */
  | { readonly kind: 'verdict'; readonly verdict: 'rejected' | 'not-placed' | 'revoked'; readonly failure?: Failure }
  /** A cancel is about to be sent, or its attempt ended without one: `refused` also when it never left. */
  | { readonly kind: 'cancel'; readonly state: 'sent' | 'refused' | 'unknown'; readonly failure?: Failure }
  | AmendEntry
  | { readonly kind: 'not-sent'; readonly failure: Failure }
  /** The venue took a fill back. `pending`: and what it was a fill of is to be done again. */
  | { readonly kind: 'fill-voided'; readonly fillId: string; readonly pending?: true }
  | FundingEntry
  | OperationEntry;

/** Says nothing of an order: all that is known of a change of liquidity; the latest such record of it holds. */
export type OperationEntry = { readonly kind: 'operation'; readonly operation: OperationFacts };

/** A change of liquidity as it is kept: with its transactions, and those of the steps before it, oldest first. */
export type OperationFacts = Omit<Operation, 'error'> & {
  readonly signed: readonly ({ readonly transaction: SignedTransaction } & SignedFor)[];
  /** After it, it has no effect. */
  readonly deadline?: UnixMs;
  readonly failure?: Failure;
};

/** A record that says nothing of an order. */
export type AsideRecord = Extract<JournalRecord, FundingEntry | OperationEntry>;

/** What a transaction is for, where it is not the order itself. */
export type SignedFor = {
  /** It has to be done before: `approve USDC`. */
  readonly step?: string;
  /** It does nothing but take the nonce: because the user asked for that, or because it is too late for what was signed first. */
  readonly cancels?: 'asked' | 'late';
};

/** Says nothing of an order: which funding payments are booked, and from when on they are. */
export type FundingEntry =
  | { readonly kind: 'funding-since'; readonly since: UnixMs }
  | { readonly kind: 'funding-paid'; readonly pair: Pair; readonly payment: FundingPaymentReport };

/** A record of a funding payment. */
export type FundingRecord = Extract<JournalRecord, FundingEntry>;

/** What the venue said of an order. `filled`, `filledQuote` and `fees` are cumulative for that order id. */
export type StatusEntry = {
  readonly kind: 'status';
  readonly orderId?: string;
  readonly status: OrderStatus;
  readonly reason?: string;
  readonly venueAt?: UnixMs;
  readonly version?: number;
  readonly filled?: Decimal;
  readonly filledQuote?: Decimal;
  readonly fees?: readonly Fee[];
  /** Only where they differ from what is known: somebody else, or the venue, changed the order. */
  readonly terms?: Change;
};

/** An amendment is about to be sent, or it ended. */
export type AmendEntry = {
  readonly kind: 'amend';
  readonly state: 'sent' | 'done' | 'refused' | 'unknown';
  readonly to: Change;
  /** When `done`: the id that the order has now. */
  readonly orderId?: string;
  readonly venueAt?: UnixMs;
  readonly version?: number;
  readonly failure?: Failure;
};

/** What an amendment changes; what is left out stays. */
export type Change = { readonly amount?: Decimal; readonly price?: Decimal };

/** What an order asks for, after rounding. */
export type OrderTerms = {
  readonly pair: Pair;
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  readonly side: Side;
  readonly type: 'limit' | 'market';
  readonly amount: Decimal;
  readonly amountIn: 'base' | 'quote';
  readonly price?: Decimal;
  readonly timeInForce?: TimeInForce;
  readonly effect?: 'open' | 'close';
};

/** An error as plain data, so that it can be written down. */
export type Failure = {
  readonly kind: ErrorKind;
  readonly outcome: Outcome;
  readonly operation: string;
  readonly message: string;
  readonly code?: string;
};

/** Whether a record is of a funding payment. */
export function isFundingRecord(record: JournalRecord): record is FundingRecord {
  return record.kind === 'funding-since' || record.kind === 'funding-paid';
}

/** Whether a record says nothing of an order. */
export function isAsideRecord(record: JournalRecord): record is AsideRecord {
  return record.kind === 'operation' || isFundingRecord(record);
}

/** The terms of an order that is about to be placed. A market order with a price bound is a limit order to the venue. */
export function toTerms({ market, request, amount, amountIn, price, timeInForce }: NewOrder): OrderTerms {
  return {
    pair: market.pair,
    symbol: market.symbol,
    base: market.base,
    quote: market.quote,
    side: request.side,
    type: price === undefined ? 'market' : 'limit',
    amount,
    amountIn,
    ...(price !== undefined && { price }),
    ...(timeInForce !== undefined && { timeInForce }),
    ...(request.effect !== undefined && { effect: request.effect }),
  };
}
