import { part } from '../fees.js';
import { clearing, feeAccount, isSystem, type Ledger, type Posting } from '../ledger.js';
import { notional } from '../market-state.js';
import type { Plan } from '../match.js';
import { remaining, type WorkingOrder } from '../order.js';
import type { Capacity, Settled, Settlement, Trading } from '../settle.js';
import { toRatio } from '../step.js';
import type { EngineFee, Refusal } from '../types.js';
import { inverted, isReducing, partUp, type Figures } from './figures.js';
import type { MarginBook, PositionState } from './margin-book.js';
import { asPerpetual, directionOf, type PerpetualMarketState } from './market.js';
import { changePosition, least, size } from './position.js';

export type MarginParts = { readonly ledger: Ledger; readonly book: MarginBook; readonly figures: Figures };

/**
 * Of perpetuals: a trade changes the positions of both sides at one worth. What either realizes passes through the clearing account,
 * which therefore always owes exactly what all positions have cost.
 */
export function createMarginSettlement({ ledger, book, figures }: MarginParts): Settlement {
  function positionOf(order: WorkingOrder): PositionState {
    return book.position(order.account, asPerpetual(order.market), order.position?.side ?? 'net');
  }
  /** How much an order may close; nothing when it has the side of the position. */
  function closable(order: WorkingOrder): bigint {
    const { amount } = positionOf(order).held;
    return order.side === 'sell' ? most0(amount) : most0(-amount);
  }
  function check(order: WorkingOrder): Refusal | undefined {
    const { market, position, account, quoteAmount } = order;
    if (market.perpetual === undefined || position === undefined) return 'unknown-market';
    if (quoteAmount !== undefined) return 'invalid-amount';
    if ((book.of(account).mode === 'one-way') !== (position.side === 'net')) return 'position-side';
    if (!isReducing(order)) return undefined;
    const isCut = order.timeInForce === 'ioc';
    return closable(order) < (isCut ? 1n : order.amount) ? 'reduce-only' : undefined;
  }
  function reserve(order: WorkingOrder, plan: Plan): boolean {
    if (isReducing(order) || isSystem(order.account)) return true;
    const worst = order.price ?? plan.meetings.at(-1)?.price;
    const priced = { ...order, ...(worst !== undefined && { price: worst }) };
    return figures.left(order.account, asPerpetual(order.market).perpetual.settle, priced) >= 0n;
  }
  function trade(order: WorkingOrder, { worth, amount, rate }: Traded): { fee: EngineFee; realized: bigint } {
    const market = asPerpetual(order.market);
    const { settle } = market.perpetual;
    const position = positionOf(order);
    const signed = order.side === 'buy' ? amount : -amount;
    const changed = changePosition(position.held, { amount: signed, worth, direction: directionOf(market) });
    const fee = part(worth, rate);
    const kept = book.isIsolated(position) ? collateralFor(order.account, market, changed.opened) : 0n;
    ledger.enter([
      ...transfer(settle, changed.realized, { from: clearing, to: order.account }),
      ...transfer(settle, fee, { from: order.account, to: feeAccount }),
      ...setAside(order.account, settle, kept - changed.released),
    ]);
    book.change(position, { ...changed.held, collateral: changed.held.collateral + kept }, changed.realized);
    return { fee: { asset: settle, amount: fee }, realized: changed.realized };
  }
  function collateralFor(account: string, market: PerpetualMarketState, opened: bigint): bigint {
    return partUp(opened, inverted(toRatio(book.setting(account, market).leverage)));
  }
  function settle({ maker, taker, price, amount }: Trading): Settled {
    const market = asPerpetual(maker.market);
    const worth = notional(market, price, amount);
    const made = trade(maker, { worth, amount, rate: maker.fees.maker });
    const took = trade(taker, { worth, amount, rate: taker.fees.taker });
    assertCleared({ ledger, book }, market.perpetual.settle);
    return {
      quote: worth,
      makerFee: made.fee,
      takerFee: took.fee,
      makerRealized: made.realized,
      takerRealized: took.realized,
    };
  }
  function capacity(): Capacity {
    const planned = new Map<PositionState, bigint>();
    return {
      of: (maker) => {
        if (!isReducing(maker)) return remaining(maker);
        return least(remaining(maker), most0(closable(maker) - (planned.get(positionOf(maker)) ?? 0n)));
      },
      take: (maker, amount) => {
        const position = positionOf(maker);
        planned.set(position, (planned.get(position) ?? 0n) + amount);
      },
    };
  }
  return {
    check,
    most: (order) => (isReducing(order) ? least(remaining(order), closable(order)) : remaining(order)),
    capacity,
    reserve,
    settle,
    release: () => undefined,
    changes: () => book.takeChanged().map((position) => ({ type: 'position', position })),
  };
}

type Traded = { readonly worth: bigint; readonly amount: bigint; readonly rate: ReturnType<typeof toRatio> };

/** Throws when profits were made out of nothing: the clearing account and the costs of all positions add up to zero. */
export function assertCleared({ ledger, book }: Pick<MarginParts, 'ledger' | 'book'>, asset: string): void {
  const sum = ledger.balance(clearing, asset).free + book.totalCost(asset);
  if (sum !== 0n) throw new Error(`${sum} of ${asset} would be realized from nowhere`);
}

/** Moves an amount between two wallets; below zero, the other way. */
export function transfer(
  asset: string,
  amount: bigint,
  { from, to }: { readonly from: string; readonly to: string },
): readonly Posting[] {
  if (amount === 0n) return [];
  return [
    { account: from, asset, part: 'free', amount: -amount },
    { account: to, asset, part: 'free', amount },
  ];
}

/** Moves an amount from the wallet to what isolated positions hold; below zero, back. */
function setAside(account: string, asset: string, amount: bigint): readonly Posting[] {
  if (amount === 0n) return [];
  return [
    { account, asset, part: 'free', amount: -amount },
    { account, asset, part: 'locked', amount },
  ];
}

function most0(amount: bigint): bigint {
  return amount < 0n ? 0n : size(amount);
}
