import type { Decimal } from './decimal.js';
import type { Side, UnixMs } from './market.js';

/** An amount of `asset` paid for trading; negative is a rebate. */
export type Fee = { readonly asset: string; readonly amount: Decimal };

/** One execution of an order of this account. */
export type Fill = {
  readonly type: 'fill';
  readonly symbol: string;
  /** The venue's trade id: the key under which a fill is booked once. */
  readonly fillId: string;
  readonly orderId?: string;
  readonly clientOrderId?: string;
  readonly side?: Side;
  readonly price: Decimal;
  /** In base units. */
  readonly amount: Decimal;
  readonly at: UnixMs;
  /** Absent: told later, as an amendment. */
  readonly fees?: readonly Fee[];
  readonly liquidity?: 'maker' | 'taker';
};
