import type { EngineOrder, EnginePosition, EngineReads } from '@hb/connector-testkit';

import type { Info } from './market-data.js';
import { collateral } from './markets.js';
import {
  noHash,
  toAverage,
  toFill,
  toFullOrder,
  toFunding,
  toMoney,
  toOrder,
  toPrice,
  toSize,
  toStatus,
} from './reports.js';
import { malformed, marketOf, seenBy, userOf, type Asked, type Seen, type Venue } from './venue.js';

/** https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint */
export const accountInfos: readonly Info[] = [
  { names: ['clearinghouseState'], weight: 2, run: (asked) => toState(seenBy(asked), userOf(asked).account) },
  { names: ['spotClearinghouseState'], weight: 2, run: (asked) => toSpotState(seenBy(asked), userOf(asked).account) },
  { names: ['openOrders'], weight: 20, run: (asked) => openOrders(asked).map((order) => told(asked, order, toOrder)) },
  {
    names: ['frontendOpenOrders'],
    weight: 20,
    run: (asked) => openOrders(asked).map((order) => told(asked, order, toFullOrder)),
  },
  { names: ['orderStatus'], weight: 2, run: toOrderStatus },
  { names: ['historicalOrders'], weight: 20, run: toHistory },
  { names: ['userFills'], weight: 20, run: (asked) => toFills(asked, 0).toReversed() },
  { names: ['userFillsByTime'], weight: 20, run: (asked) => toFills(asked, Number(asked.params['startTime'])) },
  { names: ['userFunding'], weight: 20, run: toPayments },
  { names: ['userFees'], weight: 20, run: toFees },
  { names: ['userRole'], weight: 60, run: (asked) => asked.venue.authority.roleOf(userOf(asked).user) },
  {
    names: ['userAbstraction'],
    weight: 20,
    run: (asked) => (asked.venue.authority.isUnified(userOf(asked).user) ? 'unifiedAccount' : 'disabled'),
  },
  { names: ['activeAssetData'], weight: 20, run: toActiveAsset },
  { names: ['userRateLimit'], weight: 20, run: toRateLimit },
];

/** https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint/perpetuals#retrieve-users-perpetuals-account-summary */
export function toState(seen: Seen, account: string): object {
  const { engine } = seen;
  const { equity, positionMargin, available } = engine.marginOf(account, collateral);
  const positions = engine.positions(account);
  const worth = positions.reduce((sum, position) => sum + engine.figures(position).worth, 0n);
  const summary = {
    ...{ accountValue: toMoney(equity), totalNtlPos: toMoney(worth) },
    ...{ totalRawUsd: toMoney(equity), totalMarginUsed: toMoney(positionMargin) },
  };
  return {
    ...{ marginSummary: summary, crossMarginSummary: summary, crossMaintenanceMarginUsed: '0.0' },
    withdrawable: toMoney(available),
    assetPositions: positions.map((position) => toPosition(seen, position)),
    time: engine.now(),
  };
}

function toPosition(seen: Seen, position: EnginePosition): object {
  const { market, rules } = marketOf(seen, position.market);
  const { worth, unrealized, initialMargin, liquidationPrice } = seen.engine.figures(position);
  const size = position.amount < 0n ? -position.amount : position.amount;
  const told = {
    ...{ coin: position.market, szi: toSize(market, position.amount) },
    leverage: toLeverage(position),
    ...{ entryPx: toAverage(market, position.entryWorth, size), positionValue: toMoney(worth) },
    ...{ unrealizedPnl: toMoney(unrealized), returnOnEquity: '0.0', marginUsed: toMoney(initialMargin) },
    liquidationPx: liquidationPrice === undefined ? null : toPrice(market, liquidationPrice),
    ...{ maxLeverage: rules.maxLeverage, cumFunding: { allTime: '0.0', sinceOpen: '0.0', sinceChange: '0.0' } },
  };
  return { type: 'oneWay', position: told };
}

type Leverage = Pick<EnginePosition, 'margin' | 'leverage' | 'collateral'>;

function toLeverage({ margin, leverage, collateral: held }: Leverage): object {
  const value = Number(leverage);
  return margin === 'cross' ? { type: 'cross', value } : { type: 'isolated', value, rawUsd: toMoney(held) };
}

/** Of unified accounts: the collateral of perpetuals. https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint/spot */
export function toSpotState({ engine, authority }: Seen, account: string): object {
  if (!authority.isUnified(authority.addressOf(account))) return { balances: [] };
  const { wallet, available } = engine.marginOf(account, collateral);
  const [total, hold] = [toMoney(wallet), toMoney(wallet > available ? wallet - available : 0n)];
  return { balances: [{ coin: collateral, token: 0, total, hold, entryNtl: '0.0' }] };
}

function openOrders(asked: Asked): readonly EngineOrder[] {
  return asked.reads.openOrders(userOf(asked).account);
}

function told<T>(
  { venue }: Asked,
  order: EngineOrder,
  to: (order: EngineOrder, market: ReturnType<typeof marketOf>['market']) => T,
): T {
  return to(order, marketOf(venue, order.market).market);
}

/** By the venue's id or the client's, the latest that had it. */
export function findOrder(
  { rules, reads }: { readonly rules: Venue['rules']; readonly reads: Pick<EngineReads, 'order' | 'orders'> },
  account: string,
  oid: unknown,
): EngineOrder | undefined {
  if (typeof oid !== 'string') throw malformed();
  if (oid.startsWith('0x')) return reads.orders(account).findLast(({ clientOrderId }) => clientOrderId === oid);
  const orderId = Number(oid);
  return rules.map(({ name }) => reads.order(account, { market: name, orderId })).find((order) => order !== undefined);
}

function toOrderStatus(asked: Asked): unknown {
  const { venue, reads, params } = asked;
  const order = findOrder({ rules: venue.rules, reads }, userOf(asked).account, params['oid']);
  return order === undefined ? { status: 'unknownOid' } : { status: 'order', order: toHistoric(asked, order) };
}

function toHistoric(asked: Asked, order: EngineOrder): object {
  const { market } = marketOf(asked.venue, order.market);
  return { order: toFullOrder(order, market), status: toStatus(order, market), statusTimestamp: order.updatedAt };
}

/** Newest first. */
function toHistory(asked: Asked): unknown {
  const orders = asked.reads.orders(userOf(asked).account).slice(-2_000);
  return orders.toReversed().map((order) => toHistoric(asked, order));
}

/** Oldest first. */
function toFills(asked: Asked, from: number): readonly object[] {
  const { venue, reads, params } = asked;
  const to = Number(params['endTime'] ?? Infinity);
  if (Number.isNaN(from)) throw malformed();
  const found = reads.executions(userOf(asked).account).filter(({ at }) => at >= from && at <= to);
  const page = from === 0 ? found.slice(-2_000) : found.slice(0, 2_000);
  return page.map((execution) => toFill(execution, marketOf(venue, execution.market).market));
}

function toPayments(asked: Asked): unknown {
  const { reads, params } = asked;
  const [from, to] = [Number(params['startTime'] ?? 0), Number(params['endTime'] ?? Infinity)];
  const payments = reads.fundingPayments(userOf(asked).account).filter(({ at }) => at >= from && at <= to);
  return payments.slice(0, 500).map((payment) => {
    return { time: payment.at, hash: noHash, delta: { type: 'funding', ...toFunding(payment) } };
  });
}

function toFees(asked: Asked): unknown {
  const { maker, taker } = asked.venue.engine.fees(userOf(asked).account);
  return { dailyUserVlm: [], userCrossRate: taker, userAddRate: maker, activeReferralDiscount: '0.0' };
}

function toActiveAsset(asked: Asked): unknown {
  const { reads, params } = asked;
  const { user, account } = userOf(asked);
  const { market } = marketOf(seenBy(asked), params['coin']);
  const setting = reads.leverage(account, market.symbol);
  const available = toMoney(reads.marginOf(account, collateral).available);
  return {
    ...{ user, coin: market.symbol, leverage: toLeverage({ ...setting, collateral: 0n }) },
    ...{ maxTradeSzs: ['0.0', '0.0'], availableToTrade: [available, available] },
    markPx: toPrice(market, market.perpetual.mark),
  };
}

function toRateLimit(asked: Asked): unknown {
  const { used, cap, volume } = asked.venue.limits.usedActions(userOf(asked).account);
  return { cumVlm: volume.toFixed(2), nRequestsUsed: used, nRequestsCap: cap, nRequestsSurplus: 0 };
}
