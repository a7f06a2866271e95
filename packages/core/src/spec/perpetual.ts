import type { Market } from '../model/market.js';
import type {
  FundingPaymentReport,
  FundingReport,
  LeverageSetting,
  PositionList,
  PositionMode,
  PositionReport,
} from '../model/position.js';
import type { Private, Public } from './api.js';
import type { Common } from './common.js';
import type { OrderRules, PublicMarketSpec, Since, TradingSpec } from './spot.js';

/** What the account's stream or poll tells on top of what a spot account's does. */
export type PositionEvent = PositionReport | PositionList | FundingPaymentReport;

/** What a perpetual venue has on top of a spot one. */
export type PositionsSpec<O, C, W> = {
  /** The first holds where the venue cannot be asked. */
  readonly modes: readonly [PositionMode, ...PositionMode[]];
  /** All positions: what is missing is flat. */
  readonly fetch: (p: Private<O, C>) => Promise<readonly PositionReport[]>;
  /** Asked when a market is watched and from time to time; the topic `funding` tells the rest where there is one. */
  readonly fetchFunding: (p: Public<O>, market: Market<W>) => Promise<FundingReport>;
  /** From `since.from` on, inclusive, oldest first; as many as one answer holds. Of all markets when none is named. */
  readonly fetchPayments: (p: Private<O, C>, since: Since<W>) => Promise<readonly FundingPaymentReport[]>;
  /** Needed by venues with more than one mode. */
  readonly fetchMode?: (p: Private<O, C>) => Promise<PositionMode>;
  readonly setMode?: (p: Private<O, C>, mode: PositionMode) => Promise<void>;
  readonly fetchLeverage?: (p: Private<O, C>, market: Market<W>) => Promise<LeverageSetting>;
  readonly setLeverage?: (p: Private<O, C>, market: Market<W>, to: LeverageSetting) => Promise<void>;
};

/** All that core must know about a perpetual venue. */
export type PerpetualSpec<O, C, W> = Common<O, C> & {
  readonly specVersion: 'perpetual/1';
  readonly market: PublicMarketSpec<O, W, FundingReport>;
  readonly orders: OrderRules;
  readonly trading: TradingSpec<O, C, W, PositionEvent>;
  readonly positions: PositionsSpec<O, C, W>;
};
