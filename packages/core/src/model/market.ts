import type { Decimal } from './decimal.js';

/** Milliseconds since the Unix epoch. */
export type UnixMs = number;

/** Of an order: what is bought or sold is the base asset. */
export type Side = 'buy' | 'sell';

/** Our name of a market, `BTC-USDT`; unique within one connector. */
export type Pair = string;

/**
 * One market with its trading rules. `pair` is ours, `symbol` the venue's.
 * `Wire` is what only the venue's own functions read: an asset index, a second symbol, a pool key.
 */
export type Market<Wire = unknown> = {
  readonly pair: Pair;
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  /** The asset in which trades settle; on spot the quote asset. */
  readonly settle: string;
  readonly shape: 'spot' | 'linear' | 'inverse' | 'router' | 'amm' | 'clmm';
  readonly status: MarketStatus;
  /** Base (linear) or quote (inverse) units per contract; 1 where there are no contracts. */
  readonly contractSize: Decimal;
  /** `digits` limits the significant digits; integers always pass. */
  readonly price: { readonly step: Decimal; readonly digits?: number; readonly min?: Decimal; readonly max?: Decimal };
  /** In base units; on inverse markets in quote units, which their contracts are worth. `marketStep` and `marketMax` apply to market orders where they differ, `quoteStep` to those sized in quote units. */
  readonly amount: {
    readonly step: Decimal;
    readonly min: Decimal;
    readonly max?: Decimal;
    readonly marketStep?: Decimal;
    readonly marketMax?: Decimal;
    readonly quoteStep?: Decimal;
  };
  /** Lowest price × amount that the venue takes, in quote units. */
  readonly minNotional?: Decimal;
  readonly wire: Wire;
};

/** What may be done in a market: everything, nothing but cancel, or nothing. */
export type MarketStatus = 'trading' | 'cancel-only' | 'halted';
