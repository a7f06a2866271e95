import type { Decimal } from '../model/decimal.js';
import type { Market, Side, UnixMs } from '../model/market.js';
import type { Token } from '../model/token.js';
import type { Public } from './api.js';
import type { Network, Spend } from './chain.js';

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

/** A swap as the chain is to carry it out. */
export type SwapCall<Op> = { readonly op: Op; readonly spends: readonly Spend[] };

/** What the DEX's functions are handed. */
export type DexPublic<O> = Public<O> & { readonly network: Network };

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
  ) => Promise<SwapCall<Op>>;
};
