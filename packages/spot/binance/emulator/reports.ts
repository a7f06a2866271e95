import { fromUnits, type EngineMarket, type EngineOrder, type Execution, type SelfTrade } from '@hb/connector-testkit';

import { digits, selfTradeModes } from './markets.js';
import { toAmount, toPrice, toQuote } from './venue.js';

/** What every description of an order starts from. */
export type Described = {
  readonly order: EngineOrder;
  readonly market: EngineMarket;
  /** The id that it goes by now: its own, or that of the cancel. */
  readonly clientOrderId: string;
};

export type AnswerType = 'ACK' | 'RESULT' | 'FULL';

const nothing = '0.00000000';

/** https://developers.binance.com/docs/binance-spot-api-docs/enums#order-status-status */
export function toStatus({ status, filled, reason }: EngineOrder): string {
  if (status === 'open') return filled > 0n ? 'PARTIALLY_FILLED' : 'NEW';
  if (status === 'expired') return reason === 'self-trade' ? 'EXPIRED_IN_MATCH' : 'EXPIRED';
  return status.toUpperCase();
}

export function toType({ type, timeInForce }: EngineOrder): string {
  if (type === 'market') return 'MARKET';
  return timeInForce === 'post-only' ? 'LIMIT_MAKER' : 'LIMIT';
}

/** Market and post-only orders are shown as `GTC`. */
export function toTimeInForce({ type, timeInForce }: EngineOrder): string {
  const isPlain = type === 'limit' && timeInForce !== 'post-only';
  return isPlain ? timeInForce.toUpperCase() : 'GTC';
}

export function toSelfTradeMode(mode: SelfTrade): string {
  return selfTradeModes.find((each) => each === mode.toUpperCase().replace('-', '_')) ?? 'NONE';
}

/** https://developers.binance.com/docs/binance-spot-api-docs/user-data-stream#order-expiry-reason */
export function toExpiryReason(order: EngineOrder): string | undefined {
  if (order.status !== 'expired' || order.reason === 'self-trade') return undefined;
  if (order.reason === 'venue') return 'EXCHANGE_CANCELED';
  if (order.type === 'market') return 'INSUFFICIENT_LIQUIDITY';
  return order.timeInForce === 'fok' ? 'UNFILLED_FOK_ORDER_EXPIRED' : 'UNFILLED_IOC_QUANTITY_EXPIRED';
}

export function priceOf({ order, market }: Described): string {
  return order.price === undefined ? nothing : toPrice(market, order.price);
}

export function quoteSizeOf({ order, market }: Described): string {
  return order.quoteAmount === undefined ? nothing : toQuote(market, order.quoteAmount);
}

/** https://developers.binance.com/docs/binance-spot-api-docs/rest-api/account-endpoints#query-order-user_data */
export function toOrderJson(described: Described): object {
  const { order } = described;
  return {
    ...namesOf(described),
    ...amountsOf(described),
    ...termsOf(order),
    stopPrice: nothing,
    icebergQty: nothing,
    time: order.placedAt,
    updateTime: order.updatedAt,
    isWorking: true,
    workingTime: order.placedAt,
    origQuoteOrderQty: quoteSizeOf(described),
    selfTradePreventionMode: toSelfTradeMode(order.selfTrade),
    ...conditionalOf(described),
  };
}

/** https://developers.binance.com/docs/binance-spot-api-docs/rest-api/trading-endpoints#new-order-trade */
export function toPlacedJson(described: Described, executions: readonly Execution[], type: AnswerType): object {
  const { order, market } = described;
  const acknowledged = { ...namesOf(described), transactTime: order.updatedAt };
  if (type === 'ACK') return acknowledged;
  const result = {
    ...acknowledged,
    ...amountsOf(described),
    origQuoteOrderQty: quoteSizeOf(described),
    ...termsOf(order),
    workingTime: order.placedAt,
    selfTradePreventionMode: toSelfTradeMode(order.selfTrade),
    ...conditionalOf(described),
  };
  if (type === 'RESULT') return result;
  return { ...result, fills: executions.map((execution) => toFill(market, execution)) };
}

/** https://developers.binance.com/docs/binance-spot-api-docs/rest-api/trading-endpoints#cancel-order-trade */
export function toCanceledJson(described: Described, origClientOrderId: string): object {
  const { order } = described;
  return {
    symbol: order.market,
    origClientOrderId,
    ...namesOf(described),
    transactTime: order.updatedAt,
    ...amountsOf(described),
    origQuoteOrderQty: quoteSizeOf(described),
    ...termsOf(order),
    selfTradePreventionMode: toSelfTradeMode(order.selfTrade),
  };
}

/** https://developers.binance.com/docs/binance-spot-api-docs/rest-api/trading-endpoints#order-amend-keep-priority-trade */
export function toAmendedJson(described: Described, origClientOrderId: string, executionId: number): object {
  const { order, market } = described;
  const amendedOrder = {
    ...namesOf(described),
    origClientOrderId,
    price: priceOf(described),
    qty: toAmount(market, order.amount),
    executedQty: toAmount(market, order.filled),
    preventedQty: toAmount(market, order.prevented),
    quoteOrderQty: quoteSizeOf(described),
    cumulativeQuoteQty: toQuote(market, order.filledQuote),
    ...termsOf(order),
    workingTime: order.placedAt,
    selfTradePreventionMode: toSelfTradeMode(order.selfTrade),
  };
  return { transactTime: order.updatedAt, executionId, amendedOrder };
}

/** https://developers.binance.com/docs/binance-spot-api-docs/rest-api/account-endpoints#account-trade-list-user_data */
export function toTradeJson(market: EngineMarket, execution: Execution): object {
  return {
    symbol: market.symbol,
    id: execution.tradeId,
    orderId: execution.orderId,
    orderListId: -1,
    price: toPrice(market, execution.price),
    qty: toAmount(market, execution.amount),
    quoteQty: toQuote(market, execution.quote),
    commission: toCommission(execution),
    commissionAsset: execution.fee.asset,
    time: execution.at,
    isBuyer: execution.side === 'buy',
    isMaker: execution.maker,
    isBestMatch: true,
  };
}

/** Every asset has 8 decimal places. */
export function toCommission({ fee }: Execution): string {
  return fromUnits(fee.amount, digits, digits);
}

function toFill(market: EngineMarket, execution: Execution): object {
  return {
    price: toPrice(market, execution.price),
    qty: toAmount(market, execution.amount),
    commission: toCommission(execution),
    commissionAsset: execution.fee.asset,
    tradeId: execution.tradeId,
  };
}

function namesOf({ order, clientOrderId }: Described): object {
  return { symbol: order.market, orderId: order.orderId, orderListId: -1, clientOrderId };
}

function amountsOf(described: Described): object {
  const { order, market } = described;
  return {
    price: priceOf(described),
    origQty: toAmount(market, order.amount),
    executedQty: toAmount(market, order.filled),
    cummulativeQuoteQty: toQuote(market, order.filledQuote),
  };
}

function termsOf(order: EngineOrder): object {
  const side = order.side.toUpperCase();
  return { status: toStatus(order), timeInForce: toTimeInForce(order), type: toType(order), side };
}

/** Fields that appear only under some conditions. */
function conditionalOf({ order, market }: Described): object {
  const expiryReason = toExpiryReason(order);
  return {
    ...(order.status === 'expired' &&
      order.reason === 'self-trade' && {
        preventedMatchId: order.orderId,
        preventedQuantity: toAmount(market, order.prevented),
      }),
    ...(expiryReason !== undefined && { expiryReason }),
  };
}
