import type { Decimal } from './decimal.js';
import type { Pair, UnixMs } from './market.js';

/** `one-way`: one position a market. `hedge`: a long and a short one side by side. */
export type PositionMode = 'one-way' | 'hedge';

/** What stands behind a position: all of the account's collateral, or an amount of its own. */
export type MarginMode = 'cross' | 'isolated';

/** `net` in one-way mode, `long` and `short` in hedge mode. */
export type PositionSide = 'net' | 'long' | 'short';

/** The figures of a position. What the venue does not give is absent. */
export type PositionFigures = {
  readonly side: PositionSide;
  /** In base units, on inverse markets at the entry price; zero is flat. Signed on `net`, where a short is negative; a size on `long` and `short`. */
  readonly amount: Decimal;
  readonly entryPrice?: Decimal;
  readonly markPrice?: Decimal;
  readonly margin?: MarginMode;
  readonly leverage?: Decimal;
  readonly liquidationPrice?: Decimal;
  /** In the settle asset, as the next two. */
  readonly unrealizedPnl?: Decimal;
  readonly initialMargin?: Decimal;
  /** Below it the position is liquidated. */
  readonly maintenanceMargin?: Decimal;
};

/** An observation of a position; the same from stream, poll and answer. */
export type PositionReport = PositionFigures & {
  readonly type: 'position';
  readonly symbol: string;
  readonly at?: UnixMs;
};

/** All positions of an account: what is missing is flat. */
export type PositionList = {
  readonly type: 'positions';
  readonly at?: UnixMs;
  readonly entries: readonly PositionReport[];
};

/** One position as it stands. A market that is not in the catalogue goes by the venue's symbol. */
export type Position = PositionFigures & { readonly pair: Pair };

/** What a market pays between longs and shorts. */
export type FundingFigures = {
  /** A fraction of the notional per interval; longs pay when it is positive. */
  readonly rate?: Decimal;
  readonly intervalMs?: number;
  readonly nextAt?: UnixMs;
  readonly markPrice?: Decimal;
  readonly indexPrice?: Decimal;
};

/** An observation of a market's funding; what it leaves out has not changed. */
export type FundingReport = FundingFigures & {
  readonly type: 'funding';
  readonly symbol: string;
  readonly at?: UnixMs;
};

/** A market's funding as it stands. */
export type Funding = FundingFigures & { readonly pair: Pair };

type Payment = {
  /** The venue's id, or what identifies the payment where it has none: unique within a market. */
  readonly paymentId: string;
  readonly asset: string;
  /** Negative was paid by this account. */
  readonly amount: Decimal;
  /** The rate behind it, where the venue says. */
  readonly rate?: Decimal;
  readonly at: UnixMs;
};

/** An observation of a funding payment; the same from stream and answer. */
export type FundingPaymentReport = Payment & { readonly type: 'funding-payment'; readonly symbol: string };

/** One funding payment of this account. A market that is not in the catalogue goes by the venue's symbol. */
export type FundingPayment = Payment & { readonly pair: Pair };

/** How a market is traded on margin. */
export type LeverageSetting = { readonly leverage: Decimal; readonly margin: MarginMode };
