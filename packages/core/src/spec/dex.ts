import type { Decimal } from '../model/decimal.js';
import type { LiquidityAction, LiquidityPosition, PoolState } from '../model/liquidity.js';
import type { Market, Side, UnixMs } from '../model/market.js';
import type { Token } from '../model/token.js';
import type { Trade } from '../model/trade.js';
import type { ChainPublic, Network, Receipt, Spend } from './chain.js';

/** What a swap is asked for: so much of one of the two tokens, in its smallest units. */
export type SwapAsk = {
  readonly side: Side;
  readonly amount: bigint;
  readonly of: 'base' | 'quote';
};

/** What a swap would take and give at the latest block, in the tokens' smallest units. */
export type SwapQuote<R> = {
  readonly spend: bigint;
  readonly receive: bigint;
  /** How much worse the price is than that of the smallest swap, as a fraction. */
  readonly impact?: Decimal;
  /** What the swap costs to carry out, in the chain's units of work. */
  readonly gas?: bigint;
  readonly validUntil?: UnixMs;
  readonly route: R;
};

/** The worst that the owner takes: whichever of the two the ask left open. */
export type SwapBounds = { readonly spendMax: bigint; readonly receiveMin: bigint };

/** A market of a DEX: its two tokens, and what the DEX needs to find it. */
export type DexMarket<W> = Market<W> & { readonly baseToken: Token; readonly quoteToken: Token };

/** A call as the chain is to carry it out, and what must be allowed before. */
export type DexCall<Op> = { readonly op: Op; readonly spends: readonly Spend[] };

/** A trade as a contract told it: the block that holds it, and when that was made where the node says so. */
export type BlockTrade = Omit<Trade, 'at'> & {
  readonly id: string;
  readonly block: number;
  /** Of the quote token, exactly. */
  readonly quoteAmount: string;
  readonly at?: UnixMs;
};

/** Blocks by their height, both ends included. */
export type BlockRange = { readonly from: number; readonly to: number };

/** What the DEX's functions are handed. */
export type DexPublic<O> = ChainPublic<O> & { readonly network: Network };

/**
 * All that core must know about a DEX. It builds calls; its chain signs and sends them, and what a swap gave
 * is read off the receipt's balance changes, never off the quote.
 */
export type DexSpec<O, Op, W, R> = {
  readonly specVersion: 'dex/1';
  readonly id: string;
  readonly docs: string;
  /** The id of the chain whose calls it builds. */
  readonly chain: string;
  /** Of the chain's networks, those on which it is. */
  readonly networks: readonly string[];
  /** The market of two tokens, where it trades best; `undefined` when there is none. */
  readonly fetchMarket: (p: DexPublic<O>, base: Token, quote: Token) => Promise<DexMarket<W> | undefined>;
  readonly quote: (p: DexPublic<O>, market: DexMarket<W>, ask: SwapAsk) => Promise<SwapQuote<R>>;
  /** Asynchronous, because some venues build the transaction themselves. */
  readonly build: (
    p: DexPublic<O>,
    swap: SwapBounds &
      SwapAsk & {
        readonly market: DexMarket<W>;
        readonly route: R;
        readonly owner: string;
        readonly deadline: UnixMs;
      },
  ) => Promise<DexCall<Op>>;
  /** The swaps of a market's pools in some blocks, oldest first. Rejects as `invalid-request` when a node will not read so much at once. */
  readonly fetchTrades?: (p: DexPublic<O>, market: DexMarket<W>, blocks: BlockRange) => Promise<readonly BlockTrade[]>;
  /** Where liquidity can be held through it. */
  readonly liquidity?: LiquiditySpec<O, Op, W>;
};

/** A change of liquidity: what goes in at most, in smallest units, or which position it is about. */
export type LiquidityChange<W> = {
  readonly market: DexMarket<W>;
  readonly owner: string;
  readonly deadline: UnixMs;
  /** How far the price may move, as a fraction. */
  readonly slippage: Decimal;
} & (
  | {
      readonly action: 'open';
      readonly pool: string;
      readonly lower: Decimal | undefined;
      readonly upper: Decimal | undefined;
      readonly base: bigint;
      readonly quote: bigint;
    }
  | { readonly action: 'add'; readonly positionId: string; readonly base: bigint; readonly quote: bigint }
  | { readonly action: 'remove'; readonly positionId: string; readonly share: Decimal }
  | { readonly action: 'collect' | 'close'; readonly positionId: string }
);

/** What a change of liquidity moved, in smallest units; into the pool by `open` and `add`, out of it by the others. */
export type LiquidityOutcome = {
  readonly positionId?: string;
  readonly base: bigint;
  readonly quote: bigint;
  readonly baseFees: bigint;
  readonly quoteFees: bigint;
};

/** All that core must know about a DEX's liquidity. Throws or rejects with a `TypeError` for pools and positions that there are not. */
export type LiquiditySpec<O, Op, W> = {
  readonly fetchPools: (p: DexPublic<O>, market: DexMarket<W>) => Promise<readonly PoolState[]>;
  /** `known` are ids of positions that were opened through this account; what the owner holds besides is left out where no contract lists it. */
  readonly fetchPositions: (
    p: DexPublic<O>,
    market: DexMarket<W>,
    of: { readonly owner: string; readonly known: readonly string[] },
  ) => Promise<readonly LiquidityPosition[]>;
  readonly build: (p: DexPublic<O>, change: LiquidityChange<W>) => Promise<DexCall<Op>>;
  readonly read: (
    receipt: Receipt,
    change: {
      readonly market: DexMarket<W>;
      readonly action: LiquidityAction;
      readonly owner: string;
      /** `undefined` of one that is opened. */
      readonly positionId: string | undefined;
    },
  ) => LiquidityOutcome;
};
