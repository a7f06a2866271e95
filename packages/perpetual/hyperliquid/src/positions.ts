import { decimal, zero } from '@hb/connector-core';
import type { Balances, FundingPaymentReport, LeverageSetting, Look, PositionReport } from '@hb/connector-core';
import type { PositionsSpec } from '@hb/connector-core';
import * as v from 'valibot';

import { ownerOf, type Account, type Credentials } from './auth.js';
import { endpoints, type Options } from './endpoints.js';
import { toFunding, type Wire } from './market.js';
import * as wire from './wire.js';

type Spec = Required<PositionsSpec<Options, Credentials, Wire>>;

export const modes: Spec['modes'] = ['one-way'];

/** Of the venue's own perpetuals and of each DEX that the user named. @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint/perpetuals#retrieve-users-perpetuals-account-summary */
export const fetch: Spec['fetch'] = async (p) =>
  (await Promise.all(['', ...p.options.dexes].map((dex) => fetchState(p, dex)))).flatMap(toPositions);

/** The next payment is at the next full hour. @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint/perpetuals#retrieve-perpetuals-asset-contexts-includes-mark-price-current-funding-open-interest-etc, https://hyperliquid.gitbook.io/hyperliquid-docs/trading/funding */
export const fetchFunding: Spec['fetchFunding'] = ({ call, now }, { symbol, wire: { dex } }) => {
  const params = { type: 'metaAndAssetCtxs', ...(dex !== '' && { dex }) };
  return call(endpoints.contexts, params, (json) => {
    const [{ universe }, contexts] = v.parse(wire.Contexts, json);
    const context = contexts[universe.findIndex(({ name }) => name === symbol)];
    if (context === undefined) throw new TypeError(`no context of ${symbol}`);
    return { ...toFunding(symbol, context), nextAt: (Math.floor(now() / hour) + 1) * hour };
  });
};
const hour = 3_600_000;

/** At most 500. @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint/perpetuals#retrieve-a-users-funding-history-or-non-funding-ledger-updates */
export const fetchPayments: Spec['fetchPayments'] = async (p, { market, from = 0 }) => {
  const params = { type: 'userFunding', user: ownerOf(p), startTime: Math.floor(from) };
  const rows = await p.call(endpoints.funding, params, v.parser(wire.Fundings));
  const payments = rows.map(({ time, delta }) => toPayment({ time, ...delta }, p));
  const meant = payments.filter(({ symbol }) => market === undefined || symbol === market.symbol);
  return meant.toSorted((first, second) => first.at - second.at);
};

/** @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint/perpetuals#retrieve-users-active-asset-data */
export const fetchLeverage: Spec['fetchLeverage'] = (p, { symbol }) =>
  p.call(
    endpoints.activeAsset,
    { type: 'activeAssetData', user: ownerOf(p), coin: symbol },
    (json): LeverageSetting => {
      const { leverage } = v.parse(wire.ActiveAsset, json);
      return { leverage: decimal(String(leverage.value)), margin: leverage.type };
    },
  );

/** A whole number. @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/exchange-endpoint#update-leverage */
export const setLeverage: Spec['setLeverage'] = async (p, market, { leverage, margin }) => {
  const to = { asset: market.wire.asset, isCross: margin === 'cross', leverage: Number(leverage.toFixed()) };
  await p.call(endpoints.settings, { action: { type: 'updateLeverage', ...to } }, () => undefined);
};

/** What an account has on one DEX; the empty name is the venue's own. @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint/perpetuals#retrieve-users-perpetuals-account-summary */
export function fetchState(p: Account, dex: string): Promise<wire.Clearinghouse> {
  const params = { type: 'clearinghouseState', user: ownerOf(p), ...(dex !== '' && { dex }) };
  return p.call(endpoints.clearinghouse, params, v.parser(wire.Clearinghouse));
}

/** Without what is unrealised. @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint/perpetuals#retrieve-users-perpetuals-account-summary */
export function toBalances({ marginSummary, withdrawable, assetPositions, time: at }: wire.Clearinghouse): Balances {
  const unrealized = assetPositions.reduce((sum, { position }) => sum.plus(decimal(position.unrealizedPnl)), zero);
  const total = decimal(marginSummary.accountValue).minus(unrealized);
  const entries = [{ asset: 'USDC', total, available: decimal(withdrawable) }];
  return { type: 'balances', complete: true, at, entries };
}

/** Of unified accounts. @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint/spot#retrieve-a-users-token-balances */
export function toSpotBalances({ balances }: v.InferOutput<typeof wire.SpotState>): Balances {
  const entries = balances.map(({ coin: asset, total, hold }) => {
    return { asset, total: decimal(total), available: decimal(total).minus(decimal(hold)) };
  });
  return { type: 'balances', complete: true, entries };
}

/** @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint/perpetuals#retrieve-users-perpetuals-account-summary */
export function toPositions({ assetPositions, time: at }: wire.Clearinghouse): readonly PositionReport[] {
  return assetPositions.map(({ position: { coin: symbol, leverage, entryPx, liquidationPx, ...told } }) => ({
    type: 'position',
    ...{ symbol, side: 'net', amount: decimal(told.szi), at },
    ...{ margin: leverage.type, leverage: decimal(String(leverage.value)) },
    ...(entryPx !== null && { entryPrice: decimal(entryPx) }),
    ...(liquidationPx !== null && { liquidationPrice: decimal(liquidationPx) }),
    ...{ unrealizedPnl: decimal(told.unrealizedPnl), initialMargin: decimal(told.marginUsed) },
  }));
}

/** One a market and hour, in what the market settles in: the venue gives payments no id of their own. @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/websocket/subscriptions */
export function toPayment(
  { time: at, coin: symbol, usdc, fundingRate }: wire.Funding,
  { market }: Pick<Look<Options>, 'market'>,
): FundingPaymentReport {
  const [amount, rate, asset] = [decimal(usdc), decimal(fundingRate), market(symbol)?.settle ?? 'USDC'];
  return { type: 'funding-payment', symbol, paymentId: String(at), asset, amount, rate, at };
}
