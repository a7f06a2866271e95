import type { Decimal } from '../model/decimal.js';
import type { Market } from '../model/market.js';
import type { Funding, FundingPayment, MarginMode, Position, PositionMode } from '../model/position.js';
import type { Private, Public } from './api.js';
import type { Common } from './common.js';
import type { OrderRules, PublicMarketSpec, Since, TradingSpec } from './spot.js';

/** What a perpetual venue has on top of a spot one. */
export type PositionsSpec<O, C, W> = {
  readonly modes: readonly PositionMode[];
  readonly fetch: (p: Private<O, C>) => Promise<readonly Position[]>;
  readonly fetchFunding: (p: Public<O>, market: Market<W>) => Promise<Funding>;
  readonly fetchPayments: (p: Private<O, C>, since: Since<W>) => Promise<readonly FundingPayment[]>;
  readonly fetchMode?: (p: Private<O, C>) => Promise<PositionMode>;
  readonly setMode?: (p: Private<O, C>, mode: PositionMode) => Promise<void>;
  readonly setLeverage?: (
    p: Private<O, C>,
    market: Market<W>,
    to: { readonly leverage: Decimal; readonly margin: MarginMode },
  ) => Promise<void>;
};

/** All that core must know about a perpetual venue. */
export type PerpetualSpec<O, C, W> = Common<O, C> & {
  readonly specVersion: 'perpetual/1';
  readonly market: PublicMarketSpec<O, W, Funding>;
  readonly orders: OrderRules;
  readonly trading: TradingSpec<O, C, W, Position | Funding | FundingPayment>;
  readonly positions: PositionsSpec<O, C, W>;
};
