import type { UnixMs } from '@hb/connector-core';

import type { AccountState } from './accounts.js';
import { bestPrice, crosses } from './book.js';
import type { MarketState } from './market-state.js';
import { planMatch, type Plan } from './match.js';
import { opposite, toOrder, type PositionTerms, type WorkingOrder } from './order.js';
import type { Settlement } from './settle.js';
import type { EngineRequest, Refusal, Refused, SelfTrade } from './types.js';

export type ClientIdRule = 'among-open' | 'for-ever';

/** A request with what it needs to become an order. */
export type Asked = {
  readonly account: AccountState;
  readonly market: MarketState;
  readonly request: EngineRequest;
  readonly replaces: number | undefined;
  readonly selfTrade: SelfTrade;
  readonly at: UnixMs;
  /** The venue closes a position with it. */
  readonly isLiquidation?: true;
};

/** An order that is in no book yet, and what it would meet. */
export type Prepared = { readonly type: 'prepared'; readonly order: WorkingOrder; readonly plan: Plan };

export function refuse(refusal: Refusal, order?: WorkingOrder): Refused {
  return { type: 'refused', refusal, ...(order === undefined ? {} : { order: toOrder(order) }) };
}

/** What is wrong with a request whatever else there is in the market. */
export function checkTerms(market: MarketState, request: EngineRequest): Refused | undefined {
  if (market.status !== 'trading') return refuse('market-closed');
  if (request.type === 'limit' && request.price <= 0n) return refuse('invalid-price');
  const asked = 'quoteAmount' in request ? request.quoteAmount : request.amount;
  return asked <= 0n ? refuse('invalid-amount') : undefined;
}

/** Whether the account used the id already. */
export function checkClientId(account: AccountState, id: string | undefined, rule: ClientIdRule): Refused | undefined {
  const used = id === undefined ? undefined : account.byClientId.get(id);
  if (used === undefined || (rule === 'among-open' && used.status !== 'open')) return undefined;
  return refuse('duplicate-client-id', used);
}

export function prepareOrder(settlement: Settlement, asked: Asked): Prepared | Refused {
  const order = toWorkingOrder(asked);
  const refusal = settlement.check(order);
  if (refusal !== undefined) return refuse(refusal);
  const plan = planOf(settlement, order);
  if (order.quoteAmount === undefined) return { type: 'prepared', order, plan };
  return { type: 'prepared', order: { ...order, amount: plan.amount, isShort: plan.end !== 'done' }, plan };
}

/** Whether a post-only order would take at once. */
export function wouldTake({ market, side, price, timeInForce }: WorkingOrder): boolean {
  const best = bestPrice(market.book[opposite(side)]);
  return timeInForce === 'post-only' && best !== undefined && crosses(side, price, best);
}

function planOf(settlement: Settlement, order: WorkingOrder): Plan {
  const { account, market, side, selfTrade, price, quoteAmount } = order;
  const terms = { account, market, side, selfTrade, price, quoteAmount };
  const plan = planMatch({ ...terms, amount: settlement.most(order), capacity: settlement.capacity() });
  const isAllOrNothing = order.timeInForce === 'fok';
  return isAllOrNothing && plan.end !== 'done' ? { meetings: [], amount: 0n, quote: 0n, end: 'short' } : plan;
}

/** Of a quote-sized order, the amount is only known once it is planned. */
function toWorkingOrder({ account, market, request, replaces, selfTrade, at, isLiquidation }: Asked): WorkingOrder {
  const isLimit = request.type === 'limit';
  return {
    orderId: market.nextOrderId,
    clientOrderId: request.clientOrderId,
    account: account.name,
    market,
    side: request.side,
    type: request.type,
    timeInForce: isLimit ? (request.timeInForce ?? 'gtc') : 'ioc',
    selfTrade: request.selfTrade ?? selfTrade,
    price: isLimit ? request.price : undefined,
    amount: 'quoteAmount' in request ? 0n : request.amount,
    quoteAmount: 'quoteAmount' in request ? request.quoteAmount : undefined,
    isShort: false,
    filled: 0n,
    filledQuote: 0n,
    prevented: 0n,
    status: 'open',
    reason: undefined,
    replaces,
    placedAt: at,
    updatedAt: at,
    version: 0,
    locked: 0n,
    fees: account.fees,
    position: toPosition(market, request, isLiquidation ?? false),
  };
}

function toPosition(market: MarketState, request: EngineRequest, isLiquidation: boolean): PositionTerms | undefined {
  const { reduceOnly, positionSide } = request;
  if (market.perpetual === undefined && reduceOnly === undefined && positionSide === undefined) return undefined;
  return { side: positionSide ?? 'net', reduceOnly: reduceOnly ?? false, isLiquidation };
}
