import type { Decimal } from './decimal.js';

/** What trading costs, as fractions of the notional; negative is a rebate. `taken` says in which asset. */
export type FeeRates = {
  readonly maker: Decimal;
  readonly taker: Decimal;
  readonly taken: 'quote' | 'received' | { readonly asset: string };
};
