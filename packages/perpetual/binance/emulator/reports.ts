import type { EngineOrder, Execution, PerpetualMarket } from '@hb/connector-testkit';

import { toAmount, toAverage, toMoney, toPrice } from './text.js';

export type Described = {
  readonly order: EngineOrder;
  readonly market: PerpetualMarket;
  /** Of orders that end at a time. */
  readonly goodTillDate: number | undefined;
};

/** https://developers.binance.com/docs/derivatives/usds-margined-futures/common-definition#order-status-status */
export function toStatus({ status, filled, reason }: EngineOrder): string {
  if (status === 'open') return filled > 0n ? 'PARTIALLY_FILLED' : 'NEW';
  if (status === 'expired') return reason === 'self-trade' ? 'EXPIRED_IN_MATCH' : 'EXPIRED';
  return status.toUpperCase();
}

const timesInForce = { gtc: 'GTC', ioc: 'IOC', fok: 'FOK', 'post-only': 'GTX' } as const;

export function toTimeInForce({ type, timeInForce }: EngineOrder, goodTillDate?: number): string {
  if (goodTillDate !== undefined) return 'GTD';
  return type === 'market' ? 'GTC' : timesInForce[timeInForce];
}

export function toPositionSide(side: 'net' | 'long' | 'short' = 'net'): string {
  return { net: 'BOTH', long: 'LONG', short: 'SHORT' }[side];
}

/** Orders that the venue sends to close a position have ids of their own kind. */
export function clientIdOf({ liquidation, orderId, clientOrderId = '' }: EngineOrder): string {
  return liquidation === true ? `autoclose-${orderId}` : clientOrderId;
}

/** What every answer about an order tells. https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/New-Order */
export function toOrderJson({ order, market, goodTillDate }: Described): Record<string, unknown> {
  const type = order.type.toUpperCase();
  return {
    ...{ clientOrderId: clientIdOf(order), cumQty: toAmount(market, order.filled) },
    ...{ executedQty: toAmount(market, order.filled), orderId: order.orderId, origQty: toAmount(market, order.amount) },
    price: order.price === undefined ? '0' : toPrice(market, order.price),
    ...{ reduceOnly: order.reduceOnly ?? false, side: order.side.toUpperCase() },
    ...{
      positionSide: toPositionSide(order.positionSide),
      status: toStatus(order),
      stopPrice: '0',
      closePosition: false,
    },
    ...{
      symbol: order.market,
      timeInForce: toTimeInForce(order, goodTillDate),
      type,
      origType: type,
      updateTime: order.updatedAt,
    },
    ...{ workingType: 'CONTRACT_PRICE', priceProtect: false, priceMatch: 'NONE' },
    ...{ selfTradePreventionMode: 'EXPIRE_MAKER', goodTillDate: goodTillDate ?? 0 },
  };
}

/** https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/Query-Order */
export function toQueriedJson(described: Described): Record<string, unknown> {
  const { order, market } = described;
  const { cumQty: _cumQty, ...common } = toOrderJson(described);
  const avgPrice = toAverage(market, order.filledQuote, order.filled);
  return { ...common, avgPrice, cumQuote: toMoney(order.filledQuote), time: order.placedAt };
}

/** https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/Account-Trade-List */
export function toTradeJson(market: PerpetualMarket, execution: Execution): object {
  return {
    ...{
      buyer: execution.side === 'buy',
      commission: toMoney(execution.fee.amount),
      commissionAsset: execution.fee.asset,
    },
    ...{
      id: execution.tradeId,
      maker: execution.maker,
      orderId: execution.orderId,
      price: toPrice(market, execution.price),
    },
    ...{ qty: toAmount(market, execution.amount), quoteQty: toMoney(execution.quote) },
    ...{ realizedPnl: toMoney(execution.realized ?? 0n), side: execution.side.toUpperCase() },
    ...{ positionSide: toPositionSide(execution.positionSide), symbol: market.symbol, time: execution.at },
  };
}
