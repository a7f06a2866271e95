import { fromUnits } from '@hb/connector-testkit';
import type {
  EngineDepth,
  EngineFundingPayment,
  EngineLevel,
  EngineOrder,
  EngineTrade,
  Execution,
  PerpetualMarket,
} from '@hb/connector-testkit';

import { digits } from './markets.js';

/** `1` as `1.0`. */
function toNumber(text: string): string {
  return text.includes('.') ? text : `${text}.0`;
}

export function toMoney(units: bigint): string {
  return toNumber(fromUnits(units, digits));
}

export function toPrice({ price }: PerpetualMarket, steps: bigint): string {
  return toNumber(price.format(steps));
}

export function toSize({ amount }: PerpetualMarket, steps: bigint): string {
  return toNumber(amount.format(steps));
}

/** What one unit is worth on average, with as many decimal places as prices have. */
export function toAverage(market: PerpetualMarket, worth: bigint, amount: bigint): string {
  if (amount === 0n) return '0.0';
  const places = market.price.digits;
  const scale = 10n ** BigInt(market.amount.digits + places);
  return toNumber(fromUnits((worth * scale) / (amount * market.amount.units * 10n ** BigInt(digits)), places));
}

const side = { buy: 'B', sell: 'A' } as const;
const timesInForce = { gtc: 'Gtc', ioc: 'Ioc', fok: 'Ioc', 'post-only': 'Alo' } as const;

/** https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint#query-order-status-by-oid-or-cloid */
export function toStatus({ status, reason, filled, liquidation }: EngineOrder, market: PerpetualMarket): string {
  if (status !== 'expired') return status;
  if (reason === 'self-trade') return 'selfTradeCanceled';
  if (reason === 'reduce-only') return 'reduceOnlyCanceled';
  if (reason === 'liquidation') return 'liquidatedCanceled';
  if (reason === 'venue') return market.status === 'delisted' ? 'delistedCanceled' : 'scheduledCancel';
  return filled === 0n && liquidation !== true ? 'iocCancelRejected' : 'canceled';
}

/** https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/websocket/subscriptions */
export function toOrder(order: EngineOrder, market: PerpetualMarket): Record<string, unknown> {
  const price = order.price ?? market.perpetual.mark;
  return {
    ...{ coin: order.market, side: side[order.side], limitPx: toPrice(market, price) },
    ...{ sz: toSize(market, order.amount - order.filled), oid: order.orderId, timestamp: order.placedAt },
    origSz: toSize(market, order.amount),
    ...(order.clientOrderId !== undefined && { cloid: order.clientOrderId }),
    ...(order.reduceOnly === true && { reduceOnly: true }),
  };
}

/** https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint#retrieve-a-users-open-orders-with-additional-frontend-info */
export function toFullOrder(order: EngineOrder, market: PerpetualMarket): Record<string, unknown> {
  return {
    ...{ ...toOrder(order, market), triggerCondition: 'N/A', isTrigger: false, triggerPx: '0.0', children: [] },
    ...{ isPositionTpsl: false, reduceOnly: order.reduceOnly ?? false, cloid: order.clientOrderId ?? null },
    orderType: order.type === 'market' ? 'Market' : 'Limit',
    tif: order.liquidation === true ? 'LiquidationMarket' : timesInForce[order.timeInForce],
  };
}

/** https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint#retrieve-a-users-fills */
export function toFill(execution: Execution, market: PerpetualMarket): object {
  return {
    ...{ coin: market.symbol, px: toPrice(market, execution.price), sz: toSize(market, execution.amount) },
    ...{ side: side[execution.side], time: execution.at, startPosition: '0.0', dir: execution.side },
    ...{ closedPnl: toMoney(execution.realized ?? 0n), hash: noHash, oid: execution.orderId },
    ...{ crossed: !execution.maker, fee: toMoney(execution.fee.amount), tid: execution.tradeId },
    ...{ feeToken: execution.fee.asset, twapId: null, cloid: execution.clientOrderId ?? null },
  };
}

/** Of actions without a transaction. */
export const noHash: string = `0x${'0'.repeat(64)}`;

/** https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint/perpetuals#retrieve-a-users-funding-history-or-non-funding-ledger-updates */
export function toFunding({ market: coin, amount, rate }: EngineFundingPayment): object {
  return { coin, usdc: toMoney(amount), szi: '0.0', fundingRate: rate, nSamples: null };
}

/** https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/websocket/subscriptions */
export function toTrade(trade: EngineTrade, market: PerpetualMarket): object {
  const { tradeId: tid, at: time } = trade;
  const terms = { side: side[trade.taker], px: toPrice(market, trade.price), sz: toSize(market, trade.amount) };
  return { coin: market.symbol, ...terms, time, hash: noHash, tid, users: [] };
}

/** https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint#l2-book-snapshot */
export function toBook({ bids, asks }: EngineDepth, market: PerpetualMarket, time: number): object {
  const toLevel = ([price, amount]: EngineLevel) => ({ px: toPrice(market, price), sz: toSize(market, amount), n: 1 });
  return { coin: market.symbol, time, levels: [bids.slice(0, 20).map(toLevel), asks.slice(0, 20).map(toLevel)] };
}
