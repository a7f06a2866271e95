import type { AccountState, Balance, Book, Event, Metrics, Order, Pair, Position, Status } from '@hb/connector-core';

/** What must hold, by the ids of the design. */
export const oracleIds = [
  'ONE',
  'TRK',
  'GHO',
  'FIL',
  'SUM',
  'EVT',
  'VER',
  'BAL',
  'BOK',
  'LIV',
  'LIM',
  'MEM',
  'SEC',
  'RPL',
  'NOX',
  'JNL',
  'FCL',
  'POS',
  'FUN',
  'LIQ',
] as const;

/** One of the rules that every history is judged by. */
export type OracleId = (typeof oracleIds)[number];

/** Something that does not hold. `at` in ms after the start. */
export type Violation = { readonly oracle: OracleId; readonly what: string; readonly at: number };

/** An event as the listener of one process got it; `at` in ms after the start. */
export type Told = { readonly at: number; readonly event: Event; readonly process: number };

/** An order that the script asked for. */
export type Placing = {
  readonly name: string;
  readonly clientOrderId: string;
  readonly at: number;
  /** What the account's state was when it was asked for. */
  readonly account: AccountState;
  /** `crashed`: the process that asked ended before it heard. */
  outcome: 'pending' | 'resolved' | 'refused' | 'not-sent' | 'unknown' | 'crashed';
  problem?: string;
};

/** What the script asked for and what it was told. */
export type History = {
  readonly told: Told[];
  readonly placings: Map<string, Placing>;
  /** Every error that it was given. */
  readonly errors: unknown[];
  /** What an oracle saw while the run went on. */
  readonly violations: Violation[];
  /** The processes that ended in a crash, by number. */
  readonly crashes: Set<number>;
  /** The disk has lost records that were safe: what it was told cannot all be on record. */
  isRecordLost: boolean;
};

/** The connector as it stood when all had come to rest, before it was stopped. */
export type FinalState = {
  readonly status: Status;
  readonly orders: readonly Order[];
  readonly balances: ReadonlyMap<string, Balance>;
  /** None on spot venues. */
  readonly positions: readonly Position[];
  readonly books: ReadonlyMap<Pair, Book | undefined>;
  readonly metrics: Metrics;
  /** What the journal tells from its beginning. */
  readonly recorded: readonly Event[];
};

export function createHistory(): History {
  return { told: [], placings: new Map(), errors: [], violations: [], crashes: new Set(), isRecordLost: false };
}
