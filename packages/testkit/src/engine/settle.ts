import { feeOf, feeOnTop, tokenFeeOf, type Charged, type FeeSchedule } from './fees.js';
import { feeAccount, type Ledger, type Posting } from './ledger.js';
import { notional, notionalUp, type MarketState } from './market-state.js';
import type { Plan } from './match.js';
import { remaining, type WorkingOrder } from './order.js';
import type { MarginEvent } from './perpetual/types.js';
import type { Step } from './step.js';
import type { EngineFee, Refusal } from './types.js';

/** What an order holds back: how much of which asset. */
type Hold = { readonly asset: string; readonly amount: bigint };

export type Trading = {
  readonly maker: WorkingOrder;
  readonly taker: WorkingOrder;
  readonly price: bigint;
  readonly amount: bigint;
};

export type Settled = {
  readonly quote: bigint;
  readonly makerFee: EngineFee;
  readonly takerFee: EngineFee;
  /** Of perpetuals alone. */
  readonly makerRealized?: bigint;
  readonly takerRealized?: bigint;
};

/** How much of resting orders may trade while one taker is served. */
export type Capacity = {
  readonly of: (maker: WorkingOrder) => bigint;
  readonly take: (maker: WorkingOrder, amount: bigint) => void;
};

/** Moves value for orders. */
export type Settlement = {
  /** Why an order may not be placed, apart from money. */
  readonly check: (order: WorkingOrder) => Refusal | undefined;
  /** The most that a taker may trade. */
  readonly most: (order: WorkingOrder) => bigint;
  readonly capacity: () => Capacity;
  /** Holds back what an order needs; false when that much is not there. */
  readonly reserve: (order: WorkingOrder, plan: Plan) => boolean;
  /** Carries out a trade, takes the fees and lets go of what the orders no longer need. */
  readonly settle: (trading: Trading) => Settled;
  /** Lets go of all that an order does not need any more. */
  readonly release: (order: WorkingOrder) => void;
  /** What else changed since the last call. */
  readonly changes: () => readonly MarginEvent[];
};

const wholeOrders: Capacity = { of: remaining, take: () => undefined };

/** What `amount` of an order at `price` has to hold back, fees on top included. */
function holdAt(
  order: { market: MarketState; side: 'buy' | 'sell'; fees: FeeSchedule },
  price: bigint,
  amount: bigint,
): Hold {
  const { market, side, fees } = order;
  if (side === 'sell') return { asset: market.base, amount: amount * market.baseUnits };
  const quote = notionalUp(market, price, amount);
  return { asset: market.quote, amount: quote + feeOnTop(fees, quote) };
}

/** Of spot markets: both assets change hands at once. */
export function createSettlement(ledger: Ledger, asset: (name: string) => Step): Settlement {
  function reserve(order: WorkingOrder, plan: Plan): boolean {
    const { account } = order;
    const hold = firstHold(order, plan);
    if (ledger.balance(account, hold.asset).free < hold.amount) return false;
    if (hold.amount > 0n) ledger.enter(move(account, hold.asset, hold.amount));
    order.locked = hold.amount;
    return true;
  }
  function release(order: WorkingOrder): void {
    const keep = holdOf(order);
    const excess = order.locked - keep;
    if (excess <= 0n) return;
    ledger.enter(move(order.account, spends(order), -excess));
    order.locked = keep;
  }
  function settle({ maker, taker, price, amount }: Trading): Settled {
    const { market } = maker;
    const quote = notional(market, price, amount);
    const base = amount * market.baseUnits;
    ledger.enter([...exchange(maker, base, quote), ...exchange(taker, base, quote)]);
    const makerFee = charge(maker, { market, side: maker.side, maker: true, base, quote });
    const takerFee = charge(taker, { market, side: taker.side, maker: false, base, quote });
    return { quote, makerFee, takerFee };
  }
  function charge(order: WorkingOrder, charged: Charged): EngineFee {
    const inToken = tokenFeeOf(order.fees, charged, asset);
    const isCovered = inToken !== undefined && ledger.balance(order.account, inToken.asset).free >= inToken.amount;
    const fee = isCovered ? inToken : feeOf(order.fees, charged);
    if (fee.amount !== 0n) ledger.enter(payment(order, fee));
    return fee;
  }
  return {
    check: (order) => (order.position === undefined ? undefined : 'position-side'),
    most: remaining,
    capacity: () => wholeOrders,
    reserve,
    settle,
    release,
    changes: () => [],
  };
}

function firstHold(order: WorkingOrder, plan: Plan): Hold {
  const { market, side, price, amount, quoteAmount, fees } = order;
  if (price !== undefined) return holdAt(order, price, amount);
  if (side === 'sell') return { asset: market.base, amount: amount * market.baseUnits };
  const quote = quoteAmount ?? plan.quote;
  return { asset: market.quote, amount: quote + feeOnTop(fees, quote) };
}

/** What a resting order still has to hold back; nothing once it has ended. */
export function holdOf(order: WorkingOrder): bigint {
  if (order.status !== 'open' || order.price === undefined) return 0n;
  return holdAt(order, order.price, remaining(order)).amount;
}

function spends({ side, market }: WorkingOrder): string {
  return side === 'buy' ? market.quote : market.base;
}

function move(account: string, asset: string, amount: bigint): readonly Posting[] {
  return [
    { account, asset, part: 'free', amount: -amount },
    { account, asset, part: 'locked', amount },
  ];
}

/** One side of a trade; what it pays was held back. */
function exchange(order: WorkingOrder, base: bigint, quote: bigint): readonly Posting[] {
  const { account, market, side } = order;
  order.locked -= side === 'buy' ? quote : base;
  return [
    { account, asset: market.base, part: side === 'buy' ? 'free' : 'locked', amount: side === 'buy' ? base : -base },
    { account, asset: market.quote, part: side === 'buy' ? 'locked' : 'free', amount: side === 'buy' ? -quote : quote },
  ];
}

/** A fee on top of a buy was held back with its price; any other comes from the free balance. */
function payment(order: WorkingOrder, { asset, amount }: EngineFee): readonly Posting[] {
  const wasHeld = order.side === 'buy' && order.fees.plan.taken === 'quote' && amount > 0n;
  if (wasHeld) order.locked -= amount;
  return [
    { account: order.account, asset, part: wasHeld ? 'locked' : 'free', amount: -amount },
    { account: feeAccount, asset, part: 'free', amount },
  ];
}
