import type { Side } from '@hb/connector-core';

import { crosses, levelsOf } from './book.js';
import { affordable, notional, type MarketState } from './market-state.js';
import { opposite, type WorkingOrder } from './order.js';
import type { Capacity } from './settle.js';
import type { SelfTrade } from './types.js';

/** An order that is about to take. It asks for `amount`, or for `quoteAmount` worth. */
export type Taker = {
  readonly account: string;
  readonly market: MarketState;
  readonly side: Side;
  readonly selfTrade: SelfTrade;
  readonly price: bigint | undefined;
  readonly amount: bigint;
  readonly quoteAmount: bigint | undefined;
  readonly capacity: Capacity;
};

/** One meeting with a resting order; `self`: both are of one account and may not trade. */
export type Meeting = {
  readonly kind: 'trade' | 'self';
  readonly maker: WorkingOrder;
  readonly price: bigint;
  readonly amount: bigint;
};

export type Plan = {
  readonly meetings: readonly Meeting[];
  /** What would trade, and its worth. */
  readonly amount: bigint;
  readonly quote: bigint;
  /** `done`: got all it asked for, or all but less than one step. `stopped`: ended by self-trade prevention. `short`: the book ended first. */
  readonly end: 'done' | 'stopped' | 'short';
};

/** What an order would meet, best price first and first come first served. Changes nothing. */
export function planMatch(taker: Taker): Plan {
  const meetings: Meeting[] = [];
  const wants = createAppetite(taker);
  for (const level of levelsOf(taker.market.book[opposite(taker.side)])) {
    if (!crosses(taker.side, taker.price, level.price)) break;
    for (const maker of level.queue) {
      const there = taker.capacity.of(maker);
      if (there === 0n) continue;
      const amount = least(wants.at(level.price), there);
      if (amount === 0n) return { meetings, ...wants.taken(), end: 'done' };
      const isSelf = maker.account === taker.account && taker.selfTrade !== 'none';
      meetings.push({ kind: isSelf ? 'self' : 'trade', maker, price: level.price, amount });
      if (isSelf && taker.selfTrade !== 'expire-maker') return { meetings, ...wants.taken(), end: 'stopped' };
      if (isSelf) continue;
      wants.take(level.price, amount);
      taker.capacity.take(maker, amount);
      if (wants.at(level.price) === 0n) return { meetings, ...wants.taken(), end: 'done' };
    }
  }
  return { meetings, ...wants.taken(), end: 'short' };
}

/** Counts down what is asked for, in base or in quote. */
function createAppetite({ market, amount: asked, quoteAmount }: Taker) {
  let amount = 0n;
  let quote = 0n;
  return {
    at: (price: bigint): bigint =>
      quoteAmount === undefined ? asked - amount : affordable(market, price, quoteAmount - quote),
    take: (price: bigint, taken: bigint): void => {
      amount += taken;
      quote += notional(market, price, taken);
    },
    taken: () => ({ amount, quote }),
  };
}

function least(left: bigint, right: bigint): bigint {
  return left < right ? left : right;
}
