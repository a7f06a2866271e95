import type { Decimal } from '../model/decimal.js';
import type { Fill } from '../model/fill.js';
import type { Market, Side, UnixMs } from '../model/market.js';
import type { Token } from '../model/token.js';
import type { Public } from './api.js';
import type { Receipt } from './chain.js';

/** What a swap would give, in the tokens' smallest units. */
export type DexQuote<R> = {
  readonly side: Side;
  readonly spend: bigint;
  readonly receive: bigint;
  readonly spendMax: bigint;
  readonly receiveMin: bigint;
  /** As a fraction of the price. */
  readonly impact?: Decimal;
  readonly validUntil?: UnixMs;
  readonly route: R;
};

/** All that core must know about a DEX. It builds instructions; its chain signs and sends them. */
export type DexSpec<O, Op, W, R> = {
  readonly specVersion: 'dex/1';
  readonly id: string;
  readonly chain: string;
  readonly shape: 'router' | 'amm' | 'clmm';
  readonly networks: readonly string[];
  readonly fetchMarket: (
    p: Public<O>,
    by: { readonly pool: string } | { readonly base: Token; readonly quote: Token },
  ) => Promise<Market<W>>;
  readonly quote: (
    p: Public<O>,
    market: Market<W>,
    ask: {
      readonly side: Side;
      readonly amount: bigint;
      readonly of: 'base' | 'quote';
      readonly slippage: Decimal;
    },
  ) => Promise<DexQuote<R>>;
  /** Asynchronous, because some venues build the transaction themselves. */
  readonly build: (
    p: Public<O>,
    quote: DexQuote<R>,
    owner: string,
    deadline: UnixMs,
  ) => Promise<{
    readonly spends: readonly { readonly token: Token; readonly spender: string; readonly amount: bigint }[];
    readonly ops: readonly Op[];
  }>;
  /** From the receipt's actual balance changes, never from the quote. */
  readonly readFill: (receipt: Receipt, quote: DexQuote<R>, owner: string) => Fill;
};
