import type { Decimal } from './decimal.js';
import type { UnixMs } from './market.js';

/** Balances as a venue reports them. `complete`: assets that are missing are zero. */
export type Balances = {
  readonly type: 'balances';
  readonly complete: boolean;
  readonly at?: UnixMs;
  /** `available` absent: the venue does not say and it is inferred. */
  readonly entries: readonly { readonly asset: string; readonly total?: Decimal; readonly available?: Decimal }[];
};

/** One asset as it stands. `stale` until the account stream is live. */
export type Balance = { readonly total: Decimal; readonly available: Decimal; readonly stale: boolean };
