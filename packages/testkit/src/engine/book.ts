import type { Side } from '@hb/connector-core';

import { remaining, type WorkingOrder } from './order.js';
import type { EngineLevel } from './types.js';

export type Level = {
  readonly price: bigint;
  total: bigint;
  /** In order of arrival. */
  readonly queue: Set<WorkingOrder>;
};

/** The resting orders of one side by price, then by arrival. */
export type BookSide = {
  readonly side: Side;
  /** Worst first, so that the best is taken off the end. */
  readonly prices: bigint[];
  readonly levels: Map<bigint, Level>;
};

export type Book = Readonly<Record<Side, BookSide>>;

export function createBook(): Book {
  return { buy: createSide('buy'), sell: createSide('sell') };
}

/** Puts an order at the end of its price's queue; the level's new amount. */
export function rest(book: Book, order: WorkingOrder, price: bigint): bigint {
  const side = book[order.side];
  const level = side.levels.get(price) ?? addLevel(side, price);
  level.queue.add(order);
  level.total += remaining(order);
  return level.total;
}

/** Takes `amount` off the level of a resting order, and the order itself when `leaves`; the level's new amount. */
export function take(book: Book, order: WorkingOrder, amount: bigint, leaves: boolean): bigint {
  const side = book[order.side];
  const level = order.price === undefined ? undefined : side.levels.get(order.price);
  if (level?.queue.has(order) !== true) throw new Error(`order ${order.orderId} is not in the book`);
  level.total -= amount;
  if (leaves) level.queue.delete(order);
  if (level.queue.size === 0) removeLevel(side, level.price);
  return level.total;
}

export function bestPrice(side: BookSide): bigint | undefined {
  return side.prices.at(-1);
}

/** Levels best first. The level in hand may be removed meanwhile. */
export function* levelsOf(side: BookSide): Generator<Level> {
  for (let at = side.prices.length - 1; at >= 0; at -= 1) {
    const price = side.prices[at];
    const level = price === undefined ? undefined : side.levels.get(price);
    if (level !== undefined) yield level;
  }
}

/** The best `count` levels. */
export function depthOf(side: BookSide, count: number = Infinity): readonly EngineLevel[] {
  const depth: EngineLevel[] = [];
  for (let at = side.prices.length - 1; at >= 0 && depth.length < count; at -= 1) {
    const price = side.prices[at];
    const level = price === undefined ? undefined : side.levels.get(price);
    if (level !== undefined) depth.push([level.price, level.total]);
  }
  return depth;
}

/** The amount that trades before a resting order. */
export function volumeAhead(book: Book, order: WorkingOrder): bigint {
  let volume = 0n;
  for (const level of levelsOf(book[order.side])) {
    if (level.price !== order.price) {
      volume += level.total;
      continue;
    }
    for (const earlier of level.queue) {
      if (earlier === order) return volume;
      volume += remaining(earlier);
    }
  }
  return volume;
}

/** Whether an order of `side` at `price` may take from the other side at `level`; no price takes all. */
export function crosses(side: Side, price: bigint | undefined, level: bigint): boolean {
  if (price === undefined) return true;
  return side === 'buy' ? level <= price : level >= price;
}

function createSide(side: Side): BookSide {
  return { side, prices: [], levels: new Map() };
}

function addLevel(side: BookSide, price: bigint): Level {
  const level = { price, total: 0n, queue: new Set<WorkingOrder>() };
  side.levels.set(price, level);
  side.prices.splice(position(side, price), 0, price);
  return level;
}

function removeLevel(side: BookSide, price: bigint): void {
  side.levels.delete(price);
  if (bestPrice(side) === price) side.prices.pop();
  else side.prices.splice(position(side, price), 1);
}

/** Where a price is, or belongs, in a list that is worst first. */
function position(side: BookSide, price: bigint): number {
  let low = 0;
  let high = side.prices.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const at = side.prices[middle];
    const isWorse = at !== undefined && (side.side === 'buy' ? at < price : at > price);
    if (isWorse) low = middle + 1;
    else high = middle;
  }
  return low;
}
