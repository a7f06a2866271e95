import type { FundingReport } from '../model/position.js';
import type { PerpetualSpec, PositionEvent } from '../spec/perpetual.js';
import type { PublicMarketSpec, SpotSpec, TradingSpec } from '../spec/spot.js';

/** What `createConnector` runs. */
export type AnySpec<O, C, W> = SpotSpec<O, C, W> | PerpetualSpec<O, C, W>;

/** What the two have in common, with the observations of either. */
export type AnyMarketSpec<O, W> = PublicMarketSpec<O, W, FundingReport>;
export type AnyTradingSpec<O, C, W> = TradingSpec<O, C, W, PositionEvent>;
