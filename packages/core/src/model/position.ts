import type { Decimal } from './decimal.js';
import type { UnixMs } from './market.js';

export type PositionMode = 'one-way' | 'hedge';
export type MarginMode = 'cross' | 'isolated';

/** One position. On `net` the amount is signed; zero is flat. */
export type Position = {
  readonly type: 'position';
  readonly symbol: string;
  readonly side: 'net' | 'long' | 'short';
  /** In base units. */
  readonly amount: Decimal;
  readonly entryPrice?: Decimal;
  readonly margin?: MarginMode;
  readonly leverage?: Decimal;
  readonly liquidationPrice?: Decimal;
  readonly unrealizedPnl?: Decimal;
  readonly at?: UnixMs;
};

/** What a market pays between longs and shorts; `rate` is a fraction per interval. */
export type Funding = {
  readonly type: 'funding';
  readonly symbol: string;
  readonly rate?: Decimal;
  readonly intervalMs?: number;
  readonly nextAt?: UnixMs;
  readonly mark?: Decimal;
  readonly index?: Decimal;
};

/** One funding payment; negative was paid by this account. */
export type FundingPayment = {
  readonly type: 'funding-payment';
  readonly symbol: string;
  /** The key under which a payment is booked once. */
  readonly paymentId: string;
  readonly asset: string;
  readonly amount: Decimal;
  readonly at: UnixMs;
};
