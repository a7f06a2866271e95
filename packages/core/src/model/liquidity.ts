import type { Decimal, Exact } from './decimal.js';
import type { Fee } from './fill.js';
import type { Pair, UnixMs } from './market.js';

/** A pool of a market, as it is at the latest block. */
export type PoolState = {
  /** As the DEX's package names it: `v3:500`. */
  readonly pool: string;
  /** `clmm`: liquidity lies in ranges of prices; `amm`: all of it at every price. */
  readonly shape: 'amm' | 'clmm';
  /** What a swap pays to those who hold liquidity, as a fraction. */
  readonly fee: Decimal;
  /** Quote per base, of the smallest swap and without the fee. */
  readonly price: Decimal;
  /** What takes part at this price, in the pool's own measure. */
  readonly liquidity: bigint;
};

/** Liquidity that an account holds in a pool, as it is at the latest block. */
export type LiquidityPosition = {
  readonly positionId: string;
  readonly pair: Pair;
  readonly pool: string;
  /** Between which prices it takes part, as the pool rounded them; absent where it takes part at all of them. */
  readonly lower?: Decimal;
  readonly upper?: Decimal;
  /** The pool's price now. */
  readonly price: Decimal;
  /** What closing it would give now, without `baseFees` and `quoteFees`. */
  readonly base: Decimal;
  readonly quote: Decimal;
  /** Earned and not collected; absent where fees stay in the pool. */
  readonly baseFees?: Decimal;
  readonly quoteFees?: Decimal;
};

/** What is done to liquidity. */
export type LiquidityAction = 'open' | 'add' | 'remove' | 'collect' | 'close';

/** How much of each token to put in, at most; the pool's price decides how much of it is taken. */
export type LiquidityAmounts = { readonly base?: Exact; readonly quote?: Exact };

/**
 * `open` makes a position between two prices, rounded to those that the pool knows; without them where liquidity takes part at all prices.
 * `remove` takes `share` of a position out, above 0 and up to 1; `close` takes all of it out, fees included.
 */
export type LiquidityRequest = {
  readonly pair: Pair;
  /** Made when left out. */
  readonly operationId?: string;
  /** How far the price may move before it is carried out, as a fraction; that of the connector when left out. */
  readonly maxSlippage?: Exact;
  /** It has no effect when it is included later than that from now; two minutes when left out. */
  readonly sendWithinMs?: number;
} & (
  | ({
      readonly action: 'open';
      readonly pool: string;
      readonly lower?: Exact;
      readonly upper?: Exact;
    } & LiquidityAmounts)
  | ({ readonly action: 'add'; readonly positionId: string } & LiquidityAmounts)
  | { readonly action: 'remove'; readonly positionId: string; readonly share: Exact }
  | { readonly action: 'collect' | 'close'; readonly positionId: string }
);

/**
 * `queued`: on record, and not sent; `open`: waits to be included; `unknown`: no node said whether it has it; `done`: included;
 * `failed`: refused, reverted, or never to be included; `not-sent`: never left. A reorganisation makes `done` and `failed` open again.
 */
export type OperationState = 'queued' | 'open' | 'unknown' | 'done' | 'failed' | 'not-sent';

/** What an operation moved, off its receipt: into the pool by `open` and `add`, out of it by the others. */
export type LiquidityMoved = {
  readonly base: Decimal;
  readonly quote: Decimal;
  /** Fees that the position had earned, and that came with it. */
  readonly baseFees: Decimal;
  readonly quoteFees: Decimal;
};

/** A change of liquidity, as an immutable snapshot. */
export type Operation = {
  readonly operationId: string;
  readonly pair: Pair;
  readonly action: LiquidityAction;
  readonly state: OperationState;
  readonly createdAt: UnixMs;
  /** Of an opened position once it is known. */
  readonly positionId?: string;
  /** Of the transaction, once it is signed. */
  readonly hash?: string;
  readonly moved?: LiquidityMoved;
  /** What the chain took. */
  readonly fees: readonly Fee[];
  readonly error?: Error;
};
