import type { Side, UnixMs } from '@hb/connector-core';

import type { FeeSchedule } from './fees.js';
import type { MarketState } from './market-state.js';
import type { EnginePositionSide } from './perpetual/types.js';
import type { EndReason, EngineOrder, EngineOrderStatus, EngineTimeInForce, SelfTrade } from './types.js';

/** An order while it works. Changed by the engine alone; everybody else gets snapshots. */
export type WorkingOrder = {
  readonly orderId: number;
  clientOrderId: string | undefined;
  readonly account: string;
  readonly market: MarketState;
  readonly side: Side;
  readonly type: 'limit' | 'market';
  readonly timeInForce: EngineTimeInForce;
  readonly selfTrade: SelfTrade;
  price: bigint | undefined;
  amount: bigint;
  readonly quoteAmount: bigint | undefined;
  /** The book does not hold what a quote-sized order asks for. */
  readonly isShort: boolean;
  filled: bigint;
  filledQuote: bigint;
  prevented: bigint;
  status: EngineOrderStatus;
  reason: EndReason | undefined;
  readonly replaces: number | undefined;
  readonly placedAt: UnixMs;
  updatedAt: UnixMs;
  version: number;
  /** What is still held back for it, in the last digit of the asset that it spends. */
  locked: bigint;
  /** As they stood when it was placed. */
  readonly fees: FeeSchedule;
  /** Of perpetuals alone. */
  readonly position: PositionTerms | undefined;
};

/** What an order says of the position that it works on. */
export type PositionTerms = {
  readonly side: EnginePositionSide;
  readonly reduceOnly: boolean;
  readonly isLiquidation: boolean;
};

/** The order as it stands, as a value that never changes. */
export function toOrder(order: WorkingOrder): EngineOrder {
  return {
    orderId: order.orderId,
    clientOrderId: order.clientOrderId,
    account: order.account,
    market: order.market.symbol,
    side: order.side,
    type: order.type,
    timeInForce: order.timeInForce,
    selfTrade: order.selfTrade,
    price: order.price,
    amount: order.amount,
    quoteAmount: order.quoteAmount,
    filled: order.filled,
    filledQuote: order.filledQuote,
    prevented: order.prevented,
    status: order.status,
    reason: order.reason,
    replaces: order.replaces,
    placedAt: order.placedAt,
    updatedAt: order.updatedAt,
    version: order.version,
    ...(order.position !== undefined && toPositionFields(order.position)),
  };
}

function toPositionFields({ side, reduceOnly, isLiquidation }: PositionTerms) {
  return { positionSide: side, reduceOnly, ...(isLiquidation && { liquidation: true as const }) };
}

/** The amount still to trade. */
export function remaining(order: Pick<WorkingOrder, 'amount' | 'filled'>): bigint {
  return order.amount - order.filled;
}

export function opposite(side: Side): Side {
  return side === 'buy' ? 'sell' : 'buy';
}
