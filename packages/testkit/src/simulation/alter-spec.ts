import type { FundingReport, PublicMarketSpec, TradingSpec } from '@hb/connector-core';

import type { TestedSpec } from '../conformance/fixture.js';

/** The same spec with another part, whatever it tells on top of what a spot venue's does. */
export function alterTrading<O, C, W>(
  spec: TestedSpec<O, C, W>,
  alter: <X>(trading: TradingSpec<O, C, W, X>) => TradingSpec<O, C, W, X>,
): TestedSpec<O, C, W> {
  return spec.specVersion === 'perpetual/1'
    ? { ...spec, trading: alter(spec.trading) }
    : { ...spec, trading: alter(spec.trading) };
}

/** As `alterTrading`, of market data. */
export function alterMarket<O, C, W>(
  spec: TestedSpec<O, C, W>,
  alter: <X extends FundingReport>(market: PublicMarketSpec<O, W, X>) => PublicMarketSpec<O, W, X>,
): TestedSpec<O, C, W> {
  return spec.specVersion === 'perpetual/1'
    ? { ...spec, market: alter(spec.market) }
    : { ...spec, market: alter(spec.market) };
}
