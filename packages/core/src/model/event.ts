import type { Decimal } from './decimal.js';
import type { Fill } from './fill.js';
import type { Operation } from './liquidity.js';
import type { Market, Pair, UnixMs } from './market.js';
import type { Order } from './order.js';
import type { FundingPayment, Position } from './position.js';
import type { BookState } from './book.js';

/** What a listener receives. `id` is stable: the same happening told twice carries the same id. */
export type Event = {
  readonly id: string;
  /** The journal record behind it; never falls. What is not journaled carries the last one. */
  readonly sequence: number;
  /** When it happened, by the venue's clock where it says. */
  readonly at: UnixMs;
  /** When it was seen here. */
  readonly seenAt: UnixMs;
} & Happening;

/** What happened, by its `type`. */
export type Happening =
  | { readonly [T in OrderEventType]: { readonly type: T; readonly order: Order } }[OrderEventType]
  | { readonly [T in FillEventType]: { readonly type: T; readonly order: Order; readonly fill: Fill } }[FillEventType]
  | { readonly type: 'position'; readonly position: Position }
  | { readonly type: 'balance'; readonly asset: string; readonly total: Decimal; readonly available: Decimal }
  | { readonly type: 'funding-paid'; readonly payment: FundingPayment }
  | { readonly type: 'operation'; readonly operation: Operation }
  | { readonly type: 'market-changed'; readonly market: Market; readonly change: MarketChange }
  | { readonly type: 'status'; readonly status: Status }
  | { readonly type: 'warning'; readonly error: Error };

/** What happens to an order as a whole. `order-closed` waits for all its fills; `order-reopened` says that it was not over after all. */
export type OrderEventType = 'order-opened' | 'order-amended' | 'order-closed' | 'order-uncertain' | 'order-reopened';

/** What happens to one fill: it came, its fee or figures came later, or the venue took it back. */
export type FillEventType = 'order-filled' | 'fill-amended' | 'fill-voided';

/** `rules`: steps or limits differ; `status`: trading, cancel-only or halted; `delisted`: gone from the catalogue. */
export type MarketChange = 'rules' | 'status' | 'listed' | 'delisted';

/** `none` without credentials; `reconciling` while everything is asked for; `stale` while a source of the account is down. */
export type AccountState = 'none' | 'reconciling' | 'ready' | 'stale';

/** Whether a connector can be used, and for what. Placing needs `account: 'ready'`; cancelling is never blocked. */
export type Status = {
  readonly ready: boolean;
  readonly account: AccountState;
  /** What `ready` still waits for, in words. */
  readonly missing: readonly string[];
  /** Venue clock minus ours. */
  readonly clockOffsetMs: number;
  readonly books: ReadonlyMap<Pair, { readonly state: BookState; readonly ageMs: number }>;
};
