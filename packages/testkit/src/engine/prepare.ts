import type { UnixMs } from '@hb/connector-core';

import type { AccountState } from './accounts.js';
import { bestPrice, crosses } from './book.js';
import { feeOnTop } from './fees.js';
import type { MarketState } from './market-state.js';
import { planMatch, type Plan } from './match.js';
import { opposite, toOrder, type WorkingOrder } from './order.js';
import { holdAt, type Hold } from './settle.js';
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
};

/** An order that is in no book yet, what it would meet and what it has to hold back. */
export type Prepared = { readonly order: WorkingOrder; readonly plan: Plan; readonly hold: Hold };

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

export function prepareOrder(asked: Asked): Prepared {
  const plan = planOf(asked);
  const order = toWorkingOrder(asked, plan);
  return { order, plan, hold: firstHold(order, plan) };
}

/** Whether a post-only order would take at once. */
export function wouldTake({ market, side, price, timeInForce }: WorkingOrder): boolean {
  const best = bestPrice(market.book[opposite(side)]);
  return timeInForce === 'post-only' && best !== undefined && crosses(side, price, best);
}

function planOf({ account, market, request, selfTrade }: Asked): Plan {
  const isLimit = request.type === 'limit';
  const plan = planMatch({
    account: account.name,
    market,
    side: request.side,
    selfTrade: request.selfTrade ?? selfTrade,
    price: isLimit ? request.price : undefined,
    amount: 'amount' in request ? request.amount : 0n,
    quoteAmount: 'quoteAmount' in request ? request.quoteAmount : undefined,
  });
  const isAllOrNothing = isLimit && request.timeInForce === 'fok';
  return isAllOrNothing && plan.end !== 'done' ? { meetings: [], amount: 0n, quote: 0n, end: 'short' } : plan;
}

function toWorkingOrder({ account, market, request, replaces, selfTrade, at }: Asked, plan: Plan): WorkingOrder {
  const isLimit = request.type === 'limit';
  const isQuoteSized = 'quoteAmount' in request;
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
    amount: isQuoteSized ? plan.amount : request.amount,
    quoteAmount: isQuoteSized ? request.quoteAmount : undefined,
    isShort: isQuoteSized && plan.end !== 'done',
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
  };
}

function firstHold(order: WorkingOrder, plan: Plan): Hold {
  const { market, side, price, amount, quoteAmount, fees } = order;
  if (price !== undefined) return holdAt(order, price, amount);
  if (side === 'sell') return { asset: market.base, amount: amount * market.baseUnits };
  const quote = quoteAmount ?? plan.quote;
  return { asset: market.quote, amount: quote + feeOnTop(fees, quote) };
}
