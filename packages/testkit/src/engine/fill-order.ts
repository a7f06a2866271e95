import type { Side } from '@hb/connector-core';

import { opposite } from './order.js';
import type { Accepted, Engine, EngineMarket, EngineOrder, Refused } from './types.js';

/** What a trade needs that is to happen whatever the account holds. */
export type Funded = {
  readonly account: string;
  readonly market: EngineMarket;
  readonly side: Side;
  readonly price: bigint;
  readonly amount: bigint;
};

/**
 * Makes `account` trade with a resting order of somebody else, up to `amount`, taking first whatever stands before it.
 * The account is given the money. Does nothing but answer `order-closed` when the order has ended.
 */
export function fillOrder(
  engine: Engine,
  { account, order, amount }: { readonly account: string; readonly order: EngineOrder; readonly amount: bigint },
): Accepted | Refused {
  const { price } = order;
  const market = engine.market(order.market);
  const before = engine.ahead(order.account, order);
  if (market === undefined || price === undefined || before === undefined)
    return { type: 'refused', refusal: 'order-closed', order };
  return placeFunded(engine, { account, market, side: opposite(order.side), price, amount: before + amount }, 'ioc');
}

/** Places a limit order, after giving the account what it lacks for it. */
export function placeFunded(engine: Engine, order: Funded, timeInForce: 'gtc' | 'ioc'): Accepted | Refused {
  const { account, market, side, price, amount } = order;
  fund(engine, order);
  return engine.place(account, { market: market.symbol, side, type: 'limit', price, amount, timeInForce });
}

/** Leaves room for fees on top, and for many more orders like this one. */
function fund(engine: Engine, { account, market, side, price, amount }: Funded): void {
  const paysWorth = side === 'buy' || market.settle !== undefined;
  const [name, step] = paysWorth ? [market.settle ?? market.quote, market.quoteAsset] : [market.base, market.baseAsset];
  const inBase = step.parse(market.amount.format(amount)) ?? 0n;
  const needed = 2n * (paysWorth ? market.notional(price, amount) + 1n : inBase);
  if (engine.free(account, name) < needed) engine.deposit(account, name, step.format(100n * needed));
}
