import type { Side } from '@hb/connector-core';

import type { Accounts } from './accounts.js';
import { rest, take } from './book.js';
import type { EventLog } from './events.js';
import type { Ledger } from './ledger.js';
import type { MarketState } from './market-state.js';
import type { Meeting, Plan } from './match.js';
import { remaining, toOrder, type WorkingOrder } from './order.js';
import type { Settlement } from './settle.js';
import type { EndReason, EngineFee, EngineLevel, EngineTrade, Execution, OrderChange } from './types.js';

/** The parts that commands work on. */
export type Parts = {
  readonly now: () => number;
  readonly accounts: Accounts;
  readonly ledger: Ledger;
  readonly events: EventLog;
  readonly settlement: Settlement;
};

/** Carries out what was planned, then rests or ends the order. */
export function execute(parts: Parts, taker: WorkingOrder, plan: Plan): readonly Execution[] {
  const executions: Execution[] = [];
  for (const meeting of plan.meetings) {
    if (meeting.kind === 'trade') executions.push(trade(parts, taker, meeting));
    else prevent(parts, taker, meeting);
  }
  if (plan.end === 'stopped') end(parts, taker, 'expired', 'self-trade');
  else if (taker.status === 'open' && taker.price !== undefined && mayRest(taker)) rests(parts, taker, taker.price);
  else if (taker.status === 'open') end(parts, taker, 'expired', 'unfilled');
  return executions;
}

/** Ends an order that is not in the book. */
function end(parts: Parts, order: WorkingOrder, status: 'canceled' | 'expired', reason: EndReason): void {
  order.status = status;
  order.reason = reason;
  close(parts, order);
  changed(parts, order, status);
}

/** Takes an order out of the book and ends it. */
export function withdraw(parts: Parts, order: WorkingOrder, status: 'canceled' | 'expired', reason: EndReason): void {
  leaves(parts, order, remaining(order), true);
  end(parts, order, status, reason);
}

/** Tells of a change of an order, with what it did to the balances. */
export function changed(parts: Parts, order: WorkingOrder, change: OrderChange, execution?: Execution): void {
  order.version += 1;
  order.updatedAt = parts.now();
  parts.events.emit({
    sequence: parts.events.next(),
    at: parts.now(),
    type: 'order',
    change,
    order: toOrder(order),
    execution,
  });
}

/** Tells of the balances, and then of the positions, that changed. */
export function tellBalances({ ledger, settlement, events, now }: Parts): void {
  for (const change of ledger.changes())
    events.emit({ sequence: events.next(), at: now(), type: 'balance', ...change });
  for (const change of settlement.changes()) events.emit({ sequence: events.next(), at: now(), ...change });
}

/** Takes part of a resting order off its level. */
export function leaves(parts: Parts, order: WorkingOrder, amount: bigint, isGone: boolean): void {
  const { market, side, price } = order;
  if (price === undefined) return;
  tellDepth(parts, market, side, [price, take(market.book, order, amount, isGone)]);
}

function rests(parts: Parts, order: WorkingOrder, price: bigint): void {
  tellDepth(parts, order.market, order.side, [price, rest(order.market.book, order, price)]);
}

function trade(parts: Parts, taker: WorkingOrder, { maker, price, amount }: Meeting): Execution {
  const { market } = taker;
  leaves(parts, maker, amount, amount === remaining(maker));
  const settled = parts.settlement.settle({ maker, taker, price, amount });
  const tradeId = market.nextTradeId;
  market.nextTradeId += 1;
  const [buyOrder, sellOrder] = taker.side === 'buy' ? [taker, maker] : [maker, taker];
  const made: EngineTrade = {
    tradeId,
    market: market.symbol,
    price,
    amount,
    quote: settled.quote,
    taker: taker.side,
    buyOrderId: buyOrder.orderId,
    sellOrderId: sellOrder.orderId,
    at: parts.now(),
  };
  market.trades.push(made);
  parts.events.emit({ sequence: parts.events.next(), at: parts.now(), type: 'trade', trade: made });
  fill(parts, maker, made, { fee: settled.makerFee, realized: settled.makerRealized });
  const execution = fill(parts, taker, made, { fee: settled.takerFee, realized: settled.takerRealized });
  tellBalances(parts);
  return execution;
}

type Outcome = { readonly fee: EngineFee; readonly realized: bigint | undefined };

function fill(parts: Parts, order: WorkingOrder, made: EngineTrade, outcome: Outcome): Execution {
  const account = parts.accounts.of(order.account);
  order.filled += made.amount;
  order.filledQuote += made.quote;
  if (isFilled(order)) {
    order.status = 'filled';
    close(parts, order);
  } else if (order.price !== undefined) parts.settlement.release(order);
  const execution = toExecution(order, made, outcome);
  account.executions.push(execution);
  changed(parts, order, 'filled', execution);
  return execution;
}

function toExecution(order: WorkingOrder, made: EngineTrade, { fee, realized }: Outcome): Execution {
  return {
    tradeId: made.tradeId,
    market: made.market,
    account: order.account,
    orderId: order.orderId,
    clientOrderId: order.clientOrderId,
    side: order.side,
    price: made.price,
    amount: made.amount,
    quote: made.quote,
    fee,
    maker: order.side !== made.taker,
    at: made.at,
    ...(realized !== undefined && { realized }),
    ...(order.position !== undefined && { positionSide: order.position.side }),
  };
}

/** Two orders of one account met: ends the resting one where the taker's choice says so. */
function prevent(parts: Parts, taker: WorkingOrder, { maker, amount }: Meeting): void {
  taker.prevented += amount;
  if (taker.selfTrade === 'expire-taker') return;
  maker.prevented += amount;
  withdraw(parts, maker, 'expired', 'self-trade');
  tellBalances(parts);
}

function mayRest({ timeInForce }: WorkingOrder): boolean {
  return timeInForce === 'gtc' || timeInForce === 'post-only';
}

function isFilled(order: WorkingOrder): boolean {
  return order.filled === order.amount && !order.isShort;
}

function close(parts: Parts, order: WorkingOrder): void {
  parts.accounts.of(order.account).open.delete(order);
  parts.settlement.release(order);
}

function tellDepth(parts: Parts, market: MarketState, side: Side, [price, amount]: EngineLevel): void {
  market.updateId += 1;
  parts.events.emit({
    sequence: parts.events.next(),
    at: parts.now(),
    type: 'depth',
    market: market.symbol,
    updateId: market.updateId,
    side,
    price,
    amount,
  });
}
