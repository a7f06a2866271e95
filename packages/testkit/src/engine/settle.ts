import { feeOf, feeOnTop, tokenFeeOf, type Charged, type FeeSchedule } from './fees.js';
import { feeAccount, type Ledger, type Posting } from './ledger.js';
import { notional, notionalUp, type MarketState } from './market-state.js';
import { remaining, type WorkingOrder } from './order.js';
import type { Step } from './step.js';
import type { EngineFee } from './types.js';

/** What an order holds back: how much of which asset. */
export type Hold = { readonly asset: string; readonly amount: bigint };

type Trading = {
  readonly maker: WorkingOrder;
  readonly taker: WorkingOrder;
  readonly price: bigint;
  readonly amount: bigint;
};

type Settled = { readonly quote: bigint; readonly makerFee: EngineFee; readonly takerFee: EngineFee };

/** Moves value for orders of a spot market: both assets change hands at once. */
export type Settlement = {
  /** Holds back `hold.amount` for an order; false when that much is not free. */
  readonly reserve: (order: WorkingOrder, hold: Hold) => boolean;
  /** Exchanges the assets, takes the fees and lets go of what the orders no longer need. */
  readonly settle: (trading: Trading) => Settled;
  /** Lets go of all above `keep`. */
  readonly release: (order: WorkingOrder, keep: bigint) => void;
};

/** What `amount` of an order at `price` has to hold back, fees on top included. */
export function holdAt(
  order: { market: MarketState; side: 'buy' | 'sell'; fees: FeeSchedule },
  price: bigint,
  amount: bigint,
): Hold {
  const { market, side, fees } = order;
  if (side === 'sell') return { asset: market.base, amount: amount * market.baseUnits };
  const quote = notionalUp(market, price, amount);
  return { asset: market.quote, amount: quote + feeOnTop(fees, quote) };
}

export function createSettlement(ledger: Ledger, asset: (name: string) => Step): Settlement {
  function reserve(order: WorkingOrder, hold: Hold): boolean {
    const { account } = order;
    if (ledger.balance(account, hold.asset).free < hold.amount) return false;
    if (hold.amount > 0n) ledger.enter(move(account, hold.asset, hold.amount));
    order.locked = hold.amount;
    return true;
  }
  function release(order: WorkingOrder, keep: bigint): void {
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
  return { reserve, release, settle };
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
