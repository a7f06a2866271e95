import type { Ledger } from '../ledger.js';
import { notional, type Ratio } from '../market-state.js';
import { remaining, type WorkingOrder } from '../order.js';
import { toRatio } from '../step.js';
import type { MarginBook, PositionState } from './margin-book.js';
import { asPerpetual, directionOf, worthAtMark, type PerpetualMarketState } from './market.js';
import { most, sign, size, unrealizedOf } from './position.js';
import type { EnginePositionFigures, EnginePositionSide, MarginFigures } from './types.js';

/** What of an order counts for margins. */
export type MarginOrder = Pick<WorkingOrder, 'market' | 'side' | 'price' | 'amount' | 'filled' | 'position'>;

/** What margins follow from, now or at an earlier time. */
export type FigureParts = {
  readonly ledger: Pick<Ledger, 'balance'>;
  readonly accounts: { readonly of: (name: string) => { readonly open: Iterable<MarginOrder> } };
  readonly book: Pick<MarginBook, 'open' | 'setting' | 'isIsolated'>;
};

/** What positions and orders come to at the mark price, and what that leaves. */
export interface Figures {
  unrealized(position: PositionState): bigint;
  maintenance(position: PositionState): bigint;
  of(position: PositionState): EnginePositionFigures;
  account(account: string, asset: string): MarginFigures;
  /** What is available, or would be with one order more; may be below zero. */
  left(account: string, asset: string, order?: MarginOrder): bigint;
}

export function createFigures({ ledger, accounts, book }: FigureParts): Figures {
  const unrealized = ({ held, market }: PositionState): bigint =>
    unrealizedOf(held, worthAtMark(market, size(held.amount)), directionOf(market));
  const maintenance = ({ held, market }: PositionState): bigint =>
    partUp(worthAtMark(market, size(held.amount)), market.perpetual.maintenance);

  const rates = new Map<string, Ratio>();
  /** Which part of its worth a position needs. */
  function rateOf(account: string, market: PerpetualMarketState): Ratio {
    const { leverage } = book.setting(account, market);
    const rate = rates.get(leverage) ?? inverted(toRatio(leverage));
    rates.set(leverage, rate);
    return rate;
  }
  function positionsIn(account: string, asset: string): readonly PositionState[] {
    return book.open(account).filter(({ market }) => market.perpetual.settle === asset);
  }
  function ordersIn(account: string, asset: string): readonly MarginOrder[] {
    return [...accounts.of(account).open].filter(({ market }) => market.perpetual?.settle === asset);
  }
  /** What the positions and the orders of a side of a market need, whichever way the orders go. */
  function needOf(account: string, orders: readonly MarginOrder[], positions: readonly PositionState[]) {
    const slots = groupBySlot(orders, positions);
    let [positionMargin, orderMargin] = [0n, 0n];
    for (const { market, position, orders: own } of slots) {
      const rate = rateOf(account, market);
      const margin = (worth: bigint) => partUp(worth, rate);
      const held = position === undefined ? 0n : worthAtMark(market, size(position.held.amount));
      const signed = sign(position?.held.amount ?? 0n) * held;
      const [bought, sold] = [worthOf(own, 'buy'), worthOf(own, 'sell')];
      const largest = most(most(size(signed + bought), size(signed - sold)), held);
      positionMargin += margin(held);
      orderMargin += margin(largest) - margin(held) + own.reduce((sum, order) => sum + openLossOf(order), 0n);
    }
    return { positionMargin, orderMargin };
  }
  function availableFrom(account: string, asset: string, orders: readonly MarginOrder[]) {
    const positions = positionsIn(account, asset);
    const cross = positions.filter((position) => !book.isIsolated(position));
    const need = needOf(account, orders, positions);
    const crossNeed = cross.length === 0 ? none : needOf(account, [], cross);
    const profit = sumOf(cross, unrealized);
    const left = ledger.balance(account, asset).free + profit - crossNeed.positionMargin - need.orderMargin;
    return { positions, need, left };
  }
  function account(name: string, asset: string): MarginFigures {
    const { free, locked } = ledger.balance(name, asset);
    const { positions, need, left } = availableFrom(name, asset, ordersIn(name, asset));
    const profit = sumOf(positions, unrealized);
    return {
      wallet: free + locked,
      isolated: locked,
      unrealized: profit,
      equity: free + locked + profit,
      ...need,
      maintenanceMargin: sumOf(positions, maintenance),
      available: most(left, 0n),
    };
  }
  /** What stands behind a position beside itself. */
  function backing(position: PositionState): bigint {
    const { market, account: name } = position;
    const asset = market.perpetual.settle;
    if (book.isIsolated(position)) return position.held.collateral;
    const others = positionsIn(name, asset).filter((other) => other !== position && !book.isIsolated(other));
    return ledger.balance(name, asset).free + sumOf(others, (other) => unrealized(other) - maintenance(other));
  }
  return {
    unrealized,
    maintenance,
    account,
    left: (name, asset, order) => {
      const open = ordersIn(name, asset);
      return availableFrom(name, asset, order === undefined ? open : [...open, order]).left;
    },
    of: (position) => {
      const worth = worthAtMark(position.market, size(position.held.amount));
      return {
        worth,
        unrealized: unrealized(position),
        initialMargin: partUp(worth, rateOf(position.account, position.market)),
        maintenanceMargin: maintenance(position),
        liquidationPrice: liquidationPrice(position, backing(position)),
      };
    },
  };
}

const none = { positionMargin: 0n, orderMargin: 0n };

/** What a fraction of a worth comes to, rounded up. */
export function partUp(worth: bigint, { numerator, denominator }: Ratio): bigint {
  return (worth * numerator + denominator - 1n) / denominator;
}

export function inverted({ numerator, denominator }: Ratio): Ratio {
  return { numerator: denominator, denominator: numerator };
}

/** Whether an order can only make its position smaller. */
export function isReducing({ position, side }: Pick<MarginOrder, 'position' | 'side'>): boolean {
  if (position === undefined) return false;
  const closes = (position.side === 'long' && side === 'sell') || (position.side === 'short' && side === 'buy');
  return position.reduceOnly || closes;
}

type Slot = { readonly market: PerpetualMarketState; position: PositionState | undefined; orders: MarginOrder[] };

/** Positions with the orders that may make them larger, by market and side. */
function groupBySlot(orders: readonly MarginOrder[], positions: readonly PositionState[]): Iterable<Slot> {
  const slots = new Map<string, Slot>();
  const slotOf = (market: PerpetualMarketState, side: EnginePositionSide): Slot => {
    const key = `${market.symbol} ${side}`;
    const slot = slots.get(key) ?? { market, position: undefined, orders: [] };
    slots.set(key, slot);
    return slot;
  };
  for (const position of positions) slotOf(position.market, position.side).position = position;
  for (const order of orders) {
    if (!isReducing(order)) slotOf(asPerpetual(order.market), order.position?.side ?? 'net').orders.push(order);
  }
  return slots.values();
}

/** Where the position's own profit eats up what stands behind it, but for the maintenance margin. Signs as in `Held`. */
function liquidationPrice({ market, held }: PositionState, backing: bigint): bigint | undefined {
  const { numerator: rate, denominator: whole } = market.perpetual.maintenance;
  const { numerator, denominator } = market.quoteUnits;
  const { amount, cost } = held;
  const [over, under] =
    market.perpetual.shape === 'linear'
      ? [(cost - backing) * denominator * whole, numerator * (amount * whole - rate * size(amount))]
      : [numerator * (amount * whole + rate * size(amount)), (backing - cost) * denominator * whole];
  if (under === 0n || over === 0n || sign(over) !== sign(under)) return undefined;
  return over / under;
}

/** What an order loses at once when it trades at its price while the mark price stays. */
function openLossOf(order: MarginOrder): bigint {
  const market = asPerpetual(order.market);
  const amount = remaining(order);
  const bought = order.side === 'buy' ? 1n : -1n;
  const loss = bought * directionOf(market) * (worthOfOrder(order) - worthAtMark(market, amount));
  return most(loss, 0n);
}

function worthOf(orders: readonly MarginOrder[], side: 'buy' | 'sell'): bigint {
  return orders.filter((order) => order.side === side).reduce((sum, order) => sum + worthOfOrder(order), 0n);
}

function worthOfOrder(order: MarginOrder): bigint {
  const market = asPerpetual(order.market);
  return notional(market, order.price ?? market.perpetual.prices.mark, remaining(order));
}

function sumOf(positions: readonly PositionState[], figure: (position: PositionState) => bigint): bigint {
  return positions.reduce((sum, position) => sum + figure(position), 0n);
}
