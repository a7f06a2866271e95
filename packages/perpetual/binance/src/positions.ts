import { decimal, positive, zero } from '@hb/connector-core';
import type { LeverageSetting, PositionReport, PositionsSpec } from '@hb/connector-core';
import * as v from 'valibot';

import type { Credentials } from './auth.js';
import { endpoints, type Options } from './endpoints.js';
import { upcoming } from './market.js';
import { positionSides, sized } from './trading.js';
import * as wire from './wire.js';

type Spec = Required<PositionsSpec<Options, Credentials, undefined>>;

export const modes: Spec['modes'] = ['one-way', 'hedge'];

/** Of markets with a position or open orders. @see https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/Position-Information-V3 */
export const fetch: Spec['fetch'] = async (p) =>
  (await p.call(endpoints.positions, {}, v.parser(v.array(wire.Position)))).map(fromPosition);

/** Every 8 h unless the venue lists another interval. @see https://developers.binance.com/docs/derivatives/usds-margined-futures/market-data/rest-api/Mark-Price, https://developers.binance.com/docs/derivatives/usds-margined-futures/market-data/rest-api/Get-Funding-Rate-Info */
export const fetchFunding: Spec['fetchFunding'] = async ({ call }, { symbol }) => {
  const [told, listed] = await Promise.all([
    call(endpoints.premiumIndex, { symbol }, v.parser(wire.PremiumIndex)),
    call(endpoints.fundingInfo, {}, v.parser(wire.FundingInfo)),
  ]);
  const hours = listed.find((row) => row.symbol === symbol)?.fundingIntervalHours ?? 8;
  return {
    type: 'funding',
    ...{ symbol, rate: decimal(told.lastFundingRate), intervalMs: hours * 3_600_000 },
    ...{ ...upcoming(told.nextFundingTime), markPrice: decimal(told.markPrice), indexPrice: decimal(told.indexPrice) },
    at: told.time,
  };
};

/** At most 1,000, of one market or of all. @see https://developers.binance.com/docs/derivatives/usds-margined-futures/account/rest-api/Get-Income-History */
export const fetchPayments: Spec['fetchPayments'] = async (p, { market, from }) => {
  const params = {
    symbol: market?.symbol,
    incomeType: 'FUNDING_FEE',
    startTime: from && Math.floor(from),
    limit: 1_000,
  };
  const rows = await p.call(endpoints.income, params, v.parser(v.array(wire.Income)));
  const payments = rows.map(({ symbol, tranId: paymentId, asset, income, time: at }) => {
    return { type: 'funding-payment', symbol, paymentId, asset, amount: decimal(income), at } as const;
  });
  return payments.toSorted((first, second) => first.at - second.at);
};

/** Of every symbol. @see https://developers.binance.com/docs/derivatives/usds-margined-futures/account/rest-api/Get-Current-Position-Mode */
export const fetchMode: Spec['fetchMode'] = async (p) => {
  const { dualSidePosition } = await p.call(endpoints.mode, {}, v.parser(wire.Mode));
  return dualSidePosition ? 'hedge' : 'one-way';
};

/** Refused while there are open orders or positions. @see https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/Change-Position-Mode */
export const setMode: Spec['setMode'] = (p, mode) =>
  p.call(endpoints.setMode, { dualSidePosition: String(mode === 'hedge') }, () => undefined);

/** @see https://developers.binance.com/docs/derivatives/usds-margined-futures/account/rest-api/Symbol-Config */
export const fetchLeverage: Spec['fetchLeverage'] = (p, { symbol }) =>
  p.call(endpoints.symbols, { symbol }, (json): LeverageSetting => {
    const [{ marginType, leverage }] = v.parse(v.tuple([wire.SymbolConfig]), json);
    return { leverage: decimal(leverage), margin: marginType === 'CROSSED' ? 'cross' : 'isolated' };
  });

/** A margin type that is set already is refused, so that it is looked up first. @see https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/Change-Margin-Type, https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/Change-Initial-Leverage */
export const setLeverage: Spec['setLeverage'] = async (p, market, { leverage, margin }) => {
  const { symbol } = market;
  const now = await fetchLeverage(p, market);
  const marginType = margin === 'cross' ? 'CROSSED' : 'ISOLATED';
  if (now.margin !== margin) await p.call(endpoints.setMargin, { symbol, marginType }, () => undefined);
  if (now.leverage.eq(leverage)) return;
  await p.call(endpoints.setLeverage, { symbol, leverage: leverage.toFixed() }, () => undefined);
};

function fromPosition({
  symbol,
  positionSide,
  updateTime: at,
  ...told
}: v.InferOutput<typeof wire.Position>): PositionReport {
  const amount = sized(positionSide, told.positionAmt);
  const about = { type: 'position', symbol, side: positionSides[positionSide], amount } as const;
  const position = { ...about, ...(at > 0 && { at }) };
  if (amount.eq(zero)) return position;
  const [entryPrice, markPrice] = [positive(told.entryPrice), positive(told.markPrice)];
  const liquidationPrice = positive(told.liquidationPrice);
  return {
    margin: decimal(told.isolatedWallet).eq(zero) ? 'cross' : 'isolated',
    ...(entryPrice && { entryPrice }),
    ...(markPrice && { markPrice }),
    ...(liquidationPrice && { liquidationPrice }),
    unrealizedPnl: decimal(told.unRealizedProfit),
    initialMargin: decimal(told.positionInitialMargin),
    maintenanceMargin: decimal(told.maintMargin),
    ...position,
  };
}
