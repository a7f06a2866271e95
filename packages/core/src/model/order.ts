import type { Decimal, Exact } from './decimal.js';
import type { Fee } from './fill.js';
import type { Market, Pair, Side, UnixMs } from './market.js';
import type { PositionSide } from './position.js';

/** How long a limit order may rest. One field, so that contradictions such as post-only + ioc cannot be written. */
export type TimeInForce = 'gtc' | 'gtd' | 'ioc' | 'fok' | 'post-only';

/** What a caller asks for. Amounts are in base units unless `amountIn` says quote. */
export type OrderRequest = {
  readonly pair: Pair;
  readonly side: Side;
  /** Made by the connector when left out; see `newClientOrderId`. */
  readonly clientOrderId?: string;
  /**
   * On perpetuals: whether the order opens a position or only closes one. Left out in one-way mode, it may do both.
   * In hedge mode it must be said: a buy opens a long or closes a short.
   */
  readonly effect?: 'open' | 'close';
  /**
   * The order is dropped as not sent when it could not leave within this time.
   * On a DEX a swap that is included later has no effect, and it is two minutes when left out.
   */
  readonly sendWithinMs?: number;
  /** Refuse instead of rounding to the market's steps. */
  readonly exact?: boolean;
  /** Refuse when fresh balances do not cover the order. */
  readonly checkFunds?: boolean;
} & (LimitTerms | MarketTerms);

/** An order with a price. Amount in base units, price in quote per base. */
export type LimitTerms = {
  readonly type: 'limit';
  readonly amount: Exact;
  /** `base` when left out. `quote` is for inverse markets, where it names contracts exactly: their worth does not depend on the price. */
  readonly amountIn?: 'base' | 'quote';
  readonly price: Exact;
  /** `gtc` when left out. */
  readonly timeInForce?: TimeInForce;
  /** Needed by `gtd`. */
  readonly expiresAt?: UnixMs;
};

/** An order at whatever the book has, bounded by `maxSlippage`. */
export type MarketTerms = {
  readonly type: 'market';
  readonly amount: Exact;
  /** `base` when left out. */
  readonly amountIn?: 'base' | 'quote';
  /** As a fraction of the book's price when the order is placed: `'0.002'`. The order becomes an ioc limit at that bound. */
  readonly maxSlippage?: Exact;
};

/** What a venue is asked to place: quantised, with its client id fixed. */
export type NewOrder<Wire = unknown> = {
  readonly market: Market<Wire>;
  readonly request: OrderRequest;
  readonly clientOrderId: string;
  /** In base units, or in quote units when `amountIn` is `quote`. */
  readonly amount: Decimal;
  readonly amountIn: 'base' | 'quote';
  /** Absent on market orders. */
  readonly price?: Decimal;
  /** Absent on market orders. */
  readonly timeInForce?: TimeInForce;
  /** On perpetuals: the position that the order works on. */
  readonly positionSide?: PositionSide;
  /** The venue must not accept the order after this time: recvWindow, expTime, goodTilBlock. */
  readonly deadline: UnixMs;
};

/** What a venue says of an order. A partly filled order is `open` with `filled` above zero. */
export type OrderStatus = 'open' | 'filled' | 'canceled' | 'expired' | 'rejected';

/** Where an order stands. `unknown` may live at the venue; `not-sent` and `not-placed` surely do not. */
export type OrderState = 'queued' | 'sent' | 'unknown' | 'not-sent' | 'not-placed' | OrderStatus;

/** An observation of an order; the same from stream, poll and answer. */
export type OrderReport = {
  readonly type: 'order';
  readonly symbol: string;
  readonly orderId?: string;
  readonly clientOrderId?: string;
  /** The order id that this one took the place of, after an amendment. */
  readonly replaces?: string;
  readonly status: OrderStatus;
  /** The venue's words on why an order ended. */
  readonly reason?: string;
  readonly at?: UnixMs;
  /** Rises with every change of the order, where the venue numbers them. */
  readonly version?: number;
  /** Cumulative, in base units. */
  readonly filled?: Decimal;
  /** Cumulative, in quote units. */
  readonly filledQuote?: Decimal;
  /** Cumulative. */
  readonly fees?: readonly Fee[];
  /** The venue sent it to close a position: a liquidation, a deleveraging. Then it is told also when nobody listened. */
  readonly liquidation?: true;
  /** Lets an order be adopted that was not placed here. */
  readonly terms?: { readonly side: Side; readonly amount: Decimal; readonly price?: Decimal };
};

/** One order as it stands: an immutable snapshot, a change makes a new one. */
export type Order = {
  readonly clientOrderId: string;
  readonly orderId?: string;
  readonly pair: Pair;
  readonly side: Side;
  readonly type: 'limit' | 'market';
  readonly timeInForce?: TimeInForce;
  readonly effect?: 'open' | 'close';
  /** `recovered` carries our id but was unknown here; `external` was placed by somebody else. */
  readonly origin: 'ours' | 'recovered' | 'external';
  /** A cancel is under way. */
  readonly canceling: boolean;
  /** After rounding; in quote units when `amountIn` is `quote`. */
  readonly amount: Decimal;
  readonly amountIn: 'base' | 'quote';
  /** After rounding; absent on market orders. */
  readonly price?: Decimal;
  readonly state: OrderState;
  /** The venue's words on why it ended, where it gave any. */
  readonly reason?: string;
  /** Base units, from fills where they are known, else what the venue reports. */
  readonly filled: Decimal;
  readonly averagePrice?: Decimal;
  /** Per asset; negative amounts are rebates. */
  readonly fees: readonly Fee[];
  /** Whether every fill that the venue reports has arrived. */
  readonly fillsComplete: boolean;
  /** When it became known here. */
  readonly createdAt: UnixMs;
  readonly error?: Error;
};
